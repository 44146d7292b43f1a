// The operators on types and on constants: which there are, and what they give.
//
// The rules are those of the language reference, "Expressions", and of Expr: what overflows, divides by zero or isn't
// finite is null.
#include <compare>

#include "rules/arithmetic.hpp"
#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

using events::Value;

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

std::partial_ordering compare(const Value& left, const Value& right) {
  return std::visit(overloaded{
                        [](std::int64_t a, double b) -> std::partial_ordering { return compare_int_float(a, b) <=> 0; },
                        [](double a, std::int64_t b) -> std::partial_ordering { return 0 <=> compare_int_float(b, a); },
                        []<class T>(const T& a, const T& b) -> std::partial_ordering { return a <=> b; },
                        [](const auto&, const auto&) { return std::partial_ordering::unordered; },
                    },
                    left, right);
}

namespace {

/// The slot of a number, time or duration that isn't null.
Slot slot_of(const Value& value) {
  return std::visit(overloaded{
                        [](std::int64_t v) { return events::slot_of(v); },
                        [](double v) { return events::slot_of(v); },
                        [](events::Time v) { return events::slot_of(v.ns); },
                        [](events::Duration v) { return events::slot_of(v.ns); },
                        [](const auto&) { return Slot{0}; },
                    },
                    value);
}

Value value_of(Type type, Slot slot) {
  switch (type) {
    case Type::integer:
      return events::int_of(slot);
    case Type::floating:
      return events::float_of(slot);
    case Type::time:
      return events::Time{events::int_of(slot)};
    default:
      return events::Duration{events::int_of(slot)};
  }
}

/// The result of arithmetic on constants; null where there is none.
Value computed(const Expr& expr) {
  for (const Expr& arg : expr.args)
    if (events::is_null(arg.value)) return {};
  const Expr& left = expr.args[0];
  Slot result = 0;
  const bool there_is = expr.op == Op::negate ? negate(left.type, slot_of(left.value), result)
                                              : arithmetic(expr.op, left.type, slot_of(left.value), expr.args[1].type,
                                                           slot_of(expr.args[1].value), result);
  return there_is ? value_of(expr.type, result) : Value();
}

bool compared(Op op, const Value& left, const Value& right) {
  if (events::is_null(left) || events::is_null(right)) return false;
  const std::partial_ordering order = compare(left, right);
  return holds(op, order < 0 ? -1 : order > 0 ? 1 : 0);
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
    case Op::logical_not:
      return !is_true(expr.args[0]);
    case Op::negate:
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
    case Op::rem:
      return computed(expr);
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
