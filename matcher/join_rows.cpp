// Rows of a join that are told one by one: a pair when its later event comes, a left side without a right one when the
// last window that has it ends.
#include "matcher/fold.hpp"
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::Time;
using Kind = rules::WindowPlan::Kind;

namespace {

bool awaits(const JoinedEvent& event) { return (event.sides & 1) != 0 && !event.paired; }

void give(const JoinStep& at, const RowEvent* earlier, const RowEvent& later, Time completion, bool by_time) {
  JoinPool::State& state = at.state;
  WindowResult result;
  result.kind = WindowResult::Kind::row;
  result.rows = 1;
  result.start = earlier != nullptr ? earlier->time : later.time;
  result.end = later.time;
  result.completion = completion;
  result.by_time = by_time;
  if (earlier != nullptr) result.fold = fold_event(0, earlier->side, earlier->id_hash);
  result.fold = fold_event(result.fold, later.side, later.id_hash);
  result.first = earlier != nullptr ? earlier->told : later.told;
  result.last = later.told;
  result.correlation_id = later.correlation_id;
  result.trace_parent = later.trace_parent;
  const auto set = [&](RegisterId id, Time time) {
    state.valid[id >> 6] |= std::uint64_t{1} << (id & 63);
    state.registers[id] = events::slot_of(time.ns);
  };
  for (const RegisterId id : at.program.starts) set(id, result.start);
  for (const RegisterId id : at.program.ends) set(id, result.end);
  state.texts.release();
  result.registers = state.registers.data();
  result.valid = state.valid.data();
  result.texts = &state.texts;
  ++state.counts.rows;
  ++state.counts.windows;
  at.sink->take(result);
}

/// The left side `number` has no right one.
void give_alone(const JoinStep& at, std::uint64_t number, Time completion) {
  load_side(at, 0, at.key.events.words(number));
  load_side(at, 1, nullptr);
  give(at, nullptr, row_event(at, number, 0), completion, true);
}

}  // namespace

RowEvent row_event(const JoinStep& at, std::uint64_t number, std::uint32_t side) {
  const JoinedEvent& event = at.key.events[number];
  RowEvent told{side, event.time, event.id_hash, at.state.names[event.name]};
  if (event.context != nullptr) {
    told.correlation_id = event.context->correlation_id;
    told.trace_parent = event.context->trace_parent;
  }
  return told;
}

void give_row(const JoinStep& at, const RowEvent* earlier, const RowEvent& later) {
  give(at, earlier, later, later.time, false);
}

Time rows_due(const JoinProgram& program, const JoinedKey& key) {
  if (!program.left || program.last || !key.events.has(key.pending)) return events::kLatest;
  const Time time = key.events[key.pending].time;
  if (program.kind == Kind::session) return key.session_last + program.size;
  if (program.kind == Kind::rolling) return time + program.size;
  return program.alignment->last_end_of(program.alignment->pane_of(time)) - events::Duration{1};
}

void rows_fire(const JoinStep& at) {
  JoinedKey& key = at.key;
  const Time due = rows_due(at.program, key);
  if (at.program.kind != Kind::session) {
    give_alone(at, key.pending, due);
    ++key.pending;
    settle(at);
    return;
  }
  for (; key.pending < key.events.end(); ++key.pending)
    if (awaits(key.events[key.pending])) give_alone(at, key.pending, due);
  drop_all(at);
}

void settle(const JoinStep& at) {
  JoinedKey& key = at.key;
  key.leaving = std::max(key.leaving, key.events.first());
  while (key.leaving < key.events.end() && !key.events[key.leaving].leaves) ++key.leaving;
  key.pending = std::max(key.pending, key.events.first());
  while (key.pending < key.events.end() && !awaits(key.events[key.pending])) ++key.pending;
}

}  // namespace tocsin::matcher
