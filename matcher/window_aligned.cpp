// Tumbling and sliding windows, days of a calendar, and the grains of a rollup.
//
// A list's next_end is the end of the window to be given next; all before it are given. Where nothing more is to be
// given it is kLatest, and the next row sets it.
#include <algorithm>

#include "matcher/window_state.hpp"

namespace tocsin::matcher {

using events::Time;

namespace {

constexpr events::Duration kInstant{1};

using Notes = std::vector<WindowNote>;

WindowNote& note_of(Notes& notes, Time end) {
  const auto at = std::lower_bound(notes.begin(), notes.end(), end,
                                   [](const WindowNote& note, Time wanted) { return note.end < wanted; });
  if (at != notes.end() && at->end == end) return *at;
  return *notes.insert(at, WindowNote{end});
}

struct Aligned {
  const WindowStep& at;
  std::uint32_t slot;
  const Alignment& alignment;
  PaneList& list;

  Aligned(const WindowStep& step, std::uint32_t index)
      : at(step),
        slot(index),
        alignment(step.state.program.alignments[index]),
        list(step.state.list(step.key, index)) {}

  WindowState& state() const { return at.state; }
  const WindowProgram& program() const { return at.state.program; }
  Notes& notes() const { return at.state.notes[at.state.number(at.key, slot)]; }
  Notes* find_notes() const {
    const auto found = at.state.notes.find(at.state.number(at.key, slot));
    return found == at.state.notes.end() ? nullptr : &found->second;
  }

  WindowResult result(WindowResult::Kind kind, Time end, Time completion) const {
    WindowResult made;
    made.kind = kind;
    made.start = alignment.start_of(end);
    made.end = end;
    made.completion = completion;
    made.by_time = true;
    return made;
  }

  /// The window that ends at `end`, of what the list has now.
  bool give_window(WindowResult told, bool with_empty) const {
    const Time to = program().late.ns > 0 ? told.end : events::kLatest;
    const bool all = program().late.ns == 0 && (list.head == kNoPane || state().panes[list.head].start >= told.start);
    const Gathered gathered = all ? gather(state(), list) : gather(state(), list, told.start, to);
    const bool given = gathered.rows > 0 || with_empty ? give(at, told, slot, gathered) : false;
    release(state(), gathered);
    return given;
  }

  PaneId pane_for(Time start) const {
    PanePool& panes = state().panes;
    if (list.tail != kNoPane && panes[list.tail].start == start) return list.tail;
    if (list.tail == kNoPane || panes[list.tail].start < start) {
      list.tail_end = alignment.pane_end(start);
      return append_pane(state(), list, start);
    }
    PaneId before = kNoPane;  // a late row: between the others
    PaneId id = list.head;
    while (panes[id].start < start) before = std::exchange(id, panes[id].next);
    if (panes[id].start == start) return id;
    const PaneId made = panes.make();
    panes[made].start = start;
    panes[made].next = id;
    (before == kNoPane ? list.head : panes[before].next) = made;
    ++list.panes;
    return made;
  }

  void add(const WindowRow& row) const {
    if (row.time < list.tail_end && !program().notes) {  // most rows: next_end is set, the pane is the tail
      note_newest(state(), at.key, list, row);
      return add_to_pane(state(), list, list.tail, row);
    }
    const Time end = alignment.first_end_after(row.time);
    if (list.next_end == events::kLatest) list.next_end = end;
    if (alignment.start_of(end) > row.time) return;  // between windows
    note_newest(state(), at.key, list, row);
    add_to_pane(state(), list, pane_for(alignment.pane_of(row.time)), row);
    if (program().notes) note_row(row, end);
  }

  void note_row(const WindowRow& row, Time first_end) const {
    const rules::WindowPlan& window = *program().window;
    if (window.early) list.next_early = std::min(list.next_early, multiple_from(row.time, *window.early));
    for (Time end = first_end; alignment.start_of(end) <= row.time; end = alignment.next_end(end)) {
      WindowNote& note = note_of(notes(), end);
      ++note.rows;
      note.changed = true;
      if (window.early_events && note.rows % *window.early_events == 0) {
        WindowResult told = result(WindowResult::Kind::early, end, row.time);
        told.by_time = false;
        give_early(told, note);
      }
    }
  }

  void give_early(WindowResult told, WindowNote& note) const {
    told.number = ++note.early;
    note.changed = false;
    give_window(told, false);
  }

  /// False: no window that may still take the row has it.
  bool add_late(const WindowRow& row, Time watermark) const {
    const Time horizon = watermark - program().late;
    const Time first = alignment.first_end_after(row.time);
    if (alignment.start_of(first) > row.time || alignment.last_end_of(alignment.pane_of(row.time)) < horizon)
      return false;
    add_to_pane(state(), list, pane_for(alignment.pane_of(row.time)), row);
    for (Time end = first; alignment.start_of(end) <= row.time; end = alignment.next_end(end)) {
      if (end < horizon) continue;
      WindowNote& note = note_of(notes(), end);
      ++note.rows;
      if (end > watermark) {
        note.changed = true;
        list.next_end = std::min(list.next_end, alignment.first_end_after(watermark));
        if (program().window->early)
          list.next_early = std::min(list.next_early, multiple_from(watermark, *program().window->early));
        continue;
      }
      WindowResult told = result(WindowResult::Kind::corrected, end, watermark);
      told.number = ++note.revision;
      told.told = note.told;
      told.newest = alignment.next_end(end) > watermark;
      const bool is_told = give_window(told, false);
      note_of(notes(), end).told = is_told;
    }
    return true;
  }

  Time due() const { return aligned_due(list); }

  void advance_once(bool at_end) const {
    if (list.next_end != events::kLatest && list.next_end - kInstant <= list.next_early)
      close(at_end);
    else
      give_all_early();
  }

  void give_all_early() const {
    const Time now = std::exchange(list.next_early, events::kLatest);
    Notes* all = find_notes();
    if (all == nullptr) return;
    for (WindowNote& note : *all)
      if (note.changed && note.end > now) give_early(result(WindowResult::Kind::early, note.end, now), note);
  }

  void close(bool at_end) const {
    const Time end = list.next_end;
    drop_panes(alignment.start_of(end), end);
    const bool with_empty = program().alerts && !at_end;
    const bool told = give_window(result(WindowResult::Kind::closed, end, end - kInstant), with_empty);
    if (told && program().late.ns > 0) note_of(notes(), end).told = true;
    forget_notes(end);
    const bool empty = list.head == kNoPane || !has_rows_from(alignment.start_of(end), end);
    const Time next = alignment.next_end(end);
    drop_panes(alignment.start_of(next), end);
    if (program().alerts && !at_end &&
        !(program().empty_alike && empty && !has_rows_from(alignment.start_of(next), events::kLatest)))
      list.next_end = next;
    else
      list.next_end = next_with_rows(end);
  }

  /// Some pane begins in [from, to).
  bool has_rows_from(Time from, Time to) const {
    if (list.tail == kNoPane || state().panes[list.tail].start < from) return false;
    for (PaneId id = list.head; id != kNoPane; id = state().panes[id].next)
      if (const Time start = state().panes[id].start; start >= from) return start < to;
    return false;
  }

  /// The least end behind `end` of a window with rows.
  Time next_with_rows(Time end) const {
    for (PaneId id = list.head; id != kNoPane; id = state().panes[id].next) {
      const Time pane = state().panes[id].start;
      if (alignment.last_end_of(pane) > end) return std::max(alignment.next_end(end), alignment.first_end_after(pane));
    }
    return events::kLatest;
  }

  /// Those that begin before `start`; with `late`, those of which no window can be corrected any more.
  void drop_panes(Time start, Time now) const {
    const PanePool& panes = state().panes;
    if (program().late.ns == 0) {
      while (list.head != kNoPane && panes[list.head].start < start) drop_head(state(), list);
      return;
    }
    const Time horizon = now - program().late;
    while (list.head != kNoPane && alignment.last_end_of(panes[list.head].start) < horizon) drop_head(state(), list);
  }

  void forget_notes(Time end) const {
    Notes* all = find_notes();
    if (all == nullptr) return;
    const Time horizon = end - program().late;
    const auto kept = std::find_if(all->begin(), all->end(), [&](const WindowNote& note) {
      return program().late.ns > 0 ? note.end >= horizon : note.end > end;
    });
    all->erase(all->begin(), kept);
    if (all->empty()) state().notes.erase(state().number(at.key, slot));
  }
};

}  // namespace

void add_aligned(const WindowStep& at, const WindowRow& row) {
  for (std::uint32_t slot = 0; slot < at.state.program.slots(); ++slot) {
    Aligned(at, slot).add(row);
  }
}

void add_aligned_late(const WindowStep& at, const WindowRow& row, Time watermark, bool& taken) {
  for (std::uint32_t slot = 0; slot < at.state.program.slots(); ++slot)
    if (Aligned(at, slot).add_late(row, watermark)) taken = true;
  if (!taken || !at.state.program.alerts) return;
  for (std::uint32_t slot = 0; slot < at.state.program.slots(); ++slot) {  // the key's windows go on from now
    const Aligned aligned(at, slot);
    aligned.list.next_end = std::min(aligned.list.next_end, aligned.alignment.first_end_after(watermark));
  }
}

void advance_aligned(const WindowStep& at, Time now) {
  const std::uint32_t slots = at.state.program.slots();
  for (;;) {
    std::uint32_t first = 0;
    for (std::uint32_t slot = 1; slot < slots; ++slot)
      if (Aligned(at, slot).due() < Aligned(at, first).due()) first = slot;
    const Aligned aligned(at, first);
    if (aligned.due() >= now) return;
    aligned.advance_once(now == events::kLatest);
  }
}

}  // namespace tocsin::matcher
