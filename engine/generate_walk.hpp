// A pattern → the turns of one way through it: which steps are taken how often, in which order, and what must hold of
// the times between. A walk decides at each choice; sides of an `and` are laid one into the other.
#pragma once

#include <optional>
#include <string>

#include "engine/generate_sketch.hpp"

namespace tocsin::engine {

/// The turns have no events yet. None: the way takes no event, or nothing of it can time out.
std::optional<Instance> walk(const rules::RulePlan& rule, Shape shape, bool timeout, Random& random, std::string& why);

/// The absence stands behind `=>`.
bool is_next(const rules::Pattern& pattern, const rules::Absent* absent);

}  // namespace tocsin::engine
