// JSON number text → int64 or double. Checks the JSON grammar while it gathers up to 19 digits; most floats are then
// one exact multiplication or division (Clinger 1990: digits below 2^53, power of ten up to 22), the rest
// absl::from_chars.
#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin::events {

enum class NumberFault : std::uint8_t {
  none,
  not_a_number,  ///< not a number of the JSON grammar
  fraction,      ///< asked for an integer, has a fractional part
  out_of_range,
};

/// Integral values are taken in any spelling: `5`, `5.0`, `1e3`.
NumberFault parse_integer(std::string_view text, std::int64_t& value);
/// Correctly rounded; what is too small for a double becomes its nearest, zero.
NumberFault parse_float(std::string_view text, double& value);

}  // namespace tocsin::events
