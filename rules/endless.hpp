// Whether a run of a rule may wait for an event without end.
#pragma once

#include "rules/plan.hpp"

namespace tocsin::rules {

/// Neither `within` nor a bound of an arrow, a time from turn to turn or the span of a group ends some wait for an
/// event. The `for` of an absence ends only its own.
bool may_wait_without_end(const RulePlan& plan);

}  // namespace tocsin::rules
