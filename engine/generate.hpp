// Events that make rules fire, and events that nearly do.
//
// Rule set, seed → scenarios as data. For each rule: its pattern is walked (generate_sketch), values are searched for
// (generate_search), and what was found is run, as text, through the real engine (generate_judge); only what fires is
// kept. Near misses are made from that (generate_near) and kept where they don't fire. Scenarios stand apart in keys
// and time. In the end all are run as one stream, and near misses that fire in company are left out. No clock, no I/O.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/plan.hpp"

namespace tocsin::engine {

struct GeneratedEvent {
  events::TypeId type = events::kNoType;
  events::Time time;
  std::string id;
  std::string source;
  std::vector<events::Value> values;  ///< by field
};

struct Scenario {
  std::string rule;
  bool fires = true;                   ///< or nearly
  std::string what;                    ///< for a person: `fires`, `times out`, `one event short`, …
  std::vector<GeneratedEvent> events;  ///< in order
  events::Time until{};                ///< by then it has fired, if it does: absences and timeouts need time to pass
};

struct GeneratedRule {
  std::string rule;
  std::size_t fires = 0;
  std::size_t near_misses = 0;
  bool runs = true;  ///< it is neither disabled nor a shadow: those put nothing out
  std::string why;   ///< no event was found that makes it fire, for a person
};

struct GenerateOptions {
  std::uint64_t seed = 1;
  std::vector<std::string> rules{};  ///< names; empty: all
  bool near = true;                  ///< near misses too
  std::uint64_t work = 1'000'000;    ///< nodes of expressions evaluated in one search
};

struct Generated {
  std::vector<Scenario> scenarios;   ///< in order of time
  std::vector<GeneratedRule> rules;  ///< in order of the set
};

Generated generate(const rules::RuleSet& set, const GenerateOptions& options);

/// Lines of CloudEvents JSON.
std::string text_of(const std::vector<GeneratedEvent>& events, const events::Schema& schema);

}  // namespace tocsin::engine
