// Near misses: what is one thing short of a scenario that fires.
#pragma once

#include "engine/generate.hpp"
#include "engine/generate_search.hpp"

namespace tocsin::engine {

/// A solved sketch with what is needed to solve it a little otherwise.
struct Solved {
  const rules::RuleSet& set;
  Sketch& sketch;  ///< its values are changed, and given back
  World& world;
  Search& search;
  Random& random;
};

/// The events of a solved sketch that are no derived ones, with ids that begin with `name`.
std::vector<GeneratedEvent> events_of(const rules::RuleSet& set, const Sketch& sketch, const World& world,
                                      const std::string& name);

struct NearMiss {
  std::string what;
  std::vector<GeneratedEvent> events;
};

/// Candidates, each different from what fires in one thing. Some may fire all the same, by another way: who asks
/// judges.
std::vector<NearMiss> near_misses(const Solved& solved, const std::string& name);

}  // namespace tocsin::engine
