// Patterns: steps, groups, choices and interleavings with arrows between, and `not`.
//
// Loosest first: arrows, `or`, `and`, quantifiers. What has no meaning together (`until` without a loop, `strict` with
// `any`, bounds out of order) is read and left to the checker; what can't be read is told here with how it is written.
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_words.hpp"

namespace tocsin::rules::grammar {
namespace {

/// `->[5s, 10s]`
struct Arrow {
  syntax::Arrow sign = syntax::Arrow::followed_by;
  Span span;
  std::optional<syntax::Bound> bound;
};
/// What `or`, or `and`, stands between.
struct Sides {
  std::vector<syntax::Element> items;
  Span span;
};

TOCSIN_RULE(step, syntax::Step);
TOCSIN_RULE(group, syntax::Group);
TOCSIN_RULE(looped, syntax::Element);
TOCSIN_RULE(both, Sides);
TOCSIN_RULE(choice, Sides);
TOCSIN_RULE(absent, syntax::Absent);
TOCSIN_RULE(element, syntax::Element);
TOCSIN_RULE(bound, syntax::Bound);
TOCSIN_RULE(arrow, Arrow);
TOCSIN_RULE(link, syntax::Element);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };
const auto set_node = [](auto& c) { value(c).node = std::move(x3::_attr(c)); };

// ---- quantifiers

bool is_quantifier(Iterator it) {
  switch (it->kind) {
    case TokenKind::question:
    case TokenKind::double_question:
    case TokenKind::star:
    case TokenKind::plus:
      return true;
    case TokenKind::open_brace:
      return it[1].kind == TokenKind::integer || it[1].kind == TokenKind::word || it[1].kind == TokenKind::comma;
    default:
      return false;
  }
}
/// A quantifier, though there may be one already.
const auto another = ahead([](State&, Iterator it) { return is_quantifier(it); });
const auto set_quantifier = [](auto& c) { value(c).quantifier = x3::_attr(c); };
/// Told, and left out; where it is the only one, kept.
const auto refuse_late = [](auto& c) {
  State& state = state_of(c);
  const syntax::Quantifier& read = x3::_attr(c);
  if (!value(c).quantifier) {
    state.report("E0101", read.span, "the quantifier stands right behind what it repeats", "too late here")
        .helps.push_back({"`strict`, `any`, `[10s]` and `until` follow it: `A{3} strict`", std::nullopt, {}});
    value(c).quantifier = read;
    return;
  }
  const std::string_view written = state.text().substr(read.span.begin, read.span.end - read.span.begin);
  const bool manner_apart = value(c).quantifier->span.end < read.span.begin && (written == "+" || written == "?") &&
                            state.text()[read.span.begin - 1] == ' ';
  Diagnostic& problem = state.report("E0118", read.span, "a second quantifier", "a step takes one");
  if (manner_apart)
    problem.helps.push_back(
        {"possessive `+` and reluctant `?` stand without a space: `A{2}+`, `A*?`", std::nullopt, {}});
  else
    problem.helps.push_back({"a group takes one of its own: `(A{2}){3}`", std::nullopt, {}});
};

// ---- loops

/// `[5s, 10s]` where only an upper bound can stand.
const auto no_second = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::comma) return true;
  state.report("E0101", state.span(it), "one duration stands here, the longest time", "a second one is not expected")
      .helps.push_back({"only arrows take two: `->[5s, 10s]`", std::nullopt, {}});
  throw Reported{};
});
const auto told_twice = [](State& state, Span place) {
  state.report("E0101", place, "this stands here already", "once is enough");
};
const auto set_strict = [](auto& c) {
  if (value(c).loop.strict) told_twice(state_of(c), state_of(c).span(x3::_attr(c)));
  value(c).loop.strict = state_of(c).span(x3::_attr(c));
};
const auto set_any = [](auto& c) {
  if (value(c).loop.any) told_twice(state_of(c), state_of(c).span(x3::_attr(c)));
  value(c).loop.any = state_of(c).span(x3::_attr(c));
};
const auto set_gap = [](auto& c) {
  if (value(c).loop.gap) told_twice(state_of(c), x3::_attr(c).span);
  value(c).loop.gap = std::move(x3::_attr(c));
};
const auto set_until = [](auto& c) {
  if (value(c).loop.until) told_twice(state_of(c), x3::_attr(c).span);
  value(c).loop.until = std::move(x3::_attr(c));
};
/// Told, and read on.
const auto tell_until_last = [](auto& c) {
  if (value(c).loop.until)
    state_of(c).report("E0101", value(c).loop.until->span, "`until` stands last",
                       "something follows that belongs before it");
};

const auto gap = weak(TokenKind::open_bracket) > duration[set_gap] > no_second > sign(TokenKind::close_bracket);
const auto refined = weak_word("strict")[set_strict][tell_until_last] | weak_word("any")[set_any][tell_until_last] |
                     ahead_kind(TokenKind::open_bracket) >> gap | until[set_until];
const auto loop = *(another >> quantifier[refuse_late] | refined);

// ---- steps

const auto named =
    ahead([](State&, Iterator it) { return it->kind == TokenKind::word && it[1].kind == TokenKind::colon; });
/// Told, and left out.
const auto named_group = ahead([](State& state, Iterator& it) {
  if (it->kind != TokenKind::word || it[1].kind != TokenKind::colon || it[2].kind != TokenKind::open_paren) return true;
  const std::string written{state.text_of(it)};
  state.report("E0101", state.span(it->begin, it[1].end), "a group takes no name", "events have names")
      .helps.push_back({"the events in it are named: `(" + written + ": A or " + written + ": B)`", std::nullopt, {}});
  it += 2;
  return true;
});
const auto step_def = -(named >> name("a step's name")[set<&syntax::Step::name>] >> sign(TokenKind::colon)) >>
                      event[set<&syntax::Step::event>] >> -quantifier[set_quantifier] >> loop;

/// `(A or B)(x > 1)`: told how it is written.
const auto no_condition = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::open_paren || it->first_of_line) return true;
  state.report("E0101", state.span(it), "a group takes no condition", "not expected here")
      .helps.push_back({"each event has its own, types with `|` share one: `A|B(x > 1)`", std::nullopt, {}});
  throw Reported{};
});
const auto set_elements = [](auto& c) { value(c).elements = std::move(x3::_attr(c).elements); };
const auto group_def = sign(TokenKind::open_paren) > deeper[pattern][set_elements] >
                       sign(TokenKind::close_paren) > no_condition >
                       -(weak(TokenKind::open_bracket) > duration[set<&syntax::Group::span>] > no_second >
                         sign(TokenKind::close_bracket)) > -quantifier[set_quantifier] > loop;

const auto looped_def = node[named_group >> (ahead_kind(TokenKind::open_paren) >> group[set_node] | step[set_node])];

// ---- and, or

template <class Joined>
syntax::Element joined(Sides& sides) {
  if (sides.items.size() == 1) return std::move(sides.items.front());
  syntax::Element out;
  out.node = Joined{std::move(sides.items)};
  out.span = sides.span;
  return out;
}
void tell_absence_beside(State& state, Iterator it) {
  state.report("E0101", state.span(it), "`not` is no side of `and` or `or`", "an event or a group stands here")
      .helps.push_back({"an absence follows an arrow, in a group too: `(A -> not B for 5m)`", std::nullopt, {}});
  throw Reported{};
}
/// `A and not B`, `not A for 5m or B`: told how it is written.
const auto no_absence = ahead([](State& state, Iterator it) {
  if (it->kind == TokenKind::word_not) tell_absence_beside(state, it);
  return true;
});
const auto not_joined = ahead([](State& state, Iterator it) {
  if (it->kind == TokenKind::word_or || it->kind == TokenKind::word_and) tell_absence_beside(state, it);
  return true;
});
const auto add_side = [](auto& c) { value(c).items.push_back(std::move(x3::_attr(c))); };
const auto both_def = node[looped[add_side] >> *(weak(TokenKind::word_and) > no_absence > looped[add_side])];
const auto add_both = [](auto& c) { value(c).items.push_back(joined<syntax::Both>(x3::_attr(c))); };
const auto choice_def = node[both[add_both] >> *(weak(TokenKind::word_or) > no_absence > both[add_both])];

// ---- not

const auto add_absent = [](auto& c) { value(c).events.push_back(std::move(x3::_attr(c))); };
bool is_arrow(TokenKind kind) {
  return kind == TokenKind::arrow || kind == TokenKind::fat_arrow || kind == TokenKind::any_arrow;
}
/// What isn't single events: told.
const auto only_events = ahead([](State& state, Iterator it) {
  const TokenKind kind = it->kind;
  if (!is_arrow(kind) && !is_quantifier(it) && kind != TokenKind::word_and && kind != TokenKind::open_bracket)
    return true;
  state.report("E0101", state.span(it), "`not` takes single events, no pattern of them", "not expected here")
      .helps.push_back({"an event, or several with `or` between: `not (A or B)`", std::nullopt, {}});
  throw Reported{};
});
const auto no_quantifier = ahead([](State& state, Iterator it) {
  if (!is_quantifier(it)) return true;
  state.report("E0101", state.span(it), "`not` takes no quantifier", "the event is never there, not even once");
  throw Reported{};
});
const auto refuse_bare_or = [](auto& c) {
  State& state = state_of(c);
  state.report("E0101", state.span(x3::_attr(c)), "`not` takes one event here", "not expected here")
      .helps.push_back({"several stand in parentheses: `not (A or B)`", std::nullopt, {}});
};
/// Told, and left out.
const auto name_of_absent = ahead([](State& state, Iterator& it) {
  if (it->kind != TokenKind::word || it[1].kind != TokenKind::colon) return true;
  state.report("E0101", state.span(it->begin, it[1].end), "a negated event takes no name", "it is never there to read");
  it += 2;
  return true;
});

/// `for a.x * 2`: told how it is written.
const auto bare_expression = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word && it->kind != TokenKind::duration) return true;
  const TokenKind next = it[1].kind;
  if (next != TokenKind::dot && next != TokenKind::star && next != TokenKind::plus && next != TokenKind::minus &&
      next != TokenKind::slash && next != TokenKind::open_paren && next != TokenKind::open_bracket)
    return true;
  if (next == TokenKind::open_paren && it->kind != TokenKind::word) return true;
  state.report("E0101", state.span(it), "an expression after `for` stands in parentheses", "expected `(`")
      .helps.push_back({"written `for (" + std::string(state.text_of(it)) + " …)`", std::nullopt, {}});
  throw Reported{};
});
const auto set_for = [](auto& c) { value(c).for_span = state_of(c).span(x3::_attr(c)); };
const auto set_duration = [](auto& c) {
  value(c).for_span.end = x3::_attr(c).span.end;
  value(c).span = std::move(x3::_attr(c));
};
const auto set_expression = [](auto& c) { value(c).span = std::move(x3::_attr(c)); };
const auto end_for = [](auto& c) { value(c).for_span.end = x3::_attr(c)->end; };
const auto set_every = [](auto& c) {
  value(c).every_span = state_of(c).span(x3::_attr(c));
  if (value(c).span) return;
  state_of(c)
      .report("E0101", value(c).every_span, "`every` follows the time of an absence", "there is no `for` before it")
      .helps.push_back({"written `not A for 10m every 10m`", std::nullopt, {}});
};
const auto set_period = [](auto& c) {
  value(c).every_span.end = x3::_attr(c).span.end;
  if (value(c).span) value(c).every = std::move(x3::_attr(c));
};
const auto for_time = weak_word("for")[set_for] > (sign(TokenKind::open_paren) > expression[set_expression] >
                                                       sign(TokenKind::close_paren)[end_for] |
                                                   bare_expression >> duration[set_duration]);
const auto negated = name_of_absent >> event[add_absent];
const auto absent_def = weak(TokenKind::word_not) >
                        (sign(TokenKind::open_paren) > (negated >> only_events) % weak(TokenKind::word_or) >
                             sign(TokenKind::close_paren) |
                         negated >> *(weak(TokenKind::word_or)[refuse_bare_or] > negated)) > no_quantifier
                        > -for_time > -(weak_word("every")[set_every] > duration[set_period]);

// ---- arrows

const auto set_choice = [](auto& c) { value(c) = joined<syntax::Choice>(x3::_attr(c)); };
const auto element_def =
    called("a step", node[ahead_kind(TokenKind::word_not) >> absent[set_node] >> not_joined | choice[set_choice]]);

template <syntax::Arrow A>
struct SetArrow {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).sign = A;
    x3::_val(c).span = state_of(c).span(x3::_attr(c));
  }
};
const auto set_least = [](auto& c) {
  value(c).least = std::move(value(c).most);
  value(c).most = std::move(x3::_attr(c));
};
const auto bound_def = node[weak(TokenKind::open_bracket) > duration[set<&syntax::Bound::most>] >
                            -(sign(TokenKind::comma) > duration[set_least]) > sign(TokenKind::close_bracket)];
const auto arrow_def = (sign(TokenKind::arrow)[SetArrow<syntax::Arrow::followed_by>{}] |
                        sign(TokenKind::fat_arrow)[SetArrow<syntax::Arrow::next>{}] |
                        weak(TokenKind::any_arrow)[SetArrow<syntax::Arrow::any>{}]) >>
                       -(ahead_kind(TokenKind::open_bracket) >> bound[set<&Arrow::bound>]);

const auto set_arrow = [](auto& c) {
  value(c).arrow = x3::_attr(c).sign;
  value(c).arrow_span = x3::_attr(c).span;
  value(c).bound = std::move(x3::_attr(c).bound);
};
const auto set_element = [](auto& c) {
  value(c).node = std::move(x3::_attr(c).node);
  value(c).span = x3::_attr(c).span;
};
const auto link_def = arrow[set_arrow] > element[set_element];
const auto pattern_def = node[element[add<&syntax::Pattern::elements>] >> *link[add<&syntax::Pattern::elements>]];

BOOST_SPIRIT_DEFINE(step, group, looped, both, choice, absent, element, bound, arrow, link)

}  // namespace

BOOST_SPIRIT_DEFINE(pattern)
TOCSIN_INSTANTIATE(pattern)

}  // namespace tocsin::rules::grammar
