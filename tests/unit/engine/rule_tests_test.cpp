// `test` blocks: what passes, what fails, and what a failure says.
#include "engine/rule_tests.hpp"

#include <gtest/gtest.h>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules = R"(
event A { k: string, n: int }
rule pair { match a: A{2} by k within 10s alert info "m" { first: first(a.n), last: last(a.n) } }
rule one { match a: A(n > 100) emit Big { k: a.k, n: a.n } }
rule two_big { match b: Big{2} by k alert high "m" { sum: sum(b.n) } }
rule noise { match a: A alert low "m" }
rule act { match a: A(n > 100) by k action go { n: a.n } }
rule life { match a: A(n > 100) by k alert high "m" resolve A(n < 0) throttle 2 per 1h }
rule hidden { match a: A(n > 100) by k shadow alert high "m" }
rule off { match a: A(n > 100) by k disabled emit Off { n: a.n } }
rule start { match a: A alert info "m" { hour: hour(a.@time) } }
rule off_reader { match o: Off alert info "m" }
rule minutes { from A by k window tumbling 1m late 1m when sum(n) > 5 emit Minute { k, s: sum(n) } alert high "m" { s: sum(n) } }
rule hours { from Minute by k window tumbling 1h emit Hour { s: sum(s) } }
)";

struct Case {
  std::string what;
  std::string rule;
  std::string body;
  std::vector<std::string> failures;  ///< empty: it passes
};

const std::vector<Case>& cases() {
  static const std::string kPair = "at 0s A { k: \"k\", n: 1 } at 1s A { k: \"k\", n: 2 } ";
  static const std::string kTwo = kPair + "at 2s A { k: \"k\", n: 1 } at 3s A { k: \"k\", n: 5 } ";
  static const std::vector<Case> kCases{
      {"expected and got", "pair", kPair + "expect alert pair", {}},
      {"at its time", "pair", kPair + "expect at 1s alert pair", {}},
      {"at another time",
       "pair",
       kPair + "at 2s wait expect at 2s alert pair",
       {"expected at 2s alert pair, got none"}},
      {"a window is expected at its end",
       "minutes",
       "at 0s A { k: \"k\", n: 9 } at 61s A { k: \"k\", n: 1 } at 2m wait expect at 1m emit Minute { s: 9 } "
       "expect at 1m alert minutes expect at 2m resolved minutes { s: 9 } expect nothing else",
       {}},
      {"a window that isn't over",
       "minutes",
       "at 0s A { k: \"k\", n: 9 } at 59s wait expect alert minutes",
       {"expected alert minutes, got none"}},
      {"a revision",
       "minutes",
       "at 0s A { k: \"k\", n: 9 } at 70s A { k: \"k\", n: 1 } at 5s arriving 70s A { k: \"k\", n: 2 } "
       "expect at 70s emit Minute { s: 11 } expect 2 emit Minute expect 1 alert minutes",
       {}},
      {"windows above windows",
       "hours",
       "at 0s A { k: \"k\", n: 9 } at 61s A { k: \"k\", n: 8 } at 1h wait expect at 1h emit Hour { s: 17 } "
       "expect nothing else",
       {}},
      {"a subset of its fields", "pair", kPair + "expect alert pair { last: 2 }", {}},
      {"all of its fields", "pair", kPair + "expect alert pair { last: 2, first: 1 }", {}},
      {"a part of the key", "pair", kPair + "expect alert pair { k: \"k\", last: 2 }", {}},
      {"what every alert tells",
       "pair",
       kPair + "expect alert pair { severity: info, message: \"m\", suppressed: 0 }",
       {}},
      {"another severity",
       "pair",
       kPair + "expect alert pair { severity: high }",
       {"expected alert pair { severity: high }, got none"}},
      {"an action's key", "act", "at 0s A { k: \"k\", n: 101 } expect action go { k: \"k\", n: 101 }", {}},
      {"another key", "pair", kPair + "expect alert pair { k: \"j\" }", {"expected alert pair { k: j }, got none"}},
      {"another value",
       "pair",
       kPair + "expect alert pair { first: 1, last: 3 }",
       {"expected alert pair { first: 1, last: 3 }, got none"}},
      {"none expected, none got", "pair", "at 0s A { k: \"k\", n: 1 } expect no alert pair", {}},
      {"none expected, one got", "pair", kPair + "expect no alert pair", {"expected no alert of `pair`, got 1"}},
      {"a number", "pair", kTwo + "expect 2 alert pair", {}},
      {"another number", "pair", kTwo + "expect 3 alert pair", {"expected 3 alert pair, got 2"}},
      {"each wants one of its own",
       "pair",
       kPair + "expect alert pair expect alert pair",
       {"expected alert pair, got none of its own"}},
      {"claiming greedily would fail",
       "pair",
       kTwo + "expect alert pair { first: 1 } expect alert pair { last: 2 }",
       {}},
      {"a chain of claims has to move",
       "pair",
       kTwo + "at 4s A { k: \"k\", n: 1 } at 5s A { k: \"k\", n: 5 } expect alert pair expect alert pair { last: 5 } "
              "expect at 3s alert pair expect nothing else",
       {}},
      {"nothing else", "pair", kPair + "expect alert pair expect nothing else", {}},
      {"something else",
       "pair",
       kTwo + "expect alert pair expect nothing else",
       {"expected nothing else of `pair`, got 1 more"}},
      {"nothing at all", "pair", kPair + "expect nothing else", {"expected nothing else of `pair`, got 1 more"}},
      {"counted ones are expected", "pair", kTwo + "expect 2 alert pair expect nothing else", {}},
      {"several failures",
       "pair",
       kPair + "at 3s wait expect no alert pair expect at 3s alert pair",
       {"expected no alert of `pair`, got 1", "expected at 3s alert pair, got none"}},
      {"an emitted event",
       "one",
       "at 7s A { k: \"k\", n: 101 } expect at 7s emit Big { n: 101 } expect nothing else",
       {}},
      {"an emitted event that isn't",
       "one",
       "at 7s A { k: \"k\", n: 100 } expect emit Big",
       {"expected emit Big, got none"}},
      {"no emitted event",
       "one",
       "at 7s A { k: \"k\", n: 101 } expect no emit Big",
       {"expected no event of `Big`, got 1"}},
      {"rules whose types it reads run too, others don't",
       "two_big",
       "at 0s A { k: \"k\", n: 101 } at 1s A { k: \"k\", n: 1 } at 2s A { k: \"k\", n: 102 } "
       "expect at 2s alert two_big { sum: 203 } expect 2 emit Big expect nothing else",
       {}},
      {"`nothing else` is the rule's",
       "two_big",
       "at 0s A { k: \"k\", n: 101 } at 2s A { k: \"k\", n: 102 } expect alert two_big expect nothing else",
       {}},
      {"within holds", "pair", "at 0s A { k: \"k\", n: 1 } at 10s A { k: \"k\", n: 2 } expect alert pair", {}},
      {"and ends", "pair", "at 0s A { k: \"k\", n: 1 } at 10001ms A { k: \"k\", n: 2 } expect nothing else", {}},
      {"repeated",
       "pair",
       "at 0s A { k: \"k\", n: 1 } x 4000 every 1ms expect 2000 alert pair expect nothing else",
       {}},
      {"an action", "act", "at 0s A { k: \"k\", n: 101 } expect at 0s action go { n: 101 } expect nothing else", {}},
      {"no action", "act", "at 0s A { k: \"k\", n: 101 } expect no action go", {"expected no action of `go`, got 1"}},
      {"a life",
       "life",
       "at 0s A { k: \"k\", n: 101 } x 2 every 1s at 5s A { k: \"k\", n: -1 } "
       "expect at 0s alert life expect at 1s updated life { k: \"k\" } expect at 5s resolved life expect nothing else",
       {}},
      {"a life that goes on",
       "life",
       "at 0s A { k: \"k\", n: 101 } expect resolved life expect no updated life",
       {"expected resolved life, got none"}},
      {"a shadow is judged by what it would put out", "hidden", "at 0s A { k: \"k\", n: 101 } expect alert hidden", {}},
      {"a disabled rule too, and what it feeds",
       "off_reader",
       "at 0s A { k: \"k\", n: 101 } expect alert off_reader",
       {}},
      {"a start",
       "start",
       "start \"2030-06-01T12:00:00+02:00\" at 1s A { k: \"k\", n: 1 } expect at 1s alert start { hour: 10 }",
       {}},
      {"an event that comes late is not read",
       "pair",
       "at 0s A { k: \"k\", n: 1 } at 2s arriving 3s A { k: \"k\", n: 2 } expect nothing else",
       {}},
      {"in the lateness it is read, and in its place",
       "pair",
       "lateness 1s at 0s A { k: \"k\", n: 1 } at 3s A { k: \"k\", n: 3 } at 2s arriving 3s A { k: \"k\", n: 2 } "
       "expect at 2s alert pair { last: 2 } expect nothing else",
       {}},
      {"a wait makes late as an event does",
       "pair",
       "lateness 5s at 0s A { k: \"k\", n: 1 } at 60s wait at 3s arriving 70s A { k: \"k\", n: 2 } expect nothing else",
       {}},
      {"order of writing does not matter",
       "pair",
       "at 1s A { k: \"k\", n: 2 } at 0s A { k: \"k\", n: 1 } expect alert pair { first: 1 }",
       {}},
  };
  return kCases;
}

TEST(RuleTests, Table) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(test.what + "\n  " + test.body);
    try {
      const auto set = rules_of(std::string(kRules) + "test " + test.rule + " \"t\" { " + test.body + " }");
      ASSERT_EQ(set->tests.size(), 1U);
      const TestReport report = run_test(*set, set->tests.front());
      std::vector<std::string> failures;
      for (const TestFailure& failure : report.failures) failures.push_back(failure.message);
      EXPECT_EQ(failures, test.failures);
      EXPECT_EQ(report.passed(), test.failures.empty());
      EXPECT_EQ(report.test, &set->tests.front());
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(RuleTests, AFailureShowsTheOutputsItIsAbout) {
  const auto set =
      rules_of(std::string(kRules) +
               "test pair \"t\" { at 0s A { k: \"k\", n: 1 } x 4 every 1s expect at 1s alert pair { last: 2 } "
               "expect at 1s alert pair expect nothing else }");
  const TestReport report = run_test(*set, set->tests.front());
  ASSERT_EQ(report.failures.size(), 2U);
  ASSERT_EQ(report.failures[0].outputs.size(), 1U) << "what comes closest, of what nothing else expects";
  EXPECT_EQ(report.failures[0].outputs[0].time, at("1s"));
  ASSERT_EQ(report.failures[1].outputs.size(), 1U) << "what nothing expected";
  EXPECT_EQ(report.failures[1].outputs[0].time, at("3s"));
  EXPECT_EQ(report.outputs.size(), 2U);
  EXPECT_LT(report.failures[0].span.begin, report.failures[1].span.begin);
}

}  // namespace
}  // namespace tocsin::engine::testing
