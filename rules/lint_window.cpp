// Warnings of window rules: conditions that never hold, and what grows with the stream.
#include <algorithm>

#include "rules/check_window.hpp"

namespace tocsin::rules::checking {
namespace {

using Kind = WindowPlan::Kind;

constexpr std::int64_t kLong = 86'400'000'000'000;  ///< a day

/// Keeps every value of the window, or every different one.
bool keeps_values(AggregateFn fn) {
  switch (fn) {
    case AggregateFn::collect:
    case AggregateFn::distinct:
    case AggregateFn::median:
    case AggregateFn::percentile:
    case AggregateFn::mad:
    case AggregateFn::autocorrelation:
    case AggregateFn::seasonal:
      return true;
    default:
      return false;
  }
}

/// What does the same in bounded memory.
std::string_view bounded(AggregateFn fn) {
  switch (fn) {
    case AggregateFn::distinct:
      return "`approx_distinct(x)` counts in bounded memory";
    case AggregateFn::median:
    case AggregateFn::percentile:
      return "`approx_percentile(x, 99)` does in bounded memory";
    default:
      return "a shorter window, or one of `last 1000`, bounds them";
  }
}

void unbounded_values(Draft& draft, const RuleDraft& rule) {
  const WindowPlan& window = *rule.plan.window;
  const bool is_long = window.kind == Kind::global || window.size.ns > kLong ||
                       (!window.grains.empty() && window.grains.back().ns > kLong);
  if (!is_long) return;
  const auto found = std::find_if(window.aggregates.begin(), window.aggregates.end(),
                                  [](const Aggregate& each) { return keeps_values(each.fn); });
  if (found == window.aggregates.end()) return;
  const Span place = rule.window ? rule.window_place : clause_of(rule, rule.rollup).span;
  const bool counts = found->fn == AggregateFn::distinct;
  Diagnostic& problem = warning(draft, "W0316", place,
                                quoted(name_of(found->fn)) + " keeps all " + (counts ? "different " : "") +
                                    "values of this window, up to 1000000 a key",
                                window.kind == Kind::global ? "without end" : "longer than a day");
  help(problem, std::string(bounded(found->fn)));
}

/// An alert that can't fire of a key that fell silent.
void forgotten_before(Draft& draft, const RuleDraft& rule) {
  for (std::size_t i = 0; i < rule.outputs.size(); ++i) {
    const auto* written = std::get_if<syntax::Alert>(&rule.outputs[i]->node);
    const auto* plan = std::get_if<AlertPlan>(&rule.plan.outputs[i].node);
    if (!written || !plan || plan->hold.ns < rule.plan.forget.ns) continue;
    Diagnostic& problem = warning(draft, "W0318", written->hold_span,
                                  "a silent key is forgotten after " + events::format_duration(rule.plan.forget) +
                                      ", before this alert would fire",
                                  "held for longer");
    help(problem, "let keys be kept for longer: for example `forget " +
                      events::format_duration(events::Duration{2 * plan->hold.ns}) + "`");
  }
}

}  // namespace

void lint_window(Draft& draft, const RuleDraft& rule) {
  if (rule.when && rule.plan.window->when) lint_condition(draft, *rule.plan.window->when, rule.when->condition.span);
  const std::optional<Join>& join = rule.plan.window->join;
  if (join && join->on && contradicts_itself(*join->on))
    lint_condition(draft, *join->on, rule.from->joins.front().on->span);
  unbounded_values(draft, rule);
  forgotten_before(draft, rule);
}

}  // namespace tocsin::rules::checking
