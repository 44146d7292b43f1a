// Who may read which steps: from sides of `or` and `and`, in groups and loops, by turn, in absences, `until` and
// timeouts.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

TEST(CheckScope, Turns) {
  const std::string loop = "r: Temperature{3} -> c: Cooling";
  const CheckCase cases[] = {
      {"the first", output("r[0].celsius", loop), {}},
      {"the last", output("r[-1].celsius", loop), {}},
      {"an attribute", output("r[0].@time", loop), {}},
      {"an attribute of metadata", output("r[0].@meta.site", loop), {}},
      {"a constant", "let two = 2\n" + output("r[two].celsius", loop), {}},
      {"computed of constants", output("r[2 * 3 - 7].celsius", loop), {}},
      {"furthest", output("r[1000].celsius", loop), {}},
      {"furthest from the end", output("r[-1000].celsius", loop), {}},
      {"too far", output("r[1001].celsius", loop), {"E0229"}, "up to 1000"},
      {"too far from the end", output("r[-1001].celsius", loop), {"E0229"}},
      {"no constant", output("r[count(r)].celsius", loop), {"E0229"}, "collect(r.x)[i]"},
      {"no int", output("r[1.0].celsius", loop), {"E0229"}, "constant int"},
      {"a text", output("r[\"a\"].celsius", loop), {"E0229"}},
      {"without a field", output("r[0]", loop), {"E0204"}, "r[0].field"},
      {"unknown field", output("r[0].celcius", loop), {"E0203"}, "celsius"},
      {"unknown step", output("x[0].celsius", loop), {"E0401"}},
      {"own turns", pattern("r: Temperature(celsius > (r[-1].celsius ?? 0)){3}"), {}},
      {"a later step", pattern("r: Temperature(celsius > c[0].level){3} -> c: Cooling"), {"E0302"}},
      {"before it", pattern("r: Temperature{3} -> Cooling(level > r[2].count)"), {}},
      {"in a key", "rule r {\n match r: Temperature by x = r[0].device\n alert info \"x\"\n}\n", {"E0205"}},
      {"of an aggregate", output("sum(r[0].celsius)", loop), {"E0215"}},
      {"a list of the event is no step", "event E { r: list<int> }\n" + pattern("r: E -> E(r[0] > 3)"), {"W0306"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckScope, TurnsThatARunKeeps) {
  const auto rule = [](int types) {
    std::string text;
    std::string steps;
    std::string sum;
    for (int i = 0; i < types; ++i) {
      const std::string number = std::to_string(i);
      steps += (i == 0 ? "" : " -> ") + ("s" + number) + ": Cooling{2}";
      sum += (i == 0 ? "" : " + ") + ("(s" + number) + "[-1000].level ?? 0)";
    }
    return pattern(steps, "alert info \"x\" { a: " + sum + ", b: " + sum + " }");
  };
  run({"as many as can be", rule(30), {}});
  run({"more", rule(31), {"E0229"}, "30000 values together"});
}

TEST(CheckScope, Sides) {
  const CheckCase cases[] = {
      {"the other side of an and",
       pattern("(a: Temperature and Cooling(level > a.count))"),
       {"E0329"},
       "behind the `and`"},
      {"a later side of an and", pattern("(Temperature(count > a.level) and a: Cooling)"), {"E0329"}},
      {"counted on the other side", pattern("(a: Temperature{2} and Cooling(level > count(a)))"), {"E0329"}},
      {"within a side of an and", pattern("((a: Temperature -> Cooling(level > a.count)) and Order)"), {}},
      {"before an and", pattern("a: Temperature -> (Cooling(level > a.count) and Order)"), {}},
      {"behind an and", pattern("(a: Temperature and Order) -> Cooling(level > a.count)"), {}},
      {"from a group in a side", pattern("(a: Temperature and (Order -> Cooling(level > a.count)))"), {"E0329"}},
      {"a side in a side", pattern("((a: Temperature or b: Order) and Cooling(level > a.count))"), {"E0329"}},
      {"the other side of an or",
       pattern("(a: Temperature or (Order -> Cooling(level > a.count)))"),
       {"W0203"},
       "never there"},
      {"a later side of an or", pattern("(Temperature(count > a.level) or (Order -> a: Cooling))"), {"W0203"}},
      {"within a side of an or", pattern("(Order or (a: Temperature -> Cooling(level > a.count)))"), {}},
      {"behind an or", pattern("(a: Temperature or Order) -> Cooling(level > a.count)"), {}},
      {"behind an or, under not", pattern("(a: Temperature or Order) -> Cooling(not (level > a.count))"), {"W0303"}},
      {"behind an or of one name",
       pattern("(a: Temperature or a: Temperature) -> Cooling(not (level > a.count))"),
       {"W0309"}},
      {"behind an or that always has it",
       pattern("(a: Temperature or (Order -> a: Temperature)) -> Cooling(not (level > a.count))"),
       {}},
      {"behind an or that may leave it out",
       pattern("(a: Temperature or (Order -> (a: Temperature)?)) -> Cooling(not (level > a.count))"),
       {"W0303"}},
      {"behind an or that may be left out",
       pattern("Order -> (a: Temperature or (Order -> a: Temperature))? -> Cooling(not (level > a.count))"),
       {"W0303"}},
      {"behind nested ors",
       pattern("(a: Temperature or (Order -> (a: Temperature or (Payment -> a: Temperature)))) -> "
               "Cooling(not (level > a.count))"),
       {}},
      {"one name, the reader behind the second",
       pattern("(a: Temperature or (a: Temperature -> Cooling(not (level > a.count))))"),
       {"W0309"}},
      {"one name, the reader before the second",
       pattern("(a: Temperature or (Cooling(level > a.count) -> a: Temperature))"),
       {"E0302"}},
      {"one name, several in the first",
       pattern("(a: Temperature{2} or (a: Temperature -> Order)) -> Cooling(level > a.count)"),
       {"E0304"}},
      {"one name, several in the other",
       pattern("(a: Temperature{2} or (a: Temperature -> Cooling(level > a.count)))"),
       {}},
      {"one name, its own turns",
       pattern("(a: Temperature{2} or (Order -> a: Temperature(celsius > (last(a.celsius) ?? 0)){3}))"),
       {}},
      {"one name, itself", pattern("(a: Temperature{2} or (Order -> a: Temperature(a.celsius > 0)))"), {"E0303"}},
      {"one name, two types, a field of both",
       pattern("(a: Temperature or (Order -> a: Cooling)) -> Cooling(device == a.device)"),
       {}},
      {"one name, two types, a field of one",
       pattern("(a: Temperature or (Order -> a: Cooling)) -> Cooling(level > a.count)"),
       {"E0203"},
       "must be there in all of them"},
      {"one name, two types, of different types",
       pattern("(a: Temperature or (Order -> a: Cooling)) -> Cooling(level > a.level)"),
       {}},
      {"in a loop, another side's turns before",
       pattern("(a: Temperature or (Order -> Cooling(level > count(a)))){3}"),
       {}},
      {"in a loop, another side's current turn",
       pattern("(a: Temperature or (Order -> Cooling(level > a.count))){3}"),
       {"W0203"}},
      {"an absence on a side",
       pattern("(a: Temperature and (Order -> not Cooling(level > a.count) -> Payment))"),
       {"E0329"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckScope, UntilsAndSpans) {
  const CheckCase cases[] = {
      {"until reads the step before",
       pattern("a: Temperature -> Temperature+ until (celsius < a.celsius) -> Cooling"),
       {}},
      {"until reads its own turns",
       pattern("Cooling -> a: Temperature+ until (celsius < (max(a.celsius) ?? 0)) -> Cooling"),
       {}},
      {"until reads its own step",
       pattern("Cooling -> a: Temperature+ until (celsius < a.celsius) -> Cooling"),
       {"E0303"}},
      {"until reads a later step", pattern("Temperature+ until (celsius < c.level) -> c: Cooling"), {"E0302"}},
      {"until of a group reads the current turn",
       pattern("Order -> (a: Temperature -> Cooling)+ until Temperature(celsius < a.celsius) -> Order"),
       {}},
      {"until of a group, the current turn may lack it",
       pattern("Order -> (a: Temperature -> Cooling)+ until Temperature(not (celsius < a.celsius)) -> Order"),
       {"W0303"}},
      {"until of a group, a step before is there",
       pattern("a: Temperature -> (Temperature -> Cooling)+ until Temperature(not (celsius < a.celsius)) -> Order"),
       {}},
      {"a span of a step before", pattern("a: Temperature -> not Cooling for (a.lasted)"), {}},
      {"a span of turns", pattern("a: Temperature{2} -> not Cooling for (max(a.lasted) * 2)"), {}},
      {"a span of several", pattern("a: Temperature{2} -> not Cooling for (a.lasted)"), {"E0304"}},
      {"a span of one turn", pattern("a: Temperature{2} -> not Cooling for (a[0].lasted)"), {}},
      {"a span that is none", pattern("a: Temperature -> not Cooling for (a.celsius)"), {"E0319"}},
      {"a span of a later step", pattern("Temperature -> not Cooling for (c.lasted) -> c: Temperature"), {"E0302"}},
      {"a span of a constant", "let long = 10m\n" + pattern("Temperature -> not Cooling for (long * 2)"), {}},
      {"a span of a bare field", pattern("Temperature -> not Cooling for (lasted)"), {"E0502"}},
  };
  for (const CheckCase& each : cases) run(each);
}

std::string timeout(const std::string& match, const std::string& value) {
  return pattern(match, "alert info \"x\"\n  timeout alert low \"late\" { value: " + value + " }");
}

TEST(CheckScope, Timeouts) {
  const CheckCase cases[] = {
      {"of the first step", timeout("a: Temperature -> c: Cooling", "a.count"), {}},
      {"of a later step", timeout("a: Temperature -> c: Cooling", "c.level"), {}},
      {"of several", timeout("a: Temperature -> c: Cooling{2}", "c.level"), {"E0304"}, "last(c.level)"},
      {"under not", pattern("a: Temperature -> c: Cooling", "timeout alert info \"x\" if (not c.on)"), {}},
  };
  for (const CheckCase& each : cases) run(each);
  struct NullCase {
    const char* match;
    const char* value;
    bool nullable;
  };
  const NullCase nulls[] = {
      {"a: Temperature -> c: Cooling", "a.count", false},
      {"a: Temperature -> c: Cooling", "c.level", true},
      {"a: Temperature{3} -> c: Cooling", "a[0].count", false},
      {"a: Temperature{3} -> c: Cooling", "a[1].count", true},
      {"a: Temperature{3} -> c: Cooling", "last(a.count)", false},
      {"a: Temperature? -> c: Cooling", "a.count", true},
      {"a: Temperature? -> c: Cooling", "c.level", true},
      {"(a: Temperature or (a: Temperature -> Order)) -> c: Cooling", "a.count", false},
      {"(a: Temperature and c: Cooling)", "a.count", true},
      {"a: Temperature -> c: Cooling", "count(c)", false},
      {"a: Temperature -> c: Cooling", "collect(c.level)", false},
      {"a: Temperature -> c: Cooling", "distinct(c.level)", true},
  };
  for (const NullCase& each : nulls) {
    SCOPED_TRACE(std::string(each.match) + " " + each.value);
    const Checked checked = check_text(kTypes + timeout(each.match, each.value));
    ASSERT_TRUE(checked.set) << checked.rendered;
    const OutputPlan& output = checked.set->rules[0].outputs[1];
    EXPECT_TRUE(output.timeout);
    EXPECT_FALSE(checked.set->rules[0].outputs[0].timeout);
    EXPECT_EQ(std::get<AlertPlan>(output.node).fields[0].expr.nullable, each.nullable);
  }
}

TEST(CheckScope, ReadsNameTheBinding) {
  const Checked checked = check_text(
      kTypes +
      pattern("(Order or (a: Temperature -> Order) or (Payment -> a: Cooling)) -> Cooling(device == a.device)"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  const Pattern& plan = checked.set->rules[0].pattern;
  ASSERT_EQ(plan.steps.size(), 6U);
  EXPECT_EQ(plan.steps[1].binding, 1U);
  EXPECT_EQ(plan.steps[4].binding, 1U);
  const Expr& read = plan.steps[5].fits[0].condition->args[1];
  EXPECT_EQ(read.op, Op::step_field);
  EXPECT_EQ(read.step, 1U);
  EXPECT_EQ(read.fields.size(), 2U);
}

}  // namespace
}  // namespace tocsin::rules
