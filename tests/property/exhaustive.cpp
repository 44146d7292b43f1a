// Every small pattern on every small stream: the engine's matches are the reference matcher's.
//
// Patterns: each step one of two types with a quantifier of a list; `->` or `=>` between; between two steps nothing,
// `-> not T` or `=> not T`; then again with a group around one or more of the steps; no `within`, or one of 1 s; less
// those that the check refuses. Streams: both types, each event 0 or 1 s after the one before. TOCSIN_EXHAUSTIVE=small
// takes less of everything, for slow builds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tests/oracle/pattern_text.hpp"
#include "tests/property/check_case.hpp"
#include "tests/property/edit_pattern.hpp"

namespace tocsin::property {
namespace {

struct Quantifier {
  std::uint32_t min;
  std::optional<std::uint32_t> max;
};
const std::vector<Quantifier> kAll = {{1, 1}, {0, 1}, {0, {}}, {1, {}}, {2, 2}, {2, {}}, {1, 2}};
const std::vector<Quantifier> kPlain = {{1, 1}, {0, 1}, {1, {}}};
const std::vector<Quantifier> kFew = {{1, 1}, {0, {}}};
const std::vector<Quantifier> kGroup = {{0, 1}, {0, {}}, {1, {}}, {2, 2}, {1, 2}};

/// What is tried: patterns of `steps` steps on streams of up to `events` events.
struct Extent {
  std::size_t steps;
  std::size_t events;
  const std::vector<Quantifier>& quantifiers;
  bool grouped = false;  ///< a group with a quantifier of its own around some neighbouring steps
};

struct Counts {
  std::uint64_t patterns = 0, refused = 0, cases = 0, with_output = 0;
};

events::TypeId type(std::size_t number) { return events::TypeId{static_cast<std::uint32_t>(number)}; }

events::Schema two_types() {
  events::Schema schema;
  schema.types = {{"A", "A", {}, false}, {"B", "B", {}, false}};
  return schema;
}

/// Takes the digits of a number apart, each of its own base.
struct Digits {
  std::size_t rest;
  std::size_t next(std::size_t base) {
    const std::size_t digit = rest % base;
    rest /= base;
    return digit;
  }
};

constexpr std::size_t kJoints = 2 * 5;  // arrow; no negation, or two arrows × two types
constexpr std::size_t kWithin = 2;

std::size_t numbers_of(const Extent& extent) {
  std::size_t numbers = kWithin;
  if (extent.grouped) numbers *= extent.steps * (extent.steps + 1) / 2 * kGroup.size();
  for (std::size_t i = 0; i < extent.steps; ++i) numbers *= 2 * extent.quantifiers.size() * (i > 0 ? kJoints : 1);
  return numbers;
}

/// A group around the elements of some neighbouring steps and the negations between them.
void put_group(const Extent& extent, Digits& digits, rules::Pattern& pattern) {
  std::size_t range = digits.next(extent.steps * (extent.steps + 1) / 2);
  std::size_t from = 0;
  while (range >= extent.steps - from) range -= extent.steps - from++;
  const auto at_step = [&](std::size_t step) {
    return std::find_if(pattern.elements.begin(), pattern.elements.end(), [&](const rules::Element& element) {
      const auto* take = std::get_if<rules::Take>(&element.node);
      return take && take->step == step;
    });
  };
  const auto begin = at_step(from);
  const auto end = at_step(from + range) + 1;
  const Quantifier& quantifier = kGroup[digits.next(kGroup.size())];
  rules::Group group;
  group.elements = {begin, end};
  group.min = quantifier.min;
  group.max = quantifier.max;
  const std::optional<rules::Arrow> arrow = group.elements.front().arrow;
  group.elements.front().arrow.reset();
  if (!quantifier.max || *quantifier.max > 1)
    for (std::size_t step = from; step <= from + range; ++step) pattern.steps[step].in_looping_group = true;
  pattern.elements.insert(pattern.elements.erase(begin, end), {arrow, std::nullopt, std::move(group)});
}

/// Pattern `number` of the extent.
rules::RulePlan plan_of(const Extent& extent, std::size_t number) {
  Digits digits{number};
  rules::RulePlan plan;
  plan.name = "small";
  if (digits.next(kWithin) == 1) plan.within = events::kSecond;
  for (std::size_t i = 0; i < extent.steps; ++i) {
    std::optional<rules::Arrow> arrow;
    if (i > 0) {
      arrow = digits.next(2) == 0 ? rules::Arrow::followed_by : rules::Arrow::next;
      if (const std::size_t negation = digits.next(5); negation > 0)
        plan.pattern.elements.push_back({negation <= 2 ? rules::Arrow::followed_by : rules::Arrow::next, std::nullopt,
                                         rules::Absent{{{type(negation % 2), std::nullopt}}}});
    }
    plan.pattern.elements.push_back({arrow, std::nullopt, rules::Take{static_cast<std::uint32_t>(i)}});
    rules::Step step = oracle::step_of(i, {{type(digits.next(2)), std::nullopt}});
    step.binding = static_cast<std::uint32_t>(i);
    const Quantifier& quantifier = extent.quantifiers[digits.next(extent.quantifiers.size())];
    step.min = quantifier.min;
    step.max = quantifier.max;
    plan.pattern.steps.push_back(std::move(step));
  }
  if (extent.grouped) put_group(extent, digits, plan.pattern);
  complete_plan(plan);
  plan.inputs = {type(0), type(1)};
  return plan;
}

struct Stream {
  std::vector<oracle::Event> events;
  Feed feed;
};

std::vector<Stream> streams_up_to(std::size_t length, const events::Schema& schema, events::SymbolTable& symbols) {
  std::vector<Stream> streams;
  for (std::size_t n = 1; n <= length; ++n) {
    for (std::size_t number = 0; number < std::size_t{1} << (2 * n - 1); ++number) {
      Digits digits{number};
      Stream stream;
      events::Time time{0};
      for (std::size_t i = 0; i < n; ++i) {
        if (i > 0 && digits.next(2) == 1) time = time + events::kSecond;
        stream.events.push_back({type(digits.next(2)), time, {}});
      }
      stream.feed = feed_of(schema, symbols, stream.events);
      streams.push_back(std::move(stream));
    }
  }
  return streams;
}

/// One extent; stops at the first pattern that differs, which is reported as small as it can be made.
Counts try_all(const Extent& extent) {
  Counts counts;
  events::SymbolTable symbols;
  const events::Schema schema = two_types();
  const std::vector<Stream> streams = streams_up_to(extent.events, schema, symbols);
  for (std::size_t number = 0; number < numbers_of(extent); ++number) {
    const rules::RulePlan plan = plan_of(extent, number);
    if (is_refused(plan)) {
      ++counts.refused;
      continue;
    }
    ++counts.patterns;
    Engine engine(plan, schema, symbols);
    for (const Stream& stream : streams) {
      ++counts.cases;
      const auto expected = oracle::matches(plan, stream.events);
      if (!expected->empty()) ++counts.with_output;
      if (engine.run(stream.feed) == *expected) continue;
      const Case smallest = shrink({schema, plan, stream.events}, symbols, {});
      ADD_FAILURE() << "pattern " << number << " of " << extent.steps << " steps, made smaller:\n"
                    << report(smallest, symbols, {});
      return counts;
    }
  }
  std::cout << extent.steps << (extent.grouped ? " steps with a group: " : " steps: ") << counts.patterns
            << " patterns (" << counts.refused << " refused) x " << streams.size() << " streams of up to "
            << extent.events << " events: " << counts.cases << " cases, " << counts.with_output << " with output\n";
  return counts;
}

TEST(Exhaustive, EnginesMatchesAreTheReferences) {
  const char* wanted = std::getenv("TOCSIN_EXHAUSTIVE");
  const bool small = wanted && std::string(wanted) == "small";
  std::cout << "extent: " << (small ? "small" : "whole") << "\n";
  const std::vector<Extent> extents =
      small ? std::vector<Extent>{{1, 5, kAll}, {2, 4, kAll}, {3, 3, kPlain}, {2, 4, kPlain, true}}
            : std::vector<Extent>{{1, 5, kAll},       {2, 5, kAll},       {3, 4, kAll},
                                  {1, 5, kAll, true}, {2, 5, kAll, true}, {3, 3, kFew, true}};
  for (const Extent& extent : extents) {
    const Counts counts = try_all(extent);
    EXPECT_GT(counts.with_output, counts.cases / 20);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace tocsin::property
