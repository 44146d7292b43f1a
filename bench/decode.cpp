// P1: CloudEvents JSON → batch, against hand-written simdjson on-demand of the same fields.
//
// Input: 168-byte events on lines, made from a seed: id, source, type, time (ms), device (one of 1,000), celsius (two
// decimals). Both sides read the same bytes in memory and make batches of 1,024 rows. Ours also checks UTF-8 in what it
// skips, depth, duplicates and types, interns source and device, and keeps each event's bytes, id hash and position.
#include <bit>
#include <cstdio>
#include <random>
#include <string>

#include <fmt/format.h>

#include "bench/decode_yardstick.hpp"
#include "bench/measure.hpp"
#include "events/assert.hpp"
#include "events/decode.hpp"

namespace tocsin::bench {
namespace {

std::string make_events(std::uint64_t count, std::uint32_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  std::int64_t time_ns = 1'704'067'200'000'000'000;
  for (std::uint64_t i = 0; i < count; ++i) {
    time_ns += static_cast<std::int64_t>(random() % 50) * 1'000'000;
    std::string time = events::format_rfc3339({time_ns});
    if (time.size() == 20) time.insert(19, ".000");
    text += fmt::format(
        R"({{"specversion":"1.0","id":"e-{:010}","source":"/plant/line-{}","type":"Temperature","time":"{}",)"
        R"("data":{{"device":"press-{:04}","celsius":{:.2f}}}}})"
        "\n",
        i, random() % 4, time, random() % 1000, 10 + static_cast<double>(random() % 9000) / 100);
  }
  return text;
}

events::Schema schema() {
  events::Schema schema;
  schema.types.push_back({"Temperature",
                          "Temperature",
                          {{"device", events::Type::string, false, {"device"}, true},
                           {"celsius", events::Type::floating, false, {"celsius"}, true}},
                          false});
  return schema;
}

class NoLetters : public events::DeadLetterSink {
 public:
  void take(const events::DeadLetter& letter) override {
    std::fprintf(stderr, "a dead letter: %s\n", letter.detail.c_str());
    TOCSIN_ASSERT(false && "the events are good");
  }
};

std::uint64_t checksum_of(const events::Batch& batch, const events::SymbolTable& symbols) {
  std::uint64_t sum = 0;
  const events::Table& table = batch.tables[0];
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    const events::RowOrigin& origin = batch.origins[table.rows[i]];
    sum += row_checksum(batch.heads[table.rows[i]].time.ns, origin.id, symbols.text(origin.source),
                        symbols.text(events::symbol_of(table.columns[0].slots[i])), table.columns[1].slots[i]);
  }
  return sum;
}

std::uint64_t decode_by_ours(std::string_view text, const events::Schema& types) {
  events::SymbolTable symbols;
  NoLetters letters;
  events::Decoder decoder(types, symbols, "memory", {}, letters);
  decoder.begin({1, 0});
  events::Batch batch(types);
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < text.size();) {
    batch.clear();
    at += decoder.decode(text.substr(at), true, std::nullopt, kRowsOfBatch, batch);
    sum += checksum_of(batch, symbols);
  }
  return sum;
}

}  // namespace
}  // namespace tocsin::bench

int main(int argc, char** argv) {
  using namespace tocsin;
  const std::uint64_t count = bench::size_argument(argc, argv, 200'000);
  std::string text = bench::make_events(count, 1);
  std::printf("%zu bytes an event with its line end\n\n", text.size() / count);
  text.append(events::Arena::kPadding, ' ');
  const std::string_view input = std::string_view(text).substr(0, text.size() - events::Arena::kPadding);
  const events::Schema types = bench::schema();
  const auto figures = bench::measure({{"simdjson on-demand", [&] { return bench::decode_by_hand(input); }},
                                       {"tocsin", [&] { return bench::decode_by_ours(input, types); }}},
                                      count, 11);
  bench::print_table_head();
  return bench::print_table_row("P1", "decode CloudEvents to a batch", figures[0], figures[1], 1.3) ? 0 : 1;
}
