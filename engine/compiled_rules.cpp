#include "engine/compiled_rules.hpp"

#include <algorithm>

namespace tocsin::engine {

namespace {

struct Absences {
  bool any = false;
  bool with_span = false;  ///< `not X for …`
};

Absences absences_of(const std::vector<rules::Element>& elements) {
  Absences found;
  const auto add = [&](const std::vector<rules::Element>& inner) {
    const Absences more = absences_of(inner);
    found.any |= more.any;
    found.with_span |= more.with_span;
  };
  for (const rules::Element& element : elements) {
    if (const auto* absent = std::get_if<rules::Absent>(&element.node)) {
      found.any = true;
      found.with_span |= absent->span.has_value();
    } else if (const auto* group = std::get_if<rules::Group>(&element.node)) {
      add(group->elements);
    } else if (const auto* choice = std::get_if<rules::Choice>(&element.node)) {
      for (const auto& side : choice->sides) add(side);
    } else if (const auto* both = std::get_if<rules::Both>(&element.node)) {
      for (const auto& side : both->sides) add(side);
    }
  }
  return found;
}

bool has_timeouts(const rules::RulePlan& plan) {
  return std::any_of(plan.outputs.begin(), plan.outputs.end(),
                     [](const rules::OutputPlan& output) { return output.timeout; });
}

/// Alerts and actions tell the events of their match; an emitted event the last one, which need not be the completing
/// one where an absence or a timeout completes.
bool tells_causes(const rules::RulePlan& plan, const Absences& absences) {
  return absences.any || has_timeouts(plan) ||
         std::any_of(plan.outputs.begin(), plan.outputs.end(), [](const rules::OutputPlan& output) {
           return !std::holds_alternative<rules::EmitPlan>(output.node);
         });
}

bool dedups(const rules::RulePlan& plan) {
  return std::any_of(plan.outputs.begin(), plan.outputs.end(), [](const rules::OutputPlan& output) {
    const auto* alert = std::get_if<rules::AlertPlan>(&output.node);
    return alert != nullptr && alert->dedup;
  });
}

void compile_pattern(matcher::Conditions& conditions, const events::Schema& schema, events::SymbolTable& symbols,
                     matcher::Method method, CompiledRule& rule) {
  const rules::RulePlan& plan = *rule.plan;
  rule.program = matcher::compile(plan, schema, conditions, rule.registers, symbols, method);
  const Absences absences = absences_of(plan.pattern.elements);
  rule.program.keeps_causes = tells_causes(plan, absences);
  rule.program.keeps_context = absences.any || has_timeouts(plan);
  rule.watches = absences.with_span;
}

}  // namespace

CompiledRules CompiledRules::compile(std::shared_ptr<const rules::RuleSet> set, events::SymbolTable& symbols,
                                     matcher::Method method) {
  CompiledRules compiled;
  const events::Schema& schema = set->schema;
  for (std::uint32_t i = 0; i < set->rules.size(); ++i) {
    const rules::RulePlan& plan = set->rules[i];
    CompiledRule rule;
    rule.plan = &plan;
    if (compiled.layers.size() <= plan.layer) compiled.layers.resize(plan.layer + 1);
    if (plan.disabled) {
      compiled.rules.push_back(std::move(rule));
      continue;
    }
    rule.registers = matcher::RegisterFile(compiled.conditions.tables());
    rule.outputs = std::make_unique<Outputs>(*set, i, rule.registers, compiled.conditions, symbols);
    if (plan.window)
      rule.windows = matcher::compile_windows(plan, schema, compiled.conditions, rule.registers, symbols);
    else
      compile_pattern(compiled.conditions, schema, symbols, method, rule);
    rule.roles.resize(schema.types.size());
    for (const events::TypeId type : plan.inputs) rule.roles[events::index_of(type)] = CompiledRule::Role::read;
    for (const events::TypeId type : plan.only_resolving)
      rule.roles[events::index_of(type)] = CompiledRule::Role::only_resolves;

    Layer& layer = compiled.layers[plan.layer];
    layer.reads.resize(schema.types.size());
    layer.reads_late.resize(schema.types.size());
    for (const events::TypeId type : plan.inputs) {
      layer.reads[events::index_of(type)] = true;
      if (rule.takes_late()) layer.reads_late[events::index_of(type)] = true;
    }
    for (const events::TypeId type : plan.table_types) {
      layer.reads[events::index_of(type)] = true;
      layer.table_types.insert(type);
    }
    layer.dedups |= dedups(plan);
    layer.rules.push_back(i);
    const Keying keying = Keying::of(plan, schema, symbols, compiled.conditions.tables());
    while (rule.keying < layer.keyings.size() && !layer.keyings[rule.keying].merge(keying)) ++rule.keying;
    if (rule.keying == layer.keyings.size()) layer.keyings.push_back(keying);
    compiled.rules.push_back(std::move(rule));
  }
  for (Layer& layer : compiled.layers) {
    layer.reads.resize(schema.types.size());
    layer.reads_late.resize(schema.types.size());
  }
  symbols.pin();
  compiled.set = std::move(set);
  return compiled;
}

}  // namespace tocsin::engine
