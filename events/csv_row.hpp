// One row of CSV (RFC 4180) → its cells, as views. A streaming scanner of its own: it says where each cell lies, can
// stop after any row, and a row whose quotes are wrong ends nothing but itself (docs/decisions/0010).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::events {

struct CsvCell {
  std::string_view text;  ///< without the quotes around it
  bool doubled = false;   ///< `""` in it stands for a quote
};

/// Text of a cell; `scratch` holds it where quotes were doubled.
std::string_view text_of(const CsvCell& cell, std::string& scratch);

struct CsvRow {
  enum class Outcome : std::uint8_t {
    complete,
    unfinished,   ///< the text ends before the row's line end, or inside its quotes
    bad_quotes,   ///< a quote in the middle of a cell, or text behind a closing one
    open_quotes,  ///< `last`, and the text ends inside quotes
  };
  Outcome outcome = Outcome::complete;
  std::size_t size = 0;    ///< bytes with the line end; of what isn't complete: bytes looked at
  std::string_view bytes;  ///< of a complete row, without the line end (LF or CRLF)
};

/// Scans the row at the beginning of `text`, which isn't empty; its cells replace `cells`. `last`: nothing follows, and
/// the end of the text is as good as a line end.
CsvRow scan_row(std::string_view text, char delimiter, bool last, std::vector<CsvCell>& cells);

}  // namespace tocsin::events
