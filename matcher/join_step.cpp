// One event of a join's key: the events that it makes rows with, in their order, and what the rows bring about.
#include <algorithm>

#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Time;
using Kind = rules::WindowPlan::Kind;

namespace {

/// The values that are the same in each pair are the same here: chains are by hash.
bool agree(const JoinStep& at, const Slot* words, std::uint32_t side, const Slot* others) {
  return std::all_of(at.program.equal.begin(), at.program.equal.end(), [&](const JoinEqual& equal) {
    const Cell own = joined_cell(at.program, words, side, equal.place[side]);
    const Cell other = joined_cell(at.program, others, 1 - side, equal.place[1 - side]);
    if (equal.type == events::Type::floating) return events::float_of(own.slot) == events::float_of(other.slot);
    return own.slot == other.slot;
  });
}

/// The rest of `on`, over state.registers.
bool fulfils(const JoinStep& at) {
  if (!at.program.on) return true;
  JoinPool::State& state = at.state;
  Bindings bindings;
  bindings.registers = state.registers.data();
  bindings.valid = state.valid.data();
  bindings.tables = state.tables;
  bindings.as_of = state.as_of;
  bindings.texts = &state.texts;
  state.texts.release();
  return rules::is_true(evaluate(*at.program.on, bindings, state.counts.nulls));
}

/// The newest event of side `other` that may pair with the event of `words`.
std::uint64_t newest(const JoinStep& at, const Slot* words, std::uint32_t side) {
  const auto chain = chain_of(at, words, side, 1 - side);
  if (!chain) return kNoEvent;
  const auto head = at.state.heads.find(*chain);
  return head == at.state.heads.end() ? kNoEvent : head->second;
}

/// Events that event `number` may pair with, in order, into state.found.
void find(const JoinStep& at, std::uint64_t number) {
  const JoinRing<JoinedEvent>& kept = at.key.events;
  std::vector<JoinPool::State::Found>& found = at.state.found;
  found.clear();
  const std::uint8_t sides = kept[number].sides;
  const Time reach = reach_back(at, kept[number].time);
  for (std::uint32_t side = 0; side < 2; ++side) {
    if (((sides >> side) & 1) == 0) continue;
    const Slot* const words = kept.words(number);
    for (std::uint64_t other = newest(at, words, side); kept.has(other); other = kept[other].older[1 - side]) {
      if (kept[other].time < reach) break;
      if (agree(at, words, side, kept.words(other))) found.push_back({other, 1 - side});
    }
  }
  if (sides != 3)
    std::reverse(found.begin(), found.end());
  else
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.event != b.event ? a.event < b.event : a.side < b.side; });
}

/// The event's left side as a row of those windows in which it will have no right one.
void add_alone(const JoinStep& at, std::uint64_t number) {
  load_side(at, 0, at.key.events.words(number));
  load_side(at, 1, nullptr);
  evaluate_arguments(at);
  add_row(at, number, number, true);
}

void pair(const JoinStep& at, std::uint64_t number) {
  find(at, number);
  std::uint32_t loaded = 2;  // the side that the event at hand stands on in the registers
  for (const JoinPool::State::Found& other : at.state.found) {
    const std::uint32_t side = 1 - other.side;
    if (std::exchange(loaded, side) != side) load_side(at, side, at.key.events.words(number));
    load_side(at, other.side, at.key.events.words(other.event));
    if (!fulfils(at)) continue;
    if (at.program.left) note_partner(at, side == 0 ? number : other.event, side == 0 ? other.event : number);
    if (at.program.aggregated) {
      evaluate_arguments(at);
      add_row(at, number, other.event, false);
    } else {
      const RowEvent earlier = row_event(at, other.event, other.side);
      give_row(at, &earlier, row_event(at, number, side));
    }
  }
}

/// The latest right side for the event in state.words, whose registers are then those of the row.
std::uint64_t find_last(const JoinStep& at, Time time) {
  const JoinRing<JoinedEvent>& kept = at.key.events;
  const Slot* const words = at.state.words.data();
  const Time reach = reach_back(at, time);
  load_side(at, 0, words);
  for (std::uint64_t other = newest(at, words, 0); kept.has(other); other = kept[other].older[1]) {
    if (kept[other].time < reach) break;
    if (kept[other].dead || !agree(at, words, 0, kept.words(other))) continue;
    load_side(at, 1, kept.words(other));
    if (fulfils(at)) return other;
  }
  load_side(at, 1, nullptr);
  return kNoEvent;
}

constexpr std::uint64_t kFewDead = 64;

/// Keeps a right side of an as-of join. Where `on` asks for equal values only, it stands in the place of the one
/// before.
void keep_last(const JoinStep& at, const events::RowHead& head, const events::RowOrigin& origin) {
  JoinRing<JoinedEvent>& kept = at.key.events;
  std::uint64_t number = keep_event(at, head, origin, 2);
  chain_event(at, number);
  if (at.program.on) return;
  const Slot* const words = kept.words(number);
  for (std::uint64_t other = kept[number].older[1]; kept.has(other); other = kept[other].older[1]) {
    bool same = true;
    for (const JoinEqual& equal : at.program.equal)
      same = same && joined_cell(at.program, words, 1, equal.place[1]).slot ==
                         joined_cell(at.program, kept.words(other), 1, equal.place[1]).slot;
    if (!same || kept[other].dead) continue;
    kept[other].dead = true;
    ++at.key.dead;
    break;
  }
  if (at.key.dead > kFewDead && at.key.dead * 2 > kept.size()) close_up(at);
}

void step_last(const JoinStep& at, const events::Batch& batch, events::Row row, std::uint8_t sides) {
  const events::RowHead& head = batch.heads[row];
  const events::RowOrigin& origin = batch.origins[row];
  if ((sides & 1) != 0) {
    const std::uint64_t found = find_last(at, head.time);
    const RowEvent own{
        0, head.time, origin.id_hash, {origin.source, origin.id}, origin.correlation_id, origin.trace_parent};
    if (at.key.events.has(found)) {
      const RowEvent other = row_event(at, found, 1);
      give_row(at, &other, own);
    } else if (at.program.left) {
      give_row(at, nullptr, own);
    }
  }
  if ((sides & 2) != 0) keep_last(at, head, origin);
}

void step_pairs(const JoinStep& at, const events::Batch& batch, events::Row row, std::uint8_t sides) {
  const events::RowHead& head = batch.heads[row];
  begin_windows(at, head.time);
  if (at.program.alignment && !at.program.alignment->covers(head.time)) return;
  const std::uint64_t number = keep_event(at, head, batch.origins[row], sides);
  if (at.program.aggregated && at.program.left && (sides & 1) != 0) add_alone(at, number);
  pair(at, number);
  chain_event(at, number);
  if (!at.program.aggregated) return;
  if (at.program.kind == Kind::rolling)
    give_moved(at, number);
  else
    give_early_of_rows(at, head.time);
}

Time due(const JoinProgram& program, const JoinedKey& key) {
  return program.aggregated ? windows_due(program, key) : rows_due(program, key);
}

JoinStep at_event(JoinPool& pool, std::uint32_t number, Time time, std::uint64_t order, WindowSink* sink) {
  JoinPool::State& state = pool.state();
  state.tables = pool.tables;
  state.as_of = {time, order};
  return {state, state.program, number, joined_key(state, number), sink};
}

/// The key's deadline.
Time finish(const JoinStep& at) {
  settle(at);
  const Time time = due(at.program, at.key);
  if (at.key.empty()) free_joined_key(at.state, at.number);
  return time;
}

}  // namespace

Time join_step(JoinPool& pool, std::uint32_t number, const events::Batch& batch, events::Row row, std::uint64_t order,
               const ConditionBits& bits, WindowSink& sink) {
  const Time time = batch.heads[row].time;
  const JoinStep at = at_event(pool, number, time, order, &sink);
  if (at.key.in_session && time > at.key.session_last + at.program.size) drop_all(at);
  // An event of no side leaves all to the timers of its time, which come behind it.
  if (const std::uint8_t sides = take_sides(at, batch, row, bits); sides != 0) {
    expire(at, time);
    if (at.program.last)
      step_last(at, batch, row, sides);
    else
      step_pairs(at, batch, row, sides);
  }
  return finish(at);
}

JoinedRow join_last(JoinPool& pool, std::uint32_t number, const events::Batch& batch, events::Row row,
                    std::uint64_t order, const ConditionBits& bits) {
  const events::RowHead& head = batch.heads[row];
  const JoinStep at = at_event(pool, number, head.time, order, nullptr);
  expire(at, head.time);
  const std::uint8_t sides = take_sides(at, batch, row, bits);
  JoinedRow made{at.state.cells.data(), false, &at.state.texts};
  if ((sides & 1) != 0) {
    made.made = at.key.events.has(find_last(at, head.time)) || at.program.left;
    if (made.made) evaluate_arguments(at);
  }
  if ((sides & 2) != 0) keep_last(at, head, batch.origins[row]);
  if (at.key.empty()) free_joined_key(at.state, number);
  return made;
}

Time join_advance(JoinPool& pool, std::uint32_t number, Time now, WindowSink& sink) {
  JoinPool::State& state = pool.state();
  if (number >= state.keys.size() || state.keys[number] == nullptr) return events::kLatest;
  const JoinStep at{state, state.program, number, *state.keys[number], &sink};
  if (at.program.last) return events::kLatest;
  settle(at);
  state.tables = pool.tables;
  for (Time time = due(at.program, at.key); time < now; time = due(at.program, at.key)) {
    state.as_of = AsOf::timer(time);
    if (at.program.aggregated)
      windows_fire(at, now == events::kLatest);
    else
      rows_fire(at);
    settle(at);
  }
  return finish(at);
}

Time join_deadline(const JoinPool& pool, std::uint32_t number) {
  const JoinPool::State& state = pool.state();
  if (number >= state.keys.size() || state.keys[number] == nullptr || state.program.last) return events::kLatest;
  return due(state.program, *state.keys[number]);
}

}  // namespace tocsin::matcher
