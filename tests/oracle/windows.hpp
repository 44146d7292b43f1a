// The reference for window rules: what the semantics, section 11, say is put out.
//
// rule plan, events in order of arrival → messages, in order.
// Each key is told as a story (window_story.hpp): an event at a time, between them what time brings, found anew each
// time from the list of all rows. What a window gives is computed from its rows at once; nothing is carried along but
// numbers, what was told and the lives of alerts (window_outputs.hpp). It shares no code with the engine; see
// oracle.hpp. No state: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {

/// One message.
struct Told {
  std::size_t place = 0;  ///< of the output in RulePlan::outputs
  std::vector<events::Value> key{};
  events::AlertState state = events::AlertState::once;  ///< of an alert
  std::size_t life = 0;                                 ///< of an alert: number of the life, from 1; 0: none
  std::string reason{};
  events::Time completion{}, start{}, end{};
  std::uint64_t early = 0, revision = 0, suppressed = 0;
  bool withdrawn = false;
  std::uint64_t rows = 0;
  std::optional<std::size_t> first{}, last{};  ///< events by number of arrival
  events::Severity severity = events::Severity::info;
  std::vector<events::Value> fields{};
  /// By field: where a value that is only approximate must lie.
  std::vector<std::optional<std::pair<double, double>>> bounds{};
};

struct WindowOutcome {
  std::vector<Told> told;
  std::vector<std::size_t> late;              ///< events behind the watermark that no window took
  std::map<std::string, std::size_t> seen{};  ///< how often what came: `closed`, `early`, `corrected`, `empty` …
  bool unsure = false;                        ///< something hangs on how floats were rounded
};

/// One input with this lateness, which ends behind the events.
WindowOutcome window_outputs(const rules::RulePlan& plan, const std::vector<Event>& arriving,
                             events::Duration lateness = {});

}  // namespace tocsin::oracle
