// Expressions in few words, for tests that build plans by hand or at random.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rules/plan.hpp"

namespace tocsin::oracle::make {

using events::Type;
using rules::AggregateFn;
using rules::Expr;
using rules::Op;

inline Expr node(Op op, Type type, std::vector<Expr> args = {}) {
  Expr expr;
  expr.op = op;
  expr.type = type;
  for (const Expr& arg : args) expr.nullable = expr.nullable || arg.nullable;
  expr.args = std::move(args);
  return expr;
}

inline Expr constant(events::Value value) {
  Expr expr;
  expr.type = events::is_null(value) ? Type::boolean : events::type_of(value);
  expr.value = std::move(value);
  return expr;
}
inline Expr number(std::int64_t value) { return constant(value); }

inline Expr field(std::uint32_t index, Type type = Type::integer, bool nullable = false) {
  Expr expr = node(Op::field, type);
  expr.field = index;
  expr.nullable = nullable;
  return expr;
}

inline Expr step_field(std::uint32_t step, std::uint32_t index, Type type = Type::integer, bool nullable = false) {
  Expr expr = field(index, type, nullable);
  expr.op = Op::step_field;
  expr.step = step;
  return expr;
}

/// Of the field's `type`, except where the function has a type of its own.
inline Expr aggregate(AggregateFn fn, std::uint32_t step, std::uint32_t index = rules::kNoField,
                      Type type = Type::integer) {
  Expr expr = step_field(step, index, type);
  expr.op = Op::aggregate;
  expr.fn = fn;
  expr.nullable = fn != AggregateFn::count && fn != AggregateFn::sum;
  if (fn == AggregateFn::collect) expr.type = list_of(type);
  if (fn == AggregateFn::count || fn == AggregateFn::distinct) expr.type = Type::integer;
  if (fn == AggregateFn::stddev || (fn == AggregateFn::avg && type == Type::integer)) expr.type = Type::floating;
  return expr;
}

/// Of turn number `turn`; null where there is none.
inline Expr turn_field(std::uint32_t step, std::int64_t turn, std::uint32_t index, Type type = Type::integer) {
  Expr expr = step_field(step, index, type, true);
  expr.op = Op::turn_field;
  expr.turn = turn;
  return expr;
}

/// A comparison, or logic: two-valued.
inline Expr truth(Op op, std::vector<Expr> args) {
  Expr expr = node(op, Type::boolean, std::move(args));
  expr.nullable = false;
  return expr;
}

inline Expr coalesce(Expr left, Expr right) {
  const bool nullable = right.nullable;
  const Type type = left.type;
  Expr expr = node(Op::coalesce, type, {std::move(left), std::move(right)});
  expr.nullable = nullable;
  return expr;
}

}  // namespace tocsin::oracle::make
