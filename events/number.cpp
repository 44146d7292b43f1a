#include "events/number.hpp"

#include <absl/strings/charconv.h>

#include <array>
#include <cmath>
#include <limits>

namespace tocsin::events {
namespace {

/// mantissa × 10^exponent, and more digits behind it that aren't all zero if `cut`.
struct Decimal {
  bool negative = false;
  bool cut = false;
  std::uint64_t mantissa = 0;
  std::int64_t exponent = 0;
};

constexpr std::int64_t kMostExponent = 1'000'000'000;  ///< farther than digits of any number that fits an event

bool is_digit(char c) { return static_cast<unsigned char>(c) - unsigned{'0'} <= 9; }

/// Gathers digits up to 19 significant ones. Returns the first byte that isn't a digit.
const char* gather(const char* p, const char* end, bool after_point, Decimal& decimal) {
  constexpr std::uint64_t kRoom = 999'999'999'999'999'999;  // another digit fits
  for (; p != end && is_digit(*p); ++p) {
    const auto digit = static_cast<std::uint64_t>(*p - '0');
    if (decimal.mantissa <= kRoom) {
      decimal.mantissa = decimal.mantissa * 10 + digit;
      decimal.exponent -= after_point;
    } else {
      decimal.cut |= digit != 0;
      decimal.exponent += !after_point;
    }
  }
  return p;
}

bool parse_decimal(std::string_view text, Decimal& decimal) {
  const char* p = text.data();
  const char* const end = p + text.size();
  if (p != end && *p == '-') {
    decimal.negative = true;
    ++p;
  }
  const char* const whole = p;
  p = gather(p, end, false, decimal);
  if (p == whole || (*whole == '0' && p - whole > 1)) return false;
  if (p != end && *p == '.') {
    const char* const fraction = ++p;
    p = gather(p, end, true, decimal);
    if (p == fraction) return false;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    const bool down = p != end && *p == '-';
    if (p != end && (*p == '-' || *p == '+')) ++p;
    const char* const digits = p;
    std::int64_t exponent = 0;
    for (; p != end && is_digit(*p); ++p)
      if (exponent < kMostExponent) exponent = exponent * 10 + (*p - '0');
    if (p == digits) return false;
    decimal.exponent += down ? -exponent : exponent;
  }
  return p == end;
}

constexpr std::array<double, 23> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

}  // namespace

NumberFault parse_integer(std::string_view text, std::int64_t& value) {
  Decimal decimal;
  if (!parse_decimal(text, decimal)) return NumberFault::not_a_number;
  std::uint64_t magnitude = decimal.mantissa;
  if (magnitude == 0) {
    value = 0;
    return NumberFault::none;
  }
  std::int64_t exponent = decimal.exponent;
  for (; exponent < 0 && magnitude % 10 == 0 && !decimal.cut; ++exponent) magnitude /= 10;
  if (exponent < 0 || (decimal.cut && exponent == 0)) return NumberFault::fraction;
  for (; exponent > 0; --exponent)
    if (__builtin_mul_overflow(magnitude, std::uint64_t{10}, &magnitude)) return NumberFault::out_of_range;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (magnitude > kMost + (decimal.negative ? 1 : 0)) return NumberFault::out_of_range;
  value = static_cast<std::int64_t>(decimal.negative ? 0 - magnitude : magnitude);
  return NumberFault::none;
}

NumberFault parse_float(std::string_view text, double& value) {
  Decimal decimal;
  if (!parse_decimal(text, decimal)) return NumberFault::not_a_number;
  if (decimal.mantissa <= (std::uint64_t{1} << 53) && !decimal.cut && decimal.exponent >= -22 &&
      decimal.exponent <= 22) {
    const auto digits = static_cast<double>(decimal.mantissa);
    const double magnitude = decimal.exponent < 0 ? digits / kPowersOfTen[static_cast<std::size_t>(-decimal.exponent)]
                                                  : digits * kPowersOfTen[static_cast<std::size_t>(decimal.exponent)];
    value = decimal.negative ? -magnitude : magnitude;
    return NumberFault::none;
  }
  const auto result = absl::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range && std::abs(value) > 1) return NumberFault::out_of_range;
  if (result.ec == std::errc::invalid_argument) return NumberFault::not_a_number;
  return NumberFault::none;
}

}  // namespace tocsin::events
