// Test blocks.
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
TOCSIN_RULE(setting, Read);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };
const auto set_node = [](auto& c) { value(c).node = std::move(x3::_attr(c)); };

// ---- at

bool has_fields(Iterator it) { return it->kind != TokenKind::end && it[1].kind == TokenKind::open_brace; }
const auto is_type = ahead([](State&, Iterator it) { return has_fields(it); });
const auto no_type = ahead([](State&, Iterator it) { return !has_fields(it); });
/// A word that only lacks a letter of what may stand there instead is no type, unless fields follow.
const auto known_word = ahead([](State& state, Iterator it) {
  return has_fields(it) || !is_among(state.text_of(it), {"wait", "arriving"}, Likeness::near);
});
const auto given_def =
    -(no_type >> word("arriving") > duration[set<&syntax::TestEvent::arriving>]) >> known_word >
    name("an event type")[set<&syntax::TestEvent::type>] > field_values[set<&syntax::TestEvent::fields>] >
    -(word("x") > count[set<&syntax::TestEvent::repeat>] > word("every") > duration[set<&syntax::TestEvent::every>]);

/// The time after `at` waits in a TestWait until it is known what comes then.
const auto set_time = [](auto& c) { value(c).node = syntax::TestWait{std::move(x3::_attr(c)), {}}; };
const auto set_given = [](auto& c) {
  x3::_attr(c).at = std::move(std::get<syntax::TestWait>(value(c).node).at);
  value(c).node = std::move(x3::_attr(c));
};
const auto at_item_def =
    node[word("at") > duration[set_time] > (is_type >> given[set_given] | word("wait") | given[set_given])];

// ---- expect

template <syntax::Expect::What What>
struct SetWhat {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).what = What;
  }
};
const auto set_name = [](auto& c) { value(c).name = std::move(x3::_attr(c)); };
const auto set_none = [](auto& c) {
  value(c).count = syntax::CountOf{std::uint64_t{0}, state_of(c).span(x3::_attr(c))};
};

const auto rule_name = name("a rule's name")[set_name];
const auto any_subject = word("alert")[SetWhat<syntax::Expect::What::alert>{}] > rule_name |
                         word("emit")[SetWhat<syntax::Expect::What::emit>{}] > type_name[set_name] |
                         word("action")[SetWhat<syntax::Expect::What::action>{}] > name("an action's name")[set_name] |
                         word("resolved")[SetWhat<syntax::Expect::What::resolved>{}] > rule_name |
                         word("updated")[SetWhat<syntax::Expect::What::updated>{}] > rule_name;
const auto subject = called("`alert`, `emit`, `action`, `resolved` or `updated`", any_subject);
/// Reported, then read on.
const auto uncounted = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::open_brace) return false;
  state.report("E0101", state.span(it), "`no` and counts take no fields", "not expected here");
  return true;
});
/// A number, or a constant before what is expected so often.
const auto is_count = ahead([](State& state, Iterator it) {
  if (it->kind == TokenKind::integer) return true;
  const std::vector<std::string> subjects = {"alert", "emit", "action", "resolved", "updated"};
  return it->kind == TokenKind::word && it[1].kind == TokenKind::word && it[2].kind == TokenKind::word &&
         !is_among(state.text_of(it), subjects, Likeness::same) && state.text_of(it) != "at" &&
         is_among(state.text_of(it + 1), subjects, Likeness::same);
});
const auto expectation_def = word("no")[set_none] > subject > -(uncounted >> field_values) |
                             word("nothing")[SetWhat<syntax::Expect::What::nothing_else>{}] >
                                 sign(TokenKind::word_else) |
                             is_count >> count[set<&syntax::Expect::count>] > subject > -(uncounted >> field_values) |
                             -(word("at") > duration[set<&syntax::Expect::at>]) >> subject >>
                                 -(ahead_kind(TokenKind::open_brace) >> field_values[set<&syntax::Expect::fields>]);
const auto expect_item_def = node[word("expect") > expectation[set_node]];

// ---- load, start, lateness

const auto set_load = [](auto& c) {
  State& state = state_of(c);
  value(c).node = syntax::TestLoad{state.value_of(x3::_attr(c)), state.span(x3::_attr(c)), {}};
};
const auto set_start = [](auto& c) {
  State& state = state_of(c);
  value(c).node = syntax::TestStart{state.value_of(x3::_attr(c)), state.span(x3::_attr(c)), {}};
};
const auto set_lateness = [](auto& c) { value(c).node = syntax::TestLateness{std::move(x3::_attr(c)), {}}; };
const auto setting_def =
    node[word("load") > text("a file's name in quotes")[set_load] |
         word("start") > text("a time in quotes")[set_start] | word("lateness") > duration[set_lateness]];

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
  std::visit([&](auto& known) { known.span = parsed.span; }, parsed.node);
  value(c).items.push_back(std::move(parsed.node));
};
const auto any_item = called("`at` or `expect`", at_item[add_item] | expect_item[add_item] | setting[add_item]);
const auto set_title = [](auto& c) { value(c).title = state_of(c).value_of(x3::_attr(c)); };
const auto test_body_def = name("a rule's name")[set<&syntax::Test::rule>] > text("a title in quotes")[set_title] >
                           block(kItems, any_item);

BOOST_SPIRIT_DEFINE(given, at_item, expectation, expect_item, setting)

}  // namespace

BOOST_SPIRIT_DEFINE(test_body)
TOCSIN_INSTANTIATE(test_body)

}  // namespace tocsin::rules::grammar
