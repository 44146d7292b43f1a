// What a turn of a pattern is: an event with its condition, how often it comes, and what ends the turns.
#include <limits>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {
namespace {

TOCSIN_RULE(bare_condition, syntax::EventRef);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

// ---- events

const auto add_type = [](auto& c) {
  syntax::EventRef& read = value(c);
  const Span place = x3::_attr(c).span;
  const bool any = x3::_attr(c).text == "_";
  if (read.any || (any && !read.types.empty()))
    state_of(c)
        .report("E0101", place, "`_` stands alone", "it is any type already")
        .helps.push_back({"either `_`, or the types by name", std::nullopt, {}});
  read.any |= any;
  if (read.any)
    read.types.clear();
  else
    read.types.push_back(std::move(x3::_attr(c)));
};

const auto condition = weak(TokenKind::open_paren) > expression[set<&syntax::EventRef::condition>] >
                       sign(TokenKind::close_paren);
const auto event_def = node[type_name[add_type] % weak(TokenKind::bar) >> -condition];

// ---- quantifiers

template <std::uint32_t Min, std::uint32_t Max>  // Max 0: none
struct Times {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).min = syntax::CountOf{std::uint64_t{Min}, {}};
    if constexpr (Max == 0)
      x3::_val(c).max.reset();
    else
      x3::_val(c).max = syntax::CountOf{std::uint64_t{Max}, {}};
  }
};
const syntax::CountOf& turns(State& state, const syntax::CountOf& counted) {
  const auto* number = std::get_if<std::uint64_t>(&counted.node);
  if (!number || *number <= std::numeric_limits<std::uint32_t>::max()) return counted;
  state.report("E0108", counted.span, "too many turns", "the most is 4294967295");
  throw Reported{};
}
const auto set_min_and_max = [](auto& c) {
  value(c).min = turns(state_of(c), x3::_attr(c));
  value(c).max = value(c).min;
};
const auto no_max = [](auto& c) { value(c).max.reset(); };
const auto set_max = [](auto& c) { value(c).max = turns(state_of(c), x3::_attr(c)); };
template <syntax::Greed G>
struct SetGreed {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).greed = G;
  }
};

const auto glued = ahead([](State&, Iterator it) { return it->glued; });
/// `{,5}`: told how it is written.
const auto no_least = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::comma || (it[1].kind != TokenKind::integer && it[1].kind != TokenKind::word)) return true;
  state.report("E0101", state.span(it), "the least number of turns is missing", "expected before this")
      .helps.push_back({"from none on", state.span(it->begin, it->begin), "0"});
  throw Reported{};
});
const auto in_braces = weak(TokenKind::open_brace) > no_least > count[set_min_and_max] >
                       -(sign(TokenKind::comma)[no_max] > -count[set_max]) > sign(TokenKind::close_brace);
const auto times = weak(TokenKind::question)[Times<0, 1>{}] | weak(TokenKind::star)[Times<0, 0>{}] |
                   weak(TokenKind::plus)[Times<1, 0>{}] | in_braces;
const auto manner = glued >> (weak(TokenKind::question)[SetGreed<syntax::Greed::reluctant>{}] |
                              weak(TokenKind::plus)[SetGreed<syntax::Greed::possessive>{}]);
const auto quantifier_def =
    node[weak(TokenKind::double_question)[Times<0, 1>{}][SetGreed<syntax::Greed::reluctant>{}] | times >> -manner];

// ---- until

const auto bare_condition_def =
    node[sign(TokenKind::open_paren) > expression[set<&syntax::EventRef::condition>] > sign(TokenKind::close_paren)];
const auto until_def =
    node[weak_word("until") > (ahead_kind(TokenKind::open_paren) >> bare_condition[set<&syntax::Until::event>] |
                               event[set<&syntax::Until::event>])];

BOOST_SPIRIT_DEFINE(bare_condition)

}  // namespace

BOOST_SPIRIT_DEFINE(event, quantifier, until)
TOCSIN_INSTANTIATE(event)
TOCSIN_INSTANTIATE(quantifier)
TOCSIN_INSTANTIATE(until)

}  // namespace tocsin::rules::grammar
