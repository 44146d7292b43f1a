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
  int element;  ///< whose first single has the condition
  rules::Expr condition;
  std::string stream;
  std::string expected;
};

std::vector<Conditioned> conditioned_cases() {
  using namespace make;
  using Fn = AggregateFn;
  const Expr v = field(0);
  const Expr rising = truth(Op::gt, {v, coalesce(aggregate(Fn::last, 0, 0), number(0))});
  const Expr above_first = truth(Op::gt, {v, step_field(0, 0)});
  const Expr same = truth(Op::eq, {v, step_field(0, 0)});
  const Expr two_at_most = truth(Op::lt, {aggregate(Fn::count, 0), number(2)});
  const Expr above_average = truth(Op::gt, {v, coalesce(aggregate(Fn::avg, 0, 0), number(0))});
  return {
      {"own name: the turns before this one", "a{3}", 0, rising, "a@0=1 a@1=1 a@2=2 a@3=3", "0,2,3"},
      {"what no longer fits is skipped", "a+ -> b", 0, rising, "a@0=5 a@1=3 a@2=6 b@3", "0,2|3"},
      {"count of the turns before", "a+ -> b", 0, two_at_most, "a@0 a@1 a@2 b@3", "0,1|3"},
      {"average of the turns before", "a{3}", 0, above_average, "a@0=1 a@1=3 a@2=2 a@3=3", "0,1,3"},
      {"an earlier step's event", "a -> b -> c", 1, above_first, "a@0=5 b@1=5 b@2=6 c@3", "0|2|3"},
      {"a step left out is null, and no comparison with it holds", "a? -> b", 1, above_first, "b@0=5", ""},
      {"… though not of it does", "a? -> b", 1, truth(Op::logical_not, {above_first}), "b@0=5", "-|0"},
      {"… and ?? gives it a value", "a? -> b", 1, truth(Op::gt, {v, coalesce(step_field(0, 0), number(4))}), "b@0=5",
       "-|0"},
      {"a younger start that completes first drops the older one", "a -> b", 1, same, "a@0=1 a@1=2 b@2=2 b@3=1", "1|2"},
      {"a null field fits no comparison", "a -> b", 1, above_first, "a@0=null b@1=1 a@2=0 b@3=null b@4=1", "2|4"},
      {"a negation reads what was bound", "a -> not c -> b", 1, above_first, "a@0=5 c@1=5 b@2", "0|2"},
      {"… and ends it", "a -> not c -> b", 1, above_first, "a@0=5 c@1=6 b@2", ""},
      {"… after a loop: sums its turns", "a+ -> not c -> b", 1, truth(Op::gt, {v, aggregate(Fn::sum, 0, 0)}),
       "a@0=5 a@1=2 c@2=6 b@3", "0,1|3"},
      {"… so that a further turn may be needed", "a+ -> not c -> b", 1, truth(Op::ge, {v, aggregate(Fn::sum, 0, 0)}),
       "a@0=5 c@1=5 a@2=1 b@3", "0,2|3"},
  };
}

TEST(Oracle, ReadsWhatWasBound) {
  for (const Conditioned& test : conditioned_cases()) {
    rules::RulePlan plan = plan_of(test.pattern);
    auto& node = plan.pattern.elements[static_cast<std::size_t>(test.element)].node;
    if (auto* absent = std::get_if<rules::Absent>(&node))
      absent->fits[0].condition = test.condition;
    else
      plan.pattern.steps[std::get<rules::Take>(node).step].fits[0].condition = test.condition;
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

TEST(Oracle, RefusesAClosingAbsenceWithoutEnd) {
  const rules::RulePlan plan = plan_of("a -> not b");
  EXPECT_THROW((void)matches(plan, stream_of("a@0")), std::logic_error);
}

}  // namespace
}  // namespace tocsin::oracle
