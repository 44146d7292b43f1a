// Escapes of texts.
#include "rules/lexer.hpp"

namespace tocsin::rules {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0U | (code >> 6));
  } else if (code < 0x10000) {
    put(0xe0U | (code >> 12));
    put(0x80U | ((code >> 6) & 0x3fU));
  } else {
    put(0xf0U | (code >> 18));
    put(0x80U | ((code >> 12) & 0x3fU));
    put(0x80U | ((code >> 6) & 0x3fU));
  }
  put(0x80U | (code & 0x3fU));
}

/// `\u{…}` from its brace on: 1 to 6 hex digits of a code point that is no surrogate.
std::uint32_t decode_code_point(std::string_view text, std::uint32_t at, std::uint32_t to, std::string& out) {
  std::uint32_t next = at + 3;
  std::uint32_t code = 0;
  while (next < to && next < at + 9 && hex_digit(text[next]) >= 0)
    code = code * 16 + static_cast<std::uint32_t>(hex_digit(text[next++]));
  const bool real = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (next == at + 3 || next >= to || text[next] != '}' || !real) return at;
  append_utf8(out, code);
  return next + 1;
}

}  // namespace

std::uint32_t decode_escape(std::string_view text, std::uint32_t at, std::uint32_t to, std::string& out) {
  if (at + 1 >= to) return at;
  switch (text[at + 1]) {
    case '"':
      out += '"';
      return at + 2;
    case '\\':
      out += '\\';
      return at + 2;
    case 'n':
      out += '\n';
      return at + 2;
    case 't':
      out += '\t';
      return at + 2;
    case 'u':
      return at + 2 < to && text[at + 2] == '{' ? decode_code_point(text, at, to, out) : at;
    default:
      return at;
  }
}

}  // namespace tocsin::rules
