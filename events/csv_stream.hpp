// The stream around the rows of a CSV file: the header, rows that go over line ends, dead letters.
//
// A row whose quotes are wrong, that is never closed or too large is a dead letter up to its first line end, and the
// lines behind it are read anew. That stays linear: a line that is scanned far from has an odd count of quotes, so that
// the scan ends at the next such line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/csv_reader.hpp"
#include "events/csv_row.hpp"
#include "events/decode.hpp"
#include "events/format.hpp"
#include "events/input_text.hpp"

namespace tocsin::events {

class CsvStream {
 public:
  /// `format` outlives this.
  CsvStream(const Schema& schema, SymbolTable& symbols, std::string input, DecodeLimits limits,
            DeadLetterSink& dead_letters, DecodeCounts& counts, const Csv& format)
      : delimiter_(format.delimiter),
        limits_(limits),
        counts_(counts),
        text_(std::move(input), dead_letters, counts),
        reader_(schema, symbols, limits, counts, format.mapping) {}

  /// As Decoder has them.
  std::size_t decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                     Batch& batch);
  void begin(Position position) { text_.begin(position); }
  const std::string& failure() const { return failure_; }
  const std::vector<std::string>& header() const { return reader_.header(); }

 private:
  bool read_row(const std::optional<Time>& arrival, Batch& batch);
  void take_row(const CsvRow& row, const std::optional<Time>& arrival, Batch& batch);

  char delimiter_;
  DecodeLimits limits_;
  DecodeCounts& counts_;
  InputText text_;
  CsvReader reader_;
  std::vector<CsvCell> cells_;
  std::string failure_;
};

}  // namespace tocsin::events
