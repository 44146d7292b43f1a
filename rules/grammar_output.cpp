// The outputs of a rule: alert, emit, action, each with `if (…)`, and what belongs to an alert.
#include <string>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {
namespace {

struct Resolve {
  syntax::Resolve node;
  Span span;
};
/// `hold 2m`, `keep 5m` or `dedup by …`.
struct Life {
  Iterator word = nullptr;
  std::optional<syntax::DurationOf> time;
  std::optional<syntax::Expr> expr;
  Span span;
};
/// `if (…)`, with the span of all of it.
struct Condition {
  syntax::Expr expr;
  Span span;
};

TOCSIN_RULE(alert, syntax::Alert);
TOCSIN_RULE(emit, syntax::Emit);
TOCSIN_RULE(action, syntax::Action);
TOCSIN_RULE(head, syntax::Clause);
TOCSIN_RULE(timeout, syntax::Clause);
TOCSIN_RULE(condition, Condition);
TOCSIN_RULE(resolve, Resolve);
TOCSIN_RULE(life, Life);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };
const auto set_node = [](auto& c) { value(c).node = std::move(x3::_attr(c)); };
const auto set_keyword = [](auto& c) { value(c).keyword = state_of(c).span(x3::_attr(c)); };

// ---- alert

bool is_text(Iterator token) { return token->kind == TokenKind::text || token->kind == TokenKind::raw_text; }

/// A message where the severity should be: told, and read on as if there were one.
const auto lacks_severity = ahead([](State& state, Iterator it) {
  if (!is_text(it)) return false;
  const Iterator next = it + 1;
  const bool ends = next->first_of_line || next->kind == TokenKind::end || next->kind == TokenKind::word ||
                    next->kind == TokenKind::word_if || next->kind == TokenKind::open_brace ||
                    next->kind == TokenKind::close_brace;
  if (!ends) return false;
  state.report("E0101", state.span(it), "a severity is missing before the message", "expected before this")
      .helps.push_back({"severities are info, low, medium, high and critical", std::nullopt, {}});
  state.broken = true;
  return true;
});
const auto set_message = [](auto& c) { value(c).message = read_message(state_of(c), x3::_attr(c)); };
const auto set_any_severity = [](auto& c) { value(c).severity.node = syntax::Literal{events::Severity::info}; };
const auto alert_def = called("a severity",
                              lacks_severity[set_any_severity] | expression[set<&syntax::Alert::severity>]) >
                       text("a message in quotes")[set_message] >
                       -(ahead_kind(TokenKind::open_brace) >> field_values[set<&syntax::Alert::fields>]);

// ---- emit, action

const auto emit_def = name("an event type")[set<&syntax::Emit::type>] > field_values[set<&syntax::Emit::fields>];
const auto action_def =
    name("an action's name")[set<&syntax::Action::name>] > field_values[set<&syntax::Action::fields>];

const auto head_def = node[word("alert")[set_keyword] > alert[set_node] | word("emit")[set_keyword] > emit[set_node] |
                           word("action")[set_keyword] > action[set_node]];
/// The keyword is both words.
const auto set_timeout = [](auto& c) {
  syntax::Clause& read = x3::_attr(c);
  value(c).keyword.end = read.keyword.end;
  value(c).node = std::move(read.node);
  std::visit(
      [](auto& output) {
        if constexpr (requires { output.timeout; }) output.timeout = true;
      },
      value(c).node);
};
const auto timeout_def = node[word("timeout")[set_keyword] > head[set_timeout]];

// ---- what follows an output

const auto condition_def = node[weak(TokenKind::word_if) > sign(TokenKind::open_paren) >
                                expression[set<&Condition::expr>] > sign(TokenKind::close_paren)];
const auto add_condition = [](auto& c) {
  State& state = state_of(c);
  const auto take = [&](auto& output) {
    if constexpr (requires { output.condition->span; }) {
      if (output.condition)
        state.report("E0101", x3::_attr(c).span, "a second `if`", "an output takes one")
            .helps.push_back({"conditions are joined with `and`", std::nullopt, {}});
      output.condition = std::move(x3::_attr(c).expr);
    }
  };
  std::visit(take, value(c).node);
};

const auto add_event = [](auto& c) { value(c).node.events.push_back(std::move(x3::_attr(c))); };
const auto set_time = [](auto& c) { value(c).node.span = std::move(x3::_attr(c)); };
const auto resolving = sign(TokenKind::open_paren) > event[add_event] % weak(TokenKind::word_or) >
                           sign(TokenKind::close_paren) |
                       event[add_event];
const auto resolve_def =
    node[word("resolve") > (word("after") > duration[set_time] |
                            weak(TokenKind::word_not) > resolving > word("for") > duration[set_time] | resolving)];
const auto add_resolve = [](auto& c) {
  State& state = state_of(c);
  Resolve& parsed = x3::_attr(c);
  auto* alert_read = std::get_if<syntax::Alert>(&value(c).node);
  if (!alert_read) {
    state.report("E0101", parsed.span, "only an alert can be resolved", "not expected here");
  } else if (alert_read->resolve) {
    state.report("E0101", parsed.span, "a second `resolve`", "an alert takes one");
  } else {
    parsed.node.place = parsed.span;
    alert_read->resolve = std::move(parsed.node);
  }
};

const auto set_word = [](auto& c) { value(c).word = x3::_attr(c); };
/// `dedup device`: told how it is written.
const auto has_by = ahead([](State& state, Iterator it) {
  if (it->kind != TokenKind::word || it->first_of_line || is_among(state.text_of(it), {"by"}, Likeness::near))
    return true;
  state.report("E0101", state.span(it), "`dedup` is written with `by`", "expected `by` before this")
      .helps.push_back({"write it so", state.span(it), "by " + std::string(state.text_of(it))});
  throw Reported{};
  return false;
});
const auto life_def =
    node[word("hold")[set_word] > duration[set<&Life::time>] | word("keep")[set_word] > duration[set<&Life::time>] |
         word("dedup")[set_word] > has_by > word("by") > expression[set<&Life::expr>]];
const auto add_life = [](auto& c) {
  State& state = state_of(c);
  Life& read = x3::_attr(c);
  const std::string_view which = state.text_of(read.word);
  auto* alert_read = std::get_if<syntax::Alert>(&value(c).node);
  if (!alert_read) {
    state.report("E0101", read.span, quoted(which) + " belongs to an alert", "not expected here");
    return;
  }
  const auto put = [&](auto& member, Span& span, auto& given) {
    if (member) state.report("E0101", read.span, "a second " + quoted(which), "an alert takes one");
    member = std::move(given);
    span = read.span;
  };
  if (which == "hold") put(alert_read->hold, alert_read->hold_span, read.time);
  if (which == "keep") put(alert_read->keep, alert_read->keep_span, read.time);
  if (which == "dedup") put(alert_read->dedup, alert_read->dedup_span, read.expr);
};
const auto is_life = ahead([](State& state, Iterator it) {
  return it->kind == TokenKind::word && is_among(state.text_of(it), {"hold", "keep", "dedup"}, Likeness::same);
});

const auto set_output = [](auto& c) { value(c) = std::move(x3::_attr(c)); };
const auto output_def =
    node[(head[set_output] | timeout[set_output]) >>
         *(condition[add_condition] | ahead_word("resolve") >> resolve[add_resolve] | is_life >> life[add_life])];

BOOST_SPIRIT_DEFINE(alert, emit, action, head, timeout, condition, resolve, life)

}  // namespace

BOOST_SPIRIT_DEFINE(output)
TOCSIN_INSTANTIATE(output)

}  // namespace tocsin::rules::grammar
