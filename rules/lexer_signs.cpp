// See lexer_signs.hpp.
#include "rules/lexer_signs.hpp"

#include <array>

namespace tocsin::rules {
namespace {

constexpr std::array<std::string_view, 52> kSpelling = {"the beginning",
                                                        "the end of the file",
                                                        "this",
                                                        "a name",
                                                        "a number",
                                                        "a number",
                                                        "a duration",
                                                        "a size",
                                                        "a text",
                                                        "a text",
                                                        "{",
                                                        "}",
                                                        "(",
                                                        ")",
                                                        "[",
                                                        "]",
                                                        ",",
                                                        ":",
                                                        ".",
                                                        "@",
                                                        "|",
                                                        "=",
                                                        "->",
                                                        "=>",
                                                        "~>",
                                                        "==",
                                                        "!=",
                                                        "<",
                                                        "<=",
                                                        ">",
                                                        ">=",
                                                        "+",
                                                        "-",
                                                        "*",
                                                        "/",
                                                        "%",
                                                        "?",
                                                        "??",
                                                        "and",
                                                        "or",
                                                        "not",
                                                        "in",
                                                        "is",
                                                        "null",
                                                        "true",
                                                        "false",
                                                        "like",
                                                        "matches",
                                                        "between",
                                                        "if",
                                                        "then",
                                                        "else"};
static_assert(static_cast<std::size_t>(TokenKind::word_else) + 1 == kSpelling.size());

/// Longest first.
constexpr Sign kHabits[] = {
    {"===", TokenKind::equal},     {"~->", TokenKind::any_arrow},   {"-->", TokenKind::arrow},
    {"->>", TokenKind::arrow},     {"=>>", TokenKind::fat_arrow},   {"==>", TokenKind::fat_arrow},
    {"~~>", TokenKind::any_arrow}, {"&&", TokenKind::word_and},     {"||", TokenKind::word_or},
    {"<>", TokenKind::unequal},    {"≥", TokenKind::greater_equal}, {"≤", TokenKind::less_equal},
    {"≠", TokenKind::unequal},     {"→", TokenKind::arrow},         {"⇒", TokenKind::fat_arrow},
    {"–", TokenKind::minus},       {"−", TokenKind::minus},         {"×", TokenKind::star},
    {"÷", TokenKind::slash},       {"!", TokenKind::word_not},
};

/// Longest first.
constexpr Sign kSigns[] = {
    {"->", TokenKind::arrow},
    {"=>", TokenKind::fat_arrow},
    {"~>", TokenKind::any_arrow},
    {"==", TokenKind::equal},
    {"!=", TokenKind::unequal},
    {"<=", TokenKind::less_equal},
    {">=", TokenKind::greater_equal},
    {"??", TokenKind::double_question},
    {"{", TokenKind::open_brace},
    {"}", TokenKind::close_brace},
    {"(", TokenKind::open_paren},
    {")", TokenKind::close_paren},
    {"[", TokenKind::open_bracket},
    {"]", TokenKind::close_bracket},
    {",", TokenKind::comma},
    {":", TokenKind::colon},
    {".", TokenKind::dot},
    {"@", TokenKind::at},
    {"|", TokenKind::bar},
    {"=", TokenKind::assign},
    {"<", TokenKind::less},
    {">", TokenKind::greater},
    {"+", TokenKind::plus},
    {"-", TokenKind::minus},
    {"*", TokenKind::star},
    {"/", TokenKind::slash},
    {"%", TokenKind::percent},
    {"?", TokenKind::question},
};

}  // namespace

std::string_view spelling(TokenKind kind) { return kSpelling[static_cast<std::size_t>(kind)]; }

std::optional<Sign> sign_at(std::string_view text) {
  for (const Sign& sign : kSigns)
    if (text.starts_with(sign.written)) return sign;
  return std::nullopt;
}

std::optional<Sign> habit_at(std::string_view text) {
  if (text.starts_with("!=")) return std::nullopt;
  for (const Sign& habit : kHabits)
    if (text.starts_with(habit.written)) return habit;
  return std::nullopt;
}

TokenKind kind_of_word(std::string_view text) {
  for (auto kind = static_cast<std::size_t>(TokenKind::word_and); kind < kSpelling.size(); ++kind)
    if (kSpelling[kind] == text) return static_cast<TokenKind>(kind);
  return TokenKind::word;
}

bool ends_operand(TokenKind kind) {
  switch (kind) {
    case TokenKind::word:
    case TokenKind::integer:
    case TokenKind::floating:
    case TokenKind::duration:
    case TokenKind::size:
    case TokenKind::text:
    case TokenKind::raw_text:
    case TokenKind::close_paren:
    case TokenKind::close_bracket:
    case TokenKind::word_null:
    case TokenKind::word_true:
    case TokenKind::word_false:
      return true;
    default:
      return false;
  }
}

}  // namespace tocsin::rules
