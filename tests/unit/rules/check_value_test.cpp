// Operators and functions on values: memberships, choices, lists, attributes, nested fields, alternatives.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

const std::string kMore = R"(
event Reading {
  device: string, ip: string, pos: { lat: float, lon: float, name: string? }, tags: list<string>, track: list<list<float>>,
  levels: list<int>?, grave: severity, n: int?, at: time, on: bool
}
event Candle { high: float, low: float, grave: severity, device: string }
)";

std::string of_reading(const std::string& condition) { return kMore + pattern("t: Reading(" + condition + ")"); }
std::string value(const std::string& text, const std::string& match = "t: Reading") {
  return kMore + output(text, match);
}

TEST(CheckValue, Memberships) {
  const CheckCase cases[] = {
      {"an int in ints", of_reading("n in [1, 2, 3]"), {}},
      {"a float in ints", of_reading("pos.lat in [1, 2.5]"), {}},
      {"a text in texts", of_reading("device in [\"a\", \"b\"]"), {}},
      {"a severity in severities", of_reading("grave in [high, critical]"), {}},
      {"a text in severities", of_reading("grave in [\"high\"]"), {"E0212"}, "a severity stands without quotes"},
      {"nothing", of_reading("n in []"), {"E0228"}, "nothing is in"},
      {"a text in ints", of_reading("device in [\"a\", 2]"), {"E0212"}, "`in` does not fit string and int"},
      {"an int in texts", of_reading("n in [\"1\"]"), {"E0212"}, "without quotes"},
      {"null among the items", of_reading("n in [1, null]"), {"E0214"}, "x is null or x in"},
      {"not in", of_reading("n not in [1]"), {"W0303"}},
      {"in a list", of_reading("\"a\" in tags"), {}},
      {"in a list of another type", of_reading("3 in tags"), {"E0215"}, "element in list"},
      {"a float in a list of ints", of_reading("pos.lat in levels"), {}},
      {"a list in a list", of_reading("[1.0, 2.0] in track"), {}},
      {"ints in a list of lists of floats", of_reading("[1, 2] in track"), {}},
      {"in a network", of_reading("ip in \"10.0.0.0/8\""), {}},
      {"in a network of six", of_reading("ip in \"fe80::/10\""), {}},
      {"no network", of_reading("ip in \"10.0.0.0/80\""), {"E0223"}},
      {"a network that isn't always the same", of_reading("ip in device"), {"E0223"}, "must be a constant"},
      {"a number in a text", of_reading("n in \"10.0.0.0/8\""), {"E0212"}, "a list or a network"},
      {"in a number", of_reading("n in n"), {"E0212"}, "a list or a network"},
      {"between", of_reading("n between 1 and 3"), {}},
      {"between int and float", of_reading("n between 1 and 3.5"), {}},
      {"between times", of_reading("at between time(\"2024-01-01T00:00:00Z\") and time(\"2024-02-01T00:00:00Z\")"), {}},
      {"between texts and numbers", of_reading("n between \"1\" and 3"), {"E0212"}, "without quotes"},
      {"bools have no between", of_reading("on between false and true"), {"E0212", "E0212"}},
      {"lists have no between", of_reading("tags between tags and tags"), {"E0212", "E0212"}},
      {"not between", of_reading("pos.lat not between 1 and 3"), {}},
      {"like", of_reading("device like \"a*b?\""), {}},
      {"like a number", of_reading("n like \"1*\""), {"E0215"}, "text like"},
      {"like what isn't always the same", of_reading("device like ip"), {"E0223"}, "must be a constant"},
      {"matches", of_reading("device matches \"^a[0-9]+$\""), {}},
      {"no regular expression", of_reading("device matches \"(a\""), {"E0223"}, "missing )"},
      {"one cause, one error", of_reading("divice in [1, 2]"), {"E0203"}},
      {"two causes, two errors", of_reading("divice in [ipp]"), {"E0203", "E0203"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckValue, ChoicesAndLists) {
  const CheckCase cases[] = {
      {"one type", value("if t.on then 1 else 2"), {}},
      {"an int constant beside a float", value("if t.on then t.pos.lat else 0"), {}},
      {"an int beside a float", value("if t.on then t.pos.lat else t.n"), {}},
      {"a float beside an int", value("(if t.on then t.n else 0.5) == 0.5"), {}},
      {"two types", value("if t.on then 1 else \"a\""), {"E0212"}, "`if` gives an int or a string"},
      {"no bool", value("if t.n then 1 else 2"), {"E0213"}},
      {"null as a branch", value("if t.on then 1 else null"), {"E0217"}},
      {"severities", value("if t.on then high else low"), {}},
      {"a list", value("[1, 2, 3]"), {}},
      {"ints become floats", value("[1, t.pos.lat, t.n]"), {}},
      {"a polygon", value("inside([t.pos.lat, t.pos.lon], [[52, 13.1], [52, 13], [53.0, 13]])"), {}},
      {"items of two types", value("[1, \"a\"]"), {"E0212"}, "int and string"},
      {"an empty list", value("[]"), {"E0228"}},
      {"too deep", value("[[[[1]]]]"), {"E0209"}, "no deeper than 3"},
      {"an item", value("t.tags[0]"), {}},
      {"the last item of the first", value("t.track[0][-1]"), {}},
      {"an item of a text", value("t.device[0]"), {"E0212"}, "substring"},
      {"found by a text", value("t.tags[\"a\"]"), {"E0212"}, "found by an int"},
      {"equal lists", of_reading("tags == [\"a\"]"), {}},
      {"equal lists of floats", of_reading("track == [[1, 2]]"), {}},
      {"lists have no order", of_reading("tags < [\"a\"]"), {"E0212"}},
      {"severities have an order", of_reading("grave >= high"), {}},
      {"no arithmetic of severities", value("t.grave + 1"), {"E0212"}},
      {"a text with values", value("format(\"{t.pos.lat:.1f} of {t.device}\")"), {}},
      {"a format that doesn't fit", value("format(\"{t.device:.1f}\")"), {"E0403"}},
      {"has", value("has(t.n)"), {}},
      {"has of two", value("has(t.n, t.n)"), {"E0215"}, "has(t.level)"},
      {"has of a step", value("has(t)"), {"E0204"}, "count(t)"},
      {"an item that isn't there", value("[1, 2][2]"), {"W0203"}},
      {"a turn of a step by number", value("t[0].n"), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckValue, Functions) {
  const CheckCase cases[] = {
      {"abs", value("abs(t.n)"), {}},
      {"abs of a text", value("abs(t.device)"), {"E0215"}, "`abs` does not take string"},
      {"too many", value("abs(t.n, t.n)"), {"E0215"}, "abs(number or duration)"},
      {"too few", value("replace(t.device)"), {"E0215"}, "replace(text, old, new)"},
      {"none at all", value("lower()"), {"E0215"}, "takes something"},
      {"an int where a float is asked for", value("sqrt(t.n)"), {}},
      {"a zone", value("hour(t.at, \"Europe/Berlin\")"), {}},
      {"no zone", value("hour(t.at, \"Europe/Berlon\")"), {"E0223"}, "Europe/Berlon"},
      {"a zone that isn't always the same", value("hour(t.at, t.device)"), {"E0223"}, "must be a constant"},
      {"an unknown argument is one error", value("hour(t.when)"), {"E0203"}},
      {"misspelt", value("uper(t.device)"), {"E0206"}, "upper"},
      {"misspelt, and its argument", value("uper(t.divice)"), {"E0206", "E0203"}},
      {"format of a number",
       value("format(3)"),
       {
           "E0215",
       },
       "one text in quotes"},
      {"of windows", value("percentile(t.n, 99)"), {"E0348"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckValue, AttributesAndNestedFields) {
  const CheckCase cases[] = {
      {"the candidate's", of_reading("@source == \"a\" and @time > at"), {}},
      {"a step's", value("t.@time"), {}},
      {"an extension", value("t.@correlationid ?? \"none\""), {}},
      {"over turns", value("last(t.@time)", "t: Reading{2}"), {}},
      {"of a looped step", value("t.@id", "t: Reading{2}"), {"E0304"}, "last(t.@id)"},
      {"bare in an output", value("@time"), {"E0401"}, "t.@time"},
      {"of an own step", of_reading("t.@time > at"), {"E0303"}},
      {"nearly another", value("t.@tiem"), {"W0205"}, "time"},
      {"upper case", value("t.@Source"), {"E0226"}, "source"},
      {"of windows", value("t.@start"), {"E0226"}, "of windows"},
      {"of a value", value("t.device.@time"), {"E0226"}, "only events"},
      {"of an unknown step", value("x.@time"), {"E0205"}},
      {"nested", of_reading("pos.lat > 3"), {}},
      {"nested of a step", value("t.pos.name"), {}},
      {"nested over turns", value("max(t.pos.lat)", "t: Reading{2}"), {}},
      {"misspelt", of_reading("pos.lta > 3"), {"E0203"}, "pos.lat"},
      {"misspelt of a step", value("t.pos.lta"), {"E0203"}, "pos.lat"},
      {"the object itself", of_reading("pos > 3"), {"E0225"}, "pos.lat"},
      {"the object of a step", value("t.pos"), {"E0225"}, "pos.lat"},
      {"a field of a list", value("t.tags[0].size"), {"E0203"}, "string has no field"},
      {"a step called as the object", kMore + pattern("pos: Candle -> t: Reading(pos.lat > 3)"), {"W0306"}, ""},
      {"a step and a nested field",
       kMore + "event Place { lat: float }\n" + pattern("pos: Place -> t: Reading(pos.lat > 3)"),
       {"E0219"},
       "a field of a step"},
      {"a field called as a severity", kMore + pattern("c: Candle(high > 3)"), {}},
      {"a severity beside a field", kMore + pattern("c: Candle(grave == critical)"), {}},
      {"a severity in an output", value("critical"), {}},
      {"a field of that name in an output", value("high", "c: Candle"), {"E0401"}, "c.high"},
      {"an alert's severity", kMore + pattern("c: Candle", "alert high \"x\""), {}},
      {"a chosen severity", kMore + pattern("c: Candle", "alert if c.low > 3 then high else low \"x\""), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckValue, Alternatives) {
  const std::string both = "x: Reading|Candle";
  const CheckCase cases[] = {
      {"a field of both", value("x.device", both), {}},
      {"a field of one", value("x.high", both), {"E0203"}, "`Reading` has no field `high`"},
      {"a field of none", value("x.higgh", both), {"E0203"}},
      {"of different types", kMore + "event Odd { device: int }\n" + output("x.device", "x: Reading|Odd"), {"E0227"}},
      {"a condition of both", kMore + pattern("x: Reading|Candle(device == \"a\")"), {}},
      {"a condition of one", kMore + pattern("x: Reading|Candle(low > 3)"), {"E0203"}, "`Reading` has no field `low`"},
      {"what both lack is one error", kMore + pattern("x: Reading|Candle(divice == \"a\")"), {"E0203"}},
      {"over turns", value("last(x.device)", "x: Reading|Candle{2}"), {}},
      {"attributes", value("x.@time", both), {}},
      {"a looping group", value("x.device", "(x: Candle -> t: Reading){2}"), {"E0304"}, "last(x.device)"},
      {"its own turn", kMore + pattern("(x: Candle -> t: Reading(pos.lat > x.low)){2}"), {}},
      {"its last turn", kMore + pattern("(x: Candle(low > x.low) -> t: Reading){2}"), {"E0303"}, "last(x.low)"},
  };
  for (const CheckCase& each : cases) run(each);
}

struct ReadCase {
  const char* text;
  const char* dumped;
  const char* type;
  bool nullable;
};

TEST(CheckValue, TypesAndTexts) {
  const ReadCase cases[] = {
      {"t.pos.lat", "t.pos.lat", "float", false},
      {"t.pos.name", "t.pos.name", "string", true},
      {"x.device", "x.device", "string", false},
      {"count(x)", "count(x)", "int", false},
      {"last(x.device)", "last(x.device)", "string", false},
      {"t.@time", "t.@time", "time", false},
      {"t.@subject", "t.@subject", "string", true},
      {"x.@id", "x.@id", "string", false},
      {"t.n in [1, 2]", "t.n in [1, 2]", "bool", false},
      {"t.n not in [1]", "not t.n in [1]", "bool", false},
      {"t.n + 1 in [t.n]", "t.n + 1 in [t.n]", "bool", false},
      {"t.n between 1 and 3", "t.n >= 1 and t.n <= 3", "bool", false},
      {"t.n not between 1 and 3", "not (t.n >= 1 and t.n <= 3)", "bool", false},
      {"t.device like \"a*\"", "t.device like \"a*\"", "bool", false},
      {"t.device matches r\"\\d\"", "t.device matches \"\\\\d\"", "bool", false},
      {"t.ip in \"10.0.0.0/8\"", "t.ip in \"10.0.0.0/8\"", "bool", false},
      {"\"a\" in t.tags", "\"a\" in t.tags", "bool", false},
      {"if t.on then t.n else 0", "if t.on then t.n else 0", "int", true},
      {"(if t.on then 1 else 2) + 1", "(if t.on then 1 else 2) + 1", "int", true},
      {"if true then t.n else 0", "t.n", "int", true},
      {"[t.n, 1.5]", "[t.n * 1.0, 1.5]", "list<float>", true},
      {"[t.device]", "[t.device]", "list<string>", false},
      {"t.tags[0]", "t.tags[0]", "string", true},
      {"t.track[0][-1]", "t.track[0][-1]", "float", true},
      {"[\"a\", \"b\"]", "[\"a\", \"b\"]", "list<string>", false},
      {"[t.n, 2][t.n]", "[t.n, 2][t.n]", "int", true},
      {"lower(t.device)", "lower(t.device)", "string", false},
      {"lower(t.pos.name)", "lower(t.pos.name)", "string", true},
      {"sqrt(t.pos.lat)", "sqrt(t.pos.lat)", "float", true},
      {"hour(t.at)", "hour(t.at, \"Europe/Berlin\")", "int", false},
      {"hour(t.at, \"UTC\")", "hour(t.at, \"UTC\")", "int", false},
      {"format(\"{{{t.n:04}}} {t.device}\")", "format(\"{{{t.n:04}}} {t.device}\")", "string", false},
      {"format(\"{t.at:%H}\")", "format(\"{t.at:%H}\", \"Europe/Berlin\")", "string", false},
      {"format(\"a{{\")", "\"a{\"", "string", false},
      {"has(t.n)", "t.n is not null", "bool", false},
      {"if t.on then high else low", "if t.on then high else low", "severity", false},
  };
  for (const ReadCase& each : cases) {
    SCOPED_TRACE(each.text);
    const Checked checked = check_text(kTypes + kMore + "let zone = \"Europe/Berlin\"\n" +
                                       output(each.text, "x: Reading|Candle -> t: Reading"));
    ASSERT_TRUE(checked.set) << checked.rendered;
    const RulePlan& plan = checked.set->rules[0];
    const Expr& expr = std::get<AlertPlan>(plan.outputs[0].node).fields[0].expr;
    EXPECT_EQ(dump(expr, plan, checked.set->schema), each.dumped);
    EXPECT_EQ(events::name_of(expr.type), each.type);
    EXPECT_EQ(expr.nullable, each.nullable);
  }
}

/// What a step of several types reads is stored in each of them; attributes stand behind the declared fields.
TEST(CheckValue, FieldsAreStored) {
  const Checked checked =
      check_text(kMore +
                 "rule r {\n  match x: Candle|Reading(\"a\" in [device, @id]) -> c: Candle\n  within 5m\n  alert info "
                 "\"{x.grave} {c.@time} {if c.low > 3 then c.low else 0}\"\n}\n");
  ASSERT_TRUE(checked.set) << checked.rendered;
  const auto stored = [&](std::string_view type) {
    std::string names;
    for (const events::Field& field : checked.set->schema[checked.set->schema.find(type)].fields)
      if (field.stored) names += field.name + (field.attribute ? "!" : "") + " ";
    return names;
  };
  EXPECT_EQ(stored("Candle"), "low grave device @id! @time! ");
  EXPECT_EQ(stored("Reading"), "device grave @id! ");
}

}  // namespace
}  // namespace tocsin::rules
