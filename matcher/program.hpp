// The compiled pattern of a rule: an automaton whose states are waiting points, immutable and shared by all partitions.
//
// A state waits for one step's next event. How it was reached is part of it: by the pattern's start, by an arrow (with
// the absences that stand on the way as guards), or by a further turn of a loop. Taking an event leads to an ordered
// list of states, preferred first: a further turn, then the steps that may follow, in order; then acceptance. How many
// turns groups have had is no part of a state: runs count it in registers, and exits ask it.
// Source of the method: ordered threads as in RE2's and Pike's NFA simulation, over events instead of characters.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "matcher/code.hpp"
#include "matcher/conditions.hpp"
#include "matcher/shared_plan.hpp"
#include "rules/plan.hpp"

namespace tocsin::matcher {

using StateId = std::uint16_t;
inline constexpr StateId kNoState = 0xffff;
inline constexpr std::uint32_t kNoCode = 0xffff'ffff;
inline constexpr std::size_t kMaxRegisters = 0xffff;
inline constexpr std::uint32_t kUnbounded = 0xffff'ffff;
inline constexpr std::uint16_t kNoInput = 0xffff;
inline constexpr std::uint32_t kOneField = 0xffff'ffff;
inline constexpr events::Duration kForever{std::numeric_limits<std::int64_t>::max()};

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

inline constexpr RegisterId kNoSlot = 0xffff;
inline constexpr std::uint8_t kNoBit = 0xff;

/// What stands on the way to a state: an absence, or a possessive loop that was left though it could have gone on.
struct Guard {
  FitRange fits;
  bool next_only = false;     ///< it speaks of the next event only: `=> not X`, a loop that goes on only with that one
  bool turn_before = false;   ///< it reads what State::cleared takes away
  std::uint32_t absence = 0;  ///< its number in the plan's pattern; of a loop the step's
  /// `not X for …`: the slot that holds its deadline; the span, or the code that gives it.
  RegisterId deadline = kNoSlot;
  events::Duration span{};
  std::uint32_t span_code = kNoCode;
  bool repeats = false;  ///< `every`
  // a loop
  bool loop = false;
  FitRange until{};
  events::Duration least{};         ///< since the last event taken …
  events::Duration most{kForever};  ///< … an event can be a further turn
  bool trailing = false;            ///< no absence stands behind it in its state
  /// Deadlines of absences before it: until they are over it has no turn.
  std::vector<RegisterId> before{};
  bool inherits = false;        ///< … and what the ended sides of an `and` hold
  std::uint8_t spent = kNoBit;  ///< the bit of Position::spent that says: no event can be a further turn any more
};

/// What a taken event changes in the registers. Null fields change only `value`, `first`, `last` and `count`.
struct Update {
  Register::Kind kind = Register::Kind::value;
  events::Type type = events::Type::integer;  ///< of the field
  std::uint32_t field = rules::kNoField;
  /// Of a step that takes several types: the field by input stands from here on in Program::fields_by_input.
  std::uint32_t by_input = kOneField;
  RegisterId target = 0;
  RegisterId count = 0;  ///< m2: how many came with it
  RegisterId mean = 0;   ///< m2: the mean that it updates too
  RegisterId from = 0;   ///< before: the value of the turn after it, until now
  std::uint32_t turn = 0;
};

/// The slot of a `turn` register that is null: how many turns there were, up to the one that it is of.
/// The slot of a `first` register, null, whose first turn's field is null; of no turn yet it is 0.
inline constexpr events::Slot kFirstIsNull = 1;

/// What an exit asks and does of turns of groups; nothing: kNoMove.
struct Move {
  struct Left {
    RegisterId counter = 0;
    std::uint32_t min = 0;
  };
  std::vector<Left> left;           ///< groups left: the exit is open from so many turns on
  bool turns = false;               ///< a further turn of a counted group begins
  RegisterId counter = 0;           ///< … its count
  std::uint32_t max = 0;            ///< … open below so many; kUnbounded: always
  std::uint32_t counted = 0;        ///< … counted no further than this
  std::vector<RegisterId> begun;    ///< counts of groups whose first turn begins
  std::vector<RegisterId> cleared;  ///< fields of the turn that is over
  std::vector<RegisterId>
      forgotten{};  ///< counts and clocks of groups left: 0, so that runs can be told to be the same
  bool empty() const { return left.empty() && !turns && begun.empty() && cleared.empty() && forgotten.empty(); }
};
inline constexpr std::uint32_t kNoMove = 0xffff'ffff;

inline constexpr std::uint32_t kNoSides = 0xffff'ffff;

struct Exit {
  StateId state = kNoState;  ///< of the machine that the way leads on
  std::uint32_t move = kNoMove;
  std::uint32_t sides = kNoSides;  ///< to an `and`: the states of its sides in Program::sides
};

/// A group's span around a step: its turn's first event, in the slot, is at most so long ago. 0: the turn has none yet.
struct SpanLimit {
  RegisterId slot = 0;
  events::Duration span{};
};

/// A step as the automaton sees it: what happens after one of its events is taken.
struct Turn {
  FitRange fits;
  std::uint32_t min = 1;
  std::uint32_t max = 1;     ///< kUnbounded: no limit
  StateId again = kNoState;  ///< waiting for a further turn
  std::vector<Exit> exits;   ///< after leaving, in order of preference
  bool moves = false;        ///< some exit has a move
  bool accepts = false;      ///< the pattern may end here
  std::uint32_t end_move = kNoMove;
  std::vector<Update> updates;  ///< in order
  // programs with `threads` only
  rules::Greed greed = rules::Greed::greedy;
  std::vector<Exit> full_exits;  ///< exits, of a possessive loop that has all its turns
  std::vector<SpanLimit> spans;  ///< of groups around it
  std::uint32_t binding = 0;     ///< the step that its events are bound to
};

struct State {
  std::uint16_t step = 0;
  rules::Arrow arrow = rules::Arrow::followed_by;
  bool further_turn = false;
  bool has_next_guard = false;
  std::vector<Guard> guards;
  std::vector<RegisterId> visible;  ///< registers that a condition or a count from here on may read
  /// A turn of a group begins here, but a guard still reads the turn before: null for all but that guard, and forgotten
  /// when an event is taken.
  std::vector<RegisterId> cleared;
  // programs with `threads` only
  enum class Kind : std::uint8_t { step, both, end };
  Kind kind = Kind::step;
  std::uint16_t machine = 0;
  std::vector<std::uint16_t> takes;  ///< steps, preferred first
  bool first = false;                ///< no event comes before it
  bool bounded = false;
  events::Duration least{};           ///< since the last event taken
  events::Duration most{kForever};    ///< since the last event taken; kForever: no limit
  bool needs_last = false;            ///< the time of the last event taken is asked for
  std::vector<FitRange> untils;       ///< of loops around it, in its machine
  std::uint32_t both = kNoSides;      ///< of Kind::both
  StateId begun = kNoState;           ///< of Kind::both: the state once a side has taken an event
  std::uint32_t inherits = kNoSides;  ///< the `and` whose ended sides' guards still hold
  /// Of a side's Kind::end with deadlines: the same with clocks of its own, for what is held behind the `and`.
  StateId held = kNoState;
  std::optional<events::Duration> every;  ///< of Kind::end
};

/// An `and` whose sides are machines of their own.
struct Both {
  std::uint32_t machine = 0;  ///< that it stands in
  std::uint32_t first_machine = 0;
  std::uint32_t sides = 0;
  std::vector<Exit> exits;  ///< once all sides have ended, in order of preference
  bool may_end = false;     ///< the pattern may end behind it without an absence: a possessive loop at a side's end
};

/// Where a run is in one machine: two slots of it, behind registers, counters and clocks.
struct Position {
  StateId state = kNoState;  ///< kNoState: the machine isn't under way
  std::uint8_t fresh = 0;    ///< no event was judged there since the last one taken, where that matters
  std::uint8_t spent = 0;    ///< by bit: what some guards can't say any more
  std::uint32_t turns = 0;   ///< of the current step, counted up to what matters
  events::Time last;         ///< of the last event taken, where that matters
};
static_assert(sizeof(Position) == 16);

/// How many turns a group has had.
struct Counter {
  RegisterId target = 0;
  std::uint32_t group = 0;    ///< its number in the plan's pattern
  std::uint32_t counted = 0;  ///< no further than this
};

struct Program {
  std::string rule;
  std::vector<State> states;
  std::vector<Turn> turns;   ///< by step
  std::vector<Exit> starts;  ///< waited in by every event, in order of preference; guards none
  std::vector<Move> moves;
  std::vector<Fit> fits;
  std::vector<Code> codes;
  std::vector<Register> registers;  ///< what conditions and outputs read
  std::vector<Counter> counters;    ///< registers behind these
  std::vector<bool> holds_symbol;   ///< by register, counters too
  std::vector<RegisterId> shared;   ///< registers that hold lists or sets: RunPool::values
  std::vector<std::uint32_t> fields_by_input;
  std::vector<RegisterId> zeroed;     ///< registers that are 0 of no event; the others are null
  std::vector<std::uint16_t> inputs;  ///< by TypeId: its place among the rule's inputs, or kNoInput
  std::uint32_t input_count = 0;
  std::vector<std::uint8_t> concerned;  ///< by state, then input: 0 if such an event can't change a thread there
  std::vector<std::uint8_t> starting;   ///< by input: 0 if no match begins with it
  bool has_within = false;
  events::Duration within{};
  /// It is run as threads with positions (threads.cpp); else by what step.cpp knows: `->` and `=>`, greedy loops,
  /// absences between events, `match`, `skip past last`.
  bool threads = false;
  bool shared_matches = false;  ///< of those with threads, one that shared_matches.cpp runs
  SharedPlan shared_plan{};
  std::uint32_t machines = 1;
  std::vector<Both> boths;
  std::vector<std::vector<std::pair<std::uint16_t, StateId>>> sides;  ///< machines and their states
  RegisterId positions = 0;                                           ///< the first slot of machine 0's position
  std::vector<RegisterId> compared;     ///< registers and slots by which runs in the same positions are told apart
  std::vector<std::uint16_t> starters;  ///< steps that the first event of a match can be of
  std::vector<Guard> leads;             ///< absences with a span that may stand before the first event
  RegisterId target = kNoSlot;          ///< of `skip to`: the order of the event it speaks of, plus 1
  RegisterId repeats = kNoSlot;         ///< of `every`: how often it matched
  rules::Matching matching{};
  rules::AfterMatch after{};
  bool has_timeouts = false;
  bool has_bounds = false;  ///< arrows, gaps or spans end runs
  std::optional<std::uint64_t> limit_matches{};
  bool has_timers = false;  ///< time puts something out, or decides what later events can do: see step()
  bool looks_back = false;
  bool one_start_a_state = false;  ///< an older start in the same state makes a younger one superfluous
  bool keeps_causes = true;        ///< some output tells the events of a match
  bool keeps_context = true;       ///< what completes a match may be other than the last event taken
  std::uint64_t limit_runs = rules::kDefaultLimitRuns;

  std::vector<RegisterId> clocks;  ///< slots behind the counters that hold times
  std::uint32_t slots = 0;         ///< registers, counters, clocks, positions, and what else a run holds

  std::uint32_t register_count() const { return slots; }
  std::uint32_t held_positions() const { return machines == 1 ? 1 : 2 * machines; }
  bool takes(events::TypeId type) const {
    return events::index_of(type) < inputs.size() && inputs[events::index_of(type)] != kNoInput;
  }
};

/// Text for people and golden tests; dot for Graphviz.
std::string dump_text(const Program& program, const rules::RulePlan& plan, const events::Schema& schema);
std::string dump_dot(const Program& program, const rules::RulePlan& plan, const events::Schema& schema);

}  // namespace tocsin::matcher
