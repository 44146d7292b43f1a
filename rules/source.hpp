// Rule files as text, and places in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::rules {

using FileId = std::uint32_t;

/// Bytes [begin, end) of a file.
struct Span {
  FileId file = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Source {
  std::string name;  ///< as shown in diagnostics
  std::string text;
};

/// A rule set's files, by FileId.
using Sources = std::vector<Source>;

/// 1-based; columns count UTF-8 code points.
struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};
LineColumn place_of(const Source& source, std::uint32_t offset);
/// The text of 1-based `line` without its end.
std::string_view line_text(const Source& source, std::uint32_t line);

}  // namespace tocsin::rules
