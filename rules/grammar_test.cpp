// Test blocks, and the durations and counts that clauses and tests share.
#include <string>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {
namespace {

using Item = decltype(syntax::Test::items)::value_type;

/// An item with the span it was read from.
struct Read {
  Item node;
  Span span;
};

TOCSIN_RULE(given, syntax::TestEvent);
TOCSIN_RULE(at_item, Read);
TOCSIN_RULE(expectation, syntax::Expect);
TOCSIN_RULE(expect_item, Read);
TOCSIN_RULE(refused_item, Read);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

/// The item becomes a construct that can't be used yet.
struct Refuse {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).node = syntax::NotYet{std::string(what), state_of(c).span(x3::_attr(c)), {}};
  }
};
Refuse refuse(std::string_view what) { return Refuse{what}; }
const auto set_node = [](auto& c) { value(c).node = std::move(x3::_attr(c)); };

// ---- at

const auto set_fields = [](auto& c) { value(c).fields = std::move(x3::_attr(c)); };
const auto set_repeat = [](auto& c) { value(c).repeat = std::move(x3::_attr(c)); };
const auto set_every = [](auto& c) { value(c).every = std::move(x3::_attr(c)); };
const auto given_def = name("an event type")[set<&syntax::TestEvent::type>] > field_values[set_fields] >
                       -(word("x") > count[set_repeat] > word("every") > duration[set_every]);

/// The time after `at` waits in a TestWait until it is known what comes then.
const auto set_time = [](auto& c) { value(c).node = syntax::TestWait{std::move(x3::_attr(c)), {}}; };
const auto set_given = [](auto& c) {
  x3::_attr(c).at = std::move(std::get<syntax::TestWait>(value(c).node).at);
  value(c).node = std::move(x3::_attr(c));
};
const auto is_type = ahead([](State&, Iterator it) { return it[1].kind == TokenKind::open_brace; });
const auto at_item_def = node[word("at") > duration[set_time] > (is_type >> given[set_given] | word("wait") |
                                                                 later_word("arriving")[refuse("`arriving` in tests")] >
                                                                     duration > name("an event type") > field_values |
                                                                 given[set_given])];

// ---- expect

template <syntax::Expect::What What>
struct SetWhat {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).what = What;
  }
};
const auto set_at = [](auto& c) { value(c).at = std::move(x3::_attr(c)); };
const auto set_name = [](auto& c) { value(c).name = std::move(x3::_attr(c)); };
const auto set_count = [](auto& c) { value(c).count = std::move(x3::_attr(c)); };
const auto set_none = [](auto& c) { value(c).count = syntax::CountOf{std::uint64_t{0}, {}}; };

const auto subject = word("alert")[SetWhat<syntax::Expect::What::alert>{}] > name("a rule's name")[set_name] |
                     word("emit")[SetWhat<syntax::Expect::What::emit>{}] > name("an event type")[set_name];
/// Reported, then read on.
const auto uncounted = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::open_brace) return false;
  state.report("E0101", state.span(it), "`no` and counts take no fields", "not expected here");
  return true;
});
const auto expectation_def = word("no")[set_none] > subject > -(uncounted >> field_values) |
                             word("nothing")[SetWhat<syntax::Expect::What::nothing_else>{}] >
                                 sign(TokenKind::word_else) |
                             ahead_kind(TokenKind::integer) >> count[set_count] > subject >
                                 -(uncounted >> field_values) |
                             -(word("at") > duration[set_at]) >> subject >>
                                 -(ahead_kind(TokenKind::open_brace) >> field_values[set_fields]);

/// `expect [at T] action|resolved|updated NAME …`
const auto is_refused = ahead([](State& state, Iterator it) {
  const bool timed = it->kind == TokenKind::word && state.text_of(it) == "at";
  const bool counted = it->kind == TokenKind::integer || (it->kind == TokenKind::word && state.text_of(it) == "no");
  if (timed && it[1].kind != TokenKind::end) it += 2;
  if (counted) ++it;
  if (it->kind != TokenKind::word) return false;
  const std::string_view text = state.text_of(it);
  return text == "action" || text == "resolved" || text == "updated";
});
const auto refused_kind = later_word("action")[refuse("`expect action`")] |
                          later_word("resolved")[refuse("`expect resolved`")] |
                          later_word("updated")[refuse("`expect updated`")];
const auto expect_item_def =
    node[word("expect") >
         (is_refused >> -(word("at") > duration | word("no") | ahead_kind(TokenKind::integer) >> count) > refused_kind >
              name("a name") > -(ahead_kind(TokenKind::open_brace) >> field_values) |
          expectation[set_node])];

const auto text = leaf(TokenKind::text, "a text") | leaf(TokenKind::raw_text, "a text");
const auto refused_item_def =
    node[later_word("load")[refuse("`load` in tests")] > text | later_word("start")[refuse("`start` in tests")] > text |
         later_word("lateness")[refuse("`lateness` in tests")] > duration];

// ---- the block

bool is_item_word(std::string_view written, Likeness likeness) {
  return is_among(written, {"at", "expect", "load", "start", "lateness"}, likeness);
}
bool starts_item(std::string_view text_of_file, Iterator token) {
  if (!token->first_of_line || token->kind != TokenKind::word || token[1].kind == TokenKind::colon) return false;
  const std::string_view written = text_of_file.substr(token->begin, token->end - token->begin);
  return is_item_word(written, Likeness::same);
}
constexpr BlockKind kItems{false, starts_item, is_item_word};

const auto add_item = [](auto& c) {
  Read& parsed = x3::_attr(c);
  std::visit(
      [&](auto& known) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(known)>, syntax::NotYet>) known.span = parsed.span;
      },
      parsed.node);
  value(c).items.push_back(std::move(parsed.node));
};
const auto any_item = called("`at` or `expect`", at_item[add_item] | expect_item[add_item] | refused_item[add_item]);
const auto set_title = [](auto& c) { value(c).title = state_of(c).value_of(x3::_attr(c)); };
const auto test_body_def = name("a rule's name")[set<&syntax::Test::rule>] >
                           (leaf(TokenKind::text, "a title in quotes")[set_title] |
                            leaf(TokenKind::raw_text, "a title in quotes")[set_title]) > block(kItems, any_item);

// ---- durations and counts

/// A duration; a bare number is told to need a unit, a name that constants can't stand here yet.
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
  static bool may_be_constant(State& state, Iterator token) {
    if (token->kind != TokenKind::word || token->first_of_line || token[1].kind == TokenKind::open_brace) return false;
    return !is_among(state.text_of(token), {"alert", "emit", "action", "wait", "arriving"}, Likeness::same);
  }
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

struct CountParser : x3::parser<CountParser> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
  template <class Ctx, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, syntax::CountOf& rule_value, Attribute&) const {
    State& state = state_of(context);
    rule_value.span = state.span(first);
    if (first->kind == TokenKind::integer) {
      rule_value.node = first->broken ? std::uint64_t{1} : first->magnitude;
    } else if (first->kind == TokenKind::word && !first->first_of_line) {
      rule_value.node = state.name(first);
    } else {
      state.fail(first, {"a number", {}, Expected::Strength::strong, false});
      return false;
    }
    return ++first, true;
  }
};
const auto count_def = CountParser{};

BOOST_SPIRIT_DEFINE(given, at_item, expectation, expect_item, refused_item)

}  // namespace

BOOST_SPIRIT_DEFINE(duration, count, test_body)
TOCSIN_INSTANTIATE(duration)
TOCSIN_INSTANTIATE(count)
TOCSIN_INSTANTIATE(test_body)

}  // namespace tocsin::rules::grammar
