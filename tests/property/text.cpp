// A random rule written down compiles to the plan it was written from: grammar, checks and lowering undo the writing.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "rules/compile.hpp"
#include "tests/property/environment.hpp"
#include "tests/property/random_case.hpp"
#include "tests/property/rule_text.hpp"

namespace tocsin::property {
namespace {

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kShare = 10;  // of the cases of a run one in so many

bool can_be_empty(const rules::Pattern& pattern, const std::vector<rules::Element>& elements) {
  return std::all_of(elements.begin(), elements.end(), [&](const rules::Element& element) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) return pattern.steps[take->step].min == 0;
    const auto* group = std::get_if<rules::Group>(&element.node);
    return group == nullptr || group->min == 0 || can_be_empty(pattern, group->elements);
  });
}

/// The least number of turns of a group whose turns may be empty counts as reached: the check writes 0 for it.
void reach_minima(const rules::Pattern& pattern, std::vector<rules::Element>& elements) {
  for (rules::Element& element : elements) {
    auto* group = std::get_if<rules::Group>(&element.node);
    if (group == nullptr) continue;
    if (can_be_empty(pattern, group->elements)) group->min = 0;
    reach_minima(pattern, group->elements);
  }
}

/// What the text compiles to as text, but for outputs and fingerprint; or its diagnostics.
std::string compiled(const std::string& text, const Case& test) {
  rules::Diagnostics warnings;
  auto set = rules::compile({{"random.rules", text}}, warnings);
  if (!set) {
    std::string problems;
    for (const rules::Diagnostic& problem : set.error()) problems += problem.code + " " + problem.message + "\n";
    return problems;
  }
  rules::RulePlan& plan = set->rules.at(0);
  plan.outputs = test.plan.outputs;
  plan.version = test.plan.version;
  return dump(plan, set->schema);
}

TEST(RandomRules, TextCompilesToThePlan) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = (number_from_environment("TOCSIN_CASES", 100'000) + kShare - 1) / kShare;
  std::uint64_t written = 0;
  for (std::uint64_t i = 0; i < cases && !HasFailure(); ++i) {
    Random random(seed + i);
    Case test = random_case(random);
    ++written;
    const std::string text = rule_text(test.plan, test.schema);
    const rules::Pattern& pattern = test.plan.pattern;
    reach_minima(pattern, test.plan.pattern.elements);
    EXPECT_EQ(compiled(text, test), dump(test.plan, test.schema)) << text << "\n"
                                                                  << run_again("property_random", seed + i);
  }
  std::cout << written << " rules written and compiled, from seed " << seed << "\n";
}

}  // namespace
}  // namespace tocsin::property
