// Declarations: event types, constants, functions, rules, tests; tables are read to their end and refused.
#include <string>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {
namespace {

TOCSIN_RULE(type, syntax::TypeOf);
TOCSIN_RULE(field, syntax::FieldDecl);
TOCSIN_RULE(event_body, syntax::EventDecl);
TOCSIN_RULE(let_body, syntax::LetDecl);
TOCSIN_RULE(parameter, syntax::FnDecl::Parameter);
TOCSIN_RULE(fn_body, syntax::FnDecl);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

// ---- event types

const auto is_list = ahead([](State& state, Iterator it) {
  return it->kind == TokenKind::word && state.text_of(it) == "list" && it[1].kind == TokenKind::less;
});
/// `lst<int>`: told, since a name alone would do.
const auto parameterised = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word || it[1].kind != TokenKind::less) return false;
  Diagnostic& problem =
      state.report("E0101", state.span(it), "only `list` takes the type of its elements", "not written with `<…>`");
  if (!nearest(state.text_of(it), {"list"}).empty())
    problem.helps.push_back({"a similar word can stand here", state.span(it), "list"});
  throw Reported{};
  return false;
});
constexpr BlockKind kFields{true, [](std::string_view, Iterator token) {
                              return token->kind == TokenKind::word && token[1].kind == TokenKind::colon;
                            }};
const auto set_name = [](auto& c) { value(c).node = std::move(x3::_attr(c)); };
const auto set_element = [](auto& c) { value(c).node = std::make_unique<syntax::TypeOf>(std::move(x3::_attr(c))); };
const auto open_nested = x3::eps[([](auto& c) { value(c).node = std::vector<syntax::FieldDecl>{}; })];
const auto add_nested = [](auto& c) {
  std::get<std::vector<syntax::FieldDecl>>(value(c).node).push_back(std::move(x3::_attr(c)));
};
const auto type_def =
    node[is_list >> word("list") >> sign(TokenKind::less) > deeper[type][set_element] > sign(TokenKind::greater) |
         ahead_kind(TokenKind::open_brace) >> open_nested >> deeper[block(kFields, field[add_nested])] | parameterised |
         name("a type")[set_name]];

const auto set_optional = [](auto& c) { value(c).optional = true; };
const auto set_pointer = [](auto& c) {
  value(c).pointer = state_of(c).value_of(x3::_attr(c));
  value(c).pointer_span = state_of(c).span(x3::_attr(c));
};
const auto pointer = text("a pointer like \"/a/b\"")[set_pointer];
const auto field_def =
    node[name("a field's name")[set<&syntax::FieldDecl::name>] > sign(TokenKind::colon) >
         type[set<&syntax::FieldDecl::type>] > -weak(TokenKind::question)[set_optional] > -(word("from") > pointer)];

const auto set_wire = [](auto& c) {
  value(c).wire = state_of(c).value_of(x3::_attr(c));
  value(c).wire_span = state_of(c).span(x3::_attr(c));
};
const auto wire = text("a type name in quotes")[set_wire];
const auto event_body_def = name("the event type's name")[set<&syntax::EventDecl::name>] > -wire >
                            block(kFields, field[add<&syntax::EventDecl::fields>]);

// ---- constants, functions

/// What follows begins something new: an expression that ends a declaration ends its line too.
struct LineEndParser : x3::parser<LineEndParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, R&, Attribute&) const {
    State& state = state_of(context);
    const bool declares =
        first->kind == TokenKind::word && is_declaration_word(state.text_of(first)) && first[1].kind == TokenKind::word;
    if (first->first_of_line || first->kind == TokenKind::end || declares) return true;
    state.fail(first, {"the end of the line", {}, Expected::Strength::strong, false});
    return false;
  }
};
const auto let_body_def = name("the constant's name")[set<&syntax::LetDecl::name>] >
                          sign(TokenKind::assign) > expression[set<&syntax::LetDecl::value>] > LineEndParser{};

const auto set_optional_parameter = [](auto& c) { value(c).optional = true; };
const auto parameter_def = name("a parameter's name")[set<&syntax::FnDecl::Parameter::name>] >
                           sign(TokenKind::colon) > type[set<&syntax::FnDecl::Parameter::type>] >
                           -weak(TokenKind::question)[set_optional_parameter];
const auto fn_body_def = name("the function's name")[set<&syntax::FnDecl::name>] > sign(TokenKind::open_paren) >
                         -(parameter[add<&syntax::FnDecl::parameters>] % sign(TokenKind::comma)) >
                         sign(TokenKind::close_paren) >
                         sign(TokenKind::assign) > expression[set<&syntax::FnDecl::body>] > LineEndParser{};

// ---- tables

/// `table`: a name, and all up to the next declaration.
struct RefusedDeclaration : x3::parser<RefusedDeclaration> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
  std::string_view word;
  std::string_view what;
  constexpr RefusedDeclaration(std::string_view w, std::string_view t) : word(w), what(t) {}

  template <class Ctx, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, syntax::Declaration& rule_value, Attribute&) const {
    State& state = state_of(context);
    const Iterator name = first + 1;
    if (first->kind != TokenKind::word || state.text_of(first) != word || name->kind != TokenKind::word) {
      state.fail(first, {word, {}, Expected::Strength::strong, true, true});
      return false;
    }
    rule_value.node = syntax::NotYet{std::string(what), state.span(first->begin, name->end), {state.name(name)}};
    ++first;
    do ++first;
    while (first->kind != TokenKind::end && !starts_declaration(state.text(), first));
    return true;
  }
};

// ---- declarations

/// A broken part marks the declaration it was in.
const auto set_body = [](auto& c) {
  State& state = state_of(c);
  x3::_attr(c).broken = std::exchange(state.broken, false);
  value(c).node = std::move(x3::_attr(c));
};
const auto declaration_def =
    called("a declaration", node[word("event") > event_body[set_body] | word("rule") > rule_body[set_body] |
                                 word("test") > test_body[set_body] | word("let") > let_body[set_body] |
                                 word("fn") > fn_body[set_body] | RefusedDeclaration{"table", "tables (`table`)"}]);

BOOST_SPIRIT_DEFINE(type, field, event_body, let_body, parameter, fn_body)

}  // namespace

BOOST_SPIRIT_DEFINE(declaration)
TOCSIN_INSTANTIATE(declaration)

}  // namespace tocsin::rules::grammar
