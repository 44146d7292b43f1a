// Windows that rows end: batches of n, and the global one, which only gives early results. A list has one pane.
#include <algorithm>

#include "matcher/window_state.hpp"

namespace tocsin::matcher {

using events::Time;
using Kind = WindowResult::Kind;

namespace {

struct Counted {
  const WindowStep& at;
  const rules::WindowPlan& window;
  PaneList& list;

  explicit Counted(const WindowStep& step)
      : at(step), window(*step.state.program.window), list(step.state.list(step.key, 0)) {}

  Extra& extra() const { return at.state.panes.extra(list.head); }
  bool is_global() const { return window.kind == rules::WindowPlan::Kind::global; }

  void tell(Kind kind, Time completion, bool by_time, std::uint64_t number, std::uint64_t fold) const {
    const Pane& pane = at.state.panes[list.head];
    WindowResult told;
    told.kind = kind;
    told.start = pane.start;
    told.end = is_global() ? completion : extra().last;
    told.completion = completion;
    told.by_time = by_time;
    told.number = number;
    told.fold = fold;
    give(at, told, 0, {at.state.panes.block(list.head), nullptr, extra().rows, pane.first, list.last, pane.start});
  }

  void add(const WindowRow& row) const {
    note_newest(at.state, at.key, list, row);
    if (list.head == kNoPane) append_pane(at.state, list, row.time);
    add_to_pane(at.state, list, list.head, row);
    if (!is_global() && extra().rows == window.count) {
      tell(Kind::closed, row.time, false, 0, row.origin->id_hash);
      drop_head(at.state, list);
      list.next_early = events::kLatest;
      return;
    }
    if (window.early) list.next_early = std::min(list.next_early, multiple_from(row.time, *window.early));
    if (window.early_events && extra().rows % *window.early_events == 0) {
      extra().changed = 0;
      tell(Kind::early, row.time, false, ++extra().early, row.origin->id_hash);
    }
  }

  void advance_once() const {
    const Time now = std::exchange(list.next_early, events::kLatest);
    if (list.head == kNoPane || extra().changed == 0) return;
    extra().changed = 0;
    tell(Kind::early, now, true, ++extra().early, 0);
  }
};

}  // namespace

void add_counted(const WindowStep& at, const WindowRow& row) { Counted(at).add(row); }

void advance_counted(const WindowStep& at, Time now) {
  const Counted counted(at);
  while (counted.list.next_early < now) counted.advance_once();
}

}  // namespace tocsin::matcher
