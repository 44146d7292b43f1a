// Joins by hand: what is a pair, when it is told, and what windows make of pairs.
#include <gtest/gtest.h>

#include "tests/unit/matcher/join_machine.hpp"

namespace tocsin::matcher::testing {
namespace {

struct JoinCase {
  std::string what;
  std::string body;
  std::string stream;
  std::vector<std::string> expected;
};

const std::string kPair = " alert info \"m\" { x: a.v, y: b.v }";
const std::string kLists = " alert info \"m\" { n: count(), x: collect(a.v), y: collect(b.v) }";
const std::string kEmit = " emit E { n: count() }";
const std::string kInner = "from A as a join B as b on a.k == b.k window ";
const std::string kLeft = "from A as a left join B as b on a.k == b.k window ";
const std::string kLast = "from A as a join last B as b on a.k == b.k ";

const std::vector<JoinCase>& rows() {
  static const std::vector<JoinCase> kCases{
      {"a pair, when its later event comes",
       kInner + "tumbling 10s" + kPair,
       "A1:5 B1:6 B2:7 A2:8",
       {"row 0s..1s @1s 1:0-1 x=5 y=6", "row 2s..3s @3s 1:2-3 x=8 y=7"}},
      {"each later event with all earlier ones, in order",
       kInner + "tumbling 10s" + kPair,
       "A1:1 A1:2 B1:3 B1:4 A1:5",
       {"row 0s..2s @2s 1:0-2 x=1 y=3", "row 1s..2s @2s 1:1-2 x=2 y=3", "row 0s..3s @3s 1:0-3 x=1 y=4",
        "row 1s..3s @3s 1:1-3 x=2 y=4", "row 2s..4s @4s 1:2-4 x=5 y=3", "row 3s..4s @4s 1:3-4 x=5 y=4"}},
      {"at one time",
       kInner + "tumbling 10s" + kPair,
       "B1:1@1s A1:2@1s B1:3@1s",
       {"row 1s..1s @1s 1:0-1 x=2 y=1", "row 1s..1s @1s 1:1-2 x=2 y=3"}},
      {"not over a tumbling window's edge",
       kInner + "tumbling 10s" + kPair,
       "A1:1@9s B1:2@10s A1:3@19s",
       {"row 10s..19s @19s 1:1-2 x=3 y=2"}},
      {"a sliding window that has both is enough, told once",
       kInner + "sliding 10s every 5s" + kPair,
       "A1:1@4s A1:2@5s A1:3@6s B1:4@9s B1:5@12s",
       {"row 4s..9s @9s 1:0-3 x=1 y=4", "row 5s..9s @9s 1:1-3 x=2 y=4", "row 6s..9s @9s 1:2-3 x=3 y=4",
        "row 5s..12s @12s 1:1-4 x=2 y=5", "row 6s..12s @12s 1:2-4 x=3 y=5"}},
      {"sliding windows with gaps",
       kInner + "sliding 2s every 5s" + kPair,
       "A1:1@1s B1:2@1s B1:3@2s A1:4@4s B1:5@5s",
       {"row 1s..1s @1s 1:0-1 x=1 y=2"}},
      {"exactly rolling 5s apart is too far",
       kInner + "rolling 5s" + kPair,
       "A1:1@0s A1:2@1s B1:3@5s",
       {"row 1s..5s @5s 1:1-2 x=2 y=3"}},
      {"a session goes on by events of the other side",
       kInner + "session 3s" + kPair,
       "A1:1@0s B2:2@3s B1:3@6s B1:4@10s",
       {"row 0s..6s @6s 1:0-2 x=1 y=3"}},
      {"null is no one's equal",
       kInner + "tumbling 10s" + kPair,
       "A_:1 B_:2 A1:3 B_:4 B1:5",
       {"row 2s..4s @4s 1:2-4 x=3 y=5"}},
      {"a comparison with null doesn't hold",
       "from A as a join B as b on a.k == b.k and a.v < b.v window tumbling 10s" + kPair,
       "A1:_ A1:2 B1:3 B1:_ B1:1",
       {"row 1s..2s @2s 1:1-2 x=2 y=3"}},
      {"no equality at all",
       "from A as a join B as b on a.v < b.v window tumbling 10s" + kPair,
       "A1:1 A2:5 B7:3 B8:9",
       {"row 0s..2s @2s 1:0-2 x=1 y=3", "row 0s..3s @3s 1:0-3 x=1 y=9", "row 1s..3s @3s 1:1-3 x=5 y=9"}},
      {"conditions of sides",
       "from A(v > 1) as a join B(v > 2) as b on a.k == b.k window tumbling 10s" + kPair,
       "A1:1 A1:2 B1:2 B1:3",
       {"row 1s..3s @3s 1:1-3 x=2 y=3"}},
      {"with itself: two events, either way",
       "from A as a join A as b on a.k == b.k window tumbling 10s" + kPair,
       "A1:1 A1:2 A2:3",
       {"row 0s..1s @1s 1:0-1 x=1 y=2", "row 0s..1s @1s 1:0-1 x=2 y=1"}},
      {"with itself, one way",
       "from A as a join A as b on a.k == b.k and a.v < b.v window tumbling 10s" + kPair,
       "A1:1 A1:3 A1:2",
       {"row 0s..1s @1s 1:0-1 x=1 y=3", "row 0s..2s @2s 1:0-2 x=1 y=2", "row 1s..2s @2s 1:1-2 x=2 y=3"}},
      {"a left side alone at the end of its window",
       kLeft + "tumbling 10s" + kPair,
       "A1:1@1s A2:2@2s B1:3@3s A3:4@12s",
       {"row 1s..3s @3s 1:0-2 x=1 y=3", "row 2s..2s <10s 1:1-1 x=2 y=null", "row 12s..12s <20s 1:3-3 x=4 y=null"}},
      {"at the end of the last that has it",
       kLeft + "sliding 10s every 5s" + kPair,
       "A1:1@4s A2:2@6s B9:9@30s",
       {"row 4s..4s <10s 1:0-0 x=1 y=null", "row 6s..6s <15s 1:1-1 x=2 y=null"}},
      {"in no window it is no row",
       kLeft + "sliding 2s every 5s" + kPair,
       "A1:1@1s A1:2@3s",
       {"row 1s..1s <2s 1:0-0 x=1 y=null"}},
      {"at its session's end",
       kLeft + "session 3s" + kPair,
       "A1:1@0s A2:2@1s B2:3@2s B3:4@4s A4:5@20s",
       {"row 1s..2s @2s 1:1-2 x=2 y=3", "row 0s..0s !7s 1:0-0 x=1 y=null", "row 20s..20s !23s 1:4-4 x=5 y=null"}},
      {"rolling: behind all events of its time",
       kLeft + "rolling 5s" + kPair,
       "A1:1@0s A1:2@1s B1:3@5s B1:4@6s A2:5@6s",
       {"row 1s..5s @5s 1:1-2 x=2 y=3", "row 0s..0s !5s 1:0-0 x=1 y=null", "row 6s..6s !11s 1:4-4 x=5 y=null"}},
      {"left with itself",
       "from A as a left join A as b on a.k == b.k and a.v < b.v window tumbling 10s" + kPair,
       "A1:1 A1:2",
       {"row 0s..1s @1s 1:0-1 x=1 y=2", "row 1s..1s <10s 1:1-1 x=2 y=null"}},
  };
  return kCases;
}

const std::vector<JoinCase>& as_of() {
  static const std::vector<JoinCase> kCases{
      {"the latest before",
       kLast + kPair,
       "A1:0 B1:1 B1:2 B2:3 A1:4 B1:5 A1:6",
       {"row 2s..4s @4s 1:2-4 x=4 y=2", "row 5s..6s @6s 1:5-6 x=6 y=5"}},
      {"at one time the order decides",
       kLast + kPair,
       "B1:1@1s A1:2@1s B1:3@1s A1:4@2s",
       {"row 1s..1s @1s 1:0-1 x=2 y=1", "row 1s..2s @2s 1:2-3 x=4 y=3"}},
      {"exactly so old is new enough",
       kLast + "within 5s" + kPair,
       "B1:1@0s A1:2@5s A1:3@6s",
       {"row 0s..5s @5s 1:0-1 x=2 y=1"}},
      {"left: at once",
       "from A as a left join last B as b on a.k == b.k within 5s" + kPair,
       "A1:1@0s B1:2@1s A1:3@6s A1:4@7s",
       {"row 0s..0s @0s 1:0-0 x=1 y=null", "row 1s..6s @6s 1:1-2 x=3 y=2", "row 7s..7s @7s 1:3-3 x=4 y=null"}},
      {"the latest that fulfils all of it",
       "from A as a join last B as b on a.k == b.k and b.v < a.v" + kPair,
       "B1:1 B1:9 B2:3 A1:5",
       {"row 0s..3s @3s 1:0-3 x=5 y=1"}},
      {"with itself: the one before",
       "from A as a join last A as b on a.k == b.k" + kPair,
       "A1:1 A2:2 A1:3 A1:4",
       {"row 0s..2s @2s 1:0-2 x=3 y=1", "row 2s..3s @3s 1:2-3 x=4 y=3"}},
      {"rows of a window",
       kLast + "window tumbling 10s" + kLists,
       "B1:1@1s A1:2@2s A1:3@9s A2:4@9s A1:5@11s",
       {"closed 0s..10s <10s 2:1-2 n=2 x=[2, 3] y=[1, 1]", "closed 10s..20s <20s 1:4-4 n=1 x=[5] y=[1]"}},
      {"rows of the last ones",
       kLast + "window last 2" + kLists,
       "B1:1 A1:2 A1:3 B1:4 A1:5",
       {"moved 1s..1s @1s 1:1-1 n=1 x=[2] y=[1]", "moved 1s..2s @2s 2:1-2 n=2 x=[2, 3] y=[1, 1]",
        "moved 2s..4s @4s 2:2-4 n=2 x=[3, 5] y=[1, 4]"}},
  };
  return kCases;
}

const std::vector<JoinCase>& windows() {
  static const std::vector<JoinCase> kCases{
      {"a window's pairs, in order",
       kInner + "tumbling 10s" + kLists,
       "A1:1@1s A1:2@2s B1:3@3s B1:4@4s A1:5@12s B1:6@13s",
       {"closed 0s..10s <10s 4:2-3 n=4 x=[1, 2, 1, 2] y=[3, 3, 4, 4]", "closed 10s..20s <20s 1:5-5 n=1 x=[5] y=[6]"}},
      {"a pair counts in each window that has both",
       kInner + "sliding 10s every 5s" + kLists,
       "A1:1@4s A1:2@6s B1:3@8s B1:4@12s",
       {"closed -5s..5s <5s 0 n=0 x=[] y=[]", "closed 0s..10s <10s 2:2-2 n=2 x=[1, 2] y=[3, 3]",
        "closed 5s..15s <15s 2:2-3 n=2 x=[2, 2] y=[3, 4]"}},
      {"windows without pairs, for alerts",
       kInner + "tumbling 10s" + kLists,
       "A1:1@1s B2:2@12s B1:3@31s A1:4@32s",
       {"closed 0s..10s <10s 0 n=0 x=[] y=[]", "closed 10s..20s <20s 0 n=0 x=[] y=[]",
        "closed 30s..40s <40s 1:3-3 n=1 x=[4] y=[3]"}},
      {"a session's",
       kInner + "session 3s" + kLists,
       "A1:1@1s B1:2@4s B2:3@6s A1:4@20s B1:5@20s",
       {"closed 1s..9s !9s 1:1-1 n=1 x=[1] y=[2]", "closed 20s..23s !23s 1:4-4 n=1 x=[4] y=[5]"}},
      {"rolling: with each event, and when a row leaves",
       kInner + "rolling 5s" + kLists,
       "A1:1@0s B1:2@2s A1:3@4s B2:4@5s",
       {"moved -5s..0s @0s 0 n=0 x=[] y=[]", "moved -3s..2s @2s 1:1-1 n=1 x=[1] y=[2]",
        "moved -1s..4s @4s 2:1-2 n=2 x=[1, 3] y=[2, 2]", "moved 0s..5s @5s 1:2-2 n=1 x=[3] y=[2]"}},
      {"left: a row where it has none, in its place",
       kLeft + "tumbling 10s" + kLists,
       "A1:1@1s A2:2@2s B1:3@3s B1:4@4s",
       {"closed 0s..10s <10s 3:1-3 n=3 x=[2, 1, 1] y=[3, 4]"}},
      {"left: for each window by itself",
       kLeft + "sliding 10s every 5s" + kLists,
       "B1:1@4s A1:2@6s B1:3@12s",
       {"closed -5s..5s <5s 0 n=0 x=[] y=[]", "closed 0s..10s <10s 1:1-1 n=1 x=[2] y=[1]",
        "closed 5s..15s <15s 1:2-2 n=1 x=[2] y=[3]"}},
      {"left: once its partner is out",
       kLeft + "sliding 10s every 5s" + kLists,
       "B1:1@4s A1:2@6s",
       {"closed -5s..5s <5s 0 n=0 x=[] y=[]", "closed 0s..10s <10s 1:1-1 n=1 x=[2] y=[1]",
        "closed 5s..15s <15s 1:1-1 n=1 x=[2] y=[]"}},
      {"left, rolling: the same",
       kLeft + "rolling 5s" + kLists,
       "B1:1@0s A1:2@2s A2:3@9s",
       {"moved -5s..0s @0s 0 n=0 x=[] y=[]", "moved -3s..2s @2s 1:1-1 n=1 x=[2] y=[1]",
        "left 0s..5s !5s 1:1-1 n=1 x=[2] y=[]", "left 2s..7s !7s 0 n=0 x=[] y=[]",
        "moved 4s..9s @9s 1:2-2 n=1 x=[3] y=[]"}},
      {"left, rolling: an event of no side leaves the timer of its time",
       "from A as a left join B(v > 0) as b on a.k == b.k window rolling 5s" + kLists,
       "A1:1@0s B1:0@5s B1:2@9s",
       {"moved -5s..0s @0s 1:0-0 n=1 x=[1] y=[]", "left 0s..5s !5s 0 n=0 x=[] y=[]",
        "moved 4s..9s @9s 0 n=0 x=[] y=[]"}},
      {"early by time, where it changed",
       kInner + "tumbling 10s every 3s" + kLists,
       "A1:1@1s B1:2@3s B2:3@5s B1:4@8s",
       {"early 0s..10s !3s 1#1:1-1 n=1 x=[1] y=[2]", "early 0s..10s !9s 2#2:1-3 n=2 x=[1, 1] y=[2, 4]",
        "closed 0s..10s <10s 2:1-3 n=2 x=[1, 1] y=[2, 4]"}},
      {"early by rows, behind the event that brings them",
       kInner + "tumbling 10s every 2 events" + kLists,
       "A1:1 A1:2 A1:3 B1:4 B1:5",
       {"early 0s..10s @3s 3#1:3-3 n=3 x=[1, 2, 3] y=[4, 4, 4]",
        "early 0s..10s @4s 6#2:3-4 n=6 x=[1, 2, 3, 1, 2, 3] y=[4, 4, 4, 5, 5, 5]",
        "closed 0s..10s <10s 6:3-4 n=6 x=[1, 2, 3, 1, 2, 3] y=[4, 4, 4, 5, 5, 5]"}},
      {"texts that are made",
       kLeft + "tumbling 10s alert info \"m\" { x: collect(upper(b.s)), y: last(format(\"{a.s}!\")) }",
       "A1:1 B1:2 B1:3",
       {"closed 0s..10s <10s 2:1-2 x=[S2, S3] y=s1!"}},
  };
  return kCases;
}

const std::vector<JoinCase>& keys() {
  static const std::vector<JoinCase> kCases{
      {"a part of the key in `on`",
       "from A as a join B as b on a.v + k == b.v by k window tumbling 10s" + kPair,
       "A2:1 B2:2 B2:3",
       {"row 0s..2s @2s 1:0-2 x=1 y=3"}},
      {"in an aggregate",
       "from A as a join B as b on a.v < b.v by k window tumbling 10s emit E { x: collect(k + b.v) }",
       "A2:1 B2:2 B2:3",
       {"closed 0s..10s <10s 2:1-2 x=[4, 5]"}},
      {"that is computed",
       "from A as a left join B as b on a.v < b.v by q = k * 10 window tumbling 10s emit E { x: sum(q) }",
       "A2:1 A2:9 B2:2 B2:3",
       {"closed 0s..10s <10s 3:1-3 x=60"}},
  };
  return kCases;
}

void check(const std::vector<JoinCase>& cases) {
  for (const JoinCase& test : cases) {
    SCOPED_TRACE(test.what + ": " + test.body + " on " + test.stream);
    try {
      EXPECT_EQ(joined(test.body, test.stream), test.expected);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(Joins, Rows) { check(rows()); }
TEST(Joins, AsOf) { check(as_of()); }
TEST(Joins, Windows) { check(windows()); }
TEST(Joins, PartsOfTheKey) { check(keys()); }

TEST(Joins, KeysAreApart) {
  const rules::RuleSet set = join_rule(kInner + "tumbling 10s" + kPair);
  JoinMachine machine(set);
  std::uint64_t order = 0;
  for (const JoinEvent& event : join_stream(set, "A1:0 A1:1 B1:2 B1:3")) {
    machine.step(event, order, order % 2 == 0 ? 7 : 3);
    ++order;
  }
  machine.pool.forget(3);
  machine.step(join_stream(set, "B1:5@5s").front(), order, 3);
  machine.step(join_stream(set, "B1:5@5s").front(), order, 7);
  EXPECT_EQ(machine.told, (std::vector<std::string>{"row 0s..2s @2s 1:0-2 x=0 y=2", "row 1s..3s @3s 1:1-3 x=1 y=3",
                                                    "row 0s..5s @5s 1:0-4 x=0 y=5"}));
}

TEST(Joins, TheOldestEventsGoWhereThereIsNoRoom) {
  const rules::RuleSet set = join_rule(kInner + "rolling 100d" + kPair);
  JoinMachine machine(set);
  const events::TypeId a = set.schema.find("A"), b = set.schema.find("B");
  const auto at = [](std::uint64_t i) { return rules::kTestStart + events::Duration{static_cast<std::int64_t>(i)}; };
  for (std::uint64_t i = 0; i < 1'000'010; ++i) machine.step({b, at(i), static_cast<std::int64_t>(i), 0}, i);
  EXPECT_EQ(machine.pool.counts.cut, 10U);
  machine.step({a, at(2'000'000), std::int64_t{9}, 0}, 2'000'000);
  EXPECT_TRUE(machine.told.empty());
  machine.step({a, at(2'000'001), std::int64_t{1'000}, 0}, 2'000'001);
  EXPECT_EQ(machine.told.size(), 1U);
}

TEST(Joins, TheOldestRowsGoWhereThereIsNoRoom) {
  const rules::RuleSet set = join_rule(kInner + "rolling 1m emit E { n: count(), x: first(a.v) }");
  JoinMachine machine(set);
  const events::TypeId a = set.schema.find("A"), b = set.schema.find("B");
  std::uint64_t order = 0;
  for (; order < 2'000; ++order)
    machine.step({order < 1'000 ? a : b, rules::kTestStart + events::Duration{static_cast<std::int64_t>(order)},
                  std::int64_t{1}, static_cast<std::int64_t>(order)},
                 order);
  EXPECT_EQ(machine.pool.counts.cut, 0U);
  EXPECT_NE(machine.told.back().find(" n=1000000 x=0"), std::string::npos) << machine.told.back();
  machine.step({b, rules::kTestStart + events::kSecond, std::int64_t{1}, std::int64_t{0}}, order);
  EXPECT_EQ(machine.pool.counts.cut, 1'000U);
  EXPECT_NE(machine.told.back().find(" n=1000000 x=0"), std::string::npos) << machine.told.back();
  EXPECT_NE(machine.told.back().find(":1001-2000"), std::string::npos) << machine.told.back();
}

}  // namespace
}  // namespace tocsin::matcher::testing
