// One rule's clauses → RulePlan.
#include <algorithm>

#include "rules/check_rule.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules::checking {
namespace {

void check_bounds(Draft& draft, RuleDraft& rule) {
  if (rule.within) {
    rule.plan.within = rule.within->bound;
    if (rule.within->bound.ns <= 0)
      error(draft, "E0316", rule.within->bound_span, "`within` must be longer than nothing", "more than `0s`");
  }
  if (rule.limit) {
    rule.plan.limit_runs = rule.limit->runs;
    if (rule.limit->runs == 0)
      error(draft, "E0316", rule.limit->runs_span, "`limit runs` must be at least 1", "no run could be open");
  }
}

void require_clauses(Draft& draft, const RuleDraft& rule) {
  if (rule.partial) return;
  const syntax::Name& name = rule.written->name;
  if (!rule.match)
    help(error(draft, "E0314", name.span, "rule " + quoted(name.text) + " has no pattern", "`match` is missing"),
         "for example `match t: Temperature(celsius > 80)`");
  if (rule.outputs.empty())
    help(error(draft, "E0315", name.span, "rule " + quoted(name.text) + " puts nothing out", "an output is missing"),
         "for example `alert high \"what happened\"`, or `emit Type { field: value }`");
}

/// What a rule that can't be judged emits has fields that aren't known.
void give_up_emitted(Draft& draft, const RuleDraft& rule) {
  for (const syntax::Clause* clause : rule.outputs) {
    const auto* emit = std::get_if<syntax::Emit>(&clause->node);
    if (!emit) continue;
    const events::TypeId type = draft.type_called(emit->type.text);
    if (type != events::kNoType && !draft.of(type).declared) draft.of(type).broken = true;
  }
}

std::ptrdiff_t errors_in(const Diagnostics& diagnostics) {
  return std::count_if(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& each) { return each.level == Level::error; });
}

}  // namespace

void check_rule(Draft& draft, std::size_t index) {
  RuleDraft& rule = draft.rules[index];
  const std::ptrdiff_t errors = errors_in(draft.diagnostics);
  rule.plan.name = rule.written->name.text;
  rule.plan.description = rule.written->description.value_or("");
  rule.plan.span = rule.written->name.span;
  require_clauses(draft, rule);
  check_bounds(draft, rule);
  if (!rule.match) {
    give_up_emitted(draft, rule);
    return;
  }
  check_pattern(draft, rule);
  if (rule.by) check_key(draft, rule);
  check_outputs(draft, index);
  if (!rule.partial && errors_in(draft.diagnostics) == errors) lint_rule(draft, rule);
}

void mark_stored(Draft& draft) {
  for (const RuleDraft& rule : draft.rules)
    for (const auto& [type, fields] : fields_read(rule.plan))
      for (const std::uint32_t field : fields) draft.schema.types[events::index_of(type)].fields[field].stored = true;
}

}  // namespace tocsin::rules::checking
