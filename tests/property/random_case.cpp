// Pattern, clauses, stream, in this order; what is refused is made anew.
#include "tests/property/random_case.hpp"

#include <algorithm>

#include "tests/property/edit_pattern.hpp"
#include "tests/property/random_condition.hpp"
#include "tests/property/random_pattern.hpp"
#include "tests/property/random_stream.hpp"

namespace tocsin::property {
namespace {

using events::Duration;
using events::Type;

events::Schema random_schema(std::size_t types) {
  events::Schema schema;
  for (std::uint32_t i = 0; i < types; ++i) {
    const std::string name(1, static_cast<char>('A' + i));
    std::vector<events::Field> fields(2);
    fields[place_of(kInt, events::TypeId{i})] = {"v", Type::integer, false, {"v"}, true};
    fields[place_of(kFloat, events::TypeId{i})] = {"w", Type::floating, true, {"w"}, true};
    schema.types.push_back({name, name, std::move(fields), false});
  }
  return schema;
}

void random_policy(Random& random, rules::RulePlan& plan) {
  using Policy = rules::AfterMatch::Policy;
  constexpr std::array kPolicies = {Policy::skip_to_next, Policy::skip_to_first, Policy::skip_to_last, Policy::keep};
  if (!random.chance(50)) return;
  plan.after.policy = random.pick(kPolicies);
  if (plan.after.policy != Policy::skip_to_first && plan.after.policy != Policy::skip_to_last) return;
  std::vector<std::uint32_t> named;
  for (const rules::Step& step : plan.pattern.steps)
    if (!step.name.empty()) named.push_back(step.binding);
  if (named.empty())
    plan.after = {};
  else
    plan.after.step = random.pick(named);
}

void random_clauses(Random& random, std::size_t types, Duration unit, rules::RulePlan& plan) {
  if (random.chance(55)) plan.within = Duration{unit.ns * random.between(1, 8)};
  if (random.chance(22))
    plan.matching = {rules::Matching::Mode::all};
  else if (random.chance(12))
    plan.matching = {rules::Matching::Mode::up_to, static_cast<std::uint64_t>(random.between(1, 3))};
  random_policy(random, plan);
  if (random.chance(8)) plan.limit_matches = static_cast<std::uint64_t>(random.between(1, 3));
  // Where an older start makes a younger one superfluous, how many are open is not for rules to tell.
  const bool superfluous = !plan.within && plan.after.policy == rules::AfterMatch::Policy::skip_past_last;
  if (!superfluous && random.chance(6)) plan.limit_runs = static_cast<std::uint64_t>(random.between(1, 3));
  if (random.chance(20)) plan.outputs.push_back({rules::AlertPlan{}, std::nullopt, true});
  if (random.chance(25))
    for (std::uint32_t i = 0; i < types; ++i) plan.inputs.push_back(events::TypeId{i});
}

rules::RulePlan random_plan(Random& random, std::size_t types) {
  constexpr std::array<std::int64_t, 3> kUnits = {500'000'000, 1'000'000'000, 2'000'000'000};
  for (;;) {
    Taste taste(random);
    const bool shareable = random.chance(5);
    if (shareable) taste.keep_shareable();
    const Duration unit{random.pick(kUnits)};
    rules::RulePlan plan;
    plan.name = "random";
    plan.pattern = random_pattern(random, taste, types, unit);
    random_clauses(random, types, unit, plan);
    if (shareable) {
      if (plan.matching.mode == rules::Matching::Mode::one) plan.matching = {rules::Matching::Mode::all};
      plan.after = {rules::AfterMatch::Policy::keep};
      plan.outputs.clear();
    }
    if (is_refused(plan)) continue;
    complete_plan(plan);
    return plan;
  }
}

}  // namespace

Case random_case(Random& random) {
  Case test;
  const std::size_t types = 2 + random.below(3);
  test.schema = random_schema(types);
  test.plan = random_plan(random, types);
  test.stream = random_stream(random, test.plan, types, 1 + std::max(random.below(14), random.below(14)));
  if (random.chance(15)) {
    const Duration after = random.pick(durations_of(test.plan));
    test.around.until = test.stream.back().time + Duration{after.ns + random.between(0, 1) * 1'000'000};
  }
  if (random.chance(10)) {
    const Duration before = random.pick(durations_of(test.plan));
    test.around.watching = test.stream.front().time - Duration{before.ns - random.between(0, 1) * 1'000'000};
  }
  return test;
}

}  // namespace tocsin::property
