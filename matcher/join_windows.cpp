// Windows over the rows of a join, told at their end, early, or with each event.
//
// An aligned window or a session has all its rows when it ends, each added to its block as it was made. Where that
// can't be, the rows are kept (join_kept.cpp), and gathered when a window is told.
#include <algorithm>

#include "events/assert.hpp"
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::Duration;
using events::Slot;
using events::Time;
using Kind = rules::WindowPlan::Kind;

namespace {

constexpr Duration kInstant{1};

/// The least multiple of `period` that is not before `time`.
Time multiple_not_before(Time time, Duration period) {
  const std::int64_t over = time.ns % period.ns;
  if (over == 0) return time;
  return time + Duration{over > 0 ? period.ns - over : -over};
}

JoinWindow& window_at(const JoinStep& at, Time end) {
  std::vector<JoinWindow>& windows = at.key.windows;
  const auto place = std::lower_bound(windows.begin(), windows.end(), end,
                                      [](const JoinWindow& window, Time wanted) { return window.end < wanted; });
  if (place != windows.end() && place->end == end) return *place;
  at.key.next_end = std::min(at.key.next_end, end);
  ++at.state.windows;
  JoinWindow made;
  made.end = end;
  return *windows.insert(place, std::move(made));
}

/// The row in state.cells becomes one of the window.
void add_to_window(const JoinStep& at, JoinWindow& window, std::uint64_t later, bool alone) {
  const Time time = at.key.events[later].time;
  window.changed = true;
  if (at.program.early) at.key.next_early = std::min(at.key.next_early, multiple_not_before(time, *at.program.early));
  if (!alone) ++window.rows;
  if (at.program.keeps_rows) return;
  if (window.block.empty()) window.block.resize(at.program.set.words);
  matcher::add_row(at.program.set, window.block.data(), at.state.kept, at.state.cells.data(), time, at.state.texts);
  if (window.first == kNoEvent) window.first = later;
  window.last = later;
}

/// What the window has that begins at `from`; null: an aligned one that nothing was added to.
JoinGathered gather(const JoinStep& at, Time from, JoinWindow* window) {
  if (at.program.keeps_rows) return gather_rows(at, from);
  if (window == nullptr || window->block.empty()) return {at.state.scratch.data()};
  return {window->block.data(), window->rows, window->first, window->last};
}

void give(const JoinStep& at, WindowResult result, const JoinGathered& gathered) {
  JoinPool::State& state = at.state;
  result.rows = gathered.rows;
  std::fill(state.valid.begin(), state.valid.end(), 0);
  const auto set = [&](RegisterId id, Cell cell) {
    if (cell.valid) state.valid[id >> 6] |= std::uint64_t{1} << (id & 63);
    state.registers[id] = cell.valid ? cell.slot : 0;
  };
  state.texts.release();
  for (const auto& [id, aggregate] : at.program.values)
    set(id, value_of(at.program.set, aggregate, gathered.block, state.kept, state.texts, state.counts.nulls));
  state.texts.hold();
  for (const RegisterId id : at.program.starts) set(id, {events::slot_of(result.start.ns), true});
  for (const RegisterId id : at.program.ends) set(id, {events::slot_of(result.end.ns), true});
  result.registers = state.registers.data();
  result.valid = state.valid.data();
  result.texts = &state.texts;
  if (gathered.rows > 0) {
    result.first = told_event(at, gathered.first);
    result.last = told_event(at, gathered.last);
    if (at.key.events.has(gathered.last)) {
      if (const auto& context = at.key.events[gathered.last].context) {
        result.correlation_id = context->correlation_id;
        result.trace_parent = context->trace_parent;
      }
    }
    ++state.counts.windows;
  }
  at.sink->take(result);
  if (gathered.block == state.scratch.data()) clear_block(at.program.set, gathered.block, state.kept);
}

WindowResult result_of(const JoinStep& at, WindowResult::Kind kind, Time end, Time completion) {
  WindowResult result;
  result.kind = kind;
  result.completion = completion;
  result.by_time = true;
  const bool session = at.program.kind == Kind::session;
  result.start = session ? at.key.session_start : at.program.alignment->start_of(end);
  result.end = session ? at.key.session_last + at.program.size : end;
  return result;
}

void give_early(const JoinStep& at, JoinWindow& window, Time completion, bool by_time) {
  WindowResult result = result_of(at, WindowResult::Kind::early, window.end, completion);
  result.by_time = by_time;
  result.number = ++window.early;
  window.changed = false;
  const JoinGathered gathered = gather(at, result.start, &window);
  if (gathered.rows > 0) give(at, result, gathered);
}

Time closing(const JoinProgram& program, const JoinedKey& key) {
  if (program.kind == Kind::session) return key.in_session ? key.session_last + program.size : events::kLatest;
  return key.next_end == events::kLatest ? events::kLatest : key.next_end - kInstant;
}

void close_session(const JoinStep& at, bool with_empty) {
  const WindowResult result = result_of(at, WindowResult::Kind::closed, {}, closing(at.program, at.key));
  const JoinGathered gathered = gather(at, result.start, at.key.windows.empty() ? nullptr : &at.key.windows.front());
  if (gathered.rows > 0 || with_empty) give(at, result, gathered);
  drop_all(at);
}

/// The end of the window behind the one that ended at `end` which may have rows.
Time next_with_rows(const JoinStep& at, Time end) {
  const JoinedKey& key = at.key;
  if (at.program.keeps_windows) return key.windows.empty() ? events::kLatest : key.windows.front().end;
  if (key.rows.empty()) return events::kLatest;
  const Alignment& alignment = *at.program.alignment;
  return std::max(alignment.next_end(end), alignment.first_end_after(key.rows[key.rows.first()].time));
}

void close_aligned(const JoinStep& at, bool with_empty) {
  JoinedKey& key = at.key;
  const Time end = key.next_end;
  const bool open = !key.windows.empty() && key.windows.front().end == end;
  const WindowResult result = result_of(at, WindowResult::Kind::closed, end, end - kInstant);
  const JoinGathered gathered = gather(at, result.start, open ? &key.windows.front() : nullptr);
  if (gathered.rows > 0 || with_empty) give(at, result, gathered);
  if (open) drop_window(at, 0);
  expire(at, end);
  const bool further = with_empty && !(at.program.empty_alike && gathered.rows == 0);
  key.next_end = further ? at.program.alignment->next_end(end) : next_with_rows(at, end);
}

void give_left(const JoinStep& at, bool at_end) {
  const Time time = at.key.events[at.key.leaving].time + at.program.size;
  expire(at, time);
  WindowResult result;
  result.kind = WindowResult::Kind::left;
  result.completion = result.end = time;
  result.start = time - at.program.size;
  result.by_time = true;
  const JoinGathered gathered = gather_rows(at, reach_back(at, time));
  if (gathered.rows > 0 || !at_end) give(at, result, gathered);
}

}  // namespace

void begin_windows(const JoinStep& at, Time time) {
  JoinedKey& key = at.key;
  if (at.program.kind == Kind::session) {
    if (!std::exchange(key.in_session, true)) {
      key.session_start = time;
      if (at.program.aggregated) window_at(at, events::kLatest);
    }
    key.session_last = time;
    return;
  }
  if (at.program.aggregated && at.program.alignment && at.program.alerts && key.next_end == events::kLatest)
    key.next_end = at.program.alignment->first_end_after(time);
}

void add_row(const JoinStep& at, std::uint64_t later, std::uint64_t earlier, bool alone) {
  if (!alone) ++at.state.counts.rows;
  const Time time = at.key.events[later].time;
  if (at.program.kind == Kind::session) {
    add_to_window(at, at.key.windows.front(), later, alone);
  } else if (at.program.alignment && !at.program.keeps_windows) {
    at.key.next_end = std::min(at.key.next_end, at.program.alignment->first_end_after(time));
  } else if (at.program.alignment) {
    const Alignment& alignment = *at.program.alignment;
    const Time from = at.key.events[earlier].time;
    for (Time end = alignment.first_end_after(time); alignment.start_of(end) <= from; end = alignment.next_end(end))
      add_to_window(at, window_at(at, end), later, alone);
  }
  if (at.program.keeps_rows) keep_row(at, later, earlier, alone);
}

void give_early_of_rows(const JoinStep& at, Time time) {
  if (!at.program.early_events) return;
  const std::uint64_t each = *at.program.early_events;
  for (JoinWindow& window : at.key.windows) {
    const std::uint64_t asked = std::exchange(window.asked, window.rows);
    if (window.rows / each != asked / each) give_early(at, window, time, false);
  }
}

void give_moved(const JoinStep& at, std::uint64_t number) {
  const JoinedEvent& event = at.key.events[number];
  WindowResult result;
  result.kind = WindowResult::Kind::moved;
  result.completion = result.end = event.time;
  result.start = event.time - at.program.size;
  result.fold = event.id_hash;
  give(at, result, gather_rows(at, reach_back(at, event.time)));
}

Time windows_due(const JoinProgram& program, const JoinedKey& key) {
  if (program.kind != Kind::rolling) return std::min(closing(program, key), key.next_early);
  if (!program.alerts || !key.events.has(key.leaving)) return events::kLatest;
  return key.events[key.leaving].time + program.size;
}

void windows_fire(const JoinStep& at, bool at_end) {
  if (at.program.kind == Kind::rolling) return give_left(at, at_end);
  const bool with_empty = at.program.alerts && !at_end;
  if (closing(at.program, at.key) <= at.key.next_early)
    return at.program.kind == Kind::session ? close_session(at, with_empty) : close_aligned(at, with_empty);
  const Time now = std::exchange(at.key.next_early, events::kLatest);
  for (JoinWindow& window : at.key.windows)
    if (window.changed && window.end > now) give_early(at, window, now, true);
}

}  // namespace tocsin::matcher
