// What the decoder tests share: a schema, a sink that keeps letters, and a decoder driven as a transport would drive
// it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "events/decode.hpp"

namespace tocsin::events::testing {

inline Schema schema() {
  Schema schema;
  const auto field = [](std::string name, Type type, bool optional = false, bool stored = true) {
    return Field{name, type, optional, {name}, stored};
  };
  schema.types.push_back({"Temperature",
                          "Temperature",
                          {field("device", Type::string), field("celsius", Type::floating),
                           field("note", Type::string, true), field("unread", Type::integer, true, false)},
                          false});
  schema.types.push_back({"Everything",
                          "all.types",
                          {field("b", Type::boolean), field("i", Type::integer), field("f", Type::floating),
                           field("s", Type::string), field("t", Type::time), field("d", Type::duration)},
                          false});
  schema.types.push_back({"Nested",
                          "nested",
                          {{"x", Type::integer, false, {"outer", "inner", "x"}, true},
                           {"second", Type::string, true, {"list", "1"}, true},
                           {"odd", Type::integer, true, {"a/b~c", "key \"quoted\""}, true},
                           {"deep", Type::integer, true, {"list", "2", "a_rather_long_key_of_an_object"}, true}},
                          false});
  schema.types.push_back({"Loose", "loose", {{"second", Type::integer, true, {"1"}, true}}, false});
  schema.types.push_back({"Bare", "bare", {}, false});
  schema.types.push_back({"Derived", "derived", {field("x", Type::integer)}, true});
  return schema;
}

class Letters : public DeadLetterSink {
 public:
  void take(const DeadLetter& letter) override { letters.push_back(letter); }
  std::vector<DeadLetter> letters;
};

/// One line for a row: everything a rule or an output could see of it.
inline std::string describe(const Batch& batch, Row row, const Schema& schema, const SymbolTable& symbols) {
  const RowHead& head = batch.heads[row];
  const RowOrigin& origin = batch.origins[row];
  std::string text = fmt::format("{} {} id={} source={} at {}:{}", head.type == kNoType ? "-" : schema[head.type].name,
                                 format_rfc3339(head.time), origin.id, symbols.text(origin.source),
                                 origin.position.line, origin.position.offset);
  if (!origin.correlation_id.empty()) text += fmt::format(" correlation={}", origin.correlation_id);
  if (!origin.trace_parent.empty()) text += fmt::format(" trace={}", origin.trace_parent);
  if (origin.id_hash != hash_of_id(symbols.text(origin.source), origin.id)) text += " WRONG HASH";
  if (head.type == kNoType) return text;
  const EventType& type = schema[head.type];
  const Table& table = batch.tables[index_of(head.type)];
  if (table.rows.at(head.index) != row) text += " WRONG INDEX";
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (!type.fields[i].stored) {
      if (!table.columns[i].slots.empty()) text += " COLUMN NOT STORED";
      continue;
    }
    const Slot slot = table.columns[i].slots.at(head.index);
    const bool valid = table.columns[i].is_valid(head.index);
    text += fmt::format(" {}={}", type.fields[i].name,
                        valid ? to_text(to_value(type.fields[i].type, slot, symbols)) : "null");
    if (!valid && slot != 0) text += " NULL SLOT NOT 0";
  }
  return text;
}

struct Result {
  std::vector<std::string> rows;
  std::vector<std::string> raw;  ///< bytes of the rows
  std::vector<DeadLetter> letters;
  DecodeCounts counts;
  std::string failure;

  std::vector<std::string> reasons() const {
    std::vector<std::string> names;
    for (const DeadLetter& letter : letters) names.emplace_back(name_of(letter.reason));
    return names;
  }
  /// For comparing two runs.
  std::string text() const {
    std::string all;
    for (const std::string& row : rows) all += row + "\n";
    for (const DeadLetter& letter : letters)
      all += fmt::format("{} {} {}:{} {} [{}]\n", name_of(letter.reason), letter.detail, letter.position.line,
                         letter.position.offset, letter.size, letter.bytes);
    for (const auto& [type, count] : counts.unknown_types) all += fmt::format("{}: {}\n", type, count);
    if (!failure.empty()) all += "FAILURE: " + failure + "\n";
    return all;
  }
};

struct Options {
  DecodeLimits limits;
  std::optional<Time> arrival;
  std::uint32_t max_rows = 1024;
  Format format = CloudEvents{};
  Schema types = schema();
};

/// Decodes a frame that arrives in `pieces`, carrying over what the decoder leaves, in a batch that is cleared whenever
/// a call is over.
inline Result decode(const std::vector<std::string_view>& pieces, const Options& options = {}) {
  const Schema& types = options.types;
  SymbolTable symbols;
  Letters letters;
  Decoder decoder(types, symbols, "test", options.limits, letters, options.format);
  decoder.begin({1, 0});
  Result result;
  std::string carry;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    carry += pieces[i];
    const bool last = i + 1 == pieces.size();
    for (;;) {
      Batch batch(types);
      const std::string_view bytes = batch.arena.store(carry);
      const std::size_t used = decoder.decode(bytes, last, options.arrival, options.max_rows, batch);
      for (Row row = 0; row < batch.size(); ++row) {
        result.rows.push_back(describe(batch, row, types, symbols));
        result.raw.emplace_back(batch.origins[row].bytes);
      }
      carry.erase(0, used);
      if (batch.size() < options.max_rows) break;
    }
  }
  if (!carry.empty()) result.rows.push_back("NOT USED: " + carry);
  result.letters = letters.letters;
  result.counts = decoder.counts();
  result.failure = decoder.failure();
  if (result.counts.dead_letters != result.letters.size()) result.rows.push_back("WRONG COUNT OF DEAD LETTERS");
  return result;
}
inline Result decode(std::string_view text, const Options& options = {}) {
  return decode(std::vector<std::string_view>{text}, options);
}

/// A good event of type Temperature.
inline std::string temperature(std::string_view id, std::string_view data = R"({"device":"d","celsius":1.5})") {
  return fmt::format(R"({{"id":"{}","source":"/s","type":"Temperature","time":"2024-01-01T00:00:00Z","data":{}}})", id,
                     data);
}

}  // namespace tocsin::events::testing
