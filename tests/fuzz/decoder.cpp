// Any bytes as events, in every format: nothing outside the buffer is read but the padding, which is filled with
// rubbish; what is decoded from bytes that come in two pieces is what is decoded of the whole. In a second.
//
// The first byte chooses the format, the next two the cut; the rest are the input's bytes.
#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "events/decode.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace tocsin;
using fuzz::require;

constexpr std::size_t kLargest = 64U << 10;
constexpr std::uint32_t kRows = 16;  // few, so that batches fill up

events::Schema schema() {
  using enum events::Type;
  const std::pair<const char*, events::Type> fields[] = {
      {"b", boolean}, {"i", integer},  {"f", floating}, {"s", string},
      {"t", time},    {"d", duration}, {"v", severity}, {"l", events::list_of(integer)}};
  events::Schema made;
  for (const char* name : {"Needed", "Optional"}) {
    events::EventType type;
    type.name = name;
    type.wire = name;
    for (const auto& [field, of] : fields) {
      events::Field& added = type.fields.emplace_back();
      added.name = field;
      added.type = of;
      added.optional = type.name == "Optional";
      added.path = {field};
      added.stored = true;
    }
    made.types.push_back(std::move(type));
  }
  return made;
}

events::Format format(std::size_t choice) {
  events::Mapping mapping{.type = choice == 4 || choice == 5 ? "Optional" : "",
                          .type_field = choice == 4 || choice == 5 ? "" : "kind",
                          .time_field = "ts",
                          .time_unit = choice % 2 == 0 ? events::TimeUnit::ms : events::TimeUnit::rfc3339,
                          .id_field = {},
                          .source_field = {},
                          .data = {}};
  if (choice < 2) return events::CloudEvents{};
  if (choice < 4) return events::MappedJson{std::move(mapping)};
  return events::Csv{std::move(mapping), choice % 2 == 0 ? ',' : ';'};
}

/// Exactly `text` and the padding behind it, in memory of its own.
class Buffer {
 public:
  explicit Buffer(std::string_view text) : size_(text.size()), bytes_(new char[text.size() + events::Arena::kPadding]) {
    if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
    constexpr std::string_view kRubbish = "\"}],{:1\\\xff";
    for (std::size_t i = 0; i < events::Arena::kPadding; ++i) bytes_[size_ + i] = kRubbish[i % kRubbish.size()];
  }
  std::string_view text() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// Making one costs more than decoding a small input: it is kept for a thousand of them.
events::SymbolTable& kept_symbols() {
  static std::unique_ptr<events::SymbolTable> kept;
  static std::uint32_t uses = 0;
  if (uses++ % 1000 == 0) kept = std::make_unique<events::SymbolTable>();
  return *kept;
}

struct Letters final : events::DeadLetterSink {
  void take(const events::DeadLetter& letter) override { events::append_json(text, letter); }
  std::string text;
};

class Decoding {
 public:
  Decoding(const events::Schema& schema, events::SymbolTable& symbols, const events::Format& format)
      : schema_(schema),
        batch_(schema),
        symbols_(symbols),
        decoder_(schema, symbols, "in", {.event_bytes = 4096}, letters_, format) {
    decoder_.begin({1, 0});
  }

  /// Gives the bytes that are left for the next piece.
  std::string_view piece(std::string_view bytes, bool last) {
    while (true) {
      batch_.clear();
      const std::size_t used = decoder_.decode(bytes, last, events::Time{}, kRows, batch_);
      require(used <= bytes.size(), "more bytes used than given");
      require(batch_.size() <= kRows, "more rows than asked for", std::to_string(batch_.size()));
      for (events::Row row = 0; row < batch_.size(); ++row) add(batch_, row);
      bytes.remove_prefix(used);
      if (bytes.empty() || (used == 0 && batch_.empty())) break;
    }
    require(!last || bytes.empty(), "bytes left at the end", std::string(bytes));
    return bytes;
  }

  /// Rows and dead letters, in text.
  std::string outcome() const { return rows_ + "dead letters:\n" + letters_.text + decoder_.failure() + "\n"; }

 private:
  void add(const events::Batch& batch, events::Row row) {
    const events::RowHead& head = batch.heads[row];
    const events::RowOrigin& origin = batch.origins[row];
    rows_ += std::to_string(head.time.ns) + " id=" + std::string(origin.id) +
             " source=" + std::string(symbols_.text(origin.source)) + " at " + std::to_string(origin.position.line) +
             ":" + std::to_string(origin.position.offset) + " " + std::string(origin.bytes);
    if (head.type != events::kNoType) {
      const events::EventType& type = schema_[head.type];
      const events::Table& table = batch.tables[events::index_of(head.type)];
      rows_ += " " + type.name;
      for (std::size_t i = 0; i < type.fields.size(); ++i) {
        const events::Column& column = table.columns[i];
        rows_ += " " + type.fields[i].name + "=";
        if (column.is_valid(head.index))
          rows_ += events::to_text(events::to_value(type.fields[i].type, column.slots[head.index], symbols_));
      }
    }
    rows_ += '\n';
  }

  const events::Schema& schema_;
  events::Batch batch_;
  events::SymbolTable& symbols_;
  Letters letters_;
  events::Decoder decoder_;
  std::string rows_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLargest) return 0;
  fuzz::Choices choices({reinterpret_cast<const char*>(data), size});
  const events::Schema types = schema();
  const events::Format of = format(choices.below(8));
  const std::size_t share = choices.below(256) * 256 + choices.below(256);
  const std::string_view bytes = choices.rest();
  const fuzz::CpuLimit limit("slow");

  events::SymbolTable& symbols = kept_symbols();
  const Buffer all(bytes);
  Decoding whole(types, symbols, of);
  whole.piece(all.text(), true);

  const std::size_t cut = bytes.size() * share / 65'536;
  const Buffer first(bytes.substr(0, cut));
  Decoding cut_in_two(types, symbols, of);
  const std::string carry(cut_in_two.piece(first.text(), false));
  const Buffer second(carry + std::string(bytes.substr(cut)));
  cut_in_two.piece(second.text(), true);
  require(whole.outcome() == cut_in_two.outcome(), "two pieces give something else",
          "cut at " + std::to_string(cut) + "\nwhole:\n" + whole.outcome() + "in two:\n" + cut_in_two.outcome());
  return 0;
}
