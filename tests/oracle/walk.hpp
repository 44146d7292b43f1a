// Where a match may go on: the steps that can take the next event, in order of preference.
//
// A place in the pattern is written out as a path: the whole pattern, in it the element it stands at, in that group the
// element, and so on, each with the turns that this element has had. Sections 2.3 to 2.6 and 3 of the semantics say
// which places follow a taken event: a further turn before leaving, an optional step before leaving it out. Nothing is
// merged; one place reached in two ways is there twice. Any thread.
#pragma once

#include <optional>
#include <vector>

#include "rules/plan.hpp"
#include "tests/oracle/oracle.hpp"

namespace tocsin::oracle {

/// A sequence of elements, and where in it.
struct Frame {
  const std::vector<rules::Element>* elements = nullptr;
  std::size_t index = 0;
  std::size_t turns = 0;       ///< that the element at `index` has had, since it was come to
  std::size_t turn_begin = 0;  ///< takes before the current turn of the group that this sequence is
};
using Place = std::vector<Frame>;  ///< the pattern first, the innermost group last

/// A negation passed on the way, its arrow, and where it stands.
struct Guard {
  const rules::Absent* absent = nullptr;
  std::optional<rules::Arrow> arrow;
  Place place;
};

/// A step that may take the next event; or, without a place, the end of the pattern.
struct Next {
  Place place;
  std::uint32_t step = 0;
  std::optional<rules::Arrow> arrow;  ///< none at the pattern's first step
  std::vector<Guard> guards;
  bool is_end() const { return place.empty(); }
};

/// What a match can begin with.
std::vector<Next> beginnings(const rules::Pattern& pattern);
/// What can follow when the step at `place` has taken event; `takes` counts the takes so far, that one included.
std::vector<Next> followers(const rules::Pattern& pattern, Place place, std::size_t takes);

/// By step: which of the takes a field of it is read from, by a condition at `place`: those of the current turn of the
/// innermost group around both.
std::vector<std::size_t> read_from(const rules::Pattern& pattern, const Place& place);

}  // namespace tocsin::oracle
