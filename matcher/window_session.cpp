// Sessions: rows whose distance is at most the gap. A list's panes are sessions, by time; all but the tail are closed
// and kept for late rows only.
#include <algorithm>

#include "matcher/window_state.hpp"

namespace tocsin::matcher {

using events::Time;
using Kind = WindowResult::Kind;

namespace {

struct Sessions {
  const WindowStep& at;
  PaneList& list;
  events::Duration gap;

  explicit Sessions(const WindowStep& step)
      : at(step), list(step.state.list(step.key, 0)), gap(step.state.program.window->size) {}

  WindowState& state() const { return at.state; }
  Extra& extra(PaneId id) const { return state().panes.extra(id); }
  Time end_of(PaneId id) const { return extra(id).last + gap; }
  bool has_open() const { return list.tail != kNoPane && extra(list.tail).closed == 0; }

  bool give_session(Kind kind, PaneId id, Time completion, std::uint64_t number, bool by_time) const {
    const Pane& pane = state().panes[id];
    WindowResult told;
    told.kind = kind;
    told.start = extra(id).begin;
    told.end = end_of(id);
    told.completion = completion;
    told.by_time = by_time;
    told.number = number;
    told.told = extra(id).told != 0;
    told.newest = pane.next == kNoPane || extra(pane.next).closed == 0;
    const NameId last = pane.last == kNoName ? list.last : pane.last;
    return give(at, told, 0, {state().panes.block(id), nullptr, extra(id).rows, pane.first, last, pane.start});
  }

  void give_early(PaneId id, Time completion, bool by_time) const {
    extra(id).changed = 0;
    give_session(Kind::early, id, completion, ++extra(id).early, by_time);
  }

  void add(const WindowRow& row) const {
    note_newest(state(), at.key, list, row);
    const PaneId id = has_open() ? list.tail : append_pane(state(), list, row.time);
    add_to_pane(state(), list, id, row);
    const rules::WindowPlan& window = *state().program.window;
    if (window.early) list.next_early = std::min(list.next_early, multiple_from(row.time, *window.early));
    if (window.early_events && extra(id).rows % *window.early_events == 0) give_early(id, row.time, false);
  }

  Time due() const { return std::min(has_open() ? end_of(list.tail) : events::kLatest, list.next_early); }

  void advance_once() const {
    if (has_open() && end_of(list.tail) <= list.next_early) return close();
    const Time now = std::exchange(list.next_early, events::kLatest);
    if (has_open() && extra(list.tail).changed != 0) give_early(list.tail, now, true);
  }

  void close() const {
    const PaneId id = list.tail;
    const Time end = end_of(id);
    extra(id).closed = 1;
    extra(id).told = give_session(Kind::closed, id, end, 0, true) ? 1 : 0;
    list.next_early = events::kLatest;
    forget_before(end - state().program.late);
  }

  /// Closed sessions that end before `horizon`; without `late` all.
  void forget_before(Time horizon) const {
    while (list.head != kNoPane && extra(list.head).closed != 0 &&
           (state().program.late.ns == 0 || end_of(list.head) < horizon))
      drop_head(state(), list);
  }

  bool add_late(const WindowRow& row, Time watermark) const {
    const Time horizon = watermark - state().program.late;
    forget_before(horizon);
    PanePool& panes = state().panes;
    PaneId before = kNoPane;  // the last session that isn't joined and lies before the row
    PaneId id = list.head;
    while (id != kNoPane && end_of(id) < row.time) before = std::exchange(id, panes[id].next);
    const auto joins = [&](PaneId session) {
      return session != kNoPane && row.time + gap >= extra(session).begin && row.time <= end_of(session);
    };
    Time last = row.time;
    for (PaneId joined = id; joins(joined); joined = panes[joined].next) last = std::max(last, extra(joined).last);
    if (last + gap < horizon) return false;
    if (!joins(id)) id = insert(before, row.time);
    const PaneId base = id;
    const bool stays_open = last + gap >= watermark;
    const Extra was = extra(base);
    if (stays_open && was.closed != 0 && was.told != 0)
      give_session(Kind::withdrawn, base, watermark, was.revision + 1, true);
    add_to_pane(state(), list, base, row);
    panes[base].start = extra(base).begin;
    // Those behind are told as they were, once the base is.
    std::vector<PaneId> others;
    for (PaneId next = panes[base].next; joins_from(base, next); next = panes[next].next) {
      others.push_back(next);
      take_in(base, next);
    }
    Extra& merged = extra(base);
    if (stays_open) {
      merged.closed = merged.told = 0;
      merged.revision = 0;
      merged.early = was.closed != 0 ? 0 : was.early;
      for (const PaneId other : others)
        merged.early = std::max(merged.early, extra(other).closed != 0 ? 0 : extra(other).early);
      if (state().program.window->early)
        list.next_early = std::min(list.next_early, multiple_from(watermark, *state().program.window->early));
    }
    unlink(base, others);
    if (!stays_open) {
      merged.closed = 1;
      ++extra(base).revision;
      const bool told = give_session(Kind::corrected, base, watermark, extra(base).revision, true);
      extra(base).told = told ? 1 : 0;
    }
    for (const PaneId other : others) {
      if (extra(other).closed != 0 && extra(other).told != 0)
        give_session(Kind::withdrawn, other, watermark, extra(other).revision + 1, true);
      discard(other);
    }
    return true;
  }

 private:
  bool joins_from(PaneId base, PaneId next) const {
    return next != kNoPane && extra(base).last + gap >= extra(next).begin;
  }

  PaneId insert(PaneId before, Time start) const {
    PanePool& panes = state().panes;
    const PaneId made = panes.make();
    panes[made].start = start;
    PaneId& link = before == kNoPane ? list.head : panes[before].next;
    panes[made].next = link;
    link = made;
    if (panes[made].next == kNoPane) list.tail = made;
    ++list.panes;
    return made;
  }

  /// What `other` has is in `base` too; `other` stays as it is.
  void take_in(PaneId base, PaneId other) const {
    PanePool& panes = state().panes;
    merge_blocks(state().program.set, panes.block(base), panes.block(other), state().kept);
    Extra& into = extra(base);
    const Extra& from = extra(other);
    if (from.last >= into.last) {
      into.last = from.last;
      const ToldEvent last = state().names[panes[other].last];
      if (panes[other].last != kNoName) state().names.assign(panes[base].last, last.source, std::string(last.id));
    }
    into.rows += from.rows;
    panes[base].rows += panes[other].rows;
    into.changed |= from.changed;
  }

  /// The sessions right behind `base` leave the list, but not memory.
  void unlink(PaneId base, const std::vector<PaneId>& others) const {
    PanePool& panes = state().panes;
    for (const PaneId other : others) {
      panes[base].next = panes[other].next;
      if (list.tail == other) list.tail = base;
      --list.panes;
    }
  }

  void discard(PaneId id) const {
    PanePool& panes = state().panes;
    clear_block(state().program.set, panes.block(id), state().kept);
    state().names.drop(panes[id].first);
    state().names.drop(panes[id].last);
    panes.free(id);
  }
};

}  // namespace

void add_session(const WindowStep& at, const WindowRow& row) { Sessions(at).add(row); }

void add_session_late(const WindowStep& at, const WindowRow& row, Time watermark, bool& taken) {
  if (Sessions(at).add_late(row, watermark)) taken = true;
}

void advance_session(const WindowStep& at, Time now) {
  const Sessions sessions(at);
  while (sessions.due() < now) sessions.advance_once();
}

}  // namespace tocsin::matcher
