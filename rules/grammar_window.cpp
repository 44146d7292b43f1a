// Windows: `window` with its kinds, `every`, `rollup`.
//
// What other languages call a window, and what a window lacks, is told with how it is written.
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_words.hpp"

namespace tocsin::rules::grammar {
namespace {

using Kind = syntax::Window::Kind;

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };

/// What the lexer has told about already.
bool is_told(Iterator it) { return it->kind == TokenKind::bad || it->broken; }
bool is_event_word(State& state, Iterator it, Likeness likeness) {
  return it->kind == TokenKind::word && !it->first_of_line &&
         is_among(state.text_of(it), {"events", "event"}, likeness);
}

// ---- window

/// `window 5m`, `window hopping 10m`: told how it is written.
const auto known_kind = ahead([](State& state, Iterator it) {
  const auto tell = [&](std::string message, std::string help, std::string replacement) {
    state.report("E0101", state.span(it), std::move(message), "expected a kind of window")
        .helps.push_back({std::move(help), state.span(it), std::move(replacement)});
    throw Reported{};
  };
  static const std::vector<std::string> kKinds = {"tumbling", "sliding", "session", "rolling",
                                                  "last",     "batch",   "global"};
  const std::string written{state.text_of(it)};
  if (is_told(it)) return true;
  if (it->kind == TokenKind::duration) tell("a window has a kind", "one after the other", "tumbling " + written);
  if (it->kind == TokenKind::integer) tell("a window has a kind", "the latest so many events", "last " + written);
  static constexpr struct {
    std::string_view word, kind, what;
  } kOthers[] = {
      {"tumble", "tumbling", "one after the other"},      {"fixed", "tumbling", "one after the other"},
      {"hop", "sliding", "of a size, every so often"},    {"hopping", "sliding", "of a size, every so often"},
      {"slide", "sliding", "of a size, every so often"},  {"gap", "session", "ended by silence"},
      {"range", "rolling", "the time before each event"}, {"rows", "last", "the latest so many events"},
      {"count", "batch", "each so many events"},          {"length", "last", "the latest so many events"}};
  for (const auto& other : kOthers)
    if (it->kind == TokenKind::word && written == other.word)
      tell("unknown kind of window " + quoted(written), std::string(other.what), std::string(other.kind));
  if (it->kind != TokenKind::word || it->first_of_line || is_among(written, kKinds, Likeness::near)) return true;
  state.report("E0101", state.span(it), "unknown kind of window " + quoted(written), "expected a kind of window")
      .helps.push_back({"kinds are tumbling, sliding, session, rolling, last, batch and global", std::nullopt, {}});
  throw Reported{};
  return false;
});

/// The length or number that follows the kind `it[-1]`.
auto sized(bool (*holds)(State&, Iterator), std::string_view missing, std::string_view form) {
  return ahead([holds, missing, form](State& state, Iterator it) {
    if (is_told(it) || holds(state, it)) return true;
    const std::string kind{state.text_of(it - 1)};
    if (it->kind == TokenKind::open_paren && holds(state, it + 1) && it[2].kind == TokenKind::close_paren) {
      const Span place = state.span(it[-1].begin, it[2].end);
      state
          .report("E0101", place, "the window's " + std::string(missing) + " stands without parentheses",
                  "not written as a call")
          .helps.push_back({"write it so", place, kind + " " + std::string(state.text_of(it + 1))});
      throw Reported{};
    }
    if (it->kind == TokenKind::duration) {
      const Span place = state.span(it[-1].begin, it->end);
      const std::string of_time = (kind == "last" ? "rolling " : "tumbling ") + std::string(state.text_of(it));
      state.report("E0101", place, quoted(kind) + " takes a number of events", "this is a time")
          .helps.push_back({"windows of a time", place, of_time});
      throw Reported{};
    }
    state
        .report("E0101", state.span(it - 1), "the window's " + std::string(missing) + " is missing",
                "expected after this")
        .helps.push_back({"for example `window " + std::string(form) + "`", std::nullopt, {}});
    throw Reported{};
    return false;
  });
}
const auto has_every = ahead([](State& state, Iterator it) {
  if (is_told(it) || (it->kind == TokenKind::word && is_among(state.text_of(it), {"every"}, Likeness::near)))
    return true;
  const Span place = state.span(it[-2].begin, it[-1].end);
  state.report("E0101", place, "a sliding window says how often one begins", "expected `every` after this")
      .helps.push_back({"for example `window sliding 10m every 1m`", std::nullopt, {}});
  throw Reported{};
  return false;
});
/// `last 100 events`: told, and left out.
const auto no_event_word = ahead([](State& state, Iterator& it) {
  if (!is_event_word(state, it, Likeness::same)) return true;
  state.report("E0101", state.span(it), "the number of a window is a number of events", "not expected here")
      .helps.push_back({"without the word", state.span(it[-1].end, it->end), ""});
  ++it;
  return true;
});
/// Only days have a place.
const auto no_zone = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word_in) return true;
  state.report("E0101", state.span(it), "only tumbling windows follow a calendar", "not expected here")
      .helps.push_back({"for example `window tumbling 1d in \"Europe/Berlin\"`", std::nullopt, {}});
  throw Reported{};
  return false;
});

template <Kind K>
struct SetKind {
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).kind = K;
  }
};
template <Kind K>
auto kind(std::string_view written) {
  return word(written)[SetKind<K>{}];
}
const auto size_of = [](std::string_view form) {
  return sized(holds_duration, "length", form) > duration[set<&syntax::Window::size>];
};
const auto count_of = [](std::string_view form) {
  return sized(holds_count, "number of events", form) > count[set<&syntax::Window::count>] > no_event_word;
};
const auto set_zone = [](auto& c) {
  value(c).zone = state_of(c).value_of(x3::_attr(c));
  value(c).zone_span = state_of(c).span(x3::_attr(c));
};
const auto window_every = duration[set<&syntax::Window::every>];
const auto kinds = kind<Kind::tumbling>("tumbling") > size_of("tumbling 1m") >
                       -(weak(TokenKind::word_in) > text("a time zone in quotes")[set_zone]) |
                   kind<Kind::sliding>("sliding") > size_of("sliding 10m every 1m") > has_every >
                       word("every") > window_every
                   | kind<Kind::session>("session") > size_of("session 30s") |
                   kind<Kind::rolling>("rolling") > size_of("rolling 5m") > -(weak_word("step") > window_every) |
                   kind<Kind::last>("last") > count_of("last 100") |
                   kind<Kind::batch>("batch") > count_of("batch 100") | kind<Kind::global>("global");
const auto window_def = known_kind >> called("a kind of window", kinds) > no_zone;

// ---- every

/// A number of events, not a time; a bare number is neither.
const auto is_counted = ahead([](State& state, Iterator it) {
  if (it->kind == TokenKind::end) return false;
  if (is_event_word(state, it + 1, Likeness::same)) return it->kind == TokenKind::integer || holds_count(state, it);
  if (it->kind != TokenKind::integer) return false;
  if (is_event_word(state, it + 1, Likeness::near)) return true;
  const std::string number{state.text_of(it)};
  Diagnostic& problem =
      state.report("E0106", state.span(it), "`every` takes a time or a number of events", "a number of what?");
  problem.helps.push_back({"a time", state.span(it), number + "s"});
  problem.helps.push_back({"a number of events", state.span(it), number + " events"});
  throw Reported{};
  return false;
});
const auto set_period = [](auto& c) { value(c).period = std::move(x3::_attr(c)); };
const auto every_def =
    called("a time or a number of events",
           is_counted >> count[set_period] > (word("events") | word("event")) | duration[set_period]);

// ---- rollup

const auto rollup_def = duration[add<&syntax::Rollup::grains>] % sign(TokenKind::comma);

}  // namespace

BOOST_SPIRIT_DEFINE(window, every, rollup)
TOCSIN_INSTANTIATE(window)
TOCSIN_INSTANTIATE(every)
TOCSIN_INSTANTIATE(rollup)

}  // namespace tocsin::rules::grammar
