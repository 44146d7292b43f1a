// Programs with `threads`: one event, or one moment, against the runs of a key.
//
// A run is a thread of its start: its positions in the machines under way (the pattern, sides of `and`s), and what it
// took. The list is walked once, oldest start first and preferred thread first within a start. On an event a thread is
// replaced, where it stands, by the threads that its takes lead to, in order, and then by itself if it may skip the
// event. Method: ordered threads as in RE2 and Pike's simulation (semantics, sections 2 to 4 say what comes out).
//
//   threads_judge.cpp  may a thread take the event, may it skip it
//   threads_take.cpp   what follows from a take: registers, clocks, positions, in order of preference
//   threads_merge.cpp  threads that can't be told apart
//   threads.cpp        the walk: starts, deadlines, completion, what a match ends, timeouts
#pragma once

#include <vector>

#include "matcher/matcher.hpp"

namespace tocsin::matcher {

class Threads {
 public:
  /// For an event.
  Threads(const Program& program, RunPool& pool, KeyState& key, const events::Batch& batch, events::Row row,
          std::uint64_t order, const ConditionBits& bits, Watching watching, MatchSink& sink, Tracer* tracer);
  /// For time alone.
  Threads(const Program& program, RunPool& pool, KeyState& key, MatchSink& sink, Tracer* tracer);

  void event();
  /// Deadlines before `now` come due, in order. Gives the next one.
  events::Time time(events::Time now);

  static events::Time deadline(const Program& program, const RunPool& pool, const KeyState& key);

 private:
  using End = Tracer::End;
  /// What code may read: the registers of a run, or those of no event.
  struct Registers {
    const events::Slot* slots = nullptr;
    const std::uint64_t* valid = nullptr;
  };
  /// An event may be taken by `step` in `machine`.
  struct Taking {
    std::uint16_t machine = 0;
    std::uint16_t step = 0;
  };
  struct Verdict {
    std::vector<Taking> takes;
    End why = End::arrow;  ///< it may not be skipped for
  };

  // ---- threads_judge.cpp
  Position& position(Run& run, std::uint32_t machine) const;
  static const Position& position(const Program& program, const RunPool& pool, const Run& run, std::uint32_t machine);
  Registers of(const Run& run) const { return {pool_.registers(run), RunPool::valid(run)}; }
  /// Where the event stands, for stream tables.
  AsOf as_of() const { return {head_->time, order_}; }
  bool fits(const FitRange& range, const Registers& registers);
  bool fits(const Guard& guard, const Run& run, const State& state);
  bool fulfils(const Code& code, const Registers& registers);
  Registers now(const Run& run, const State& state);
  bool is_further_turn(const Guard& guard, const Position& at, const Run& run, const State& state);
  /// True: nothing in the machine may take the event.
  bool is_blocked(const Run& run, const State& state, const Position& at, End& why);
  bool is_until(const Guard& guard, const Run& run, const State& state);
  bool is_until(const Run& run, const State& state);
  bool is_blocked_now(const Run& run, const State& state, const Position& at, End& why);
  bool is_passed_over(const Run& run, const State& state, const Position& at, bool behind, End& why);
  static bool has_own_closing(const State& state);
  /// Of what the ended sides of an `and`, if there is one, still hold.
  template <class Holds>
  bool any_side(const Run& run, std::uint32_t both, const Holds& holds) const;
  /// True: the absence's time isn't over, so that nothing may be taken.
  bool waits(const Run& run, const State& state) const;
  bool inherits_wait(const Run& run, std::uint32_t both) const;
  /// False: an absence ends the thread, unless another machine takes the event.
  bool may_pass(const Run& run, const State& state, End& why);
  bool inherits_pass(const Run& run, std::uint32_t both, End& why);
  /// A side that has ended, against an event that no other takes.
  bool ended_side_passes(const Run& run, std::uint32_t machine, const Both& both, End& why);
  bool in_window(const Run& run) const;
  bool spans_allow(const Run& run, const Turn& turn) const;
  bool leads_allow(const Run& run, const State& state);
  /// Adds what may take the event; true: it may be skipped.
  bool consider(Run& run, std::uint32_t machine, Verdict& verdict);
  bool consider_step(Run& run, std::uint32_t machine, const State& state, Verdict& verdict);
  bool consider_both(Run& run, std::uint32_t machine, const State& state, Verdict& verdict);
  /// What an event that is skipped leaves behind.
  void skip(Run& run, std::uint32_t machine);
  void skip_guards(Run& run, const State& state, Position& at);
  void skip_inherited(Run& run, std::uint32_t both);
  bool has_closing(const Run& run, const State& state) const;
  bool is_violated(const Run& run, std::uint32_t both) const;

  // ---- threads_take.cpp
  void take(RunId id, Taking taking);
  void update_registers(Run& run, const Turn& turn, std::uint32_t step);
  void forget_guards(Run& run, const State& state);
  void forget_sides(Run& run, std::uint32_t both);
  void hold(Run& run, std::uint32_t side);
  void begin_boths(Run& run, std::uint32_t machine);
  void go_on(RunId id, std::uint32_t machine, std::uint32_t step, std::uint32_t turns);
  void go(RunId id, std::uint32_t machine, const std::vector<Exit>& exits, std::uint32_t from_both);
  void follow(RunId id, std::uint32_t machine, const Exit& exit);
  void arrived(RunId id, std::uint32_t machine);
  bool is_open(const Run& run, const Exit& exit, std::uint32_t from_both) const;
  void apply(Run& run, std::uint32_t move);
  void clear(Run& run, const std::vector<RegisterId>& which);
  bool place(Run& run, std::uint32_t machine, StateId state);
  bool set_deadline(Run& run, const State& state, const Guard& guard);
  events::Duration span_of(const Guard& guard, const Registers& registers);
  std::uint32_t both_of(std::uint32_t machine) const;

  // ---- threads.cpp
  void begin_walk();
  bool is_over(const Run& run) const { return run.start_order < over_before_ || run.start_order == over_; }
  bool is_exhausted() const;
  void begin_start(std::uint64_t order);
  void end_start();
  void drop(RunId id, End why);
  void unlink(RunId* at);
  void link(RunId id);
  void keep(RunId id);
  /// `match all`: threads that took different events are different.
  bool tells_assignments() const;
  /// `awaiting`: but for the deadlines of that state's guards.
  bool is_same(const Run& a, const Run& b, const State* awaiting) const;
  std::uint64_t identity(const Run& run) const;
  bool superseded(RunId id);
  void index();
  bool awaits_no_longer(const Run& a, const Run& b, const State& state) const;
  bool awaits_longer(RunId id, const State& state);
  void thread(RunId id);
  void takes(RunId id, bool kept);
  void pending(RunId id);
  void at_end(RunId id);
  void complete(RunId id, events::Time completion, bool by_time);
  bool is_complete_already(const Run& run) const;
  void drop_assignment(const Run& match);
  void after_match(std::uint64_t start_order, events::Slot target);
  void drop_kept(RunId* from);
  static events::Time end_of_closings(const Program& program, const RunPool& pool, const Run& run);
  static events::Time end_of_closings(const Program& program, const RunPool& pool, const Run& run, const State& state,
                                      const Position& at);
  static events::Time bound_of(const Program& program, const RunPool& pool, const Run& run, std::uint32_t machine);
  static events::Time due(const Program& program, const RunPool& pool, const Run& run);
  void fire(events::Time at);
  void ended_by_time(RunId id);
  void start();
  void start_by(const Exit& way);
  bool lead(Run& run, const State& state);
  void record();
  void evict();

  const Program& program_;
  RunPool& pool_;
  KeyState& key_;
  MatchSink& sink_;
  Tracer* tracer_;
  // the event
  const events::Batch* batch_ = nullptr;
  events::Row row_ = 0;
  const events::RowHead* head_ = nullptr;
  const ConditionBits* bits_ = nullptr;
  std::uint64_t order_ = 0;
  Watching watching_ = events::kLatest;
  // the walk
  RunId* link_ = nullptr;            ///< where the next kept thread is linked
  RunId* start_link_ = nullptr;      ///< where this start's threads begin
  RunId* first_compared_ = nullptr;  ///< where comparing begins
  std::uint64_t start_order_ = 0;
  std::uint64_t over_before_ = 0;  ///< starts before it are over
  std::uint64_t over_ = 0;         ///< this start is
  std::uint64_t starts_ = 0;
  std::uint64_t matches_now_ = 0;
  bool changed_ = false;              ///< a thread of this start took something
  bool repeating_ = false;            ///< a thread that was kept repeats its match
  bool by_time_ = false;              ///< a thread of this start was ended by time now
  bool matched_ = false;              ///< this start has a match, and goes on
  bool is_behind_last_ = false;       ///< the event that completes a match is none of it: another one may begin there
  bool at_last_ = false;              ///< the end of input: nothing repeats
  events::Time moment_;               ///< of a walk for time
  std::size_t listed_ = 0;            ///< threads kept since first_compared_
  bool indexed_ = false;              ///< they stand in the pool's index
  Verdict verdict_;                   ///< of the thread being judged
  std::vector<std::uint64_t> folds_;  ///< `match all`: assignments of this start that are complete
};

/// Run::fresh of programs with threads.
inline constexpr std::uint8_t kEndedByTime = 1;  ///< remembered for a timeout
inline constexpr std::uint8_t kHasMatched = 2;   ///< its start has a match

/// Position::fresh.
inline constexpr std::uint8_t kFresh = 1;
inline constexpr std::uint8_t kViolated = 2;  ///< a possessive loop at a side's end could have gone on

/// A time in a slot; 0 is none.
inline events::Slot clock_of(events::Time time) {
  return static_cast<std::uint64_t>(time.ns) ^ (std::uint64_t{1} << 63);
}
inline events::Time time_of(events::Slot clock) {
  return {static_cast<std::int64_t>(clock ^ (std::uint64_t{1} << 63))};
}
/// Never past the latest time.
inline events::Time plus(events::Time time, events::Duration span) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(time.ns, span.ns, &sum) ? events::kLatest : events::Time{sum};
}

}  // namespace tocsin::matcher
