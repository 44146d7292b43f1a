// One rule's clauses → RulePlan.
#include <algorithm>
#include <iterator>

#include "rules/check_window.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules::checking {
namespace {

void check_bounds(Draft& draft, RuleDraft& rule) {
  const bool window = kind_of(rule) == RuleKind::window;
  if (rule.limit_memory) {
    rule.plan.limit_memory = rule.limit_memory->bytes;
    if (rule.limit_memory->bytes == 0)
      error(draft, "E0316", rule.limit_memory_place, "`limit memory` must be more than nothing",
            window ? "no window could be kept" : "no run could be open");
  }
  if (window) return;
  if (rule.within) {
    rule.plan.within = duration_of(draft, rule.within->bound);
    if (rule.plan.within && rule.plan.within->ns <= 0)
      error(draft, "E0316", rule.within->bound.span, "`within` must be longer than nothing", "more than `0s`");
  }
  if (rule.limit) {
    const std::optional<std::uint64_t> runs = count_of(draft, rule.limit->runs);
    rule.plan.limit_runs = runs.value_or(kDefaultLimitRuns);
    if (runs == 0U)
      error(draft, "E0316", rule.limit->runs.span, "`limit runs` must be at least 1", "no run could be open");
  }
}

void take_attributes(RuleDraft& rule) {
  if (rule.tags) rule.plan.tags = rule.tags->tags;
  if (rule.owner) rule.plan.owner = rule.owner->text;
  if (rule.runbook) rule.plan.runbook = rule.runbook->text;
  if (rule.priority) rule.plan.priority = rule.priority->value;
  rule.plan.shadow = rule.shadow != nullptr;
  rule.plan.disabled = rule.disabled != nullptr;
}

void require_clauses(Draft& draft, const RuleDraft& rule) {
  check_kind(draft, rule);
  if (rule.partial || !rule.outputs.empty()) return;
  const syntax::Name& name = rule.written->name;
  help(error(draft, "E0315", name.span, "rule " + quoted(name.text) + " puts nothing out", "an output is missing"),
       "for example `alert high \"what happened\"`, or `emit Type { field: value }`");
}

/// What a rule that can't be judged emits has fields that aren't known, and so have its alerts.
void give_up_emitted(Draft& draft, const RuleDraft& rule) {
  const events::TypeId alerts = draft.type_called("alert." + rule.written->name.text);
  if (alerts != events::kNoType) draft.of(alerts).broken = true;
  for (const syntax::Clause* clause : rule.outputs) {
    const auto* emit = std::get_if<syntax::Emit>(&clause->node);
    if (!emit) continue;
    const events::TypeId type = draft.type_called(emit->type.text);
    if (type != events::kNoType && !draft.of(type).declared) draft.of(type).broken = true;
  }
}

}  // namespace

void check_inputs(Draft& draft, RuleDraft& rule) {
  rule.plan.inputs = rule.reads;
  std::set_difference(rule.reads.begin(), rule.reads.end(), rule.patterns.begin(), rule.patterns.end(),
                      std::back_inserter(rule.plan.only_resolving));
  if (!rule.from) return;
  const auto find = [&](const syntax::Source& source) {
    for (const syntax::Name& name : source.event.types)
      if (find_type(draft, name) == events::kNoType) rule.partial = true;
  };
  for (const syntax::Source& source : rule.from->sources) find(source);
  for (const syntax::Join& join : rule.from->joins) find(join.source);
}

void check_rule(Draft& draft, std::size_t index) {
  RuleDraft& rule = draft.rules[index];
  rule.plan.name = rule.written->name.text;
  rule.plan.description = rule.written->description.value_or("");
  rule.plan.span = rule.written->name.span;
  require_clauses(draft, rule);
  check_bounds(draft, rule);
  take_attributes(rule);
  check_inputs(draft, rule);
  if (kind_of(rule) == RuleKind::none || (!rule.match && !rule.from)) return give_up_emitted(draft, rule);
  if (kind_of(rule) == RuleKind::window) return check_window_rule(draft, index);
  check_pattern(draft, rule);
  if (rule.by) check_key(draft, rule);
  check_outputs(draft, index);
}

void mark_stored(Draft& draft) {
  for (const RuleDraft& rule : draft.rules)
    for (const auto& [type, fields] : fields_read(rule.plan))
      for (const std::uint32_t field : fields) draft.schema.types[events::index_of(type)].fields[field].stored = true;
}

}  // namespace tocsin::rules::checking
