// Cases decided by hand from the text of the semantics, sections 2 to 4, edges first: the reference matcher is judged
// by them, and the engine too. In the notation of pattern_text.hpp.
#pragma once

#include <string>

#include "tests/oracle/pattern_text.hpp"

namespace tocsin::oracle {

struct HandCase {
  std::string why;
  std::string pattern;
  std::string stream;
  std::string expected;
  double within = -1;     ///< seconds; negative: none
  std::string also = "";  ///< further types of the rule's input
};

inline rules::RulePlan plan_for(const HandCase& test) {
  rules::RulePlan plan = plan_of(test.pattern, test.also);
  if (test.within >= 0) plan.within = events::Duration{static_cast<std::int64_t>(test.within * 1e9)};
  return plan;
}

inline const HandCase kHandCases[] = {
    {"no event, no match", "a", "", ""},
    {"each event a match of its own, also at one time", "a", "a@0 a@0", "0; 1"},

    {"two events of one time stand in the order of processing", "a -> b", "a@0 b@0", "0|1"},
    {"… and not the other way round", "a -> b", "b@0 a@0", ""},
    {"-> skips what doesn't fit", "a -> b", "a@0 c@1 a@2 b@3", "0|3", -1, "c"},
    {"-> takes the first that fits", "a -> b", "a@0 b@1 b@2", "0|1"},
    {"of two starts that complete at once the older is taken, the younger dropped", "a -> b", "a@0 a@1 b@2 b@3", "0|2"},
    {"=> next to it", "a => b", "a@0 b@0", "0|1"},
    {"=> with a further a between: only the second start", "a => b", "a@0 a@1 b@2", "1|2"},
    {"=> events that are no input don't count as neighbours", "a => b", "a@0 c@1 b@2", "0|2"},
    {"=> a neighbour of the rule's input does", "a => b", "a@0 c@1 b@2", "", -1, "c"},
    {"a choice of types is one step", "p -> a|b{3}", "p@0 a@1 b@2 a@3 a@4", "0|1,2,3"},
    {"… nothing between fits either", "p -> a|b -> c", "p@0 b@1 a@2 c@3", "0|1|3"},

    {"exactly at within", "a -> b", "a@0 b@1", "0|1", 1},
    {"a nanosecond past it", "a -> b", "a@0 b@1.000000001", "", 1},
    {"within nothing: one time", "a -> b", "a@5 b@5", "0|1", 0},
    {"within nothing, and a nanosecond", "a -> b", "a@5 b@5.000000001", "", 0},
    {"within counts from the first turn", "a+ -> b", "a@0 a@1 b@3", "1|2", 2},
    {"… and holds exactly", "a+ -> b", "a@0 a@1 b@2", "0,1|2", 2},
    {"within of a match without its optional first step", "a? -> b -> c", "a@0 b@1 c@3", "-|1|2", 2},

    {"as many turns as asked for", "a{3}", "a@0 a@0 a@0 a@0 a@0", "0,1,2"},
    {"one short", "a{3}", "a@0 a@1", ""},
    {"{n,} alone completes at the nth", "a{2,}", "a@0 a@1 a@2", "0,1"},
    {"{n,} takes all up to what follows", "a{2,} -> b", "a@0 a@1 a@2 b@3", "0,1,2|3"},
    {"{n,} one short of the count at the first b", "a{2,} -> b", "a@0 b@1 a@2 b@3", "0,2|3"},
    {"{n,m} stops at its maximum; what is more is skipped", "a{2,3} -> b", "a@0 a@1 a@2 a@3 b@4", "0,1,2|4"},
    {"{0,m} left out", "a -> b{0,2} -> c", "a@0 c@1 b@2", "0|-|1"},
    {"{0,m} at its maximum", "a -> b{0,2} -> c", "a@0 b@1 b@2 b@3 c@4", "0|1,2|4"},
    {"a loop's arrow is of its first turn; further turns follow by ->", "a => b{2}", "a@0 b@1 d@2 b@3", "0|1,3", -1,
     "d"},
    {"… the first turn must be next", "a => b{2}", "a@0 d@1 b@2 b@3", "", -1, "d"},
    {"greedy: a further turn before the next step of the same type", "a+ -> a -> b", "a@0 a@1 a@2 b@3", "0,1|2|3"},
    {"greedy: the first of two loops takes what it can", "a{1,2} -> a{1,2} -> b", "a@0 a@1 a@2 b@3", "0,1|2|3"},
    {"earlier completion beats a further turn", "a+ -> a", "a@0 a@1 a@2", "0|1"},

    {"optional: taken", "a -> b? -> c", "a@0 b@1 c@2", "0|1|2"},
    {"optional: left out when it comes too late", "a -> b? -> c", "a@0 c@1 b@2", "0|-|1"},
    {"optional: the first that fits", "a -> b? -> c", "a@0 b@1 b@2 c@3", "0|1|3"},
    {"the arrow behind an optional step counts from the last event taken", "a -> b? => c", "a@0 c@1", "0|-|1"},
    {"… with it", "a -> b? => c", "a@0 b@1 c@2", "0|1|2"},
    {"… neither with nor without", "a -> b? => c", "a@0 b@1 b@2 c@3", ""},
    {"an optional step's arrow goes with it", "a => b? -> c", "a@0 d@1 c@2", "0|-|2", -1, "d"},
    {"with no event before it an arrow says nothing", "a? => b", "a@0 c@1 b@2", "-|2", -1, "c"},
    {"optional first step: taken before left out", "a? -> a -> b", "a@0 a@1 b@2", "0|1|2"},
    {"optional first step: left out where else nothing completes", "a? -> a -> b", "a@0 b@1", "-|0|1"},
    {"star: all there were", "a* -> b", "a@0 a@1 b@2", "0,1|2"},
    {"star: none", "a* -> b", "b@0", "-|0"},
    {"star between: a skipped c is not passed for a later one", "a -> b* -> c", "a@0 b@1 c@2 b@3 c@4", "0|1|2"},

    {"-> not: nothing in between", "a -> not c -> b", "a@0 b@0", "0|1"},
    {"-> not: one in between", "a -> not c -> b", "a@0 c@1 b@2", ""},
    {"-> not: one of the same time counts", "a -> not c -> b", "a@0 c@0 b@0", ""},
    {"-> not: before the first and after the last doesn't count", "a -> not c -> b", "c@0 a@0 b@0 c@0", "1|2"},
    {"-> not: what ends it may fit it", "a -> not b -> b", "a@0 b@1", "0|1"},
    {"-> not: speaks up to the next event taken, whichever step takes it", "a -> not c -> b? -> d", "a@0 b@1 c@2 d@3",
     "0|1|3"},
    {"… also when the step behind it is left out", "a -> not c -> b? -> d", "a@0 c@1 d@2", ""},
    {"… and isn't told apart by the step", "a -> not c -> b? -> d", "a@0 c@1 b@2 d@3", ""},
    {"-> not: counts from the last event taken", "a -> b? -> not c -> d", "a@0 c@1 b@2 d@3", "0|2|3"},
    {"… from the last turn of a loop", "a -> b+ -> not c -> d", "a@0 b@1 c@2 b@3 d@4", "0|1,3|4"},
    {"… and no turn earlier helps", "a -> b+ -> not c -> d", "a@0 b@1 b@2 c@3 d@4", ""},
    {"-> not: of what the loop takes: no turn may be left", "a+ -> not a -> b", "a@0 a@1 b@2", "0,1|2"},
    {"-> not, then =>", "a -> not c => b", "a@0 c@1 b@2", ""},
    {"=> not: the next event", "a => not c -> b", "a@0 c@1 b@2", ""},
    {"=> not: a later one may fit", "a => not c -> b", "a@0 d@1 c@2 b@3", "0|3", -1, "d"},
    {"=> not: the next event may be the one taken, if it doesn't fit", "a => not c -> b", "a@0 b@1", "0|1"},
    {"=> not: … and not, if it does", "a => not b -> b", "a@0 b@1 b@2", ""},
    {"=> not: passed by another", "a => not b -> b", "a@0 a@1 b@2", "0|2"},
    {"=> not after a loop: leaving earlier helps", "a+ => not c -> b", "a@0 a@1 c@2 b@3", "0|3"},
    {"two negations count from the same event", "a => not c -> not d -> b", "a@0 e@1 c@2 b@3", "0|3", -1, "e"},
    {"… the one", "a => not c -> not d -> b", "a@0 c@1 b@3", ""},
    {"… the other", "a => not c -> not d -> b", "a@0 e@1 d@2 b@3", "", -1, "e"},

    {"a group in parentheses is what stands in them", "a -> ( b -> c ) -> d", "a@0 b@1 c@2 d@3", "0|1|2|3"},
    {"a group twice", "( a -> b ){2}", "a@0 b@1 a@2 b@3", "0,2|1,3"},
    {"… one short", "( a -> b ){2}", "a@0 b@1 a@2", ""},
    {"… from turn to turn by ->: what doesn't fit is skipped", "( a -> b ){2}", "a@0 b@1 b@2 a@3 a@4 b@5", "0,3|1,5"},
    {"a group's arrow is of its first turn", "a => ( b -> c ){2}", "a@0 b@1 c@2 d@3 b@4 c@5", "0|1,4|2,5", -1, "d"},
    {"… which must be next", "a => ( b -> c ){2}", "a@0 d@1 b@2 c@3 b@4 c@5", "", -1, "d"},
    {"… and goes with the group's first step when that is left out", "a => ( b? -> c ){1,2}", "a@0 d@1 c@2", "0|-|2",
     -1, "d"},
    {"an arrow inside a group holds in every turn", "( a => b ){2}", "a@0 b@1 d@2 a@3 b@4", "0,3|1,4", -1, "d"},
    {"… and -> between turns passes no head by", "( a => b ){2}", "a@0 b@1 a@2 d@3 b@4 a@5 b@6", "", -1, "d"},
    {"greedy: a further turn of the group before leaving it", "a -> ( b -> c ){1,2} -> b -> d",
     "a@0 b@1 c@2 b@3 c@4 b@5 d@6", "0|1,3|2,4|5|6"},
    {"… unless leaving completes earlier", "( a -> b ){1,2}", "a@0 b@1 a@2 b@3", "0|1; 2|3"},
    {"a group without end, up to what follows", "( a -> b )+ -> c", "a@0 b@1 a@2 b@3 c@4", "0,2|1,3|4"},
    {"a turn that isn't finished is none", "( a -> b )+ -> c", "a@0 b@1 a@2 c@3", "0|1|3"},
    {"an optional group: taken", "a -> ( b -> c )? -> d", "a@0 b@1 c@2 d@3", "0|1|2|3"},
    {"… left out whole", "a -> ( b -> c )? -> d", "a@0 b@1 d@2", "0|-|-|2"},
    {"a starred group before all else", "( a -> b )* -> c", "c@0", "-|-|0"},
    {"a turn that could be empty: the minimum counts as reached", "a -> ( b? -> c? ){3} -> d", "a@0 c@1 d@2",
     "0|-|1|2"},
    {"… so that none is needed", "a -> ( b? -> c? ){3} -> d", "a@0 d@1", "0|-|-|1"},
    {"… and no more than the maximum are taken", "a -> ( b? ){2} -> d", "a@0 b@1 b@2 b@3 d@4", "0|1,2|4"},
    {"an optional step at a turn's end", "( a -> b? ){2} -> c", "a@0 a@1 b@2 c@3", "0,1|2|3"},
    {"… its turn goes on to it first", "( a -> b? ){2} -> b -> c", "a@0 b@1 a@2 b@3 b@4 c@5", "0,2|1,3|4|5"},
    {"a loop in a group: each turn counts anew", "( a{2} -> b ){2}", "a@0 a@1 b@2 a@3 b@4 a@5 b@6", "0,1,3,5|2,6"},
    {"a group in a group", "( a -> ( b -> c ){2} ){2} -> d", "a@0 b@1 c@2 b@3 c@4 a@5 b@6 c@7 b@8 c@9 d@10",
     "0,5|1,3,6,8|2,4,7,9|10"},
    {"… one turn short inside", "( a -> ( b -> c ){2} ){2} -> d", "a@0 b@1 c@2 b@3 c@4 a@5 b@6 c@7 d@8", ""},
    {"a loop of a loop", "( a+ )+ -> b", "a@0 a@1 a@2 b@3", "0,1,2|3"},
    {"-> not inside a group: in each turn", "( a -> not c -> b ){2}", "a@0 b@1 a@2 c@3 b@4", ""},
    {"… not between the turns", "( a -> not c -> b ){2}", "a@0 b@1 c@2 a@3 b@4", "0,3|1,4"},
    {"-> not at a group's end: up to the next event taken", "( a -> not c ){2} -> b", "a@0 a@1 b@2", "0,1|2"},
    {"… between the turns", "( a -> not c ){2} -> b", "a@0 c@1 a@2 a@3 b@4", "2,3|4"},
    {"… and behind the last", "( a -> not c ){2} -> b", "a@0 a@1 c@2 b@3", ""},
    {"-> not at a group's head: before each turn", "a -> ( not c -> b ){2}", "a@0 b@1 b@2", "0|1,2"},
    {"… one before the second", "a -> ( not c -> b ){2}", "a@0 b@1 c@2 b@3", ""},
    {"=> not at a group's head: of the first turn", "a => ( not c -> b ){2}", "a@0 d@1 c@2 b@3 b@4", "0|3,4", -1, "d"},
    {"… later turns have the loop's mode", "a => ( not c -> b ){2}", "a@0 d@1 b@2 d@3 c@4 b@5", "", -1, "d"},
    {"a negation in a group that is left out says nothing", "a -> ( not c -> b )? -> d", "a@0 c@1 d@2", "0|-|2"},
    {"within spans all turns", "( a -> b ){2}", "a@0 b@1 a@2 b@3", "", 2},

    {"after a match: what starts behind it", "a -> b", "a@0 b@1 a@1 b@1", "0|1; 2|3"},
    {"after a match: its last event starts none", "a -> b -> a", "a@0 b@1 a@2 b@3 a@4", "0|1|2"},
};

}  // namespace tocsin::oracle
