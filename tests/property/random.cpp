// Random rules on random streams: the engine's matches are the reference matcher's, however the stream is cut into
// batches, with the state written and read back after each event, and with time told before each event.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <map>

#include "tests/property/environment.hpp"
#include "tests/property/random_case.hpp"

namespace tocsin::property {
namespace {

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kCases = 200'000;
constexpr std::size_t kBudget = 20'000;  // beginnings of matches that the reference looks at, at most

struct Counts {
  std::uint64_t cases = 0, skipped = 0, with_output = 0, matches = 0;
  std::map<std::string, std::uint64_t> operators;
};

std::vector<Feeding> feedings(Random& random, std::size_t events) {
  std::vector<Feeding> all(3);
  for (Feeding& feeding : all)
    for (std::size_t i = 1; i < events; ++i)
      if (&feeding != &all.front() && random.chance(30)) feeding.cuts.push_back(i);
  all[1].between = {.advance = true, .by_steps = random.chance(50), .pass_over = true};
  all[2].between = {.write_and_read = true, .advance = random.chance(50)};
  return all;
}

/// False when engine and reference differ.
bool try_case(std::uint64_t seed, events::SymbolTable& symbols, Counts& counts) {
  Random random(seed);
  const Case test = random_case(random);
  ++counts.cases;
  const auto expected = oracle::matches(test.plan, test.stream, kBudget, test.around);
  if (!expected) {
    ++counts.skipped;
    return true;
  }
  for (const std::string& name : operators_of(test.plan)) ++counts.operators[name];
  if (!expected->empty()) ++counts.with_output;
  counts.matches += expected->size();
  for (const Feeding& feeding : feedings(random, test.stream.size())) {
    if (run_engine(test, symbols, feeding) == Outcome{*expected, ""}) continue;
    ADD_FAILURE() << "made smaller:\n"
                  << report(shrink(test, symbols, feeding), symbols, feeding) << "\nas it was:\n"
                  << report(test, symbols, feeding) << run_again("property_random", seed);
    return false;
  }
  return true;
}

void print(const Counts& counts, std::uint64_t seed) {
  const auto share = [&](std::uint64_t n) {
    return std::to_string(std::lround(100.0 * static_cast<double>(n) / static_cast<double>(counts.cases))) + " %";
  };
  std::cout << counts.cases << " cases from seed " << seed << ", " << counts.skipped << " skipped as too costly, "
            << share(counts.with_output) << " with output, " << counts.matches << " matches; rules with";
  for (const auto& [name, n] : counts.operators) std::cout << "  " << name << ": " << share(n);
  std::cout << "\n";
}

TEST(RandomRules, EnginesMatchesAreTheReferences) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = number_from_environment("TOCSIN_CASES", kCases);
  events::SymbolTable symbols;
  Counts counts;
  for (std::uint64_t i = 0; i < cases; ++i)
    if (!try_case(seed + i, symbols, counts)) break;
  print(counts, seed);
  if (HasFailure() || cases < 1000) return;
  EXPECT_LE(counts.skipped * 100, counts.cases);
  EXPECT_GE(counts.with_output * 100, counts.cases * 30);
}

}  // namespace
}  // namespace tocsin::property
