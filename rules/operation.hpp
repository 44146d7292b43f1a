// One operator of an expression on the values of its operands, shared by constants, columns and code: what the language
// reference, "Expressions", says of each stands here and in rules/arithmetic.hpp, once.
//
// Operands are evaluated before; who wants to spare some (`and`, `or`, `??`, `if`) asks for them one by one. Any
// thread; an Operation is immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rules/arithmetic.hpp"
#include "rules/functions.hpp"
#include "rules/plan.hpp"
#include "rules/texts.hpp"

namespace tocsin::rules {

/// An operator, with what it needs beside its operands.
struct Operation {
  explicit Operation(const Expr& expr);

  Op op;
  Type type;                                 ///< of the result
  Function function;                         ///< of a call
  std::vector<std::uint32_t> args;           ///< the args whose values are its operands; the others are a part of it
  std::vector<Type> types;                   ///< of the operands
  std::shared_ptr<const Prepared> prepared;  ///< of a call; of `in` its constants, where they are many
  std::vector<std::string> texts;            ///< of format
  std::string zone;                          ///< of format
};

/// `nulls` counts results that became null by overflow, a zero divisor or not being finite.
Cell apply(const Operation& operation, std::span<const Cell> operands, Texts& texts, std::uint64_t& nulls);

/// The value of `expr`, whose args are constants.
events::Value value_of_constants(const Expr& expr);

inline bool is_true(Cell cell) { return cell.valid & (cell.slot != 0); }  // no branch
inline Cell truth_of(bool value) { return {events::slot_of(value), true}; }

/// The cell as one of type `to`: an int where a float is asked for is converted.
inline Cell as_type(Cell cell, Type from, Type to) {
  if (!cell.valid || from != Type::integer || to != Type::floating) return cell;
  return {events::slot_of(static_cast<double>(events::int_of(cell.slot))), true};
}

/// add … ge
inline Cell apply_binary(Op op, Type left, Cell a, Type right, Cell b, const Texts& texts, std::uint64_t& nulls) {
  if (is_comparison(op)) {
    if (!a.valid || !b.valid) return {0, true};
    return truth_of(holds(op, order_of(left, a.slot, right, b.slot, texts)));
  }
  if (!a.valid || !b.valid) return {};
  Cell result{0, true};
  if (!arithmetic(op, left, a.slot, right, b.slot, result.slot)) {
    ++nulls;
    return {};
  }
  return result;
}

/// negate, logical_not, is_null, is_not_null
inline Cell apply_unary(Op op, Type type, Cell a, std::uint64_t& nulls) {
  if (op == Op::is_null) return truth_of(!a.valid);
  if (op == Op::is_not_null) return truth_of(a.valid);
  if (op == Op::logical_not) return truth_of(!is_true(a));
  if (!a.valid) return {};
  Cell result{0, true};
  if (!negate(type, a.slot, result.slot)) {
    ++nulls;
    return {};
  }
  return result;
}

inline bool is_unary(Op op) {
  return op == Op::negate || op == Op::logical_not || op == Op::is_null || op == Op::is_not_null;
}
inline bool is_binary(Op op) { return is_arithmetic(op) || is_comparison(op); }

}  // namespace tocsin::rules
