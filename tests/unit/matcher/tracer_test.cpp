// The tracer watches and changes nothing.
#include <gtest/gtest.h>

#include "tests/unit/matcher/group_cases.hpp"
#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

struct Recorder : Tracer {
  void took(std::uint64_t start, std::uint32_t step, std::uint64_t order) override {
    calls += std::to_string(start) + " took " + std::to_string(order) + " as " + std::to_string(step) + "; ";
  }
  void ended(std::uint64_t start, End why) override {
    constexpr const char* kWhy[] = {"within",     "bound",   "arrow",      "absence", "until",
                                    "possessive", "no_span", "superseded", "evicted", "after_match"};
    calls += std::to_string(start) + " ended " + kWhy[static_cast<std::size_t>(why)] + "; ";
  }
  std::string calls;
};

std::string trace_of(const std::string& rule, const std::string& words, std::string* matches = nullptr) {
  const auto set = rule_of(rule);
  Machine machine(set);
  Recorder recorder;
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, words)) machine.step(event, order++, &recorder);
  if (matches != nullptr) *matches = machine.matches;
  return recorder.calls;
}

TEST(Tracer, ChangesNothing) {
  for (const PatternCase& test : all_cases()) {
    std::string traced;
    trace_of(test.rule, test.stream, &traced);
    EXPECT_EQ(traced, test.expected) << test.rule << " on " << test.stream;
  }
}

TEST(Tracer, Calls) {
  struct Case {
    std::string rule;
    std::string stream;
    std::string calls;
  };
  const std::vector<Case> cases{
      {"match a: A -> b: B within 10s", "A@0s A@5s B@12s",
       "0 took 0 as 0; 1 took 1 as 0; 0 ended within; 1 took 2 as 1; "},
      {"match a: A => b: B", "A A B", "0 took 0 as 0; 0 ended arrow; 1 took 1 as 0; 1 took 2 as 1; "},
      {"match a: A -> not X -> b: B", "A X", "0 took 0 as 0; 0 ended absence; "},
      {"match a: A => not X -> b: B", "A X", "0 took 0 as 0; 0 ended absence; "},
      {"match a: A -> b: B", "A A", "0 took 0 as 0; 1 took 1 as 0; 1 ended superseded; "},
      {"match a: A -> b: B within 1h limit runs 1", "A A", "0 took 0 as 0; 1 took 1 as 0; 0 ended evicted; "},
      {"match a: A -> b: B within 1h", "A A B", "0 took 0 as 0; 1 took 1 as 0; 0 took 2 as 1; 1 ended after_match; "},
  };
  for (const Case& test : cases) EXPECT_EQ(trace_of(test.rule, test.stream), test.calls) << test.rule;
}

TEST(Tracer, TimeThatPasses) {
  const auto set = rule_of("match a: A -> b: B within 10s");
  Machine machine(set);
  Recorder recorder;
  machine.step(stream_of(set, "A@0s")[0], 0, &recorder);
  machine.advance(rules::kTestStart + events::Duration{11 * events::kSecond.ns}, &recorder);
  EXPECT_EQ(recorder.calls, "0 took 0 as 0; 0 ended within; ");
}

}  // namespace
}  // namespace tocsin::matcher::testing
