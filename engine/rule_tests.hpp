// `test` blocks of a rule set, run through the real engine on a virtual clock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/ports.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

/// An expectation that wasn't met, or an output that nothing expected.
struct TestFailure {
  std::string message;                   ///< "expected no alert of `runaway`, got 1"
  std::vector<events::Message> outputs;  ///< those that it is about
  rules::Span span;                      ///< of the expectation; of the test's name for unexpected outputs
};

struct TestReport {
  const rules::TestPlan* test = nullptr;
  std::vector<TestFailure> failures;
  std::vector<events::Message> outputs;  ///< all of the tested rule, in order
  bool passed() const { return failures.empty(); }
};

/// Runs `test` on its rule and the rules whose derived types that reads.
TestReport run_test(const rules::RuleSet& set, const rules::TestPlan& test);

}  // namespace tocsin::engine
