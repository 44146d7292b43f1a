// What semantics, section 2, says of one event and a spot: whether the spot may take it, whether it may pass it by, and
// from what time on nothing can be taken any more.
//
// "No event between p and q fits …" is said of each event between: so a way ends at the first one that does.
#pragma once

#include "tests/oracle/spot.hpp"
#include "tests/oracle/trial.hpp"
#include "tests/oracle/walk.hpp"

namespace tocsin::oracle {

/// All of section 2 that speaks of `event` being the next one taken.
bool may_take(const Trial& trial, const Spot& spot, const Option& option, std::size_t event);

/// All that speaks of `event` standing between; false: the way ends with it. Notes in the spot that it came.
bool may_pass_by(const Trial& trial, Spot& spot, std::size_t event);

/// The same for one guard alone.
bool may_come_between(const Trial& trial, Guard& guard, std::size_t event);

/// The event could be a further turn of the possessive loop that `guard` speaks of.
bool could_be_turn(const Trial& trial, const Guard& guard, std::size_t event);

/// The earliest of the window's end and those of bounds and spans: behind the events of that time the way ends.
/// kLatest: never.
events::Time last_moment(const Trial& trial, const Spot& spot);

}  // namespace tocsin::oracle
