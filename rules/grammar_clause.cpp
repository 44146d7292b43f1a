// The clauses of a rule. Its input is in grammar_input.cpp, windows in grammar_window.cpp, outputs in
// grammar_output.cpp.
#include <limits>
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_words.hpp"
#include "rules/lexer_number.hpp"

namespace tocsin::rules::grammar {
namespace {

using Path = std::vector<syntax::Name>;

TOCSIN_RULE(match_body, syntax::Match);
TOCSIN_RULE(by, syntax::By);
TOCSIN_RULE(key_part, syntax::KeyPart);
TOCSIN_RULE(computed, syntax::NamedExpr);
TOCSIN_RULE(path, Path);
TOCSIN_RULE(within, syntax::Within);
TOCSIN_RULE(after_match, syntax::AfterMatch);
TOCSIN_RULE(limit, syntax::Clause);
TOCSIN_RULE(forget, syntax::Forget);
TOCSIN_RULE(when, syntax::When);
TOCSIN_RULE(late, syntax::Late);
TOCSIN_RULE(throttle, syntax::Throttle);
TOCSIN_RULE(tags, syntax::Tags);
TOCSIN_RULE(priority, syntax::Priority);
TOCSIN_RULE(clause, syntax::Clause);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };
const auto set_node = [](auto& c) { value(c).node = std::move(x3::_attr(c)); };
const auto set_keyword = [](auto& c) { value(c).keyword = state_of(c).span(x3::_attr(c)); };

// ---- match

/// A pattern follows the word: it is no type called so.
const auto is_all = ahead([](State& state, Iterator it) {
  const Iterator next = it + 1;
  if (next->kind == TokenKind::open_paren || next->kind == TokenKind::word_not) return true;
  if (next->kind != TokenKind::word || starts_clause(state.text(), next)) return false;
  const TokenKind behind = next[1].kind;
  const bool has_value = behind == TokenKind::word || behind == TokenKind::duration || behind == TokenKind::integer;
  return !has_value || !is_clause_word(state.text_of(next), Likeness::same);
});
const auto is_up_to =
    ahead([](State& state, Iterator it) { return it[1].kind == TokenKind::word && state.text_of(it + 1) == "to"; });
const auto set_all = [](auto& c) { value(c).all = true; };
/// What stands for the number is no constant but the pattern.
const auto lacks_number = ahead([](State& state, Iterator it) {
  const TokenKind next = it[1].kind;
  if (it->kind == TokenKind::word && next != TokenKind::word && next != TokenKind::open_paren &&
      next != TokenKind::word_not)
    state.fail(it, {"a number", {}, Expected::Strength::strong, false});
  else
    return true;
  return false;
});
const auto match_body_def = -(ahead_word("all") >> is_all >> weak_word("all")[set_all] |
                              ahead_word("up") >> is_up_to >> weak_word("up") > word("to") > lacks_number >
                                  count[set<&syntax::Match::up_to>]) > pattern[set<&syntax::Match::pattern>];

// ---- by

const auto add_name = [](auto& c) { value(c).push_back(std::move(x3::_attr(c))); };
const auto path_def = name("a field's name")[add_name] >> *(weak(TokenKind::dot) > name("a field's name")[add_name]);

const auto set_field = [](auto& c) { value(c).node = joined(state_of(c), x3::_attr(c).begin(), x3::_attr(c).end()); };

/// A name alone in an equality: told how it is written.
const auto has_type = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word || it->first_of_line) {
    state.fail(it, {"an event type", {}, Expected::Strength::strong, false});
    return false;
  }
  if (it[1].kind == TokenKind::dot) return true;
  state
      .report("E0101", state.span(it), "an equality in the key names the event type of each field",
              "no event type before this")
      .helps.push_back({"written as `A.f == B.g`", std::nullopt, {}});
  throw Reported{};
  return false;
});
/// `Type.field`, where the type may be `alert.rule` and the field one of a nested object.
syntax::KeyPart::Typed typed(State& state, const Path& parts) {
  const std::size_t type_parts = parts.size() > 2 && parts.front().text == "alert" ? 2 : 1;
  const auto field = parts.begin() + static_cast<std::ptrdiff_t>(type_parts);
  return {joined(state, parts.begin(), field), joined(state, field, parts.end())};
}
const auto is_equality = ahead([](State&, Iterator it) {
  if (it->kind != TokenKind::word) return false;
  while (it[1].kind == TokenKind::dot && it[2].kind == TokenKind::word) it += 2;
  return it[1].kind == TokenKind::equal;
});
const auto add_typed = [](auto& c) {
  auto& node = value(c).node;
  if (!std::holds_alternative<std::vector<syntax::KeyPart::Typed>>(node)) node = std::vector<syntax::KeyPart::Typed>{};
  std::get<std::vector<syntax::KeyPart::Typed>>(node).push_back(typed(state_of(c), x3::_attr(c)));
};

const auto is_computed =
    ahead([](State&, Iterator it) { return it->kind == TokenKind::word && it[1].kind == TokenKind::assign; });
const auto computed_def = name("a field's name")[set<&syntax::NamedExpr::name>] >>
                          sign(TokenKind::assign) > expression[set<&syntax::NamedExpr::expr>];
/// `@name` as a key: told how it is written.
const auto attribute_key = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::at || it[1].kind != TokenKind::word) return false;
  const Span span = state.span(it->begin, it[1].end);
  const std::string written{state.text_of(it + 1)};
  state.report("E0101", span, "an attribute in the key needs a name", "no field of the event")
      .helps.push_back({"a part of the key with a name", span, written + " = @" + written});
  throw Reported{};
  return false;
});
/// `lower(x)` as a key: told how it is written.
const auto call_key = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word || it->first_of_line || it[1].kind != TokenKind::open_paren) return false;
  state.report("E0101", state.span(it), "a part of the key that is computed needs a name", "no field of the event")
      .helps.push_back({"written `name = " + std::string(state.text_of(it)) + "(…)`", std::nullopt, {}});
  throw Reported{};
  return false;
});
const auto key_part_def = node[attribute_key | call_key | is_computed >> computed[set_node] |
                               is_equality >> (has_type >> path[add_typed]) % weak(TokenKind::equal) | path[set_field]];
const auto by_def = called("a field's name", key_part[add<&syntax::By::parts>] % sign(TokenKind::comma));

// ---- within, after match, limit, throttle

const auto within_def = duration[set<&syntax::Within::bound>];

template <syntax::AfterMatchPolicy P>
struct SetPolicy {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).policy = P;
  }
};
using Policy = syntax::AfterMatchPolicy;
const auto target = name("a step's name")[set<&syntax::AfterMatch::step>];
const auto after_match_def = word("match") >
                             (word("skip") > (word("past") > word("last")[SetPolicy<Policy::skip_past_last>{}] |
                                              word("to") > (word("next")[SetPolicy<Policy::skip_to_next>{}] |
                                                            word("first")[SetPolicy<Policy::skip_to_first>{}] > target |
                                                            word("last")[SetPolicy<Policy::skip_to_last>{}] > target)) |
                              word("keep")[SetPolicy<Policy::keep>{}]);

const auto set_runs = [](auto& c) { value(c).node = syntax::LimitRuns{std::move(x3::_attr(c))}; };
const auto set_matches = [](auto& c) { value(c).node = syntax::LimitMatches{std::move(x3::_attr(c))}; };
const auto set_memory = [](auto& c) { value(c).node = syntax::LimitMemory{x3::_attr(c)->magnitude}; };
/// A number without a unit, or with one a space away: told, with how it is written.
const auto has_unit = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::integer) return true;
  const bool spaced = it[1].kind == TokenKind::word && !it[1].first_of_line && is_size_unit(state.text_of(it + 1));
  const Span place = state.span(it->begin, spaced ? it[1].end : it->end);
  const std::string written = std::string(state.text_of(it)) + std::string(spaced ? state.text_of(it + 1) : "MB");
  state.report("E0106", place, "a size is a number with its unit", "units are B, KB, MB and GB")
      .helps.push_back({spaced ? "without a space between" : "for example in megabytes", place, written});
  throw Reported{};
});
const auto limit_def = word("runs") > count[set_runs] | sign(TokenKind::word_matches) > count[set_matches] |
                       word("memory") > has_unit > leaf(TokenKind::size, "a size like `64MB`")[set_memory];

const auto forget_def = duration[set<&syntax::Forget::span>];
const auto when_def = expression[set<&syntax::When::condition>];
const auto late_def = duration[set<&syntax::Late::span>];

const auto throttle_def = count[set<&syntax::Throttle::count>] > word("per") > duration[set<&syntax::Throttle::per>] >
                          -(word("each") > expression[add<&syntax::Throttle::each>] % sign(TokenKind::comma));

// ---- attributes of the rule

const auto add_tag = [](auto& c) { value(c).tags.push_back(state_of(c).value_of(x3::_attr(c))); };
const auto tags_def = sign(TokenKind::open_bracket) > text("a text in quotes")[add_tag] % sign(TokenKind::comma) >
                      sign(TokenKind::close_bracket);

const auto negative = [](auto& c) { value(c).value = -1; };
const auto set_priority = [](auto& c) {
  const std::uint64_t magnitude = x3::_attr(c)->magnitude;
  value(c).value = static_cast<std::int64_t>(value(c).value < 0 ? 0 - magnitude : magnitude);
};
const auto priority_def = -weak(TokenKind::minus)[negative] > leaf(TokenKind::integer, "a number")[set_priority];

template <class Attribute>
struct SetText {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).node = Attribute{state_of(c).value_of(x3::_attr(c))};
  }
};
template <class Attribute>
struct SetFlag {
  template <class Ctx>
  void operator()(Ctx& c) const {
    set_keyword(c);
    x3::_val(c).node = Attribute{};
  }
};

// ---- clauses

const auto take_clause = [](auto& c) { value(c).node = std::move(x3::_attr(c).node); };
/// What belongs to an alert, and follows none.
const auto misplaced = ahead([](State& state, Iterator it) {
  for (const std::string_view tail : {"resolve", "hold", "keep", "dedup"}) {
    if (it->kind == TokenKind::word && state.text_of(it) == tail) {
      state.report("E0101", state.span(it), quoted(tail) + " stands right behind the alert that it belongs to",
                   "no alert before it");
      throw Reported{};
    }
    state.fail(it, {tail, {}, Expected::Strength::strong, true});
  }
  return false;
});
const auto foreign = ahead([](State& state, Iterator it) {
  if (tell_foreign_clause(state, it)) throw Reported{};
  return false;
});
const auto attributes = word("tags")[set_keyword] > tags[set_node] |
                        word("owner")[set_keyword] > text("a text in quotes")[SetText<syntax::Owner>{}] |
                        word("runbook")[set_keyword] > text("a text in quotes")[SetText<syntax::Runbook>{}] |
                        word("priority")[set_keyword] > priority[set_node] | word("shadow")[SetFlag<syntax::Shadow>{}] |
                        word("disabled")[SetFlag<syntax::Disabled>{}];
const auto of_windows = word("window")[set_keyword] > window[set_node] | word("when")[set_keyword] > when[set_node] |
                        word("every")[set_keyword] > every[set_node] | word("rollup")[set_keyword] > rollup[set_node] |
                        word("late")[set_keyword] > late[set_node];
const auto clause_def =
    node[word("match")[set_keyword] > match_body[set_node] | word("from")[set_keyword] > from_clause[set_node] |
         word("by")[set_keyword] > by[set_node] | word("within")[set_keyword] > within[set_node] |
         word("after")[set_keyword] > after_match[set_node] | word("limit")[set_keyword] > limit[take_clause] |
         word("throttle")[set_keyword] > throttle[set_node] | word("forget")[set_keyword] > forget[set_node] |
         of_windows | attributes | misplaced | foreign];

const auto set_clause = [](auto& c) { value(c) = std::move(x3::_attr(c)); };
const auto any_clause_def = called("a clause", clause[set_clause] | output[set_clause]);

bool begins_clause(std::string_view word, Likeness likeness) {
  return is_clause_word(word, likeness) || is_foreign_clause(word);
}
constexpr BlockKind kClauses{false, starts_clause, begins_clause};
const auto set_description = [](auto& c) { value(c).description = state_of(c).value_of(x3::_attr(c)); };
const auto rule_body_def = name("the rule's name")[set<&syntax::Rule::name>] >
                           -text("a description in quotes")[set_description] >
                           block(kClauses, any_clause[add<&syntax::Rule::clauses>]);

BOOST_SPIRIT_DEFINE(match_body, by, key_part, computed, path, within, after_match, limit, forget, when, late, throttle,
                    tags, priority, clause)

}  // namespace

BOOST_SPIRIT_DEFINE(any_clause, rule_body)
TOCSIN_INSTANTIATE(any_clause)
TOCSIN_INSTANTIATE(rule_body)

}  // namespace tocsin::rules::grammar
