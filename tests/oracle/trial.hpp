// One beginning of a match, being tried: a plan, the events it is read on, and the events taken so far.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/plan.hpp"
#include "tests/oracle/oracle.hpp"
#include "tests/oracle/spot.hpp"

namespace tocsin::oracle {

struct Trial {
  const rules::RulePlan& plan;
  const std::vector<Event>& input;  ///< of the rule's input, of one key, in processing order
  events::Time watching;            ///< since when
  Takes takes{};

  const rules::Step& step(std::uint32_t number) const { return plan.pattern.steps[number]; }
  events::Time time(std::size_t event) const { return input[event].time; }
};

/// Semantics 2.2: event number `event` fits one of these, with the events bound so far.
bool fits(const Trial& trial, const std::vector<rules::Single>& singles, const Since& since, std::size_t event);

}  // namespace tocsin::oracle
