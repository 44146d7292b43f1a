// What follows from a take, in order of preference: a further turn, the ways out of the step, and where a side of an
// `and` ends with it, the ways behind the `and`.
#include <algorithm>

#include "events/assert.hpp"
#include "matcher/fold.hpp"
#include "matcher/threads.hpp"
#include "matcher/update.hpp"

namespace tocsin::matcher {

using events::Slot;

/// The thread takes the event; the threads that follow from it stand where it stood.
void Threads::take(RunId id, Taking taking) {
  Run& run = pool_[id];
  Position& at = position(run, taking.machine);
  const State& state = program_.states[at.state];
  const Turn& turn = program_.turns[taking.step];
  const std::uint32_t turns = (state.further_turn ? at.turns : 0) + 1;
  clear(run, state.cleared);
  forget_guards(run, state);
  begin_boths(run, taking.machine);
  for (const SpanLimit& limit : turn.spans) {
    Slot& first = pool_.registers(run)[limit.slot];
    if (first == 0) first = clock_of(head_->time);
  }
  update_registers(run, turn, taking.step);
  changed_ = true;
  go_on(id, taking.machine, taking.step, turns);
}

void Threads::update_registers(Run& run, const Turn& turn, std::uint32_t step) {
  const std::size_t type = events::index_of(head_->type);
  for (const Update& change : turn.updates) {
    const events::Column* column = nullptr;
    if (change.kind != Register::Kind::count) {
      const std::uint32_t field = change.by_input == kOneField
                                      ? change.field
                                      : program_.fields_by_input[change.by_input + program_.inputs[type]];
      column = &batch_->tables[type].columns[field];
    }
    update(pool_, run, change, column, head_->index);
  }
  const events::RowOrigin& origin = batch_->origins[row_];
  run.fold = fold_event(run.fold, turn.binding, origin.id_hash);
  ++run.taken;
  if (program_.keeps_causes) {
    pool_.add_cause(run, turn.binding, origin.source, origin.id);
    if (program_.keeps_context) pool_.add_context(run.cause, origin.correlation_id, origin.trace_parent);
  }
  if (program_.target != kNoSlot && turn.binding == program_.after.step) {
    Slot& target = pool_.registers(run)[program_.target];
    if (target == 0 || program_.after.policy == rules::AfterMatch::Policy::skip_to_last) target = order_ + 1;
  }
  if (tracer_ != nullptr) tracer_->took(run.start_order, step, order_);
}

/// What stood on the way to a state holds no longer once an event is taken there.
void Threads::forget_guards(Run& run, const State& state) {
  for (const Guard& guard : state.guards)
    if (guard.deadline != kNoSlot) pool_.registers(run)[guard.deadline] = 0;
  if (state.inherits != kNoSides) forget_sides(run, state.inherits);
}

void Threads::forget_sides(Run& run, std::uint32_t both) {
  const Both& sides = program_.boths[both];
  for (std::uint32_t side = sides.first_machine; side < sides.first_machine + sides.sides; ++side) {
    Position& ended = position(run, program_.machines + side);
    if (ended.state == kNoState) continue;
    const State& state = program_.states[ended.state];
    for (const Guard& guard : state.guards)
      if (guard.deadline != kNoSlot) pool_.registers(run)[guard.deadline] = 0;
    if (state.inherits != kNoSides) forget_sides(run, state.inherits);
    ended = {};
  }
}

std::uint32_t Threads::both_of(std::uint32_t machine) const {
  for (std::uint32_t both = 0; both < program_.boths.size(); ++both) {
    const Both& sides = program_.boths[both];
    if (machine >= sides.first_machine && machine < sides.first_machine + sides.sides) return both;
  }
  return kNoSides;
}

/// The `and`s around a machine that took an event are under way.
void Threads::begin_boths(Run& run, std::uint32_t machine) {
  while (machine != 0) {
    machine = program_.boths[both_of(machine)].machine;
    Position& at = position(run, machine);
    const State& state = program_.states[at.state];
    if (state.begun == at.state) continue;
    forget_guards(run, state);
    at = {};
    at.state = state.begun;
    if (machine == 0) run.state = state.begun;
  }
}

void Threads::clear(Run& run, const std::vector<RegisterId>& which) {
  for (const RegisterId id : which) {
    pool_.registers(run)[id] = 0;
    RunPool::valid(run)[id >> 6] &= ~(std::uint64_t{1} << (id & 63));
  }
}

void Threads::go_on(RunId id, std::uint32_t machine, std::uint32_t step, std::uint32_t turns) {
  const Turn& turn = program_.turns[step];
  const bool again = turns < turn.max;
  const bool leaves = turns >= turn.min;
  const auto further = [&](RunId by) {
    Run& run = pool_[by];
    if (!place(run, machine, turn.again)) return drop(by, End::no_span);
    const std::uint32_t counted = turn.max == kUnbounded ? std::min(turns, turn.min) : turns;
    position(run, machine).turns = counted;
    if (machine == 0) run.turns = counted;
    keep(by);
  };
  const auto leave = [&](RunId by) {
    go(by, machine, !again && !turn.full_exits.empty() ? turn.full_exits : turn.exits, kNoSides);
  };
  if (!leaves) return further(id);
  if (!again) return leave(id);
  const bool reluctant = turn.greed == rules::Greed::reluctant;
  const RunId copy = pool_.copy(id);
  if (reluctant) {
    leave(copy);
    further(id);
  } else {
    further(copy);
    leave(id);
  }
}

/// By the exits that are open. The thread itself goes by the last, copies by those before.
void Threads::go(RunId id, std::uint32_t machine, const std::vector<Exit>& exits, std::uint32_t from_both) {
  const Exit* last = nullptr;
  for (const Exit& exit : exits) {
    if (!is_open(pool_[id], exit, from_both)) continue;
    if (last != nullptr) follow(pool_.copy(id), machine, *last);
    last = &exit;
  }
  if (last != nullptr)
    follow(id, machine, *last);
  else
    pool_.free(id);
}

bool Threads::is_open(const Run& run, const Exit& exit, std::uint32_t from_both) const {
  if (from_both != kNoSides && program_.states[exit.state].kind != State::Kind::end && is_violated(run, from_both))
    return false;
  if (exit.move == kNoMove) return true;
  const Move& move = program_.moves[exit.move];
  const Slot* counts = pool_.registers(run);
  for (const Move::Left& left : move.left)
    if (counts[left.counter] < left.min) return false;
  return !move.turns || move.max == kUnbounded || counts[move.counter] < move.max;
}

void Threads::apply(Run& run, std::uint32_t id) {
  if (id == kNoMove) return;
  const Move& move = program_.moves[id];
  Slot* counts = pool_.registers(run);
  for (const RegisterId slot : move.forgotten) counts[slot] = 0;
  if (move.turns) counts[move.counter] = std::min<Slot>(counts[move.counter] + 1, move.counted);
  for (const RegisterId counter : move.begun) counts[counter] = 1;
  clear(run, move.cleared);
}

void Threads::follow(RunId id, std::uint32_t machine, const Exit& exit) {
  Run& run = pool_[id];
  apply(run, exit.move);
  bool good = place(run, machine, exit.state);
  if (exit.sides != kNoSides)
    for (const auto& [side, state] : program_.sides[exit.sides]) good = place(run, side, state) && good;
  if (!good) return drop(id, End::no_span);
  arrived(id, machine);
}

/// False: an absence's span isn't one.
bool Threads::place(Run& run, std::uint32_t machine, StateId to) {
  const State& state = program_.states[to];
  Position& at = position(run, machine);
  at = {};
  at.state = to;
  at.fresh = state.has_next_guard ? kFresh : std::uint8_t{0};
  if (state.needs_last && !state.first) at.last = head_->time;
  if (machine == 0) {
    run.state = to;
    run.turns = 0;
  }
  return state.first || std::all_of(state.guards.begin(), state.guards.end(), [&](const Guard& guard) {
           return guard.deadline == kNoSlot || set_deadline(run, state, guard);
         });
}

bool Threads::set_deadline(Run& run, const State& state, const Guard& guard) {
  const events::Duration span = span_of(guard, guard.turn_before ? of(run) : now(run, state));
  if (span.ns <= 0) return false;
  Slot& deadline = pool_.registers(run)[guard.deadline];
  deadline = std::max(deadline, clock_of(plus(head_->time, span)));
  return true;
}

/// Null counts as 0, which is no span.
events::Duration Threads::span_of(const Guard& guard, const Registers& registers) {
  if (guard.span_code == kNoCode) {
    if (guard.span.ns <= 0) ++pool_.counts.nulls;
    return guard.span;
  }
  Bindings bindings;
  bindings.registers = registers.slots;
  bindings.valid = registers.valid;
  bindings.values = &pool_.values;
  bindings.tables = pool_.tables;
  bindings.as_of = as_of();
  bindings.texts = &pool_.texts;
  const Cell result = evaluate(program_.codes[guard.span_code], bindings, pool_.counts.nulls);
  const events::Duration span{result.valid ? events::int_of(result.slot) : 0};
  if (span.ns <= 0) ++pool_.counts.nulls;
  return span;
}

/// What an ended side has still to say is kept with clocks of its own.
void Threads::hold(Run& run, std::uint32_t side) {
  Position& held = position(run, program_.machines + side);
  held = position(run, side);
  const State& from = program_.states[held.state];
  held.state = from.held;
  const State& to = program_.states[held.state];
  for (std::size_t i = 0; i < from.guards.size(); ++i) {
    if (from.guards[i].deadline == kNoSlot) continue;
    Slot& clock = pool_.registers(run)[from.guards[i].deadline];
    pool_.registers(run)[to.guards[i].deadline] = clock;
    clock = 0;
  }
}

/// Where the end of a machine is reached, more follows at once.
void Threads::arrived(RunId id, std::uint32_t machine) {
  Run& run = pool_[id];
  const State& state = program_.states[position(run, machine).state];
  if (state.kind != State::Kind::end) return keep(id);
  if (machine == 0) return at_end(id);
  const std::uint32_t number = both_of(machine);
  const Both& both = program_.boths[number];
  bool guarded = false;
  for (std::uint32_t side = both.first_machine; side < both.first_machine + both.sides; ++side) {
    const State& ended = program_.states[position(run, side).state];
    if (ended.kind != State::Kind::end) return keep(id);
    guarded = guarded || !ended.guards.empty() || ended.inherits != kNoSides;
  }
  // What they still hold is kept apart: the way on may lead into the same `and` again.
  for (std::uint32_t side = both.first_machine; side < both.first_machine + both.sides; ++side) {
    if (guarded) hold(run, side);
    position(run, side) = {};
  }
  go(id, both.machine, both.exits, number);
}

}  // namespace tocsin::matcher
