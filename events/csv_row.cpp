#include "events/csv_row.hpp"

#include <cstring>

namespace tocsin::events {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, char delimiter, bool last, std::vector<CsvCell>& cells)
      : begin_(text.data()), end_(text.data() + text.size()), delimiter_(delimiter), last_(last), cells_(cells) {}

  CsvRow row() {
    const char* p = begin_;
    for (;;) {
      const char* behind = p < end_ && *p == '"' ? quoted(p) : plain(p);
      if (behind == nullptr) return fault_;
      if (behind == end_ || *behind == '\n') return finish(behind);
      p = behind + 1;  // a delimiter
    }
  }

 private:
  /// Each gives the delimiter, line end or end of text behind a cell, or null.
  const char* plain(const char* p) {
    const char* const from = p;
    while (p < end_ && *p != delimiter_ && *p != '\n' && *p != '"') ++p;
    if (p == end_ && !last_) return fail(CsvRow::Outcome::unfinished, p);
    if (p < end_ && *p == '"') return fail(CsvRow::Outcome::bad_quotes, p);
    const char* to = p;
    if ((p == end_ || *p == '\n') && to > from && to[-1] == '\r') --to;
    cells_.push_back({{from, to}, false});
    return p;
  }

  const char* quoted(const char* p) {
    const char* const from = ++p;
    bool doubled = false;
    for (;;) {
      p = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end_ - p)));
      if (p == nullptr) return fail(last_ ? CsvRow::Outcome::open_quotes : CsvRow::Outcome::unfinished, end_);
      if (p + 1 == end_ || p[1] != '"') break;
      doubled = true;
      p += 2;
    }
    cells_.push_back({{from, p}, doubled});
    ++p;
    if (p < end_ && *p == '\r' && (p + 1 == end_ || p[1] == '\n')) ++p;
    if (p == end_) return last_ ? p : fail(CsvRow::Outcome::unfinished, p);
    if (*p != delimiter_ && *p != '\n') return fail(CsvRow::Outcome::bad_quotes, p);
    return p;
  }

  CsvRow finish(const char* line_end) const {
    const char* to = line_end;
    if (to > begin_ && to[-1] == '\r') --to;
    const char* const next = line_end == end_ ? end_ : line_end + 1;
    return {CsvRow::Outcome::complete, static_cast<std::size_t>(next - begin_), {begin_, to}};
  }

  const char* fail(CsvRow::Outcome outcome, const char* at) {
    fault_ = {outcome, static_cast<std::size_t>(at - begin_), {}};
    return nullptr;
  }

  const char* begin_;
  const char* end_;
  char delimiter_;
  bool last_;
  std::vector<CsvCell>& cells_;
  CsvRow fault_;
};

}  // namespace

std::string_view text_of(const CsvCell& cell, std::string& scratch) {
  if (!cell.doubled) return cell.text;
  scratch.clear();
  for (std::size_t i = 0; i < cell.text.size(); ++i) {
    scratch += cell.text[i];
    if (cell.text[i] == '"') ++i;
  }
  return scratch;
}

CsvRow scan_row(std::string_view text, char delimiter, bool last, std::vector<CsvCell>& cells) {
  cells.clear();
  return Scanner(text, delimiter, last, cells).row();
}

}  // namespace tocsin::events
