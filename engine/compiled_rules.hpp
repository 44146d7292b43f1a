// A rule set made ready to run: programs, outputs, keyings and layers. Immutable while events flow; shared by
// partitions.
#pragma once

#include <memory>
#include <vector>

#include "engine/keys.hpp"
#include "engine/outputs.hpp"
#include "matcher/matcher.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

struct CompiledRule {
  const rules::RulePlan* plan = nullptr;
  matcher::Program program;
  std::unique_ptr<Outputs> outputs;  ///< null: the rule is disabled, and nothing of it is compiled
  std::uint32_t keying = 0;          ///< index in its layer's keyings
  /// By TypeId: what an event of the type is to the rule.
  enum class Role : std::uint8_t { none, only_resolves, of_pattern };
  std::vector<Role> roles;
  Role role(events::TypeId type) const {
    return events::index_of(type) < roles.size() ? roles[events::index_of(type)] : Role::none;
  }
  bool runs() const { return outputs != nullptr; }
  /// Something may be kept of a key beyond its open runs.
  bool forgets() const { return plan->throttle || plan->limit_matches || outputs->has_lives(); }
  bool watches = false;  ///< what it matches may depend on since when it was watching
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

  /// Runs of all rules know the events that they took, whether an output tells them or not.
  void keep_causes() {
    for (CompiledRule& rule : rules) rule.program.keeps_causes = true;
  }

  static CompiledRules compile(std::shared_ptr<const rules::RuleSet> set, events::SymbolTable& symbols,
                               matcher::Method method = matcher::Method::fitting);
};

}  // namespace tocsin::engine
