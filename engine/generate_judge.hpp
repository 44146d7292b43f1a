// What the real engine makes of generated events: their text is decoded and run, as `tocsin run` would.
#pragma once

#include <memory>

#include "engine/generate.hpp"
#include "events/message.hpp"

namespace tocsin::engine {

struct Judged {
  std::vector<events::Message> outputs;
  std::string refused;    ///< the first event that was none, or late; empty: there was none
  bool too_many = false;  ///< outputs: not all events were run
};

/// Runs `text`, lines of events in order of time.
Judged run_text(const std::shared_ptr<const rules::RuleSet>& set, const std::string& text);

/// The rule put something out in the time of the scenario, other than the end of an alert and what `every` repeats.
bool fired(const Judged& judged, const Scenario& scenario);

}  // namespace tocsin::engine
