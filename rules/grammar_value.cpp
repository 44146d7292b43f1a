// What stands between the operators of an expression: literals, names and calls with their members and indices, lists,
// `if … then … else`, `@` attributes, `format("…")`.
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_fold.hpp"

namespace tocsin::rules::grammar {
namespace {

/// Where the name is, and what follows it.
struct NameOrCall {
  syntax::Name name;
  bool call = false;
  std::vector<syntax::Expr> args;
  Span span;
};
struct Choice {
  syntax::Expr condition;
  syntax::Expr yes;
  syntax::Expr no;
};
/// Expressions in brackets.
struct Bracketed {
  std::vector<syntax::Expr> items;
  Span span;
};

TOCSIN_RULE(primary, syntax::Expr);
TOCSIN_RULE(name_or_call, NameOrCall);
TOCSIN_RULE(choice, Choice);
TOCSIN_RULE(list, Bracketed);
TOCSIN_RULE(indices, Bracketed);
TOCSIN_RULE(attribute, syntax::Name);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };
const auto set_value = [](auto& c) { value(c) = std::move(x3::_attr(c)); };

// ---- members and indices

const auto add_member = [](auto& c) {
  count_link(state_of(c), x3::_attr(c).span);
  value(c) = member(std::move(value(c)), std::move(x3::_attr(c)));
};
const auto add_attribute = [](auto& c) {
  count_link(state_of(c), x3::_attr(c).span);
  value(c) = attribute_of(std::move(value(c)), std::move(x3::_attr(c)));
};
const auto add_index = [](auto& c) {
  Bracketed& read = x3::_attr(c);
  count_link(state_of(c), read.span);
  syntax::Expr indexed;
  indexed.span = state_of(c).span(value(c).span.begin, read.span.end);
  syntax::Index index{std::make_unique<syntax::Expr>(std::move(value(c))),
                      std::make_unique<syntax::Expr>(std::move(read.items.front())),
                      {}};
  index.more.assign(std::make_move_iterator(read.items.begin() + 1), std::make_move_iterator(read.items.end()));
  indexed.node = std::move(index);
  value(c) = std::move(indexed);
};

const auto indices_def =
    node[weak(TokenKind::open_bracket) > expression[add<&Bracketed::items>] % weak(TokenKind::comma) >
         sign(TokenKind::close_bracket)];
const auto postfix_def = primary[set_value] >>
                         *(weak(TokenKind::dot) > (ahead_kind(TokenKind::at) >> attribute[add_attribute] |
                                                   name("a field's name")[add_member]) |
                           indices[add_index]);

/// `@name`, `@meta.name`; the span is the whole.
const auto meta = ahead([](State& state, Iterator it) {
  return it->kind == TokenKind::word && state.text_of(it) == "meta" && it[1].kind == TokenKind::dot;
});
const auto attribute_def = node[leaf(TokenKind::at, "a value") > -(meta >> word("meta") >> sign(TokenKind::dot)) >
                                name("an attribute's name")[set_value]];

// ---- literals

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
const auto literals = literal(TokenKind::integer) | literal(TokenKind::floating) | literal(TokenKind::text) |
                      literal(TokenKind::raw_text) | literal(TokenKind::duration) | literal(TokenKind::word_true) |
                      literal(TokenKind::word_false) | literal(TokenKind::word_null);

// ---- names, calls, choices, lists

/// `count(*)`, `count(distinct x)`: told how they are written.
const auto no_sql = ahead([](State& state, Iterator it) {
  const bool star = it->kind == TokenKind::star;
  const bool distinct = it->kind == TokenKind::word && it[1].kind == TokenKind::word && !it[1].first_of_line &&
                        state.text_of(it) == "distinct";
  if (!star && !distinct) return true;
  if (star)
    state.report("E0101", state.span(it), "`*` is no argument", "not expected here")
        .helps.push_back({"events are counted by `count()`", std::nullopt, {}});
  else
    state.report("E0101", state.span(it), "`distinct` is a function", "not expected here")
        .helps.push_back({"different values are counted by `distinct(" + std::string(state.text_of(it + 1)) + ")`",
                          std::nullopt,
                          {}});
  throw Reported{};
  return false;
});
const auto is_call = [](auto& c) { value(c).call = true; };
const auto name_or_call_def = name("a value")[set<&NameOrCall::name>] >>
                              -(weak(TokenKind::open_paren)[is_call] > no_sql >
                                -(expression[add<&NameOrCall::args>] % weak(TokenKind::comma)) >
                                sign(TokenKind::close_paren));
const auto set_name_or_call = [](auto& c) {
  NameOrCall& parsed = x3::_attr(c);
  if (parsed.call)
    value(c).node = syntax::Call{std::move(parsed.name), std::move(parsed.args)};
  else
    value(c).node = syntax::Reference{std::move(parsed.name)};
};

const auto choice_def = leaf(TokenKind::word_if, "a value") > expression[set<&Choice::condition>] >
                        sign(TokenKind::word_then) > expression[set<&Choice::yes>] >
                        sign(TokenKind::word_else) > expression[set<&Choice::no>];
const auto set_choice = [](auto& c) {
  const auto boxed = [](syntax::Expr& expr) { return std::make_unique<syntax::Expr>(std::move(expr)); };
  Choice& parsed = x3::_attr(c);
  value(c).node = syntax::Conditional{boxed(parsed.condition), boxed(parsed.yes), boxed(parsed.no)};
};

const auto list_def = leaf(TokenKind::open_bracket, "a value") >
                      -(expression[add<&Bracketed::items>] % weak(TokenKind::comma)) > sign(TokenKind::close_bracket);
const auto set_list = [](auto& c) { value(c).node = syntax::ListOf{std::move(x3::_attr(c).items)}; };

const auto set_attribute = [](auto& c) { value(c).node = syntax::Attribute{nullptr, std::move(x3::_attr(c))}; };

const auto is_format = ahead([](State& state, Iterator it) {
  return it->kind == TokenKind::word && state.text_of(it) == "format" && it[1].kind == TokenKind::open_paren &&
         (it[2].kind == TokenKind::text || it[2].kind == TokenKind::raw_text);
});
const auto set_format = [](auto& c) {
  value(c).node = std::make_unique<syntax::Format>(syntax::Format{read_message(state_of(c), x3::_attr(c))});
};
const auto format = is_format >> word("format") >> sign(TokenKind::open_paren) >> text("a text")[set_format] >
                    sign(TokenKind::close_paren);

const auto set_inner = [](auto& c) { value(c).node = std::move(x3::_attr(c).node); };
const auto primary_def =
    called("a value", node[format | name_or_call[set_name_or_call] | literals |
                           leaf(TokenKind::open_paren, "`(`") > expression[set_inner] > sign(TokenKind::close_paren) |
                           choice[set_choice] | attribute[set_attribute] | list[set_list]]);

BOOST_SPIRIT_DEFINE(primary, name_or_call, choice, list, indices, attribute)

}  // namespace

BOOST_SPIRIT_DEFINE(postfix)
TOCSIN_INSTANTIATE(postfix)

}  // namespace tocsin::rules::grammar
