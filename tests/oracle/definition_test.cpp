// The reference matcher against a second reading of section 2: on the cases decided by hand, and on random patterns of
// steps and absences.
#include "tests/oracle/definition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "tests/oracle/hand_cases.hpp"
#include "tests/oracle/start.hpp"

namespace tocsin::oracle {
namespace {

using Assignments = std::set<std::vector<std::vector<std::size_t>>>;

/// Events of the rule's input.
std::vector<Event> input_of(const rules::RulePlan& plan, std::vector<Event> stream) {
  std::erase_if(stream, [&](const Event& event) {
    return std::find(plan.inputs.begin(), plan.inputs.end(), event.type) == plan.inputs.end();
  });
  return stream;
}

/// Returns how many assignments there are.
std::size_t expect_same(rules::RulePlan plan, const std::vector<Event>& stream, const std::string& text) {
  plan.matching = {rules::Matching::Mode::all};
  plan.after.policy = rules::AfterMatch::Policy::keep;
  plan.outputs.clear();
  plan.limit_matches.reset();
  plan.limit_runs = rules::kDefaultLimitRuns;
  const std::vector<Event> input = input_of(plan, stream);
  Assignments expected, found;
  for (const Takes& takes : all_matches(Reading(plan, input))) expected.insert(assignment(plan, takes));
  const auto all = matches(plan, input);
  for (const Match& match : *all) found.insert(match.steps);
  EXPECT_EQ(found, expected) << text;
  return expected.size();
}

TEST(Definition, OfTheHandCases) {
  std::size_t cases = 0;
  for (const HandCase& test : kHandCases) {
    const rules::RulePlan plan = plan_for(test);
    if (!is_plain(plan.pattern)) continue;
    ++cases;
    expect_same(plan, stream_of(test.stream), test.pattern + "\n  on " + test.stream);
  }
  EXPECT_GT(cases, 100U);
}

class RandomText {
 public:
  std::string pattern() {
    std::string text = chance(10) ? "not c for " + pick({"1", "2"}) + " -> " : "";
    const int steps = 1 + static_cast<int>(random_() % 4);
    for (int i = 0; i < steps; ++i) {
      if (i > 0 && chance(25))
        text += pick({" -> not c", " => not c", " -> not a", " -> not c for 1", " -> not b for 2"});
      if (i > 0) text += pick({" -> ", " -> ", " => ", " ~> ", " ->[1] ", " ~>[1,2] ", " =>[1] "});
      text += step();
    }
    return text;
  }

  std::string stream() {
    std::string text;
    double time = 0;
    for (std::size_t events = 1 + random_() % 7; events > 0; --events) {
      text += pick({"a", "a", "b", "b", "c"}) + "@" + std::to_string(time) + " ";
      time += static_cast<double>(random_() % 3) / 2;
    }
    return text;
  }

  bool chance(unsigned percent) { return random_() % 100 < percent; }

 private:
  std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }

  std::string step() {
    std::string text = pick({"a", "b", "a|b"});
    if (chance(50)) return text;
    text += pick({"?", "*", "+", "{2}", "{1,2}", "{2,}", "{0,2}"}) + pick({"", "", "?", "+"});
    text += pick({"", "", " strict", " any"}) + pick({"", "", "[1]"});
    if (chance(15)) text += pick({" until c", " until a", " until b"});
    return text;
  }

  std::mt19937 random_{20'240'101};
};

/// Not one that the language refuses: an absence without a span before the first event.
bool is_allowed(const rules::Pattern& pattern) {
  for (const rules::Element& element : pattern.elements) {
    const auto* take = std::get_if<rules::Take>(&element.node);
    if (take != nullptr && pattern.steps[take->step].min > 0) return true;
    if (take == nullptr && !std::get<rules::Absent>(element.node).span) return false;
  }
  return false;
}

TEST(Definition, OfRandomPatterns) {
  RandomText random;
  std::size_t cases = 0, with_match = 0;
  while (cases < 30'000) {
    const std::string pattern = random.pattern();
    rules::RulePlan plan = plan_of(pattern, "abc");
    if (random.chance(30)) plan.within = events::kSecond;
    const std::string stream = random.stream();
    if (!is_plain(plan.pattern) || !is_allowed(plan.pattern)) continue;
    ++cases;
    if (expect_same(plan, stream_of(stream), pattern + "\n  on " + stream) > 0) ++with_match;
    if (HasFailure()) return;
  }
  EXPECT_GT(with_match, cases / 4);
}

}  // namespace
}  // namespace tocsin::oracle
