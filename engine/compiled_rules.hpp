// A rule set made ready to run: programs, outputs, keyings and layers. Immutable while events flow; shared by
// partitions.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "engine/keys.hpp"
#include "engine/outputs.hpp"
#include "matcher/matcher.hpp"
#include "matcher/windows.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

struct CompiledRule {
  const rules::RulePlan* plan = nullptr;
  matcher::Program program;                               ///< of a pattern rule; else empty
  std::shared_ptr<const matcher::WindowProgram> windows;  ///< of a window rule; else null
  matcher::RegisterFile registers;                        ///< of a window rule: what its outputs read
  std::unique_ptr<Outputs> outputs;                       ///< null: the rule is disabled, and nothing of it is compiled
  std::uint32_t keying = 0;                               ///< index in its layer's keyings
  /// By TypeId: what an event of the type is to the rule.
  enum class Role : std::uint8_t { none, only_resolves, read };
  std::vector<Role> roles;
  Role role(events::TypeId type) const {
    return events::index_of(type) < roles.size() ? roles[events::index_of(type)] : Role::none;
  }
  bool runs() const { return outputs != nullptr; }
  /// Something may be kept of a key beyond its open runs.
  bool forgets() const { return windows || plan->throttle || plan->limit_matches || outputs->has_lives(); }
  /// Its windows take events behind the watermark.
  bool takes_late() const { return windows && plan->window->late; }
  bool watches = false;  ///< what it matches may depend on since when it was watching
};

struct Layer {
  std::vector<std::uint32_t> rules;  ///< indices into CompiledRules::rules
  std::vector<Keying> keyings;
  std::set<events::TypeId> table_types;  ///< of the stream tables that its rules look up
  std::vector<bool> reads;               ///< by TypeId
  std::vector<bool> reads_late;          ///< by TypeId: some rule's windows take late events of the type
  bool dedups = false;                   ///< some alert has `dedup by`
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
