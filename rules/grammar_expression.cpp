// Expressions, loosest first: or · and · not · comparisons (not chained) · ?? · + - · * / % · unary - · .f [i] f(…)
//
// Every list is read in a loop and shared prefixes are factored out, so that the cost is linear and the stack grows
// with brackets alone. What stands between the operators is in grammar_value.cpp.
#include <limits>
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_fold.hpp"

namespace tocsin::rules::grammar {
namespace {

using Kind = ComparisonTail::Kind;

TOCSIN_RULE(logic, OperatorList);
TOCSIN_RULE(negation, Prefixed);
TOCSIN_RULE(comparison, syntax::Expr);
TOCSIN_RULE(tail, ComparisonTail);
TOCSIN_RULE(arithmetic, syntax::Expr);
TOCSIN_RULE(arithmetic_list, OperatorList);
TOCSIN_RULE(signed_value, Prefixed);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

const auto add_operator = [](auto& c) {
  count_link(state_of(c), state_of(c).span(x3::_attr(c)));
  value(c).operators.push_back(x3::_attr(c));
};
const auto add_sign = [](auto& c) {
  count_link(state_of(c), state_of(c).span(x3::_attr(c)));
  value(c).signs.push_back(x3::_attr(c));
};

// ---- and, or, not

const auto fold_negation = [](auto& c) {
  value(c).operands.push_back(fold(std::move(x3::_attr(c)), syntax::UnaryOp::logical_not, state_of(c)));
};
const auto fold_list = [](auto& c) { value(c) = fold(std::move(x3::_attr(c)), state_of(c)); };

const auto logic_def = negation[fold_negation] >>
                       *(one_of(TokenKind::word_and, TokenKind::word_or)[add_operator] > negation[fold_negation]);
const auto negation_def = *weak(TokenKind::word_not)[add_sign] >> comparison[set<&Prefixed::operand>];

/// An expression that isn't inside another one begins to count its parts.
template <class Subject>
struct WholeDirective : Directive<Subject, WholeDirective<Subject>> {
  using Directive<Subject, WholeDirective<Subject>>::Directive;
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Ctx& context, R& rule_value, Attribute& attribute) const {
    State& state = state_of(context);
    if (state.expression_depth++ == 0) state.links = 0;
    const bool parsed = this->subject.parse(first, last, context, rule_value, attribute);
    --state.expression_depth;
    return parsed;
  }
};
constexpr DirectiveMaker<WholeDirective> whole{};

const auto expression_def = called("an expression", deeper[whole[logic[fold_list]]]);

// ---- comparisons

const auto set_value = [](auto& c) { value(c) = std::move(x3::_attr(c)); };
const auto fold_tail = [](auto& c) {
  count_link(state_of(c), x3::_attr(c).span);
  syntax::Expr left = std::move(value(c));
  value(c) = fold(std::move(left), std::move(x3::_attr(c)), state_of(c));
};
const auto refuse_chain = [](auto& c) {
  State& state = state_of(c);
  const Iterator sign = x3::_attr(c).sign;
  count_link(state, state.span(sign));
  Diagnostic& problem = state.report("E0109", state.span(sign), "comparisons don't chain", "a second comparison");
  problem.helps.push_back({"join two with `and`: `a < b and b < c`, or put one in parentheses", std::nullopt, {}});
};
template <Kind K, syntax::Membership::Kind Test = syntax::Membership::Kind::in>
struct TailKind {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).kind = K;
    x3::_val(c).test = Test;
    x3::_val(c).sign = x3::_attr(c);
  }
};
const auto negate_tail = [](auto& c) { value(c).negated = true; };

template <syntax::Membership::Kind Test>
auto test_word(TokenKind kind) {
  return weak(kind)[TailKind<Kind::membership, Test>{}];
}

const auto comparison_sign = one_of(TokenKind::equal, TokenKind::unequal, TokenKind::less_equal, TokenKind::less,
                                    TokenKind::greater_equal, TokenKind::greater);
const auto negated_test = ahead([](State&, Iterator it) {
  if (it->kind != TokenKind::word_not) return false;
  const TokenKind next = it[1].kind;
  return next == TokenKind::word_in || next == TokenKind::word_like || next == TokenKind::word_matches ||
         next == TokenKind::word_between;
});
const auto right_side = arithmetic[add<&ComparisonTail::args>];
const auto tests = test_word<syntax::Membership::Kind::in>(TokenKind::word_in) > right_side |
                   test_word<syntax::Membership::Kind::between>(TokenKind::word_between) > right_side >
                       sign(TokenKind::word_and) > right_side
                   | test_word<syntax::Membership::Kind::like>(TokenKind::word_like) > right_side
                   | test_word<syntax::Membership::Kind::matches>(TokenKind::word_matches) > right_side;
const auto tail_def = node[comparison_sign[TailKind<Kind::binary>{}] > right_side |
                           weak(TokenKind::word_is)[TailKind<Kind::is_null>{}] >
                               -sign(TokenKind::word_not)[negate_tail] > sign(TokenKind::word_null) |
                           negated_test >> sign(TokenKind::word_not)[negate_tail] >> tests | tests];
const auto comparison_def = arithmetic[set_value] >> -(tail[fold_tail] >> *tail[refuse_chain]);

// ---- arithmetic

const auto fold_signed = [](auto& c) {
  value(c).operands.push_back(fold(std::move(x3::_attr(c)), syntax::UnaryOp::negate, state_of(c)));
};
const auto set_operand = [](auto& c) {
  Prefixed& prefixed = value(c);
  prefixed.operand = std::move(x3::_attr(c));
  const auto* literal = std::get_if<syntax::Literal>(&prefixed.operand.node);
  const auto* number = literal ? std::get_if<std::int64_t>(&literal->value) : nullptr;
  const char first = state_of(c).text()[prefixed.operand.span.begin];
  prefixed.smallest_int = number && *number == std::numeric_limits<std::int64_t>::min() && first >= '0' && first <= '9';
};
const auto arithmetic_sign = one_of(TokenKind::double_question, TokenKind::plus, TokenKind::minus, TokenKind::star,
                                    TokenKind::slash, TokenKind::percent);
const auto arithmetic_def = arithmetic_list[fold_list];
const auto arithmetic_list_def = signed_value[fold_signed] >>
                                 *(arithmetic_sign[add_operator] > signed_value[fold_signed]);
const auto signed_value_def = *weak(TokenKind::minus)[add_sign] >> postfix[set_operand];

BOOST_SPIRIT_DEFINE(logic, negation, comparison, tail, arithmetic, arithmetic_list, signed_value)

}  // namespace

BOOST_SPIRIT_DEFINE(expression)

std::optional<syntax::Expr> read_expression(State& state, std::uint32_t from, std::uint32_t to, Quotes quotes) {
  const Tokens& tokens = state.add_tokens(from, to, quotes, nullptr);
  Iterator first = &tokens.tokens[1];
  const Iterator last = &tokens.tokens.back();
  syntax::Expr expr;
  const auto context = x3::make_context<state_tag>(state);
  const bool whole_text = attempt(state, [&] {
    if (!expression.parse(first, last, context, x3::unused, expr)) return false;
    if (first != last) state.fail(first, {"}", {}, Expected::Strength::strong, true});
    return first == last;
  });
  if (!whole_text) return std::nullopt;
  return expr;
}

TOCSIN_INSTANTIATE(expression)

}  // namespace tocsin::rules::grammar
