// A window rule, compiled: which events are rows, what their arguments are, what is kept of them, and where the results
// of aggregates go. Immutable, shared by all partitions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "matcher/accumulators.hpp"
#include "matcher/alignment.hpp"
#include "matcher/code.hpp"
#include "matcher/event_fit.hpp"
#include "matcher/program.hpp"
#include "matcher/windows.hpp"

namespace tocsin::matcher {

struct JoinProgram;

/// An expression that aggregates read of each row, by input.
struct WindowArgument {
  events::Type type = events::Type::integer;
  /// The candidate's field; rules::kNoField: see codes.
  std::vector<std::uint32_t> fields;
  std::vector<Code> codes;
};

/// An input whose events one bit of the batch judges and of whose fields all arguments are: most rules have such.
struct PlainInput {
  bool plain = false;
  ConditionId bit = kAlways;
  std::vector<std::uint32_t> fields;  ///< by argument
};

struct WindowProgram {
  const rules::RulePlan* plan = nullptr;
  const rules::WindowPlan* window = nullptr;
  std::vector<std::uint16_t> inputs;        ///< by TypeId: its place in RulePlan::inputs, kNoInput
  std::vector<std::vector<EventFit>> fits;  ///< by input: an event is a row when it fits one
  std::vector<PlainInput> plain;            ///< by TypeId
  std::vector<WindowArgument> arguments;
  AccumulatorSet set;           ///< of all but single rows
  bool by_row = false;          ///< a pane is one row: rolling and last-n windows
  RollingAccumulators rolling;  ///< of single rows
  const AccumulatorSet& pane_set() const { return by_row ? rolling.stacked : set; }
  const AccumulatorSet& result_set() const { return by_row ? rolling.whole : set; }
  std::vector<Alignment> alignments;  ///< of tumbling and sliding windows: one; of a rollup one for each grain

  std::uint32_t registers = 0;                               ///< of a result
  std::vector<std::pair<RegisterId, std::uint32_t>> values;  ///< where aggregates go
  std::vector<RegisterId> starts, ends, grains;              ///< where the window's times go

  bool alerts = false;       ///< some output is an alert: empty windows are evaluated
  bool tells_first = false;  ///< some output tells the window's first event
  bool empty_alike = false;  ///< of empty windows in a row each gives what the first gave
  bool notes = false;        ///< something is kept of each aligned window: it has early or corrected results
  bool lone = false;         ///< one aligned window of which no notes are made: most rows go to the tail's pane
  bool two_stacks = false;   ///< front panes hold the merger of themselves and those behind them
  events::Duration late{};
  std::shared_ptr<const JoinProgram> join;  ///< rows come from pairs
  bool joined_windows = false;              ///< … and the windows over them are the join's own

  std::uint32_t slots() const { return alignments.empty() ? 1 : static_cast<std::uint32_t>(alignments.size()); }
};

}  // namespace tocsin::matcher
