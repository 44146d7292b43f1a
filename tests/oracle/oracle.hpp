// The reference matcher: what the semantics say a match is, found by trying everything.
//
// rule plan, events of one key in processing order → matches in the order in which they are taken.
// It transcribes sections 2 to 4 of the semantics and knows no states, threads or merging: it enumerates every way to
// assign events to steps that section 2 allows (walk.hpp says where it may go on), chooses among them by section 3, and
// drops by section 4. The cost is exponential in the events: for tests of short streams only. It shares no code with
// the matcher; its sources include rules/plan.hpp, events/value.hpp, each other, and the standard library. No state:
// any thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "events/value.hpp"
#include "rules/plan.hpp"

namespace tocsin::oracle {

struct Event {
  events::TypeId type = events::kNoType;
  events::Time time;
  std::vector<events::Value> fields;  ///< by field of the type; missing ones at the end are null
};

/// Step `step` takes event number `event`.
struct Take {
  std::uint32_t step = 0;
  std::size_t event = 0;
  auto operator<=>(const Take&) const = default;
};

/// A match, or a beginning of one, as the list of its takes in order of the events. Steps that occur in no take are
/// left out; a step that occurs n times has n turns.
using Takes = std::vector<Take>;

struct Match {
  std::size_t start = 0;                        ///< index of its first event
  std::size_t completion = 0;                   ///< index of its last event
  std::vector<std::vector<std::size_t>> steps;  ///< by step: indices of the events it took
  bool operator==(const Match&) const = default;
};

inline constexpr std::size_t kNoBudget = static_cast<std::size_t>(-1);

/// The matches of one key, in order of (completion, start). Events of types that are no input of the rule are passed
/// over. Null when more than `budget` beginnings of matches would have to be looked at.
std::optional<std::vector<Match>> matches(const rules::RulePlan& plan, const std::vector<Event>& events,
                                          std::size_t budget = kNoBudget);

/// Section 2: every match of the pattern whose first event is number `start` of `input` (all of them events of the
/// rule's input), in order of preference; one assignment reached in several ways is there as often. Takes what it looks
/// at from `budget`; null when that is used up.
std::optional<std::vector<Takes>> matches_from(const rules::RulePlan& plan, const std::vector<Event>& input,
                                               std::size_t start, std::size_t& budget);

}  // namespace tocsin::oracle
