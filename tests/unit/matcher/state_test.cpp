// A key's state as bytes: read back after every event it matches the same, and bad bytes do no harm.
#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/matcher/group_cases.hpp"
#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

struct StateCase {
  std::string rule;
  std::string stream;
};

const std::vector<StateCase>& more_cases() {
  static const std::vector<StateCase> kCases{
      {"match a: S -> b: S{2,} -> c: S(v == a.v) alert info \"m\" { f: first(b.v), l: last(b.v) }",
       "Sx Sy Sz S_ Sq Sx"},
      {"match r: N{4} -> c: C alert info \"m\" { s: sum(r.v), d: stddev(r.v), f: first(r.v), n: count(r.v) }",
       "N_ N3 N5 N_ C"},
      {"match r: F{3} => not X -> c: C alert info \"m\" { a: avg(r.v), lo: min(r.v) }", "F1.5 F_ F2.5 C"},
      {"match r: F{3} -> c: C alert info \"m\" { d: stddev(r.v) }", "F1e308 F-1e308 F1 C"},
      {"match r: D{3,} -> c: C alert info \"m\" { a: avg(r.v) }", "D1s D2s D3s D9m C"},
      {"match (a: A{1,2} -> s: S?){2,3} -> c: C(v == 1) alert info \"m\" { f: first(s.v), l: last(s.v), n: count(a) }",
       "A Sx A A S_ C A Sy C1"},
      {"match (x: S -> b: S(v == x.v) -> not S(v == x.v)){2} -> c: C alert info \"m\" { l: last(x.v) }",
       "Sx Sx Sy Sy C"},
      {"match r: S{4} -> c: C alert info \"m\" { k: collect(r.v), d: distinct(r.v), a: r[1].v, b: r[-2].v }",
       "Sx Sy S_ Sx C"},
      {"match a: A -> r: A(not (v in collect(r.v)))+ -> b: B(v == distinct(r.v)) alert info \"m\" { k: collect(r.v) }",
       "A1 A2 A2 A3 A4 B3"},
      {"match r: F{3} -> c: C alert info \"m\" { k: collect(r.v), d: distinct(r.v), a: r[2].v }", "F0 F-0.0 F1.5 C"},
      {"match f: A{120} alert info \"m\" { s: sum(f.v) }",
       [] {
         std::string words;
         for (int i = 0; i < 130; ++i) words += "A" + std::to_string(i) + " ";
         return words;
       }()},
  };
  return kCases;
}

/// Every event is stepped in a machine of its own, with pool, symbols and program made anew.
std::string with_new_machines(const rules::RuleSet& set, const std::string& words, const std::string& id_prefix) {
  auto machine = std::make_unique<Machine>(set, id_prefix);
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, words)) {
    auto next = std::make_unique<Machine>(set, id_prefix);
    for (std::uint64_t i = 0; i <= order % 3; ++i) next->symbols.intern("other " + std::to_string(i));
    const std::string bytes = machine->write();
    EXPECT_TRUE(next->read(bytes)) << "event " << order;
    EXPECT_EQ(next->write(), bytes);
    EXPECT_EQ(next->pool.counts.open, machine->pool.counts.open);
    next->matches = machine->matches;
    machine = std::move(next);
    machine->step(event, order++);
  }
  return machine->matches;
}

TEST(State, WrittenAndReadAfterEveryEvent) {
  for (const PatternCase& test : all_cases()) {
    SCOPED_TRACE(test.rule + " on " + test.stream);
    EXPECT_EQ(with_new_machines(rule_of(test.rule), test.stream, ""), test.expected);
  }
  for (const StateCase& test : more_cases()) {
    SCOPED_TRACE(test.rule);
    const auto set = rule_of(test.rule);
    Machine whole(set, "");
    std::uint64_t order = 0;
    for (const StreamEvent& event : stream_of(set, test.stream)) whole.step(event, order++);
    EXPECT_NE(whole.matches, "");
    EXPECT_EQ(with_new_machines(set, test.stream, ""), whole.matches);
    EXPECT_EQ(with_new_machines(set, test.stream, std::string(50, 'i')), whole.matches) << "with long ids";
  }
}

/// Steps `words` but for the last and gives the state then.
std::string state_before_the_last(const rules::RuleSet& set, const std::string& words) {
  Machine machine(set, std::string(30, 'i'));
  const std::vector<StreamEvent> stream = stream_of(set, words);
  for (std::size_t i = 0; i + 1 < stream.size(); ++i) machine.step(stream[i], i);
  EXPECT_FALSE(machine.key.empty());
  return machine.write();
}

TEST(State, EveryTruncationIsAnErrorThatLeavesNothing) {
  for (const StateCase& test : more_cases()) {
    const auto set = rule_of(test.rule);
    const std::string bytes = state_before_the_last(set, test.stream);
    Machine machine(set);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_FALSE(machine.read(std::string_view(bytes).substr(0, size))) << size << " of " << bytes.size();
      ASSERT_EQ(machine.pool.counts.open, 0U);
    }
    EXPECT_TRUE(machine.read(bytes));
  }
}

TEST(State, ChangedBytesAreAnErrorOrAState) {
  std::uint64_t random = 1;
  const auto next = [&random] { return (random = random * 6364136223846793005ULL + 1442695040888963407ULL) >> 33; };
  for (const StateCase& test : more_cases()) {
    const auto set = rule_of(test.rule);
    const std::string bytes = state_before_the_last(set, test.stream);
    const std::vector<StreamEvent> stream = stream_of(set, test.stream);
    std::size_t errors = 0;
    for (int round = 0; round < 3000; ++round) {
      std::string changed = bytes;
      for (int i = 0; i <= round % 4; ++i) changed[next() % changed.size()] = static_cast<char>(next());
      Machine machine(set);
      if (!machine.read(changed)) {
        ++errors;
        ASSERT_EQ(machine.pool.counts.open, 0U);
        continue;
      }
      ASSERT_EQ(machine.write().size() > 0, true);
      struct Ignore : MatchSink {
        void take(const Match& match) override { taken += match.run.taken; }
        std::uint64_t taken = 0;
      } ignore;
      events::Batch batch(set.schema);
      for (std::size_t i = 0; i < stream.size(); ++i)
        events::append_event(batch, set.schema, machine.symbols, stream[i].type, stream[i].time, std::to_string(i), "t",
                             {stream[i].value});
      ConditionBits bits;
      evaluate(machine.conditions, batch, machine.symbols, bits);
      for (events::Row row = 0; row < batch.size(); ++row)
        if (machine.program.takes(batch.heads[row].type))
          step(machine.program, machine.pool, machine.key, batch, row, 1000 + row, bits, events::kEarliest, ignore,
               nullptr);
      clear(machine.pool, machine.key);
      ASSERT_EQ(machine.pool.counts.open, 0U);
    }
    EXPECT_GT(errors, 0U);
    EXPECT_LT(errors, 3000U);
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
