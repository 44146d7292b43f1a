// What becomes of one start: its matches by sections 2 and 3 of the semantics, whatever other starts do.
#pragma once

#include <compare>
#include <limits>
#include <optional>
#include <vector>

#include "rules/plan.hpp"
#include "tests/oracle/oracle.hpp"

namespace tocsin::oracle {

inline constexpr std::size_t kTimer = std::numeric_limits<std::size_t>::max();

/// When something happens: with an event, or by a timer, which comes behind all events of its time.
struct Moment {
  events::Time time;
  std::size_t event = kTimer;
  bool by_time() const { return event == kTimer; }
  auto operator<=>(const Moment&) const = default;
};

/// One way to a match.
struct Completion {
  Moment at;
  Takes takes;
  std::size_t rank = 0;                   ///< in order of preference
  std::vector<events::Time> repeats{};    ///< of `every`, when it matches again
  std::optional<Moment> repeats_until{};  ///< the event that ends that, or the end of all; none: it doesn't repeat
};

struct Life {
  bool begins = false;  ///< the event fits a first step
  /// `match`: at most one, section 3's. Else all assignments, each once, in order of preference.
  std::vector<Completion> completions{};
  std::optional<Moment> end{};       ///< of the last way; none: it is open when the events end
  std::optional<Takes> timed_out{};  ///< the takes that a timeout tells of, if time ended it and it has no match
};

/// Of the rule's input: events of one key, in processing order, and what lies around them.
struct Stream {
  const std::vector<Event>& input;
  events::Time watching;
  std::optional<events::Time> until;
  events::Time last;  ///< of the last event, of any type
};

/// With event `start` as the first one taken. `budget` is counted down; null when it is used up.
std::optional<Life> live(const rules::RulePlan& plan, const Stream& stream, std::size_t start, std::size_t& budget);

/// By binding: the events taken.
std::vector<std::vector<std::size_t>> assignment(const rules::RulePlan& plan, const Takes& takes);

}  // namespace tocsin::oracle
