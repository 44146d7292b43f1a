// The operators on types and on constants: which there are, and what they give.
//
// The rules are those of the language reference, "Expressions", and of Expr: what overflows, divides by zero or isn't
// finite is null.
#include <cmath>
#include <compare>
#include <limits>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

using events::Duration;
using events::Time;
using events::Type;
using events::Value;

static bool is_number(Type type) { return type == Type::integer || type == Type::floating; }

std::optional<Type> arithmetic_type(Op op, Type left, Type right) {
  const auto are = [&](Type a, Type b) { return left == a && right == b; };
  if (is_number(left) && is_number(right)) {
    const bool ints = left == Type::integer && right == Type::integer;
    return ints && op != Op::div ? Type::integer : Type::floating;
  }
  switch (op) {
    case Op::add:
      if (are(Type::duration, Type::duration)) return Type::duration;
      if (are(Type::time, Type::duration) || are(Type::duration, Type::time)) return Type::time;
      return std::nullopt;
    case Op::sub:
      if (are(Type::duration, Type::duration) || are(Type::time, Type::time)) return Type::duration;
      if (are(Type::time, Type::duration)) return Type::time;
      return std::nullopt;
    case Op::mul:
      if ((left == Type::duration && is_number(right)) || (is_number(left) && right == Type::duration))
        return Type::duration;
      return std::nullopt;
    case Op::div:
      if (are(Type::duration, Type::duration)) return Type::floating;
      if (left == Type::duration && is_number(right)) return Type::duration;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool comparable(Type left, Type right, bool ordered) {
  if (is_number(left) && is_number(right)) return true;
  return left == right && !(ordered && left == Type::boolean);
}

static std::partial_ordering compare_exactly(std::int64_t left, double right) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (right >= kTwo63) return std::partial_ordering::less;
  if (right < -kTwo63) return std::partial_ordering::greater;
  const double whole = std::trunc(right);
  const auto as_int = static_cast<std::int64_t>(whole);
  if (left != as_int) return left < as_int ? std::partial_ordering::less : std::partial_ordering::greater;
  return whole <=> right;
}

std::partial_ordering compare(const Value& left, const Value& right) {
  return std::visit(overloaded{
                        [](std::int64_t a, double b) { return compare_exactly(a, b); },
                        [](double a, std::int64_t b) { return 0 <=> compare_exactly(b, a); },
                        []<class T>(const T& a, const T& b) -> std::partial_ordering { return a <=> b; },
                        [](const auto&, const auto&) { return std::partial_ordering::unordered; },
                    },
                    left, right);
}

namespace {

Value finite(double value) { return std::isfinite(value) ? Value(value) : Value(); }

/// Rounds to nearest, halves away from zero.
Value rounded(double ns) {
  constexpr double kTwo63 = 9223372036854775808.0;
  const double whole = std::round(ns);
  if (!(whole >= -kTwo63 && whole < kTwo63)) return {};
  return Duration{static_cast<std::int64_t>(whole)};
}

std::optional<std::int64_t> whole(Op op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  switch (op) {
    case Op::add:
      return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::sub:
      return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::mul:
      return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::div:
    case Op::rem:
      if (b == 0) return std::nullopt;
      if (b == -1) return op == Op::rem ? std::optional<std::int64_t>(0) : whole(Op::sub, 0, a);
      return op == Op::div ? a / b : a % b;
    default:
      return std::nullopt;
  }
}

template <class T>
Value as(std::optional<std::int64_t> ns) {
  return ns ? Value(T{*ns}) : Value();
}

/// `left op right` of arithmetic, by the types the two have.
struct Arithmetic {
  Op op;

  Value operator()(double a, double b) const {
    switch (op) {
      case Op::add:
        return finite(a + b);
      case Op::sub:
        return finite(a - b);
      case Op::mul:
        return finite(a * b);
      case Op::div:
        return finite(a / b);
      default:
        return finite(std::fmod(a, b));
    }
  }
  Value operator()(std::int64_t a, std::int64_t b) const {
    if (op == Op::div) return (*this)(static_cast<double>(a), static_cast<double>(b));
    return as<std::int64_t>(whole(op, a, b));
  }
  Value operator()(std::int64_t a, double b) const { return (*this)(static_cast<double>(a), b); }
  Value operator()(double a, std::int64_t b) const { return (*this)(a, static_cast<double>(b)); }
  Value operator()(Duration a, Duration b) const {
    if (op == Op::div) return finite(static_cast<double>(a.ns) / static_cast<double>(b.ns));
    return as<Duration>(whole(op, a.ns, b.ns));
  }
  Value operator()(Time a, Time b) const { return as<Duration>(whole(op, a.ns, b.ns)); }
  Value operator()(Time a, Duration b) const { return as<Time>(whole(op, a.ns, b.ns)); }
  Value operator()(Duration a, std::int64_t b) const { return as<Duration>(whole(op, a.ns, b)); }
  Value operator()(std::int64_t a, Duration b) const { return (*this)(b, a); }
  Value operator()(Duration a, double b) const {
    const auto ns = static_cast<double>(a.ns);
    return rounded(op == Op::div ? ns / b : ns * b);
  }
  Value operator()(double a, Duration b) const { return (*this)(b, a); }
  template <class A, class B>
  Value operator()(const A&, const B&) const {
    return {};
  }
};

Value negated(const Value& value) {
  return std::visit(overloaded{
                        [](std::int64_t a) { return as<std::int64_t>(whole(Op::sub, 0, a)); },
                        [](Duration a) { return as<Duration>(whole(Op::sub, 0, a.ns)); },
                        [](double a) { return Value(-a); },
                        [](const auto&) { return Value(); },
                    },
                    value);
}

bool compared(Op op, const Value& left, const Value& right) {
  if (events::is_null(left) || events::is_null(right)) return false;
  const std::partial_ordering order = compare(left, right);
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
    default:
      return order >= 0;
  }
}

bool is_true(const Expr& expr) {
  const bool* value = std::get_if<bool>(&expr.value);
  return value && *value;
}

}  // namespace

Value evaluate(const Expr& expr) {
  const auto arg = [&](std::size_t i) -> const Value& { return expr.args[i].value; };
  switch (expr.op) {
    case Op::constant:
      return expr.value;
    case Op::negate:
      return negated(arg(0));
    case Op::logical_not:
      return !is_true(expr.args[0]);
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
    case Op::rem:
      return std::visit(Arithmetic{expr.op}, arg(0), arg(1));
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return compared(expr.op, arg(0), arg(1));
    case Op::logical_and:
      for (const Expr& each : expr.args)
        if (!is_true(each)) return false;
      return true;
    case Op::logical_or:
      for (const Expr& each : expr.args)
        if (is_true(each)) return true;
      return false;
    case Op::coalesce:
      return events::is_null(arg(0)) ? arg(1) : arg(0);
    case Op::is_null:
      return events::is_null(arg(0));
    case Op::is_not_null:
      return !events::is_null(arg(0));
    default:
      return {};
  }
}

bool fold(Expr& expr) {
  for (const Expr& arg : expr.args)
    if (arg.op != Op::constant) return false;
  if (expr.args.empty()) return false;
  Value value = evaluate(expr);
  if (events::is_null(value)) return true;
  expr = constant(std::move(value));
  return false;
}

}  // namespace tocsin::rules::checking
