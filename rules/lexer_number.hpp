// Numbers, durations and sizes of rule text: a run of letters and digits, judged as a whole.
#pragma once

#include <cstdint>
#include <string_view>

#include "rules/lexer.hpp"

namespace tocsin::rules {

/// The end of the number that begins at text[at], a digit: letters, digits, a decimal point between digits, the sign of
/// an exponent.
std::uint32_t end_of_number(std::string_view text, std::uint32_t at);

/// Sets kind and value of `token`, which has its place; reports what `run` isn't. `negated`: an unary minus stands
/// before.
void judge_number(std::string_view run, bool negated, Token& token, Problems& problems);

/// `B`, `KB`, `MB`, `GB`.
bool is_size_unit(std::string_view text);

}  // namespace tocsin::rules
