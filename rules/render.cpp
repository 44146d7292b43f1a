// Diagnostics as text for people: message, place, the line underlined, related places, helps with the mended line.
//
// A line is laid out by characters: a tab is four columns wide, East Asian ones two, control characters are replaced,
// so that a rule file can't write to the terminal; of a very long line a part around the underlined place is shown.
#include <algorithm>
#include <string>

#include "rules/columns.hpp"
#include "rules/diagnostic.hpp"

namespace tocsin::rules {
namespace {

constexpr std::size_t kTabWidth = 4;
constexpr std::size_t kMaxColumns = 160;

enum class Paint : std::uint8_t { error, warning, help, gutter, bold };

/// A line as shown, and the part of it to underline, in columns.
struct Shown {
  std::string text;
  std::size_t begin = 0;
  std::size_t width = 1;
};

/// Lays out `line`; [from, to) are bytes of it to underline.
Shown lay_out(std::string_view line, std::size_t from, std::size_t to) {
  struct Cell {
    std::string_view text;
    std::size_t columns;
  };
  std::vector<Cell> cells;
  std::size_t first = 0;
  std::size_t last = 0;
  for (std::size_t at = 0; at < line.size(); at += length_at(line, at)) {
    if (at < from) first = cells.size() + 1;
    if (at < to) last = cells.size() + 1;
    const std::string_view character = line.substr(at, length_at(line, at));
    if (character == "\t")
      cells.push_back({"    ", kTabWidth});
    else if (is_control(character))
      cells.push_back({"\xEF\xBF\xBD", 1});
    else
      cells.push_back({character, columns_of(character)});
  }
  last = std::max(first, last);
  const std::size_t show_from = cells.size() <= kMaxColumns ? 0 : first - std::min(first, kMaxColumns / 4);
  const std::size_t show_to = std::min(cells.size(), show_from + kMaxColumns);
  last = std::min(last, show_to);
  Shown shown;
  std::size_t column = 0;
  if (show_from > 0) shown.text = "…", column = 1;
  shown.begin = column;
  shown.width = 0;
  for (std::size_t i = show_from; i < show_to; ++i) {
    shown.text += cells[i].text;
    if (i < first)
      shown.begin += cells[i].columns;
    else if (i < last)
      shown.width += cells[i].columns;
  }
  if (show_to < cells.size()) shown.text += "…";
  return shown;
}

class Renderer {
 public:
  Renderer(const Sources& sources, bool color) : sources_(sources), color_(color) {}

  std::string run(const Diagnostics& diagnostics) {
    for (const Diagnostic& diagnostic : diagnostics) {
      if (!out_.empty()) out_ += '\n';
      show(diagnostic);
    }
    return std::move(out_);
  }

 private:
  void show(const Diagnostic& diagnostic) {
    const bool error = diagnostic.level == Level::error;
    width_ = std::to_string(last_line(diagnostic)).size();
    paint(error ? Paint::error : Paint::warning, (error ? "error[" : "warning[") + diagnostic.code + "]");
    paint(Paint::bold, ": " + without_controls(diagnostic.message));
    out_ += '\n';
    place("-->", diagnostic.span);
    gutter("");
    out_ += '\n';
    excerpt(diagnostic.span, '^', error ? Paint::error : Paint::warning, diagnostic.label);
    for (const Related& related : diagnostic.related) {
      gutter("");
      out_ += '\n';
      place(":::", related.span);
      excerpt(related.span, '-', Paint::gutter, related.label);
    }
    for (const Suggestion& suggestion : diagnostic.helps) help(suggestion);
  }

  std::uint32_t last_line(const Diagnostic& diagnostic) const {
    std::uint32_t last = place_of(source(diagnostic.span), diagnostic.span.begin).line;
    for (const Related& related : diagnostic.related)
      last = std::max(last, place_of(source(related.span), related.span.begin).line);
    for (const Suggestion& suggestion : diagnostic.helps)
      if (suggestion.span) {
        const auto added = std::count(suggestion.replacement.begin(), suggestion.replacement.end(), '\n');
        const std::uint32_t line = place_of(source(*suggestion.span), suggestion.span->begin).line;
        last = std::max(last, line + static_cast<std::uint32_t>(added));
      }
    return last;
  }

  void place(std::string_view arrow, const Span& span) {
    const LineColumn at = place_of(source(span), span.begin);
    out_.append(width_, ' ');
    paint(Paint::gutter, arrow);
    out_ += ' ' + without_controls(source(span).name) + ':' + std::to_string(at.line) + ':' +
            std::to_string(at.column) + '\n';
  }

  void excerpt(const Span& span, char mark, Paint how, const std::string& label) {
    const LineColumn at = place_of(source(span), span.begin);
    const std::string_view line = line_text(source(span), at.line);
    const std::size_t begin = span.begin - line_begin(span);
    const std::size_t end = std::min<std::size_t>(line.size(), begin + (span.end - std::min(span.begin, span.end)));
    marked_line(at.line, lay_out(line, begin, end), mark, how, label);
  }

  void marked_line(std::uint32_t number, const Shown& shown, char mark, Paint how, const std::string& label) {
    gutter(std::to_string(number));
    if (!shown.text.empty()) out_ += ' ' + shown.text;
    out_ += '\n';
    if (mark == '+' && shown.width == 0) return;
    gutter("");
    out_.append(shown.begin + 1, ' ');
    paint(how, std::string(std::max<std::size_t>(shown.width, 1), mark) +
                   (label.empty() ? "" : " " + without_controls(label)));
    out_ += '\n';
  }

  void help(const Suggestion& suggestion) {
    paint(Paint::help, "help");
    out_ += ": " + without_controls(suggestion.help) + '\n';
    if (!suggestion.span) return;
    const Source& file = source(*suggestion.span);
    const std::uint32_t begin = line_begin(*suggestion.span);
    const std::size_t end = std::min(file.text.find('\n', suggestion.span->end), file.text.size());
    std::string rest = file.text.substr(suggestion.span->end, end - suggestion.span->end);
    if (rest.ends_with('\r')) rest.pop_back();
    std::string before = file.text.substr(begin, suggestion.span->begin - begin);
    std::string_view added = suggestion.replacement;
    std::uint32_t number = place_of(file, suggestion.span->begin).line;
    while (true) {  // a line for each that the replacement has
      const std::size_t line_end = added.find('\n');
      const std::string piece{added.substr(0, line_end)};
      const bool last = line_end == std::string_view::npos;
      const std::string mended = before + piece + (last ? rest : "");
      marked_line(number++, lay_out(mended, before.size(), before.size() + piece.size()), '+', Paint::help, "");
      if (last) return;
      added.remove_prefix(line_end + 1);
      before.clear();
    }
  }

  std::uint32_t line_begin(const Span& span) const {
    if (span.begin == 0) return 0;
    const std::size_t newline = source(span).text.rfind('\n', span.begin - 1);
    return newline == std::string::npos ? 0 : static_cast<std::uint32_t>(newline) + 1;
  }

  void gutter(const std::string& number) {
    std::string text(width_ - std::min(width_, number.size()), ' ');
    paint(Paint::gutter, text + number + " |");
  }

  void paint(Paint how, std::string_view text) {
    constexpr std::string_view kCodes[] = {"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[34m", "\x1b[1m"};
    if (color_) out_ += kCodes[static_cast<std::size_t>(how)];
    out_ += text;
    if (color_) out_ += "\x1b[0m";
  }

  const Source& source(const Span& span) const { return sources_[span.file]; }

  const Sources& sources_;
  bool color_;
  std::size_t width_ = 1;
  std::string out_;
};

}  // namespace

std::string render(const Diagnostics& diagnostics, const Sources& sources, bool color) {
  return Renderer(sources, color).run(diagnostics);
}

}  // namespace tocsin::rules
