#include "engine/compiled_rules.hpp"

namespace tocsin::engine {

CompiledRules CompiledRules::compile(std::shared_ptr<const rules::RuleSet> set, events::SymbolTable& symbols) {
  CompiledRules compiled;
  const events::Schema& schema = set->schema;
  for (std::uint32_t i = 0; i < set->rules.size(); ++i) {
    const rules::RulePlan& plan = set->rules[i];
    CompiledRule rule;
    rule.plan = &plan;
    matcher::RegisterFile registers;
    rule.outputs = std::make_unique<Outputs>(plan, i, schema, registers, symbols);
    rule.program = matcher::compile(plan, schema, compiled.conditions, registers, symbols);

    if (compiled.layers.size() <= plan.layer) compiled.layers.resize(plan.layer + 1);
    Layer& layer = compiled.layers[plan.layer];
    layer.reads.resize(schema.types.size());
    for (const events::TypeId type : plan.inputs) layer.reads[events::index_of(type)] = true;
    layer.rules.push_back(i);
    const Keying keying = Keying::of(plan, schema.types.size());
    while (rule.keying < layer.keyings.size() && !layer.keyings[rule.keying].merge(keying)) ++rule.keying;
    if (rule.keying == layer.keyings.size()) layer.keyings.push_back(keying);
    compiled.rules.push_back(std::move(rule));
  }
  symbols.pin();
  compiled.set = std::move(set);
  return compiled;
}

}  // namespace tocsin::engine
