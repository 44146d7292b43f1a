// Text → tokens, with what the grammar can't know: which token is the first of its line, where comments stand.
//
// The lexer never fails. What it can't read it reports, and gives the token that was meant (or a `bad` one), so that
// one slip is one error. Only the 14 reserved words have kinds of their own; all other words are told apart by the
// grammar.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/problems.hpp"
#include "rules/source.hpp"
#include "rules/syntax.hpp"

namespace tocsin::rules {

enum class TokenKind : std::uint8_t {
  begin,
  end,
  bad,
  word,
  integer,
  floating,
  duration,
  size,
  text,
  raw_text,
  open_brace,
  close_brace,
  open_paren,
  close_paren,
  open_bracket,
  close_bracket,
  comma,
  colon,
  dot,
  at,
  bar,
  assign,
  arrow,
  fat_arrow,
  any_arrow,
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  plus,
  minus,
  star,
  slash,
  percent,
  question,
  double_question,
  word_and,
  word_or,
  word_not,
  word_in,
  word_is,
  word_null,
  word_true,
  word_false,
  word_like,
  word_matches,
  word_between,
  word_if,
  word_then,
  word_else,
};

/// As an author writes it: `->`, `and`; for kinds of many texts what it is: "a name", "a duration".
std::string_view spelling(TokenKind kind);

struct Token {
  TokenKind kind = TokenKind::end;
  bool first_of_line = false;
  bool glued = false;   ///< no space before it
  bool broken = false;  ///< reported: its value means nothing
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  union {
    std::uint64_t magnitude = 0;  ///< integer: up to 2^63, that only right after an unary minus; size: bytes
    double number;                ///< floating
    std::int64_t ns;              ///< duration
    std::uint64_t text_index;     ///< text, raw_text: in Tokens::texts, escapes decoded
  };

  bool reserved() const { return kind >= TokenKind::word_and; }
};

struct Tokens {
  std::vector<Token> tokens;  ///< the first is `begin`, the last `end`
  std::deque<std::string> texts;
};

inline constexpr std::uint32_t kMaxFileBytes = 16U << 20;

/// How quotes inside a message's braces are written: as `\"`, since a bare quote would end the message.
enum class Quotes : std::uint8_t { plain, escaped };

/// Tokens of bytes [from, to) of `text`. `comments` may be null.
Tokens lex(std::string_view text, std::uint32_t from, std::uint32_t to, Quotes quotes, Problems& problems,
           std::vector<syntax::Comment>* comments);

/// Decodes the escape that begins at text[at] (a backslash) onto `out` and returns the place after it, or `at` if it is
/// none of `\" \\ \n \t \u{…}`.
std::uint32_t decode_escape(std::string_view text, std::uint32_t at, std::uint32_t to, std::string& out);

}  // namespace tocsin::rules
