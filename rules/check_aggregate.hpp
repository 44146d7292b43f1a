// What functions over several events give, of a step's turns as of a window's rows.
#pragma once

#include <optional>

#include "rules/plan.hpp"

namespace tocsin::rules::checking {

/// The type of `fn` over values of `of`; empty where there is none.
std::optional<events::Type> aggregate_type(AggregateFn fn, events::Type of);

}  // namespace tocsin::rules::checking
