// Aggregates by their formulas from the list of all values, in long doubles and two passes: what accumulators are
// compared with.
#pragma once

#include <vector>

#include "events/value.hpp"
#include "tests/unit/matcher/accumulating.hpp"

namespace tocsin::matcher {

/// `rows` in order of time, those of one time in order of arrival. `close` is set where the result is too near to a
/// limit, or to 0, for this arithmetic to tell.
events::Value naive(const TestAggregate& aggregate, events::Type type, const std::vector<TestRow>& rows, bool& close);

}  // namespace tocsin::matcher
