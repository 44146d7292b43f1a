// What a test expects against what its rules put out.
#pragma once

#include <string>
#include <vector>

#include "events/message.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

/// An expectation that wasn't met, outputs that nothing expected, or events that couldn't be loaded.
struct TestFailure {
  std::string message;                   ///< "expected no alert of `runaway`, got 1"
  std::vector<events::Message> outputs;  ///< those that it is about: unexpected ones, or the one that comes closest
  rules::Span span;                      ///< of the expectation, or of the file that is loaded
  std::vector<std::string> why;          ///< lines for a person; see rule_trace.hpp
  const rules::Expectation* missing = nullptr;  ///< the expectation that nothing met; none: the failure is another
};

/// `outputs`: of all rules that ran, in order. Each expectation without a number gets an output of its own where that
/// is possible.
std::vector<TestFailure> judge(const rules::RuleSet& set, const rules::TestPlan& test,
                               const std::vector<events::Message>& outputs);

}  // namespace tocsin::engine
