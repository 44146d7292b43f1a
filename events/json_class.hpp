// Classes of bytes in JSON text, and what a value is called by its first byte.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tocsin::events {

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Bytes that numbers and literals are made of. A skipped scalar is any run of them: what isn't declared isn't judged.
inline constexpr std::array<bool, 256> kScalar = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("0123456789+-.")) is[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c)
    is[static_cast<unsigned char>(c)] = is[static_cast<unsigned char>(c - 'a' + 'A')] = true;
  return is;
}();
constexpr bool is_scalar(char c) { return kScalar[static_cast<unsigned char>(c)]; }

/// `a string`, `an object`, … for a person.
constexpr std::string_view kind_of_value(char first) {
  switch (first) {
    case '"':
      return "a string";
    case '{':
      return "an object";
    case '[':
      return "an array";
    case 't':
    case 'f':
      return "a boolean";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

}  // namespace tocsin::events
