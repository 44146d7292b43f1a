// Patterns: steps and groups of them with arrows between, and `not`.
//
// Choices, loops and other parts that can't be run yet are read whole and become NotYet elements that know the names
// they would have given. A part that merely refines a step (`~>`, an arrow's bound, a reluctant quantifier) is a NotYet
// element beside it.
#include <limits>
#include <string>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {
namespace {

using Step = WithNotYet<syntax::Step>;
using Group = WithNotYet<syntax::Group>;
using Absent = WithNotYet<syntax::Absent>;
using Quantifier = WithNotYet<syntax::Quantifier>;
using Arrow = WithNotYet<syntax::Arrow>;

/// Arrow and what follows it.
struct Link {
  Arrow arrow;
  Elements elements;
};

TOCSIN_RULE(quantifier, Quantifier);
TOCSIN_RULE(step, Step);
TOCSIN_RULE(absent, Absent);
TOCSIN_RULE(group, Group);
TOCSIN_RULE(looped, Elements);
TOCSIN_RULE(element, Elements);
TOCSIN_RULE(arrow, Arrow);
TOCSIN_RULE(link, Link);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

/// Adds a NotYet to the value's, at the token just read.
struct Refuse {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).not_yet.push_back({std::string(what), state_of(c).span(x3::_attr(c)), {}});
  }
};
Refuse refuse(std::string_view what) { return Refuse{what}; }

// ---- events

constexpr std::string_view kAnyType = "`_` as any type";
const auto set_type = [](auto& c) {
  if (x3::_attr(c).text == "_") value(c).not_yet.push_back({std::string(kAnyType), x3::_attr(c).span, {}});
  value(c).node.types.push_back(std::move(x3::_attr(c)));
};
const auto set_condition = [](auto& c) { value(c).node.condition = std::move(x3::_attr(c)); };

const auto condition = weak(TokenKind::open_paren) > expression[set_condition] > sign(TokenKind::close_paren);
const auto event_def = node[type_name[set_type] % weak(TokenKind::bar) >> -condition];

// ---- quantifiers

template <std::uint32_t Min, std::uint32_t Max>  // Max 0: none
struct Times {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).node.min = syntax::CountOf{std::uint64_t{Min}, {}};
    if constexpr (Max == 0)
      x3::_val(c).node.max.reset();
    else
      x3::_val(c).node.max = syntax::CountOf{std::uint64_t{Max}, {}};
  }
};
const syntax::CountOf& turns(State& state, const syntax::CountOf& counted) {
  const auto* number = std::get_if<std::uint64_t>(&counted.node);
  if (!number || *number <= std::numeric_limits<std::uint32_t>::max()) return counted;
  state.report("E0108", counted.span, "too many turns", "the most is 4294967295");
  throw Reported{};
}
const auto set_min_and_max = [](auto& c) {
  value(c).node.min = turns(state_of(c), x3::_attr(c));
  value(c).node.max = value(c).node.min;
};
const auto no_max = [](auto& c) { value(c).node.max.reset(); };
const auto set_max = [](auto& c) { value(c).node.max = turns(state_of(c), x3::_attr(c)); };

const auto glued = ahead([](State&, Iterator it) { return it->glued; });
/// A second one: told, and left out.
const auto second_quantifier = ahead([](State& state, Iterator it) {
  const bool turns_follow =
      it->kind == TokenKind::open_brace && (it[1].kind == TokenKind::integer || it[1].kind == TokenKind::word);
  if (!turns_follow && it->kind != TokenKind::question && it->kind != TokenKind::star && it->kind != TokenKind::plus &&
      it->kind != TokenKind::double_question)
    return false;
  state.report("E0118", state.span(it), "a second quantifier", "a step takes one");
  return true;
});

const auto times = weak(TokenKind::double_question)[Times<0, 1>{}][refuse("reluctant quantifiers")] |
                   weak(TokenKind::question)[Times<0, 1>{}] | weak(TokenKind::star)[Times<0, 0>{}] |
                   weak(TokenKind::plus)[Times<1, 0>{}] |
                   weak(TokenKind::open_brace) > count[set_min_and_max] >
                       -(sign(TokenKind::comma)[no_max] > -count[set_max]) > sign(TokenKind::close_brace);
const auto manner = glued >> (weak(TokenKind::question)[refuse("reluctant quantifiers")] |
                              weak(TokenKind::plus)[refuse("possessive quantifiers")]);
const auto quantifier_def = node[times >> -manner >> *(second_quantifier >> times)];

// ---- steps

const auto named =
    ahead([](State&, Iterator it) { return it->kind == TokenKind::word && it[1].kind == TokenKind::colon; });
template <class To, class From>
void take_refused(To& to, From& from) {
  for (syntax::NotYet& construct : from.not_yet) to.not_yet.push_back(std::move(construct));
}
const auto set_name = [](auto& c) { value(c).node.name = std::move(x3::_attr(c)); };
const auto set_event = [](auto& c) {
  Event& parsed = x3::_attr(c);
  take_refused(value(c), parsed);
  value(c).node.event = std::move(parsed.node);
  value(c).node.event.span = parsed.span;
};
const auto set_quantifier = [](auto& c) {
  Quantifier& parsed = x3::_attr(c);
  take_refused(value(c), parsed);
  parsed.node.span = parsed.span;
  value(c).node.quantifier = parsed.node;
};

const auto gap = weak(TokenKind::open_bracket)[refuse("`[…]` after a step")] > duration >
                 sign(TokenKind::close_bracket);
const auto until = later_word("until")[refuse("`until`")] >
                   (sign(TokenKind::open_paren) > expression > sign(TokenKind::close_paren) | event);
const auto loops = *(later_word("strict")[refuse("`strict`")] | later_word("any")[refuse("`any`")] | gap) >> -until;
const auto step_def = node[-(named >> name("a step's name")[set_name] >> sign(TokenKind::colon)) >> event[set_event] >>
                           -gap >> -(quantifier[set_quantifier] >> loops)];

// ---- groups and not

void collect_names(const std::vector<syntax::Element>& elements, std::vector<syntax::Name>& names) {
  for (const syntax::Element& item : elements) {
    if (const auto* inner = std::get_if<syntax::Step>(&item.node); inner && inner->name) names.push_back(*inner->name);
    if (const auto* inner = std::get_if<syntax::Group>(&item.node)) collect_names(inner->elements, names);
    if (const auto* inner = std::get_if<syntax::NotYet>(&item.node))
      names.insert(names.end(), inner->declares.begin(), inner->declares.end());
  }
}
const auto set_group = [](auto& c) { value(c).node.elements = std::move(x3::_attr(c).elements); };
const auto group_def = node[sign(TokenKind::open_paren) > deeper[pattern][set_group] > sign(TokenKind::close_paren) >
                            -gap > -(quantifier[set_quantifier] >> loops)];

const auto add_absent = [](auto& c) {
  Event& parsed = x3::_attr(c);
  take_refused(value(c), parsed);
  parsed.node.span = parsed.span;
  value(c).node.events.push_back(std::move(parsed.node));
};
const auto refuse_bare_or = [](auto& c) {
  State& state = state_of(c);
  state.report("E0101", state.span(x3::_attr(c)), "`not` takes one event here", "not expected here")
      .helps.push_back({"several stand in parentheses: `not (A or B)`", std::nullopt, {}});
};
const auto for_time = later_word("for")[refuse("`not … for …`")] >
                      (sign(TokenKind::open_paren) > expression > sign(TokenKind::close_paren) | duration) >
                      -(word("every") > duration);
/// Told, and left out.
const auto name_of_absent = ahead([](State& state, Iterator& it) {
  if (it->kind != TokenKind::word || it[1].kind != TokenKind::colon) return true;
  state.report("E0101", state.span(it->begin, it[1].end), "a negated event takes no name", "it is never there to read");
  it += 2;
  return true;
});
const auto absent_def =
    node[weak(TokenKind::word_not) >
         (sign(TokenKind::open_paren) > event[add_absent] % weak(TokenKind::word_or) > sign(TokenKind::close_paren) |
          name_of_absent >> event[add_absent] >> *(weak(TokenKind::word_or)[refuse_bare_or] > event[add_absent])) >
         -for_time];

// ---- elements

void push_refused(Elements& out, std::vector<syntax::NotYet>& refused) {
  for (syntax::NotYet& construct : refused) {
    const Span span = construct.span;
    out.items.push_back({std::nullopt, {}, std::move(construct), span});
  }
}
template <class Node>
void push_element(Elements& out, WithNotYet<Node>& parsed) {
  out.items.push_back({std::nullopt, {}, std::move(parsed.node), parsed.span});
  push_refused(out, parsed.not_yet);
}
/// A step whose event isn't known can't be judged: only the construct stands there.
const auto add_step_or_refused = [](auto& c) {
  Step& parsed = x3::_attr(c);
  bool any_type = false;
  for (syntax::NotYet& construct : parsed.not_yet)
    if (construct.what == kAnyType) {
      any_type = true;
      if (parsed.node.name) construct.declares.push_back(*parsed.node.name);
    }
  if (any_type)
    push_refused(value(c), parsed.not_yet);
  else
    push_element(value(c), parsed);
};
const auto add_absent_or_refused = [](auto& c) {
  Absent& parsed = x3::_attr(c);
  if (parsed.not_yet.empty())
    push_element(value(c), parsed);
  else
    push_refused(value(c), parsed.not_yet);
};
const auto add_group = [](auto& c) { push_element(value(c), x3::_attr(c)); };

const auto looped_def = node[ahead_kind(TokenKind::open_paren) >> group[add_group] | step[add_step_or_refused]];

const auto take_elements = [](auto& c) { value(c).items = std::move(x3::_attr(c).items); };
/// Everything read so far becomes one construct, that of the operator just read.
struct Choose {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    auto& items = x3::_val(c).items;
    syntax::NotYet construct{std::string(what), state_of(c).span(x3::_attr(c)), {}};
    collect_names(items, construct.declares);
    items.clear();
    const Span span = construct.span;
    items.push_back({std::nullopt, {}, std::move(construct), span});
  }
};
const auto join_names = [](auto& c) {
  auto& construct = std::get<syntax::NotYet>(value(c).items.front().node);
  collect_names(x3::_attr(c).items, construct.declares);
};
const auto element_def = called(
    "a step",
    node[absent[add_absent_or_refused] |
         looped[take_elements] >> *((weak(TokenKind::word_or)[Choose{"`or` between steps"}] |
                                     weak(TokenKind::word_and)[Choose{"`and` between steps"}]) > looped[join_names])]);

// ---- arrows

template <syntax::Arrow A>
struct SetArrow {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).node = A;
    x3::_val(c).span = state_of(c).span(x3::_attr(c));
  }
};
const auto bound = weak(TokenKind::open_bracket)[refuse("a time bound of an arrow")] >
                   duration % sign(TokenKind::comma) > sign(TokenKind::close_bracket);
const auto arrow_def = (sign(TokenKind::arrow)[SetArrow<syntax::Arrow::followed_by>{}] |
                        sign(TokenKind::fat_arrow)[SetArrow<syntax::Arrow::next>{}] |
                        weak(TokenKind::any_arrow)[SetArrow<syntax::Arrow::followed_by>{}][refuse("the arrow `~>`")]) >>
                       -bound;
const auto link_def = arrow[set<&Link::arrow>] > element[set<&Link::elements>];

const auto add_first = [](auto& c) {
  for (syntax::Element& item : x3::_attr(c).items) value(c).elements.push_back(std::move(item));
};
const auto add_link = [](auto& c) {
  Link& parsed = x3::_attr(c);
  Elements refused;
  push_refused(refused, parsed.arrow.not_yet);
  for (syntax::Element& item : refused.items) value(c).elements.push_back(std::move(item));
  parsed.elements.items.front().arrow = parsed.arrow.node;
  parsed.elements.items.front().arrow_span = parsed.arrow.span;
  for (syntax::Element& item : parsed.elements.items) value(c).elements.push_back(std::move(item));
};
const auto pattern_def = node[element[add_first] >> *link[add_link]];

BOOST_SPIRIT_DEFINE(quantifier, step, absent, group, looped, element, arrow, link)

}  // namespace

BOOST_SPIRIT_DEFINE(event, pattern)
TOCSIN_INSTANTIATE(event)
TOCSIN_INSTANTIATE(pattern)

}  // namespace tocsin::rules::grammar
