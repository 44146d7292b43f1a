// The events that a join keeps: taken from a batch, chained by their values, dropped when nothing reaches them.
#include <algorithm>
#include <bit>

#include "events/assert.hpp"
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Time;
using Kind = rules::WindowPlan::Kind;
using Chain = JoinPool::State::Chain;

namespace {

std::uint32_t validity_words(const JoinSide& side) {
  return static_cast<std::uint32_t>((side.registers.size() + 63) / 64);
}

/// Slots that are equal values have one.
Slot comparable(events::Type type, Slot slot) {
  return type == events::Type::floating && events::float_of(slot) == 0 ? 0 : slot;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return std::rotl(hash ^ (hash >> 32), 27) * 0xD6E8FEB86659FD93ULL;
}

}  // namespace

Cell joined_cell(const JoinProgram& program, const Slot* words, std::uint32_t side, std::uint32_t place) {
  const Slot* const own = words + program.at[side];
  if (((own[place >> 6] >> (place & 63)) & 1) == 0) return {};
  return {own[validity_words(program.sides[side]) + place], true};
}

std::uint8_t take_sides(const JoinStep& at, const events::Batch& batch, events::Row row, const ConditionBits& bits) {
  JoinPool::State& state = at.state;
  const events::RowHead& head = batch.heads[row];
  const events::Table& table = batch.tables[events::index_of(head.type)];
  std::uint8_t sides = 0;
  std::fill(state.words.begin(), state.words.end(), 0);
  for (std::uint32_t number = 0; number < 2; ++number) {
    const JoinSide& side = at.program.sides[number];
    for (std::size_t i = 0; i < side.fits.size(); ++i) {
      if (!fits(side.fits[i], batch, row, bits, state.tables, state.as_of, state.texts, state.counts.nulls)) continue;
      sides = static_cast<std::uint8_t>(sides | (1U << number));
      Slot* const own = state.words.data() + at.program.at[number];
      for (std::size_t r = 0; r < side.registers.size(); ++r) {
        const events::Column& column = table.columns[side.columns[i][r]];
        if (!column.is_valid(head.index)) continue;
        own[r >> 6] |= Slot{1} << (r & 63);
        own[validity_words(side) + r] = column.slots[head.index];
      }
      break;
    }
  }
  return sides;
}

std::optional<Chain> chain_of(const JoinStep& at, const Slot* words, std::uint32_t side, std::uint32_t other) {
  Chain chain{at.number, other, 0};
  for (const JoinEqual& equal : at.program.equal) {
    const Cell cell = joined_cell(at.program, words, side, equal.place[side]);
    if (!cell.valid) return std::nullopt;
    chain.values = mix(chain.values, comparable(equal.type, cell.slot));
  }
  return chain;
}

std::uint64_t keep_event(const JoinStep& at, const events::RowHead& head, const events::RowOrigin& origin,
                         std::uint8_t sides) {
  JoinedKey& key = at.key;
  if (key.events.size() >= kMaxJoined && key.dead > 0) close_up(at);
  if (key.events.size() >= kMaxJoined) {
    drop_event(at);
    ++at.state.counts.cut;
  }
  JoinedEvent event;
  event.time = head.time;
  event.id_hash = origin.id_hash;
  event.sides = sides;
  at.state.names.assign(event.name, origin.source, origin.id);
  if (!origin.correlation_id.empty() || !origin.trace_parent.empty())
    event.context = std::make_unique<JoinedEvent::Context>(
        JoinedEvent::Context{std::string(origin.correlation_id), std::string(origin.trace_parent)});
  const std::uint64_t number = key.events.push(std::move(event));
  std::copy(at.state.words.begin(), at.state.words.end(), key.events.words(number));
  ++at.state.events;
  return number;
}

void chain_event(const JoinStep& at, std::uint64_t number) {
  JoinedEvent& event = at.key.events[number];
  for (std::uint32_t side = 0; side < 2; ++side) {
    if (((event.sides >> side) & 1) == 0) continue;
    const auto chain = chain_of(at, at.key.events.words(number), side, side);
    if (!chain) continue;
    const auto [head, fresh] = at.state.heads.try_emplace(*chain, number);
    if (!fresh) event.older[side] = std::exchange(head->second, number);
    event.chained = static_cast<std::uint8_t>(event.chained | (1U << side));
  }
}

void drop_event(const JoinStep& at) {
  JoinedKey& key = at.key;
  const std::uint64_t number = key.events.first();
  JoinedEvent& event = key.events[number];
  for (std::uint32_t side = 0; side < 2; ++side) {
    if (((event.chained >> side) & 1) == 0) continue;
    const auto head = at.state.heads.find(*chain_of(at, key.events.words(number), side, side));
    if (head != at.state.heads.end() && head->second == number) at.state.heads.erase(head);
  }
  at.state.names.drop(event.name);
  if (event.dead) --key.dead;
  key.events.pop();
  --at.state.events;
}

void drop_row(const JoinStep& at) {
  at.key.rows.pop();
  --at.state.rows;
  if (at.key.rows.empty()) at.key.sums.clear();
}

void drop_window(const JoinStep& at, std::size_t place) {
  JoinWindow& window = at.key.windows[place];
  if (!window.block.empty()) clear_block(at.program.set, window.block.data(), at.state.kept);
  at.key.windows.erase(at.key.windows.begin() + static_cast<std::ptrdiff_t>(place));
  --at.state.windows;
}

void drop_all(const JoinStep& at) {
  while (!at.key.events.empty()) drop_event(at);
  while (!at.key.rows.empty()) drop_row(at);
  while (!at.key.windows.empty()) drop_window(at, at.key.windows.size() - 1);
  at.key.next_end = at.key.next_early = events::kLatest;
  at.key.in_session = false;
}

Time reach_back(const JoinStep& at, Time time) {
  if (at.program.last) return at.program.within ? time - *at.program.within : events::kEarliest;
  switch (at.program.kind) {
    case Kind::tumbling:
    case Kind::sliding:
      return at.program.alignment->start_of(at.program.alignment->first_end_after(time));
    case Kind::session:
      return at.key.session_start;
    case Kind::rolling:
      return time - at.program.size + events::Duration{1};
    default:
      return events::kEarliest;
  }
}

void expire(const JoinStep& at, Time time) {
  JoinedKey& key = at.key;
  const Time reach = reach_back(at, time);
  const bool awaited = at.program.left && !at.program.aggregated && !at.program.last;
  while (!key.events.empty()) {
    const JoinedEvent& event = key.events[key.events.first()];
    if (event.time >= reach && !event.dead) break;
    if (awaited && (event.sides & 1) != 0 && !event.paired && key.events.first() >= key.pending) break;
    drop_event(at);
  }
  while (!key.rows.empty() && key.rows[key.rows.first()].time < reach) drop_row(at);
}

void close_up(const JoinStep& at) {
  JoinedKey& key = at.key;
  JoinRing<JoinedEvent> events(at.program.words);
  std::swap(events, key.events);
  for (std::uint64_t number = events.first(); number < events.end(); ++number) {
    JoinedEvent& event = events[number];
    for (std::uint32_t side = 0; side < 2; ++side)
      if (((event.chained >> side) & 1) != 0) at.state.heads.erase(*chain_of(at, events.words(number), side, side));
  }
  for (std::uint64_t number = events.first(); number < events.end(); ++number) {
    JoinedEvent& event = events[number];
    if (event.dead) {
      at.state.names.drop(event.name);
      --at.state.events;
      continue;
    }
    event.older = {kNoEvent, kNoEvent};
    event.chained = 0;
    const std::uint64_t moved = key.events.push(std::move(event));
    std::copy_n(events.words(number), at.program.words, key.events.words(moved));
    chain_event(at, moved);
  }
  key.dead = 0;
}

void load_side(const JoinStep& at, std::uint32_t number, const Slot* words) {
  const JoinSide& side = at.program.sides[number];
  for (std::uint32_t i = 0; i < side.registers.size(); ++i) {
    const RegisterId id = side.registers[i];
    const Cell cell = words == nullptr ? Cell{} : joined_cell(at.program, words, number, i);
    const std::uint64_t bit = std::uint64_t{1} << (id & 63);
    std::uint64_t& valid = at.state.valid[id >> 6];
    valid = cell.valid ? valid | bit : valid & ~bit;
    at.state.registers[id] = cell.valid ? cell.slot : 0;
  }
}

void evaluate_arguments(const JoinStep& at) {
  JoinPool::State& state = at.state;
  Bindings bindings;
  bindings.registers = state.registers.data();
  bindings.valid = state.valid.data();
  bindings.tables = state.tables;
  bindings.as_of = state.as_of;
  bindings.texts = &state.texts;
  state.texts.release();
  for (std::size_t i = 0; i < at.program.arguments.size(); ++i) {
    state.cells[i] = evaluate(at.program.arguments[i], bindings, state.counts.nulls);
    state.texts.hold();
  }
}

ToldEvent told_event(const JoinStep& at, std::uint64_t event) {
  if (!at.key.events.has(event)) return {};
  return at.state.names[at.key.events[event].name];
}

}  // namespace tocsin::matcher
