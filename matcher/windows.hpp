// Windows: what a rule with `window` keeps of each key, one event at a time, and when it tells what it gathered.
//
//   compile_windows : RulePlan → const WindowProgram
//   step    : an event of the key, in processing order → results that it completes (rolling, last, batch, rows, early)
//   step_late : an event behind the watermark → corrected results
//   advance : event time has passed → windows that end, early results, what leaves a rolling window
//   write, read : a key's state as bytes and back; the same results follow
//
// Aligned windows are made of panes (blocks of accumulators) that slide: each event is added to one pane. Rolling and
// last-n windows are two stacks, so that aggregates without an inverse cost a constant number of merges an event.
// Sources: Li et al., No pane, no gain, SIGMOD Record 34 (2005); Tangwongsan et al., PVLDB 8 (2015).
// No threads, no clock, no I/O. Whether a result is put out (`when`, `if`, an alert's life) is the sink's to judge.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "events/batch.hpp"
#include "matcher/accumulators.hpp"
#include "matcher/code.hpp"
#include "matcher/conditions.hpp"
#include "matcher/stream_rows.hpp"
#include "rules/plan.hpp"

namespace tocsin::matcher {

struct WindowProgram;

/// `registers` holds what the rule's outputs and `when` read (compile their expressions first).
std::shared_ptr<const WindowProgram> compile_windows(const rules::RulePlan& plan, const events::Schema& schema,
                                                     Conditions& conditions, RegisterFile& registers,
                                                     events::SymbolTable& symbols);

/// An event as a window tells it.
struct ToldEvent {
  events::Symbol source = events::kEmptySymbol;
  std::string_view id;
};

/// What a window gives at one point; valid during WindowSink::take. Texts and lists that were made for the registers
/// are held by `texts` (Texts::hold), in which the sink evaluates.
struct WindowResult {
  enum class Kind : std::uint8_t {
    closed,     ///< a window that ends: by time; of last and batch, by an event
    moved,      ///< a rolling or last window with its newest event
    left,       ///< a rolling window that an event left: for alerts only
    early,      ///< of an open window
    corrected,  ///< by late events
    withdrawn,  ///< a window told before that is now part of another
    row,        ///< of a join: a pair, or a left side without a right one
  };
  Kind kind = Kind::closed;
  const events::Slot* registers = nullptr;  ///< by RegisterFile
  const std::uint64_t* valid = nullptr;
  rules::Texts* texts = nullptr;
  events::Time start;        ///< @start
  events::Time end;          ///< @end
  events::Duration grain{};  ///< @grain, of a rollup
  std::uint32_t grain_index = 0;
  events::Time completion;
  bool by_time = false;               ///< completed by a timer, behind all events of `completion`
  std::uint64_t rows = 0;             ///< 0: an empty window, for alerts only
  std::uint64_t number = 0;           ///< of early and corrected or withdrawn: from 1
  std::uint64_t fold = 0;             ///< of windows that events end, and of rows: hash of these events' ids; else 0
  ToldEvent first{};                  ///< of the window, where the program tells it
  ToldEvent last{};                   ///< where rows > 0
  std::string_view correlation_id{};  ///< of the last event
  std::string_view trace_parent{};
  bool newest = true;  ///< corrected: of the key's windows (of that grain) the one told last
  bool told = false;   ///< corrected: take() said so of the window's result before; then put out as withdrawn at worst
};

class WindowSink {
 public:
  virtual ~WindowSink() = default;
  /// True: the result's rows are more than none and the rule's `when` holds; never of `withdrawn`, whose `when` isn't
  /// asked.
  virtual bool take(const WindowResult& result) = 0;
};

struct WindowCounts {
  std::uint64_t rows = 0;     ///< events, or pairs, taken
  std::uint64_t windows = 0;  ///< results given, empty ones left out
  std::uint64_t late = 0;     ///< late events taken
  std::uint64_t cut = 0;      ///< rows that no room was left for: the oldest of the key went
  std::uint64_t nulls = 0;    ///< arithmetic without a result
};

/// All keys of one window rule in one partition, by dense key id.
class WindowPool {
 public:
  WindowPool(const WindowProgram& program, const events::SymbolTable& symbols);
  ~WindowPool();
  WindowPool(const WindowPool&) = delete;
  WindowPool& operator=(const WindowPool&) = delete;

  /// Something is kept of the key.
  bool holds(std::uint32_t key) const;
  /// All of it goes.
  void forget(std::uint32_t key);
  /// What a step of the key asks for first, and what it asks for then.
  void prefetch(std::uint32_t key) const;
  void prefetch_panes(std::uint32_t key) const;
  /// Sets bit i of `held` for each symbol i that is kept.
  void mark_symbols(std::vector<std::uint64_t>& held) const;
  std::uint64_t bytes() const;

  struct State;
  State& state() { return *state_; }
  const State& state() const { return *state_; }
  const WindowProgram& program() const { return program_; }
  WindowCounts counts;
  const StreamRows* tables = nullptr;  ///< what lookups of stream tables read

 private:
  const WindowProgram& program_;
  std::unique_ptr<State> state_;
};

/// An event of the key, of a type that the rule reads (it may still fit nothing). The key was advanced to the event's
/// time where its deadline lay before. `order` as in matcher::step. Gives the key's
/// deadline: past it there is something to do; kLatest: never.
events::Time step_window(WindowPool& pool, std::uint32_t key, const events::Batch& batch, events::Row row,
                         std::uint64_t order, const ConditionBits& bits, WindowSink& sink);

/// An event behind the watermark. `taken` is set where a window took it.
events::Time step_late(WindowPool& pool, std::uint32_t key, const events::Batch& batch, events::Row row,
                       std::uint64_t order, events::Time watermark, const ConditionBits& bits, WindowSink& sink,
                       bool& taken);

/// All events with time < `now` have been stepped: what is due before `now` is given, in order of time. kLatest is the
/// end of input: windows with rows end, and empty ones aren't given any more.
events::Time advance_window(WindowPool& pool, std::uint32_t key, events::Time now, WindowSink& sink);

events::Time window_deadline(const WindowPool& pool, std::uint32_t key);

void write_window(const WindowPool& pool, std::uint32_t key, std::string& out);
/// Into a key of which nothing is kept. An error says what is wrong with the bytes.
tl::expected<void, std::string> read_window(WindowPool& pool, std::uint32_t key, std::string_view& bytes,
                                            events::SymbolTable& symbols);

/// How long the rule's windows reach back: what `forget` had better not be shorter than. 0 where events, not time,
/// bound them.
events::Duration reach_of(const rules::WindowPlan& window);

}  // namespace tocsin::matcher
