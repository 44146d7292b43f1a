// Outputs, emitted types and layers.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

std::string emits(const std::string& name, const std::string& match, const std::string& fields,
                  const std::string& type = "Hot") {
  return "rule " + name + " {\n  match " + match + "\n  within 5m\n  emit " + type + " { " + fields + " }\n}\n";
}

TEST(CheckOutput, Alerts) {
  const std::string t = "t: Temperature";
  const CheckCase cases[] = {
      {"a field of a step", output("t.celsius"), {}},
      {"a bare field", output("celsius"), {"E0401"}, "t.celsius"},
      {"a bare field of a loop", output("celsius", "r: Temperature{3}"), {"E0401"}, "last(r.celsius)"},
      {"a message of too many parts",
       [&] {
         std::string text;
         for (int i = 0; i < 2000; ++i) text += "{t.celsius} ";
         return pattern(t, "alert info \"" + text + "\"");
       }(),
       {"E0111"}},
      {"a bare name of nothing", output("celcius"), {"E0401"}, "step.field"},
      {"a step", output("t"), {"E0204"}},
      {"a part of the key", "rule r {\n  match t: Temperature\n  by device\n  alert info \"{device}\"\n}\n", {}},
      {"near to a part of the key",
       "rule r {\n  match t: Temperature\n  by device\n  alert info \"{devise}\"\n}\n",
       {"E0401"},
       "a part of the key"},
      {"the shorthand", "rule r {\n  match t: Temperature\n  by device\n  alert info \"x\" { device }\n}\n", {}},
      {"the shorthand of a field", pattern(t, "alert info \"x\" { celsius }"), {"E0401"}, "celsius: t.celsius"},
      {"a field twice", pattern(t, "alert info \"x\" { a: 1, a: 2 }"), {"E0402"}},
      {"a format", pattern(t, "alert info \"{t.celsius:.1f} {t.count:>8} {t.device:_<10}\""), {}},
      {"a format of a number for a text", pattern(t, "alert info \"{t.device:.1f}\""), {"E0403"}},
      {"a format of a float for an int", pattern(t, "alert info \"{t.count:.1f}\""), {"E0403"}},
      {"a format for a duration",
       pattern("t: Temperature", "alert info \"{t.lasted:5}\""),
       {"E0403"},
       "takes no format"},
      {"a format that fills the memory", pattern(t, "alert info \"{t.count:2000000000}\""), {"E0403"}},
      {"no format at all", pattern(t, "alert info \"{t.celsius:hot}\""), {"E0403"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckOutput, EmittedTypes) {
  const std::string a = emits("a", "t: Temperature", "device: t.device, value: t.celsius");
  const std::string declared = "event Hot { device: string, value: float, room: string? }\n";
  const CheckCase cases[] = {
      {"one emitter", a, {}},
      {"read by a rule", a + pattern("h: Hot(value > 3)", "alert info \"{h.device}\""), {}},
      {"read with a wrong field", a + pattern("h: Hot(valeu > 3)"), {"E0203"}, "value"},
      {"two that agree", a + emits("b", "c: Cooling", "value: 1.5, device: c.device"), {}},
      {"int and float",
       a + emits("b", "c: Cooling", "device: c.device, value: c.level"),
       {"E0404"},
       "a float in one rule and an int in another"},
      {"a field less", a + emits("b", "c: Cooling", "device: c.device"), {"E0404"}, "lacks the field `value`"},
      {"a field more",
       a + emits("b", "c: Cooling", "device: c.device, value: 1.0, x: 1"),
       {"E0404"},
       "without the field"},
      {"what follows is quiet",
       emits("a", "t: Temperature", "value: t.celcius") + pattern("h: Hot(value > 3)"),
       {"E0203"}},
      {"declared", declared + emits("a", "t: Temperature", "device: t.device, value: t.celsius"), {}},
      {"declared, an int constant", declared + emits("a", "t: Temperature", "device: t.device, value: 3"), {}},
      {"declared, an int",
       declared + emits("a", "t: Temperature", "device: t.device, value: t.count"),
       {"E0406"},
       "* 1.0"},
      {"declared, null", declared + emits("a", "t: Temperature", "device: t.device, value: 1.0, room: null"), {}},
      {"declared, null where it must not be",
       declared + emits("a", "t: Temperature", "device: null, value: 1.0"),
       {"E0405"}},
      {"declared, may be null",
       declared + emits("a", "t: Temperature", "device: t.device, value: t.celsius / 2"),
       {"E0405"},
       "can be null"},
      {"declared, missing", declared + emits("a", "t: Temperature", "device: t.device"), {"E0405"}, "`value`"},
      {"declared, unknown",
       declared + emits("a", "t: Temperature", "device: t.device, value: 1.0, rom: \"x\""),
       {"E0203"},
       "room"},
      {"a rule's name", a + emits("b", "c: Cooling", "x: 1", "a"), {"E0207"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckOutput, FieldsOfEmittedTypes) {
  const Checked checked =
      check_text(kTypes + emits("b", "t: Temperature", "device: t.device, value: t.count") +
                 emits("a", "t: Temperature", "value: t.level, device: \"x\"") + pattern("h: Hot(value > 3)"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  const events::TypeId id = checked.set->schema.find("Hot");
  ASSERT_NE(id, events::kNoType);
  const events::EventType& hot = checked.set->schema[id];
  EXPECT_TRUE(hot.derived);
  EXPECT_EQ(hot.wire, "Hot");
  ASSERT_EQ(hot.fields.size(), 2U);
  EXPECT_EQ(hot.fields[0].name, "value");  // rule `a` is the first by name
  EXPECT_EQ(hot.fields[0].type, events::Type::integer);
  EXPECT_TRUE(hot.fields[0].optional);
  EXPECT_TRUE(hot.fields[0].stored);
  EXPECT_EQ(hot.fields[1].name, "device");
  EXPECT_FALSE(hot.fields[1].optional);
  EXPECT_FALSE(hot.fields[1].stored);
  const auto& emit = std::get<EmitPlan>(checked.set->rules[1].outputs[0].node);
  ASSERT_EQ(emit.fields.size(), 2U);
  EXPECT_EQ(emit.fields[0].type, events::Type::integer);
  EXPECT_EQ(emit.fields[1].type, events::Type::string);
}

TEST(CheckOutput, Layers) {
  const Checked checked =
      check_text(kTypes + emits("z", "t: Temperature", "v: 1", "A") + emits("y", "a: A", "v: a.v", "B") +
                 emits("x", "b: B -> a: A", "v: b.v", "C") + emits("w", "t: Temperature", "v: 2", "B"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  std::vector<std::pair<std::string, std::uint32_t>> layers;
  for (const RulePlan& rule : checked.set->rules) layers.emplace_back(rule.name, rule.layer);
  const std::vector<std::pair<std::string, std::uint32_t>> expected = {{"w", 0}, {"x", 2}, {"y", 1}, {"z", 0}};
  EXPECT_EQ(layers, expected);
}

TEST(CheckOutput, Circles) {
  const CheckCase cases[] = {
      {"of one", emits("a", "h: Hot", "v: h.v"), {"E0407"}, "reads what it emits"},
      {"of two",
       emits("a", "c: Cold", "v: c.v") + emits("b", "h: Hot", "v: h.v", "Cold"),
       {"E0407"},
       "`a` -> `b` -> `a`"},
      {"of three, and what reads it",
       emits("a", "x: C", "v: 1", "A") + emits("b", "x: A", "v: 1", "B") + emits("c", "x: B", "v: 1", "C") +
           emits("d", "x: C", "v: x.v", "D"),
       {"E0407"},
       "`a` -> `b` -> `c` -> `a`"},
      {"two of them", emits("a", "h: Hot", "v: 1") + emits("b", "c: Cold", "v: 1", "Cold"), {"E0407", "E0407"}},
      {"through a declared type", "event Hot { v: int }\n" + emits("a", "h: Hot", "v: h.v"), {"E0407"}},
  };
  for (const CheckCase& each : cases) run(each);
}

}  // namespace
}  // namespace tocsin::rules
