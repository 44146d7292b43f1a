// A rule set made ready to run: programs, outputs, keyings and layers. Immutable while events flow; shared by
// partitions.
#pragma once

#include <memory>
#include <vector>

#include "engine/keys.hpp"
#include "engine/output.hpp"
#include "matcher/matcher.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

struct CompiledRule {
  const rules::RulePlan* plan = nullptr;
  matcher::Program program;
  std::unique_ptr<Outputs> outputs;
  std::uint32_t keying = 0;  ///< index in its layer's keyings
};

struct Layer {
  std::vector<std::uint32_t> rules;  ///< indices into CompiledRules::rules
  std::vector<Keying> keyings;
  std::vector<bool> reads;  ///< by TypeId
};

struct CompiledRules {
  std::shared_ptr<const rules::RuleSet> set;
  std::vector<CompiledRule> rules;  ///< as in the set: by name
  std::vector<Layer> layers;
  matcher::Conditions conditions;

  static CompiledRules compile(std::shared_ptr<const rules::RuleSet> set, events::SymbolTable& symbols);
};

}  // namespace tocsin::engine
