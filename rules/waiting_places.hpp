// Where the elements of a pattern stand: first part of the walk that finds waiting points.
//
// pattern → its sequences of elements, each in a machine, and the place of each step; shapes of groups, `and`s and
// steps are filled in. Any thread.
#pragma once

#include "rules/waiting.hpp"

namespace tocsin::rules {

/// A sequence of elements: a machine's (the pattern, a side of an `and`), a group's, or that of a side of an `or`.
struct Sequence {
  enum class Kind : std::uint8_t { machine, group, choice_side };
  Kind kind = Kind::machine;
  const std::vector<Element>* elements = nullptr;
  /// By element: of the step, absence, group, or `and`; of an `or`, of the sequence of its first side.
  std::vector<std::uint32_t> numbers;
  std::uint32_t machine = 0;
  std::uint32_t group = kNoNumber;   ///< of a group's
  std::uint32_t parent = kNoNumber;  ///< the sequence around it, in the same machine
  std::size_t place = 0;             ///< in the parent
};

struct Place {
  std::uint32_t sequence = 0;
  std::size_t index = 0;
};

struct Places {
  std::vector<Sequence> sequences;
  std::vector<Place> places;                                 ///< by step
  std::vector<Place> both_places;                            ///< by `and`
  std::vector<std::uint32_t> group_sequences;                ///< by group
  std::vector<std::vector<std::uint32_t>> choice_sequences;  ///< by `or`, then side
  std::vector<std::uint32_t> machine_sequences;              ///< by machine
};

/// Fills `to`: groups, boths, steps, absences, machines, and whether the pattern can be empty.
Places places_of(const Pattern& pattern, WaitingPoints& to);

}  // namespace tocsin::rules
