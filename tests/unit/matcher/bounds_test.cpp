// How much is kept: merging, starts that others make superfluous, `limit runs`, expiry; the pool behind it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

StreamEvent event(const rules::RuleSet& set, const char* type, std::int64_t ns, std::int64_t value = 0) {
  return {set.schema.find(type), rules::kTestStart + events::Duration{ns}, value};
}

TEST(Bounds, SkipPastLastDropsOtherStarts) {
  const auto set = rule_of("match a: A -> b: B -> c: C");
  Machine machine(set);
  std::uint64_t order = 0;
  for (const StreamEvent& next : stream_of(set, "A B A B A C C")) machine.step(next, order++);
  EXPECT_EQ(machine.matches, "0|1|5");
  EXPECT_TRUE(machine.key.empty());
  EXPECT_EQ(machine.pool.counts.open, 0U);
}

TEST(Bounds, LimitRunsEvictsTheOldestStart) {
  const auto set = rule_of("match a: A -> b: B(v == a.v) within 1h limit runs 3");
  Machine machine(set);
  std::uint64_t order = 0;
  for (const StreamEvent& next : stream_of(set, "A1 A2 A3 A4 A5 B1 B2")) machine.step(next, order++);
  EXPECT_EQ(machine.matches, "");
  EXPECT_EQ(machine.pool.counts.evicted, 2U);
  EXPECT_EQ(machine.pool.counts.open, 3U);
  EXPECT_EQ(machine.pool.counts.starts, 5U);
  for (const StreamEvent& next : stream_of(set, "B3")) machine.step(next, order++);
  EXPECT_EQ(machine.matches, "2|7");
}

TEST(Bounds, AnEvictedStartTakesAllItsRuns) {
  const auto set = rule_of("match a: A -> c: C{1,5} -> b: B(v == a.v) within 1h limit runs 1");
  Machine machine(set);
  std::uint64_t order = 0;
  for (const StreamEvent& next : stream_of(set, "A1 C C C A2")) machine.step(next, order++);
  EXPECT_EQ(machine.pool.counts.evicted, 1U);
  EXPECT_EQ(machine.pool.counts.open, 1U);
}

TEST(Bounds, ManyOptionalStepsShareTheirStates) {
  constexpr std::size_t kSteps = 120;
  std::string pattern = "match ";
  for (std::size_t i = 0; i < kSteps; ++i) pattern += "A? -> ";
  for (const char* within : {"", " within 1h"}) {
    const auto set = rule_of(pattern + "b: B" + within);
    Machine machine(set);
    EXPECT_LE(machine.program.states.size(), 3 * (kSteps + 1));
    const std::size_t starts = 40;
    for (std::uint64_t i = 0; i < starts; ++i) machine.step(event(set, "A", static_cast<std::int64_t>(i)), i);
    EXPECT_LE(machine.pool.counts.open, (kSteps + 1) * (*within == 0 ? 1 : starts)) << within;
    machine.step(event(set, "B", 1'000), starts);
    EXPECT_TRUE(machine.key.empty());
    EXPECT_EQ(machine.pool.counts.matches, 1U);
  }
}

TEST(Bounds, OneStartAStateWithoutWithinAndLookBack) {
  for (const char* rule : {"match a: A -> b: B -> c: C", "match a: A{2,} -> c: C",
                           "match a: A -> x: A* -> b: B? -> c: C", "match (a: A -> b: B?)+ -> c: C"}) {
    const auto set = rule_of(rule);
    Machine machine(set);
    ASSERT_TRUE(machine.program.one_start_a_state) << rule;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
      machine.step(event(set, i % 3 == 2 && machine.program.takes(set.schema.find("B")) ? "B" : "A",
                         static_cast<std::int64_t>(i)),
                   i);
      ASSERT_LE(machine.pool.counts.open, machine.program.states.size()) << rule << " at " << i;
    }
    EXPECT_EQ(machine.pool.counts.evicted, 0U);
    machine.step(event(set, "C", 100'000), 100'000);
    EXPECT_NE(machine.matches, "") << rule;
    EXPECT_EQ(machine.matches.substr(0, 1), "0") << "the oldest start is the one that stays";
  }
  EXPECT_FALSE(Machine(rule_of("match a: A -> b: B within 1h")).program.one_start_a_state);
  EXPECT_FALSE(Machine(rule_of("match a: A -> b: B(v > a.v)")).program.one_start_a_state);
}

TEST(Bounds, MergingKeepsALoopsRunsFew) {
  const auto set = rule_of("match f: A{5,} -> s: B alert info \"m\" { n: count(f) }");
  Machine machine(set);
  for (std::uint64_t i = 0; i < 10'000; ++i) machine.step(event(set, "A", static_cast<std::int64_t>(i)), i);
  EXPECT_LE(machine.pool.counts.peak, 10U);
  machine.step(event(set, "B", 10'000), 10'000);
  EXPECT_EQ(machine.matches.substr(machine.matches.find(" n=")), " n=10000");
}

TEST(Bounds, MergingWithinOneStart) {
  const auto set = rule_of("match a: A -> x: B* -> y: B* -> z: B* -> c: C within 1h");
  Machine machine(set);
  machine.step(event(set, "A", 0), 0);
  for (std::uint64_t i = 1; i < 1000; ++i) machine.step(event(set, "B", static_cast<std::int64_t>(i)), i);
  EXPECT_LE(machine.pool.counts.open, machine.program.states.size());
}

TEST(Bounds, RunsThatCollectedTheSameMerge) {
  struct Case {
    std::string condition;
    bool same;  ///< of all numbers of turns
  };
  for (const Case& test : {Case{"v == distinct(r.v)", true}, Case{"v == r[0].v", true}, Case{"v == r[-1].v", true},
                           Case{"length(collect(r.v)) == v", false}}) {
    const auto set = rule_of("match a: A -> r: A+ -> b: B(" + test.condition + ") within 1h");
    Machine machine(set);
    std::uint64_t order = 0;
    for (const StreamEvent& event : stream_of(set, "A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1"))
      machine.step(event, order++);
    if (test.same)
      EXPECT_LE(machine.pool.counts.open, 20U * 3) << test.condition;
    else
      EXPECT_GE(machine.pool.counts.open, 20U * 19 / 2) << test.condition;
  }
}

TEST(Bounds, TurnsOfGroupsAreCountedNotUnrolled) {
  const auto set = rule_of("match (a: A -> b: B){500} -> c: C alert info \"m\" { n: count(a) }");
  Machine machine(set);
  EXPECT_EQ(machine.program.states.size(), 5U) << "the end is one";
  std::uint64_t order = 0;
  for (; order < 2 * 499; ++order) machine.step(event(set, order % 2 == 0 ? "A" : "B", 0), order);
  machine.step(event(set, "C", 0), order++);
  EXPECT_EQ(machine.matches, "") << "one turn short";
  for (const char* type : {"A", "B", "A", "B", "C"}) machine.step(event(set, type, 0), order++);
  EXPECT_EQ(machine.matches.substr(machine.matches.find(" n=")), " n=500");
}

TEST(Bounds, RunsOfOneStartAreAtMostStatesTimesCounts) {
  struct Case {
    const char* rule;
    std::size_t counts;
  };
  for (const Case& test :
       {Case{"match (a: A+)+ -> b: B", 1}, Case{"match (a: A{1,3} -> c: A?){1,4} -> b: B", 12},
        Case{"match (a: A -> c: A?){3,} -> b: B", 3}, Case{"match (a: A -> (c: A -> d: A?){1,2}){1,3} -> b: B", 6}}) {
    for (const bool one_start : {true, false}) {
      const auto set = rule_of(test.rule + std::string(one_start ? "" : " within 1h limit runs 5"));
      Machine machine(set);
      ASSERT_EQ(machine.program.one_start_a_state, one_start);
      for (std::uint64_t i = 0; i < 3'000; ++i) {
        machine.step(event(set, "A", static_cast<std::int64_t>(i)), i);
        ASSERT_LE(machine.pool.counts.open, machine.program.states.size() * test.counts * (one_start ? 1 : 5))
            << test.rule << " at " << i;
      }
      machine.step(event(set, "B", 3'000), 3'000);
      EXPECT_NE(machine.matches, "") << test.rule;
    }
  }
}

TEST(Bounds, AdvanceEndsWhatWithinEnded) {
  const auto set = rule_of("match a: A -> b: B(v == a.v) within 10s");
  Machine machine(set);
  const std::int64_t second = events::kSecond.ns;
  machine.step(event(set, "A", 0, 1), 0);
  machine.step(event(set, "A", 4 * second, 2), 1);
  EXPECT_EQ(deadline(machine.program, machine.pool, machine.key), rules::kTestStart + events::Duration{10 * second});
  machine.advance(rules::kTestStart + events::Duration{10 * second});
  EXPECT_EQ(machine.pool.counts.open, 2U) << "an event at the deadline is still in time";
  machine.advance(rules::kTestStart + events::Duration{10 * second + 1});
  EXPECT_EQ(machine.pool.counts.open, 1U);
  EXPECT_EQ(machine.pool.counts.expired, 1U);
  machine.advance(events::kLatest);
  EXPECT_TRUE(machine.key.empty());
  EXPECT_EQ(deadline(machine.program, machine.pool, machine.key), events::kLatest);
}

TEST(Pool, RecordsAreUsedAgain) {
  const auto set = rule_of("match a: S -> b: S(v == a.v) -> c: C");
  Machine machine(set);
  RunPool& pool = machine.pool;
  std::vector<RunId> ids;
  for (int i = 0; i < 3000; ++i) ids.push_back(pool.make());
  for (const RunId id : ids) pool.free(id);
  EXPECT_EQ(pool.counts.open, 0U);
  EXPECT_EQ(pool.counts.peak, 3000U);
  std::vector<RunId> again;
  for (int i = 0; i < 3000; ++i) again.push_back(pool.make());
  std::sort(ids.begin(), ids.end());
  std::sort(again.begin(), again.end());
  EXPECT_EQ(again, ids);
  for (const RunId id : again) pool.free(id);
}

TEST(Pool, CopiesShareCauses) {
  const auto set = rule_of("match a: A -> c: C");
  Machine machine(set);
  RunPool& pool = machine.pool;
  const std::string long_id(100, 'x');
  const RunId first = pool.make();
  pool.add_cause(pool[first], 0, events::kEmptySymbol, "short");
  pool.add_cause(pool[first], 0, events::kEmptySymbol, long_id);
  const RunId second = pool.copy(first);
  pool.add_cause(pool[second], 1, events::kEmptySymbol, std::string(28, 'y'));
  pool.free(first);
  const CauseNode& newest = pool.cause(pool[second].cause);
  EXPECT_EQ(newest.id(), std::string(28, 'y'));
  EXPECT_EQ(pool.cause(newest.previous).id(), long_id);
  EXPECT_EQ(pool.cause(pool.cause(newest.previous).previous).id(), "short");
  pool.free(second);
  EXPECT_EQ(pool.counts.open, 0U);
}

TEST(Pool, SymbolsAreMarked) {
  const auto set = rule_of("match a: S -> c: C alert info \"m\" { v: a.v }");
  Machine machine(set);
  std::uint64_t order = 0;
  for (const StreamEvent& next : stream_of(set, "Skept")) machine.step(next, order++);
  machine.symbols.intern("nobody's");
  const auto live = machine.symbols.live();
  std::vector<std::uint64_t> held(machine.symbols.end() / 64 + 1);
  machine.pool.mark_symbols(held);
  machine.symbols.sweep(held);
  EXPECT_EQ(machine.symbols.live(), live - 1);
  machine.symbols.intern("in its place");
  for (const StreamEvent& next : stream_of(set, "C")) machine.step(next, order++);
  EXPECT_EQ(machine.matches, "0|1 v=kept");
  std::fill(held.begin(), held.end(), 0);
  machine.pool.mark_symbols(held);
  EXPECT_TRUE(std::all_of(held.begin(), held.end(), [](std::uint64_t word) { return word == 0; }))
      << "a run that is gone holds nothing";
}

/// The events of a match as the chain has them, oldest first.
struct Chain : MatchSink {
  void take(const Match& match) override {
    for (CauseId at = match.run.cause; at != kNoCause; at = match.pool.cause(at).previous)
      ids.insert(ids.begin(), std::string(match.pool.cause(at).id()));
    taken = match.run.taken;
  }
  std::vector<std::string> ids;
  std::uint64_t taken = 0;
};

TEST(Causes, ALongMatchKeepsItsFirstAndLast) {
  for (const std::string& prefix : {std::string("e"), std::string(40, 'e')}) {
    const auto set = rule_of("match f: A{1000} alert info \"m\"");
    events::SymbolTable symbols;
    Conditions conditions;
    RegisterFile registers;
    const Program program = compile(set.rules.front(), set.schema, conditions, registers, symbols);
    RunPool pool(program, symbols);
    KeyState key;
    Chain chain;
    events::Batch batch(set.schema);
    for (int i = 0; i < 1000; ++i)
      events::append_event(batch, set.schema, symbols, set.schema.find("A"), {i}, prefix + std::to_string(i), "test",
                           {std::int64_t{0}});
    ConditionBits bits;
    evaluate(conditions, batch, symbols, bits);
    for (events::Row row = 0; row < batch.size(); ++row)
      step(program, pool, key, batch, row, row, bits, events::kEarliest, chain, nullptr);
    EXPECT_EQ(chain.taken, 1000U);
    ASSERT_GE(chain.ids.size(), 2 * kToldCauses);
    ASSERT_LE(chain.ids.size(), std::size_t{kMaxChain});
    for (std::size_t i = 0; i < kToldCauses; ++i) {
      EXPECT_EQ(chain.ids[i], prefix + std::to_string(i));
      EXPECT_EQ(chain.ids[chain.ids.size() - 1 - i], prefix + std::to_string(999 - i));
    }
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
