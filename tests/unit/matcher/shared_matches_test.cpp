// `match all` in one shared structure: the matches of threads, in their order, with less to hold and to do.
#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

struct SharedCase {
  std::string rule;
  std::string stream;
  std::string matches;
};

void PrintTo(const SharedCase& test, std::ostream* out) { *out << test.rule << "\n" << test.stream; }

class SharedMatches : public ::testing::TestWithParam<SharedCase> {};

std::string run(const SharedCase& test, bool shared, bool read_back) {
  const auto set = rule_of(test.rule);
  Machine machine(set);
  EXPECT_TRUE(machine.program.shared_matches);
  machine.program.shared_matches = shared;
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, test.stream)) {
    machine.step(event, order++);
    if (!read_back) continue;
    const std::string bytes = machine.write();
    EXPECT_TRUE(machine.read(bytes));
    EXPECT_EQ(machine.write(), bytes);
  }
  machine.advance(events::kLatest);
  clear(machine.pool, machine.key);
  EXPECT_EQ(machine.pool.counts.open, 0U);
  EXPECT_EQ(machine.pool.bytes(), 0U);
  return machine.matches;
}

TEST_P(SharedMatches, AreThoseOfThreads) {
  EXPECT_EQ(run(GetParam(), true, false), GetParam().matches);
  EXPECT_EQ(run(GetParam(), true, true), GetParam().matches) << "read back after each event";
  EXPECT_EQ(run(GetParam(), false, false), GetParam().matches) << "as threads";
}

INSTANTIATE_TEST_SUITE_P(
    Table, SharedMatches,
    ::testing::Values(
        SharedCase{"match all a: A ~> b: B ~> c: C after match keep", "A B A B C C",
                   "0|1|4; 0|3|4; 2|3|4; 0|1|5; 0|3|5; 2|3|5"},
        SharedCase{"match all a: A -> b: B ~> c: C after match keep", "A A B B C A B C",
                   "0|2|4; 1|2|4; 0|2|7; 1|2|7; 5|6|7"},
        SharedCase{"match all a: A => b: B ~> c: C after match keep", "A C B A B C C", "3|4|5; 3|4|6"},
        SharedCase{"match all a: A ~> b: B ~> c: C after match keep within 3s", "A B A B C C", "2|3|4; 2|3|5"},
        SharedCase{"match all a: A ~>[2s, 3s] b: B after match keep", "A A B B B B", "0|2; 0|3; 1|3; 1|4"},
        SharedCase{"match all a: A ->[2s, 3s] b: B ~> c: C after match keep",
                   "A@0s A@1s B@2s C@3s A@5s C@6s B@9s C@10s", "0|2|3; 0|2|5; 0|2|7"},
        SharedCase{"match all a: A ~> b: B+ any -> c: C after match keep", "A B B C", "0|1,2|3; 0|1|3; 0|2|3"},
        SharedCase{"match all a: A -> b: B{1,2}? -> c: C after match keep", "A B B C", "0|1|3; 0|1,2|3"},
        SharedCase{"match all a: A ~> b: B? ~> c: C after match keep", "A B C", "0|1|2; 0|-|2"},
        SharedCase{"match all a: A -> not X -> b: B after match keep", "A X B A B", "3|4"},
        SharedCase{"match all a: A ~> b: B => not X ~> c: C after match keep", "A B X B C C", "0|3|4; 0|3|5"},
        SharedCase{"match all a: A ~> (b: B or c: C) after match keep", "A B C A C", "0|1|-; 0|-|2; 0|-|4; 3|-|4"},
        SharedCase{"match all a: A ~> ((b: B ~> c: C) or (b: B ~> c: C)) after match keep", "A B B C C",
                   "0|1|3|-|-; 0|2|3|-|-; 0|1|4|-|-; 0|2|4|-|-"},
        SharedCase{"match all (a: A ~> b: B)+ any ~> c: C after match keep", "A B A B C",
                   "0,2|1,3|4; 0|1|4; 0|3|4; 2|3|4"},
        SharedCase{"match up to 2 a: A ~> b: B ~> c: C after match keep", "A B A B C C", "0|1|4; 0|3|4; 0|1|5; 0|3|5"},
        SharedCase{"match all a: A ~> b: B ~> c: C after match keep limit matches 4", "A B A B C C C A B C",
                   "0|1|4; 0|3|4; 2|3|4; 0|1|5"},
        SharedCase{"match all a: A ~> b: B after match keep limit runs 2", "A A A B A B", "1|3; 2|3; 2|5; 4|5"},
        SharedCase{"match all a: A -> not X ~> b: B ~> c: C after match keep limit runs 2", "A A X A A B C",
                   "3|5|6; 4|5|6"},
        SharedCase{"match all a: A after match keep", "A B A", "0; 2"},
        SharedCase{
            "match all a: A ~> r: N+ any ~> c: C after match keep alert info \"m\" { s: sum(r.v), f: first(r.v), "
            "n: count(r), x: a.v, k: collect(r.v) }",
            "A7 N1 N_ C", "0|1,2|3 s=1 f=1 n=2 x=7 k=[1]; 0|1|3 s=1 f=1 n=1 x=7 k=[1]; 0|2|3 s=0 f=null n=1 x=7 k=[]"},
        SharedCase{"match all a: S ~> b: S ~> c: C after match keep alert info \"m\" { f: a.v, l: b.v }", "Sx S_ Sy C",
                   "0|1|3 f=x l=null; 0|2|3 f=x l=y; 1|2|3 f=null l=y"}));

/// Letters of `types` as a fixed sequence gives them.
std::string long_stream(std::string_view types, std::uint64_t seed) {
  std::string words;
  for (int i = 0; i < 400; ++i) {
    seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    words += types[(seed >> 33) % types.size()];
    words += std::to_string((seed >> 40) % 10) + " ";
  }
  return words;
}

class LongStreams : public ::testing::TestWithParam<std::string> {};

/// Long enough for what is over to be taken out many times.
TEST_P(LongStreams, MatchAsThreadsDo) {
  const auto set = rule_of("match " + GetParam() + " after match keep alert info \"m\" { n: count(b), s: sum(b.v) }");
  for (const char* types : {"ABC", "ABCX", "ABBC", "AAABX", "ABXXXC"})
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      Machine shared(set);
      Machine threads(set);
      ASSERT_TRUE(shared.program.shared_matches);
      threads.program.shared_matches = false;
      std::uint64_t order = 0;
      for (const StreamEvent& event : stream_of(set, long_stream(types, seed))) {
        shared.step(event, order);
        threads.step(event, order++);
        if (order % 97 == 0) {
          ASSERT_TRUE(shared.read(shared.write()));
        }
        ASSERT_EQ(shared.matches, threads.matches) << types << ", seed " << seed << ", event " << order - 1;
        ASSERT_EQ(shared.key.matches, threads.key.matches);
        shared.matches.clear();
        threads.matches.clear();
      }
      EXPECT_EQ(shared.pool.counts.matches, threads.pool.counts.matches);
      EXPECT_EQ(shared.pool.counts.evicted, threads.pool.counts.evicted);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, LongStreams,
    ::testing::Values("all a: A ~> b: B ~> c: C within 10s", "all a: A -> b: B ~> c: C within 20s",
                      "all a: A ~> b: B -> c: C within 20s", "all a: A ~> b: B ~> c: C within 10s limit runs 2",
                      "all a: A -> b: B -> not X -> c: C(v > 5) limit runs 3",
                      "all a: A => b: B -> not X ~> c: C within 30s limit runs 2",
                      "all a: A ~>[2s, 5s] b: B ~>[1s, 3s] c: C",
                      "all a: A ->[1s, 5s] b: B ~>[0s, 4s] c: C limit runs 4",
                      "all a: A ~> (b: B{1,3} or (b: B -> c: C)) -> d: A within 8s",
                      "all (a: A ~> b: B)+ any ~> c: C within 7s", "all a: A ~> (b: B => not X ~> c: C) within 20s",
                      "up to 3 a: A ~> b: B{2} any ~> c: C within 12s", "all a: A -> b: B{1,}? -> c: C within 20s",
                      "all a: A? ~> b: B ~> (c: C or d: A(v > 7)) within 6s"));

TEST(SharedMatchesBounds, WhatIsHeldIsAsMuchAsTheEventsNotThePartialMatches) {
  const auto set = rule_of("match all a: A ~> b: B ~> c: C ~> x: X after match keep within 1h");
  Machine machine(set);
  ASSERT_TRUE(machine.program.shared_matches);
  std::uint64_t order = 0;
  for (const char* type : {"A", "B", "C"})
    for (int i = 0; i < 1'000; ++i)
      machine.step({set.schema.find(type), rules::kTestStart + events::Duration{static_cast<std::int64_t>(order)},
                    std::int64_t{0}},
                   order),
          ++order;
  EXPECT_EQ(machine.pool.counts.open, 1'000U);
  EXPECT_LT(machine.pool.bytes(), 3'000U * 256U);
  machine.advance(rules::kTestStart + events::Duration{2 * 3'600'000'000'000});
  EXPECT_TRUE(machine.key.empty());
  EXPECT_EQ(machine.pool.bytes(), 0U);
}

TEST(SharedMatchesBounds, WhatIsOverGoes) {
  const auto set = rule_of("match all a: A ~> b: B -> not X -> c: C ~> d: D after match keep");
  Machine machine(set);
  ASSERT_TRUE(machine.program.shared_matches);
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, "A")) machine.step(event, order++);
  const std::vector<StreamEvent> over = stream_of(set, "B X");
  for (int i = 0; i < 10'000; ++i)
    for (const StreamEvent& event : over) machine.step(event, order++);
  EXPECT_EQ(machine.pool.counts.open, 1U);
  EXPECT_LT(machine.pool.bytes(), 50'000U);
}

TEST(SharedMatchesBounds, OldestStartsAreTaken) {
  const auto set = rule_of("match all a: A ~> b: B after match keep limit memory 1MB");
  Machine machine(set);
  ASSERT_TRUE(machine.program.shared_matches);
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, "A A A A")) machine.step(event, order++);
  const std::uint64_t bytes = machine.pool.bytes();
  EXPECT_EQ(oldest_start(machine.pool, machine.key), 0U);
  evict_oldest(machine.pool, machine.key, nullptr);
  evict_oldest(machine.pool, machine.key, nullptr);
  EXPECT_EQ(oldest_start(machine.pool, machine.key), 2U);
  EXPECT_EQ(machine.pool.counts.open, 2U);
  EXPECT_LT(machine.pool.bytes(), bytes);
  for (const StreamEvent& event : stream_of(set, "B")) machine.step(event, order++);
  EXPECT_EQ(machine.matches, "2|4; 3|4");
  evict_oldest(machine.pool, machine.key, nullptr);
  evict_oldest(machine.pool, machine.key, nullptr);
  EXPECT_TRUE(machine.key.empty());
}

TEST(SharedMatchesState, BadBytesDoNoHarm) {
  const auto set =
      rule_of("match all a: S ~> b: N{1,3} any ~> c: C after match keep alert info \"m\" { f: a.v, s: sum(b.v) }");
  Machine machine(set);
  ASSERT_TRUE(machine.program.shared_matches);
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, "Sx N1 Sy N2 N3")) machine.step(event, order++);
  const std::string bytes = machine.write();
  const std::vector<StreamEvent> rest = stream_of(set, "N4 C Sz N C");
  const auto go_on = [&](const std::string& changed) {
    Machine other(set);
    if (!other.read(changed)) return;
    std::uint64_t later = order + 100;
    for (StreamEvent event : rest) {
      event.time = event.time + events::Duration{3'600'000'000'000};
      other.step(event, later++);
    }
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Machine other(set);
    EXPECT_FALSE(other.read(bytes.substr(0, i))) << "cut to " << i;
    for (const char change : {'\x01', '\x80', '\xff'}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ change);
      go_on(changed);
    }
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
