// Names and types in expressions.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

TEST(CheckExpr, Conditions) {
  const CheckCase cases[] = {
      {"bare field", condition("celsius > 80"), {}},
      {"int and float compare", condition("celsius > count"), {}},
      {"bool alone", condition("on"), {}},
      {"bools are equal", condition("on == true"), {}},
      {"bools have no order", condition("on < true"), {"E0212"}, "bool and bool"},
      {"strings have an order", condition("device < \"m\""), {}},
      {"text is no number", condition("\"80\" > 3"), {"E0212"}, "string and int"},
      {"number without quotes", condition("\"80\" > celsius"), {"E0212"}, "without quotes"},
      {"duration and number", condition("lasted > 3"), {"E0212"}, "3s"},
      {"durations", condition("lasted > 3s"), {}},
      {"time and text", condition("at > \"2024-01-01T00:00:00Z\""), {"E0212"}, "time("},
      {"times", condition("at > time(\"2024-01-01T00:00:00Z\")"), {}},
      {"no time", condition("at > time(\"2024-13-01T00:00:00Z\")"), {"E0216"}},
      {"time of a number", condition("at > time(3)"), {"E0215"}},
      {"time and duration", condition("at - 5m > time(\"2024-01-01T00:00:00Z\")"), {}},
      {"duration and time", condition("5m + at > time(\"2024-01-01T00:00:00Z\")"), {}},
      {"time and time", condition("at + at > at"), {"E0212"}, "`+` does not fit time and time"},
      {"duration by number", condition("lasted / 2 > 2 * lasted"), {}},
      {"number by duration", condition("2 / lasted > 1"), {"E0212"}},
      {"ratio of durations", condition("lasted / 1m > 0.5"), {}},
      {"remainder of a duration", condition("lasted % 2 > 1"), {"E0212"}},
      {"no bool", condition("celsius"), {"E0213"}, "a condition needs a bool"},
      {"and needs bools", condition("on and count"), {"E0213"}, "`and` needs a bool"},
      {"not needs a bool", condition("not count"), {"E0213"}, "`not` needs a bool"},
      {"texts added", condition("device + \"a\" == \"a\""), {"E0212"}, "format("},
      {"a text and a number added", condition("\"at \" + celsius == \"a\""), {"E0212"}, "format("},
      {"minus text", condition("-device == \"a\""), {"E0212"}},
      {"null compared", condition("level == null"), {"E0214"}, "is null"},
      {"null compared, turned", condition("null != level"), {"E0214"}},
      {"null asked for", condition("level is null"), {}},
      {"null in the way", condition("(level ?? null) > 3"), {"E0217"}},
      {"in place of null", condition("(level ?? 0) > 3"), {}},
      {"a float in place of an int", condition("(level ?? 0.5) > 3"), {}},
      {"a text in place of an int", condition("(level ?? \"0\") > 3"), {"E0212"}, "int and string"},
      {"an int constant in place of a float", condition("(celsius ?? 0) > 3"), {}},
      {"unknown field", condition("celcius > 3"), {"E0203"}, "celsius"},
      {"unknown field, nothing near", condition("pressure > 3"), {"E0203"}, "its fields are"},
      {"field of a field", condition("device.name == \"a\""), {"E0205"}, "is a field"},
      {"unknown function", condition("squareroot(celsius) > 3"), {"E0206"}},
      {"function of windows", condition("median(celsius) > 3"), {"E0348"}, "only of windows"},
      {"near to a function of windows", condition("medain(celsius) > 3"), {"E0206"}, "median"},
      {"two problems", condition("celcius > 3 and devise == \"a\""), {"E0203", "E0203"}},
      {"division by zero", condition("celsius > 1 / 0"), {"W0203"}},
      {"overflow", condition("count > 9223372036854775807 + 1"), {"W0203"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckExpr, Steps) {
  const CheckCase cases[] = {
      {"earlier step", pattern("t: Temperature -> c: Cooling(level > t.count)"), {}},
      {"later step", pattern("t: Temperature(count > c.level) -> c: Cooling"), {"E0302"}, "comes later"},
      {"own step", pattern("t: Temperature(t.celsius > 3)"), {"E0303"}, "without a step's name"},
      {"own turns", pattern("t: Temperature(celsius > (last(t.celsius) ?? 0)){3}"), {}},
      {"own looped step", pattern("t: Temperature(celsius > t.celsius){3}"), {"E0303"}, "last(t.celsius)"},
      {"own step counted", pattern("t: Temperature(count(t) < 3){3}"), {}},
      {"looped step", pattern("t: Temperature{3} -> c: Cooling(level > t.count)"), {"E0304"}, "last(t.count)"},
      {"unknown step", pattern("t: Temperature -> c: Cooling(level > x.count)"), {"E0205"}},
      {"type in the place of a step",
       pattern("Temperature -> c: Cooling(level > Temperature.count)"),
       {"E0205"},
       "through the name of a step"},
      {"step as a value", pattern("t: Temperature -> c: Cooling(level > t)"), {"E0204"}, "t.field"},
      {"step and field of one name", pattern("level: Temperature -> c: Cooling(level > level.count)"), {"W0306"}},
      {"unknown field of a step", pattern("t: Temperature -> c: Cooling(level > t.cuont)"), {"E0203"}, "count"},
      {"step of an unknown type", pattern("t: Pressure -> c: Cooling(level > t.bar)"), {"E0201"}},
      {"absence reads earlier", pattern("t: Temperature -> not Cooling(device == t.device) -> u: Temperature"), {}},
      {"absence reads later",
       pattern("t: Temperature -> not Cooling(device == u.device) -> u: Temperature"),
       {"E0302"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckExpr, Functions) {
  const std::string loop = "r: Temperature{3} -> c: Cooling";
  const CheckCase cases[] = {
      {"count of a step", output("count(r)", loop), {}},
      {"count of a field", output("count(r.level)", loop), {}},
      {"sum of a float", output("sum(r.celsius)", loop), {}},
      {"sum of a duration", output("sum(r.lasted)", loop), {}},
      {"sum of a text", output("sum(r.device)", loop), {"E0212"}, "`sum` does not fit a string"},
      {"sum of a time", output("sum(r.at)", loop), {"E0212"}},
      {"mean of a duration", output("avg(r.lasted)", loop), {}},
      {"least time", output("min(r.at)", loop), {}},
      {"least text", output("min(r.device)", loop), {"E0212"}},
      {"deviation of a duration", output("stddev(r.lasted)", loop), {"E0212"}},
      {"first text", output("first(r.device)", loop), {}},
      {"last of a single step", output("last(c.device)", loop), {}},
      {"sum of a step", output("sum(r)", loop), {"E0215"}, "takes a field of a step"},
      {"count of nothing", output("count()", loop), {"E0215"}},
      {"sum of a number", output("sum(3)", loop), {"E0215"}},
      {"two arguments", output("max(r.celsius, 3)", loop), {"E0215"}},
      {"unknown step", output("max(x.celsius)", loop), {"E0205"}},
      {"unknown field", output("max(r.celcius)", loop), {"E0203"}, "celsius"},
      {"collect", output("collect(r.celsius)", loop), {}},
      {"collect a step", output("collect(r)", loop), {"E0215"}, "for example `collect(r.device)`"},
      {"distinct", output("distinct(r.device)", loop), {}},
      {"a function of windows", output("median(r.celsius)", loop), {"E0348"}},
      {"misspelt", output("maxx(r.celsius)", loop), {"E0206"}, "max"},
  };
  for (const CheckCase& each : cases) run(each);
}

struct TypeCase {
  const char* text;
  const char* type;
  bool nullable;
};

TEST(CheckExpr, TypesOfResults) {
  const TypeCase cases[] = {
      {"t.celsius", "float", false},
      {"t.level", "int", true},
      {"t.level ?? 0", "int", false},
      {"t.count + 1", "int", true},
      {"t.count / 2", "float", true},
      {"t.count * 1.0", "float", true},
      {"t.at - t.at", "duration", true},
      {"t.at + 5m", "time", true},
      {"5m + t.at", "time", true},
      {"t.lasted * 2", "duration", true},
      {"t.lasted / 1s", "float", true},
      {"t.count % 2", "int", true},
      {"t.celsius % 2", "float", true},
      {"-t.celsius", "float", false},
      {"-t.count", "int", true},
      {"t.level > 3", "bool", false},
      {"not t.on", "bool", false},
      {"t.level is null", "bool", false},
      {"o.celsius", "float", true},
      {"count(r)", "int", false},
      {"count(r.level)", "int", false},
      {"sum(r.count)", "int", true},
      {"avg(r.count)", "float", true},
      {"avg(r.lasted)", "duration", true},
      {"min(r.count)", "int", false},
      {"max(r.level)", "int", true},
      {"first(r.device)", "string", false},
      {"last(o.device)", "string", true},
      {"stddev(r.count)", "float", true},
      {"distinct(r.level)", "int", false},
      {"distinct(o.level)", "int", true},
      {"collect(r.celsius)", "list<float>", false},
      {"collect(o.level)", "list<int>", false},
      {"collect(r.device)[0]", "string", true},
      {"r[0].celsius", "float", false},
      {"r[1].celsius", "float", false},
      {"r[2].celsius", "float", true},
      {"r[-2].celsius", "float", false},
      {"r[-3].celsius", "float", true},
      {"r[0].level", "int", true},
      {"r[1 - 1].@time", "time", false},
      {"o[0].device", "string", true},
      {"t[0].device", "string", false},
      {"2 * 60", "int", false},
      {"1 / 4", "float", false},
      {"1h / 3", "duration", false},
      {"7 % 4", "int", false},
      {"\"a\" == \"b\"", "bool", false},
      {"last(o.celsius) ?? 0", "float", false},
  };
  for (const TypeCase& each : cases) {
    SCOPED_TRACE(each.text);
    const Checked checked =
        check_text(kTypes + output(each.text, "o: Temperature? -> r: Temperature{2} -> t: Temperature"));
    ASSERT_TRUE(checked.set) << checked.rendered;
    const Expr& expr = std::get<AlertPlan>(checked.set->rules[0].outputs[0].node).fields[0].expr;
    EXPECT_EQ(events::name_of(expr.type), each.type);
    EXPECT_EQ(expr.nullable, each.nullable);
  }
}

struct FoldCase {
  const char* text;
  events::Value value;
};

TEST(CheckExpr, ConstantsAreFolded) {
  const std::int64_t hour = 3'600'000'000'000;
  const FoldCase cases[] = {
      {"2 * 60", std::int64_t{120}},
      {"7 / 2", 3.5},
      {"-7 % 4", std::int64_t{-3}},
      {"-7.5 % 2", -1.5},
      {"1h * 2", events::Duration{2 * hour}},
      {"1h / 7", events::Duration{hour / 7}},
      {"5ms * 0.5", events::Duration{2'500'000}},
      {"1h / 30m", 2.0},
      {"1h - 30m", events::Duration{hour / 2}},
      {"time(\"1970-01-01T00:00:01Z\") + 1s", events::Time{2'000'000'000}},
      {"time(\"1970-01-01T00:00:01Z\") - time(\"1970-01-01T00:00:00Z\")", events::Duration{1'000'000'000}},
      {"9007199254740993 > 9007199254740992.0", true},
      {"9223372036854775807 < 9223372036854775808.0", true},
      {"1 == 1.0 and not (\"a\" > \"b\")", true},
      {"3 < 2 or 2 >= 2", true},
  };
  for (const FoldCase& each : cases) {
    SCOPED_TRACE(each.text);
    const Checked checked = check_text(kTypes + output(each.text));
    ASSERT_TRUE(checked.set) << checked.rendered;
    const Expr& expr = std::get<AlertPlan>(checked.set->rules[0].outputs[0].node).fields[0].expr;
    EXPECT_EQ(expr.op, Op::constant);
    EXPECT_EQ(expr.value, each.value) << events::to_text(expr.value);
  }
}

}  // namespace
}  // namespace tocsin::rules
