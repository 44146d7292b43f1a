// Lists of panes: rows in at the tail, panes out at the head, and what lies between as one block.
#include "events/assert.hpp"
#include "matcher/window_state.hpp"

namespace tocsin::matcher {

namespace {

void free_pane(WindowState& state, PaneId id) {
  if (!state.program.pane_set().plain) clear_block(state.program.pane_set(), state.panes.block(id), state.kept);
  state.names.drop(state.panes[id].first);
  state.names.drop(state.panes[id].last);
  state.panes.free(id);
}

/// Texts among the row's arguments that functions made outlive the row as text.
void keep_texts(WindowState& state, PaneId id, const rules::Texts& texts) {
  const std::vector<WindowArgument>& arguments = state.program.arguments;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Cell& cell = state.panes.arguments(id)[i];
    if (cell.valid && is_text(arguments[i].type) && rules::Texts::is_made(cell.slot))
      state.row_texts[id].emplace_back(i, std::string(texts.text(cell.slot)));
  }
}

/// The list's head is one row, which leaves what rows can be taken out of.
void drop_row(WindowState& state, PaneList& list, PaneId id) {
  Cell* arguments = state.panes.arguments(id);
  const auto texts = state.row_texts.find(id);
  if (texts != state.row_texts.end()) {
    for (const auto& [i, text] : texts->second) arguments[i].slot = state.old_texts.store(text);
    state.row_texts.erase(texts);
  }
  drop_oldest_row(state.program.rolling.dropped, state.dropped.block(list.dropped), state.kept, arguments,
                  state.old_texts);
  state.old_texts.clear();
}

void free_back(WindowState& state, PaneList& list) {
  if (list.back == kNoPane) return;
  free_pane(state, list.back);
  list.back = kNoPane;
}

/// All panes but the tail become the front.
void turn_over(WindowState& state, PaneList& list) {
  free_back(state, list);
  state.order.clear();
  for (PaneId id = list.head; id != list.tail; id = state.panes[id].next) state.order.push_back(id);
  list.boundary = state.order.back();
  for (std::size_t i = state.order.size() - 1; i-- > 0;)
    merge_blocks(state.program.pane_set(), state.panes.block(state.order[i]), state.panes.block(state.order[i + 1]),
                 state.kept);
}

void start_scratch(WindowState& state) { std::fill(state.scratch.begin(), state.scratch.end(), 0); }

}  // namespace

bool keeps_extra(const WindowProgram& program) {
  using Kind = rules::WindowPlan::Kind;
  const Kind kind = program.window->kind;
  return kind == Kind::session || kind == Kind::batch || kind == Kind::global || program.late.ns > 0;
}

PaneId append_pane(WindowState& state, PaneList& list, events::Time start) {
  const PaneId id = state.panes.make();
  state.panes[id].start = start;
  if (list.tail == kNoPane) {
    list.head = id;
  } else {
    state.panes[list.tail].next = id;
    if (list.boundary != kNoPane) {
      if (list.back == kNoPane) list.back = state.panes.make();
      merge_blocks(state.program.pane_set(), state.panes.block(list.back), state.panes.block(list.tail), state.kept);
    } else {
      free_back(state, list);
    }
  }
  list.tail = id;
  ++list.panes;
  return id;
}

void add_to_pane(WindowState& state, PaneList& list, PaneId id, const WindowRow& row) {
  Pane& pane = state.panes[id];
  bool first = pane.rows == 0;
  if (state.panes.has_extra()) {
    Extra& extra = state.panes.extra(id);
    if (!first && row.time < extra.begin) first = true;
    if (first) extra.begin = row.time;
    if (pane.rows == 0 || row.time >= extra.last) {
      extra.last = row.time;
      if (state.program.late.ns > 0) state.names.assign(pane.last, row.origin->source, row.origin->id);
    }
    ++extra.rows;
    extra.changed = 1;
  }
  if (first && state.program.tells_first) state.names.assign(pane.first, row.origin->source, row.origin->id);
  ++pane.rows;
  ++list.rows;
  add_row(state.program.pane_set(), state.panes.block(id), state.kept, row.arguments, row.time, *row.texts);
  if (!state.program.by_row) return;
  if (list.dropped == kNoPane) list.dropped = state.dropped.make();
  add_row(state.program.rolling.dropped, state.dropped.block(list.dropped), state.kept, row.arguments, row.time,
          *row.texts);
  std::copy_n(row.arguments, state.program.arguments.size(), state.panes.arguments(id));
  keep_texts(state, id, *row.texts);
}

void drop_head(WindowState& state, PaneList& list) {
  const PaneId id = list.head;
  const Pane& pane = state.panes[id];
  if (state.program.by_row) drop_row(state, list, id);
  list.rows -= pane.rows;
  --list.panes;
  list.head = pane.next;
  if (list.tail == id) {
    list.tail = kNoPane;
    list.tail_end = events::kEarliest;
  }
  if (list.boundary == id) list.boundary = kNoPane;
  if (list.boundary == kNoPane) free_back(state, list);
  free_pane(state, id);
}

void clear_list(WindowState& state, PaneList& list) {
  while (list.head != kNoPane) drop_head(state, list);
  free_back(state, list);
  if (list.dropped != kNoPane) {
    clear_block(state.program.rolling.dropped, state.dropped.block(list.dropped), state.kept);
    state.dropped.free(list.dropped);
  }
  state.names.drop(list.last);
  list = PaneList{};
}

Gathered gather_rows(WindowState& state, PaneList& list) {
  Gathered gathered = gather(state, list);
  const std::size_t dropped = state.program.rolling.dropped.words;
  if (list.dropped != kNoPane)
    std::copy_n(state.dropped.block(list.dropped), dropped, state.both.begin());
  else
    std::fill_n(state.both.begin(), dropped, 0);
  std::copy_n(gathered.block, state.scratch.size(), state.both.begin() + static_cast<std::ptrdiff_t>(dropped));
  gathered.view = state.both.data();
  return gathered;
}

namespace {

/// Lists and sketches aren't stacked, since each pane would hold those behind it too. Where events ask more often than
/// panes come and go, all panes but the tail are merged once and kept in `back`.
Gathered gather_between_panes(WindowState& state, PaneList& list) {
  const AccumulatorSet& set = state.program.pane_set();
  if (list.back == kNoPane) {
    list.back = state.panes.make();
    for (PaneId id = list.head; id != list.tail; id = state.panes[id].next)
      merge_blocks(set, state.panes.block(list.back), state.panes.block(id), state.kept);
  }
  start_scratch(state);
  merge_blocks(set, state.scratch.data(), state.panes.block(list.back), state.kept);
  merge_blocks(set, state.scratch.data(), state.panes.block(list.tail), state.kept);
  const Pane& head = state.panes[list.head];
  return {state.scratch.data(), nullptr, list.rows, head.first, list.last, head.start};
}

}  // namespace

Gathered gather(WindowState& state, PaneList& list) {
  if (list.head == kNoPane) {
    start_scratch(state);
    return {state.scratch.data(), nullptr, 0, kNoName, kNoName, {}};
  }
  const bool rolls_by_panes = state.program.window->kind == rules::WindowPlan::Kind::rolling && !state.program.by_row;
  if (rolls_by_panes && !state.program.pane_set().plain && list.head != list.tail)
    return gather_between_panes(state, list);
  if (!state.program.two_stacks || list.head == list.tail)
    return gather(state, list, state.panes[list.head].start, events::kLatest);
  if (list.boundary == kNoPane) turn_over(state, list);
  const Pane& head = state.panes[list.head];
  std::copy_n(state.panes.block(list.head), state.scratch.size(), state.scratch.begin());
  if (list.back != kNoPane)
    merge_blocks(state.program.pane_set(), state.scratch.data(), state.panes.block(list.back), state.kept);
  merge_blocks(state.program.pane_set(), state.scratch.data(), state.panes.block(list.tail), state.kept);
  return {state.scratch.data(), nullptr, list.rows, head.first, list.last, head.start};
}

Gathered gather(WindowState& state, PaneList& list, events::Time from, events::Time to) {
  Gathered found{nullptr, nullptr, 0, kNoName, list.last, {}};
  PaneId id = list.head;
  bool in_front = list.boundary != kNoPane;
  while (id != kNoPane && state.panes[id].start < from) {
    in_front = in_front && id != list.boundary;
    id = state.panes[id].next;
  }
  const auto take = [&](PaneId pane) {
    if (found.block == nullptr) {
      found.block = state.panes.block(pane);
      found.first = state.panes[pane].first;
      found.start = state.panes[pane].start;
      return;
    }
    if (found.block != state.scratch.data()) {
      start_scratch(state);
      if (state.program.pane_set().plain)
        std::copy_n(found.block, state.scratch.size(), state.scratch.begin());
      else
        merge_blocks(state.program.pane_set(), state.scratch.data(), found.block, state.kept);
      found.block = state.scratch.data();
    }
    merge_blocks(state.program.pane_set(), state.scratch.data(), state.panes.block(pane), state.kept);
  };
  if (in_front && id != kNoPane) {
    TOCSIN_ASSERT(to == events::kLatest);
    take(id);
    if (list.back != kNoPane) take(list.back);
    take(list.tail);
    for (; id != kNoPane; id = state.panes[id].next) found.rows += state.panes[id].rows;
    return found;
  }
  for (; id != kNoPane && state.panes[id].start < to; id = state.panes[id].next) {
    take(id);
    found.rows += state.panes[id].rows;
    if (state.panes[id].last != kNoName) found.last = state.panes[id].last;
  }
  if (found.block == nullptr) {
    start_scratch(state);
    found.block = state.scratch.data();
    found.last = kNoName;
  }
  return found;
}

void release(WindowState& state, const Gathered& gathered) {
  if (gathered.block == state.scratch.data() && !state.program.pane_set().plain)
    clear_block(state.program.pane_set(), state.scratch.data(), state.kept);
}

}  // namespace tocsin::matcher
