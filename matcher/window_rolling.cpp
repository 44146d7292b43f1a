// Rolling and last-n windows: a result with each row, and for alerts when rows leave.
//
// A pane is one row. Of `rolling d step g` it is a stretch of g: the window begins where a pane does, so that what is
// kept is bounded by d / g panes.
#include <algorithm>

#include "matcher/window_state.hpp"

namespace tocsin::matcher {

using events::Time;
using Kind = WindowResult::Kind;

namespace {

struct Rolling {
  const WindowStep& at;
  const rules::WindowPlan& window;
  PaneList& list;

  explicit Rolling(const WindowStep& step)
      : at(step), window(*step.state.program.window), list(step.state.list(step.key, 0)) {}

  bool by_time() const { return window.kind == rules::WindowPlan::Kind::rolling; }
  bool in_steps() const { return window.every.ns > 0; }
  const Pane& head() const { return at.state.panes[list.head]; }

  /// The least time a row of the window at `now` may have, less one instant; of one in steps the window's beginning
  /// less one instant.
  Time before_window(Time now) const {
    const Time bound = now - window.size;
    if (!in_steps()) return bound;
    return multiple_from(bound + events::Duration{1}, window.every) - events::Duration{1};
  }

  void drop_up_to(Time time) const {
    while (list.head != kNoPane && head().start <= time) drop_head(at.state, list);
  }

  void tell(Kind kind, Time now, std::uint64_t fold) const {
    WindowResult told;
    told.kind = kind;
    told.completion = now;
    told.by_time = kind == Kind::left;
    told.fold = fold;
    const Gathered gathered = at.state.program.by_row ? gather_rows(at.state, list) : gather(at.state, list);
    told.start = !by_time()   ? gathered.start
                 : in_steps() ? before_window(now) + events::Duration{1}
                              : now - window.size;
    told.end = now;
    give(at, told, 0, gathered);
    release(at.state, gathered);
  }

  void add(const WindowRow& row) const {
    if (by_time()) drop_up_to(before_window(row.time));
    note_newest(at.state, at.key, list, row);
    PaneId pane = list.tail;
    const Time start =
        in_steps() ? multiple_from(row.time - window.every + events::Duration{1}, window.every) : row.time;
    if (!in_steps() || pane == kNoPane || at.state.panes[pane].start != start)
      pane = append_pane(at.state, list, start);
    add_to_pane(at.state, list, pane, row);
    if (!by_time() && list.panes > window.count) drop_head(at.state, list);
    if (list.panes > kMaxPanes) {
      at.pool.counts.cut += head().rows;
      drop_head(at.state, list);
    }
    tell(Kind::moved, row.time, row.origin->id_hash);
  }

  Time due() const { return by_time() ? rolling_due(at.state, list) : events::kLatest; }

  void advance_once(bool at_end) const {
    const Time now = due();
    drop_up_to(before_window(now));
    if (at.state.program.alerts && (list.head != kNoPane || !at_end)) tell(Kind::left, now, 0);
  }
};

}  // namespace

void add_rolling(const WindowStep& at, const WindowRow& row) { Rolling(at).add(row); }

void advance_rolling(const WindowStep& at, Time now) {
  const Rolling rolling(at);
  while (rolling.due() < now) rolling.advance_once(now == events::kLatest);
}

}  // namespace tocsin::matcher
