// How many runs of one start a rule may hold at once where runs that have come equally far are one.
#pragma once

#include <cstdint>
#include <optional>

#include "matcher/program.hpp"
#include "rules/plan.hpp"

namespace tocsin::cli {

/// The largest number where there is none so large.
std::uint64_t times(std::uint64_t a, std::uint64_t b);

/// Places to wait at, with counts of turns and the places of all sides of an `and`; the largest number where there are
/// more than can be told.
std::uint64_t runs_of_a_start(const matcher::Program& program, const rules::RulePlan& plan);

/// Runs in one place are also told apart by when their last event came: the longest time that this matters. Empty:
/// never. kForever: as long as the run waits.
std::optional<events::Duration> told_apart_for(const matcher::Program& program);

}  // namespace tocsin::cli
