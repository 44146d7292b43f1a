// Laws of the engine on random rules over the whole pattern language: what comes out doesn't depend on the number of
// partitions, the batches, the order of arrival within the lateness, on states written and read back wherever nothing
// waits, nor on being watched; the events of several keys give what each key's give alone; and each match of `match` is
// one of `match all`.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "engine/engine.hpp"
#include "engine/watch.hpp"
#include "tests/property/edit_pattern.hpp"
#include "tests/property/environment.hpp"
#include "tests/property/random_case.hpp"
#include "tests/property/random_stream.hpp"
#include "tests/property/rule_text.hpp"

namespace tocsin::property {
namespace {

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kCases = 500;
constexpr std::size_t kKeys = 3;
constexpr std::uint32_t kKeyField = 2;
constexpr events::Duration kLateness{events::kSecond};

struct StillClock : engine::Clock {
  events::Time now() override { return {}; }
  events::Duration monotonic() override { return {}; }
};
/// Each message as a line, under its key.
struct Lines : engine::OutputSink {
  void take(const events::Message& message) override {
    std::string line;
    events::append_json(line, message);
    all += line;
    of_key[static_cast<std::size_t>(std::get<std::int64_t>(message.key.at(0).second))] += line;
  }
  std::string all;
  std::array<std::string, kKeys> of_key;
};
struct NoLetters : events::DeadLetterSink {
  void take(const events::DeadLetter&) override { ++count; }
  std::size_t count = 0;
};
struct Idle : engine::Watch {
  void begin(const engine::CompiledRules&, events::SymbolTable&) override {}
  void at(const engine::CompiledRule&) override {}
  void before(const matcher::RunPool&, const matcher::KeyState&, const engine::Item&) override {}
  void after(const matcher::RunPool&, const matcher::KeyState&) override {}
  void matched(const matcher::Match&, const engine::OutputList&, std::size_t) override {}
  void took(std::uint64_t, std::uint32_t, std::uint64_t) override {}
  void ended(std::uint64_t, End) override {}
  void told(const matcher::WindowResult&, const engine::KeyRef&, const engine::OutputList&, std::size_t) override {}
};

/// An event of a key; without a key it only moves time.
struct Arrival {
  oracle::Event event;
  std::size_t number = 0;  ///< in processing order: its id
  std::optional<std::size_t> key{};
};

struct Way {
  std::uint32_t partitions = 1;
  std::size_t batch = 1'000;
  events::Duration lateness{};
  bool save = false;  ///< wherever nothing waits, the state goes into a new engine
  bool watched = false;
};
std::string text_of(const Way& way) {
  return std::to_string(way.partitions) + " partitions, batches of " + std::to_string(way.batch) +
         (way.lateness.ns > 0 ? ", late arrivals" : "") + (way.save ? ", saved" : "") +
         (way.watched ? ", watched" : "");
}

std::unique_ptr<engine::Engine> new_engine(const std::shared_ptr<const rules::RuleSet>& set, const Way& way,
                                           engine::Watch* watch, events::SymbolTable& symbols, Lines& lines,
                                           NoLetters& letters, StillClock& clock) {
  auto made = std::make_unique<engine::Engine>(
      set, engine::Options{.partitions = way.partitions, .parallel_from = 1, .watch = watch}, symbols, lines, letters,
      clock);
  made->add_input({.name = "test", .lateness = way.lateness});
  return made;
}

void append(const Arrival& arrival, const events::Schema& schema, events::SymbolTable& symbols, events::Batch& batch) {
  if (!arrival.key) {
    batch.begin_row(events::kNoType, arrival.event.time, {});
    return;
  }
  std::vector<events::Value> values = arrival.event.fields;
  values.resize(kKeyField);
  values.emplace_back(static_cast<std::int64_t>(*arrival.key));
  events::append_event(batch, schema, symbols, arrival.event.type, arrival.event.time, std::to_string(arrival.number),
                       "test", values);
}

Lines run(const std::shared_ptr<const rules::RuleSet>& set, const std::vector<Arrival>& arrivals, const Way& way) {
  Lines lines;
  NoLetters letters;
  StillClock clock;
  Idle idle;
  engine::Watch* watch = way.watched ? &idle : nullptr;
  auto symbols = std::make_unique<events::SymbolTable>();
  auto running = new_engine(set, way, watch, *symbols, lines, letters, clock);
  for (std::size_t next = 0; next < arrivals.size();) {
    auto loaded = running->take_batch();
    for (std::size_t i = 0; i < way.batch && next < arrivals.size(); ++i)
      append(arrivals[next++], running->schema(), *symbols, loaded->batch);
    running->push(0, std::move(loaded));
    if (!way.save || running->stats().waiting > 0) continue;
    const std::string state = running->write_state();
    running.reset();
    symbols = std::make_unique<events::SymbolTable>();
    running = new_engine(set, way, watch, *symbols, lines, letters, clock);
    if (const auto read = running->read_state(state); !read) throw std::runtime_error(read.error());
    if (running->write_state() != state) throw std::runtime_error("a state read back is written in other bytes");
  }
  running->finish(true);
  if (letters.count > 0) throw std::runtime_error("events were late");
  return lines;
}

/// The same events, some of them later by up to the lateness; those of one time stay in order.
std::vector<Arrival> delayed(Random& random, const std::vector<Arrival>& arrivals) {
  std::vector<std::pair<events::Time, Arrival>> by_arrival;
  events::Duration delay{};
  for (const Arrival& arrival : arrivals) {
    if (by_arrival.empty() || arrival.event.time != by_arrival.back().second.event.time)
      delay = {random.chance(50) ? 0 : random.between(0, kLateness.ns)};
    by_arrival.emplace_back(arrival.event.time + delay, arrival);
  }
  std::stable_sort(by_arrival.begin(), by_arrival.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Arrival> later;
  for (auto& [time, arrival] : by_arrival) later.push_back(std::move(arrival));
  return later;
}

std::shared_ptr<const rules::RuleSet> keyed(const Case& test) {
  rules::RuleSet set;
  set.schema = test.schema;
  for (events::EventType& type : set.schema.types)
    type.fields.push_back({"k", events::Type::integer, false, {"k"}, true});
  set.rules = {test.plan};
  rules::RulePlan& plan = set.rules[0];
  plan.version = "0123456789abcdef";
  plan.key = {{"k", events::Type::integer, std::vector<std::uint32_t>(plan.inputs.size(), kKeyField)}};
  return std::make_shared<const rules::RuleSet>(std::move(set));
}

std::vector<Arrival> streams_of_keys(Random& random, const Case& test) {
  std::vector<Arrival> arrivals;
  for (std::size_t key = 0; key < kKeys; ++key)
    for (oracle::Event& event : random_stream(random, test.plan, test.schema.types.size(), 2 + random.below(10)))
      arrivals.push_back({std::move(event), 0, key});
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const Arrival& a, const Arrival& b) { return a.event.time < b.event.time; });
  for (std::size_t i = 0; i < arrivals.size(); ++i) arrivals[i].number = i;
  return arrivals;
}

void try_ways(std::uint64_t seed, std::uint64_t& messages) {
  Random random(seed);
  const Case test = random_case(random);
  const auto set = keyed(test);
  const std::vector<Arrival> arrivals = streams_of_keys(random, test);
  const std::string told = rule_text(test.plan, test.schema) + run_again("property_laws", seed);
  const Lines expected = run(set, arrivals, {});
  messages += static_cast<std::uint64_t>(std::count(expected.all.begin(), expected.all.end(), '\n'));
  const std::vector<Way> ways = {{.partitions = 3, .batch = 1 + random.below(4)},
                                 {.partitions = 1, .batch = 1 + random.below(4), .lateness = kLateness},
                                 {.partitions = 2, .batch = 1, .save = true},
                                 {.partitions = 1, .batch = 3, .watched = true}};
  for (const Way& way : ways) {
    const Lines got = run(set, way.lateness.ns > 0 ? delayed(random, arrivals) : arrivals, way);
    ASSERT_EQ(got.all, expected.all) << text_of(way) << "\n" << told;
  }
  if (may_begin_with_absence(test.plan.pattern)) return;  // since when the rule watches is told by all keys
  for (std::size_t key = 0; key < kKeys; ++key) {
    std::vector<Arrival> alone = arrivals;
    for (Arrival& arrival : alone)
      if (arrival.key != key) arrival.key.reset();
    ASSERT_EQ(run(set, alone, {}).all, expected.of_key[key]) << "key " << key << " alone\n" << told;
  }
}

TEST(RandomLaws, OutputsAreTheSameInAllWays) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = std::min(number_from_environment("TOCSIN_CASES", kCases), kCases);
  std::uint64_t messages = 0;
  for (std::uint64_t i = 0; i < cases && !HasFatalFailure(); ++i) try_ways(seed + i, messages);
  std::cout << cases << " rules from seed " << seed << ", each in 5 ways and by key, " << messages << " messages\n";
  EXPECT_TRUE(cases < 100 || messages > cases);
}

std::vector<oracle::Match> run_as(Case test, rules::Matching::Mode mode, events::SymbolTable& symbols) {
  test.plan.matching = {mode};
  const Outcome outcome = run_engine(test, symbols, {});
  if (!outcome.error.empty()) throw std::runtime_error(outcome.error);
  return outcome.matches;
}

constexpr std::size_t kBudget = 5'000;  // beginnings of matches, as the reference counts them

TEST(RandomLaws, MatchIsAmongMatchAll) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = std::min(number_from_environment("TOCSIN_CASES", 40 * kCases), 40 * kCases);
  events::SymbolTable symbols;
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < cases && !HasFatalFailure(); ++i) {
    Random random(seed + i);
    Case test = random_case(random);
    const std::vector<std::string> names = operators_of(test.plan);
    // A run that repeats keeps others from starting, and limits count what is there.
    if (std::find(names.begin(), names.end(), "every") != names.end()) continue;
    test.plan.limit_matches.reset();
    test.plan.limit_runs = rules::kDefaultLimitRuns;
    test.plan.after = {rules::AfterMatch::Policy::keep};
    std::erase_if(test.plan.outputs, [](const rules::OutputPlan& output) { return output.timeout; });
    test.plan.matching = {rules::Matching::Mode::all};
    if (!oracle::matches(test.plan, test.stream, kBudget)) continue;  // its ways are too many to take
    const std::vector<oracle::Match> all = run_as(test, rules::Matching::Mode::all, symbols);
    for (const oracle::Match& match : run_as(test, rules::Matching::Mode::one, symbols)) {
      ++found;
      ASSERT_NE(std::find(all.begin(), all.end(), match), all.end())
          << matches_text({match}) << "\nall: " << matches_text(all) << "\n"
          << rule_text(test.plan, test.schema) << test_text(test.plan, test.stream, test.schema)
          << run_again("property_laws", seed + i);
    }
  }
  std::cout << found << " matches of " << cases << " rules from seed " << seed << "\n";
  EXPECT_TRUE(cases < 100 || found > cases / 2);
}

}  // namespace
}  // namespace tocsin::property
