// A row of CSV → a row of a batch: which column is what, and cells as the declared types read them.
//
// An empty cell is an absent field. Cells are read as JSON's numbers, true/false/1/0, times by the mapping, durations
// and severities by name, lists as JSON text; white space around what isn't a string doesn't count. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/csv_row.hpp"
#include "events/event_reader.hpp"
#include "events/event_rows.hpp"
#include "events/format.hpp"
#include "events/list_reader.hpp"

namespace tocsin::events {

class CsvReader {
 public:
  CsvReader(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts,
            const Mapping& mapping);

  /// The header line. What is wrong with it, for a person; empty: nothing.
  std::string take_header(const std::vector<CsvCell>& cells);
  bool has_header() const { return !columns_.empty(); }
  const std::vector<std::string>& header() const { return columns_; }

  struct Target {
    Batch& batch;
    std::optional<Time> arrival;
    Position position;
    std::string_view bytes;  ///< the row, in the batch
  };
  /// False: fault() tells why, and nothing was changed.
  bool read(const std::vector<CsvCell>& cells, const Target& target);
  const Fault& fault() const { return fault_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  /// Where the parts of the envelope are.
  struct Places {
    std::size_t type = kNone;
    std::size_t time = kNone;
    std::size_t id = kNone;
    std::size_t source = kNone;
    std::vector<std::size_t> extensions;
  };

  std::size_t column(std::string_view name) const;
  std::string missing(std::string_view what, std::string_view name) const;
  std::string check_envelope(Places& places) const;
  std::string check_fields(const EventType& type) const;
  bool fail(Reason reason, std::string detail);
  std::string_view cell(const std::vector<CsvCell>& cells, std::size_t column, std::string& scratch) const;
  std::string_view in_batch(const std::vector<CsvCell>& cells, std::size_t column, Batch& batch);
  std::optional<TimeFault> time_of(const std::vector<CsvCell>& cells, Time& time);
  bool read_fields(const EventType& type, const std::vector<std::size_t>& columns, const std::vector<CsvCell>& cells);
  bool read_field(const Field& field, std::string_view text, Slot& slot);
  bool read_list(const Field& field, std::string_view text, Slot& slot);
  bool commit(TypeId type, const std::vector<CsvCell>& cells, const Target& target);
  Envelope envelope(const std::vector<CsvCell>& cells, const Target& target);

  const Schema& schema_;
  SymbolTable& symbols_;
  const Mapping& mapping_;
  EventRows rows_;
  ListReader lists_;
  std::vector<std::string> columns_;  ///< names
  Places places_;
  std::vector<std::vector<std::size_t>> field_columns_;  ///< by type and field

  // of the row being read
  std::string scratch_;
  std::string source_;
  std::vector<Slot> slots_;
  std::vector<bool> given_;
  std::vector<std::string> extension_texts_;
  std::vector<EventRows::Extension> extensions_;
  std::string list_copy_;
  StructuralIndex list_index_;
  Fault fault_;
};

}  // namespace tocsin::events
