#include "cli/code_page.hpp"

#include <algorithm>

#include "rules/columns.hpp"

namespace tocsin::cli {

/// docs/diagnostics.md.
extern const std::string_view kDiagnosticsPage;

namespace {

constexpr std::string_view kHeading = "\n## ";

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of('\n');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of('\n') - begin + 1);
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size(); at += rules::length_at(text, at))
    width += rules::columns_of(text.substr(at, rules::length_at(text, at)));
  return width;
}

/// Adds the words of `line` to the last line of `text`, in lines of at most `columns`.
void add_words(std::string& text, std::string_view line, std::size_t columns) {
  std::size_t column = text.size() - (text.rfind('\n') + 1);
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    if (word.empty()) continue;
    const std::size_t width = width_of(word);
    if (column > 0 && column + 1 + width > columns) text += '\n', column = 0;
    if (column > 0) text += ' ', ++column;
    text += word;
    column += width;
  }
}

}  // namespace

bool looks_like_code(std::string_view word) {
  return word.size() == 5 && (upper(word[0]) == 'E' || upper(word[0]) == 'W') &&
         std::all_of(word.begin() + 1, word.end(), is_digit);
}

std::vector<CodePage> all_code_pages() {
  std::vector<CodePage> pages;
  std::size_t at = kDiagnosticsPage.find(kHeading);
  while (at != std::string_view::npos) {
    const std::size_t next = kDiagnosticsPage.find(kHeading, at + 1);
    const std::string_view section = kDiagnosticsPage.substr(at + kHeading.size(), next - at - kHeading.size());
    const std::size_t end = section.find('\n');
    if (section.size() > 6 && looks_like_code(section.substr(0, 5)) && end != std::string_view::npos)
      pages.push_back({section.substr(0, 5), section.substr(6, end - 6), trimmed(section.substr(end))});
    at = next;
  }
  return pages;
}

std::optional<CodePage> find_code_page(std::string_view code) {
  if (!looks_like_code(code)) return std::nullopt;
  for (const CodePage& page : all_code_pages())
    if (upper(code[0]) == page.code[0] && code.substr(1) == page.code.substr(1)) return page;
  return std::nullopt;
}

std::string lay_out(const CodePage& page, std::size_t columns) {
  std::string text = std::string(page.code) + ": " + std::string(page.title) + "\n";
  std::string prose;
  const auto end_prose = [&] {
    if (!prose.empty()) text += "\n" + prose + "\n";
    prose.clear();
  };
  bool example = false;
  for (std::string_view rest = page.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with("```")) {
      end_prose();
      if (!example) text += '\n';
      example = !example;
    } else if (example) {
      text += line.empty() ? "\n" : "    " + std::string(line) + "\n";
    } else if (line.empty()) {
      end_prose();
    } else {
      add_words(prose, line, columns);
    }
  }
  end_prose();
  return text;
}

}  // namespace tocsin::cli
