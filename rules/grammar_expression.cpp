// Expressions, loosest first: or · and · not · comparisons (not chained) · ?? · + - · * / % · unary - · .f [i] f(…)
//
// What LANGUAGE has beyond that is read and becomes a NotYet node. Every list is read in a loop and shared prefixes are
// factored out, so that the cost is linear and the stack grows with brackets alone.
#include <limits>
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_fold.hpp"

namespace tocsin::rules::grammar {
namespace {

using Kind = ComparisonTail::Kind;

/// Where the name is, and what follows it.
struct NameOrCall {
  syntax::Name name;
  bool call = false;
  std::vector<syntax::Expr> args;
  Span span;
};

TOCSIN_RULE(logic, OperatorList);
TOCSIN_RULE(negation, Prefixed);
TOCSIN_RULE(comparison, syntax::Expr);
TOCSIN_RULE(tail, ComparisonTail);
TOCSIN_RULE(arithmetic, syntax::Expr);
TOCSIN_RULE(arithmetic_list, OperatorList);
TOCSIN_RULE(signed_value, Prefixed);
TOCSIN_RULE(postfix, syntax::Expr);
TOCSIN_RULE(primary, syntax::Expr);
TOCSIN_RULE(name_or_call, NameOrCall);

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
template <Kind K>
struct TailKind {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).kind = K;
    x3::_val(c).sign = x3::_attr(c);
    x3::_val(c).what = what;
  }
};
const auto negate_tail = [](auto& c) { value(c).negated = true; };

auto not_yet_tail(TokenKind kind, std::string_view what) { return weak(kind)[TailKind<Kind::not_yet>{what}]; }

const auto comparison_sign = one_of(TokenKind::equal, TokenKind::unequal, TokenKind::less_equal, TokenKind::less,
                                    TokenKind::greater_equal, TokenKind::greater);
const auto negated_test = ahead([](State&, Iterator it) {
  if (it->kind != TokenKind::word_not) return false;
  const TokenKind next = it[1].kind;
  return next == TokenKind::word_in || next == TokenKind::word_like || next == TokenKind::word_matches ||
         next == TokenKind::word_between;
});
const auto tests = not_yet_tail(TokenKind::word_in, "`in`") > arithmetic |
                   not_yet_tail(TokenKind::word_between, "`between`") > arithmetic >
                       sign(TokenKind::word_and) > arithmetic
                   | not_yet_tail(TokenKind::word_like, "`like`") > arithmetic |
                   not_yet_tail(TokenKind::word_matches, "`matches`") > arithmetic;
const auto tail_def = node[comparison_sign[TailKind<Kind::binary>{}] > arithmetic[set<&ComparisonTail::right>] |
                           weak(TokenKind::word_is)[TailKind<Kind::is_null>{}] >
                               -sign(TokenKind::word_not)[negate_tail] > sign(TokenKind::word_null) |
                           negated_test >> sign(TokenKind::word_not) >> tests | tests];
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

// ---- members and indices

const auto add_member = [](auto& c) {
  State& state = state_of(c);
  syntax::Name& field = x3::_attr(c);
  count_link(state, field.span);
  value(c) = member(std::move(value(c)), std::move(field));
};
/// The value becomes a construct that can't be used yet, up to the token before.
struct NotYetValue {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    State& state = state_of(c);
    syntax::Expr& expr = x3::_val(c);
    count_link(state, state.span(x3::_attr(c)));
    expr.span = state.span(expr.span.begin, x3::_attr(c)->end);
    expr.node = syntax::NotYet{std::string(what), state.span(x3::_attr(c)), {}};
  }
};

const auto attribute_name = name("an attribute's name");
const auto postfix_def = primary[set_value] >>
                         *(weak(TokenKind::dot) > (weak(TokenKind::at)[NotYetValue{"`@` attributes"}] >
                                                       attribute_name % sign(TokenKind::dot) |
                                                   name("a field's name")[add_member]) |
                           weak(TokenKind::open_bracket)[NotYetValue{"`[…]` after a name"}] >
                               expression % sign(TokenKind::comma) > sign(TokenKind::close_bracket));

// ---- values

struct LiteralOf {
  TokenKind kind;
  template <class Ctx>
  void operator()(Ctx& c) const {
    const Iterator token = x3::_attr(c);
    events::Value read;
    switch (kind) {
      case TokenKind::word_true:
        read = true;
        break;
      case TokenKind::word_false:
        read = false;
        break;
      case TokenKind::integer:
        read = static_cast<std::int64_t>(token->magnitude);
        break;
      case TokenKind::floating:
        read = token->number;
        break;
      case TokenKind::duration:
        read = events::Duration{token->ns};
        break;
      case TokenKind::text:
      case TokenKind::raw_text:
        read = state_of(c).value_of(token);
        break;
      default:
        break;
    }
    x3::_val(c).node = syntax::Literal{std::move(read)};
  }
};
auto literal(TokenKind kind) { return leaf(kind, "a value")[LiteralOf{kind}]; }

struct PlaceNotYet {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).node = syntax::NotYet{std::string(what), state_of(c).span(x3::_attr(c)), {}};
  }
};
auto not_yet_from(TokenKind kind, std::string_view what) { return leaf(kind, "a value")[PlaceNotYet{what}]; }

const auto set_name_or_call = [](auto& c) {
  NameOrCall& parsed = x3::_attr(c);
  if (parsed.call)
    value(c).node = syntax::Call{std::move(parsed.name), std::move(parsed.args)};
  else
    value(c).node = syntax::Reference{std::move(parsed.name)};
};
const auto is_call = [](auto& c) { value(c).call = true; };
const auto set_inner = [](auto& c) { value(c).node = std::move(x3::_attr(c).node); };

const auto name_or_call_def = name("a value")[set<&NameOrCall::name>] >>
                              -(weak(TokenKind::open_paren)[is_call] >
                                -(expression[add<&NameOrCall::args>] % weak(TokenKind::comma)) >
                                sign(TokenKind::close_paren));
const auto literals = literal(TokenKind::integer) | literal(TokenKind::floating) | literal(TokenKind::text) |
                      literal(TokenKind::raw_text) | literal(TokenKind::duration) | literal(TokenKind::word_true) |
                      literal(TokenKind::word_false) | literal(TokenKind::word_null);
const auto choice = not_yet_from(TokenKind::word_if, "`if … then … else`") > expression >
                    sign(TokenKind::word_then) > expression > sign(TokenKind::word_else) > expression;
const auto primary_def = called(
    "a value", node[name_or_call[set_name_or_call] | literals |
                    leaf(TokenKind::open_paren, "`(`") > expression[set_inner] > sign(TokenKind::close_paren) | choice |
                    not_yet_from(TokenKind::at, "`@` attributes") > attribute_name % sign(TokenKind::dot) |
                    not_yet_from(TokenKind::open_bracket, "lists") > -(expression % weak(TokenKind::comma)) >
                        sign(TokenKind::close_bracket)]);

// ---- what blocks of outputs and tests hold

/// `name: expr`, or `name` alone for the value of that name.
const auto set_shorthand = [](auto& c) {
  syntax::Expr& expr = value(c).expr;
  expr.span = x3::_attr(c).span;
  expr.node = syntax::Reference{x3::_attr(c)};
  value(c).name = std::move(x3::_attr(c));
};
const auto named_expression_def = name("a field's name")[set_shorthand] >>
                                  -(sign(TokenKind::colon) > expression[set<&syntax::NamedExpr::expr>]);

const auto add_field = [](auto& c) { value(c).push_back(std::move(x3::_attr(c))); };
constexpr BlockKind kFieldValues{true, [](std::string_view, Iterator token) {
                                   return token->kind == TokenKind::word && token[1].kind == TokenKind::colon;
                                 }};
const auto field_values_def = block(kFieldValues, named_expression[add_field]);

BOOST_SPIRIT_DEFINE(logic, negation, comparison, tail, arithmetic, arithmetic_list, signed_value, postfix, primary,
                    name_or_call)

}  // namespace

BOOST_SPIRIT_DEFINE(expression, named_expression, field_values)

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
TOCSIN_INSTANTIATE(named_expression)
TOCSIN_INSTANTIATE(field_values)

}  // namespace tocsin::rules::grammar
