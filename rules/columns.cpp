// Ranges after Unicode 15's EastAsianWidth.txt (W and F) and the combining and format characters in common use; a table
// of the few large blocks, since an underline that is off by one column under a rare sign does no harm.
#include "rules/columns.hpp"

#include <algorithm>
#include <iterator>

namespace tocsin::rules {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kWide[] = {{0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x25fd, 0x25fe},
                           {0x2614, 0x2615},   {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x274c, 0x274c},
                           {0x2753, 0x2755},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
                           {0x4e00, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
                           {0xfe30, 0xfe6b},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f004, 0x1f004},
                           {0x1f18e, 0x1f19a}, {0x1f200, 0x1f265}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
                           {0x1f7e0, 0x1f7eb}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};

constexpr Range kNone[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x0e31, 0x0e31},
                           {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d},
                           {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef}};

/// C0, DEL and C1; line and paragraph separators; what changes the direction of writing.
constexpr Range kControl[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x200e, 0x200f},
                              {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfff9, 0xfffb}};

template <std::size_t n>
bool is_in(const Range (&ranges)[n], char32_t c) {
  const auto* found = std::find_if(std::begin(ranges), std::end(ranges), [c](const Range& r) { return c <= r.last; });
  return found != std::end(ranges) && c >= found->first;
}

char32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1 || lead < 0xc0) return lead;
  char32_t value = lead & (0x7fU >> character.size());
  for (const char c : character.substr(1)) value = (value << 6) | (static_cast<unsigned char>(c) & 0x3fU);
  return value;
}

}  // namespace

std::size_t length_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && end < at + 4 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) ++end;
  return end - at;
}

std::size_t columns_of(std::string_view character) {
  const char32_t c = code_point(character);
  return is_in(kNone, c) ? 0 : is_in(kWide, c) ? 2 : 1;
}

bool is_control(std::string_view character) {
  const char32_t c = code_point(character);
  return is_in(kControl, c) || (character.size() == 1 && c >= 0x80);
}

std::string without_controls(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = text.substr(at, length_at(text, at));
    result += is_control(character) ? std::string_view("\xEF\xBF\xBD") : character;
    at += character.size();
  }
  return result;
}

}  // namespace tocsin::rules
