// Windows that lie still: where those of a kind begin and end.
//
// Tumbling and sliding windows stand at multiples of their size or step since the epoch, calendar days at midnights of
// their zone (two zones are known, by their rules since 2007). Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rules/plan.hpp"

namespace tocsin::oracle {

/// [start, end)
struct Interval {
  events::Time start;
  events::Time end;
  auto operator<=>(const Interval&) const = default;
};

/// `value` / `by`, rounded down.
std::int64_t floor_div(std::int64_t value, std::int64_t by);

/// The plan's windows lie still: tumbling, sliding, rollup.
bool is_aligned(const rules::WindowPlan& window);
/// How many rows of windows the plan has: grains of a rollup, else one.
std::size_t grains_of(const rules::WindowPlan& window);

/// Those that hold `time`, by start.
std::vector<Interval> windows_around(const rules::WindowPlan& window, std::size_t grain, events::Time time);
/// The first that ends behind `time`.
Interval window_ending_after(const rules::WindowPlan& window, std::size_t grain, events::Time time);

}  // namespace tocsin::oracle
