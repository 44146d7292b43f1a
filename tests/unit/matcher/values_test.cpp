// What a run keeps of its events: aggregates and fields, with nulls and results out of range.
#include <gtest/gtest.h>

#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

struct ValueCase {
  std::string what;
  std::string type;    ///< of a loop r of three turns
  std::string fields;  ///< of the alert
  std::string stream;
  std::string expected;
};

const std::vector<ValueCase>& cases() {
  static const std::vector<ValueCase> kCases{
      {"ints", "A", "n: count(r), s: sum(r.v), a: avg(r.v), lo: min(r.v), hi: max(r.v), f: first(r.v), l: last(r.v)",
       "A4 A-2 A7", "n=3 s=9 a=3 lo=-2 hi=7 f=4 l=7"},
      {"stddev is of the population", "A", "d: stddev(r.v)", "A2 A4 A6", "d=1.632993161855452"},
      {"of one value it is 0", "N", "d: stddev(r.v)", "N_ N4 N_", "d=0"},
      {"nulls are skipped, but first and last are of turns", "N",
       "n: count(r), c: count(r.v), s: sum(r.v), a: avg(r.v), lo: min(r.v), hi: max(r.v), f: first(r.v), l: last(r.v)",
       "N_ N5 N_", "n=3 c=1 s=5 a=5 lo=5 hi=5 f=null l=null"},
      {"only nulls", "N", "n: count(r), s: sum(r.v), a: avg(r.v), lo: min(r.v), d: stddev(r.v), f: first(r.v)",
       "N_ N_ N_", "n=3 s=0 a=null lo=null d=null f=null"},
      {"first that is no null stays", "N", "f: first(r.v), l: last(r.v)", "N1 N_ N3", "f=1 l=3"},
      {"a sum of ints out of range is null", "A", "s: sum(r.v), hi: max(r.v)", "A9223372036854775807 A1 A-5",
       "s=null hi=9223372036854775807"},
      {"just in range", "A", "s: sum(r.v)", "A9223372036854775806 A1 A0", "s=9223372036854775807"},
      {"the average goes on in floats", "A", "a: avg(r.v)", "A9223372036854775807 A9223372036854775807 A0",
       "a=6.148914691236517e+18"},
      {"floats", "F", "s: sum(r.v), a: avg(r.v), lo: min(r.v), hi: max(r.v)", "F0.5 F-1.25 F_",
       "s=-0.75 a=-0.375 lo=-1.25 hi=0.5"},
      {"a sum of floats that isn't finite is null", "F", "s: sum(r.v), a: avg(r.v), d: stddev(r.v)",
       "F1e308 F1e308 F-1e308", "s=null a=null d=null"},
      {"durations", "D", "s: sum(r.v), a: avg(r.v), lo: min(r.v), hi: max(r.v)", "D1m D30s D0s",
       "s=1m30s a=30s lo=0s hi=1m"},
      {"strings", "S", "f: first(r.v), l: last(r.v), n: count(r.v)", "Sb Sa Sab", "f=b l=ab n=3"},
      {"turns by number, from the first", "A", "a: r[0].v, b: r[1].v, c: r[2].v, d: r[3].v", "A4 A-2 A7",
       "a=4 b=-2 c=7 d=null"},
      {"turns by number, from the last", "A", "a: r[-1].v, b: r[-2].v, c: r[-3].v, d: r[-4].v", "A4 A-2 A7",
       "a=7 b=-2 c=4 d=null"},
      {"turns whose field is null", "N", "a: r[0].v, b: r[1].v, c: r[2].v, x: r[-1].v, y: r[-2].v, z: r[-3].v",
       "N_ N5 N_", "a=null b=5 c=null x=null y=5 z=null"},
      {"a null turn counts", "N", "a: r[1].v, b: r[2].v, y: r[-2].v", "N1 N_ N3", "a=null b=3 y=null"},
      {"turns of texts", "S", "a: r[1].v, b: r[-3].v", "Sb Sa Sab", "a=a b=b"},
      {"distinct values", "A", "d: distinct(r.v)", "A1 A2 A1", "d=2"},
      {"distinct skips nulls", "N", "d: distinct(r.v)", "N_ N5 N_", "d=1"},
      {"distinct of nulls is 0", "N", "d: distinct(r.v)", "N_ N_ N_", "d=0"},
      {"distinct texts", "S", "d: distinct(r.v)", "Sa S_ Sa", "d=1"},
      {"distinct zeroes are one", "F", "d: distinct(r.v)", "F0 F-0.0 F1", "d=2"},
      {"a list in order", "A", "c: collect(r.v), n: length(collect(r.v)), l: collect(r.v)[-1]", "A3 A1 A3",
       "c=[3, 1, 3] n=3 l=3"},
      {"a list skips nulls", "N", "c: collect(r.v)", "N_ N5 N_", "c=[5]"},
      {"a list of none", "N", "c: collect(r.v)", "N_ N_ N_", "c=[]"},
      {"a list of texts", "S", "c: collect(r.v), x: \"b\" in collect(r.v)", "Sb S_ Sab", "c=[b, ab] x=true"},
      {"overflow, null and ?? in an output", "N", "x: last(r.v) * 9223372036854775807 ?? -1, y: first(r.v) + 1 ?? 7",
       "N_ N1 N3", "x=-1 y=7"},
  };
  return kCases;
}

TEST(Values, Table) {
  for (const ValueCase& test : cases()) {
    SCOPED_TRACE(test.what + ": " + test.fields + " on " + test.stream);
    try {
      const auto set = rule_of("match r: " + test.type + "{3} alert info \"m\" { " + test.fields + " }");
      EXPECT_EQ(matches_of(set, test.stream), "0,1,2 " + test.expected);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(Values, OverflowsAreCounted) {
  const auto set = rule_of("match r: A{3} alert info \"m\" { s: sum(r.v) }");
  Machine machine(set);
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, "A9223372036854775807 A1 A1")) machine.step(event, order++);
  EXPECT_EQ(machine.matches, "0,1,2 s=null");
  EXPECT_EQ(machine.pool.counts.nulls, 1U) << "once, then it stays null";
}

TEST(Values, ConditionsReadWhatTurnsGave) {
  struct Case {
    std::string match;
    std::string stream;
    std::string expected;
  };
  const std::vector<Case> kCases{
      {"r: A(v > (r[-1].v ?? 0)){3}", "A5 A4 A6 A7", "0,2,3"},
      {"r: A(v != (r[-2].v ?? 0)){4}", "A1 A2 A1 A3 A2 A3", "1,2,3,4"},
      {"r: A{3} -> b: B(v == r[1].v)", "A5 A4 A6 B5 B4", "0,1,2|4"},
      {"r: A{2,}+ -> b: B(v == r[-2].v)", "A5 A4 A6 B5 B4", "0,1,2|4"},
      {"r: A(distinct(r.v) is null or distinct(r.v) < 2)+ -> b: B", "A1 A1 A2 A3 B", "0,1,2|4"},
      {"r: A(not (v in collect(r.v))){3}", "A1 A2 A1 A3", "0,1,3"},
      {"r: A+ -> b: B(length(collect(r.v)) == v)", "A1 A2 B3 A3 B3", "0,1,3|4"},
      {"r: S+ -> b: B(distinct(r.v) == v)", "Sa Sb Sa B3 B2", "0,1,2|4"},
  };
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.match + " on " + test.stream);
    EXPECT_EQ(matches_of(rule_of("match " + test.match), test.stream), test.expected);
  }
}

TEST(Values, RunsCollectForThemselves) {
  const auto set = rule_of(
      "match a: A -> r: N(v > a.v){2} alert info \"m\" { c: collect(r.v), d: distinct(r.v), x: r[0].v, y: r[-2].v }");
  EXPECT_EQ(matches_of(set, "A5 A1 N2 N7 N2"), "1|2,3 c=[2, 7] d=2 x=2 y=2");
  EXPECT_EQ(matches_of(set, "A1 A5 N2 N7 N2"), "0|2,3 c=[2, 7] d=2 x=2 y=2");
}

TEST(Values, WhatRunsCollectIsPartOfTheirMemory) {
  const auto set = rule_of("match r: A{100} alert info \"m\" { k: collect(r.v), d: distinct(r.v) }");
  Machine machine(set);
  std::uint64_t order = 0;
  std::vector<StreamEvent> events = stream_of(set, "A");
  for (std::int64_t i = 0; i < 50; ++i) {
    events[0].value = i;
    machine.step(events[0], order++);
  }
  EXPECT_GT(machine.pool.values.live(), 100U);
  const std::uint64_t before = machine.pool.bytes();
  clear(machine.pool, machine.key);
  EXPECT_EQ(machine.pool.values.live(), 0U);
  EXPECT_GT(before, 100U * 32);
  EXPECT_EQ(machine.pool.bytes(), 0U);
}

TEST(Values, OneNameOnTwoSidesOfAnOr) {
  const auto set = rule_of(
      "match (x: A or (X -> x: N)) -> c: C(x.v is null or v > x.v) alert info \"m\" { x: x.v, n: count(x), k: "
      "collect(x.v) }");
  EXPECT_EQ(matches_of(set, "A5 C4 C6 X N3 C1 C4 X N_ C0"),
            "0|-|-|2 x=5 n=1 k=[5]; 4|3|-|6 x=3 n=1 k=[3]; 8|7|-|9 x=null n=1 k=[]");
  const auto turns =
      rule_of("match (x: A or ((x: N? -> C(v > (x.v ?? 0))){2} -> B)) alert info \"m\" { k: collect(x.v) }");
  EXPECT_EQ(matches_of(turns, "N5 C6 C1 B"), "0|-|1,2|3 k=[5]") << "the second turn has no x";
  const auto absent = rule_of("match (x: A or ((x: N -> not X(v == x.v)){2} -> C))");
  EXPECT_EQ(matches_of(absent, "N1 X2 N3 X1 C"), "0,2|-|4") << "each absence reads its own turn";
  EXPECT_EQ(matches_of(absent, "N1 X1 N3 C N4 X1 C"), "2,4|-|6");
  EXPECT_EQ(matches_of(absent, "N1 N3 X3 C"), "");
}

TEST(Values, ListsThatGrowTooLongAreNull) {
  const auto set = rule_of("match r: A+ -> b: B alert info \"m\" { n: length(collect(r.v)), d: distinct(r.v) }");
  for (const std::int64_t turns : {10'000, 10'001, 10'050}) {
    Machine machine(set);
    std::uint64_t order = 0;
    std::vector<StreamEvent> events = stream_of(set, "A B");
    for (std::int64_t i = 0; i < turns; ++i) {
      events[0].value = i;
      machine.step(events[0], order++);
    }
    machine.step(events[1], order);
    const std::string expected = turns > 10'000 ? "n=null" : "n=10000";
    EXPECT_NE(machine.matches.find(" " + expected + " d=" + std::to_string(turns)), std::string::npos)
        << machine.matches.substr(machine.matches.size() - 40);
    EXPECT_EQ(machine.pool.counts.nulls > 0, turns > 10'000);
    EXPECT_EQ(machine.pool.values.live(), 0U) << "nothing is kept of runs that ended";
  }
}

TEST(Values, LeftOutStepsReadAsNothing) {
  const auto set = rule_of(
      "match c: C? -> x: X* -> b: B alert info \"m\" { c: c.v, n: count(x), s: sum(x.v), a: avg(x.v), l: last(x.v), "
      "d: distinct(x.v), k: collect(x.v), t: x[0].v, u: x[-2].v }");
  EXPECT_EQ(matches_of(set, "B C5 X1 X2 B"),
            "-|-|0 c=null n=0 s=0 a=null l=null d=null k=[] t=null u=null; "
            "1|2,3|4 c=5 n=2 s=3 a=1.5 l=2 d=2 k=[1, 2] t=1 u=1");
}

TEST(Values, ARunsValuesAreItsOwn) {
  const auto set =
      rule_of("match a: A(v > 0) -> r: A(v > (last(r.v) ?? a.v)){2} alert info \"m\" { a: a.v, s: sum(r.v) }");
  EXPECT_EQ(matches_of(set, "A5 A1 A6 A2 A3 A7"), "0|2,5 a=5 s=13");
  EXPECT_EQ(matches_of(set, "A5 A1 A2 A6 A3"), "1|2,3 a=1 s=8") << "6 is the first turn from 5, the second from 1";
}

}  // namespace
}  // namespace tocsin::matcher::testing
