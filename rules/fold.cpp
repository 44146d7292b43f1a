// The operators on types and on constants: which there are, and what they give.
//
// The rules are those of the language reference, "Expressions", and of Expr: what overflows, divides by zero or isn't
// finite is null.
#include <algorithm>
#include <compare>

#include "rules/check_expr.hpp"
#include "rules/operation.hpp"

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
  return left == right && !(ordered && (left == Type::boolean || events::is_list(left)));
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

bool fold(Expr& expr) {
  for (const Expr& arg : expr.args)
    if (arg.op != Op::constant) return false;
  if (expr.args.empty()) return false;
  Value value = value_of_constants(expr);
  if (events::is_null(value)) return true;
  expr = constant(std::move(value));
  return false;
}

}  // namespace tocsin::rules::checking
