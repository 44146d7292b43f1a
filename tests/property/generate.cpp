// For random rules: generated events fire, near misses don't, and there are events for nearly all rules that can fire.
#include "engine/generate.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "engine/generate_judge.hpp"
#include "tests/property/environment.hpp"
#include "tests/property/random_case.hpp"

namespace tocsin::property {
namespace {

rules::RuleSet set_of(const Case& test) {
  rules::RuleSet set;
  set.schema = test.schema;
  for (events::EventType& type : set.schema.types) {
    if (type.wire.empty()) type.wire = type.name;
    for (events::Field& field : type.fields) {
      field.stored = true;
      if (field.path.empty()) field.path = {field.name};
    }
  }
  set.rules = {test.plan};
  complete_plan(set.rules[0]);
  return set;
}

TEST(Generate, RandomRulesFire) {
  const std::uint64_t first = number_from_environment("TOCSIN_SEED", 1);
  const std::uint64_t cases = std::min<std::uint64_t>(number_from_environment("TOCSIN_CASES", 300), 300);
  events::SymbolTable symbols;
  std::size_t can = 0, do_fire = 0, near = 0;
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    Random random(seed);
    const Case test = random_case(random);
    const auto set = std::make_shared<const rules::RuleSet>(set_of(test));
    const engine::Generated generated = engine::generate(*set, {.seed = seed, .work = 100'000});
    const bool fires = generated.rules[0].fires > 0;
    const bool random_fires = !run_engine(test, symbols, {}).matches.empty();
    can += (fires || random_fires) ? 1 : 0;
    do_fire += fires ? 1 : 0;
    near += generated.rules[0].near_misses;
    if (!fires && random_fires)
      fmt::print("seed {}: {}\n{}", seed, generated.rules[0].why, dump(test.plan, test.schema));
    std::string text;
    for (const engine::Scenario& scenario : generated.scenarios) text += engine::text_of(scenario.events, set->schema);
    const engine::Judged judged = engine::run_text(set, text);
    ASSERT_EQ(judged.refused, "") << seed;
    for (const engine::Scenario& scenario : generated.scenarios)
      ASSERT_EQ(engine::fired(judged, scenario), scenario.fires)
          << "seed " << seed << ", " << scenario.what << '\n'
          << dump(test.plan, test.schema) << engine::text_of(scenario.events, set->schema);
  }
  fmt::print("{} of {} random rules that can fire do; {} near misses\n", do_fire, can, near);
  EXPECT_GE(100 * do_fire, 95 * can);
  EXPECT_GE(near, do_fire);
}

}  // namespace
}  // namespace tocsin::property
