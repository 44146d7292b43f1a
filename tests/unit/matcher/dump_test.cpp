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

TEST(Dump, GraphvizTakesIt) {
  if (std::system("dot -V >/dev/null 2>&1") != 0) GTEST_SKIP() << "no `dot` here";
  for (const char* rule : {kLoop, kGuards}) {
    FILE* dot = popen("dot -Tsvg >/dev/null", "w");
    ASSERT_NE(dot, nullptr);
    const std::string text = dot_of(rule);
    EXPECT_EQ(fwrite(text.data(), 1, text.size(), dot), text.size());
    EXPECT_EQ(pclose(dot), 0) << text;
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
