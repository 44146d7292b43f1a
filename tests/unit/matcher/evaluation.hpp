// Expressions in few words, and their value as constants.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rules/operation.hpp"

namespace tocsin::matcher::testing {

using events::Type;
using events::Value;
using rules::Expr;
using rules::Function;
using rules::Op;

inline Expr constant(const Value& value, Type otherwise = Type::boolean) {
  Expr expr;
  expr.type = events::is_null(value) ? otherwise : events::type_of(value);
  expr.value = value;
  return expr;
}

inline Expr field(std::uint32_t index, Type type) {
  Expr expr;
  expr.op = Op::field;
  expr.type = type;
  expr.field = index;
  return expr;
}

inline Expr op(Op op, Type type, std::vector<Expr> args) {
  Expr expr;
  expr.op = op;
  expr.type = type;
  expr.args = std::move(args);
  return expr;
}

inline Expr call(Function function, Type type, std::vector<Expr> args) {
  Expr expr = op(Op::call, type, std::move(args));
  expr.function = function;
  return expr;
}

/// Fields become constants, and every operation is folded.
inline Value folded(const Expr& expr, const std::vector<Value>& fields) {
  if (expr.op == Op::constant) return expr.value;
  if (expr.op == Op::field) return fields[expr.field];
  Expr constants = expr;
  for (Expr& arg : constants.args) arg = constant(folded(arg, fields), arg.type);
  return rules::value_of_constants(constants);
}

}  // namespace tocsin::matcher::testing
