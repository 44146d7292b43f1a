// Outputs and attributes of rules: severities, actions, conditions, throttles, lives of alerts, alerts as events.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

std::string hot(const std::string& clauses) {
  return "rule hot {\n  match t: Temperature(celsius > 80)\n  by device\n  " + clauses + "\n}\n";
}
/// `alert`, and a rule that reads it.
std::string read(const std::string& alert, const std::string& condition = "") {
  return hot(alert) + "rule again {\n  match a: alert.hot" + (condition.empty() ? "" : "(" + condition + ")") +
         "\n  alert info \"{a.device} {a.severity} {a.state} {a.alert}\"\n}\n";
}

TEST(CheckRule, Outputs) {
  const std::string most = "let most = 3\n";
  const std::string span = "let span = 10m\n";
  const CheckCase cases[] = {
      {"a severity of a condition", hot("alert if t.celsius > 100 then critical else high \"x\""), {}},
      {"a severity of a constant", "let grave = high\n" + hot("alert grave \"x\""), {}},
      {"an int for a severity", hot("alert t.count \"x\""), {"E0408"}, "an int"},
      {"an action", hot("action switch_off { device, at: t.at }\n  action switch_off {}"), {}},
      {"an action's bad field", hot("action switch_off { device: t.devise }"), {"E0203"}, "device"},
      {"an action's field twice", hot("action switch_off { a: 1, a: 2 }"), {"E0402"}},
      {"nested fields", hot("action move { pos: { lat: 1.0, lon: 2.0 } }"), {}},
      {"a value and an object", hot("action move { pos: 1, pos: { lat: 1.0 } }"), {"E0402"}, "a value and an object"},
      {"a condition", hot("alert low \"x\" if (t.on)\n  emit Hot { device } if (t.level > 3)"), {}},
      {"a condition that is none", hot("alert low \"x\" if (t.count)"), {"E0213"}},
      {"a throttle", hot("alert low \"x\"\n  throttle 1 per 10m each t.count, device"), {}},
      {"a throttle of constants", most + span + hot("alert low \"x\"\n  throttle most per span"), {}},
      {"a throttle of nothing", hot("alert low \"x\"\n  throttle 0 per 10m"), {"E0316"}, "shadow"},
      {"a throttle in no time", hot("alert low \"x\"\n  throttle 1 per 0s"), {"E0316"}},
      {"a throttle of what isn't there", hot("alert low \"x\"\n  throttle 1 per 10m each t.x"), {"E0203"}},
      {"attributes", hot("tags [\"a\"] owner \"o\" runbook \"r\" priority -3 shadow disabled alert low \"x\""), {}},
      {"an attribute twice", hot("owner \"o\" owner \"p\" alert low \"x\""), {"E0313"}, "owner"},
      {"within a constant",
       most + span + "rule r { match Temperature within span alert low \"x\" limit runs most }",
       {}},
      {"within no duration", most + "rule r { match Temperature within most alert low \"x\" }", {"E0222"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckRule, Lives) {
  const CheckCase cases[] = {
      {"an event", hot("alert low \"x\" resolve Cooling(on)"), {}},
      {"an absence", hot("alert low \"x\" resolve not Cooling(on) for 15m"), {}},
      {"a time", hot("alert low \"x\" resolve after 1h"), {}},
      {"no time", hot("alert low \"x\" resolve after 0s"), {"E0316"}},
      {"a type without the key", hot("alert low \"x\" resolve Order"), {"E0308"}, "Order"},
      {"an unknown type", hot("alert low \"x\" resolve Colling"), {"E0201"}, "Cooling"},
      {"a step", hot("alert low \"x\" resolve Cooling(level > t.count)"), {"E0205"}, "only the event's own fields"},
      {"its own type", hot("alert low \"x\" resolve Temperature(celsius < 20)"), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckRule, AlertsAsEvents) {
  const CheckCase cases[] = {
      {"read", read("alert low \"x\"", "severity >= low and device == \"d\""), {}},
      {"a field of its own", read("alert low \"x\" { peak: t.celsius }", "peak > 3"), {}},
      {"an unknown field", read("alert low \"x\" { peak: t.celsius }", "peek > 3"), {"E0203"}, "peak"},
      {"a field that not all have, under not",
       read("alert low \"x\" { peak: t.celsius }\n  alert high \"y\"", "not (peak > 3)"),
       {"W0303"}},
      {"of different types",
       read("alert low \"x\" { peak: t.celsius }\n  alert high \"y\" { peak: t.count }"),
       {"E0404"},
       "in one alert"},
      {"of different types, read by none",
       hot("alert low \"x\" { peak: t.celsius }\n  alert high \"y\" { peak: t.count }"),
       {}},
      {"a field called as every alert's", read("alert low \"x\" { state: t.on }"), {"E0409"}},
      {"a rule without alerts", hot("emit Hot { device }") + pattern("alert.hot"), {"E0201"}, "gives no alert"},
      {"no rule", hot("alert low \"x\"") + pattern("alert.hott"), {"E0201"}, "alert.hot"},
      {"a circle", pattern("alert.r"), {"E0407"}, "gives `alert.r`, which `r` reads"},
      {"in a key",
       hot("alert low \"x\"") +
           "rule s { match alert.hot -> Order by alert.hot.device == Order.id within 1m alert low \"x\" }",
       {}},
      {"among others", hot("alert low \"x\"") + pattern("a: alert.hot|Temperature", "alert info \"{a.device}\""), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckRule, FieldsOfAlertTypes) {
  const Checked checked = check_text(
      kTypes +
      hot("alert low \"x\" { peak: t.celsius, device: t.count, pos: { lat: 1.0 } }\n  alert high \"y\" { n: 1 }") +
      pattern("alert.hot"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  const events::EventType& type = checked.set->schema[checked.set->schema.find("alert.hot")];
  std::string fields;
  for (const events::Field& field : type.fields)
    fields += field.name + ": " + std::string(events::name_of(field.type)) + (field.optional ? "?" : "") + "\n";
  EXPECT_EQ(
      fields,
      "alert: string\nstate: string\nseverity: severity\ndevice: string\npeak: float?\npos.lat: float?\nn: int?\n");
  EXPECT_TRUE(type.derived);
  const RulePlan& rule = checked.set->rules.front();
  ASSERT_EQ(rule.name, "hot");
  const AlertEvent& first = std::get<AlertPlan>(rule.outputs[0].node).event;
  const AlertEvent& second = std::get<AlertPlan>(rule.outputs[1].node).event;
  EXPECT_EQ(first.fields, (std::vector<std::uint32_t>{0, 2, kNoField}));
  EXPECT_EQ(second.fields, (std::vector<std::uint32_t>{kNoField, kNoField, 0}));
  EXPECT_EQ(checked.set->schema[first.type].name, "alert.hot");
  EXPECT_EQ(checked.set->rules.back().layer, 1U);
}

TEST(CheckRule, AttributesAreKept) {
  const Checked checked = check_text(
      kTypes + hot("tags [\"a\", \"b\"] owner \"o\" runbook \"r\" priority -3 shadow disabled alert low \"x\""));
  ASSERT_TRUE(checked.set) << checked.rendered;
  const RulePlan& rule = checked.set->rules.front();
  EXPECT_EQ(rule.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(rule.owner, "o");
  EXPECT_EQ(rule.runbook, "r");
  EXPECT_EQ(rule.priority, -3);
  EXPECT_TRUE(rule.shadow);
  EXPECT_TRUE(rule.disabled);
}

}  // namespace
}  // namespace tocsin::rules
