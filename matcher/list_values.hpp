// What aggregates give that are read from lists, counted sets and sketches.
#pragma once

#include "matcher/accumulators.hpp"

namespace tocsin::matcher {

/// As value_of; `word` stands for at least one value.
Cell value_of_kept(const AggregateValue& value, const Accumulator& accumulator, events::Slot word,
                   const KeptValues& kept, rules::Texts& texts, std::uint64_t& nulls);

}  // namespace tocsin::matcher
