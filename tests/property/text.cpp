// A random rule written down compiles to the plan it was written from: grammar, checks and lowering undo the writing.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "rules/compile.hpp"
#include "rules/overloaded.hpp"
#include "tests/property/environment.hpp"
#include "tests/property/random_case.hpp"
#include "tests/property/rule_text.hpp"

namespace tocsin::property {
namespace {

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kShare = 10;  // of the cases of a run one in so many

bool can_be_empty(const rules::Pattern& pattern, const std::vector<rules::Element>& elements) {
  const auto side = [&](const std::vector<rules::Element>& elements_of) { return can_be_empty(pattern, elements_of); };
  return std::all_of(elements.begin(), elements.end(), [&](const rules::Element& element) {
    return std::visit(
        rules::overloaded{
            [&](const rules::Take& take) { return pattern.steps[take.step].min == 0; },
            [](const rules::Absent&) { return true; },
            [&](const rules::Group& group) { return group.min == 0 || side(group.elements); },
            [](const rules::Either&) { return false; },
            [&](const rules::Choice& choice) { return std::any_of(choice.sides.begin(), choice.sides.end(), side); },
            [&](const rules::Both& both) { return std::all_of(both.sides.begin(), both.sides.end(), side); }},
        element.node);
  });
}

/// The least number of turns of a group whose turns may be empty counts as reached: the check writes 0 for it.
void reach_minima(const rules::Pattern& pattern, std::vector<rules::Element>& elements) {
  for (rules::Element& element : elements)
    std::visit(rules::overloaded{[&](rules::Group& group) {
                                   if (can_be_empty(pattern, group.elements)) group.min = 0;
                                   reach_minima(pattern, group.elements);
                                 },
                                 [&](rules::Choice& choice) {
                                   for (auto& side : choice.sides) reach_minima(pattern, side);
                                 },
                                 [&](rules::Both& both) {
                                   for (auto& side : both.sides) reach_minima(pattern, side);
                                 },
                                 [](auto&) {}},
               element.node);
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
