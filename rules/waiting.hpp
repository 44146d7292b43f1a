// What a pattern waits for: its waiting points, and the ways that lead from one event taken to the next.
//
// pattern → points and ways, or what of it is too much. A walk over the elements, once from the pattern's start, once
// from each step and once from each `and` (semantics, sections 2.3 to 2.7 and 3): in order of preference a further turn
// before leaving a loop (reluctant: the reverse), an optional element before leaving it out, the left side of an `or`
// before the right. A turn that takes nothing is no turn, so that a group whose turns could be empty may be left out.
// Counts of turns are no part of a point: ways say which groups they leave, turn and enter, and a run counts.
//
// Sides of an `and` go on each by itself: a side is a machine of its own, the pattern is machine 0. A run is at one
// point of each machine that is under way; a way may put several machines at their points. Any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/plan.hpp"

namespace tocsin::rules {

inline constexpr std::uint32_t kNoNumber = 0xffff'ffff;

/// Ways of a pattern, each counted with the absences and groups on it.
inline constexpr std::size_t kMaxWays = 500'000;
inline constexpr std::size_t kMaxPoints = 30'000;
/// Different counts of turns that one point may be waited at with: of groups in one another, and of the step itself.
inline constexpr std::uint64_t kMaxCounts = 1'000'000;

/// A group of the pattern; they are numbered in the order in which they open, as absences and steps are.
struct GroupShape {
  const Group* group = nullptr;
  std::uint32_t parent = kNoNumber;  ///< the group around it
  std::uint32_t min = 1;             ///< turns before it may be left; 0 where a turn could be empty
  std::optional<std::uint32_t> max;  ///< none: no upper limit
  std::uint32_t first_step = 0;
  std::uint32_t end_step = 0;  ///< its steps are first_step … end_step - 1
  std::uint32_t machine = 0;   ///< that it stands in
  /// How far its turns must be counted; 0: they needn't be.
  std::uint32_t counted() const { return max ? (*max > 1 ? *max : 0) : (min > 1 ? min : 0); }
};

/// An `and`; its sides are the machines first_machine … first_machine + sides - 1.
struct BothShape {
  std::uint32_t machine = 0;  ///< that it stands in
  std::uint32_t first_machine = 0;
  std::uint32_t sides = 0;
  std::uint32_t first_step = 0;
  std::uint32_t end_step = 0;
  std::vector<std::uint32_t> groups{};  ///< around it, as StepShape's
};

/// A step, or the places of an `or` of single events.
struct StepShape {
  std::uint32_t machine = 0;
  std::vector<std::uint32_t> groups{};  ///< around it, outer before inner, also those around the `and`s
};

/// What the way to a point led past.
struct Passed {
  enum class Kind : std::uint8_t {
    absent,  ///< an absence
    loop     ///< a possessive loop that could have gone on
  };
  Kind kind = Kind::absent;
  std::uint32_t number = 0;  ///< of the absence; the loop's step
  bool next_only = false;    ///< it speaks of the next event only: `=> not X`; a loop that goes on only with that one
  /// An absence that stands in the turn before and reads fields of that turn.
  bool turn_before = false;
  /// A loop that had no turn: it would have been entered by its own arrow, with this bound.
  bool no_turn = false;
  std::int64_t least_ns = 0;
  std::int64_t most_ns = 0;  ///< from the last event taken; INT64_MAX: no limit
  Arrow arrow = Arrow::followed_by;
  std::vector<std::uint32_t> before{};  ///< absences with a span that stand before it
  auto operator<=>(const Passed&) const = default;
};

struct WaitingPoint {
  enum class Kind : std::uint8_t {
    step,  ///< for an event that one of `steps` takes
    both,  ///< until all sides of an `and` have ended
    end    ///< at the end of the machine: nothing is waited for but the end of what was passed
  };
  Kind kind = Kind::step;
  std::uint32_t machine = 0;
  std::vector<std::uint32_t> steps{};  ///< more than one: of an `or` of single events
  std::uint32_t both = kNoNumber;
  bool begun = false;  ///< of both: a side has taken an event
  Arrow arrow = Arrow::followed_by;
  std::int64_t least_ns = 0;  ///< bound from the last event taken in the machine
  std::int64_t most_ns = 0;   ///< INT64_MAX: none
  bool first = false;         ///< no event comes before it in its machine or around: arrow and bound say nothing
  bool further_turn = false;  ///< of the step itself
  std::vector<Passed> passed{};
  /// What the ended sides of this `and` passed still holds.
  std::uint32_t inherits = kNoNumber;
  /// A further turn of this group begins here, but what was passed still reads the turn before: see turn_before.
  std::uint32_t turned = kNoNumber;
  auto operator<=>(const WaitingPoint&) const = default;
};

/// What a way does to groups.
struct GroupMove {
  std::vector<std::uint32_t> left{};     ///< their minimum must be reached; inner ones first
  std::uint32_t turned = kNoNumber;      ///< a further turn of it begins: its maximum must not be reached
  std::vector<std::uint32_t> entered{};  ///< their first turn begins; outer ones first
  auto operator<=>(const GroupMove&) const = default;
  bool empty() const { return left.empty() && turned == kNoNumber && entered.empty(); }
};

struct Way {
  std::uint32_t point = 0;         ///< of the machine that it leads on
  std::uint32_t move = kNoNumber;  ///< in WaitingPoints::moves; none: no group is concerned
  /// To an `and`: the points where its sides begin, and the sides of what they begin with.
  std::vector<std::uint32_t> sides{};
};

struct WaitingPoints {
  std::vector<GroupShape> groups;
  std::vector<BothShape> boths;
  std::vector<StepShape> steps;
  std::uint32_t machines = 1;
  std::vector<const Absent*> absences;
  std::vector<WaitingPoint> points;
  std::vector<GroupMove> moves;
  std::vector<Way> starts;  ///< in order of preference
  struct AfterStep {
    std::uint32_t again = kNoNumber;  ///< the point of a further turn of the step itself
    std::vector<Way> ways{};          ///< once it is left, in order of preference; the end among them
    std::vector<Way> full_ways{};     ///< the same, of a possessive loop that has all its turns
    bool ends = false;                ///< the pattern may end
    std::uint32_t end_move = kNoNumber;
  };
  std::vector<AfterStep> after;         ///< by step
  std::vector<std::vector<Way>> ended;  ///< by both: once all its sides have ended
  std::vector<std::uint32_t> leading;   ///< absences that may have no event before them, sorted
  std::vector<std::uint32_t> closing;   ///< absences that may have none behind them, sorted
  bool can_be_empty = false;            ///< the pattern can end without an event
  std::string excess;  ///< what of it is too much, for a person; empty: nothing. Else the rest is unfinished
};
WaitingPoints waiting_points(const Pattern& pattern);

/// The absences of a pattern by number.
std::vector<const Absent*> absences_of(const Pattern& pattern);

}  // namespace tocsin::rules
