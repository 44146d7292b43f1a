// Places in rule files.
#include "rules/source.hpp"

#include <algorithm>

namespace tocsin::rules {

LineColumn place_of(const Source& source, std::uint32_t offset) {
  const std::string_view before = std::string_view(source.text).substr(0, offset);
  const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  LineColumn place;
  place.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  for (const char c : before.substr(line_begin))
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++place.column;
  return place;
}

std::string_view line_text(const Source& source, std::uint32_t line) {
  std::string_view rest = source.text;
  for (std::uint32_t i = 1; i < line; ++i) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

}  // namespace tocsin::rules
