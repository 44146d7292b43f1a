#include "events/csv_stream.hpp"

#include "events/json_text.hpp"

namespace tocsin::events {

std::size_t CsvStream::decode(std::string_view bytes, bool last, std::optional<Time> arrival, std::uint32_t max_rows,
                              Batch& batch) {
  text_.open(bytes, last);
  const bool ready = (!text_.skipping() || text_.continue_skipping()) && text_.skip_byte_order_mark();
  while (ready && failure_.empty() && batch.size() < max_rows && !text_.used_up())
    if (!read_row(arrival, batch)) break;
  if (!failure_.empty()) text_.at = bytes.size();
  if (last && text_.used_up()) {
    if (text_.skipping()) text_.finish_skipping();
    if (failure_.empty() && !reader_.has_header()) failure_ = "there is no header line: the input is empty";
  }
  text_.close();
  return text_.at;
}

/// False: the row isn't finished and waits for the next call.
bool CsvStream::read_row(const std::optional<Time>& arrival, Batch& batch) {
  const std::string_view reach = text_.rest().substr(0, limits_.event_bytes + 1);
  const bool all = reach.size() == text_.rest().size();
  const CsvRow row = scan_row(reach, delimiter_, text_.last() && all, cells_);
  counts_.scanned += row.size;
  switch (row.outcome) {
    case CsvRow::Outcome::complete:
      take_row(row, arrival, batch);
      return true;
    case CsvRow::Outcome::unfinished:
      if (reach.size() <= limits_.event_bytes) return false;
      text_.skip_line(text_.at, Reason::too_large,
                      "a row of more than " + std::to_string(limits_.event_bytes) + " bytes; is a quote not closed?");
      return true;
    case CsvRow::Outcome::bad_quotes:
      text_.skip_line(text_.at, Reason::not_csv,
                      "a quote stands in the middle of a cell; quotes go around a whole cell, and are doubled inside");
      return true;
    case CsvRow::Outcome::open_quotes:
      text_.skip_line(text_.at, Reason::truncated, "a quote that opens in this row is never closed");
      return true;
  }
  return true;
}

void CsvStream::take_row(const CsvRow& row, const std::optional<Time>& arrival, Batch& batch) {
  if (row.bytes.empty()) {
    text_.at += row.size;
  } else if (!is_utf8(row.bytes)) {
    text_.report(Reason::not_utf8, "the text is not UTF-8", row.size);
  } else if (!reader_.has_header()) {
    failure_ = reader_.take_header(cells_);
    text_.at += row.size;
  } else if (reader_.read(cells_, {batch, arrival, text_.position(), row.bytes})) {
    text_.at += row.size;
  } else {
    text_.report(reader_.fault().reason, reader_.fault().detail, row.size);
  }
}

}  // namespace tocsin::events
