// `test` blocks.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

const char* const kRules = R"(
event Door { home: string, open: bool, level: float, note: string? }
rule opened {
  match d: Door(open)
  alert low "open" { home: d.home, level: d.level, note: d.note }
}
rule often {
  match d: Door{3}
  within 1m
  emit Often { home: last(d.home), n: count(d) }
}
rule keyed {
  match d: Door(open) by home
  alert low "open" { level: d.level }
  alert low "own" { home: d.open }
}
rule living {
  match d: Door(open) by home
  alert low "open" resolve Door(not open)
  action close { home }
}
rule very_often {
  match o: Often{2}
  within 1m
  alert high "often"
}
)";

std::string test(const std::string& items, const std::string& rule = "opened") {
  return kRules + ("test " + rule + " \"t\" {\n" + items + "\n}\n");
}

const char* const kDoor = "  at 0s Door { home: \"a\", open: true, level: 1 }\n";

TEST(CheckTest, Problems) {
  const std::string door = kDoor;
  const CheckCase cases[] = {
      {"plain", test(door + "  expect alert opened { home: \"a\", level: 1 }\n  expect nothing else"), {}},
      {"optional expected null", test(door + "  expect alert opened { note: null }"), {}},
      {"unknown rule", test(door, "opend"), {"E0202"}, "opened"},
      {"unknown type", test("  at 0s Dor { home: \"a\" }"), {"E0201"}, "Door"},
      {"missing field", test("  at 0s Door { home: \"a\", open: true }"), {"E0501"}, "`level`"},
      {"a misspelt field is not missing too",
       test("  at 0s Door { home: \"a\", open: true, levle: 1 }"),
       {"E0203"},
       "level"},
      {"null where a value must be", test("  at 0s Door { home: null, open: true, level: 1 }"), {"E0501"}},
      {"field twice", test("  at 0s Door { home: \"a\", home: \"b\", open: true, level: 1 }"), {"E0402"}},
      {"unknown field", test("  at 0s Door { hom: \"a\", home: \"b\", open: true, level: 1 }"), {"E0203"}},
      {"wrong type", test("  at 0s Door { home: 1, open: true, level: 1 }"), {"E0503"}},
      {"a name for a value", test("  at 0s Door { home: a, open: true, level: 1 }"), {"E0502"}, "in quotes"},
      {"the shorthand", test("  at 0s Door { home, open: true, level: 1 }"), {"E0502"}},
      {"a computed value", test("  at 0s Door { home: \"a\", open: 1 < 2, level: 2 * 3.5 }"), {}},
      {"a step", test("  at 0s Door { home: x.y, open: true, level: 1 }"), {"E0502"}},
      {"a function", test("  at 0s Door { home: \"a\", open: true, level: count(x) }"), {"E0502"}},
      {"too many events", test("  at 0s Door { home: \"a\", open: true, level: 1 } x 1000001 every 1ms"), {"E0507"}},
      {"beyond the axis", test("  at 0s Door { home: \"a\", open: true, level: 1 } x 3 every 60000d"), {"E0508"}},
      {"alert of an unknown rule", test(door + "  expect alert opend"), {"E0202"}, "opened"},
      {"alert of a rule without one", test(door + "  expect alert often", "often"), {"E0504"}, "gives no alert"},
      {"alert of a rule that doesn't run", test(door + "  expect alert very_often"), {"E0504"}, "doesn't run"},
      {"alert of the test's own rule", test(door + "  expect no alert very_often", "very_often"), {}},
      {"emit of a rule below", test(door + "  expect no emit Often", "very_often"), {}},
      {"emit of a rule that doesn't run", test(door + "  expect no emit Often"), {"E0505"}},
      {"emit of a type of input", test(door + "  expect emit Door"), {"E0505"}},
      {"emit with an unknown field", test(door + "  expect emit Often { m: 1 }", "often"), {"E0203"}},
      {"emit with a wrong type", test(door + "  expect emit Often { n: \"1\" }", "often"), {"E0503"}},
      {"alert with an unknown field", test(door + "  expect alert opened { hom: \"a\" }"), {"E0506"}, "home"},
      {"alert with a wrong type", test(door + "  expect alert opened { home: 1 }"), {"E0503"}},
      {"a part of the key", test(door + "  expect alert keyed { home: \"a\" }", "keyed"), {}},
      {"a field called like a part of the key", test(door + "  expect alert keyed { home: true }", "keyed"), {}},
      {"a key of a wrong type", test(door + "  expect alert keyed { home: 1 }", "keyed"), {"E0503"}},
      {"neither field nor key", test(door + "  expect alert keyed { hom: \"a\" }", "keyed"), {"E0506"}, "home"},
      {"an arrival before its time", test("  at 5s arriving 2s Door { home: \"a\", open: true, level: 1 }"), {"E0510"}},
      {"expected before a late one",
       test("  at 0s arriving 9s Door { home: \"a\", open: true, level: 1 }\n  expect at 9s alert opened"),
       {}},
      {"two starts", test("  start \"2024-01-01T00:00:00Z\"\n  start \"2024-01-01T00:00:00Z\"\n" + door), {"E0313"}},
      {"no time to start at", test("  start \"2024-13-01\"\n" + door), {"E0216"}},
      {"a start near the end of time", test("  start \"2262-01-01T00:00:00Z\"\n  at 200d wait"), {"E0508"}},
      {"lateness", "let slow = 5s\n" + test("  lateness slow\n" + door), {}},
      {"a time before the start", "let early = -5s\n" + test("  at early wait\n" + door), {"E0508"}, "-5s"},
      {"a count of a duration", "let slow = 5s\n" + test(door + "  expect slow alert opened"), {"E0222"}},
      {"constants",
       "let slow = 5s\nlet three = 3\n" +
           test("  at slow Door { home: \"a\", open: true, level: 1 } x three every slow\n  expect three alert opened"),
       {}},
      {"a file", test("  load \"x.ndjson\"\n  expect at 1h alert opened"), {}},
      {"a file without a name", test("  load \"\""), {"E0511"}},
      {"a life that there isn't", test(door + "  expect resolved opened"), {"E0512"}, "given once"},
      {"an update that there can't be", test(door + "  expect updated opened"), {"E0512"}},
      {"a life", test(door + "  expect at 0s resolved living", "living"), {}},
      {"an action", test(door + "  expect action close { home: \"a\" }", "living"), {}},
      {"an action's field", test(door + "  expect action close { hom: \"a\" }", "living"), {"E0506"}, "home"},
      {"an action's field of a wrong type", test(door + "  expect action close { home: 1 }", "living"), {"E0503"}},
      {"an action of another name", test(door + "  expect action clos", "living"), {"E0513"}, "close"},
      {"an action of another rule", test(door + "  expect action close"), {"E0513"}},
      {"alerts as events", test(door + "  expect emit alert.opened"), {"E0505"}, "expect alert opened"},
      {"expected too late", test(door + "  expect at 10s alert opened"), {"E0509"}, "at 10s wait"},
      {"expected at the end", test(door + "  at 10s wait\n  expect at 10s alert opened"), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckTest, EventsAreWrittenOut) {
  const Checked checked =
      check_text(test("  at 2s Door { home: \"c\", open: true, level: 1 }\n"
                      "  at 0s Door { home: \"a\", open: true, level: 1 } x 3 every 1s\n"
                      "  at 1s Door { home: \"b\", open: false, level: 2.5, note: \"n\" } x 2 every 0s\n"
                      "  at 10s wait\n"
                      "  expect alert opened { level: 1 }\n"
                      "  expect 2 alert opened\n"
                      "  expect nothing else"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  ASSERT_EQ(checked.set->tests.size(), 1U);
  const TestPlan& plan = checked.set->tests[0];
  EXPECT_EQ(plan.rule, "opened");
  EXPECT_EQ(plan.title, "t");
  EXPECT_EQ(plan.end.ns, 10'000'000'000);
  std::string order;
  for (const TestEvent& event : plan.events)
    order += std::get<std::string>(event.values[0]) + std::to_string(event.at.ns / 1'000'000'000) + " ";
  EXPECT_EQ(order, "a0 a1 b1 b1 c2 a2 ");
  EXPECT_EQ(plan.events[0].values[2], events::Value(1.0));
  EXPECT_TRUE(events::is_null(plan.events[0].values[3]));
  EXPECT_EQ(plan.events[2].values[3], events::Value(std::string("n")));
  ASSERT_EQ(plan.expectations.size(), 3U);
  EXPECT_EQ(plan.expectations[0].count, std::nullopt);
  EXPECT_EQ(plan.expectations[0].fields[0].second, events::Value(1.0));
  EXPECT_EQ(plan.expectations[1].count, 2U);
  EXPECT_EQ(plan.expectations[2].what, Expectation::What::nothing_else);
}

TEST(CheckTest, ValuesOfAllTypes) {
  const Checked checked = check_text(
      "event Seen { grave: severity, tags: list<string>, pos: { lat: float, lon: float }, path: list<list<float>>? }\n"
      "rule r { match s: Seen alert low \"x\" { pos: { lat: s.pos.lat }, tags: s.tags } }\n"
      "test r \"t\" {\n  at 0s Seen { grave: high, tags: [\"a\", \"b\"], pos: { lat: 1, lon: 2.5 }, path: [[1, 2.0]] "
      "}\n"
      "  expect alert r { pos: { lat: 1 }, tags: [\"a\", \"b\"] }\n}\n");
  ASSERT_TRUE(checked.set) << checked.rendered;
  const TestPlan& plan = checked.set->tests[0];
  ASSERT_EQ(plan.events.size(), 1U);
  std::string values;
  for (const events::Value& value : plan.events[0].values) values += events::to_text(value) + " ";
  EXPECT_EQ(values, "high [a, b] 1 2.5 [[1, 2]] ");
  ASSERT_EQ(plan.expectations[0].fields.size(), 2U);
  EXPECT_EQ(plan.expectations[0].fields[0].first, "pos.lat");
  EXPECT_EQ(plan.expectations[0].fields[0].second, events::Value(1.0));
}

TEST(CheckTest, LateEventsAndFiles) {
  const Sources sources = {
      {"rules/door/open.rules", test("  start \"2025-01-01T00:00:00Z\"\n  lateness 5s\n"
                                     "  at 1s arriving 9s Door { home: \"b\", open: true, level: 1 } x 2 every 1s\n"
                                     "  at 9s Door { home: \"a\", open: true, level: 1 }\n"
                                     "  load \"data/x.ndjson\"\n  load \"/y.ndjson\"\n")}};
  Diagnostics warnings;
  const Result<RuleSet> set = compile(sources, warnings);
  ASSERT_TRUE(set) << render(set.error(), sources, false);
  const TestPlan& plan = set->tests[0];
  EXPECT_EQ(plan.start, events::Time{1'735'689'600'000'000'000});
  EXPECT_EQ(plan.lateness, events::Duration{5'000'000'000});
  std::string order;
  for (const TestEvent& event : plan.events)
    order += std::get<std::string>(event.values[0]) + std::to_string(event.at.ns / 1'000'000'000) + "@" +
             std::to_string(event.arriving.ns / 1'000'000'000) + " ";
  EXPECT_EQ(order, "b1@9 a9@9 b2@10 ");
  EXPECT_EQ(plan.end.ns, 10'000'000'000);
  ASSERT_EQ(plan.loads.size(), 2U);
  EXPECT_EQ(plan.loads[0].path, "rules/door/data/x.ndjson");
  EXPECT_EQ(plan.loads[1].path, "/y.ndjson");
}

}  // namespace
}  // namespace tocsin::rules
