// The matcher's stages: one program, the state of one key, one event at a time. No threads, no clock, no I/O.
//
//   compile : RulePlan → const Program
//   step    : an event of the key, in processing order → matches
//   advance : event time has passed → runs that can't complete any more end
//   write, read : a key's state as bytes and back; the same outputs follow
//
// Usage:  Conditions conditions; RegisterFile outputs; Program p = compile(plan, schema, conditions, outputs, symbols);
//         RunPool pool(p, symbols); KeyState key;
//         ConditionBits bits; evaluate(conditions, batch, symbols, bits);
//         step(p, pool, key, batch, row, order, bits, sink, nullptr);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "events/batch.hpp"
#include "matcher/conditions.hpp"
#include "matcher/program.hpp"
#include "matcher/run_pool.hpp"

namespace tocsin::matcher {

/// `fitting`: as threads only where the pattern needs it (Program::threads), in one shared structure where that can run
/// it (Program::shared_matches). `runs`: not in that structure, so that a key's runs can be looked at. `threads`:
/// always as threads. All give the same matches.
enum class Method : std::uint8_t { fitting, runs, threads };

/// `conditions` gathers the single-event conditions of all rules. `registers` may already hold what the rule's outputs
/// read (compile their expressions first); the conditions' registers are added.
Program compile(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions,
                RegisterFile& registers, events::SymbolTable& symbols, Method method = Method::fitting);

/// The open runs of one key of one rule, and what else is remembered of the key; they live in a RunPool. Empty:
/// nothing is.
struct KeyState {
  RunId head = kNoRun;        ///< with Program::shared_matches a stand-in that isn't open: matcher/shared_matches.hpp
  RunId record = kNoRun;      ///< when events came that `not X for d` at a pattern's start speaks of; in its clocks
  std::uint32_t matches = 0;  ///< counted for `limit matches`, until the key is forgotten
  bool empty() const { return head == kNoRun && record == kNoRun; }
};

/// A complete match, or a start that time ended without one; valid during MatchSink::take.
struct Match {
  const RunPool& pool;
  const Run& run;  ///< registers, start, fold and causes as after the last event taken
  events::Time completion;
  std::uint64_t completion_order = 0;  ///< of the completing event; not of what time completed
  bool by_time = false;                ///< completed by a timer, behind all events of `completion`
  bool timeout = false;                ///< for outputs with `timeout`, no match; by_time too
  std::uint64_t repeat = 0;            ///< of `every`: which repetition, from 1; 0: the match itself
};

class MatchSink {
 public:
  virtual ~MatchSink() = default;
  virtual void take(const Match& match) = 0;
};

/// Watches what becomes of runs, for explanations. Never changes what matches.
class Tracer {
 public:
  enum class End : std::uint8_t {
    within,
    bound,  ///< of an arrow, from turn to turn, or of a group's span
    arrow,
    absence,
    until,
    possessive,
    no_span,  ///< `not … for (expression)` without a positive result
    superseded,
    evicted,
    after_match
  };
  virtual ~Tracer() = default;
  virtual void took(std::uint64_t start_order, std::uint32_t step, std::uint64_t order) = 0;
  virtual void ended(std::uint64_t start_order, End why) = 0;
};

/// When the rule began to watch its input: `not X for d -> a` at the start of a pattern needs it. All of a rule's keys
/// have the same. kLatest: not yet.
using Watching = events::Time;

/// One event of the key: `row` of `batch`, of a type that the program takes. `order` counts the events in processing
/// order, over all keys; it increases from call to call. Matches are put out in order of (start, preference). Where the
/// program has timers and the last deadline given lies before the event, advance() to the event's time comes first.
/// Gives the key's deadline.
events::Time step(const Program& program, RunPool& pool, KeyState& key, const events::Batch& batch, events::Row row,
                  std::uint64_t order, const ConditionBits& bits, Watching watching, MatchSink& sink, Tracer* tracer);

/// False: the event can't be the first of a match.
inline bool may_start(const Program& program, const events::RowHead& head, const ConditionBits& bits) {
  for (const std::uint16_t step : program.starters) {
    const FitRange range = program.turns[step].fits;
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      const Fit& fit = program.fits[i];
      if (fit.type == head.type && bits.test(fit.bit, head.index)) return true;
    }
  }
  return false;
}

/// False: step() has nothing to do but end runs whose `within` ran out, which the next event that concerns the key or
/// advance() does as well.
inline bool concerns(const Program& program, const RunPool& pool, const KeyState& key, const events::RowHead& head,
                     const ConditionBits& bits) {
  if (!program.leads.empty()) return true;
  const std::size_t input = program.inputs[events::index_of(head.type)];
  if (program.starting[input] != 0 && may_start(program, head, bits)) return true;
  if (key.empty()) return false;
  if (key.head == kNoRun) return true;
  if (program.shared_matches) return program.shared_plan.concerned[input] != 0;
  const Run& run = pool[key.head];
  return run.next != kNoRun || program.concerned[run.state * std::size_t{program.input_count} + input] != 0;
}

/// All events with time < `now` have been stepped: deadlines before `now` come due in order of time, then start, then
/// preference; runs complete, are reported as timeouts, or end. With kLatest, the end of input, nothing sets new ones.
/// Gives the key's deadline.
events::Time advance(const Program& program, RunPool& pool, KeyState& key, events::Time now, MatchSink& sink,
                     Tracer* tracer);

/// When advance() next has something to do for this key: past this time. kLatest: never. Looks at all runs.
events::Time deadline(const Program& program, const RunPool& pool, const KeyState& key);

/// Something is kept of the key beyond its open runs, which forget() drops.
inline bool remembers(const KeyState& key) { return key.matches > 0; }
inline void forget(KeyState& key) { key.matches = 0; }

/// Order of the key's oldest start that has runs. ~0: it has none.
std::uint64_t oldest_start(const RunPool& pool, const KeyState& key);
/// Ends that start, without a timeout: `limit memory` takes it. deadline() tells the key's deadline behind it.
void evict_oldest(RunPool& pool, KeyState& key, Tracer* tracer);

/// KeyState::record is a run of the pool that isn't open; its start is when it isn't asked any more.
RunId make_record(RunPool& pool);
void free_record(RunPool& pool, KeyState& key);

/// Ends all runs of the key.
void clear(RunPool& pool, KeyState& key);

/// Appends the key's state to `out`; symbols are written as text.
void write(const Program& program, const RunPool& pool, const KeyState& key, std::string& out);
/// Reads what write() gave from the front of `bytes`, which is moved on. An error says what is wrong with the bytes.
tl::expected<KeyState, std::string> read(const Program& program, RunPool& pool, std::string_view& bytes,
                                         events::SymbolTable& symbols);

}  // namespace tocsin::matcher
