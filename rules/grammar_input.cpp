// The input of a rule: `from` with its types, their conditions and other names, and what is joined to them.
//
// Join words of SQL that the language lacks are told with what is written instead.
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_words.hpp"

namespace tocsin::rules::grammar {
namespace {

TOCSIN_RULE(source, syntax::Source);
TOCSIN_RULE(join, syntax::Join);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

bool is_word(State& state, Iterator it, std::string_view written) {
  return it->kind == TokenKind::word && state.text_of(it) == written;
}
/// What the lexer has told about already.
bool is_told(Iterator it) { return it->kind == TokenKind::bad || it->broken; }

// ---- sources

/// `_`: told, and left out.
const auto named_types = [](auto& c) {
  const syntax::EventRef& read = x3::_attr(c);
  State& state = state_of(c);
  if (read.any && state.text().substr(read.span.begin, read.span.end - read.span.begin) == "_")
    state.report("E0101", read.span, "`from` names the event types it takes", "`_` stands in patterns")
        .helps.push_back({"several types are written `from A, B`", std::nullopt, {}});
  value(c).event = std::move(x3::_attr(c));
};
/// `Order o`: told how it is written.
const auto no_bare_alias = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word || it->first_of_line || is_told(it)) return true;
  const bool before_join =
      is_word(state, it + 1, "join") || is_word(state, it + 1, "on") || is_word(state, it + 1, "left");
  if (!before_join || is_among(state.text_of(it), {"as", "on", "join", "left"}, Likeness::near)) return true;
  if (is_clause_word(state.text_of(it), Likeness::near) || is_foreign_join(state.text_of(it))) return true;
  state.report("E0101", state.span(it), "a second name is written with `as`", "expected `as` before this")
      .helps.push_back({"write it so", state.span(it), "as " + std::string(state.text_of(it))});
  throw Reported{};
});
const auto source_def = node[event[named_types] > no_bare_alias >
                             -(weak_word("as") > name("another name for the type")[set<&syntax::Source::alias>])];

// ---- joins

/// `inner join`, `left outer join`, …: told how it is written. Begins at the first of the words.
void tell_foreign_join(State& state, Iterator it) {
  const std::string_view first = state.text_of(it);
  const bool left = first == "left";
  const Iterator kind = left ? it + 1 : it;
  Iterator end = kind;
  while (end->kind == TokenKind::word && is_foreign_join(state.text_of(end)) && end - kind < 2) ++end;
  if (is_word(state, end, "join")) ++end;
  const Span place = state.span(it->begin, end[-1].end);
  Diagnostic& problem =
      state.report("E0112", place, "unknown join " + quoted(state.text().substr(place.begin, place.end - place.begin)),
                   "joins are `join` and `left join`");
  if (left || first == "inner")
    problem.helps.push_back({"write it so", place, left ? "left join" : "join"});
  else if (first == "right")
    problem.helps.push_back(
        {"the side whose events all count stands on the left: `from B as b left join A as a on …`", std::nullopt, {}});
  else if (first == "asof")
    problem.helps.push_back({"the latest event before is joined with `join last`", std::nullopt, {}});
  throw Reported{};
}
const auto is_join = ahead([](State& state, Iterator it) {
  for (const std::string_view begin : {"join", "left"}) state.fail(it, {begin, {}, Expected::Strength::weak, true});
  if (it->kind != TokenKind::word) return false;
  const bool left = state.text_of(it) == "left";
  const Iterator kind = left ? it + 1 : it;
  if (kind->kind == TokenKind::word && is_foreign_join(state.text_of(kind)) && (!left || !kind->first_of_line))
    tell_foreign_join(state, it);
  return left || state.text_of(it) == "join";
});
/// A type follows: it is no type called so.
const auto is_last = ahead([](State& state, Iterator it) {
  return is_word(state, it, "last") && it[1].kind == TokenKind::word && !is_word(state, it + 1, "on") &&
         (!is_word(state, it + 1, "as") || is_word(state, it + 2, "as"));
});
/// A join without its condition: told how it is written.
const auto has_on = ahead([](State& state, Iterator it) {
  if (is_told(it) || starts_clause(state.text(), it - 1)) return true;
  if (it->kind == TokenKind::word && is_among(state.text_of(it), {"on", "as"}, Likeness::near)) return true;
  const bool same_line = !it->first_of_line && it->kind == TokenKind::word;
  if (same_line && is_among(state.text_of(it), {"using", "where", "if"}, Likeness::same)) {
    Diagnostic& problem = state.report("E0112", state.span(it), "unknown word " + quoted(state.text_of(it)),
                                       "a join's condition follows `on`");
    if (state.text_of(it) == "using")
      problem.helps.push_back({"for example `on a.x == b.x`", std::nullopt, {}});
    else
      problem.helps.push_back({"write it so", state.span(it), "on"});
  } else {
    state
        .report("E0101", state.span(it - 1), "this join doesn't say which events belong together",
                "expected `on` and a condition after this")
        .helps.push_back({"for example `join B as b on a.x == b.y`", std::nullopt, {}});
  }
  throw Reported{};
});
const auto set_left = [](auto& c) { value(c).left = true; };
const auto set_last = [](auto& c) { value(c).last = true; };
const auto join_def =
    node[is_join >> -word("left")[set_left] > word("join") > -(is_last >> word("last")[set_last]) >
         source[set<&syntax::Join::source>] > has_on > word("on") > expression[set<&syntax::Join::on>] >
         -(word("within") > duration[set<&syntax::Join::within>])];

// ---- from

/// Another name, or a join, needs one type.
void check_names(State& state, const syntax::From& read) {
  const auto tell = [&](const syntax::Source& of, std::string message) {
    state.report("E0101", of.alias ? of.alias->span : of.span, std::move(message), "not expected here");
  };
  for (const syntax::Source& each : read.sources)
    if (each.alias && (read.sources.size() > 1 || each.event.types.size() > 1))
      return tell(each, "`as` names the events of one type");
  if (!read.joins.empty() && (read.sources.size() > 1 || read.sources.front().event.types.size() > 1))
    return tell(read.sources.back(), "a join has one event type on each side");
  for (const syntax::Join& each : read.joins)
    if (each.source.event.types.size() > 1) return tell(each.source, "a join has one event type on each side");
}
const auto check_from = [](auto& c) { check_names(state_of(c), value(c)); };
const auto from_clause_def = source[add<&syntax::From::sources>] % (sign(TokenKind::comma) | weak(TokenKind::bar)) >>
                             *join[add<&syntax::From::joins>] >> x3::eps[check_from];

BOOST_SPIRIT_DEFINE(source, join)

}  // namespace

BOOST_SPIRIT_DEFINE(from_clause)
TOCSIN_INSTANTIATE(from_clause)

}  // namespace tocsin::rules::grammar
