// Scenarios stand apart: what a rule needs is run alone, and each scenario has keys and a time of its own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/generate.hpp"

namespace tocsin::engine {

inline constexpr events::Duration kHour{3'600 * events::kSecond.ns};
inline constexpr events::Duration kDay{24 * kHour.ns};
inline constexpr events::Duration kWeek{7 * 24 * kHour.ns};

/// To the next multiple of `unit` since the start of tests.
events::Time rounded_up(events::Time time, events::Duration unit);

/// `rule` and, again and again, the rules that put out what one of them reads.
rules::RuleSet needed_for(const rules::RuleSet& set, const std::string& rule);

/// Each event may double the rule's matches, and no time ends that: `match all` with `~>` or `any`, without a key and
/// `within`. It is run on its own events alone.
bool may_explode(const rules::RulePlan& rule);

/// After so long without events nothing of before matters any more: an hour over the longest time that a rule names.
events::Duration apart(const rules::RuleSet& set);

/// What moves a scenario to another place: its keys become others, its times later ones.
struct Shift {
  std::vector<std::pair<events::Value, events::Value>> keys;
  events::Time base;
  events::Duration by;

  std::vector<GeneratedEvent> operator()(std::vector<GeneratedEvent> events, const std::string& name) const;
};

}  // namespace tocsin::engine
