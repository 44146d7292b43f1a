// See grammar_fold.hpp. Precedence climbing over one list: `or` 1, `and` 2 | `??` 1 (to the right), `+ -` 2, `* / %` 3.
#include "rules/grammar_fold.hpp"

#include <memory>
#include <string>

namespace tocsin::rules::grammar {
namespace {

using syntax::BinaryOp;
using syntax::Expr;

BinaryOp binary_op(TokenKind kind) {
  switch (kind) {
    case TokenKind::plus:
      return BinaryOp::add;
    case TokenKind::minus:
      return BinaryOp::sub;
    case TokenKind::star:
      return BinaryOp::mul;
    case TokenKind::slash:
      return BinaryOp::div;
    case TokenKind::percent:
      return BinaryOp::rem;
    case TokenKind::equal:
      return BinaryOp::eq;
    case TokenKind::unequal:
      return BinaryOp::ne;
    case TokenKind::less:
      return BinaryOp::lt;
    case TokenKind::less_equal:
      return BinaryOp::le;
    case TokenKind::greater:
      return BinaryOp::gt;
    case TokenKind::greater_equal:
      return BinaryOp::ge;
    case TokenKind::word_and:
      return BinaryOp::logical_and;
    case TokenKind::word_or:
      return BinaryOp::logical_or;
    default:
      return BinaryOp::coalesce;
  }
}

int precedence(TokenKind kind) {
  switch (kind) {
    case TokenKind::word_or:
    case TokenKind::double_question:
      return 1;
    case TokenKind::word_and:
    case TokenKind::plus:
    case TokenKind::minus:
      return 2;
    default:
      return 3;
  }
}

Span join(const Span& a, const Span& b) { return {a.file, a.begin, b.end}; }

Expr binary(TokenKind kind, Span op_span, Expr&& left, Expr&& right) {
  Expr expr;
  expr.span = join(left.span, right.span);
  expr.node = syntax::Binary{binary_op(kind), op_span, std::make_unique<Expr>(std::move(left)),
                             std::make_unique<Expr>(std::move(right))};
  return expr;
}

class Climber {
 public:
  Climber(OperatorList& list, const State& state) : list_(list), state_(state) {}

  /// Folds operators of at least `lowest` from the next operand on.
  Expr climb(int lowest) {
    Expr left = std::move(list_.operands[next_]);
    while (next_ < list_.operators.size()) {
      const Iterator sign = list_.operators[next_];
      const int level = precedence(sign->kind);
      if (level < lowest) break;
      ++next_;
      Expr right = climb(sign->kind == TokenKind::double_question ? level : level + 1);
      left = binary(sign->kind, state_.span(sign), std::move(left), std::move(right));
    }
    return left;
  }

 private:
  OperatorList& list_;
  const State& state_;
  std::size_t next_ = 0;  ///< operand; the operator after it has the same index
};

}  // namespace

syntax::Expr fold(OperatorList&& list, const State& state) {
  if (list.operators.empty()) return std::move(list.operands.front());
  return Climber(list, state).climb(1);
}

syntax::Expr fold(Prefixed&& prefixed, syntax::UnaryOp op, const State& state) {
  Expr expr = std::move(prefixed.operand);
  if (prefixed.smallest_int && !prefixed.signs.empty()) {  // the sign belongs to the literal
    expr.span.begin = prefixed.signs.back()->begin;
    prefixed.signs.pop_back();
  }
  while (!prefixed.signs.empty()) {
    Expr outer;
    outer.span = state.span(prefixed.signs.back()->begin, expr.span.end);
    outer.node = syntax::Unary{op, std::make_unique<Expr>(std::move(expr))};
    expr = std::move(outer);
    prefixed.signs.pop_back();
  }
  return expr;
}

syntax::Expr fold(syntax::Expr&& left, ComparisonTail&& tail, const State& state) {
  if (tail.kind == ComparisonTail::Kind::binary)
    return binary(tail.sign->kind, state.span(tail.sign), std::move(left), std::move(tail.args.front()));
  Expr expr;
  expr.span = join(left.span, tail.span);
  auto operand = std::make_unique<Expr>(std::move(left));
  if (tail.kind == ComparisonTail::Kind::is_null) {
    expr.node = syntax::IsNull{std::move(operand), tail.negated};
    return expr;
  }
  const Span words = state.span(tail.span.begin, tail.sign->end);
  auto* items = std::get_if<syntax::ListOf>(&tail.args.front().node);
  if (items && tail.test == syntax::Membership::Kind::in) {
    std::vector<Expr> taken = std::move(items->items);
    expr.node = syntax::Membership{syntax::Membership::Kind::in_items, tail.negated, words, std::move(operand),
                                   std::move(taken)};
  } else {
    expr.node = syntax::Membership{tail.test, tail.negated, words, std::move(operand), std::move(tail.args)};
  }
  return expr;
}

syntax::Expr member(syntax::Expr&& object, syntax::Name&& field) {
  Expr expr;
  expr.span = join(object.span, field.span);
  expr.node = syntax::Member{std::make_unique<Expr>(std::move(object)), std::move(field)};
  return expr;
}

syntax::Expr attribute_of(syntax::Expr&& object, syntax::Name&& name) {
  Expr expr;
  expr.span = join(object.span, name.span);
  expr.node = syntax::Attribute{std::make_unique<Expr>(std::move(object)), std::move(name)};
  return expr;
}

void count_link(State& state, const Span& at) {
  if (++state.links <= kMaxLinks) return;
  state.report("E0111", at, "this expression has more than " + std::to_string(kMaxLinks) + " parts", "too long here");
  throw Reported{};
}

}  // namespace tocsin::rules::grammar
