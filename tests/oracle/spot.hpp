// Where a way through the pattern stands between two events: what it waits for, and what must not happen meanwhile.
//
// A place in the pattern is written out as a path: the sequence, in it the element it stands at, in that group the
// element, and so on, each with the turns that this element has had. The sides of an `and` are sequences of their own,
// so that a way through it stands at several places at once. Nothing is merged: one place reached in two ways is there
// twice. Plain data: any thread.
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
  std::size_t turns = 0;                ///< that the element at `index` has had, since it was come to
  const rules::Group* group = nullptr;  ///< of which this sequence is a turn; none: of the pattern, or of a side
  std::size_t turn_begin = 0;           ///< takes before this turn
  std::optional<std::size_t> first{};   ///< the turn's first event
};
using Place = std::vector<Frame>;  ///< a whole sequence first, the innermost group or side of an `or` last

/// What stands before a step: nothing where there is no event before it.
struct Joint {
  std::optional<rules::Arrow> arrow{};
  std::optional<rules::Bound> bound{};
};

/// By binding: the take from which a field of it is read, which is where the turn of the innermost group around both
/// begins. Empty: all takes.
using Since = std::vector<std::size_t>;

/// What was passed on the way here and forbids events: a negation, or a possessive loop that could have gone on.
struct Guard {
  const rules::Absent* absent = nullptr;
  const rules::Step* loop = nullptr;       ///< one of the two
  Joint joint{};                           ///< of the negation; of the loop's further turn
  std::optional<events::Duration> span{};  ///< of the negation's `for`
  std::optional<std::size_t> p{};          ///< the last event taken when it was passed; none: at the pattern's start
  bool fresh = true;                       ///< no event that concerns it came since p
  bool until_came = false;                 ///< an event after p ended the loop by its `until`
  bool before_absence = false;             ///< a negation stands behind it
  bool is_broken = false;                  ///< the loop's: an event came that could be a further turn
  Since since{};
  std::vector<Guard> quiet{};  ///< the loop's, of no turn: absences with a span before it, which a turn comes after
};

struct Spot {
  enum class Kind : std::uint8_t { single, both, end };
  Kind kind = Kind::single;  ///< waits for an event of the element at `place`; in an `and`; at the sequence's end
  Place place{};
  Joint joint{};                   ///< single
  std::vector<Guard> guards{};     ///< up to the next event taken; at an end those that nothing stands behind
  std::optional<std::size_t> p{};  ///< the last event taken by this sequence or, before its first, before it
  bool fresh = true;               ///< no event that concerns it came since p
  std::vector<Spot> sides{};       ///< both: where each side stands
  /// Both, and ends of its sides: what stands behind can be left out without a word, so that the pattern may end here.
  bool may_be_last = false;
  Since since{};
};

}  // namespace tocsin::oracle
