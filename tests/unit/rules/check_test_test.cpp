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

}  // namespace
}  // namespace tocsin::rules
