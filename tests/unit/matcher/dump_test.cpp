// The automaton for people: what each kind of node and edge says, as text, for Graphviz and for Mermaid.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "matcher/picture.hpp"
#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

using Dump = std::string (*)(const Program&, const rules::RulePlan&, const events::Schema&);

std::string dumped(const std::string& rule, Dump dump) {
  const auto set = rule_of(rule);
  return dump(Machine(set).program, set.rules.front(), set.schema);
}

/// Without what stands before the start.
std::string states_of(const std::string& match) {
  const std::string text = dumped("match " + match, dump_text);
  return text.substr(text.find("\nstart") + 1);
}

constexpr const char* kLoop = "match f: A(v > 3){5,} -> s: B(v > last(f.v)) within 1m";
constexpr const char* kBoth = "match a: A -> (b: B and (c: C -> not X for 10s)) =>[1s, 5s] N within 1m";

TEST(Dump, Facts) {
  EXPECT_EQ(dumped(kLoop, dump_text), R"dump(automaton of r
  input       A, B
  within      1m of the first event
  matches     of each start the first to be complete, of those the preferred
  looks back  yes: conditions compare with events taken before

start
       -> S0

S0     f: A(v > 3)
       any that fits begins a match
       -> S1   a further turn

S1     f: A(v > 3)
       a further turn: the next that fits
       -> S1   1. a further turn
       -> S2   2. from 5 turns on

S2     s: B(v > last(f.v))
       the next that fits
       -> match

match
)dump");
  const std::string all = dumped(
      "match up to 3 a: A -> b: B after match skip to last b within 1m alert info \"m\" "
      "timeout alert low \"late\"",
      dump_text);
  EXPECT_NE(all.find("  matches     all, at most 3 at one event\n  after       skip to last b\n"
                     "  timeouts    of starts that time ends without a match\n  looks back  no\n"),
            std::string::npos)
      << all;
}

struct Case {
  std::string match;
  std::string expected;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"a: A -> not X(v == 1) -> c: C? => not (B or X) -> b: B(v == 2)", R"dump(start
       -> S0

S0     a: A
       any that fits begins a match
       -> S1   1.
       -> S2   2.

S1     c: C
       the next that fits
       no X(v == 1) before that
       -> S3

S2     b: B(v == 2)
       the next that fits
       no X(v == 1) before that
       the next event is not B or X
       -> match

S3     b: B(v == 2)
       the next that fits
       the next event is not B or X
       -> match

match
)dump"},
      {"(a: A -> b: B => not X(v == a.v)){2,3} => c: C", R"dump(start
       -> S0

S0     a: A
       any that fits begins a match
       -> S1

S1     b: B
       the next that fits
       -> S2   1. a further turn of (a b), up to 3
       -> S3   2. after 2 turns of (a b)

S2     a: A
       the next that fits
       the next event is not X(v == a.v), as of the turn before
       -> S1

S3     c: C
       the very next event
       the next event is not X(v == a.v)
       -> match

match
)dump"},
      {"not X for 10m -> a: A ~>[5s] b: B{2}? -> not (C or X) for 10m every 1h", R"dump(start
       -> S0

S0     a: A
       any that fits begins a match
       no X for 10m before it
       -> S1

S1     b: B
       any that fits, at most 5s later
       -> S2   a further turn, up to 2

S2     b: B
       a further turn: the next that fits
       -> S3   after 2 turns

S3     no C or X for 10m
       -> match   1. when that is over
       -> S3   2. again every 1h

match
)dump"},
      {"a: A{1,2}+ strict until X(v > 3) -> (x: B or y: C) -> (d: D)[1m]", R"dump(start
       -> S0

S0     a: A
       any that fits begins a match
       until X(v > 3)
       -> S1   1. a further turn, up to 2
       -> S2   2.

S1     a: A
       a further turn: the very next event
       until X(v > 3)
       -> S3   with all 2 turns

S2     x: B  or  y: C
       the next that fits
       the next event is no further turn of a before that
       -> S4   1. x
       -> S4   2. y

S3     x: B  or  y: C
       the next that fits
       -> S4   1. x
       -> S4   2. y

S4     d: D
       the next that fits
       within 1m of the first event of (d)
       -> match

match
)dump"},
      {"a: A -> (b: B and (c: C -> not X for 10s)) =>[1s, 5s] N", R"dump(start
       -> S0

S0     a: A
       any that fits begins a match
       -> S1   to S2 and S3

S1     all sides, in any order
       -> S2
       -> S3

S2     b: B  [and 1, side 1]
       the next that fits
       -> J1

J1     all sides are over
       -> S4

S3     c: C  [and 1, side 2]
       the next that fits
       -> S5

S4     N
       the very next event, 1s to 5s later
       what the sides ask at their ends
       -> match

S5     no X for 10s  [and 1, side 2]
       -> J1   when that is over

match
)dump"},
  };
  return kCases;
}

TEST(Dump, Text) {
  for (const Case& test : cases()) EXPECT_EQ(states_of(test.match + " within 1h"), test.expected) << test.match;
}

TEST(Dump, Dot) {
  EXPECT_EQ(dumped(kLoop, dump_dot), R"dump(digraph "r" {
  rankdir=LR;
  labelloc=t;
  labeljust=l;
  label="r\linput: A, B\lwithin: 1m of the first event\lmatches: of each start the first to be complete, of those the preferred\llooks back: yes: conditions compare with events taken before\l";
  node [fontname="sans-serif", fontsize=11];
  edge [fontname="sans-serif", fontsize=10];
  start [shape=point, width=0.15];
  S0 [shape=box, style="rounded", label="f: A(v > 3)\lany that fits begins a match\l"];
  S1 [shape=box, style="rounded", label="f: A(v > 3)\la further turn: the next that fits\l"];
  S2 [shape=box, style="rounded", label="s: B(v > last(f.v))\lthe next that fits\l"];
  match [shape=doublecircle, label="match"];
  start -> S0;
  S0 -> S1 [label="a further turn", color=gray40];
  S1 -> S1 [label="1. a further turn", color=gray40];
  S1 -> S2 [label="2. from 5 turns on"];
  S2 -> match;
}
)dump");
  EXPECT_EQ(dumped(kBoth, dump_dot), R"dump(digraph "r" {
  rankdir=LR;
  labelloc=t;
  labeljust=l;
  label="r\linput: A, B, C, N, X\lwithin: 1m of the first event\lmatches: of each start the first to be complete, of those the preferred\llooks back: no\l";
  node [fontname="sans-serif", fontsize=11];
  edge [fontname="sans-serif", fontsize=10];
  start [shape=point, width=0.15];
  S0 [shape=box, style="rounded", label="a: A\lany that fits begins a match\l"];
  S1 [shape=box, style="filled", label="all sides, in any order\l"];
  J1 [shape=box, style="filled", label="all sides are over\l"];
  S4 [shape=box, style="rounded", label="N\lthe very next event, 1s to 5s later\lwhat the sides ask at their ends\l"];
  match [shape=doublecircle, label="match"];
  subgraph cluster_1 {
    label="and 1, side 1";
    S2 [shape=box, style="rounded", label="b: B\lthe next that fits\l"];
  }
  subgraph cluster_2 {
    label="and 1, side 2";
    S3 [shape=box, style="rounded", label="c: C\lthe next that fits\l"];
    S5 [shape=box, style="rounded,dashed", label="no X for 10s\l"];
  }
  start -> S0;
  S0 -> S1 [label="to S2 and S3"];
  S1 -> S2;
  S1 -> S3;
  J1 -> S4;
  S2 -> J1;
  S3 -> S5;
  S4 -> match;
  S5 -> J1 [label="when that is over"];
}
)dump");
}

TEST(Dump, Mermaid) {
  EXPECT_EQ(dumped(kBoth, dump_mermaid), R"dump(---
title: r
---
flowchart LR
  %% input: A, B, C, N, X
  %% within: 1m of the first event
  %% matches: of each start the first to be complete, of those the preferred
  %% looks back: no
  start((" "))
  S0("a: A<br/>any that fits begins a match")
  S1[["all sides, in any order"]]
  J1[["all sides are over"]]
  S4("N<br/>the very next event, 1s to 5s later<br/>what the sides ask at their ends")
  match((("match")))
  subgraph M1["and 1, side 1"]
    S2("b: B<br/>the next that fits")
  end
  subgraph M2["and 1, side 2"]
    S3("c: C<br/>the next that fits")
    S5(["no X for 10s"])
  end
  start --> S0
  S0 -->|"to S2 and S3"| S1
  S1 --> S2
  S1 --> S3
  J1 --> S4
  S2 --> J1
  S3 --> S5
  S4 --> match
  S5 -->|"when that is over"| J1
)dump");
}

TEST(Dump, SignsAreEscaped) {
  const std::string rule = "match a: S(v == \"a\\\\b\\\"c\" or v like \"<#&>\") -> b: B{2,}";
  EXPECT_NE(dumped(rule, dump_dot).find(R"(v == \"a\\\\b\\\"c\" or v like \"<#&>\")"), std::string::npos)
      << dumped(rule, dump_dot);
  EXPECT_NE(dumped(rule, dump_mermaid).find("v like #quot;#lt;#35;#amp;#gt;#quot;"), std::string::npos)
      << dumped(rule, dump_mermaid);
}

TEST(Dump, GraphvizTakesIt) {
  if (std::system("dot -V >/dev/null 2>&1") != 0) GTEST_SKIP() << "no `dot` here";
  std::vector<std::string> rules{kLoop, kBoth};
  for (const Case& test : cases()) rules.push_back("match " + test.match + " within 1h");
  for (const std::string& rule : rules) {
    FILE* dot = popen("dot -Tsvg >/dev/null", "w");
    ASSERT_NE(dot, nullptr);
    const std::string text = dumped(rule, dump_dot);
    EXPECT_EQ(fwrite(text.data(), 1, text.size(), dot), text.size());
    EXPECT_EQ(pclose(dot), 0) << text;
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
