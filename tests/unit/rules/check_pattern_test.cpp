// Patterns, keys and clauses; warnings of patterns.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

std::string keyed(const std::string& match, const std::string& by) {
  return "rule r {\n  match " + match + "\n  by " + by + "\n  within 5m\n  alert info \"x\"\n}\n";
}

TEST(CheckPattern, Structure) {
  const CheckCase cases[] = {
      {"one step", pattern("t: Temperature"), {}},
      {"without a name", pattern("Temperature -> Temperature"), {}},
      {"a name twice", pattern("t: Temperature -> t: Cooling"), {"E0301"}},
      {"absence first", pattern("not Cooling -> t: Temperature"), {"E0305"}, "can't begin"},
      {"absence behind what may be left out", pattern("c: Cooling? -> not Cooling -> t: Temperature"), {"E0305"}},
      {"absence behind a required step", pattern("t: Temperature -> c: Cooling? -> not Cooling -> u: Temperature"), {}},
      {"absence last", pattern("t: Temperature -> not Cooling"), {}},
      {"absence that may be last", pattern("t: Temperature -> not Cooling -> u: Temperature?"), {}},
      {"absences in a row", pattern("t: Temperature -> not Cooling -> not Order -> u: Temperature"), {}},
      {"absence of two", pattern("t: Temperature -> not (Cooling(on) or Order) -> u: Temperature"), {}},
      {"nothing at all", pattern("t: Temperature?"), {"E0306"}},
      {"nothing at all, in two", pattern("t: Temperature* -> c: Cooling{0,3}"), {"E0306"}},
      {"bounds turned", pattern("t: Temperature{3,2}"), {"E0307"}, "{2,3}"},
      {"never", pattern("t: Temperature{0}"), {"E0307"}},
      {"never, in two", pattern("t: Temperature -> c: Cooling{0,0}"), {"E0307"}},
      {"too many turns", pattern("t: Temperature{1000001}"), {"E0307"}},
      {"most turns", pattern("t: Temperature{1000000}"), {}},
      {"unknown type", pattern("t: Temprature"), {"E0201"}, "Temperature"},
      {"rule in the place of a type", pattern("t: r"), {"E0201"}, "is a rule"},
      {"unknown type in an absence", pattern("t: Temperature -> not Colling -> u: Temperature"), {"E0201"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckPattern, Keys) {
  const std::string two = "t: Temperature -> c: Cooling";
  const std::string shop = "o: Order -> p: Payment";
  const CheckCase cases[] = {
      {"a field of both", keyed(two, "device"), {}},
      {"two fields", keyed(two, "device, on"), {}},
      {"a float", keyed("t: Temperature", "celsius"), {"E0309"}, "keys are"},
      {"a duration", keyed("t: Temperature", "lasted"), {"E0309"}},
      {"a time", keyed("t: Temperature", "at"), {}},
      {"not in all", keyed(two, "count"), {"E0308"}, "Temperature.count"},
      {"not in all, of two names", keyed(shop, "id"), {"E0308"}, "Order.id == Payment.…"},
      {"in none", keyed(two, "devise"), {"E0308"}, "device"},
      {"not in an absence", keyed("t: Temperature -> not Order -> u: Temperature", "device"), {"E0308"}, "Order"},
      {"of two types",
       "event Alarm { device: int }\n" + keyed("t: Temperature -> a: Alarm", "device"),
       {"E0308"},
       "a string"},
      {"two names", keyed(shop, "Order.id == Payment.order"), {}},
      {"two names of two types", keyed(shop, "Order.id == Payment.at"), {"E0308"}},
      {"a type that the rule doesn't read", keyed(shop, "Order.id == Payment.order == Cooling.device"), {"E0310"}},
      {"a type twice", keyed(shop, "Order.id == Payment.order == Order.id"), {"E0310"}},
      {"a type left out", keyed(shop + " -> c: Cooling", "Order.id == Payment.order"), {"E0310"}, "Cooling"},
      {"an unknown field", keyed(shop, "Order.id == Payment.ordre"), {"E0203"}, "order"},
      {"a part twice", keyed(two, "device, device"), {"E0311"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckPattern, Clauses) {
  const CheckCase cases[] = {
      {"no match", "rule r {\n  alert info \"x\"\n}\n", {"E0314"}},
      {"no output", "rule r {\n  match t: Temperature\n}\n", {"E0315"}},
      {"a clause twice", pattern("t: Temperature", "within 6m\n alert info \"x\""), {"E0313"}},
      {"outputs twice", pattern("t: Temperature", "alert info \"x\"\n  alert low \"y\""), {}},
      {"within nothing", "rule r {\n  match t: Temperature\n  within 0s\n  alert info \"x\"\n}\n", {"E0316"}},
      {"limit of nothing", pattern("t: Temperature", "limit runs 0\n  alert info \"x\""), {"E0316"}},
      {"limit", pattern("t: Temperature", "limit runs 3\n  alert info \"x\""), {}},
      {"skip past last", pattern("t: Temperature", "after match skip past last\n  alert info \"x\""), {}},
      {"a broken clause is no missing one", "rule r {\n  match -> ->\n  alert info \"{t.x}\"\n}\n", {"E0101"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckPattern, Warnings) {
  const CheckCase cases[] = {
      {"excluded", condition("celsius > 5 and celsius < 3"), {"W0302"}, "never holds"},
      {"excluded, turned", condition("5 < celsius and 3 > celsius"), {"W0302"}},
      {"excluded at the bound", condition("celsius >= 5 and celsius < 5"), {"W0302"}},
      {"a point is left", condition("celsius >= 5 and celsius <= 5"), {}},
      {"two texts", condition("device == \"a\" and device == \"b\""), {"W0302"}},
      {"two fields", condition("celsius > 5 and count < 3"), {}},
      {"either", condition("celsius > 5 or celsius < 3"), {}},
      {"always", condition("1 < 2"), {"W0302"}, "always holds"},
      {"never", condition("false"), {"W0302"}},
      {"not over an optional field", condition("not (level > 3)"), {"W0303"}},
      {"not over a field that is there", condition("not (count > 3)"), {}},
      {"not with the null thought of", condition("level is not null and not (level > 3)"), {}},
      {"not over a result", condition("not (count + 1 > 3)"), {}},
      {"an equality for a key", pattern("t: Temperature -> c: Cooling(device == t.device)"), {"W0304"}, "`by device`"},
      {"an equality for a key of two names",
       pattern("o: Order -> p: Payment(order == o.id)"),
       {"W0304"},
       "Order.id == Payment.order"},
      {"more than an equality", pattern("t: Temperature -> c: Cooling(device == t.device and level > t.count)"), {}},
      {"an equality beside a key",
       "rule r {\n  match t: Temperature -> c: Cooling(on == t.on)\n  by device\n  within 5m\n  alert info \"x\"\n}\n",
       {}},
      {"neighbours of an absence", pattern("t: Temperature -> not Cooling => u: Temperature"), {"W0307"}},
      {"an absence right after", pattern("t: Temperature => not Cooling -> u: Temperature"), {}},
  };
  for (const CheckCase& each : cases) run(each);
}

bool warns_of_waiting(const std::string& match) {
  const Checked checked = check_text(kTypes + ("rule r {\n  match " + match + "\n  alert info \"x\"\n}\n"));
  return std::any_of(checked.diagnostics.begin(), checked.diagnostics.end(),
                     [](const Diagnostic& each) { return each.code == "W0301"; });
}

TEST(CheckPattern, WaitingWithoutEnd) {
  EXPECT_FALSE(warns_of_waiting("t: Temperature"));
  EXPECT_FALSE(warns_of_waiting("t: Temperature+"));
  EXPECT_FALSE(warns_of_waiting("t: Temperature -> c: Cooling?"));
  EXPECT_TRUE(warns_of_waiting("t: Temperature{2}"));
  EXPECT_TRUE(warns_of_waiting("t: Temperature -> c: Cooling"));
  EXPECT_TRUE(warns_of_waiting("t: Temperature? -> c: Cooling"));
}

}  // namespace
}  // namespace tocsin::rules
