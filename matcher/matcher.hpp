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

/// `conditions` gathers the single-event conditions of all rules. `registers` may already hold what the rule's outputs
/// read (compile their expressions first); the conditions' registers are added.
Program compile(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions,
                RegisterFile& registers, events::SymbolTable& symbols);

/// The open runs of one key of one rule; they live in a RunPool. Empty: no run is open, nothing is remembered.
struct KeyState {
  RunId head = kNoRun;
  bool empty() const { return head == kNoRun; }
};

/// A complete match, valid during MatchSink::take.
struct Match {
  const RunPool& pool;
  const Run& run;  ///< registers, start, fold and causes as after the completing event
  events::Time completion;
  std::uint64_t completion_order;  ///< of the completing event
};

class MatchSink {
 public:
  virtual ~MatchSink() = default;
  virtual void take(const Match& match) = 0;
};

/// Watches what becomes of runs, for explanations. Never changes what matches.
class Tracer {
 public:
  enum class End : std::uint8_t { within, arrow, absence, superseded, evicted, after_match };
  virtual ~Tracer() = default;
  virtual void took(std::uint64_t start_order, std::uint32_t step, std::uint64_t order) = 0;
  virtual void ended(std::uint64_t start_order, End why) = 0;
};

/// One event of the key: `row` of `batch`, of a type that the program takes. `order` counts the events in processing
/// order, over all keys; it increases from call to call. Matches are put out in order of (start, preference).
void step(const Program& program, RunPool& pool, KeyState& key, const events::Batch& batch, events::Row row,
          std::uint64_t order, const ConditionBits& bits, MatchSink& sink, Tracer* tracer);

/// False: the event can't be the first of a match.
inline bool may_start(const Program& program, const events::RowHead& head, const ConditionBits& bits) {
  for (const Exit& start : program.starts) {
    const FitRange range = program.turns[program.states[start.state].step].fits;
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
  const std::size_t input = program.inputs[events::index_of(head.type)];
  if (program.starting[input] != 0 && may_start(program, head, bits)) return true;
  if (key.empty()) return false;
  const Run& run = pool[key.head];
  return run.next != kNoRun || program.concerned[run.state * std::size_t{program.input_count} + input] != 0;
}

/// All events with time < `now` have been stepped: runs whose `within` ran out before `now` end.
void advance(const Program& program, RunPool& pool, KeyState& key, events::Time now, MatchSink& sink, Tracer* tracer);

/// When advance() next has something to do for this key: past this time. kLatest: never.
events::Time deadline(const Program& program, const RunPool& pool, const KeyState& key);

/// Ends all runs of the key.
void clear(RunPool& pool, KeyState& key);

/// Appends the key's state to `out`; symbols are written as text.
void write(const Program& program, const RunPool& pool, const KeyState& key, std::string& out);
/// Reads what write() gave from the front of `bytes`, which is moved on. An error says what is wrong with the bytes.
tl::expected<KeyState, std::string> read(const Program& program, RunPool& pool, std::string_view& bytes,
                                         events::SymbolTable& symbols);

}  // namespace tocsin::matcher
