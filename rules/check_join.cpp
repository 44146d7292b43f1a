// Joins: the condition of a pair, which windows they take, and whether each row is put out by itself.
//
// `a.x == b.y` among what `on` asks tells how pairs are found; the rest of it is judged of each such pair.
#include <algorithm>

#include "rules/check_window.hpp"

namespace tocsin::rules::checking {
namespace {

using Kind = WindowPlan::Kind;

const syntax::Join& written_join(const RuleDraft& rule) { return rule.from->joins.front(); }

std::vector<const Expr*> conjuncts(const Expr& expr) {
  std::vector<const Expr*> all;
  if (expr.op != Op::logical_and) return {&expr};
  for (const Expr& arg : expr.args) all.push_back(&arg);
  return all;
}

bool is_plain_field(const Expr& expr) { return expr.op == Op::step_field && expr.fields.empty(); }

/// Fields of both sides that are the same in each pair.
std::vector<std::pair<std::uint32_t, std::uint32_t>> equal_fields(const Expr& on) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> equal;
  for (const Expr* part : conjuncts(on)) {
    if (part->op != Op::eq || !is_plain_field(part->args[0]) || !is_plain_field(part->args[1])) continue;
    const Expr& left = part->args[part->args[0].step == 0 ? 0 : 1];
    const Expr& right = part->args[part->args[0].step == 0 ? 1 : 0];
    if (left.step == right.step || left.type != right.type) continue;
    equal.emplace_back(left.field, right.field);
  }
  return equal;
}

constexpr const char* kWindowsOfPairs =
    "both events of a pair lie in one window: `tumbling 1m`, `sliding 10m every 1m`, `session 30s` or `rolling 5m`";

/// Kinds that hold pairs, by time.
bool holds_pairs(Kind kind) {
  return kind == Kind::tumbling || kind == Kind::sliding || kind == Kind::session || kind == Kind::rolling;
}

struct Rows {
  Draft& draft;
  RuleDraft& rule;
  WindowPlan& plan;

  Span window_place() const {
    return rule.window ? rule.window_place : rule.rollup ? clause_of(rule, rule.rollup).span : written_join(rule).span;
  }

  /// Which windows a join takes. Tells whether it is one of them.
  bool window() const {
    const std::size_t before = draft.diagnostics.size();
    judge_window();
    return draft.diagnostics.size() == before;
  }
  void judge_window() const {
    if (rule.rollup) {
      help(error(draft, "E0344", window_place(), "a join takes no `rollup`", "of several grains"), kWindowsOfPairs);
    } else if (!rule.window && !rule.partial && (!plan.join->last || plan.aggregated)) {
      Diagnostic& problem =
          error(draft, "E0343", written_join(rule).span,
                plan.join->last ? "aggregates over a join need a window" : "a join needs a window", "no `window`");
      help(problem, kWindowsOfPairs);
    } else if (rule.window && !holds_pairs(plan.kind) && (!plan.join->last || !plan.aggregated)) {
      Diagnostic& problem = error(draft, "E0344", window_place(),
                                  "a join takes no " + quoted(name_of(plan.kind)) + " window", "pairs lie in a time");
      help(problem, plan.join->last ? "without an aggregate `join last` needs no window" : kWindowsOfPairs);
    } else if (rule.window && plan.kind == Kind::rolling && plan.every.ns > 0) {
      help(error(draft, "E0344", rule.window->every->span, "a rolling window of a join has no `step`", "kept in steps"),
           "for example `window rolling 5m`");
    }
  }

  /// What only windows have.
  void alone(bool good_window) const {
    if (rule.every && good_window)
      help(error(draft, "E0336", clause_of(rule, rule.every).span, "each row is put out as it comes: nothing is early",
                 "without an aggregate"),
           "with an aggregate, as `count()`, a window gives a result");
    for (const syntax::Clause* clause : rule.outputs) {
      const auto* alert = std::get_if<syntax::Alert>(&clause->node);
      if (!alert) continue;
      const auto refuse = [&](bool there, Span span, std::string_view word) {
        if (there)
          help(error(draft, "E0339", span, quoted(word) + " is of alerts that last, and each row's is given once",
                     "without an aggregate"),
               "with an aggregate, as `count() > 0`, an alert lasts while `when` is true");
      };
      refuse(alert->hold.has_value(), alert->hold_span, "hold");
      refuse(alert->keep.has_value(), alert->keep_span, "keep");
      refuse(alert->dedup.has_value(), alert->dedup_span, "dedup");
    }
  }

  void gathered() const {
    for (const auto& [span, text] : rule.window_draft.alone) {
      Diagnostic& problem =
          error(draft, "E0401", span, "a window has many rows: whose " + quoted(text) + " is this?", "of which row?");
      help(problem, "where one aggregate stands, all else is read through one", span, "last(" + text + ")");
    }
  }
};

}  // namespace

void check_on(Draft& draft, RuleDraft& rule) {
  WindowPlan& plan = *rule.plan.window;
  const syntax::Join& written = written_join(rule);
  Join& join = *plan.join;
  if (written.on) {
    Scope scope{draft, Place::row, &rule};
    scope.window = &rule.window_draft;
    join.on = check_condition(*written.on, scope);
    if (join.on) join.equal = equal_fields(*join.on);
  } else if (!rule.partial) {
    help(error(draft, "E0342", written.span, "which events belong together?", "`on` is missing"),
         "for example `on a.id == b.id`");
  }
  if (written.within) {
    const std::optional<events::Duration> within = duration_of(draft, *written.within);
    if (!join.last)
      help(error(draft, "E0342", written.within->span, "only `join last` has `within`", "the window says how long"),
           "for example `window rolling 5m`");
    else if (within && within->ns <= 0)
      error(draft, "E0316", written.within->span, "`within` must be longer than nothing", "more than `0s`");
    join.within = within;
  }
  rule.window_draft.absent_right = join.left;
}

void settle_rows(Draft& draft, RuleDraft& rule) {
  WindowPlan& plan = *rule.plan.window;
  plan.aggregated = !plan.join || rule.window_draft.aggregated;
  if (!plan.join) return;
  const Rows rows{draft, rule, plan};
  const bool good_window = rows.window();
  if (plan.aggregated)
    rows.gathered();
  else
    rows.alone(good_window);
}

}  // namespace tocsin::rules::checking
