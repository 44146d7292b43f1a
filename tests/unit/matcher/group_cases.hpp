// Groups, and steps of several types: the table of rules, streams and what they must match, from the semantics,
// section 2, points 3 to 6. In the notation of cases.hpp.
#pragma once

#include <vector>

#include "tests/unit/matcher/cases.hpp"

namespace tocsin::matcher::testing {

inline std::vector<PatternCase> group_cases() {
  return {
      // turns
      {"twice", "match (a: A -> b: B){2}", "A B A B", "0,2|1,3"},
      {"one turn short", "match (a: A -> b: B){2}", "A B", ""},
      {"one event short", "match (a: A -> b: B){2}", "A B A A", ""},
      {"at the end it completes at its minimum", "match (a: A -> b: B){1,3}", "A B A B", "0|1; 2|3"},
      {"up to what follows", "match (a: A -> b: B)+ -> c: C", "A B A B C", "0,2|1,3|4"},
      {"a turn begun is none", "match (a: A -> b: B)+ -> c: C", "A B A C", "0|1|3"},
      {"no further than its maximum", "match (a: A -> b: B){1,2} -> c: C", "A B A B A B C", "0,2|1,3|6"},
      {"an open end, one turn short", "match (a: A -> b: B){2,} -> c: C", "A B C A B C", "0,3|1,4|5"},
      {"an open end, turns past the minimum", "match (a: A -> b: B){2,} -> c: C", "A B A B A B C", "0,2,4|1,3,5|6"},
      {"optional, there", "match a: A -> (b: B -> c: C)? -> x: X", "A B C X", "0|1|2|3"},
      {"optional, begun but left out", "match a: A -> (b: B -> c: C)? -> x: X", "A B X", "0|-|-|2"},
      {"optional, first", "match (a: A -> b: B)? -> c: C", "A B C", "0|1|2"},
      {"none or more: none", "match (a: A -> b: B)* -> c: C", "C", "-|-|0"},
      {"none or more: two", "match (a: A -> b: B)* -> c: C", "A B A B C", "0,2|1,3|4"},
      {"up to two: none", "match x: X -> (a: A -> b: B){0,2} -> c: C", "X B C", "0|-|-|2"},
      {"within spans all turns", "match (a: A -> b: B){2} within 2s", "A B A B", ""},
      {"within spans all turns, exactly", "match (a: A -> b: B){2} within 3s", "A B A B", "0,2|1,3"},
      // preference
      {"a further turn before leaving", "match (a: A -> b: B){1,2} -> c: A -> x: X", "A B A B A X", "0,2|1,3|4|5"},
      {"leaving where it completes earlier", "match (a: A -> b: B){1,2} -> c: A", "A B A B A", "0|1|2"},
      {"an optional step of the turn before the next turn", "match (a: A -> b: A?){2} -> c: C", "A A A A C",
       "0,2|1,3|4"},
      {"… unless only so it completes", "match (a: A -> b: A?){2} -> c: C", "A A C", "0,1|-|2"},
      {"an inner turn before an outer one", "match (a: A{1,2}){2} -> b: B", "A A A A A B", "0,1,2,3|5"},
      {"… unless the outer one completes", "match (a: A{1,2}){2}", "A A A", "0,1"},
      {"an inner turn before an outer one, counted", "match (a: A -> (b: A -> c: B){1,2}){1,2} -> x: X",
       "A A B A B A A B X", "0,5|1,3,6|2,4,7|8"},
      // arrows
      {"turn to turn skips what doesn't fit", "match (a: A -> b: B){2}", "A B B A B", "0,3|1,4"},
      {"turn to turn takes the first that fits", "match (a: A -> b: B(v == 2)){2}", "A B2 A A B2", "0,2|1,4"},
      {"a group's arrow is of its first turn", "match x: X => (a: A -> b: B){2}", "X A B X A B", "0|1,4|2,5"},
      {"… and holds there", "match x: X => (a: A -> b: B){2}", "X B A B A B", ""},
      {"… and is left out with the head", "match a: A => (b: B? -> c: C){1,2} -> x: X", "A X C X", "0|-|2|3"},
      {"a group in a group has the outer one's arrow", "match x: X => ((a: A -> b: B){2} -> c: C)+ -> d: X",
       "X B A B A B C X", ""},
      {"… in later turns the loop's mode", "match x: X => ((a: A -> b: B){2} -> c: C)+ -> d: X(v == 1)",
       "X A B B A B C B A B A B C X1", "0|1,4,8,10|2,5,9,11|6,12|13"},
      {"=> inside holds in each turn", "match (a: A => b: B){2}", "A B B A B", "0,3|1,4"},
      {"… it is broken in the second", "match (a: A => b: B){2}", "A B A A B", ""},
      {"=> behind a head left out counts from the turn before", "match (a: A? => b: B){2}", "B B", "-|0,1"},
      {"… and is broken by what comes between", "match (a: A? => b: B){2} from A, B, X", "B X B", ""},
      // what may be left out
      {"the last of a turn", "match (a: A -> b: B?){2} -> c: C", "A A B C", "0,1|2|3"},
      {"… in the second turn", "match (a: A -> b: B?){2} -> c: C", "A B A C", "0,2|1|3"},
      {"the first of a turn", "match (a: A? -> b: B){2}", "B A B", "1|0,2"},
      {"turns that could be empty: none is needed", "match a: A -> (b: B? -> c: C?){3} -> x: X", "A X", "0|-|-|1"},
      {"… one is enough", "match a: A -> (b: B? -> c: C?){3} -> x: X", "A C X", "0|-|1|2"},
      {"… no more than the maximum", "match a: A -> (b: B?){2} -> c: C", "A B B B C", "0|1,2|4"},
      {"a star in a group with a minimum", "match (a: A* -> b: B*){2} -> c: C", "B A C", "1|0|2"},
      // loops inside
      {"a loop counts anew in each turn", "match (a: A{2} -> b: B){2}", "A A B A B A B", "0,1,3,5|2,6"},
      {"an open loop", "match (a: A+ -> b: B){2}", "A A B A B", "0,1,3|2,4"},
      {"a loop and an optional step", "match (a: A{2} -> b: B?){1,3} -> c: C", "A A B A A C", "0,1,3,4|2|5"},
      {"… half a turn is none", "match (a: A{2} -> b: B?){1,3} -> c: C", "A A B A C", "0,1|2|4"},
      {"… the third turn is the last", "match (a: A{2} -> b: B?){1,3} -> c: C", "A A A A A A A A C", "0,1,2,3,4,5|-|8"},
      {"a loop of a loop", "match (a: A+)+ -> b: B", "A A A B", "0,1,2|3"},
      {"a group in a group", "match (a: A -> (b: B -> c: C){2}){2} -> x: X", "A B C B C A B C B C X",
       "0,5|1,3,6,8|2,4,7,9|10"},
      {"… one turn short inside", "match (a: A -> (b: B -> c: C){2}){2} -> x: X", "A B C B C A B C X", ""},
      // absences
      {"in each turn", "match (a: A -> not X -> b: B){2}", "A B A X B", ""},
      {"… not between turns", "match (a: A -> not X -> b: B){2}", "A B X A B", "0,3|1,4"},
      {"at a turn's end, none", "match (a: A -> not X){2} -> b: B", "A A B", "0,1|2"},
      {"at a turn's end, before the next turn", "match (a: A -> not X){2} -> b: B", "A X A B", ""},
      {"at a turn's end, before what follows", "match (a: A -> not X){2} -> b: B", "A A X B", ""},
      {"at a turn's head", "match a: A -> (not X -> b: B){2} -> c: C", "A B B C", "0|1,2|3"},
      {"… in the second turn", "match a: A -> (not X -> b: B){2} -> c: C", "A B X B C", ""},
      {"… not behind the last", "match a: A -> (not X -> b: B){2} -> c: C", "A B B X C", "0|1,2|4"},
      {"=> not at the head is of the first turn", "match a: A => (not X -> b: B(v == 1)){2}", "A B0 X B1 B1", "0|3,4"},
      {"… -> not in later ones", "match a: A => (not X -> b: B(v == 1)){2}", "A B1 B0 X B1", ""},
      {"in a group left out", "match a: A -> (not X -> b: B)? -> c: C", "A X C", "0|-|2"},
      {"behind a group", "match (a: A -> b: B)+ -> not X -> c: C", "A B X C A B A B C", "0,4,6|1,5,7|8"},
      // values of the turn, values of all turns
      {"a field is the current turn's", "match (a: A -> b: B(v == a.v)){2}", "A1 B1 A2 B1 B2", "0,2|1,4"},
      {"… null where the step is left out in it", "match (a: A? -> b: B(v == (a.v ?? 9))){2}", "A1 B1 B1 B9", "0|1,3"},
      {"… the outer turn's in an inner one", "match (a: A -> (b: B(v == a.v)){2}){2}", "A1 B1 B1 A2 B1 B2 B2",
       "0,3|1,2,5,6"},
      {"an absence at a turn's end reads that turn", "match (a: A -> b: B -> not X(v == a.v)){2} -> c: C",
       "A1 B X2 A2 B X1 C", "0,3|1,4|6"},
      {"… and ends it", "match (a: A -> b: B -> not X(v == a.v)){2} -> c: C", "A1 B X1 A2 B C", ""},
      {"… while the next turn's head has none", "match (a: A? -> b: B(v == (a.v ?? 0)) -> not X(v == a.v)){2} -> c: C",
       "A1 B1 X0 B1 B0 X1 C", "0|1,4|6"},
      {"… and then reads the second turn", "match (a: A? -> b: B -> not X(v == (a.v ?? 0))){2} -> c: C",
       "A1 B X0 B X0 C", ""},
      {"=> not at a turn's end reads that turn", "match (a: A? -> b: B(v == (a.v ?? 0)) => not X(v == a.v)){2} -> c: C",
       "A1 B1 X1 B0 C A2 B2 X1 B0 C", "5|3,6|9"},
      {"last() goes on over turns", "match (a: A(v > (last(a.v) ?? 0)) -> b: B){3}", "A1 B A1 A2 B A3 B",
       "0,3,5|1,4,6"},
      {"count() too", "match (a: A{1,2} -> b: B(v == count(a))){2}", "A A B2 A B3", "0,1,3|2,4"},
      {"first() of a turn without a value is null",
       "match (a: A -> n: N?){2} -> b: B alert info \"m\" { f: first(n.v), k: count(n) }", "A N_ A N3 B",
       "0,2|1,3|4 f=null k=2"},
      {"… of the first turn that took the step",
       "match (a: A -> n: N?){2} -> b: B alert info \"m\" { f: first(n.v), k: count(n) }", "A A N3 B",
       "0,1|2|3 f=3 k=1"},
      {"a thread that took none has none", "match (a: A -> b: B?){2} -> c: C(v == (first(b.v) ?? 7))",
       "A B1 A B2 C7 C1", "0,2|-|4"},
  };
}

inline std::vector<PatternCase> alternative_cases() {
  return {
      {"either type", "match x: A|P", "P A", "0; 1"},
      {"either in a loop", "match x: A|B{3}", "A B A", "0,1,2"},
      {"one condition for both", "match x: A|P(v > 3) -> b: B", "A3 P3 P4 B", "2|3"},
      {"a field of the first type", "match x: A|P -> b: B(v == x.v)", "A7 B6 B7", "0|2"},
      {"… of the other, elsewhere in it", "match x: A|P -> b: B(v == x.v)", "P7 B6 B7", "0|2"},
      {"aggregates over both",
       "match x: A|P{3} alert info \"m\" { s: sum(x.v), f: first(x.v), l: last(x.v), n: count(x) }", "A1 P2 A4",
       "0,1,2 s=7 f=1 l=4 n=3"},
      {"… in any order", "match x: A|P{3} alert info \"m\" { lo: min(x.v), hi: max(x.v), a: avg(x.v), d: stddev(x.v) }",
       "P9 A1 P5", "0,1,2 lo=1 hi=9 a=5 d=3.265986323710904"},
      {"a loop reads its turns of both", "match x: A|P(v > (last(x.v) ?? 0)){3}", "A1 P1 P2 A3", "0,2,3"},
      {"-> : nothing between fits either", "match a: A -> x: B|P -> c: C(v == 1)", "A P B C1", "0|1|3"},
      {"=> takes either", "match a: A => x: B|P", "A P", "0|1"},
      {"=> is broken by neither", "match a: A => x: B|P", "A A P", "1|2"},
      {"absent are both", "match a: A -> not B|P(v > 2) -> c: C", "A P3 C A B3 C A P2 B2 C", "6|9"},
      {"an absence of both reads the run", "match a: A -> not B|P(v == a.v) -> c: C", "A3 P3 C A3 B2 P2 C", "3|6"},
      {"three types", "match x: C|P|A{3} -> b: B(v == last(x.v))", "A1 C2 P3 B2 B3", "0,1,2|4"},
      {"in the turns of a group", "match (x: A|P -> b: B(v == x.v)){2}", "P1 B1 A2 B1 B2", "0,2|1,4"},
  };
}

inline std::vector<PatternCase> all_cases() {
  std::vector<PatternCase> all = pattern_cases();
  for (const auto& more : {group_cases(), alternative_cases()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace tocsin::matcher::testing
