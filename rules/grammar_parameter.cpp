// What clauses, outputs and tests share: `{ name: expr, … }`, durations, counts, names of event types.
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_words.hpp"

namespace tocsin::rules::grammar {
namespace {

TOCSIN_RULE(field_value, std::vector<syntax::NamedExpr>);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

// ---- fields with values

/// `name` alone stands for the value of that name.
const auto set_shorthand = [](auto& c) {
  syntax::NamedExpr read;
  read.expr.span = x3::_attr(c).span;
  read.expr.node = syntax::Reference{x3::_attr(c)};
  read.name = std::move(x3::_attr(c));
  value(c).push_back(std::move(read));
};
const auto set_expr = [](auto& c) { value(c).back().expr = std::move(x3::_attr(c)); };
/// `outer: { inner: expr }` is a field `outer.inner`.
const auto set_nested = [](auto& c) {
  const std::string outer = std::move(value(c).back().name.text);
  value(c).pop_back();
  for (syntax::NamedExpr& inner : x3::_attr(c)) {
    inner.name.text = outer + "." + inner.name.text;
    value(c).push_back(std::move(inner));
  }
};
const auto field_value_def = name("a field's name")[set_shorthand] >>
                             -(sign(TokenKind::colon) >
                               (ahead_kind(TokenKind::open_brace) >> deeper[field_values][set_nested] |
                                expression[set_expr]));

const auto add_fields = [](auto& c) {
  for (syntax::NamedExpr& field : x3::_attr(c)) value(c).push_back(std::move(field));
};
constexpr BlockKind kFieldValues{true, [](std::string_view, Iterator token) {
                                   return token->kind == TokenKind::word && token[1].kind == TokenKind::colon;
                                 }};
const auto field_values_def = block(kFieldValues, field_value[add_fields]);

// ---- names of event types

const auto set_value = [](auto& c) { value(c) = std::move(x3::_attr(c)); };
const auto add_part = [](auto& c) { value(c).text += "." + x3::_attr(c).text; };
const auto type_name_def =
    node[name("an event type")[set_value] >> *(weak(TokenKind::dot) > name("a rule's name")[add_part])];

// ---- durations and counts

/// What goes on behind a duration or a count.
bool goes_on(State& state, Iterator token) {
  static const std::vector<std::string> kFollowing = {"alert", "emit",     "action", "resolved", "updated",
                                                      "wait",  "arriving", "per",    "each",     "every"};
  return is_among(state.text_of(token), kFollowing, Likeness::same);
}
/// A clause's word with what belongs to it: `when avg(x)`, `keep 5m`.
bool begins_next_clause(State& state, Iterator token) {
  if (!is_clause_word(state.text_of(token), Likeness::same) || token[1].first_of_line) return false;
  switch (token[1].kind) {
    case TokenKind::duration:
    case TokenKind::integer:
    case TokenKind::floating:
    case TokenKind::text:
    case TokenKind::raw_text:
    case TokenKind::open_paren:
    case TokenKind::open_bracket:
    case TokenKind::word_not:
      return true;
    case TokenKind::word:
      return !is_clause_word(state.text_of(token + 1), Likeness::same) && !goes_on(state, token + 1) &&
             !is_among(state.text_of(token + 1), {"step", "events", "event", "x"}, Likeness::same);
    default:
      return false;
  }
}
/// A word that may be a constant here: not what must follow the duration or count that is missing.
bool may_be_constant(State& state, Iterator token) {
  if (token->kind != TokenKind::word || token->first_of_line || token[1].kind == TokenKind::open_brace) return false;
  return !goes_on(state, token) && !begins_next_clause(state, token);
}

/// A duration, or a constant's name; a bare number is told to need a unit.
struct DurationParser : x3::parser<DurationParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
  template <class Ctx, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, syntax::DurationOf& rule_value, Attribute&) const {
    State& state = state_of(context);
    rule_value.span = state.span(first);
    if (first->kind == TokenKind::duration) {
      rule_value.node = events::Duration{first->ns};
    } else if (first->kind == TokenKind::integer) {
      without_unit(state, first, rule_value);
    } else if (may_be_constant(state, first)) {
      rule_value.node = state.name(first);
    } else {
      state.fail(first, {"a duration", {}, Expected::Strength::strong, false});
      return false;
    }
    return ++first, true;
  }

 private:
  static void without_unit(State& state, Iterator& first, syntax::DurationOf& rule_value) {
    rule_value.node = events::kSecond;
    const std::string number{state.text_of(first)};
    const bool spaced = first[1].kind == TokenKind::word && !first[1].first_of_line &&
                        std::string_view("dhms").find(state.text_of(first + 1)[0]) != std::string_view::npos;
    if (spaced) ++first;
    rule_value.span.end = first->end;
    std::string unit = spaced ? std::string(state.text_of(first)) : "s";
    if (unit != "ms") unit.resize(1);
    state.report("E0106", rule_value.span, "a duration is a number with its unit", "units are d, h, m, s and ms")
        .helps.push_back({spaced ? "without a space between" : "a duration needs a unit, for example `" + number + "s`",
                          rule_value.span, number + unit});
  }
};
const auto duration_def = DurationParser{};

/// A number, or a constant's name.
struct CountParser : x3::parser<CountParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
  template <class Ctx, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, syntax::CountOf& rule_value, Attribute&) const {
    State& state = state_of(context);
    rule_value.span = state.span(first);
    if (first->broken) throw Reported{};  // what it would have meant isn't known
    if (first->kind == TokenKind::integer) {
      rule_value.node = first->magnitude;
    } else if (may_be_constant(state, first)) {
      rule_value.node = state.name(first);
    } else {
      state.fail(first, {"a number", {}, Expected::Strength::strong, false});
      return false;
    }
    return ++first, true;
  }
};
const auto count_def = CountParser{};

BOOST_SPIRIT_DEFINE(field_value)

}  // namespace

bool holds_duration(State& state, Iterator token) {
  return token->kind == TokenKind::duration || holds_count(state, token);
}
bool holds_count(State& state, Iterator token) {
  return token->kind == TokenKind::integer || may_be_constant(state, token);
}

syntax::Name joined(State& state, std::vector<syntax::Name>::const_iterator first,
                    std::vector<syntax::Name>::const_iterator last) {
  syntax::Name out{first->text, state.span(first->span.begin, (last - 1)->span.end)};
  for (++first; first != last; ++first) out.text += "." + first->text;
  return out;
}

BOOST_SPIRIT_DEFINE(field_values, type_name, duration, count)
TOCSIN_INSTANTIATE(field_values)
TOCSIN_INSTANTIATE(type_name)
TOCSIN_INSTANTIATE(duration)
TOCSIN_INSTANTIATE(count)

}  // namespace tocsin::rules::grammar
