// What became of rule tests, in the forms of `tocsin test --format`. Described in docs/operations.md.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/diagnostic_forms.hpp"
#include "engine/rule_tests.hpp"
#include "rules/source.hpp"

namespace tocsin::cli {

struct TestOutcome {
  engine::TestReport report;
  double milliseconds = 0;  ///< of the machine's time
};

/// How a report is shown.
struct TestLayout {
  bool verbose = false;  ///< the outputs of every test
  bool color = false;
};

/// `PASS file:line  title  ms`, the name in front in color; under a failure what was expected, what came, and why.
std::string human_outcome(const TestOutcome& outcome, const rules::Sources& sources, const TestLayout& layout);
/// `41 tests: 40 passed, 1 failed`
std::string human_sum(const std::vector<TestOutcome>& outcomes);

/// `diagnostics`: of the rules; with errors there are no outcomes.
std::string json_outcomes(const std::vector<TestOutcome>& outcomes, const rules::Sources& sources,
                          const rules::Diagnostics& diagnostics);
/// JUnit's XML as CI servers read it: a `testsuite` for each file, a `testcase` for each test.
std::string junit_outcomes(const std::vector<TestOutcome>& outcomes, const rules::Sources& sources);
/// Rules that can't be tested: one case, `rules check`, with an error.
std::string junit_errors(const rules::Diagnostics& errors, const rules::Sources& sources);

/// What is told below a failure's message: outputs, and why.
std::vector<std::string> failure_lines(const engine::TestFailure& failure, events::Time start);
/// An output of a test as one line: `12s  alert runaway  device=dev-7  peak=61.0  "…"`.
std::string output_line(const events::Message& message, events::Time start);
/// `boiler.rules:31`
std::string place_line(const rules::Sources& sources, const rules::Span& span);

}  // namespace tocsin::cli
