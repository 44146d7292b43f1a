// Patterns of groups and alternatives, `from`, computed keys; warnings of them.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

std::string keyed(const std::string& match, const std::string& by) {
  return "rule r {\n  match " + match + "\n  by " + by + "\n  within 5m\n  alert info \"x\"\n}\n";
}

TEST(CheckGroup, Structure) {
  const std::string two = "let two = 2\nlet many = 9\n";
  const CheckCase cases[] = {
      {"parentheses", pattern("(Temperature -> Cooling) -> Order"), {}},
      {"turns", pattern("(Temperature -> Cooling){2,3} -> Order"), {}},
      {"nested", pattern("Order -> ((Temperature? -> Cooling)+ -> Payment)*"), {}},
      {"a name twice across groups", pattern("(t: Temperature)+ -> (t: Cooling)+"), {"E0301"}},
      {"all of it may be left out", pattern("(Temperature -> Cooling)*"), {"E0306"}, "can match nothing"},
      {"turns that may be empty", pattern("(Temperature? -> Cooling?){3}"), {"E0306"}},
      {"turns that may be empty, and more", pattern("Order -> (Temperature? -> Cooling?){3}"), {}},
      {"absences only", pattern("Order -> (not Cooling){2} -> Temperature"), {"W0311"}, "takes no event"},
      {"absences in parentheses", pattern("Order -> (not Cooling) -> Temperature"), {}},
      {"an absence first in a group", pattern("(not Cooling -> Temperature){2}"), {"E0305"}},
      {"an absence first in a later group", pattern("Order -> (not Cooling -> Temperature){2}"), {}},
      {"an absence last in a group", pattern("(Temperature -> not Cooling){2} -> Order"), {}},
      {"an absence that closes", pattern("(Temperature -> not Cooling){2}"), {}},
      {"an absence before what may be left out", pattern("Order -> not Cooling -> (Temperature)*"), {}},
      {"bounds turned", pattern("(Temperature -> Cooling){3,2}"), {"E0307"}},
      {"never", pattern("Order -> (Temperature -> Cooling){0}"), {"E0307"}},
      {"bounds of constants", two + pattern("Order -> (Temperature -> Cooling){two,many}"), {}},
      {"bounds of constants, turned", two + pattern("Temperature{many,two}"), {"E0307"}, "{2,9}"},
      {"a bound of no constant", pattern("Temperature{tow}"), {"E0224"}},
      {"a step of its own group", pattern("(a: Temperature -> Cooling(level > a.count))+"), {}},
      {"a step of a group that loops",
       pattern("(a: Temperature)+ -> Cooling(level > a.count)"),
       {"E0304"},
       "last(a.count)"},
      {"a step of a group that doesn't", pattern("(a: Temperature)? -> Cooling(level > a.count)"), {}},
      {"the step of a later turn", pattern("(Cooling(level > a.count) -> a: Temperature)+"), {"E0302"}},
      {"a maybe absent step under not", pattern("(a: Temperature)? -> Cooling(not (level > a.count))"), {"W0303"}},
      {"a step of the same turn under not",
       pattern("((a: Temperature -> Cooling(not (level > a.count)))?)+ -> Order"),
       {}},
      {"counts in counts", pattern("(((Temperature{9999}){9999}){9999} -> Cooling){2}"), {"E0317"}},
  };
  for (const CheckCase& each : cases) run(each);
}

std::string groups_of(const std::string& match) {
  const Checked checked = check_text(kTypes + pattern(match));
  if (!checked.set) return checked.rendered;
  const std::string text = dump(checked.set->rules.front(), checked.set->schema);
  const std::size_t from = text.find("  match\n") + 8;
  return text.substr(from, text.find("  within") - from);
}

TEST(CheckGroup, PlainParenthesesDissolve) {
  EXPECT_EQ(groups_of("(Temperature)"), "    Temperature\n");
  EXPECT_EQ(groups_of("Order => (Temperature -> (not Cooling -> Payment){1,1}) -> Order"),
            "    Order\n    => Temperature\n    -> not Cooling\n    -> Payment\n    -> Order\n");
  EXPECT_EQ(groups_of("Order => (Temperature -> (Cooling => Payment)){2,}"),
            "    Order\n    => group{2,}\n      Temperature\n      -> Cooling\n      => Payment\n");
  EXPECT_EQ(groups_of("Order -> (Temperature? -> Cooling*){2,3}"),
            "    Order\n    -> group{0,3}\n      Temperature{0,1}\n      -> Cooling{0,}\n");
}

TEST(CheckGroup, StepsKnowTheirGroups) {
  const Checked checked = check_text(kTypes + pattern("Order -> (Temperature -> (Cooling)?)* -> (Payment)?"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  std::vector<bool> looping;
  for (const Step& step : checked.set->rules.front().pattern.steps) looping.push_back(step.in_looping_group);
  EXPECT_EQ(looping, (std::vector<bool>{false, true, true, false}));
}

TEST(CheckGroup, Inputs) {
  const auto rule = [](const std::string& match, const std::string& from) {
    return pattern(match, "from " + from + "\n  alert info \"x\"");
  };
  const CheckCase cases[] = {
      {"more than the pattern", rule("Temperature => Cooling", "Temperature, Cooling, Order"), {}},
      {"a type left out", rule("Temperature => Cooling", "Temperature, Order"), {"E0318"}, ", Cooling"},
      {"a type left out twice", rule("Temperature => Cooling -> Cooling", "Temperature"), {"E0318"}},
      {"of an absence", rule("Temperature -> not Order => Cooling", "Temperature, Cooling"), {"E0318"}},
      {"unknown", rule("Temperature", "Temperature, Odrer"), {"E0201"}, "Order"},
      {"what resolves needn't stand there",
       pattern("Temperature", "from Temperature\n  alert info \"x\" resolve Cooling"),
       {}},
      {"neighbours are said", rule("Temperature -> not Cooling => Temperature", "Temperature, Cooling"), {}},
  };
  for (const CheckCase& each : cases) run(each);
  const Checked checked = check_text(kTypes + rule("Temperature => Cooling", "Temperature, Cooling, Order"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  EXPECT_EQ(checked.set->rules.front().inputs.size(), 3U);
  EXPECT_TRUE(checked.set->rules.front().only_resolving.empty());
}

TEST(CheckGroup, WhatOnlyResolvesIsNoNeighbour) {
  const Checked checked =
      check_text(kTypes + pattern("Temperature => Cooling", "alert info \"x\" resolve not (Order or Cooling) for 1m"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  const RulePlan& rule = checked.set->rules.front();
  EXPECT_EQ(rule.inputs.size(), 3U);
  ASSERT_EQ(rule.only_resolving.size(), 1U);
  EXPECT_EQ(checked.set->schema[rule.only_resolving.front()].name, "Order");
}

TEST(CheckGroup, ComputedKeys) {
  const std::string two = "Temperature -> Cooling";
  const CheckCase cases[] = {
      {"of each event", keyed(two, "room = lower(device)"), {}},
      {"beside a field", keyed(two, "device, room = substring(device, 0, 3)"), {}},
      {"a float", keyed("Temperature", "x = celsius * 2"), {"E0309"}, "keys are"},
      {"of two types", keyed(two, "x = level ?? 0"), {}},
      {"read of all", keyed(two, "x = celsius"), {"E0203"}, "Cooling"},
      {"int and float",
       "event A { x: int }\nevent B { x: float }\n" + keyed("A -> B", "y = -x"),
       {"E0308"},
       "of different types"},
      {"twice", keyed(two, "device, device = lower(device)"), {"E0311"}},
      {"a step", keyed("t: " + two, "x = t.device"), {"E0205"}, "only the event's own fields"},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckGroup, Warnings) {
  const auto without_key = [](const std::string& match) {
    return "rule r {\n  match " + match + "\n  within 5m\n  alert info \"x\"\n}\n";
  };
  const CheckCase cases[] = {
      {"on and not on", condition("on and not on"), {"W0302"}},
      {"none of a list", condition("count > 5 and count in [1, 2]"), {"W0302"}},
      {"one of a list", condition("count in [1, 6] and count > 5"), {}},
      {"two lists", condition("count in [1, 2] and count == 3"), {"W0302"}},
      {"between nothing", condition("count between 5 and 3"), {"W0302"}},
      {"a choice twice", pattern("Temperature|Cooling|Temperature"), {"W0309"}},
      {"an absence behind its type", pattern("Order -> not (Cooling or Cooling(on)) -> Payment"), {"W0309"}},
      {"an absence before its type", pattern("Order -> not (Cooling(on) or Cooling) -> Payment"), {}},
      {"compared with the one before",
       pattern("a: Temperature -> b: Temperature(celsius > a.celsius)"),
       {"W0308"},
       "skip to last b"},
      {"two that exclude each other",
       pattern("a: Temperature(celsius < 5) -> b: Temperature(celsius > 5 and celsius > a.celsius)"),
       {}},
      {"two that differ", pattern("a: Order -> b: Order(id != a.id)"), {}},
      {"two that don't look back", pattern("Temperature -> Temperature"), {}},
      {"three", pattern("a: Order -> b: Order(total > a.total) -> Order(total > b.total)"), {}},
      {"not over a call", condition("not (abs(level) > 3)"), {"W0303"}},
      {"not in", condition("level not in [1, 2]"), {"W0303"}},
      {"not in, of what is there", condition("count not in [1, 2]"), {}},
  };
  for (const CheckCase& each : cases) run(each);
  const auto warns = [&](const std::string& text, const std::string& code) {
    const Checked checked = check_text(kTypes + text);
    return std::any_of(checked.diagnostics.begin(), checked.diagnostics.end(),
                       [&](const Diagnostic& each) { return each.code == code; });
  };
  EXPECT_TRUE(warns(without_key("Temperature -> Cooling"), "W0310"));
  EXPECT_FALSE(warns(without_key("Temperature"), "W0310"));
  EXPECT_FALSE(warns(keyed("Temperature -> Cooling", "device"), "W0310"));
  EXPECT_FALSE(warns(without_key("Temperature -> Order"), "W0310"));
  EXPECT_FALSE(warns(without_key("Temperature(device == \"a\") -> Cooling"), "W0310"));
  EXPECT_FALSE(warns(without_key("t: Temperature -> Cooling(level > t.count)"), "W0310"));
  const std::string alerting = "rule q {\n  match Temperature(count > 1)\n  alert low \"x\"\n}\n";
  EXPECT_FALSE(warns(alerting + without_key("alert.q{3}"), "W0310"));
  EXPECT_TRUE(warns(without_key("t: Temperature"), "W0305"));
  EXPECT_FALSE(warns(without_key("t: Temperature(count(t) < 3)+"), "W0305"));
  EXPECT_FALSE(warns(output("t.celsius", "t: Temperature"), "W0305"));
  EXPECT_TRUE(warns(without_key("on: Temperature -> Cooling(on)"), "W0306"));
  EXPECT_TRUE(warns("let cold = 3\n" + without_key("cold: Temperature(count < 3)"), "W0306"));
  EXPECT_FALSE(warns(without_key("id: Temperature -> Cooling(on)"), "W0306"));
}

}  // namespace
}  // namespace tocsin::rules
