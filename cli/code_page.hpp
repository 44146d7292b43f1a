// What docs/diagnostics.md says of a code. The page's text is built into the program (cmake/embed.cmake).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::cli {

struct CodePage {
  std::string_view code;   ///< `E0203`
  std::string_view title;  ///< "a field that isn't there"
  std::string_view text;   ///< Markdown, without the heading; ends without a line end
};

/// Upper and lower case alike; nothing for a code that isn't one.
std::optional<CodePage> find_code_page(std::string_view code);
std::vector<CodePage> all_code_pages();

/// Is it written as a code is: a letter and four digits?
bool looks_like_code(std::string_view word);

/// `E0203: title`, then the text for a terminal of `columns`: prose in lines of that width, examples indented.
std::string lay_out(const CodePage& page, std::size_t columns);

}  // namespace tocsin::cli
