// Whether a rule is one of a pattern or of a window, and the clauses that only the other kind has.
#include <algorithm>

#include "rules/check_window.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr const char* kWindows =
    "windows are `tumbling 1m`, `sliding 10m every 1m`, `session 30s`, `rolling 5m`, `last 100`, `batch 100` and "
    "`global`; `rollup 1m, 1h` gives several";

struct Clauses {
  Draft& draft;
  const RuleDraft& rule;

  template <class Node>
  Span keyword(const Node* node) const {
    return clause_of(rule, node).keyword;
  }

  // ---- of windows, in a pattern rule

  template <class Node>
  void only_of_windows(const Node* node, std::string_view word, const char* instead) const {
    if (!node) return;
    Diagnostic& problem = error(draft, "E0330", keyword(node), quoted(word) + " is a clause of rules with a window",
                                "the rule has a pattern");
    also(problem, keyword(rule.match), "its pattern");
    help(problem, instead);
  }

  void plain_source(const syntax::Source& source) const {
    if (source.event.condition) {
      Diagnostic& problem = error(draft, "E0330", source.event.condition->span,
                                  "`from` of a rule with a pattern only names types", "a condition on its input");
      help(problem, "a condition stands at its step: `match a: " +
                        (source.event.types.empty() ? "A" : source.event.types[0].text) + "(…)`");
    }
    if (source.alias)
      help(error(draft, "E0330", source.alias->span, "`from` of a rule with a pattern only names types",
                 "another name of its input"),
           "names stand at the steps: `match a: A`");
  }

  void pattern_rule() const {
    const bool joined = rule.from && !rule.from->joins.empty();
    if (rule.window || rule.rollup || joined) {
      const Span place = rule.window   ? keyword(rule.window)
                         : rule.rollup ? keyword(rule.rollup)
                                       : rule.from->joins.front().span;
      Diagnostic& problem = error(draft, "E0332", place, "a rule has a pattern or a window, not both",
                                  joined && !rule.window && !rule.rollup ? "joined" : "a window");
      also(problem, keyword(rule.match), "a pattern");
      help(problem, "let one rule `emit` what the other reads");
      return;
    }
    only_of_windows(rule.when, "when",
                    "a pattern's conditions stand at its steps, and an output's in `if (…)` behind it");
    only_of_windows(rule.every, "every", "`-> not X for 10m every 10m` repeats what a pattern's closing absence gives");
    only_of_windows(rule.late, "late", "no pattern sees late events; an input's `lateness` makes it wait for them");
    if (rule.from)
      for (const syntax::Source& source : rule.from->sources) plain_source(source);
  }

  // ---- of patterns, in a window rule

  template <class Node>
  void only_of_patterns(const Node* node, std::string_view word, const std::string& instead) const {
    if (!node) return;
    Diagnostic& problem = error(draft, "E0331", keyword(node), quoted(word) + " is a clause of rules with a pattern",
                                "the rule has a window");
    help(problem, instead);
  }

  void window_rule() const {
    only_of_patterns(rule.within, "within", "the window says how long: for example `window rolling 5m`");
    only_of_patterns(rule.after, "after match", "a window ends by itself, and its events may stand in several");
    only_of_patterns(rule.limit, "limit runs", "a window keeps no runs");
    only_of_patterns(rule.limit_matches, "limit matches", "`throttle 1 per 10m` bounds what is put out");
    for (const syntax::Clause* clause : rule.outputs) {
      const bool timeout = std::visit(
          overloaded{[](const syntax::Alert& alert) { return alert.timeout; },
                     [](const syntax::Emit& emit) { return emit.timeout; },
                     [](const syntax::Action& action) { return action.timeout; }, [](const auto&) { return false; }},
          clause->node);
      if (timeout)
        help(error(draft, "E0331", clause->keyword, "a `timeout` output is of rules with a pattern",
                   "the rule has a window"),
             "a window that lacks events is told by `when count() == 0`, of alerts");
    }
    if (rule.window && rule.rollup) {
      Diagnostic& problem = error(draft, "E0335", keyword(rule.rollup),
                                  "`rollup` stands in the place of `window`, not beside it", "a second window");
      also(problem, keyword(rule.window), "the first one");
      help(problem, "`rollup 1m, 1h` gives tumbling windows of each length");
    }
    if (rule.from || rule.partial) return;
    const Span place = rule.window ? rule.window_place : clause_of(rule, rule.rollup).span;
    help(error(draft, "E0334", place, "a window of what?", "the rule has no `from`"),
         "for example `from Temperature` before it");
  }

  // ---- of neither

  void no_window() const {
    const Span place = rule.from   ? clause_of(rule, rule.from).span
                       : rule.when ? clause_of(rule, rule.when).span
                       : rule.late ? clause_of(rule, rule.late).span
                                   : clause_of(rule, rule.every).span;
    Diagnostic& problem =
        error(draft, "E0333", place, "rule " + quoted(rule.written->name.text) + " has neither window nor pattern",
              "`window` is missing");
    help(problem, kWindows);
  }
};

}  // namespace

RuleKind kind_of(const RuleDraft& rule) {
  if (rule.match) return RuleKind::pattern;
  const bool joined = rule.from && !rule.from->joins.empty();
  return rule.window || rule.rollup || joined ? RuleKind::window : RuleKind::none;
}

void check_kind(Draft& draft, const RuleDraft& rule) {
  const Clauses clauses{draft, rule};
  switch (kind_of(rule)) {
    case RuleKind::pattern:
      return clauses.pattern_rule();
    case RuleKind::window:
      return clauses.window_rule();
    case RuleKind::none:
      break;
  }
  if (rule.partial) return;
  if (rule.from || rule.when || rule.every || rule.late) return clauses.no_window();
  const syntax::Name& name = rule.written->name;
  Diagnostic& problem =
      error(draft, "E0314", name.span, "rule " + quoted(name.text) + " has no pattern", "`match` is missing");
  help(problem, "for example `match t: Temperature(celsius > 80)`");
  help(problem, "or a window: `from Temperature` and `window tumbling 1m`");
}

}  // namespace tocsin::rules::checking
