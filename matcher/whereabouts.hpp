// Where a run is, for explanations: what it waits for, in words of the plan.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/matcher.hpp"

namespace tocsin::matcher {

struct Whereabouts {
  /// An absence that holds now.
  struct Absence {
    std::uint32_t number = 0;              ///< in the plan's pattern
    events::Time until = events::kLatest;  ///< of one that closes or has a span; kLatest: the next event taken ends it
    bool next_only = false;                ///< it speaks of the next event
  };
  struct Awaited {
    std::uint32_t step = 0;
    StateId state = 0;
  };
  std::vector<Awaited> steps;  ///< whose events it waits for, preferred first
  std::vector<Absence> absences;
  bool at_end = false;         ///< only absences are waited for
  bool ended_by_time = false;  ///< it is kept for a timeout of its start
};

Whereabouts whereabouts(const Program& program, const RunPool& pool, const Run& run);

}  // namespace tocsin::matcher
