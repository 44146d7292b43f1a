// Joins: pairs of events of one key as rows, one event at a time, and the windows over them.
//
//   compile_join : RulePlan → const JoinProgram
//   join_step    : an event of the key → rows (Kind::row), or what the windows over them give
//   join_last    : as-of joins whose rows a window of another kind takes: the row that an event makes
//   join_advance : event time has passed → left sides without a right one, windows that end
//
// The events of both sides are kept in order as long as a window reaches them, found by the values that `on` asks to be
// equal. Windows that hold all rows made in them keep a block of accumulators; where rows leave one by one (rolling),
// or a row depends on what doesn't come (left joins), the rows are kept, and a window is gathered when it is told. No
// threads, no clock, no I/O.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "matcher/accumulators.hpp"
#include "matcher/alignment.hpp"
#include "matcher/event_fit.hpp"
#include "matcher/windows.hpp"

namespace tocsin::matcher {

/// Events, and rows, that are kept of one key at most; the oldest go, which is counted.
inline constexpr std::size_t kMaxJoined = 1'000'000;

struct JoinSide {
  std::vector<EventFit> fits;
  std::vector<RegisterId> registers;                ///< what is kept of its events
  std::vector<events::Type> types;                  ///< parallel
  std::vector<std::vector<std::uint32_t>> columns;  ///< by fit: the column of each register
};

/// Values of both sides that are the same in each pair, by place among the registers of each.
struct JoinEqual {
  std::array<std::uint32_t, 2> place{};
  events::Type type = events::Type::integer;
};

struct JoinProgram {
  std::array<JoinSide, 2> sides;
  std::vector<JoinEqual> equal;
  std::optional<Code> on;  ///< what `equal` leaves open
  bool left = false;
  bool last = false;
  bool aggregated = true;
  std::optional<events::Duration> within;

  rules::WindowPlan::Kind kind = rules::WindowPlan::Kind::rows;
  events::Duration size{};
  std::optional<Alignment> alignment;  ///< of tumbling and sliding windows
  std::optional<events::Duration> early;
  std::optional<std::uint64_t> early_events;
  bool alerts = false;       ///< some output is an alert: empty windows are told
  bool empty_alike = false;  ///< of empty windows in a row each gives what the first gave

  std::vector<Code> arguments;               ///< of a row
  std::vector<std::uint32_t> argument_of;    ///< by aggregate: its place among the arguments; of count() 0
  std::vector<events::Type> argument_types;  ///< by aggregate
  AccumulatorSet set;                        ///< unless `last`

  std::uint32_t registers = 0;  ///< of a result
  std::vector<std::pair<RegisterId, std::uint32_t>> values;
  std::vector<RegisterId> starts, ends;

  /// Rows are kept, not windows' blocks: they come and go one by one, or are in very many windows.
  bool keeps_rows = false;
  bool sums_rows = false;     ///< and are added up in a tree
  bool keeps_windows = true;  ///< something is kept of each window: its block, its early results
  /// Words of an event: for each side validity, then the registers. One place serves both where no event is on both.
  std::array<std::uint32_t, 2> at{};
  std::uint32_t words = 0;
  std::uint32_t row_words = 0;
};

/// The plan must have a join. `registers` as in compile_windows.
std::shared_ptr<JoinProgram> compile_join(const rules::RulePlan& plan, const events::Schema& schema,
                                          Conditions& conditions, RegisterFile& registers,
                                          events::SymbolTable& symbols);

/// All keys of one joining rule in one partition, by dense key id.
class JoinPool {
 public:
  JoinPool(const JoinProgram& program, const events::SymbolTable& symbols, WindowCounts& counts);
  ~JoinPool();
  JoinPool(const JoinPool&) = delete;
  JoinPool& operator=(const JoinPool&) = delete;

  bool holds(std::uint32_t key) const;
  void forget(std::uint32_t key);
  void mark_symbols(std::vector<std::uint64_t>& held) const;
  std::uint64_t bytes() const;

  struct State;
  State& state() { return *state_; }
  const State& state() const { return *state_; }
  const StreamRows* tables = nullptr;

 private:
  std::unique_ptr<State> state_;
};

/// As step_window(): gives the key's deadline. Of joins but those that join_last() is for.
events::Time join_step(JoinPool& pool, std::uint32_t key, const events::Batch& batch, events::Row row,
                       std::uint64_t order, const ConditionBits& bits, WindowSink& sink);

/// Of an as-of join with aggregates: the arguments of the row that the event makes, null where it makes none. Valid,
/// with the texts in `texts`, until the next call.
struct JoinedRow {
  const Cell* arguments = nullptr;
  bool made = false;
  rules::Texts* texts = nullptr;
};
JoinedRow join_last(JoinPool& pool, std::uint32_t key, const events::Batch& batch, events::Row row, std::uint64_t order,
                    const ConditionBits& bits);

/// As advance_window().
events::Time join_advance(JoinPool& pool, std::uint32_t key, events::Time now, WindowSink& sink);
events::Time join_deadline(const JoinPool& pool, std::uint32_t key);

void write_join(const JoinPool& pool, std::uint32_t key, std::string& out);
/// Into a key of which nothing is kept. An error says what is wrong with the bytes.
tl::expected<void, std::string> read_join(JoinPool& pool, std::uint32_t key, std::string_view& bytes,
                                          events::SymbolTable& symbols);

}  // namespace tocsin::matcher
