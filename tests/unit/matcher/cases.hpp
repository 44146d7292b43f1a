// The table of rules, streams and what they must match; several tests run it.
#pragma once

#include <string>
#include <vector>

namespace tocsin::matcher::testing {

struct PatternCase {
  std::string what;
  std::string rule;
  std::string stream;
  std::string expected;  ///< see machine.hpp
};

inline std::vector<PatternCase> pattern_cases() {
  return {
      // order, time, within
      {"events of one time stand as they came", "match a: A -> b: B", "A@0s B@0s", "0|1"},
      {"a later arrival of the same time is not before", "match a: A -> b: B", "B@0s A@0s", ""},
      {"exactly at within", "match a: A -> b: B within 10s", "A@0s B@10s", "0|1"},
      {"1 ns past within", "match a: A -> b: B within 10s", "A@0s B@10s1ns", ""},
      {"within counts from the first event", "match a: A{2} -> b: B within 10s", "A@0s A@9s B@11s", ""},
      {"a younger start still has time", "match a: A -> b: B within 10s", "A@0s A@5s B@12s", "1|2"},
      {"the oldest start in time wins", "match a: A -> b: B within 10s", "A@0s A@5s B@10s", "0|2"},
      // counts
      {"one short of the count", "match f: A{3}", "A A", ""},
      {"the count reached", "match f: A{3}", "A A A", "0,1,2"},
      {"groups do not overlap", "match f: A{2}", "A A A A A", "0,1; 2,3"},
      {"an open loop at the end completes at its minimum", "match f: A{2,}", "A A A A", "0,1; 2,3"},
      {"one short before a step behind", "match f: A{3,} -> b: B", "A A B A B", "0,1,3|4"},
      {"greedy takes all there are", "match f: A{2,} -> b: B", "A A A A B", "0,1,2,3|4"},
      {"greedy up to its maximum: an event more is skipped", "match f: A{1,2} -> b: B", "A A A B", "0,1|3"},
      {"greedy, then leaves for an equal type", "match f: A{1,3} -> b: A", "A A A", "0|1"},
      {"a single step completes at once", "match a: A(v > 3)", "A3 A4 A5", "1; 2"},
      // arrows
      {"-> skips what does not fit", "match a: A -> b: B(v == 2)", "A B1 A B2", "0|3"},
      {"=> takes the next", "match a: A => b: B", "A B", "0|1"},
      {"=> with something in between", "match a: A => b: B -> c: C", "A C B C", ""},
      {"=> is broken by an event of its own type", "match a: A => b: B", "A A B", "1|2"},
      {"what the rule does not read is no neighbour", "match a: A => b: B", "A X C B", "0|3"},
      {"-> takes the first that fits only", "match a: A -> b: B -> c: C(v == b.v)", "A B1 B2 C2", ""},
      // absences
      {"-> not: nothing in between", "match a: A -> not X -> b: B", "A B", "0|1"},
      {"-> not: one in between", "match a: A -> not X -> b: B", "A X B", ""},
      {"-> not with a condition", "match a: A -> not X(v > 5) -> b: B", "A X5 B A X6 B", "0|2"},
      {"-> not: before the first step says nothing", "match a: A -> not X -> b: B", "X A B", "1|2"},
      {"-> not reads the run", "match a: A -> not X(v == a.v) -> b: B", "A1 A2 X1 B", "1|3"},
      {"-> not: what fits both is taken", "match a: A -> not B(v > 1) -> b: B", "A B5", "0|1"},
      {"-> not, then the same time", "match a: A -> not X -> b: B", "A@0s X@3s B@3s", ""},
      {"=> not: the next is one", "match a: A => not X -> b: B", "A X B", ""},
      {"=> not: the next is none, a later one does not matter", "match a: A => not X -> b: B", "A A X B", "0|3"},
      {"=> not is spent after one event", "match a: A => not X -> b: B", "A X A B", "2|3"},
      {"=> not: another event, then an X", "match a: A => not X -> b: B(v == 2)", "A B1 X B2", "0|3"},
      {"=> not: what fits both is not taken", "match a: A => not B(v > 1) -> b: B", "A B5 B6", ""},
      {"not over several types", "match a: A -> not (X or C(v > 1)) -> b: B", "A C1 B A C2 B A X B", "0|2"},
      {"two absences on the way", "match a: A -> not X -> not C -> b: B", "A C B A X B A B", "6|7"},
      {"an absence written before a left-out step guards the state behind it",
       "match s0: A? -> s1: A{1,3} => not B(v <= (s0.v ?? s0.v)) -> s2: B{0,2} -> s3: B -> s4: A",
       "A4@0s A4@0s B1@0s A4@0s", "-|0,1|-|2|3"},
      {"an absence before an optional step counts up to the event taken", "match a: A -> not X -> c: C? -> b: B",
       "A X B A C B", "3|4|5"},
      {"behind the optional step taken the absence is over", "match a: A -> not X -> c: C? -> b: B", "A C X B",
       "0|1|3"},
      // optional steps
      {"optional, there", "match a: A -> c: C? -> b: B", "A C B", "0|1|2"},
      {"optional, not there", "match a: A -> c: C? -> b: B", "A B", "0|-|1"},
      {"several left out", "match a: A -> c: C? -> x: X* -> b: B", "A B A X X B A C B", "0|-|-|1; 2|-|3,4|5; 6|7|-|8"},
      {"optional first", "match c: C? -> a: A", "A C A", "-|0; 1|2"},
      {"optional last: the earliest completion", "match a: A -> b: B?", "A B", "0|-"},
      {"star first", "match c: C* -> a: A", "C C A", "0,1|2"},
      // look-back
      {"each hotter than the one before", "match a: A -> r: A(v > (last(r.v) ?? a.v)){3}", "A1 A2 A3 A4", "0|1,2,3"},
      {"one that is not is skipped", "match a: A -> r: A(v > (last(r.v) ?? a.v)){3}", "A1 A2 A2 A3 A1 A4", "0|1,3,5"},
      {"one short, then a younger start", "match a: A(v < 9) -> r: A(v > (last(r.v) ?? a.v)){2} within 3s",
       "A5@0s A6@3s A2@4s A3@5s A4@6s", "2|3,4"},
      {"loop reads its count", "match a: A(v == 0) -> r: A(v == count(r)){3}", "A0 A0 A1 A1 A2", "0|1,2,4"},
      {"of no turn", "match c: C? -> a: A -> b: B(v == count(c))", "A B0 C A B1 B0", "-|0|1; 2|3|4"},
  };
}

}  // namespace tocsin::matcher::testing
