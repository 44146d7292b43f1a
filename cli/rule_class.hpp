// How much a rule keeps for a key, as `tocsin check` tells it (the semantics, section 8).
#pragma once

#include <string>
#include <vector>

#include "rules/plan.hpp"

namespace tocsin::cli {

struct RuleClass {
  std::string rule;
  /// stateless; bounded: by places to wait at; looking back, all ways: by runs; window: by windows or panes; rolling:
  /// by events; join; disabled
  std::string cost;
  std::string keeps;                ///< in words: "at most 4 runs a key"
  std::string bound;                ///< in numbers, of a key: runs, else memory or time; "none"
  std::vector<std::string> inputs;  ///< event types, by name
  std::vector<std::string> key;
  std::uint32_t layer = 0;
};

/// Cost, keeps and bound of a window rule.
void tell_window(RuleClass& each, const rules::RulePlan& plan);

/// By name. Disabled rules are told too.
std::vector<RuleClass> classify(const rules::RuleSet& set);

/// A row each, under a line of titles; empty of no rule.
std::string rule_table(const std::vector<RuleClass>& classes);

}  // namespace tocsin::cli
