// Random patterns of every operator of the language.
#pragma once

#include "rules/plan.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {

/// How likely each construct is at a place where it may stand, in percent. A case has some of the constructs often and
/// others never, so that each meets each now and then, in patterns that are still small (swarm testing: Groce et al.,
/// ISSTA 2012).
struct Taste {
  explicit Taste(Random& random);
  std::size_t next, any, bound;
  std::size_t loop, reluctant, possessive, strict, any_turns, gap, until;
  std::size_t group, group_span, several, either, choice, both, same_name;
  std::size_t absent, absent_span, absent_expr, absent_side, closing, leading, every;
  std::size_t condition, look_back, unnamed;

  /// Leaves out what can't be told of partial matches that share their beginnings: look-back, `and`, closings, …
  void keep_shareable();
};

/// A pattern over types 0 … types - 1 with 1 to 8 steps; its durations are whole `unit`s. It may be one that the
/// language refuses.
rules::Pattern random_pattern(Random& random, const Taste& taste, std::size_t types, events::Duration unit);

}  // namespace tocsin::property
