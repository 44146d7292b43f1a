// Where a way goes on: the spots behind an event taken, in order of preference (semantics, sections 2.3 to 2.7 and 3).
#pragma once

#include <vector>

#include "tests/oracle/spot.hpp"
#include "tests/oracle/trial.hpp"

namespace tocsin::oracle {

/// Which single event of a spot takes: through the sides of `and`s that it stands in, to a step.
struct Option {
  std::vector<std::size_t> sides{};
  std::uint32_t step = 0;
};

/// What a spot can take with one event, in order of preference.
std::vector<Option> options(const Spot& spot);

/// What a match can begin with. Ends among them take nothing.
std::vector<Spot> beginnings(const Trial& trial);

/// What can follow when `option` of `spot` has taken `event`, which is the trial's last take.
std::vector<Spot> followers(const Trial& trial, const Spot& spot, const Option& option, std::size_t event);

}  // namespace tocsin::oracle
