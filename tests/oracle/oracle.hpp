// The reference matcher: what the semantics say a match is, found by trying everything.
//
// rule plan, events of one key in processing order → matches in the order in which they are taken.
// It transcribes sections 2 to 4 of the semantics and knows no merging: it tries every way to assign events to steps
// that section 2 allows (walk.hpp says where a way may go on, judge.hpp what an event may be to it), chooses among them
// by section 3 (start.hpp), and drops by section 4 (oracle.cpp). The cost is exponential in the events: for tests of
// short streams only. It shares no code with the matcher; its sources include rules/plan.hpp, events/value.hpp, each
// other, and the standard library. No state: any thread.
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
  bool timeout = false;      ///< no match: a start that time ended without one
  bool by_time = false;      ///< completed by a timer, behind all events of `completion`
  std::uint64_t repeat = 0;  ///< of `every`: which repetition, from 1; 0: the match itself
  std::size_t start = 0;     ///< index of its first event
  events::Time completion;
  std::size_t completing = 0;                   ///< index of the completing event; 0 if by_time
  std::vector<std::vector<std::size_t>> steps;  ///< by binding: indices of the events it took; others are empty
  bool operator==(const Match&) const = default;
};

/// What lies around the events.
struct Surroundings {
  std::optional<events::Time> watching{};  ///< since when the rule watches its input; none: since the first event
  /// The input ends behind the events: deadlines that are set come due. Else only those before this time do.
  std::optional<events::Time> until{};
};

inline constexpr std::size_t kNoBudget = static_cast<std::size_t>(-1);

/// The matches of one key, timeouts among them where an output has `timeout`, in the order in which they are taken:
/// by (completion, timers behind events of their time, start, preference). Events of types that are no input of the
/// rule are passed over. Null when more than `budget` beginnings of matches would have to be looked at.
std::optional<std::vector<Match>> matches(const rules::RulePlan& plan, const std::vector<Event>& events,
                                          std::size_t budget = kNoBudget, const Surroundings& around = {});

}  // namespace tocsin::oracle
