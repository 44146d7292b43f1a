// Arithmetic of two values, by the types of both (plan.hpp, Expr), and aggregates over turns (AggregateFn).
#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {
namespace {

using events::Duration;
using events::Time;
using events::Value;
using rules::AggregateFn;
using rules::Op;
using Int = std::int64_t;

Value finite(double value) { return std::isfinite(value) ? Value{value} : Value{}; }

/// The int that `value` rounds to, halves away from zero; null when there is none.
std::optional<Int> rounded(double value) {
  const double whole = std::round(value);
  if (!(whole >= -0x1p63 && whole < 0x1p63)) return std::nullopt;
  return static_cast<Int>(whole);
}

/// On whole numbers, where div truncates; null on overflow and by zero.
std::optional<Int> whole(Op op, Int a, Int b) {
  Int result = 0;
  switch (op) {
    case Op::add:
      return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::sub:
      return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::mul:
      return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::div:
      if (b == -1) return whole(Op::sub, 0, a);
      return b == 0 ? std::nullopt : std::optional(a / b);
    default:
      if (b == -1) return 0;
      return b == 0 ? std::nullopt : std::optional(a % b);
  }
}

Value real(Op op, double a, double b) {
  switch (op) {
    case Op::add:
      return finite(a + b);
    case Op::sub:
      return finite(a - b);
    case Op::mul:
      return finite(a * b);
    case Op::div:
      return b == 0 ? Value{} : finite(a / b);
    default:
      return b == 0 ? Value{} : finite(std::fmod(a, b));
  }
}

template <typename T>
Value made(std::optional<Int> ns) {
  return ns ? Value{T{*ns}} : Value{};
}

/// Overloads by the types of the two sides; those that the type check refuses have none.
struct Arithmetic {
  Op op;

  Value operator()(Int a, Int b) const {
    if (op == Op::div) return real(op, static_cast<double>(a), static_cast<double>(b));
    return made<Int>(whole(op, a, b));
  }
  Value operator()(double a, double b) const { return real(op, a, b); }
  Value operator()(Int a, double b) const { return real(op, static_cast<double>(a), b); }
  Value operator()(double a, Int b) const { return real(op, a, static_cast<double>(b)); }
  Value operator()(Time a, Time b) const { return made<Duration>(whole(op, a.ns, b.ns)); }
  Value operator()(Time a, Duration b) const { return made<Time>(whole(op, a.ns, b.ns)); }
  Value operator()(Duration a, Time b) const { return made<Time>(whole(op, a.ns, b.ns)); }
  Value operator()(Duration a, Duration b) const {
    if (op == Op::div) return real(op, static_cast<double>(a.ns), static_cast<double>(b.ns));
    return made<Duration>(whole(op, a.ns, b.ns));
  }
  Value operator()(Duration a, Int b) const { return made<Duration>(whole(op, a.ns, b)); }
  Value operator()(Int a, Duration b) const { return made<Duration>(whole(op, a, b.ns)); }
  Value operator()(Duration a, double b) const {
    if (op == Op::div && b == 0) return {};
    const double ns = static_cast<double>(a.ns);
    return made<Duration>(rounded(op == Op::div ? ns / b : ns * b));
  }
  Value operator()(double a, Duration b) const { return (*this)(b, a); }
  template <typename A, typename B>
  Value operator()(const A&, const B&) const {
    throw std::logic_error("arithmetic that the type check refuses");
  }
};

double number(const Value& value) {
  const Int* i = std::get_if<Int>(&value);
  return i ? static_cast<double>(*i) : std::get<double>(value);
}

Value zero_of(events::Type type) {
  switch (type) {
    case events::Type::integer:
      return Int{0};
    case events::Type::floating:
      return 0.0;
    case events::Type::duration:
      return Duration{0};
    default:
      throw std::logic_error("a sum of what can't be added");
  }
}

Value sum(const std::vector<Value>& values, events::Type type) {
  Value total = zero_of(type);
  for (const Value& value : values) total = arithmetic(Op::add, total, value);
  return total;
}

Value average(const std::vector<Value>& values, events::Type type) {
  const auto n = static_cast<Int>(values.size());
  if (type == events::Type::duration) return arithmetic(Op::div, sum(values, type), n);
  double total = 0;
  for (const Value& value : values) total += number(value);
  return finite(total / static_cast<double>(n));
}

Value deviation(const std::vector<Value>& values) {
  double n = 0, mean = 0, squares = 0;
  for (const Value& value : values) {
    const double x = number(value);
    const double delta = x - mean;
    n += 1;
    mean += delta / n;
    squares += delta * (x - mean);
  }
  return finite(std::sqrt(squares / n));
}

Value different(std::vector<Value> values) {
  const auto less = [](const Value& a, const Value& b) { return compare(a, b) == std::strong_ordering::less; };
  const auto equal = [](const Value& a, const Value& b) { return compare(a, b) == std::strong_ordering::equal; };
  std::sort(values.begin(), values.end(), less);
  return static_cast<Int>(std::unique(values.begin(), values.end(), equal) - values.begin());
}

}  // namespace

Value arithmetic(Op op, const Value& left, const Value& right) {
  if (is_null(left) || is_null(right)) return {};
  return std::visit(Arithmetic{op}, left, right);
}

Value aggregate(AggregateFn fn, const std::vector<Value>& turns, events::Type type) {
  if (fn == AggregateFn::first) return turns.empty() ? Value{} : turns.front();
  if (fn == AggregateFn::last) return turns.empty() ? Value{} : turns.back();
  std::vector<Value> values;
  std::copy_if(turns.begin(), turns.end(), std::back_inserter(values), [](const Value& v) { return !is_null(v); });
  if (fn == AggregateFn::count) return static_cast<Int>(values.size());
  if (fn == AggregateFn::sum) return sum(values, type);
  if (fn == AggregateFn::collect)
    return values.size() > rules::kMaxCollected ? Value{} : make_list(element_of(type), values);
  if (fn == AggregateFn::distinct) return turns.empty() ? Value{} : different(values);
  if (values.empty()) return {};
  const auto less = [](const Value& a, const Value& b) { return compare(a, b) == std::strong_ordering::less; };
  switch (fn) {
    case AggregateFn::min:
      return *std::min_element(values.begin(), values.end(), less);
    case AggregateFn::max:
      return *std::max_element(values.begin(), values.end(), less);
    case AggregateFn::avg:
      return average(values, type);
    default:
      return deviation(values);
  }
}

}  // namespace tocsin::oracle
