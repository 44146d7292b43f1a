// The reference for window rules on cases decided by hand from the text of the semantics.
#include "tests/oracle/windows.hpp"

#include <gtest/gtest.h>

#include "tests/oracle/hand_cases_windows.hpp"
#include "tests/oracle/window_text.hpp"

namespace tocsin::oracle {
namespace {

TEST(WindowOracle, DecidesByTheText) {
  for (const WindowCase& test : kWindowCases) {
    const rules::RulePlan plan = window_plan(test.rule);
    const events::Duration lateness{static_cast<std::int64_t>(test.lateness * 1e9)};
    const WindowOutcome outcome = window_outputs(plan, window_stream(test.stream), lateness);
    EXPECT_EQ(text_of(plan, outcome), test.expected) << test.why << "\n  " << test.rule << "\n  on " << test.stream;
    EXPECT_FALSE(outcome.unsure) << test.why;
  }
}

TEST(WindowOracle, TellsWhatIsLate) {
  struct Case {
    std::string why, rule, stream;
    std::vector<std::size_t> late;
  };
  const std::vector<Case> cases = {
      {"without the clause", "tumbling 10", "A@5 A@4", {1}},
      {"taken", "tumbling 10; late 5", "A@5 A@4", {}},
      {"behind the allowance", "tumbling 10; late 5", "A@16 A@9", {1}},
      {"an event that fits nothing is taken by nobody", "tumbling 10; late 5; only v > 0", "A@5=1 A@4=0", {1}},
      {"nor one without a key", "tumbling 10; late 5", "A@5=1 A@4=0/null", {1}},
      {"nor one of another type", "tumbling 10; late 5", "A@5=1 C@4", {1}},
  };
  for (const Case& test : cases)
    EXPECT_EQ(window_outputs(window_plan(test.rule), window_stream(test.stream)).late, test.late) << test.why;
}

}  // namespace
}  // namespace tocsin::oracle
