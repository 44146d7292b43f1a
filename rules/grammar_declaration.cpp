// Declarations: event types, constants, functions, tables, rules, tests.
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
TOCSIN_RULE(key_field, syntax::Name);
TOCSIN_RULE(table_body, syntax::TableDecl);

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

/// A table without a key: told how it is written.
const auto has_key = ahead([](State& state, Iterator it) {
  if (it->kind == TokenKind::bad || it->broken) return true;
  const bool other = !it->first_of_line && it->kind == TokenKind::word;
  if (other && is_among(state.text_of(it), {"key"}, Likeness::near)) return true;
  const bool by = other && is_among(state.text_of(it), {"by", "on", "keys", "primary", "index"}, Likeness::same);
  const bool on_next_line = it->kind == TokenKind::word && state.text_of(it) == "key";
  if (on_next_line) return true;
  Diagnostic& problem =
      by ? state.report("E0112", state.span(it), "unknown word " + quoted(state.text_of(it)),
                        "a table's key follows `key`")
         : state.report("E0101", state.span(it - 1), "a table needs a key", "expected `key` and its fields after this");
  if (by)
    problem.helps.push_back({"write it so", state.span(it), "key"});
  else
    problem.helps.push_back({"the fields that a row is found by: `key device`, `key site, device`", std::nullopt, {}});
  throw Reported{};
  return false;
});
const auto add_part = [](auto& c) {
  syntax::Name& read = value(c);
  if (!read.text.empty()) read.text += ".";
  read.text += x3::_attr(c).text;
};
const auto key_field_def =
    node[name("a field's name")[add_part] >> *(weak(TokenKind::dot) > name("a field's name")[add_part])];
const auto key = has_key > word("key") > key_field[add<&syntax::TableDecl::key>] % sign(TokenKind::comma);
const auto set_file = [](auto& c) {
  value(c).from = syntax::TableDecl::File{state_of(c).value_of(x3::_attr(c)), state_of(c).span(x3::_attr(c))};
};
const auto set_type = [](auto& c) { value(c).from = std::move(x3::_attr(c)); };
/// The latest events of a type have its fields.
const auto no_fields = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::open_brace) return true;
  state.report("E0101", state.span(it), "a table of events has the fields of their type", "not expected here")
      .helps.push_back({"a table from a file declares its fields: `from \"sites.csv\"`", std::nullopt, {}});
  throw Reported{};
  return false;
});
/// A table from a file without its fields: told how it is written.
const auto has_fields = ahead([](State& state, Iterator it) {
  if (it->kind == TokenKind::open_brace || (it->kind != TokenKind::end && !it->first_of_line)) return true;
  state
      .report("E0101", state.span(it - 1), "a table from a file declares its fields",
              "expected them in braces after this")
      .helps.push_back({"for example `{ device: string, site: string }`", std::nullopt, {}});
  throw Reported{};
  return false;
});
/// `sites.csv` without quotes: told.
const auto in_quotes = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word || it[1].kind != TokenKind::dot || it[2].kind != TokenKind::word) return true;
  if (!is_among(state.text_of(it + 2), {"csv", "ndjson", "jsonl", "json"}, Likeness::same)) return true;
  const Span place = state.span(it->begin, it[2].end);
  const std::string written{state.text().substr(place.begin, place.end - place.begin)};
  state.report("E0101", place, "a file's name stands in quotes", "an event type would be named so")
      .helps.push_back({"write it so", place, "\"" + written + "\""});
  throw Reported{};
  return false;
});
const auto of_file = text("a file's name in quotes")[set_file] > key > has_fields >
                     block(kFields, field[add<&syntax::TableDecl::fields>]);
const auto of_events = type_name[set_type] > key > no_fields;
const auto table_body_def = name("the table's name")[set<&syntax::TableDecl::name>] > word("from") > in_quotes >
                            (of_file | of_events);

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
                                 word("fn") > fn_body[set_body] | word("table") > table_body[set_body]]);

BOOST_SPIRIT_DEFINE(type, field, event_body, let_body, parameter, fn_body, key_field, table_body)

}  // namespace

BOOST_SPIRIT_DEFINE(declaration)
TOCSIN_INSTANTIATE(declaration)

}  // namespace tocsin::rules::grammar
