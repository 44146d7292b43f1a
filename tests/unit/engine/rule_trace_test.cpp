// Why a rule test failed: the furthest run, what refused which event, and what an unexpected output took.
#include "engine/rule_trace.hpp"

#include <gtest/gtest.h>

#include "engine/rule_tests.hpp"
#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules = R"(
event A { k: string, n: int }
event B { k: string, n: int }
event Off { k: string, on: bool }
rule climb { match a: A(n > 10) -> r: A(n > (last(r.n) ?? a.n)){2} -> b: B(n == a.n and k == "k") by k within 1m
  alert info "m" { n: a.n } }
rule quiet { match a: A -> not Off(on) -> b: B by k alert info "m" { n: b.n } }
rule next { match a: A => b: B by k alert info "m" }
rule guarded { match a: A by k alert info "m" if (a.n > 5) throttle 1 per 1h }
rule life { match a: A by k alert info "m" resolve Off(on) }
rule low { match a: A(n > 5) by k emit X { k, n: a.n } }
rule high { match x: X{2} by k alert info "m" }
)";

struct Case {
  std::string what;
  std::string rule;
  std::string body;
  std::vector<std::string> why;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"only the fields that differ",
       "quiet",
       "at 0s A { k: \"k\", n: 1 } at 1s B { k: \"k\", n: 2 } at 2s wait expect at 2s alert quiet { k: \"k\", n: 3 }",
       {"expected at 2s, got at 1s", "expected n 3, got 2"}},
      {"nothing came", "quiet", "at 0s wait expect alert quiet", {"no event came that is an input of `quiet`"}},
      {"nothing began",
       "climb",
       "at 0s A { k: \"k\", n: 1 } expect alert climb",
       {"no event began a match of `climb`", "  event 1 (0s A k=k n=1): `n > 10` is false, n = 1"}},
      {"the furthest run waits",
       "climb",
       "at 0s A { k: \"k\", n: 11 } at 1s A { k: \"k\", n: 12 } at 2s A { k: \"k\", n: 12 } at 3s A { k: \"j\", n: 50 "
       "} "
       "expect alert climb",
       {"the furthest: a = event 1 (0s A k=k n=11) -> r = event 2 (1s A k=k n=12) -> waits for "
        "`r: A(n > last(r.n) ?? a.n)`",
        "  event 3 (2s A k=k n=12) does not fit: `n > last(r.n) ?? a.n` is false, n = 12, last(r.n) = 12, a.n = 11",
        "  it still waits when the test ends"}},
      {"time ran out, and one part of a condition",
       "climb",
       "at 0s A { k: \"k\", n: 11 } x 1 every 1s at 1s A { k: \"k\", n: 12 } at 2s A { k: \"k\", n: 13 } "
       "at 3s B { k: \"k\", n: 7 } at 90s wait expect alert climb",
       {"the furthest: a = event 1 (0s A k=k n=11) -> r = events 2, 3 -> waits for `b: B(n == a.n and k == \"k\")`",
        "  event 4 (3s B k=k n=7) does not fit: `n == a.n` is false, n = 7, a.n = 11", "  `within 1m` ran out"}},
      {"an absence",
       "quiet",
       "at 0s A { k: \"k\", n: 11 } at 1s Off { k: \"k\", on: true } at 2s B { k: \"k\", n: 7 } expect alert quiet",
       {"the furthest: a = event 1 (0s A k=k n=11) -> waits for `b: B`",
        "  event 2 (1s Off k=k on=true) must not come there"}},
      {"a neighbour",
       "next",
       "at 0s A { k: \"k\", n: 11 } at 1s A { k: \"k\", n: 7 } expect alert next",
       {"the furthest: a = event 1 (0s A k=k n=11) -> waits for `b: B`", "  event 2 (1s A k=k n=7) came in between"}},
      {"matches without an output",
       "guarded",
       "at 0s A { k: \"k\", n: 9 } x 3 every 1s at 5s A { k: \"k\", n: 1 } expect 3 alert guarded",
       {"the throttle of `guarded` held back 2 of 4 matches", "of 1 of 4 matches no output's `if` held"}},
      {"a life that goes on",
       "life",
       "at 0s A { k: \"k\", n: 9 } expect resolved life",
       {"alerts of `life` that still fire at the end: 1"}},
      {"what an unexpected one took, and what did not stop it",
       "quiet",
       "at 0s A { k: \"k\", n: 11 } at 1s Off { k: \"k\", on: false } at 2s B { k: \"k\", n: 7 } expect no alert quiet",
       {"a = event 1 (0s A k=k n=11) -> b = event 3 (2s B k=k n=7)",
        "event 2 (1s Off k=k on=false) did not stop it: `on` is false, on = false"}},
      {"loops",
       "climb",
       "at 0s A { k: \"k\", n: 11 } at 1s A { k: \"k\", n: 12 } at 2s A { k: \"k\", n: 13 } at 3s B { k: \"k\", n: 11 "
       "} "
       "expect nothing else",
       {"a = event 1 (0s A k=k n=11) -> r = events 2, 3 -> b = event 4 (3s B k=k n=11)"}},
      {"events that rules emit",
       "high",
       "at 0s A { k: \"k\", n: 6 } x 2 every 1s expect no alert high",
       {"x = events X of `low`, X of `low`"}},
  };
  return kCases;
}

TEST(RuleTrace, Table) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(test.what + "\n  " + test.body);
    try {
      const auto set = rules_of(std::string(kRules) + "test " + test.rule + " \"t\" { " + test.body + " }");
      const TestReport report = run_test(*set, set->tests.front());
      ASSERT_EQ(report.failures.size(), 1U);
      std::vector<std::string> why = report.failures[0].why;
      why.resize(std::min(why.size(), test.why.size()));
      EXPECT_EQ(why, test.why) << "all of it:\n" << fmt::format("{}", fmt::join(report.failures[0].why, "\n"));
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

}  // namespace
}  // namespace tocsin::engine::testing
