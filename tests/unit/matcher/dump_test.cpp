// The automaton for people: text and dot of two rules.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

std::string text_of(const std::string& rule) {
  const auto set = rule_of(rule);
  return dump_text(Machine(set).program, set.rules.front(), set.schema);
}
std::string dot_of(const std::string& rule) {
  const auto set = rule_of(rule);
  return dump_dot(Machine(set).program, set.rules.front(), set.schema);
}

constexpr const char* kLoop = "match f: A(v > 3){5,} -> s: B(v > last(f.v)) within 1m";
constexpr const char* kGuards = "match a: A -> not X(v == 1) -> c: C? => not (B or X) -> b: B(v == 2)";

constexpr const char* kGroup =
    "match (a: A? -> b: B(v == a.v) => not X(v == a.v)){2,3} -> (c: C -> a2: A){4,} -> b2: B";

TEST(Dump, Text) {
  EXPECT_EQ(text_of(kLoop), R"dump(automaton of r: 3 states, 1 registers, looks back
  start: S0
  S0: any f: A(v > 3)
  S1: wait for f: A(v > 3), a further turn
  S2: wait for s: B(v > last(f.v))
  take f: A(v > 3) [condition 0] {5,}, again S1, then S2
  take s: B(v > last(f.v)) [code 0], or the match is complete
  within 1m of the first event
)dump");
  EXPECT_EQ(text_of(kGuards), R"dump(automaton of r: 4 states, 0 registers, doesn't look back
  start: S0
  S0: any a: A
  S1: wait for c: C; no X(v == 1)
  S2: wait for b: B(v == 2); no X(v == 1), next not B or X
  S3: wait for b: B(v == 2); next not B or X
  take a: A, then S1, S2
  take c: C, then S3
  take b: B(v == 2) [condition 1], or the match is complete
)dump");
}

TEST(Dump, GroupsAsText) {
  EXPECT_EQ(text_of(kGroup), R"dump(automaton of r: 9 states, 1 registers, looks back
  G0: a: A … b: B(v == a.v) {2,3}
  G1: c: C … a2: A {4,}
  start: S0 (first turn of G0), S1 (first turn of G0)
  S0: any a: A
  S1: any b: B(v == a.v)
  S2: wait for b: B(v == a.v)
  S3: wait for a: A; next not X(v == a.v) of the turn before
  S4: wait for b: B(v == a.v); next not X(v == a.v) of the turn before
  S5: wait for c: C; next not X(v == a.v)
  S6: wait for a2: A
  S7: wait for c: C
  S8: wait for b2: B
  take a: A, then S2
  take b: B(v == a.v) [code 0], then S3 (a turn more of G0, below 3), S4 (a turn more of G0, below 3), S5 (after 2 turns of G0, first turn of G1)
  take c: C, then S6
  take a2: A, then S7 (a turn more of G1), S8 (after 4 turns of G1)
  take b2: B, or the match is complete
)dump");
  EXPECT_EQ(text_of("match (a: A -> b: B(v == a.v)){2}"), R"dump(automaton of r: 3 states, 1 registers, looks back
  G0: a: A … b: B(v == a.v) {2}
  start: S0 (first turn of G0)
  S0: any a: A
  S1: wait for b: B(v == a.v)
  S2: wait for a: A
  take a: A, then S1
  take b: B(v == a.v) [code 0], then S2 (a turn more of G0, below 2, fields of the turn before are null), or the match is complete (after 2 turns of G0)
)dump");
  EXPECT_EQ(text_of("match (a: A -> b: B)+ -> c: C"), R"dump(automaton of r: 4 states, 0 registers, doesn't look back
  start: S0
  S0: any a: A
  S1: wait for b: B
  S2: wait for a: A
  S3: wait for c: C
  take a: A, then S1
  take b: B, then S2, S3
  take c: C, or the match is complete
)dump");
}

TEST(Dump, Dot) {
  EXPECT_EQ(dot_of(kLoop), R"dump(digraph "r" {
  rankdir=LR;
  node [shape=circle];
  start [shape=point];
  match [shape=doublecircle];
  S0 [label="S0"];
  S1 [label="S1"];
  S1 -> S1 [style=dotted, label="skip"];
  S2 [label="S2"];
  S2 -> S2 [style=dotted, label="skip"];
  start -> S0 [style=dashed, label="1"];
  S0 -> S1 [label="f: A(v > 3) {5,}"];
  S0 -> S2 [label="2. f: A(v > 3) {5,}"];
  S1 -> S1 [label="f: A(v > 3) {5,}"];
  S1 -> S2 [label="2. f: A(v > 3) {5,}"];
  S2 -> match [label="s: B(v > last(f.v))"];
}
)dump");
  EXPECT_EQ(dot_of(kGuards), R"dump(digraph "r" {
  rankdir=LR;
  node [shape=circle];
  start [shape=point];
  match [shape=doublecircle];
  S0 [label="S0"];
  S1 [label="S1"];
  S1 -> S1 [style=dotted, label="skip"];
  S2 [label="S2"];
  S2 -> S2 [style=dotted, label="skip"];
  S3 [label="S3"];
  S3 -> S3 [style=dotted, label="skip"];
  start -> S0 [style=dashed, label="1"];
  S0 -> S1 [label="a: A"];
  S0 -> S2 [label="2. a: A"];
  S1 -> S3 [label="c: C; no X(v == 1)"];
  S2 -> match [label="b: B(v == 2); no X(v == 1), next not B or X"];
  S3 -> match [label="b: B(v == 2); next not B or X"];
}
)dump");
}

TEST(Dump, GroupsAsDot) {
  EXPECT_EQ(dot_of("match (a: A -> b: B){2,3} -> c: C"), R"dump(digraph "r" {
  rankdir=LR;
  node [shape=circle];
  start [shape=point];
  match [shape=doublecircle];
  S0 [label="S0"];
  S1 [label="S1"];
  S1 -> S1 [style=dotted, label="skip"];
  S2 [label="S2"];
  S2 -> S2 [style=dotted, label="skip"];
  S3 [label="S3"];
  S3 -> S3 [style=dotted, label="skip"];
  start -> S0 [style=dashed, label="1 (first turn of G0)"];
  S0 -> S1 [label="a: A"];
  S1 -> S2 [label="b: B (a turn more of G0, below 3)"];
  S1 -> S3 [label="2. b: B (after 2 turns of G0)"];
  S2 -> S1 [label="a: A"];
  S3 -> match [label="c: C"];
}
)dump");
}

TEST(Dump, GraphvizTakesIt) {
  if (std::system("dot -V >/dev/null 2>&1") != 0) GTEST_SKIP() << "no `dot` here";
  for (const char* rule : {kLoop, kGuards, kGroup}) {
    FILE* dot = popen("dot -Tsvg >/dev/null", "w");
    ASSERT_NE(dot, nullptr);
    const std::string text = dot_of(rule);
    EXPECT_EQ(fwrite(text.data(), 1, text.size(), dot), text.size());
    EXPECT_EQ(pclose(dot), 0) << text;
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
