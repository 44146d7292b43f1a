// Window rules: what each of their mistakes is told as, and what is right.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

const std::string kCount = "emit Out { n: count() }";

/// A rule over Temperature with these clauses.
std::string window(const std::string& clauses, const std::string& output = kCount) {
  return "rule r {\n  from Temperature\n  by device\n  " + clauses + "\n  " + output + "\n}\n";
}
/// What one expression gives in a window.
std::string value(const std::string& expression) {
  return window("window tumbling 1m", "emit Out { value: " + expression + " }");
}
std::string when(const std::string& condition) { return window("window tumbling 1m\n  when " + condition); }
std::string alert(const std::string& lasting) { return window("window tumbling 1m", "alert high \"x\" " + lasting); }
TEST(CheckWindow, Kinds) {
  const CheckCase cases[] = {
      {"tumbling", window("window tumbling 1m"), {}},
      {"tumbling days of a calendar", window("window tumbling 7d in \"Europe/Berlin\""), {}},
      {"sliding", window("window sliding 10m every 1m"), {}},
      {"sliding with gaps", window("window sliding 1m every 10m"), {}},
      {"session", window("window session 30s"), {}},
      {"rolling", window("window rolling 5m"), {}},
      {"rolling in steps", window("window rolling 24h step 1m"), {}},
      {"last", window("window last 100"), {}},
      {"batch", window("window batch 100"), {}},
      {"global", window("window global\n  every 1m"), {}},
      {"rollup", window("rollup 1s, 1m, 1h", "emit Out { grain: @grain, n: count() }"), {}},
      {"no key", "rule r {\n  from Temperature\n  window last 3\n  emit Out { n: count() }\n}\n", {}},
      {"a constant as length", "let size = 5m\n" + window("window tumbling size"), {}},
      {"a constant as number", "let size = 5\n" + window("window last size"), {}},
      {"a number as length", "let size = 5\n" + window("window tumbling size"), {"E0222"}},
      {"of no length", window("window tumbling 0s"), {"E0316"}, "the length of a window"},
      {"of no gap", window("window session 0s"), {"E0316"}, "the gap of a session"},
      {"every nothing", window("window sliding 1m every 0s"), {"E0316"}, "from window to window"},
      {"steps of nothing", window("window rolling 1m step 0s"), {"E0316"}, "the step"},
      {"of no events", window("window last 0"), {"E0316"}, "number of events"},
      {"batches of no events", window("window batch 0"), {"E0316"}, "number of events"},
      {"as many events as are kept", window("window last 1000000"), {}},
      {"more events than are kept", window("window last 1000001"), {"E0351"}, "at most 1000000"},
      {"larger batches than are kept", window("window batch 1000001"), {"E0351"}, "at most 1000000"},
      {"longer than a hundred years", window("window tumbling 36501d"), {"E0351"}, "36500 days"},
      {"in too many windows", window("window sliding 1000001ms every 1ms"), {"E0351"}, "1000000 windows"},
      {"in as many windows as can be", window("window sliding 1000000ms every 1ms"), {}},
      {"of too many parts", window("window sliding 24h every 7001ms"), {"E0351"}, "in common with the length: `1ms`"},
      {"of many parts", window("window sliding 24h every 7s"), {}},
      {"in too many steps", window("window rolling 1000001ms step 1ms"), {"E0351"}, "1000000 steps"},
      {"an unknown zone", window("window tumbling 1d in \"Europe/Berlim\""), {"E0352"}, "Europe/Berlim"},
      {"hours of a calendar", window("window tumbling 36h in \"Europe/Berlin\""), {"E0352"}, "whole days"},
      {"a grain twice", window("rollup 60s, 1m"), {"E0353"}, "`1m` stands twice"},
      {"a grain of nothing", window("rollup 0s, 1m"), {"E0316"}, "grain"},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckWindow, Clauses) {
  const std::string from = "rule r {\n  from Temperature\n  ";
  const CheckCase cases[] = {
      {"a window and a pattern",
       "rule r {\n  match t: Temperature\n  window tumbling 1m\n  when count() > 3\n  alert low \"x\"\n}\n",
       {"E0332"}},
      {"a join and a pattern",
       "rule r {\n  from Order as o join Payment as p on o.id == p.order\n  match o: Order\n  alert low \"x\"\n}\n",
       {"E0332"}},
      {"when in a pattern rule",
       "rule r {\n  match t: Temperature\n  when true\n  alert low \"x\"\n}\n",
       {"E0330"},
       "`if (…)`"},
      {"every in a pattern rule", "rule r {\n  match t: Temperature\n  every 3s\n  alert low \"x\"\n}\n", {"E0330"}},
      {"late in a pattern rule",
       "rule r {\n  match t: Temperature\n  late 3s\n  alert low \"x\"\n}\n",
       {"E0330"},
       "lateness"},
      {"a condition on a pattern's input",
       "rule r {\n  from Temperature(on)\n  match t: Temperature\n  alert low \"x\"\n}\n",
       {"E0330"},
       "match a: Temperature(…)"},
      {"another name of a pattern's input",
       "rule r {\n  from Temperature as t\n  match t: Temperature\n  alert low \"x\"\n}\n",
       {"E0330"}},
      {"no window", from + "alert low \"x\"\n}\n", {"E0333"}, "sliding 10m every 1m"},
      {"when without a window", from + "when count() > 3\n  alert low \"x\"\n}\n", {"E0333"}},
      {"a window of nothing", "rule r {\n  window tumbling 1m\n  alert low \"x\"\n}\n", {"E0334"}, "from Temperature"},
      {"window and rollup", window("window tumbling 1m\n  rollup 1m, 1h"), {"E0335"}},
      {"within", window("window tumbling 1m\n  within 5m"), {"E0331"}, "window rolling 5m"},
      {"after match", window("window tumbling 1m\n  after match keep"), {"E0331"}},
      {"limit runs", window("window tumbling 1m\n  limit runs 5"), {"E0331"}},
      {"limit matches", window("window tumbling 1m\n  limit matches 5"), {"E0331"}},
      {"limit memory", window("window tumbling 1m\n  limit memory 64MB"), {}},
      {"limit no memory", window("window tumbling 1m\n  limit memory 0MB"), {"E0316"}, "no window"},
      {"a timeout", window("window tumbling 1m", "timeout alert low \"x\""), {"E0331"}},
      {"all that a rule of any kind has",
       window(
           "window tumbling 1m\n  throttle 1 per 10m\n  forget 2d\n  tags [\"a\"]\n  owner \"o\"\n  runbook \"r\"\n  "
           "priority 3\n  shadow"),
       {}},
      {"two windows", window("window tumbling 1m\n  window last 3"), {"E0313"}},
      {"no output", "rule r {\n  from Temperature\n  window last 3\n}\n", {"E0315"}},
      {"global without every", window("window global"), {"E0337"}, "every 100 events"},
      {"every with rolling", window("window rolling 5m\n  every 10s"), {"E0336"}, "sliding"},
      {"every with last", window("window last 5\n  every 10 events"), {"E0336"}, "batch"},
      {"every with session", window("window session 5m\n  every 10 events"), {}},
      {"every with batch", window("window batch 5\n  every 2 events"), {}},
      {"every no events", window("window batch 5\n  every 0 events"), {"E0316"}},
      {"every nothing", window("window tumbling 5m\n  every 0s"), {"E0316"}},
      {"late with rolling", window("window rolling 5m\n  late 1m"), {"E0338"}, "`rolling`"},
      {"late with last", window("window last 5\n  late 1m"), {"E0338"}},
      {"late with batch", window("window batch 5\n  late 1m"), {"E0338"}},
      {"late with global", window("window global\n  every 1m\n  late 1m"), {"E0338"}},
      {"late with tumbling", window("window tumbling 5m\n  late 1m"), {}},
      {"late with sliding", window("window sliding 5m every 1m\n  late 1m"), {}},
      {"late with session", window("window session 5m\n  late 1m"), {}},
      {"late with rollup", window("rollup 5m, 1h\n  late 1m"), {}},
      {"late by nothing", window("window tumbling 5m\n  late 0s"), {"E0316"}},
      {"forgotten too soon", window("window tumbling 2d\n  forget 1d"), {"W0315"}, "2d"},
      {"forgotten sooner than late events come", window("window tumbling 1h\n  late 1h\n  forget 1h"), {"W0315"}},
      {"forgotten in time", window("window tumbling 1h\n  forget 1h"), {}},
      {"forgotten at once", window("window tumbling 1h\n  forget 0s"), {"E0316"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckWindow, Alerts) {
  const CheckCase cases[] = {
      {"hold, keep and dedup", alert("hold 2m keep 5m dedup by device"), {}},
      {"hold of nothing", alert("hold 0s"), {"E0316"}},
      {"keep of nothing", alert("keep 0s"), {"E0316"}},
      {"held for longer than a key is kept", alert("hold 1d"), {"W0318"}, "forget 2d"},
      {"held for less", window("window tumbling 1m\n  forget 3d", "alert low \"x\" hold 2d"), {}},
      {"resolve", alert("resolve Cooling"), {"E0340"}, "keep 5m"},
      {"a severity of a window", window("window last 3", "alert (if avg(celsius) > 9 then high else low) \"x\""), {}},
      {"a list tells no lives apart", alert("dedup by collect(celsius)"), {"E0309"}},
      {"dedup by what isn't there", alert("dedup by sensor"), {"E0401"}},
      {"hold in a pattern rule", pattern("t: Temperature", "alert low \"x\" hold 2m"), {"E0339"}, "not X for 2m"},
      {"keep in a pattern rule", pattern("t: Temperature", "alert low \"x\" keep 2m"), {"E0339"}},
      {"dedup of what is given once", pattern("t: Temperature", "alert low \"x\" dedup by t.device"), {"E0341"}},
      {"dedup of a life", pattern("t: Temperature", "alert low \"x\" resolve after 1h dedup by t.device"), {}},
      {"updated in a test", alert("") + "test r \"x\" {\n  expect updated r\n}\n", {"E0512"}, "dedup by"},
      {"updated lives of several keys in a test",
       alert("dedup by 1") + "test r \"x\" {\n  expect updated r { early: 1, revision: 2, withdrawn: true }\n}\n",
       {}},
      {"a repetition of a window in a test",
       alert("") + "test r \"x\" {\n  expect alert r { repeat: 1 }\n}\n",
       {"E0506"}},
      {"resolved in a test",
       alert("") + "test r \"x\" {\n  at 0s Temperature { device: \"a\", celsius: 1.0, count: 1, on: true, at: "
                   "time(\"2024-01-01T00:00:00Z\"), lasted: 1s }\n  expect resolved r { device: \"a\" }\n}\n",
       {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckWindow, Names) {
  const CheckCase cases[] = {
      {"a part of the key", value("device"), {}},
      {"start and end", value("@end - @start"), {}},
      {"a bare field", value("celsius"), {"E0401"}, "last(celsius)"},
      {"a bare field in when", when("celsius > 3"), {"E0401"}, "last(celsius)"},
      {"the shorthand of a field",
       window("window last 3", "emit Out { celsius }"),
       {"E0401"},
       "celsius: last(celsius)"},
      {"near to a field", value("celcius"), {"E0401"}, "last(celsius)"},
      {"near to a part of the key", value("devise"), {"E0401"}, "a part of the key"},
      {"nothing known", value("whatever"), {"E0401"}},
      {"grain without rollup", value("@grain"), {"E0350"}, "rollup 1m, 1h"},
      {"an event's attribute", value("@time"), {"E0350"}, "last(@time)"},
      {"near to an attribute", value("@strat"), {"E0350"}, "@start"},
      {"an attribute in an aggregate", value("last(@id)"), {}},
      {"the window's in an aggregate", value("sum(@end - @time)"), {"E0350"}, "outside"},
      {"another name of the input",
       "rule r {\n  from Temperature as t\n  window last 3\n  emit Out { v: avg(t.celsius), i: last(t.@id), n: "
       "count(t) }"
       "\n}\n",
       {}},
      {"another name that is a field's",
       "rule r {\n  from Temperature as level\n  window last 3\n  emit Out { n: count(level) }\n}\n"
       "test r \"x\" {\n  expect nothing else\n}\n",
       {}},
      {"another name, alone",
       "rule r {\n  from Temperature as t\n  window last 3\n  emit Out { v: t.celsius }\n}\n",
       {"E0401"},
       "last(t.celsius)"},
      {"a step that isn't there", value("t.celsius"), {"E0401"}},
      {"through its type", value("Temperature.celsius"), {"E0401"}, "last(celsius)"},
      {"the key through its type", value("Temperature.device"), {"E0401"}, "a part of the key"},
      {"a key of another name",
       "rule r {\n  from Temperature as t\n  by t.device\n  window last 3\n  emit Out { device }\n}\n",
       {}},
      {"a constant", "let limit = 3.0\n" + when("avg(celsius) > limit"), {}},
      {"a constant called as a field", "let celsius = 3.0\n" + value("avg(celsius)"), {"E0219"}},
      {"a severity", value("if count() > 3 then high else low"), {}},
      {"when of a number", when("count()"), {"E0213"}},
      {"a computed part of the key",
       "rule r {\n  from Temperature\n  by room = substring(device, 0, 2)\n  window last 3\n  emit Out { room, n: "
       "count(room), l: last(room) }\n}\n",
       {}},
      {"a field in a condition on the input",
       "rule r {\n  from Temperature(celsius > 3)\n  window last 3\n  emit Out { n: count() }\n}\n",
       {}},
      {"an aggregate in a condition on the input",
       "rule r {\n  from Temperature(avg(celsius) > 3)\n  window last 3\n  emit Out { n: count() }\n}\n",
       {"E0355"},
       "`when`"},
      {"an aggregate in the key",
       "rule r {\n  from Temperature\n  by n = count()\n  window last 3\n  emit Out { n }\n}\n",
       {"E0355"}},
      {"an unknown type", "rule r {\n  from Temprature\n  window last 3\n  emit Out { n: count() }\n}\n", {"E0201"}},
      {"an input's condition never holds",
       "rule r {\n  from Temperature(celsius > 3 and celsius < 2)\n  window last 3\n  emit Out { n: count() }\n}\n",
       {"W0302"}},
      {"a window's condition never holds", when("avg(celsius) > 3 and avg(celsius) < 2"), {"W0302"}},
      {"conditions on different aggregates", when("min(celsius) > 3 and max(celsius) < 2"), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckWindow, Aggregates) {
  const CheckCase cases[] = {
      {"of a number of values", value("count(level)"), {}},
      {"an expression", value("sum(celsius * count)"), {}},
      {"of a function's result", "fn f(c: float) = c * 1.8 + 32.0\n" + value("avg(f(celsius))"), {}},
      {"an argument of a function", "fn hot(c: float) = c > 80\n" + when("hot(avg(celsius))"), {}},
      {"in a function", "fn hot(c: float) = avg(c) > 80\n" + when("hot(last(celsius))"), {"E0220"}, "an argument"},
      {"nothing to sum", value("sum()"), {"E0215"}, "sum(x)"},
      {"two arguments", value("avg(celsius, count)"), {"E0215"}, "too many"},
      {"a percentile of nothing known", value("percentile(celsius)"), {"E0215"}, "percentile(x, 99)"},
      {"of a text", value("avg(device)"), {"E0212"}, "a string"},
      {"the largest of texts", value("max(device)"), {"E0212"}},
      {"the latest of texts", value("last(device)"), {}},
      {"of an unknown field", value("avg(celcius)"), {"E0203"}, "celsius"},
      {"in an aggregate", value("max(avg(celsius))"), {"E0349"}, "`emit`"},
      {"in an aggregate of a function's result", "fn f(c: float) = c\n" + value("max(f(avg(celsius)))"), {"E0349"}},
      {"a percentage above all", value("percentile(celsius, 101)"), {"E0347"}, "from 0 to 100"},
      {"a percentage of a constant", "let p = 99\n" + value("percentile(celsius, p)"), {}},
      {"a percentage of a field", value("percentile(celsius, count)"), {"E0502"}},
      {"a percentage of an aggregate", value("percentile(celsius, avg(celsius))"), {"E0502"}},
      {"a percentage of a text", value("percentile(celsius, \"99\")"), {"E0347"}, "a string"},
      {"the wrong way round", value("percentile(99, celsius)"), {"E0215"}, "percentile(celsius, 99)"},
      {"a share", value("percentile(celsius, 0.99)"), {"W0317"}, "99"},
      {"half a share", value("approx_percentile(celsius, 0.5)"), {"W0317"}, "50"},
      {"one of a hundred", value("percentile(celsius, 1)"), {}},
      {"none", value("percentile(celsius, 0)"), {}},
      {"a truth", value("sum(celsius > 30)"), {"E0212"}, "sum(if celsius > 30 then 1 else 0)"},
      {"of texts", value("avg(device)"), {"E0212"}, "`int`, `float` and `duration`"},
      {"as elsewhere", value("mean(celsius)"), {"E0206"}, "avg(celsius)"},
      {"as a number elsewhere", value("p95(celsius)"), {"E0206"}, "percentile(x, 95)"},
      {"as nowhere", value("frobnicate(celsius)"), {"E0206"}},
      {"no weight", value("ewma(celsius, 0)"), {"E0347"}, "above 0"},
      {"all weight", value("ewma(celsius, 1)"), {}},
      {"no lag", value("autocorrelation(celsius, 0)"), {"E0347"}},
      {"a broken lag", value("autocorrelation(celsius, 1.5)"), {"E0347"}},
      {"no values at the top", value("approx_top(device, 0)"), {"E0347"}, "1 to 1000"},
      {"too many values at the top", value("approx_top(device, 1001)"), {"E0347"}},
      {"a factor below nothing", value("anomaly(celsius, -1.0)"), {"E0347"}},
      {"a factor of an int", value("spike(celsius, 1)"), {}},
      {"no period", value("seasonal(celsius, 0s, 3.0)"), {"E0347"}, "a duration above 0"},
      {"a period of a number", value("seasonal(celsius, 3600, 3.0)"), {"E0347"}, "a duration"},
      {"all there are",
       window(
           "window tumbling 1h",
           "emit Out { a: variance(celsius), b: median(lasted), c: percentile(count, 5.5), d: slope(celsius), e: "
           "ewma(celsius, 0.2), f: zscore(count), g: mad(celsius), h: autocorrelation(celsius, 3), i: "
           "approx_distinct(device), j: approx_percentile(lasted, 99), k: approx_top(on, 3), l: anomaly(celsius, 3.0), "
           "m: spike(celsius, 0.5), n: trend(count), o: seasonal(celsius, 1m, 3.0), p: collect(device), q: "
           "distinct(at), r: stddev(count), s: first(lasted), t: min(at) }"),
       {}},
      {"over different types",
       "rule r {\n  from Temperature, Cooling\n  by device\n  window last 3\n  emit Out { n: sum(level) }\n}\n",
       {}},
      {"a field that one lacks",
       "rule r {\n  from Temperature, Cooling\n  by device\n  window last 3\n  emit Out { n: sum(celsius) }\n}\n",
       {"E0203"},
       "all types of the rule's `from`"},
      {"a field of two types",
       "rule r {\n  from Order, Payment\n  window last 3\n  emit Out { n: last(@id) }\n}\n"
       "event P { total: int }\nrule s {\n  from Order, P\n  window last 3\n  emit Out2 { n: sum(total) }\n}\n",
       {"E0354"},
       "a float"},
      {"of windows in a pattern", output("median(t.celsius)"), {"E0348"}, "only of windows"},
      {"can't be called otherwise", "fn median(c: float) = c\n" + value("count()"), {"E0207"}},
      {"values without end",
       window("window global\n  every 1m", "emit Out { c: distinct(celsius) }"),
       {"W0316"},
       "approx_distinct"},
      {"values of a week",
       window("window rolling 7d", "emit Out { c: median(celsius) }"),
       {"W0316"},
       "approx_percentile"},
      {"values of a day", window("window rolling 1d", "emit Out { c: median(celsius) }"), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckWindow, EmittedTypes) {
  const std::string declared = "event Out { device: string, top: float, mean: float? }\n";
  const CheckCase cases[] = {
      {"a value there surely is",
       declared + window("window tumbling 1m", "emit Out { device, top: max(celsius), mean: avg(celsius) }"),
       {}},
      {"a value that may overflow",
       declared + window("window tumbling 1m", "emit Out { device, top: sum(celsius), mean: avg(celsius) }"),
       {"E0405"}},
      {"of a field that may be absent",
       "event Out { top: int }\n" + window("window tumbling 1m", "emit Out { top: max(level) }"),
       {"E0405"}},
      {"read by a pattern", window("window last 3") + "rule s {\n  match o: Out(n > 3)\n  alert low \"x\"\n}\n", {}},
      {"read by a window",
       window("window last 3") + "rule s {\n  from Out\n  window last 3\n  emit O2 { n: sum(n) }\n}\n",
       {}},
      {"its own input", "rule r {\n  from Out\n  window last 3\n  emit Out { n: count() }\n}\n", {"E0407"}},
      {"alerts read",
       alert("") +
           "rule s {\n  from alert.r(state == \"firing\")\n  by device\n  window last 3\n  emit O2 { n: count() "
           "}\n}\n",
       {}},
  };
  for (const CheckCase& each : cases) run(each);
}

// ---- what stands in the plan

const RulePlan& rule_of(const Checked& checked) { return checked.set->rules.front(); }

TEST(CheckWindow, EachAggregateStandsOnce) {
  const Checked checked =
      check_text(kTypes + window("window tumbling 1m\n  when avg(celsius) > 3 and avg(celsius) < 9 and count() > 1",
                                 "emit Out { a: avg(celsius), b: avg(celsius * 2), n: count(), m: count(level), p: "
                                 "percentile(celsius, 9), q: percentile(celsius, 9.0), s: percentile(celsius, 8) }"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  EXPECT_EQ(rule_of(checked).window->aggregates.size(), 6U) << dump(rule_of(checked), checked.set->schema);
}

TEST(CheckWindow, ArgumentsAreParallelToTheInputs) {
  const Checked checked =
      check_text(std::string(kTypes) +
                 "rule r {\n  from Temperature, Cooling(on)\n  by device\n  window last 3\n  emit Out { n: "
                 "sum(level), m: count() }\n}\n");
  ASSERT_TRUE(checked.set) << checked.rendered;
  const RulePlan& plan = rule_of(checked);
  ASSERT_EQ(plan.inputs.size(), 2U);
  ASSERT_EQ(plan.window->aggregates.size(), 2U);
  ASSERT_EQ(plan.window->aggregates[0].argument.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(checked.set->schema[plan.inputs[i]].fields[plan.window->aggregates[0].argument[i].field].name, "level");
  EXPECT_TRUE(plan.window->aggregates[1].argument.empty());
  ASSERT_EQ(plan.window->sides.size(), 1U);
  EXPECT_EQ(plan.window->sides[0].fits.size(), 2U);
  EXPECT_TRUE(plan.window->sides[0].fits[1].condition);
}

TEST(CheckWindow, ForgetCoversTheWindow) {
  constexpr std::int64_t kHour = 3'600'000'000'000;
  const struct {
    const char* clauses;
    std::int64_t hours;
  } cases[] = {{"window tumbling 1m", 24},
               {"window tumbling 3d", 72},
               {"window tumbling 3d\n  late 2h", 74},
               {"window tumbling 1m\n  late 2h", 26},
               {"window tumbling 1d in \"Europe/Berlin\"", 26},
               {"rollup 1h, 3d", 72},
               {"window session 30h", 30},
               {"window rolling 48h", 48},
               {"window last 5", 24},
               {"window tumbling 3d\n  forget 96h", 96}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.clauses);
    const Checked checked = check_text(kTypes + window(each.clauses));
    ASSERT_TRUE(checked.set) << checked.rendered;
    EXPECT_EQ(rule_of(checked).forget.ns, each.hours * kHour);
  }
}

TEST(CheckWindow, NumberOfValuesOfAFieldCalledAsTheInput) {
  const Checked checked =
      check_text(std::string(kTypes) +
                 "rule r {\n  from Temperature as level\n  window last 3\n  emit Out { n: count(level) }\n}\n");
  ASSERT_TRUE(checked.set) << checked.rendered;
  EXPECT_EQ(rule_of(checked).window->aggregates[0].argument.size(), 1U);
}

/// What another text changes of a rule's meaning shows in its version, and what it doesn't, not.
TEST(CheckWindow, Versions) {
  const auto version = [](const std::string& text) {
    const Checked checked = check_text(kTypes + text);
    return checked.set ? checked.set->rules.front().version : checked.rendered;
  };
  const std::string one = version(window("window sliding 10m every 1m\n  when avg(celsius) > 3"));
  EXPECT_EQ(one, version(window("when avg(celsius) > 3\n  window sliding 600s every 60s")));
  const auto from = [&](const char* types) {
    return version(std::string("rule r {\n  from ") + types + "\n  window last 3\n  emit Out { n: count() }\n}\n");
  };
  EXPECT_EQ(from("Order, Payment"), from("Payment | Order"));
  EXPECT_NE(from("Order, Payment"), from("Payment, Order(total > 3)"));
  EXPECT_EQ(one, version("let limit = 3\n" + window("window sliding 10m every 1m\n  when avg(celsius) > limit")));
  const std::string others[] = {
      window("window sliding 10m every 2m\n  when avg(celsius) > 3"),
      window("window sliding 11m every 1m\n  when avg(celsius) > 3"),
      window("window sliding 10m every 1m\n  when avg(celsius) > 4"),
      window("window sliding 10m every 1m\n  when max(celsius) > 3"),
      window("window sliding 10m every 1m\n  when avg(celsius) > 3\n  late 1m"),
      window("window sliding 10m every 1m\n  when avg(celsius) > 3\n  every 1m"),
      window("window sliding 10m every 1m\n  when avg(celsius) > 3\n  every 5 events"),
      window("window sliding 10m every 1m\n  when avg(celsius) > 3\n  forget 3d"),
      window("window rolling 10m step 1m\n  when avg(celsius) > 3"),
  };
  for (const std::string& other : others) EXPECT_NE(one, version(other)) << other;
}

}  // namespace
}  // namespace tocsin::rules
