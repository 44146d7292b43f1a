// Functions of numbers: what doesn't fit, or isn't finite, is no result.
#include <algorithm>

#include "rules/functions_parts.hpp"

namespace tocsin::rules {

namespace {

constexpr std::int64_t kMostDigits = 15;

bool rounded(Function function, double value, Slot& out) {
  const double whole = function == Function::floor  ? std::floor(value)
                       : function == Function::ceil ? std::ceil(value)
                                                    : std::round(value);
  std::int64_t result = 0;
  if (!round_to_int(whole, result)) return false;
  out = events::slot_of(result);
  return true;
}

/// 10 to the power of `digits`, exactly: 15 digits fit a double.
double power_of_ten(std::int64_t digits) {
  double power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

bool rounded_to(double value, std::int64_t digits, Slot& out) {
  if (digits < -kMostDigits || digits > kMostDigits) return false;
  if (digits < 0) {
    const double unit = power_of_ten(-digits);
    return finite(std::round(value / unit) * unit, out);
  }
  const double scale = power_of_ten(digits);
  const double scaled = value * scale;
  // From 2^52 on a double has no decimals to lose.
  return finite(std::fabs(scaled) < 4503599627370496.0 ? std::round(scaled) / scale : value, out);
}

bool absolute(Type type, Slot slot, Slot& out) {
  if (type == Type::floating) return finite(std::fabs(events::float_of(slot)), out);
  out = slot;
  return events::int_of(slot) >= 0 || negate(type, slot, out);
}

bool clamped(const Args& args, Slot& out) {
  if (args.types[0] == args.types[1] && args.types[1] == args.types[2] && args.types[0] != Type::floating) {
    if (args.integer(1) > args.integer(2)) return false;
    out = events::slot_of(std::clamp(args.integer(0), args.integer(1), args.integer(2)));
    return true;
  }
  if (args.number(1) > args.number(2)) return false;
  return finite(std::clamp(args.number(0), args.number(1), args.number(2)), out);
}

}  // namespace

bool number_result(Function function, const Args& args, Slot& out) {
  switch (function) {
    case Function::abs:
      return absolute(args.types[0], args.cells[0].slot, out);
    case Function::floor:
    case Function::ceil:
    case Function::round:
      if (args.count() == 2) return rounded_to(args.number(0), args.integer(1), out);
      if (args.types[0] == Type::floating) return rounded(function, args.number(0), out);
      out = args.cells[0].slot;
      return true;
    case Function::sqrt:
      return finite(std::sqrt(args.number(0)), out);
    case Function::pow:
      return finite(std::pow(args.number(0), args.number(1)), out);
    case Function::exp:
      return finite(std::exp(args.number(0)), out);
    case Function::ln:
      return finite(std::log(args.number(0)), out);
    case Function::log10:
      return finite(std::log10(args.number(0)), out);
    default:
      return clamped(args, out);
  }
}

}  // namespace tocsin::rules
