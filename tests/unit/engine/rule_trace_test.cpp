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
rule still { match a: A -> not Off(on) for 10s by k alert info "m" { n: a.n } }
rule repeats { match a: A(n > 0) -> not A for 10s every 5s by k alert info "m" { n: a.n } }
rule late { match a: A -> b: B(n > 0) by k within 10s alert info "m" timeout alert low "t" { n: a.n } if (a.n > 1) }
rule bound { match a: A ->[5s, 8s] b: B by k alert info "m" timeout alert low "t" }
rule both { match a: A -> (b: B(n > 0) and o: Off(on)) by k alert info "m" }
rule until { match a: A{2,} until (n < 0) -> b: B by k alert info "m" }
rule greedy { match a: A -> r: A(n > 5)++ -> b: A(n > 8) by k alert info "m" }
rule first { match not Off for 10s -> a: A by k alert info "m" }
rule span { match a: A -> not Off for (if a.n > 0 then 5s else 0s) by k alert info "m" }
rule memory { match a: A -> b: B by k limit runs 1 after match keep limit memory 1MB alert info "m" }
rule last { match a: A => not B by k alert info "m" }
rule window { from A by k window tumbling 10s when count() > 1 and avg(n) > 5 alert info "m" emit W { k } }
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
      {"windows that came closest",
       "window",
       "at 0s A { k: \"k\", n: 9 } at 11s A { k: \"k\", n: 1 } at 12s A { k: \"k\", n: 2 } at 30s wait "
       "expect alert window",
       {"windows of `window` that came closest:", "  window 10s to 20s, 2 rows: `avg(n) > 5` is false, avg(n) = 1.5",
        "  window 0s to 10s, 1 row: `count() > 1` is false, count() = 1",
        "  window 20s to 30s, 0 rows: `count() > 1` is false, count() = 0"}},
      {"no window ended",
       "window",
       "at 0s A { k: \"k\", n: 9 } at 5s wait expect alert window",
       {"no window of `window` ended: it took 1 row"}},
      {"no rows", "window", "at 5s wait expect alert window", {"no event came that a window of `window` takes"}},
      {"a window that wasn't expected",
       "window",
       "at 0s A { k: \"k\", n: 9 } at 1s A { k: \"k\", n: 9 } at 10s wait expect no emit W",
       {"window 0s to 10s, 2 rows"}},
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
      {"an absence that isn't over",
       "still",
       "at 0s A { k: \"k\", n: 11 } at 1s Off { k: \"k\", on: false } at 9s wait expect alert still",
       {"the furthest: a = event 1 (0s A k=k n=11) -> waits for 10s, if no `Off(on)` comes",
        "  it still waits when the test ends"}},
      {"an absence that something ended",
       "still",
       "at 0s A { k: \"k\", n: 11 } at 1s Off { k: \"k\", on: true } at 20s wait expect alert still",
       {"the furthest: a = event 1 (0s A k=k n=11) -> waits for 10s, if no `Off(on)` comes",
        "  event 2 (1s Off k=k on=true) must not come there"}},
      {"an absence that came",
       "still",
       "at 0s A { k: \"k\", n: 11 } at 1s Off { k: \"k\", on: false } at 10s wait expect no alert still",
       {"a = event 1 (0s A k=k n=11)", "no `Off(on)` until 10s",
        "event 2 (1s Off k=k on=false) did not stop it: `on` is false, on = false"}},
      {"a repetition",
       "repeats",
       "at 0s A { k: \"k\", n: 1 } at 15s wait expect alert repeats { repeat: 0 } expect nothing else",
       {"a = event 1 (0s A k=k n=1)", "no `A` until 15s", "repetition 1"}},
      {"a timeout that nobody expected",
       "late",
       "at 0s A { k: \"k\", n: 11 } at 1s B { k: \"k\", n: 0 } at 10s wait expect no alert late",
       {"a = event 1 (0s A k=k n=11)", "`within 10s` ran out at 10s"}},
      {"a timeout whose condition doesn't hold",
       "late",
       "at 0s A { k: \"k\", n: 1 } at 1s B { k: \"k\", n: 0 } at 20s wait expect alert late",
       {"of 1 of 1 matches and timeouts no output's `if` held",
        "the furthest: a = event 1 (0s A k=k n=1) -> waits for `b: B(n > 0)`",
        "  event 2 (1s B k=k n=0) does not fit: `n > 0` is false, n = 0", "  `within 10s` ran out"}},
      {"a timeout of a bound",
       "bound",
       "at 0s A { k: \"k\", n: 1 } at 20s wait expect no alert bound",
       {"a = event 1 (0s A k=k n=1)", "a bound ran out at 8s"}},
      {"outside a bound",
       "bound",
       "at 0s A { k: \"k\", n: 1 } at 3s B { k: \"k\", n: 1 } expect alert bound",
       {"the furthest: a = event 1 (0s A k=k n=1) -> waits for `b: B`",
        "  event 2 (3s B k=k n=1) came outside a bound"}},
      {"sides of an and",
       "both",
       "at 0s A { k: \"k\", n: 1 } at 3s B { k: \"k\", n: 0 } at 4s Off { k: \"k\", on: true } expect alert both",
       {"the furthest: a = event 1 (0s A k=k n=1) -> o = event 3 (4s Off k=k on=true) -> waits for `b: B(n > 0)`",
        "  it still waits when the test ends"}},
      {"an until",
       "until",
       "at 0s A { k: \"k\", n: 1 } at 1s A { k: \"k\", n: -1 } expect alert until",
       {"the furthest: a = event 1 (0s A k=k n=1) -> waits for `a: A`",
        "  event 2 (1s A k=k n=-1) fulfils an `until`"}},
      {"a possessive loop",
       "greedy",
       "at 0s A { k: \"k\", n: 1 } at 1s A { k: \"k\", n: 6 } at 2s A { k: \"k\", n: 9 } expect alert greedy",
       {"the furthest: a = event 1 (0s A k=k n=1) -> r = events 2, 3 -> waits for `r: A(n > 5)` or `b: A(n > 8)`",
        "  it still waits when the test ends"}},
      {"an absence before the first event",
       "first",
       "at 0s A { k: \"k\", n: 1 } at 3s Off { k: \"k\", on: true } at 12s A { k: \"k\", n: 2 } expect alert first",
       {"no event began a match of `first`",
        "  event 1 (0s A k=k n=1): what must not come before it came, or the rule hadn't watched for so long",
        "  event 3 (12s A k=k n=2): what must not come before it came, or the rule hadn't watched for so long"}},
      {"a span that is none",
       "span",
       "at 0s A { k: \"k\", n: 0 } at 20s wait expect alert span",
       {"no event began a match of `span`",
        "  event 1 (0s A k=k n=0): the time of a `not … for` is null or not above 0"}},
      {"a limit",
       "memory",
       "at 0s A { k: \"k\", n: 0 } at 1s A { k: \"k\", n: 1 } expect alert memory",
       {"the furthest: a = event 1 (0s A k=k n=0) -> waits for `b: B`", "  `limit runs` or `limit memory` dropped it"}},
      {"an absence that the next event decides",
       "last",
       "at 0s A { k: \"k\", n: 0 } at 1s B { k: \"k\", n: 1 } expect alert last",
       {"the furthest: a = event 1 (0s A k=k n=0) -> waits for the next event, which must not be `B`",
        "  event 2 (1s B k=k n=1) must not come there"}},
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
