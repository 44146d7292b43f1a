// `test` blocks of a rule set, run through the real engine on a virtual clock.
//
// Events are pushed in the order of their arrival; when one arrives at T, the watermark is at T less the test's
// lateness. What an unmet expectation lacked is found by running the test again under a watch.
#pragma once

#include <string>
#include <vector>

#include "engine/ports.hpp"
#include "engine/test_events.hpp"
#include "engine/test_judge.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

struct TestReport {
  const rules::TestPlan* test = nullptr;
  std::vector<TestFailure> failures;
  std::vector<events::Message> outputs;  ///< all of the tested rule, in order
  std::vector<std::string> late;         ///< events that came too late to be read: "event 3: 5s behind the watermark"
  bool passed() const { return failures.empty(); }
};

/// Runs `test` on its rule and the rules whose derived types that reads, as if none were disabled or a shadow. `read`
/// gives the files that it loads.
TestReport run_test(const rules::RuleSet& set, const rules::TestPlan& test, const ReadFile& read = {});

}  // namespace tocsin::engine
