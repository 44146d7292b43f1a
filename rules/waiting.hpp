// What a pattern waits for: its waiting points, and the ways that lead from one event taken to the next.
//
// pattern → points and ways, or what of it is too much. A walk over the elements, once from the pattern's start and
// once from each step (semantics, sections 2.3 to 2.6 and 3): in order of preference a further turn before leaving a
// group, an optional element before leaving it out. A turn that takes nothing is no turn, so that a group whose turns
// could be empty may be left out. Counts of turns are no part of a point: ways say which groups they leave, turn and
// enter, and a run counts. The checker asks for size and for absences that have no event on one side; the matcher makes
// its automaton of the rest. Any thread.
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
inline constexpr std::size_t kMaxPoints = 60'000;
/// Different counts of turns that one point may be waited at with: of groups in one another, and of the step itself.
inline constexpr std::uint64_t kMaxCounts = 1'000'000;

/// A group of the pattern; they are numbered in the order in which they open, as absences and steps are.
struct GroupShape {
  std::uint32_t parent = kNoNumber;  ///< the group around it
  std::uint32_t min = 1;             ///< turns before it may be left; 0 where a turn could be empty
  std::optional<std::uint32_t> max;  ///< none: no upper limit
  std::uint32_t first_step = 0;
  std::uint32_t end_step = 0;  ///< its steps are first_step … end_step - 1
  /// How far its turns must be counted; 0: they needn't be.
  std::uint32_t counted() const { return max ? (*max > 1 ? *max : 0) : (min > 1 ? min : 0); }
};

/// An absence on the way to a point.
struct Passed {
  std::uint32_t absent = 0;
  bool next_only = false;  ///< it speaks of the next event only: `=>` before it
  /// It stands in the turn before and reads fields of that turn.
  bool turn_before = false;
  auto operator<=>(const Passed&) const = default;
};

struct WaitingPoint {
  std::uint32_t step = 0;
  Arrow arrow = Arrow::followed_by;
  bool first = false;         ///< waited at by every event, for a match to begin
  bool further_turn = false;  ///< of the step itself
  std::vector<Passed> passed;
  /// A further turn of this group begins here, but what was passed still reads the turn before: see turn_before.
  std::uint32_t turned = kNoNumber;
  auto operator<=>(const WaitingPoint&) const = default;
};

/// What a way does to groups.
struct GroupMove {
  std::vector<std::uint32_t> left;     ///< their minimum must be reached; inner ones first
  std::uint32_t turned = kNoNumber;    ///< a further turn of it begins: its maximum must not be reached
  std::vector<std::uint32_t> entered;  ///< their first turn begins; outer ones first
  auto operator<=>(const GroupMove&) const = default;
  bool empty() const { return left.empty() && turned == kNoNumber && entered.empty(); }
};

struct Way {
  std::uint32_t point = 0;
  std::uint32_t move = kNoNumber;  ///< in WaitingPoints::moves; none: no group is concerned
};

struct WaitingPoints {
  std::vector<GroupShape> groups;
  std::vector<WaitingPoint> points;
  std::vector<GroupMove> moves;
  std::vector<Way> starts;  ///< in order of preference
  struct AfterStep {
    std::uint32_t again = kNoNumber;  ///< the point of a further turn of the step itself
    std::vector<Way> ways;            ///< once it is left, in order of preference
    bool ends = false;                ///< the pattern may end
    std::uint32_t end_move = kNoNumber;
  };
  std::vector<AfterStep> after;        ///< by step
  std::vector<std::uint32_t> leading;  ///< absences that may have no event before them, sorted
  std::vector<std::uint32_t> closing;  ///< absences that may have none behind them, sorted
  bool can_be_empty = false;           ///< the pattern can end without an event
  std::string excess;  ///< what of it is too much, for a person; empty: nothing. Else the rest is unfinished
};
WaitingPoints waiting_points(const Pattern& pattern);

/// The absences of a pattern by number.
std::vector<const Absent*> absences_of(const Pattern& pattern);

}  // namespace tocsin::rules
