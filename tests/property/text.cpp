// A random rule written down compiles to the plan it was written from: grammar, checks and lowering undo the writing.
#include <gtest/gtest.h>

#include <iostream>

#include "rules/compile.hpp"
#include "tests/property/environment.hpp"
#include "tests/property/random_case.hpp"
#include "tests/property/rule_text.hpp"

namespace tocsin::property {
namespace {

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kShare = 10;  // of the cases of a run one in so many

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
    const Case test = random_case(random);
    ++written;
    const std::string text = rule_text(test.plan, test.schema);
    EXPECT_EQ(compiled(text, test), dump(test.plan, test.schema)) << text << "\n"
                                                                  << run_again("property_random", seed + i);
  }
  std::cout << written << " rules written and compiled, from seed " << seed << "\n";
}

}  // namespace
}  // namespace tocsin::property
