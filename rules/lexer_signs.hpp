// The signs of the language, and signs of other languages with what is meant by them; what kinds of tokens can be.
#pragma once

#include <optional>
#include <string_view>

#include "rules/lexer.hpp"

namespace tocsin::rules {

struct Sign {
  std::string_view written;
  TokenKind kind;
};

/// The longest sign that `text` begins with.
std::optional<Sign> sign_at(std::string_view text);
/// What authors write out of habit (`&&`, `≥`), with what is meant; told before sign_at().
std::optional<Sign> habit_at(std::string_view text);

/// The reserved word's kind, or `word`.
TokenKind kind_of_word(std::string_view text);

/// The last token of a value: what follows can't be the sign of a number.
bool ends_operand(TokenKind kind);

}  // namespace tocsin::rules
