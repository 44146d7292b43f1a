#include "bench/decode_yardstick.hpp"

#include <simdjson.h>

#include <bit>
#include <cstring>
#include <stdexcept>

namespace tocsin::bench {
namespace {

std::int64_t digits(const char* p, int count) {
  std::int64_t value = 0;
  for (int i = 0; i < count; ++i) value = value * 10 + (p[i] - '0');
  return value;
}

/// `2024-01-01T00:00:00.000Z`, which is all this producer writes.
std::int64_t time_of(std::string_view text) {
  const char* p = text.data();
  if (text.size() != 24) throw std::runtime_error("a time of another form");
  const std::int64_t month = digits(p + 5, 2);
  const std::int64_t year = digits(p, 4) - (month <= 2 ? 1 : 0);
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + digits(p + 8, 2) - 1;
  const std::int64_t days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719'468;
  const std::int64_t seconds = days * 86'400 + digits(p + 11, 2) * 3600 + digits(p + 14, 2) * 60 + digits(p + 17, 2);
  return (seconds * 1000 + digits(p + 20, 3)) * 1'000'000;
}

/// A batch of rows and the bytes of their texts.
struct Rows {
  std::vector<DecodedRow> rows;
  std::vector<std::uint8_t> texts;
  std::uint8_t* end_of_texts = nullptr;
};

std::string_view text_of(simdjson::ondemand::parser& parser, simdjson::simdjson_result<simdjson::ondemand::value> value,
                         Rows& rows) {
  return parser.unescape(value.get_raw_json_string(), rows.end_of_texts);
}

/// False: another type.
bool read(simdjson::ondemand::parser& parser, simdjson::ondemand::object event, Rows& rows, DecodedRow& row) {
  row.id = text_of(parser, event["id"], rows);
  row.source = text_of(parser, event["source"], rows);
  if (std::string_view(event["type"].get_string()) != "Temperature") return false;
  row.time_ns = time_of(event["time"].get_string());
  simdjson::ondemand::object data = event["data"].get_object();
  row.device = text_of(parser, data["device"], rows);
  row.celsius = data["celsius"].get_double();
  return true;
}

std::uint64_t take(Rows& batch) {
  std::uint64_t sum = 0;
  for (const DecodedRow& row : batch.rows)
    sum += row_checksum(row.time_ns, row.id, row.source, row.device, std::bit_cast<std::uint64_t>(row.celsius));
  batch.rows.clear();
  batch.end_of_texts = batch.texts.data();
  return sum;
}

}  // namespace

std::uint64_t decode_by_hand(std::string_view text) {
  constexpr std::size_t kTextsOfBatch = 1U << 20;
  simdjson::ondemand::parser parser;
  Rows batch;
  batch.rows.reserve(kRowsOfBatch);
  batch.texts.resize(kTextsOfBatch);
  std::uint64_t sum = take(batch);
  for (std::size_t at = 0; at < text.size();) {
    const char* const begin = text.data() + at;
    const auto* const end = static_cast<const char*>(std::memchr(begin, '\n', text.size() - at));
    const std::size_t size = end != nullptr ? static_cast<std::size_t>(end - begin) : text.size() - at;
    const std::size_t room = static_cast<std::size_t>(batch.texts.data() + kTextsOfBatch - batch.end_of_texts);
    if (size + simdjson::SIMDJSON_PADDING > room) sum += take(batch);
    if (size + simdjson::SIMDJSON_PADDING > kTextsOfBatch) throw std::runtime_error("an event of more than 1 MiB");
    simdjson::ondemand::document event = parser.iterate(begin, size, size + simdjson::SIMDJSON_PADDING);
    DecodedRow row{};
    if (read(parser, event.get_object(), batch, row)) batch.rows.push_back(row);
    if (batch.rows.size() == kRowsOfBatch) sum += take(batch);
    at += size + 1;
  }
  return sum + take(batch);
}

}  // namespace tocsin::bench
