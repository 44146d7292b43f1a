// Numbers, durations and sizes of rule text: a run of letters and digits, judged as a whole.
#pragma once

#include <cstdint>
#include <string_view>

#include "rules/lexer.hpp"

namespace tocsin::rules {

/// The end of the number that begins at text[at], a digit: letters, digits, a decimal point between digits, the sign of
/// an exponent.
std::uint32_t end_of_number(std::string_view text, std::uint32_t at);

/// What the token before tells: `negated` is an unary minus, `size` the word `memory`.
enum class Meant : std::uint8_t { plain, negated, size };

/// Sets kind and value of `token`, which has its place; reports what `run` isn't.
void judge_number(std::string_view run, Meant meant, Token& token, Problems& problems);

/// `B`, `KB`, `MB`, `GB`.
bool is_size_unit(std::string_view text);

}  // namespace tocsin::rules
