// What is judged once all steps of a pattern have their numbers: conditions of steps, absences and `until`, and how
// long absences last.
#include "rules/check_pattern.hpp"
#include "rules/elements.hpp"

namespace tocsin::rules::checking {
namespace {

/// Absences and groups of a pattern by number: they open in the order of writing.
struct Numbered {
  std::vector<Absent*> absences;
  std::vector<Group*> groups;

  explicit Numbered(Pattern& pattern) {
    each_element(pattern.elements, [this](Element& element) {
      if (auto* absent = std::get_if<Absent>(&element.node)) absences.push_back(absent);
      if (auto* group = std::get_if<Group>(&element.node)) groups.push_back(group);
    });
  }
};

std::vector<Single>& fits_of(RuleDraft& rule, Numbered& numbered, const Pending& condition) {
  Pattern& pattern = rule.plan.pattern;
  switch (condition.of) {
    case Pending::Of::step:
      return pattern.steps[condition.target].fits;
    case Pending::Of::step_until:
      return pattern.steps[condition.target].until;
    case Pending::Of::group_until:
      return numbered.groups[condition.target]->until;
    case Pending::Of::absence:
    case Pending::Of::span:
      break;
  }
  return numbered.absences[condition.target]->fits;
}

Scope scope_of(Draft& draft, const RuleDraft& rule, const Pending& pending) {
  const bool span = pending.of == Pending::Of::span;
  Scope scope{draft, span ? Place::span : Place::condition, &rule, events::kNoType, pending.before};
  if (pending.of == Pending::Of::step || pending.of == Pending::Of::step_until) scope.own = pending.target;
  scope.inside = pending.groups;
  scope.sides = pending.sides;
  scope.anywhere = pending.of == Pending::Of::group_until;
  return scope;
}

void judge_condition(Draft& draft, RuleDraft& rule, const Pending& condition, std::vector<Single>& fits) {
  const Scope scope = scope_of(draft, rule, condition);
  std::vector<std::optional<Expr>> exprs =
      check_condition_of_each(*condition.written->condition, scope, condition.types);
  const bool of_step = condition.of == Pending::Of::step;
  for (std::size_t i = 0; i < exprs.size(); ++i) {
    if (exprs[i])
      rule.conditions.push_back({condition.written, condition.types[i], of_step ? scope.own : std::nullopt, *exprs[i]});
    fits[condition.first + i].condition = std::move(exprs[i]);
  }
}

}  // namespace

void judge_pending(Draft& draft, RuleDraft& rule, const std::vector<Pending>& pending) {
  Numbered numbered(rule.plan.pattern);
  for (const Pending& each : pending) {
    if (each.of == Pending::Of::span)
      numbered.absences[each.target]->span = check_span(*each.span, scope_of(draft, rule, each));
    else
      judge_condition(draft, rule, each, fits_of(rule, numbered, each));
  }
}

}  // namespace tocsin::rules::checking
