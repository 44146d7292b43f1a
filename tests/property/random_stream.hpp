// Random streams that have a fair chance to match a pattern, with times at the edges of its durations.
#pragma once

#include <vector>

#include "tests/oracle/oracle.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {

/// Events of types 0 … types - 1 with the fields of random_condition.hpp, at most `length`.
std::vector<oracle::Event> random_stream(Random& random, const rules::RulePlan& plan, std::size_t types,
                                         std::size_t length);

/// The durations that the rule names, and some more.
std::vector<events::Duration> durations_of(const rules::RulePlan& plan);

}  // namespace tocsin::property
