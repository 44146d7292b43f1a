// The arithmetic and comparisons of the rule language on slots, shared by the evaluation of constants, of columns and
// of code.
//
// A result that int64 can't hold, a division or remainder by zero and a double that is not finite are null: each
// function returns false then. Comparing an int with a float is exact. Severities are compared by how grave they are.
// Doubles: IEEE 754, no contraction.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

#include "events/batch.hpp"
#include "rules/plan.hpp"
#include "rules/texts.hpp"

namespace tocsin::rules {

using events::Slot;
using events::Type;

/// -1, 0 or 1. Every int64 against every finite double, without rounding either.
inline int compare_int_float(std::int64_t a, double b) {
  if (b >= 9223372036854775808.0) return -1;
  if (b < -9223372036854775808.0) return 1;
  const auto whole = static_cast<std::int64_t>(b);
  if (a != whole) return a < whole ? -1 : 1;
  const double rest = b - static_cast<double>(whole);
  return rest > 0 ? -1 : rest < 0 ? 1 : 0;
}

/// The double nearest to `value`, halves away from zero, as int64; false when out of range.
inline bool round_to_int(double value, std::int64_t& out) {
  const double rounded = std::round(value);
  if (!(rounded >= -9223372036854775808.0 && rounded < 9223372036854775808.0)) return false;
  out = static_cast<std::int64_t>(rounded);
  return true;
}

inline bool finite(double value, Slot& out) {
  out = events::slot_of(value);
  return std::isfinite(value);
}

inline bool is_number(Type type) { return type == Type::integer || type == Type::floating; }
inline double as_float(Type type, Slot slot) {
  return type == Type::floating ? events::float_of(slot) : static_cast<double>(events::int_of(slot));
}

inline bool int_arithmetic(Op op, std::int64_t a, std::int64_t b, Slot& out) {
  std::int64_t result = 0;
  switch (op) {
    case Op::add:
      if (__builtin_add_overflow(a, b, &result)) return false;
      break;
    case Op::sub:
      if (__builtin_sub_overflow(a, b, &result)) return false;
      break;
    case Op::mul:
      if (__builtin_mul_overflow(a, b, &result)) return false;
      break;
    case Op::div:
      if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) return false;
      result = a / b;
      break;
    case Op::rem:
      if (b == 0) return false;
      result = b == -1 ? 0 : a % b;
      break;
    default:
      return false;
  }
  out = events::slot_of(result);
  return true;
}

inline bool float_arithmetic(Op op, double a, double b, Slot& out) {
  switch (op) {
    case Op::add:
      return finite(a + b, out);
    case Op::sub:
      return finite(a - b, out);
    case Op::mul:
      return finite(a * b, out);
    case Op::div:
      return b != 0 && finite(a / b, out);
    case Op::rem:
      return b != 0 && finite(std::fmod(a, b), out);
    default:
      return false;
  }
}

/// `left op right` for add, sub, mul, div, rem; the operands aren't null.
inline bool arithmetic(Op op, Type left, Slot a, Type right, Slot b, Slot& out) {
  if (is_number(left) && is_number(right)) {
    if (left == Type::integer && right == Type::integer && op != Op::div)
      return int_arithmetic(op, events::int_of(a), events::int_of(b), out);
    return float_arithmetic(op, as_float(left, a), as_float(right, b), out);
  }
  // What is left has a duration in it, or is time with time: all ns counts.
  const std::int64_t x = events::int_of(a);
  const std::int64_t y = events::int_of(b);
  if (left == Type::floating || right == Type::floating) {  // duration * float, float * duration, duration / float
    const double u = as_float(left, a);
    const double v = as_float(right, b);
    if (op == Op::div && v == 0) return false;
    std::int64_t rounded = 0;
    if (!round_to_int(op == Op::mul ? u * v : u / v, rounded)) return false;
    out = events::slot_of(rounded);
    return true;
  }
  if (op == Op::div && left == Type::duration && right == Type::duration)
    return float_arithmetic(op, static_cast<double>(x), static_cast<double>(y), out);
  return int_arithmetic(op, x, y, out);
}

inline bool negate(Type type, Slot a, Slot& out) {
  if (type == Type::floating) return finite(-events::float_of(a), out);
  return int_arithmetic(Op::sub, 0, events::int_of(a), out);
}

/// The sign of a against b, which are neither strings nor lists.
inline int order_of(Type left, Slot a, Type right, Slot b) {
  if (left == Type::floating && right == Type::floating) {
    const double x = events::float_of(a);
    const double y = events::float_of(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (left == Type::floating) return -compare_int_float(events::int_of(b), events::float_of(a));
  if (right == Type::floating) return compare_int_float(events::int_of(a), events::float_of(b));
  const std::int64_t x = events::int_of(a);
  const std::int64_t y = events::int_of(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

inline bool is_text(Type type) { return type == Type::string || events::is_list(type); }

/// The sign of a against b. Strings by their bytes; lists are equal or not, their order has no meaning.
inline int order_of(Type left, Slot a, Type right, Slot b, const Texts& texts) {
  if (!is_text(left)) return order_of(left, a, right, b);
  if (a == b) return 0;
  const int order = texts.text(a).compare(texts.text(b));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

inline bool holds(Op op, int order) {
  switch (op) {
    case Op::eq:
      return order == 0;
    case Op::ne:
      return order != 0;
    case Op::lt:
      return order < 0;
    case Op::le:
      return order <= 0;
    case Op::gt:
      return order > 0;
    case Op::ge:
      return order >= 0;
    default:
      return false;
  }
}

inline bool is_comparison(Op op) { return op >= Op::eq && op <= Op::ge; }
inline bool is_arithmetic(Op op) { return op >= Op::add && op <= Op::rem; }

}  // namespace tocsin::rules
