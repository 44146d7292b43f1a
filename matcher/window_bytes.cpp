// A key's windows as bytes and back.
//
// Grammar (integers little-endian; text := u32 length, bytes; block: accumulators.hpp):
//   windows := u8 live  [context list*]  [join]              lists of all slots where live is 1; join: join.hpp
//   context := u8 given  [text correlation id  text trace parent]
//   list    := i64 next end  i64 next early  name  u32 notes note*  u8 dropped [block]  u8 back [block]  u32 panes
//   pane*
//              u32 boundary                                  the front's last pane by number, or none
//   note    := i64 end  u64 rows  u32 early  u32 revision  u8 changed  u8 told
//   pane    := i64 start  u32 rows  name first  name last  block  [extra]  argument*
//   extra   := i64 begin  i64 last  u64 rows  u32 early  u32 revision  u8 changed  u8 closed  u8 told
//   name    := u8 given  [text source  text id]
//   argument := u8 valid  [text, where it is one; else u64 slot]
#include "matcher/window_state.hpp"

namespace tocsin::matcher {

using events::put;
using events::put_text;

namespace {

constexpr std::uint32_t kNone = 0xffff'ffff;

class Writer {
 public:
  Writer(const WindowState& state, std::string& out) : state_(state), out_(out) {}

  void list(const PaneList& list, const std::vector<WindowNote>* notes) {
    put(out_, list.next_end.ns);
    put(out_, list.next_early.ns);
    name(list.last);
    put(out_, static_cast<std::uint32_t>(notes == nullptr ? 0 : notes->size()));
    if (notes != nullptr)
      for (const WindowNote& each : *notes) note(each);
    put(out_, static_cast<std::uint8_t>(list.dropped != kNoPane));
    if (list.dropped != kNoPane)
      write_block(state_.program.rolling.dropped, state_.dropped.block(list.dropped), state_.kept, out_);
    put(out_, static_cast<std::uint8_t>(list.back != kNoPane));
    if (list.back != kNoPane) block(list.back);
    put(out_, list.panes);
    std::uint32_t number = 0;
    std::uint32_t boundary = kNone;
    for (PaneId id = list.head; id != kNoPane; id = state_.panes[id].next, ++number) {
      if (id == list.boundary) boundary = number;
      pane(id);
    }
    put(out_, boundary);
  }

 private:
  void block(PaneId id) { write_block(state_.program.pane_set(), state_.panes.block(id), state_.kept, out_); }

  void name(NameId id) {
    put(out_, static_cast<std::uint8_t>(id != kNoName));
    if (id == kNoName) return;
    const ToldEvent told = state_.names[id];
    put_text(out_, state_.kept.symbols().text(told.source));
    put_text(out_, told.id);
  }

  void note(const WindowNote& note) {
    put(out_, note.end.ns);
    put(out_, note.rows);
    put(out_, note.early);
    put(out_, note.revision);
    put(out_, static_cast<std::uint8_t>(note.changed));
    put(out_, static_cast<std::uint8_t>(note.told));
  }

  void pane(PaneId id) {
    const Pane& pane = state_.panes[id];
    put(out_, pane.start.ns);
    put(out_, pane.rows);
    name(pane.first);
    name(pane.last);
    block(id);
    if (state_.panes.has_extra()) {
      const Extra& extra = state_.panes.extra(id);
      put(out_, extra.begin.ns);
      put(out_, extra.last.ns);
      put(out_, extra.rows);
      put(out_, extra.early);
      put(out_, extra.revision);
      put(out_, extra.changed);
      put(out_, extra.closed);
      put(out_, extra.told);
    }
    if (state_.program.by_row) arguments(id);
  }

  void arguments(PaneId id) {
    const auto made = state_.row_texts.find(id);
    const auto text_of = [&](std::size_t i, events::Slot slot) -> std::string_view {
      if (made != state_.row_texts.end())
        for (const auto& [at, text] : made->second)
          if (at == i) return text;
      return state_.kept.symbols().text(events::symbol_of(slot));
    };
    for (std::size_t i = 0; i < state_.program.arguments.size(); ++i) {
      const Cell& cell = state_.panes.arguments(id)[i];
      put(out_, static_cast<std::uint8_t>(cell.valid));
      if (!cell.valid) continue;
      if (is_text(state_.program.arguments[i].type))
        put_text(out_, text_of(i, cell.slot));
      else
        put(out_, cell.slot);
    }
  }

  const WindowState& state_;
  std::string& out_;
};

class Reader {
 public:
  Reader(WindowState& state, events::ByteReader& in, events::SymbolTable& symbols)
      : state_(state), in_(in), symbols_(symbols) {}

  void list(PaneList& list, std::uint32_t number) {
    list.next_end = {in_.get<std::int64_t>()};
    list.next_early = {in_.get<std::int64_t>()};
    name(list.last);
    for (auto count = in_.get<std::uint32_t>(); count > 0 && in_.good; --count) state_.notes[number].push_back(note());
    if (in_.get<std::uint8_t>() != 0 && in_.good) {
      if (!state_.program.by_row) in_.good = false;
      if (!in_.good) return;
      list.dropped = state_.dropped.make();
      read_block(state_.program.rolling.dropped, state_.dropped.block(list.dropped), state_.kept, in_, symbols_);
    }
    if (in_.get<std::uint8_t>() != 0 && in_.good) {
      list.back = state_.panes.make();
      block(list.back);
    }
    const auto panes = in_.get<std::uint32_t>();
    std::vector<PaneId> ids;
    for (std::uint32_t i = 0; i < panes && in_.good; ++i) ids.push_back(pane(list));
    const auto boundary = in_.get<std::uint32_t>();
    if (boundary == kNone) return;
    if (!state_.program.two_stacks || boundary + std::size_t{1} >= ids.size()) in_.good = false;
    if (in_.good) list.boundary = ids[boundary];
  }

 private:
  void block(PaneId id) { read_block(state_.program.pane_set(), state_.panes.block(id), state_.kept, in_, symbols_); }

  void name(NameId& id) {
    if (in_.get<std::uint8_t>() == 0) return;
    const std::string_view source = in_.text();
    const std::string_view text = in_.text();
    if (in_.good) state_.names.assign(id, symbols_.intern(source), text);
  }

  WindowNote note() {
    WindowNote note;
    note.end = {in_.get<std::int64_t>()};
    note.rows = in_.get<std::uint64_t>();
    note.early = in_.get<std::uint32_t>();
    note.revision = in_.get<std::uint32_t>();
    note.changed = in_.get<std::uint8_t>() != 0;
    note.told = in_.get<std::uint8_t>() != 0;
    return note;
  }

  PaneId pane(PaneList& list) {
    const PaneId id = state_.panes.make();
    if (list.tail == kNoPane)
      list.head = id;
    else
      state_.panes[list.tail].next = id;
    list.tail = id;
    ++list.panes;
    Pane& pane = state_.panes[id];
    pane.start = {in_.get<std::int64_t>()};
    pane.rows = in_.get<std::uint32_t>();
    list.rows += pane.rows;
    name(pane.first);
    name(pane.last);
    block(id);
    if (state_.panes.has_extra()) {
      Extra& extra = state_.panes.extra(id);
      extra.begin = {in_.get<std::int64_t>()};
      extra.last = {in_.get<std::int64_t>()};
      extra.rows = in_.get<std::uint64_t>();
      extra.early = in_.get<std::uint32_t>();
      extra.revision = in_.get<std::uint32_t>();
      extra.changed = in_.get<std::uint8_t>();
      extra.closed = in_.get<std::uint8_t>();
      extra.told = in_.get<std::uint8_t>();
    }
    if (state_.program.by_row) arguments(id);
    return id;
  }

  void arguments(PaneId id) {
    for (std::size_t i = 0; i < state_.program.arguments.size(); ++i) {
      Cell& cell = state_.panes.arguments(id)[i];
      cell = {0, in_.get<std::uint8_t>() != 0};
      if (!cell.valid) continue;
      if (!is_text(state_.program.arguments[i].type))
        cell.slot = in_.get<std::uint64_t>();
      else
        cell.slot = events::slot_of(symbols_.intern(in_.text()));
    }
  }

  WindowState& state_;
  events::ByteReader& in_;
  events::SymbolTable& symbols_;
};

}  // namespace

void write_window(const WindowPool& pool, std::uint32_t key, std::string& out) {
  const WindowState& state = pool.state();
  put(out, static_cast<std::uint8_t>(state.holds(key)));
  if (state.holds(key)) {
    const auto context = state.contexts.find(key);
    put(out, static_cast<std::uint8_t>(context != state.contexts.end()));
    if (context != state.contexts.end()) {
      put_text(out, context->second.correlation_id);
      put_text(out, context->second.trace_parent);
    }
    for (std::uint32_t slot = 0; slot < state.program.slots(); ++slot) {
      const auto notes = state.notes.find(state.number(key, slot));
      Writer(state, out).list(state.list(key, slot), notes == state.notes.end() ? nullptr : &notes->second);
    }
  }
  if (state.join != nullptr) write_join(*state.join, key, out);
}

tl::expected<void, std::string> read_window(WindowPool& pool, std::uint32_t key, std::string_view& bytes,
                                            events::SymbolTable& symbols) {
  WindowState& state = pool.state();
  events::ByteReader in{bytes};
  if (in.get<std::uint8_t>() != 0) {
    state.make_room(key);
    state.live[key] = 1;
    if (in.get<std::uint8_t>() != 0) {
      const std::string_view correlation_id = in.text();
      const std::string_view trace_parent = in.text();
      state.contexts[key] = {std::string(correlation_id), std::string(trace_parent)};
    }
    for (std::uint32_t slot = 0; slot < state.program.slots() && in.good; ++slot)
      Reader(state, in, symbols).list(state.list(key, slot), state.number(key, slot));
  }
  if (!in.good) {
    pool.forget(key);
    return tl::unexpected(std::string("the bytes are no windows of this rule"));
  }
  if (state.join != nullptr) return read_join(*state.join, key, bytes, symbols);
  return {};
}

}  // namespace tocsin::matcher
