// The reference matcher on cases decided by hand from the text of the semantics; what it reads, misses and refuses.
#include "tests/oracle/oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/oracle/hand_cases.hpp"
#include "tests/oracle/make.hpp"
#include "tests/oracle/pattern_text.hpp"

namespace tocsin::oracle {
namespace {

using rules::Op;

TEST(Oracle, DecidesByTheText) {
  for (const HandCase& test : kHandCases) {
    const auto found = matches(plan_for(test), stream_of(test.stream));
    ASSERT_TRUE(found);
    EXPECT_EQ(text_of(*found), test.expected) << test.why << "\n  " << test.pattern << "\n  on " << test.stream;
  }
}

struct Conditioned {
  std::string why;
  std::string pattern;
  char type;  ///< whose every mention in the pattern has the condition; `0`: it is the span of every `for`
  rules::Expr condition;
  std::string stream;
  std::string expected;
  std::string clauses = "";
};

std::vector<Conditioned> conditioned_cases() {
  using namespace make;
  using Fn = AggregateFn;
  const Expr v = field(0);
  const auto last = [](std::uint32_t step) { return aggregate(Fn::last, step, 0); };
  const auto of = [](std::uint32_t step) { return step_field(step, 0); };
  const Expr rising = truth(Op::gt, {v, coalesce(last(0), number(0))});
  const Expr above_first = truth(Op::gt, {v, of(0)});
  const Expr same = truth(Op::eq, {v, of(0)});
  const Expr two_at_most = truth(Op::lt, {aggregate(Fn::count, 0), number(2)});
  const Expr above_average = truth(Op::gt, {v, coalesce(aggregate(Fn::avg, 0, 0), number(0))});
  return {
      {"own name: the turns before this one", "a{3}", 'a', rising, "a@0=1 a@1=1 a@2=2 a@3=3", "0,2,3"},
      {"what no longer fits is skipped", "a+ -> b", 'a', rising, "a@0=5 a@1=3 a@2=6 b@3", "0,2|3"},
      {"… in a loop of any too", "a{2} any => b", 'a', rising, "a@0=1 a@1=3 a@2=2 b@3", "0,2|3"},
      {"… and strict it ends the run", "a{3} strict", 'a', rising, "a@0=5 a@1=3 a@2=6 a@3=7", "1,2,3"},
      {"count of the turns before", "a+ -> b", 'a', two_at_most, "a@0 a@1 a@2 b@3", "0,1|3"},
      {"average of the turns before", "a{3}", 'a', above_average, "a@0=1 a@1=3 a@2=2 a@3=3", "0,1,3"},
      {"an earlier step's event", "a -> b -> c", 'b', above_first, "a@0=5 b@1=5 b@2=6 c@3", "0|2|3"},
      {"a step left out is null, and no comparison with it holds", "a? -> b", 'b', above_first, "b@0=5", ""},
      {"… though not of it does", "a? -> b", 'b', truth(Op::logical_not, {above_first}), "b@0=5", "-|0"},
      {"… and ?? gives it a value", "a? -> b", 'b', truth(Op::gt, {v, coalesce(of(0), number(4))}), "b@0=5", "-|0"},
      {"a younger start that completes first drops the older one", "a -> b", 'b', same, "a@0=1 a@1=2 b@2=2 b@3=1",
       "1|2"},
      {"a null field fits no comparison", "a -> b", 'b', above_first, "a@0=null b@1=1 a@2=0 b@3=null b@4=1", "2|4"},
      {"a negation reads what was bound", "a -> not c -> b", 'c', above_first, "a@0=5 c@1=5 b@2", "0|2"},
      {"… and ends it", "a -> not c -> b", 'c', above_first, "a@0=5 c@1=6 b@2", ""},
      {"… after a loop: sums its turns", "a+ -> not c -> b", 'c', truth(Op::gt, {v, aggregate(Fn::sum, 0, 0)}),
       "a@0=5 a@1=2 c@2=6 b@3", "0,1|3"},
      {"… so that a further turn may be needed", "a+ -> not c -> b", 'c', truth(Op::ge, {v, aggregate(Fn::sum, 0, 0)}),
       "a@0=5 c@1=5 a@2=1 b@3", "0,2|3"},
      {"… also closing", "a -> not c for 5", 'c', above_first, "a@0=5 c@1=5 c@2=6 a@3=9 c@4=9", "3@8"},

      {"a number of turn", "a{2} -> b", 'b', truth(Op::eq, {v, turn_field(0, 0, 0)}), "a@0=1 a@1=2 b@2=2 b@3=1",
       "0,1|3"},
      {"… from the end", "a{2} -> b", 'b', truth(Op::eq, {v, turn_field(0, -1, 0)}), "a@0=1 a@1=2 b@2=1 b@3=2",
       "0,1|3"},
      {"… that there isn't", "a{2} -> b", 'b', truth(Op::is_null, {turn_field(0, 2, 0)}), "a@0 a@1 b@2", "0,1|2"},
      {"in a group a step is its current turn's", "(a -> b){2}", 'b', above_first, "a@0=5 b@1=6 a@2=1 b@3=1 b@4=2",
       "0,2|1,4"},
      {"… none before it took one", "(a? -> b){2}", 'b', truth(Op::is_null, {of(0)}), "b@0 a@1=1 b@2 b@3", "-|0,2"},
      {"… a negation at the turn's end reads that turn", "(a -> not c){2} -> b", 'c', same,
       "a@0=1 c@1=2 a@2=2 c@3=1 b@4", "0,2|4"},
      {"… which it ends", "(a -> not c){2} -> b", 'c', same, "a@0=1 a@1=2 c@2=2 b@3", ""},
      {"a group within a group reads the outer turn", "(a -> (b -> c){2}){2}", 'c', same,
       "a@0=1 b@1 c@2=1 b@3 c@4=1 a@5=2 b@6 c@7=1 c@8=2 b@9 c@10=2", "0,5|1,3,6,9|2,4,8,10"},
      {"one name on two sides is one step", "p -> k:a or (k:b -> d) -> c", 'c', truth(Op::gt, {v, of(1)}),
       "p@0 b@1=5 d@2 c@3=5 c@4=6", "0|1|-|2|4"},
      {"both sides can be read behind them", "(a and b) -> c", 'c',
       truth(Op::gt, {v, node(Op::add, Type::integer, {of(0), of(1)})}), "b@0=1 a@1=2 c@2=3 c@3=4", "1|0|3"},
      {"what is bound on one side doesn't hold back the other", "(a -> c) and b", 'c', above_first,
       "a@0=1 b@1 c@2=1 c@3=2", "0|3|1"},

      {"until with what was bound", "a -> b+ until u -> c", 'u', above_first, "a@0=5 b@1 u@2=5 b@3 u@4=6 b@5 c@6",
       "0|1,3|6"},
      {"until of a turn", "a{2,} until a -> b", 'a', truth(Op::le, {v, coalesce(last(0), number(9))}), "a@0=1 b@1", ""},
      {"possessive: only what fits could be a turn", "a -> b++ -> c", 'b', above_first, "a@0=5 b@1=6 b@2=5 c@3",
       "0|1|3"},
      {"possessive: with the turns so far", "b++ -> b -> c", 'b', rising, "b@0=1 b@1=2 c@2", ""},

      {"a span that is an expression", "a -> not x for 9", '0', of(0), "a@0=3 x@3.5", "0@3"},
      {"… an x in it", "a -> not x for 9", '0', of(0), "a@0=3 x@3", ""},
      {"… of null", "a -> not x for 9", '0', of(0), "a@0=null", ""},
      {"… of nothing", "a -> not x for 9", '0', of(0), "a@0=0", ""},
      {"… below nothing", "a -> not x for 9", '0', of(0), "a@0=-1", ""},
      {"… ends only the run that passes it", "a -> b? -> not x for 9", '0', of(1), "a@0 b@1=2", "0|1@3"},
      {"… of the turns so far", "a+ -> not x for 9", '0', aggregate(Fn::sum, 0, 0), "a@0=3 a@1=1 x@2.5", "1@2"},
      {"… after the last of them", "a+ -> not x for 9", '0', last(0), "a@0=3 a@1=1 x@2.5", "0,1@2"},
      {"… in the middle", "a -> not x for 9 -> b", '0', of(0), "a@0=2 x@2.5 b@3", "0|2"},
      {"… in each turn of a group", "(a -> not x for 9){2}", '0', of(0), "a@0=2 a@3=1", "0,1@4"},
      {"… none is no start", "a -> not x for 9", '0', of(0), "a@0=null a@1=1", "1@2", "runs 1 timeout"},
  };
}

/// Gives the condition to what is of the type in `singles`.
void put(const Conditioned& test, std::vector<rules::Single>& singles) {
  for (rules::Single& single : singles)
    if (index_of(single.type) == static_cast<std::size_t>(test.type - 'a')) single.condition = test.condition;
}

void put(const Conditioned& test, std::vector<rules::Element>& elements) {
  for (rules::Element& element : elements) {
    if (auto* absent = std::get_if<rules::Absent>(&element.node)) {
      put(test, absent->fits);
      if (test.type == '0')
        absent->span = make::node(Op::mul, events::Type::duration, {make::constant(events::kSecond), test.condition});
    }
    if (auto* group = std::get_if<rules::Group>(&element.node)) {
      put(test, group->elements);
      put(test, group->until);
    }
    if (auto* choice = std::get_if<rules::Choice>(&element.node))
      for (auto& side : choice->sides) put(test, side);
    if (auto* both = std::get_if<rules::Both>(&element.node))
      for (auto& side : both->sides) put(test, side);
  }
}

TEST(Oracle, ReadsWhatWasBound) {
  for (const Conditioned& test : conditioned_cases()) {
    rules::RulePlan plan = plan_of(test.pattern, "", test.clauses);
    put(test, plan.pattern.elements);
    for (rules::Step& step : plan.pattern.steps) {
      put(test, step.fits);
      put(test, step.until);
    }
    const auto found = matches(plan, stream_of(test.stream));
    ASSERT_TRUE(found);
    EXPECT_EQ(text_of(*found), test.expected) << test.why << "\n  " << test.pattern << "\n  on " << test.stream;
  }
}

TEST(Oracle, SaysWhenItsBudgetIsUsedUp) {
  const rules::RulePlan plan = plan_of("a -> b");
  EXPECT_FALSE(matches(plan, stream_of("a@0 b@1"), 0));
  EXPECT_TRUE(matches(plan, stream_of("a@0 b@1"), 1));
}

TEST(Oracle, WatchesSinceAndUntil) {
  const auto found = [](const std::string& pattern, const std::string& stream, const Surroundings& around) {
    return text_of(matches(plan_of(pattern, "", "timeout"), stream_of(stream), kNoBudget, around).value());
  };
  const auto at = [](std::int64_t seconds) { return events::Time{seconds * events::kSecond.ns}; };
  EXPECT_EQ(found("not x for 2 -> a", "a@5", {}), "");
  EXPECT_EQ(found("not x for 2 -> a", "a@5", {at(3), {}}), "0");
  EXPECT_EQ(found("not x for 2 -> a", "a@5", {at(4), {}}), "");
  EXPECT_EQ(found("a -> not x for 2", "a@5", {{}, at(7)}), "");
  EXPECT_EQ(found("a -> not x for 2", "a@5", {{}, at(8)}), "0@7");
  EXPECT_EQ(found("a ->[2] b", "a@5", {{}, at(7)}), "");
  EXPECT_EQ(found("a ->[2] b", "a@5", {{}, at(8)}), "timeout 0|-@7");
  EXPECT_EQ(found("a -> not x for 2 every 3", "a@5", {{}, at(13)}), "0@7; 0@10#1");
  EXPECT_EQ(found("a -> not x for 2 every 3", "a@5", {{}, at(14)}), "0@7; 0@10#1; 0@13#2");
}

TEST(Oracle, ForgetsHowManyMatchesThereWere) {
  rules::RulePlan plan = plan_of("a", "", "matches 2");
  plan.forget = events::Duration{5 * events::kSecond.ns};
  const auto found = [&](const std::string& stream) { return text_of(matches(plan, stream_of(stream)).value()); };
  EXPECT_EQ(found("a@0 a@1 a@6 a@7"), "0; 1");
  EXPECT_EQ(found("a@0 a@1 a@6.000000001 a@7"), "0; 1; 2; 3");
  EXPECT_EQ(found("a@0 a@5.5 a@6 a@7"), "0; 1; 2");
}

TEST(Oracle, RefusesAClosingAbsenceWithoutEnd) {
  const rules::RulePlan plan = plan_of("a -> not b");
  EXPECT_THROW((void)matches(plan, stream_of("a@0")), std::logic_error);
}

}  // namespace
}  // namespace tocsin::oracle
