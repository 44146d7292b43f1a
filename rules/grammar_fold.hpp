// Operators are read into flat lists and folded by precedence in plain code: that keeps the grammar to two lists.
#pragma once

#include <vector>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {

/// operand (operator operand)*; operators.size() + 1 == operands.size()
struct OperatorList {
  std::vector<syntax::Expr> operands;
  std::vector<Iterator> operators;
};

/// Signs or `not`s before an operand.
struct Prefixed {
  std::vector<Iterator> signs;
  syntax::Expr operand;
  bool smallest_int = false;  ///< the operand is 2^63, that only exists negated
};

/// What follows the left side of a comparison.
struct ComparisonTail {
  enum class Kind : std::uint8_t { binary, is_null, membership };
  Kind kind = Kind::binary;
  Iterator sign = nullptr;
  bool negated = false;
  syntax::Membership::Kind test = syntax::Membership::Kind::in;
  std::vector<syntax::Expr> args;  ///< what stands on the right
  Span span;
};

syntax::Expr fold(OperatorList&& list, const State& state);
syntax::Expr fold(Prefixed&& prefixed, syntax::UnaryOp op, const State& state);
syntax::Expr fold(syntax::Expr&& left, ComparisonTail&& tail, const State& state);
/// object.field
syntax::Expr member(syntax::Expr&& object, syntax::Name&& field);
/// object.@name
syntax::Expr attribute_of(syntax::Expr&& object, syntax::Name&& name);

/// Counts an operator, member or sign; throws Reported when an expression has more than kMaxLinks of them.
void count_link(State& state, const Span& at);

}  // namespace tocsin::rules::grammar
