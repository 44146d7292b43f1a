#include "matcher/windows.hpp"

#include <algorithm>
#include <utility>

#include "events/assert.hpp"
#include "matcher/window_state.hpp"

namespace tocsin::matcher {

using events::Time;
using Kind = rules::WindowPlan::Kind;

WindowPool::WindowPool(const WindowProgram& program, const events::SymbolTable& symbols)
    : program_(program), state_(std::make_unique<State>(program, symbols, counts)) {}

WindowPool::~WindowPool() = default;

bool WindowPool::holds(std::uint32_t key) const {
  return state_->holds(key) || (state_->join != nullptr && state_->join->holds(key));
}

void WindowPool::forget(std::uint32_t key) {
  if (state_->join != nullptr) state_->join->forget(key);
  if (!state_->holds(key)) return;
  for (std::uint32_t slot = 0; slot < program_.slots(); ++slot) {
    clear_list(*state_, state_->list(key, slot));
    state_->notes.erase(state_->number(key, slot));
  }
  state_->contexts.erase(key);
  state_->live[key] = 0;
}

void WindowPool::prefetch(std::uint32_t key) const {
  if (key < state_->live.size()) __builtin_prefetch(&state_->lists[std::size_t{key} * program_.slots()]);
}

void WindowPool::prefetch_panes(std::uint32_t key) const {
  if (key >= state_->live.size()) return;
  const PaneList& list = state_->list(key, 0);
  if (list.tail != kNoPane) state_->panes.prefetch(list.tail);
  state_->names.prefetch(list.last);
}

Time multiple_from(Time time, events::Duration period) {
  const std::int64_t rest = time.ns % period.ns;
  if (rest == 0) return time;
  return time + events::Duration{rest < 0 ? -rest : period.ns - rest};
}

void note_newest(WindowState& state, std::uint32_t key, PaneList& list, const WindowRow& row) {
  const events::RowOrigin& origin = *row.origin;
  state.names.assign(list.last, origin.source, origin.id);
  if (!origin.correlation_id.empty() || !origin.trace_parent.empty())
    state.contexts[key] = {std::string(origin.correlation_id), std::string(origin.trace_parent)};
  else if (!state.contexts.empty())
    state.contexts.erase(key);
}

namespace {

void set(WindowState& state, RegisterId at, Cell cell) {
  state.registers[at] = cell.valid ? cell.slot : 0;
  const std::uint64_t bit = std::uint64_t{1} << (at & 63);
  state.valid[at >> 6] = cell.valid ? state.valid[at >> 6] | bit : state.valid[at >> 6] & ~bit;
}

}  // namespace

bool give(const WindowStep& at, WindowResult result, std::uint32_t slot, const Gathered& gathered) {
  WindowState& state = at.state;
  const WindowProgram& program = state.program;
  const events::Slot* block = gathered.view != nullptr ? gathered.view : gathered.block;
  state.texts.release();
  for (const auto& [to, index] : program.values)
    set(state, to, value_of(program.result_set(), index, block, state.kept, state.texts, at.pool.counts.nulls));
  state.texts.hold();
  if (program.window->grains.size() > slot) {
    result.grain = program.window->grains[slot];
    result.grain_index = slot;
  }
  for (const RegisterId to : program.starts) set(state, to, {events::slot_of(result.start.ns), true});
  for (const RegisterId to : program.ends) set(state, to, {events::slot_of(result.end.ns), true});
  for (const RegisterId to : program.grains) set(state, to, {events::slot_of(result.grain.ns), true});
  result.registers = state.registers.data();
  result.valid = state.valid.data();
  result.texts = &state.texts;
  result.rows = gathered.rows;
  result.first = state.names[gathered.first];
  if (gathered.rows > 0) result.last = state.names[gathered.last];
  if (const auto context = state.contexts.find(at.key); context != state.contexts.end() && gathered.rows > 0) {
    result.correlation_id = context->second.correlation_id;
    result.trace_parent = context->second.trace_parent;
  }
  if (gathered.rows > 0) ++at.pool.counts.windows;
  at.pool.counts.cut += std::exchange(state.kept.cut, 0);
  const bool told = at.sink.take(result);
  state.texts.release();
  return told;
}

namespace {

[[gnu::noinline]] bool is_any_row(WindowPool& pool, const events::Batch& batch, events::Row row, std::uint64_t order,
                                  const ConditionBits& bits, WindowRow& made) {
  WindowState& state = pool.state();
  const WindowProgram& program = state.program;
  const events::RowHead& head = batch.heads[row];
  const std::uint16_t input = program.inputs[events::index_of(head.type)];
  if (input == kNoInput) return false;
  const std::vector<EventFit>& all = program.fits[input];
  const AsOf as_of{head.time, order};
  const auto takes = [&](const EventFit& fit) {
    return bits.test(fit.bit, head.index) &&
           (fit.code == nullptr || fits(fit, batch, row, bits, pool.tables, as_of, state.texts, pool.counts.nulls));
  };
  if (std::none_of(all.begin(), all.end(), takes)) return false;
  const events::Table& table = batch.tables[events::index_of(head.type)];
  bool made_texts = false;
  for (std::size_t i = 0; i < program.arguments.size(); ++i) {
    const WindowArgument& argument = program.arguments[i];
    if (const std::uint32_t field = argument.fields[input]; field != rules::kNoField) {
      const events::Column& column = table.columns[field];
      state.cells[i] = {column.slots[head.index], column.is_valid(head.index)};
      continue;
    }
    Bindings bindings;
    bindings.table = &table;
    bindings.index = head.index;
    bindings.texts = &state.texts;
    bindings.tables = pool.tables;
    bindings.as_of = as_of;
    if (!made_texts) state.texts.release();
    made_texts = true;
    state.cells[i] = evaluate(argument.codes[input], bindings, pool.counts.nulls);
    state.texts.hold();
  }
  made = {head.time, &batch.origins[row], state.cells.data(), &state.texts};
  return true;
}

/// Evaluates what the rule reads of the event. False: it is no row.
inline bool is_row(WindowPool& pool, const events::Batch& batch, events::Row row, std::uint64_t order,
                   const ConditionBits& bits, WindowRow& made) {
  WindowState& state = pool.state();
  const events::RowHead head = batch.heads[row];
  const PlainInput& input = state.program.plain[events::index_of(head.type)];
  if (!input.plain) return is_any_row(pool, batch, row, order, bits, made);
  if (!bits.test(input.bit, head.index)) return false;
  const events::Column* const columns = batch.tables[events::index_of(head.type)].columns.data();
  Cell* cell = state.cells.data();
  for (const std::uint32_t field : input.fields)
    *cell++ = {columns[field].slots[head.index], columns[field].is_valid(head.index)};
  made = {head.time, &batch.origins[row], state.cells.data(), &state.texts};
  return true;
}

}  // namespace

void add_window_row(const WindowStep& at, const WindowRow& row) {
  at.state.make_room(at.key);
  at.state.live[at.key] = 1;
  ++at.pool.counts.rows;
  switch (at.state.program.window->kind) {
    case Kind::tumbling:
    case Kind::sliding:
      return add_aligned(at, row);
    case Kind::session:
      return add_session(at, row);
    case Kind::rolling:
    case Kind::last:
      return add_rolling(at, row);
    case Kind::batch:
    case Kind::global:
      return add_counted(at, row);
    case Kind::rows:
      break;
  }
  TOCSIN_ASSERT(false);
}

Time step_window(WindowPool& pool, std::uint32_t key, const events::Batch& batch, events::Row row, std::uint64_t order,
                 const ConditionBits& bits, WindowSink& sink) {
  WindowState& state = pool.state();
  const WindowStep at{pool, state, key, sink};
  WindowRow made;
  if (state.join == nullptr) {
    if (state.program.lone && state.holds(key) && batch.heads[row].time < state.lists[key].tail_end) {
      PaneList& list = state.lists[key];
      if (!is_row(pool, batch, row, order, bits, made)) return aligned_due(list);
      ++pool.counts.rows;
      note_newest(state, key, list, made);
      add_to_pane(state, list, list.tail, made);
      return aligned_due(list);
    }
    if (is_row(pool, batch, row, order, bits, made)) add_window_row(at, made);
    return window_deadline(pool, key);
  }
  state.join->tables = pool.tables;
  if (state.program.joined_windows) return join_step(*state.join, key, batch, row, order, bits, sink);
  if (const JoinedRow joined = join_last(*state.join, key, batch, row, order, bits); joined.made) {
    add_window_row(at, {batch.heads[row].time, &batch.origins[row], joined.arguments, joined.texts});
  }
  return window_deadline(pool, key);
}

Time step_late(WindowPool& pool, std::uint32_t key, const events::Batch& batch, events::Row row, std::uint64_t order,
               Time watermark, const ConditionBits& bits, WindowSink& sink, bool& taken) {
  const WindowProgram& program = pool.program();
  WindowRow made;
  if (program.late.ns > 0 && is_row(pool, batch, row, order, bits, made)) {
    WindowState& state = pool.state();
    state.make_room(key);
    const WindowStep at{pool, state, key, sink};
    bool took = false;
    if (program.window->kind == Kind::session)
      add_session_late(at, made, watermark, took);
    else
      add_aligned_late(at, made, watermark, took);
    if (took) {
      state.live[key] = 1;
      ++pool.counts.rows;
      ++pool.counts.late;
      taken = true;
    }
  }
  return window_deadline(pool, key);
}

namespace {

/// Nothing of the key is left that a later result could be told by: only alerts go on without rows.
bool is_over(const WindowState& state, std::uint32_t key) {
  if (state.program.alerts || state.join != nullptr) return false;
  for (std::uint32_t slot = 0; slot < state.program.slots(); ++slot)
    if (const PaneList& list = state.list(key, slot);
        list.head != kNoPane || list.next_end != events::kLatest || list.next_early != events::kLatest)
      return false;
  return true;
}

}  // namespace

Time advance_window(WindowPool& pool, std::uint32_t key, Time now, WindowSink& sink) {
  if (pool.program().joined_windows) return join_advance(*pool.state().join, key, now, sink);
  if (!pool.state().holds(key)) return events::kLatest;
  const WindowStep at{pool, pool.state(), key, sink};
  switch (pool.program().window->kind) {
    case Kind::tumbling:
    case Kind::sliding:
      advance_aligned(at, now);
      break;
    case Kind::session:
      advance_session(at, now);
      break;
    case Kind::rolling:
    case Kind::last:
      advance_rolling(at, now);
      break;
    case Kind::batch:
    case Kind::global:
      advance_counted(at, now);
      break;
    case Kind::rows:
      break;
  }
  if (is_over(at.state, key)) pool.forget(key);
  return window_deadline(pool, key);
}

Time window_deadline(const WindowPool& pool, std::uint32_t key) {
  const WindowState& state = pool.state();
  if (pool.program().joined_windows) return join_deadline(*state.join, key);
  if (!state.holds(key)) return events::kLatest;
  const WindowProgram& program = pool.program();
  if (program.alignments.size() == 1) return aligned_due(state.lists[key]);
  Time due = events::kLatest;
  for (std::uint32_t slot = 0; slot < program.slots(); ++slot) due = std::min(due, aligned_due(state.list(key, slot)));
  const PaneList& list = state.list(key, 0);
  if (program.window->kind == Kind::session && list.tail != kNoPane && state.panes.extra(list.tail).closed == 0)
    due = std::min(due, state.panes.extra(list.tail).last + program.window->size);
  if (program.window->kind == Kind::rolling) due = std::min(due, rolling_due(state, list));
  return due;
}

void WindowPool::mark_symbols(std::vector<std::uint64_t>& held) const {
  const WindowState& state = *state_;
  if (state.join != nullptr) state.join->mark_symbols(held);
  const auto mark_pane = [&](PaneId id) {
    matcher::mark_symbols(program_.pane_set(), state.panes.block(id), state.kept, held);
    state.names.mark_symbol(state.panes[id].first, held);
    state.names.mark_symbol(state.panes[id].last, held);
    if (!program_.by_row) return;
    for (std::size_t i = 0; i < program_.arguments.size(); ++i) {
      const Cell& cell = state.panes.arguments(id)[i];
      if (!cell.valid || rules::Texts::is_made(cell.slot)) continue;
      if (is_text(program_.arguments[i].type)) held[cell.slot >> 6] |= std::uint64_t{1} << (cell.slot & 63);
    }
  };
  for (const PaneList& list : state.lists) {
    for (PaneId id = list.head; id != kNoPane; id = state.panes[id].next) mark_pane(id);
    if (list.back != kNoPane) mark_pane(list.back);
    if (list.dropped != kNoPane)
      matcher::mark_symbols(program_.rolling.dropped, state.dropped.block(list.dropped), state.kept, held);
    state.names.mark_symbol(list.last, held);
  }
}

std::uint64_t WindowPool::bytes() const {
  const WindowState& state = *state_;
  return state.panes.bytes() + state.dropped.bytes() + state.kept.bytes() + state.names.bytes() +
         state.lists.size() * sizeof(PaneList) + (state.join != nullptr ? state.join->bytes() : 0);
}

events::Duration reach_of(const rules::WindowPlan& window) {
  events::Duration reach = window.size;
  for (const events::Duration grain : window.grains) reach = std::max(reach, grain);
  switch (window.kind) {
    case Kind::last:
    case Kind::batch:
    case Kind::global:
    case Kind::rows:
      return {};
    default:
      return {reach.ns + (window.late ? window.late->ns : 0)};
  }
}

}  // namespace tocsin::matcher
