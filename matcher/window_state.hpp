// What window rules keep: panes, and for each key the list of its panes, oldest first.
//
// A pane is a stretch of rows with one block of accumulators: of an aligned window its pane, of a session or a batch
// all of it, of a rolling or last-n window one row. A record is a Pane, the block, and where the rule has windows of
// which more must be known an Extra; records lie in chunks and have 32-bit ids.
//
// Two stacks: where nothing needs a pane by itself any more, the panes from the list's head to `boundary` (the front)
// hold the merger of themselves and all panes behind them up to it, and `back` that of the panes behind it but the
// tail. All of the list is then head + back + tail. When the front is used up it is made anew from all but the tail.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "matcher/event_names.hpp"
#include "matcher/join.hpp"
#include "matcher/window_program.hpp"

namespace tocsin::matcher {

using PaneId = std::uint32_t;
inline constexpr PaneId kNoPane = 0xffff'ffff;

struct Pane {
  PaneId next = kNoPane;
  NameId first = kNoName;  ///< its first row, where the program tells it
  NameId last = kNoName;   ///< its last row, in rules with `late`
  std::uint32_t rows = 0;
  events::Time start;  ///< aligned: of the pane; else the time of its first row
};

/// Of a session or batch, and of panes in rules with `late`.
struct Extra {
  events::Time begin;  ///< of its first row
  events::Time last;   ///< of its last row
  std::uint64_t rows = 0;
  std::uint32_t early = 0;     ///< results given so far
  std::uint32_t revision = 0;  ///< the same, of corrections
  std::uint8_t changed = 0;    ///< since the last early result
  std::uint8_t closed = 0;
  std::uint8_t told = 0;
};

class PanePool {
 public:
  /// `arguments`: kept of each row, where a pane is one.
  PanePool(std::uint32_t words, std::uint32_t arguments, bool extra)
      : words_(words),
        arguments_(arguments),
        has_extra_(extra),
        stride_(static_cast<std::uint32_t>(sizeof(Pane) / 8) + words + 2 * arguments +
                (extra ? static_cast<std::uint32_t>(sizeof(Extra) / 8) : 0)) {}
  Pane& operator[](PaneId id) { return *reinterpret_cast<Pane*>(record(id)); }
  const Pane& operator[](PaneId id) const { return *reinterpret_cast<const Pane*>(record(id)); }
  events::Slot* block(PaneId id) const { return record(id) + sizeof(Pane) / 8; }
  Cell* arguments(PaneId id) const { return reinterpret_cast<Cell*>(block(id) + words_); }
  Extra& extra(PaneId id) const { return *reinterpret_cast<Extra*>(block(id) + words_ + 2 * arguments_); }
  bool has_extra() const { return has_extra_; }

  /// Of no row, with a block of zeros.
  PaneId make() {
    PaneId id = 0;
    if (!free_.empty()) {
      id = free_.back();
      free_.pop_back();
    } else {
      id = end_++;
      if ((id >> kChunkBits) == chunks_.size())
        chunks_.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(std::size_t{stride_} << kChunkBits));
    }
    new (record(id)) Pane;
    std::fill_n(block(id), words_, 0);
    if (has_extra()) new (&extra(id)) Extra;
    return id;
  }
  /// Its block must be of no row, or plain.
  void free(PaneId id) { free_.push_back(id); }
  std::size_t live() const { return end_ - free_.size(); }
  std::uint64_t bytes() const { return live() * stride_ * 8; }
  void prefetch(PaneId id) const { __builtin_prefetch(record(id)); }

 private:
  static constexpr std::uint32_t kChunkBits = 10;
  std::uint64_t* record(PaneId id) const {
    return chunks_[id >> kChunkBits].get() + std::size_t{id & ((1U << kChunkBits) - 1)} * stride_;
  }
  std::uint32_t words_;
  std::uint32_t arguments_;
  bool has_extra_;
  std::uint32_t stride_;  ///< of a record, in words
  std::vector<std::unique_ptr<std::uint64_t[]>> chunks_;
  std::vector<PaneId> free_;
  PaneId end_ = 0;
};

/// One key's panes; of a rollup those of one grain. One line of the cache.
struct alignas(64) PaneList {
  PaneId head = kNoPane;
  PaneId tail = kNoPane;
  PaneId boundary = kNoPane;  ///< last pane of the front; kNoPane: there is none
  PaneId back = kNoPane;      ///< a record of its own
  PaneId dropped = kNoPane;   ///< of single rows: what rows can be taken out of, of all of them; in State::dropped
  std::uint32_t panes = 0;
  NameId last = kNoName;                      ///< the newest row
  std::uint64_t rows = 0;                     ///< of all panes
  events::Time next_end = events::kLatest;    ///< of an aligned window that isn't given yet
  events::Time next_early = events::kLatest;  ///< multiple of `every`
  events::Time tail_end = events::kEarliest;  ///< aligned: where the tail's pane ends
};

/// What is known of one aligned window beside its panes.
struct WindowNote {
  events::Time end;
  std::uint64_t rows = 0;
  std::uint32_t early = 0;
  std::uint32_t revision = 0;
  bool changed = false;
  bool told = false;
};

/// A row, ready to be added.
struct WindowRow {
  events::Time time;
  const events::RowOrigin* origin = nullptr;
  const Cell* arguments = nullptr;
  const rules::Texts* texts = nullptr;  ///< of the arguments
};

/// More panes a key keeps of rolling and last-n windows never: the oldest goes, which is counted.
inline constexpr std::uint32_t kMaxPanes = 1'000'000;

/// A slot of the type is a symbol, or a text that was made.
inline bool is_text(events::Type type) { return type == events::Type::string || events::is_list(type); }

bool keeps_extra(const WindowProgram& program);

struct WindowPool::State {
  State(const WindowProgram& of, const events::SymbolTable& symbol_table, WindowCounts& counts)
      : program(of),
        panes(of.pane_set().words, of.by_row ? static_cast<std::uint32_t>(of.arguments.size()) : 0, keeps_extra(of)),
        dropped(of.by_row ? of.rolling.dropped.words : 0, 0, false),
        kept(symbol_table),
        texts(symbol_table),
        old_texts(symbol_table),
        cells(of.arguments.size()),
        registers(of.registers),
        valid((of.registers + 63) / 64),
        scratch(of.pane_set().words),
        join(of.join != nullptr ? std::make_unique<JoinPool>(*of.join, symbol_table, counts) : nullptr),
        both(of.by_row ? of.rolling.dropped.words + of.rolling.stacked.words : 0) {}

  const WindowProgram& program;
  PanePool panes;
  PanePool dropped;
  KeptValues kept;
  EventNames names;
  rules::Texts texts;
  rules::Texts old_texts;  ///< of the row that leaves
  /// Of single rows: the arguments that are texts of no symbol.
  absl::flat_hash_map<PaneId, std::vector<std::pair<std::size_t, std::string>>> row_texts;
  std::vector<PaneList> lists;                                        ///< by key, then slot
  std::vector<std::uint8_t> live;                                     ///< by key: something is kept
  absl::flat_hash_map<std::uint32_t, std::vector<WindowNote>> notes;  ///< by list; by end
  struct Context {
    std::string correlation_id;
    std::string trace_parent;
  };
  absl::flat_hash_map<std::uint32_t, Context> contexts;  ///< by key, of its newest row

  std::vector<Cell> cells;              ///< of the row being added
  std::vector<events::Slot> registers;  ///< of the result being given
  std::vector<std::uint64_t> valid;
  std::vector<events::Slot> scratch;  ///< a block
  std::unique_ptr<JoinPool> join;
  std::vector<events::Slot> both;  ///< what is gathered of single rows: a block of RollingAccumulators::whole
  std::vector<PaneId> order;       ///< for walks from the tail

  PaneList& list(std::uint32_t key, std::uint32_t slot) { return lists[std::size_t{key} * program.slots() + slot]; }
  const PaneList& list(std::uint32_t key, std::uint32_t slot) const {
    return lists[std::size_t{key} * program.slots() + slot];
  }
  std::uint32_t number(std::uint32_t key, std::uint32_t slot) const { return key * program.slots() + slot; }
  bool holds(std::uint32_t key) const { return key < live.size() && live[key] != 0; }
  void make_room(std::uint32_t key) {
    if (key < live.size()) return;
    live.resize(std::size_t{key} + 1);
    lists.resize(live.size() * program.slots());
  }
};

using WindowState = WindowPool::State;

/// What lies between two times of a list, as one block; valid until the list changes or something else is gathered.
struct Gathered {
  events::Slot* block = nullptr;
  const events::Slot* view = nullptr;  ///< of single rows: what values are read of; else it is the block
  std::uint64_t rows = 0;
  NameId first = kNoName;
  NameId last = kNoName;
  events::Time start;  ///< of the first pane
};

// ---- panes (window_panes.cpp)

/// A pane behind the tail.
PaneId append_pane(WindowState& state, PaneList& list, events::Time start);
/// `row` becomes one of the pane.
void add_to_pane(WindowState& state, PaneList& list, PaneId id, const WindowRow& row);
/// The head goes.
void drop_head(WindowState& state, PaneList& list);
void clear_list(WindowState& state, PaneList& list);
/// All of the list.
Gathered gather(WindowState& state, PaneList& list);
/// The same of single rows.
Gathered gather_rows(WindowState& state, PaneList& list);
/// The panes that begin in [from, to); `to` kLatest: up to the tail.
Gathered gather(WindowState& state, PaneList& list, events::Time from, events::Time to);
/// What was gathered isn't needed any more.
void release(WindowState& state, const Gathered& gathered);

// ---- what happens to a key, by kind of window; all give nothing back but results

struct WindowStep {
  WindowPool& pool;
  WindowState& state;
  std::uint32_t key;
  WindowSink& sink;
};

/// Fills in the block's values and the rest of what is told of a window, and gives it. What take() gave.
bool give(const WindowStep& at, WindowResult result, std::uint32_t slot, const Gathered& gathered);
/// The newest row of the key, and what outputs tell of it.
void note_newest(WindowState& state, std::uint32_t key, PaneList& list, const WindowRow& row);

void add_aligned(const WindowStep& at, const WindowRow& row);
void add_aligned_late(const WindowStep& at, const WindowRow& row, events::Time watermark, bool& taken);
void advance_aligned(const WindowStep& at, events::Time now);

void add_session(const WindowStep& at, const WindowRow& row);
void add_session_late(const WindowStep& at, const WindowRow& row, events::Time watermark, bool& taken);
void advance_session(const WindowStep& at, events::Time now);

void add_rolling(const WindowStep& at, const WindowRow& row);
void advance_rolling(const WindowStep& at, events::Time now);

/// Batches and the global window.
void add_counted(const WindowStep& at, const WindowRow& row);
void advance_counted(const WindowStep& at, events::Time now);

/// A row of any kind of window: for rows that joins make. Gives nothing back but results.
void add_window_row(const WindowStep& at, const WindowRow& row);

/// When an aligned window's list has something to do: past this time.
inline events::Time aligned_due(const PaneList& list) {
  const std::int64_t end = list.next_end.ns - (list.next_end == events::kLatest ? 0 : 1);
  return {std::min(end, list.next_early.ns)};
}

/// The same of a rolling window: when its oldest pane leaves, for alerts; else when all have left.
inline events::Time rolling_due(const WindowState& state, const PaneList& list) {
  if (list.head == kNoPane) return events::kLatest;
  const PaneId pane = state.program.alerts ? list.head : list.tail;
  return state.panes[pane].start + state.program.window->size;
}

/// The least multiple of `period` that is not before `time`.
events::Time multiple_from(events::Time time, events::Duration period);

}  // namespace tocsin::matcher
