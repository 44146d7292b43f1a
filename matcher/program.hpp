// The compiled pattern of a rule: an automaton whose states are waiting points, immutable and shared by all partitions.
//
// A state waits for one step's next event. How it was reached is part of it: by the pattern's start, by an arrow (with
// the absences that stand on the way as guards), or by a further turn of a loop. Taking an event leads to an ordered
// list of states, preferred first: a further turn, then the steps that may follow, in order; then acceptance.
// Source of the method: ordered threads as in RE2's and Pike's NFA simulation, over events instead of characters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "matcher/code.hpp"
#include "matcher/conditions.hpp"
#include "rules/plan.hpp"

namespace tocsin::matcher {

using StateId = std::uint16_t;
inline constexpr StateId kNoState = 0xffff;
inline constexpr std::uint32_t kNoCode = 0xffff'ffff;
inline constexpr std::uint16_t kNoInput = 0xffff;

/// One way to fit: an event of `type` whose bit is set and whose look-back code, if any, gives true.
struct Fit {
  events::TypeId type = events::kNoType;
  ConditionId bit = kAlways;
  std::uint32_t code = kNoCode;
};

/// Fits [begin, end) of Program::fits, tried in order.
struct FitRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// An absence on the way to a state.
struct Guard {
  FitRange fits;
  bool next_only = false;     ///< `=> not X`: speaks of the next event only
  std::uint16_t element = 0;  ///< where it stands in the plan's pattern
};

/// What a taken event changes in the registers. Null fields change only `value`, `first`, `last` and `count`.
struct Update {
  Register::Kind kind = Register::Kind::value;
  events::Type type = events::Type::integer;  ///< of the field
  std::uint32_t field = rules::kNoField;
  RegisterId target = 0;
  RegisterId count = 0;  ///< m2, first: how many came before or with it
  RegisterId mean = 0;   ///< m2: the mean that it updates too
};

/// A step as the automaton sees it: what happens after one of its events is taken.
struct Turn {
  FitRange fits;
  std::uint32_t min = 1;
  std::uint32_t max = 1;        ///< kUnbounded: no limit
  StateId again = kNoState;     ///< waiting for a further turn
  std::vector<StateId> exits;   ///< after leaving, in order of preference
  bool accepts = false;         ///< the pattern may end here
  std::vector<Update> updates;  ///< in order
};
inline constexpr std::uint32_t kUnbounded = 0xffff'ffff;

struct State {
  std::uint16_t step = 0;
  rules::Arrow arrow = rules::Arrow::followed_by;
  bool further_turn = false;
  bool has_next_guard = false;
  std::vector<Guard> guards;
  std::vector<RegisterId> visible;  ///< registers that a condition from here on may read
};

struct Program {
  std::string rule;
  std::vector<State> states;
  std::vector<Turn> turns;      ///< by step
  std::vector<StateId> starts;  ///< waited in by every event, in order of preference; guards none
  std::vector<Fit> fits;
  std::vector<Code> codes;
  std::vector<Register> registers;
  std::vector<bool> holds_symbol;     ///< by register
  std::vector<RegisterId> zeroed;     ///< registers that are 0 of no event; the others are null
  std::vector<std::uint16_t> inputs;  ///< by TypeId: its place among the rule's inputs, or kNoInput
  std::uint32_t input_count = 0;
  std::vector<std::uint8_t> concerned;  ///< by state, then input: 0 if such an event can't change a thread there
  std::vector<std::uint8_t> starting;   ///< by input: 0 if no match begins with it
  bool has_within = false;
  events::Duration within{};
  bool looks_back = false;
  bool one_start_a_state = false;  ///< an older start in the same state makes a younger one superfluous
  bool keeps_causes = true;        ///< some output tells the events of a match
  std::uint64_t limit_runs = rules::kDefaultLimitRuns;

  bool takes(events::TypeId type) const {
    return events::index_of(type) < inputs.size() && inputs[events::index_of(type)] != kNoInput;
  }
};

/// Text for people and golden tests; dot for Graphviz.
std::string dump_text(const Program& program, const rules::RulePlan& plan, const events::Schema& schema);
std::string dump_dot(const Program& program, const rules::RulePlan& plan, const events::Schema& schema);

}  // namespace tocsin::matcher
