// The text of a table's file → its rows: CSV with a header line, or a JSON object a line.
//
// Cells and JSON values are read as the fields of events are (docs/language.md, "Event types"), but that times may be
// written loosely. What is wrong is told with line and column, up to kMaxTableFaults; a row with a fault is left out,
// and those behind it are read all the same. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/schema.hpp"
#include "events/value.hpp"

namespace tocsin::rules {

inline constexpr std::size_t kMaxTableRows = 10'000'000;
inline constexpr std::size_t kMaxTableFaults = 20;

struct TableFault {
  const char* code = "";
  std::uint64_t line = 1;
  std::uint64_t column = 1;  ///< in code points
  std::string what;          ///< "`max` is `abc`, declared float"
  std::string help{};        ///< what to write instead; may be empty
};

struct TableText {
  std::vector<std::vector<events::Value>> rows;  ///< by field
  std::vector<TableFault> faults;                ///< in order of the text
  bool more = false;                             ///< there may be more faults: the rest wasn't read
};

/// What a table's file is to have: fields with their places (Field::path; in CSV the column whose name is the path with
/// points between), and the fields that are the key.
struct TableShape {
  std::string name;  ///< of the table
  std::vector<events::Field> fields;
  std::vector<std::uint32_t> key;
  std::size_t most = kMaxTableRows;  ///< rows
};

TableText read_csv_table(std::string_view text, const TableShape& shape);
TableText read_json_table(std::string_view text, const TableShape& shape);

}  // namespace tocsin::rules
