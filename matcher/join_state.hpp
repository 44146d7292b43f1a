// What a join keeps: of each key the events of both sides that a window still reaches, in order; rows, where windows
// can't be added up as they come; and the windows that are open.
//
// Events of a side with the same values in `on`'s equalities are chained, newest first; the heads stand in one map of
// the pool. Chains end at an event that is gone, so nothing is unlinked when the oldest go.
#pragma once

#include <absl/container/flat_hash_map.h>

#include "matcher/event_names.hpp"
#include "matcher/join.hpp"
#include "matcher/join_ring.hpp"
#include "matcher/join_sums.hpp"

namespace tocsin::matcher {

inline constexpr std::uint64_t kNoEvent = ~std::uint64_t{0};

/// Slots of the type are symbols, or texts that were made.
inline bool holds_text(events::Type type) { return type == events::Type::string || events::is_list(type); }

struct JoinedEvent {
  events::Time time;
  std::uint64_t id_hash = 0;
  std::array<std::uint64_t, 2> older{kNoEvent, kNoEvent};  ///< by side: the next of its chain
  std::uint64_t null_row = kNoEvent;                       ///< of a left side: its row without a right one
  NameId name = kNoName;
  std::uint8_t sides = 0;    ///< bit s: it is one of side s
  std::uint8_t chained = 0;  ///< bit s: it is found as one of side s
  bool paired = false;       ///< of a left side: it has a right one
  bool leaves = false;       ///< a row goes with it: it is the row's earlier event, or its left one
  bool dead = false;         ///< of an as-of join: a later one stands in its place
  struct Context {
    std::string correlation_id;
    std::string trace_parent;
  };
  std::unique_ptr<Context> context{};
};

/// A pair, or a left side that is a row as long as it has no right one. Its words: validity, then arguments.
struct KeptRow {
  std::uint64_t later = kNoEvent;
  events::Time time;     ///< of the later event
  events::Time earlier;  ///< time of the earlier one
  /// Of a left side: time of the newest event that it makes a row with; a window that has that one doesn't count this.
  events::Time partner = events::kEarliest;
  bool has_partner = false;
  bool alone = false;                                ///< a left side
  std::unique_ptr<std::vector<std::string>> made{};  ///< texts of its arguments that are no symbols

  /// It is a row of a window that begins at `from` and goes up to now.
  bool counts_from(events::Time from) const { return earlier >= from && !(alone && has_partner && partner >= from); }
};

struct JoinWindow {
  events::Time end;                ///< of an aligned one
  std::uint64_t rows = 0;          ///< pairs
  std::uint64_t early = 0;         ///< results given so far
  bool changed = false;            ///< since the last early result
  std::uint64_t asked = 0;         ///< rows as `every n events` saw them last
  std::uint64_t first = kNoEvent;  ///< the later event of the first and last row
  std::uint64_t last = kNoEvent;
  std::vector<events::Slot> block{};
};

struct JoinedKey {
  JoinedKey(std::uint32_t words, std::uint32_t row_words) : events(words), rows(row_words) {}
  JoinRing<JoinedEvent> events;
  JoinRing<KeptRow> rows;
  JoinSums sums{};
  bool empty() const {
    return events.empty() && rows.empty() && windows.empty() && next_end == events::kLatest && !in_session;
  }

  std::vector<JoinWindow> windows;          ///< by end; of a session one
  events::Time next_end = events::kLatest;  ///< of the aligned window to be told next
  events::Time next_early = events::kLatest;
  bool in_session = false;
  events::Time session_start;
  events::Time session_last;
  std::uint64_t pending = 0;  ///< no left side before it awaits its time
  std::uint64_t leaving = 0;  ///< no event before it has JoinedEvent::leaves
  std::uint64_t dead = 0;
};

struct JoinPool::State {
  State(const JoinProgram& of, const events::SymbolTable& symbol_table, WindowCounts& window_counts);

  const JoinProgram& program;
  const events::SymbolTable& symbols;
  WindowCounts& counts;
  KeptValues kept;
  EventNames names;
  rules::Texts texts;
  std::vector<std::unique_ptr<JoinedKey>> keys;

  struct Chain {
    std::uint32_t key = 0;
    std::uint32_t side = 0;
    std::uint64_t values = 0;  ///< their hash
    bool operator==(const Chain&) const = default;
    template <class H>
    friend H AbslHashValue(H h, const Chain& chain) {
      return H::combine(std::move(h), chain.key, chain.side, chain.values);
    }
  };
  absl::flat_hash_map<Chain, std::uint64_t> heads;

  // of the event, the row and the result at hand
  const StreamRows* tables = nullptr;
  AsOf as_of{};
  std::vector<events::Slot> words;
  std::vector<events::Slot> registers;
  std::vector<std::uint64_t> valid;
  std::vector<Cell> cells;
  struct Found {
    std::uint64_t event = 0;
    std::uint32_t side = 0;  ///< of the event found
  };
  std::vector<Found> found;
  std::vector<events::Slot> scratch;  ///< a block

  std::uint64_t live = 0;  ///< keys
  std::uint64_t events = 0;
  std::uint64_t rows = 0;
  std::uint64_t windows = 0;
};

/// The key of that number, made where nothing was kept of it.
JoinedKey& joined_key(JoinPool::State& state, std::uint32_t number);
/// Nothing is kept of the key: it goes.
void free_joined_key(JoinPool::State& state, std::uint32_t number);

struct JoinStep {
  JoinPool::State& state;
  const JoinProgram& program;
  std::uint32_t number;  ///< of the key
  JoinedKey& key;
  WindowSink* sink;
};

// ---- events (join_events.cpp)

/// A cell of an event's words, as one of `side`.
Cell joined_cell(const JoinProgram& program, const events::Slot* words, std::uint32_t side, std::uint32_t place);
/// Bit s: the event fits side s. Its registers are then in state.words.
std::uint8_t take_sides(const JoinStep& at, const events::Batch& batch, events::Row row, const ConditionBits& bits);
/// Where events with the same values as these stand. None: one of the values is null, which equals nothing.
std::optional<JoinPool::State::Chain> chain_of(const JoinStep& at, const events::Slot* words, std::uint32_t side,
                                               std::uint32_t other);
/// Keeps the event whose words are in state.words. Room is made where there is none.
std::uint64_t keep_event(const JoinStep& at, const events::RowHead& head, const events::RowOrigin& origin,
                         std::uint8_t sides);
/// It can be found from now on.
void chain_event(const JoinStep& at, std::uint64_t event);
void drop_event(const JoinStep& at);
void drop_row(const JoinStep& at);
void drop_window(const JoinStep& at, std::size_t place);
/// All that the key has.
void drop_all(const JoinStep& at);
/// The least time of an event that can share a window with one at `time`.
events::Time reach_back(const JoinStep& at, events::Time time);
/// What no window reaches at `time` goes.
void expire(const JoinStep& at, events::Time time);
/// The events that are live move together; for as-of joins, where later ones stand in the place of earlier ones.
void close_up(const JoinStep& at);
/// The event's values into state.registers, or null.
void load_side(const JoinStep& at, std::uint32_t side, const events::Slot* words);
/// The arguments of the row in state.registers into state.cells; made texts are held until the next evaluation.
void evaluate_arguments(const JoinStep& at);
ToldEvent told_event(const JoinStep& at, std::uint64_t event);

// ---- rows that are kept (join_kept.cpp)

/// The row whose arguments are in state.cells.
void keep_row(const JoinStep& at, std::uint64_t later, std::uint64_t earlier, bool alone);
/// The arguments of a kept row into state.cells.
void load_row(const JoinStep& at, std::uint64_t number);
/// Left side `left` makes a row with `other`.
void note_partner(const JoinStep& at, std::uint64_t left, std::uint64_t other);
/// What a window has.
struct JoinGathered {
  events::Slot* block = nullptr;
  std::uint64_t rows = 0;
  std::uint64_t first = kNoEvent;
  std::uint64_t last = kNoEvent;
};
/// The kept rows that count from `from` on, into the scratch block.
JoinGathered gather_rows(const JoinStep& at, events::Time from);

// ---- windows over rows (join_windows.cpp)

/// An event came: its session begins or goes on; aligned windows of which alerts are told even when they are empty.
void begin_windows(const JoinStep& at, events::Time time);
/// The row whose arguments are in state.cells. A left side alone: both events the same.
void add_row(const JoinStep& at, std::uint64_t later, std::uint64_t earlier, bool alone);
/// Early results that the rows of an event at `time` bring.
void give_early_of_rows(const JoinStep& at, events::Time time);
/// The rolling window with its newest event.
void give_moved(const JoinStep& at, std::uint64_t event);
/// The key's next point in time of windows with aggregates, and what happens there.
events::Time windows_due(const JoinProgram& program, const JoinedKey& key);
void windows_fire(const JoinStep& at, bool at_end);

// ---- rows told by themselves (join_rows.cpp)

/// An event of a row as it is told.
struct RowEvent {
  std::uint32_t side = 0;
  events::Time time;
  std::uint64_t id_hash = 0;
  ToldEvent told{};
  std::string_view correlation_id{};
  std::string_view trace_parent{};
};
RowEvent row_event(const JoinStep& at, std::uint64_t event, std::uint32_t side);
/// The row in state.registers, when its later event has come. `earlier` null: a left side alone.
void give_row(const JoinStep& at, const RowEvent* earlier, const RowEvent& later);
/// When the oldest left side without a right one is told, and to tell it.
events::Time rows_due(const JoinProgram& program, const JoinedKey& key);
void rows_fire(const JoinStep& at);

/// Of JoinedKey::pending and JoinedKey::leaving: events that have nothing to wait for are passed over.
void settle(const JoinStep& at);

}  // namespace tocsin::matcher
