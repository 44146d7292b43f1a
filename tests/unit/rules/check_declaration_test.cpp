// `let`, `fn`, and types of fields: order never matters, circles are told, what is broken is told once.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

/// A rule that reads an expression, after declarations.
std::string read(const std::string& declarations, const std::string& expression) {
  return declarations + "\n" + output(expression);
}

TEST(CheckDeclaration, Constants) {
  const CheckCase cases[] = {
      {"in a condition", "let limit = 80\n" + condition("celsius > limit"), {}},
      {"in an output", read("let limit = 80", "limit"), {}},
      {"of others, in any order", read("let a = b * 2\nlet b = d + 1\nlet d = 3", "a"), {}},
      {"a circle", read("let a = b\nlet b = a", "a"), {"E0221"}, "needs itself"},
      {"of itself", read("let a = a + 1", "a"), {"E0221"}},
      {"not constant", read("let a = t.count", "a"), {"E0502"}},
      {"of an unknown name", read("let a = limti\nlet limit = 3", "a + limit"), {"E0502"}, "limit"},
      {"always null", read("let a = 1 / 0", "a"), {"E0502"}, "always null"},
      {"null", read("let a = null", "a"), {"E0217"}},
      {"a broken one is one error", read("let a = \"x\" + 1", "a + 3"), {"E0212"}},
      {"unused", read("let a = 3", "3"), {"W0202"}, "nothing reads constant `a`"},
      {"used by an unused one", read("let a = 3\nlet b = a", "3"), {"W0202"}, "`b`"},
      {"twice", read("let a = 3\nlet a = 4", "a"), {"E0207"}},
      {"called as an event", read("let Cooling = 3", "3"), {"E0207"}},
      {"a list", read("let codes = [401, 403]", "t.count in codes"), {}},
      {"a network", read("let inner = \"10.0.0.0/8\"", "t.device in inner"), {}},
      {"a regex", read("let shape = \"^a+$\"", "t.device matches shape"), {}},
      {"a bad regex where it is used", read("let shape = \"(\"", "t.device matches shape"), {"E0223"}},
      {"a severity", read("let grave = high", "grave >= medium"), {}},
      {"a field and a constant", "let celsius = 80\n" + condition("celsius > 3"), {"E0219"}, "a field or a constant"},
      {"a key and a constant",
       "let device = \"a\"\nrule r {\n  match t: Temperature\n  by device\n  alert info \"{device}\"\n}\n",
       {"E0219"},
       "a part of the key or a constant"},
      {"a constant and a step's field", "let celsius = 80\n" + output("t.celsius > celsius"), {}},
      {"misspelt", "let limit = 80\n" + condition("celsius > limt"), {"E0203"}, "a constant with a similar name"},
      {"with fields", "let limit = 80\n" + condition("celsius > limit.x"), {"E0205"}, "is a constant"},
      {"in a test",
       "let hot = 90.5\n" + condition("celsius > 3") +
           "test r \"t\" {\n  at 1s Temperature { device: \"a\", celsius: hot, count: 1, on: true, at: "
           "time(\"2024-01-01T00:00:00Z\"), lasted: 1s }\n  expect alert r\n}\n",
       {}},
      {"as a bound",
       "let span = 5m\nrule r {\n  match t: Temperature -> c: Cooling\n  within span\n  alert info \"x\"\n}\n",
       {}},
      {"a number as a bound",
       "let span = 5\nrule r {\n  match t: Temperature -> c: Cooling\n  within span\n  alert info \"x\"\n}\n",
       {"E0222"},
       "a duration is asked for"},
      {"as a count", "let n = 3\n" + pattern("t: Temperature{n}"), {}},
      {"a negative count", "let n = -3\n" + pattern("t: Temperature{n}"), {"E0222"}, "negative"},
      {"an unknown count",
       "let nine = 9\n" + pattern("t: Temperature{nien}") + output("nine"),
       {"E0224", "E0207"},
       "nine"},
      {"a zone", "let zone = \"Europe/Berlin\"\n" + condition("hour(at) > 3"), {}},
      {"no zone", "let zone = \"Berlin\"\n" + condition("hour(at) > 3"), {"E0223"}, "Europe/Berlin"},
      {"a zone that is a number", "let zone = 3\n" + condition("hour(at) > 3"), {"E0222"}, "time zone"},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckDeclaration, Functions) {
  const CheckCase cases[] = {
      {"in a condition", "fn hot(c: float) = c > 80\n" + condition("hot(celsius)"), {}},
      {"in an output", read("fn twice(n: int) = n * 2", "twice(t.count)"), {}},
      {"of others, in any order",
       read("fn a(n: int) = b(n) + 1\nfn b(n: int) = n * two\nlet two = 2", "a(t.count)"),
       {}},
      {"in a constant", read("let six = twice(3)\nfn twice(n: int) = n * 2", "six"), {}},
      {"an int for a float", read("fn half(x: float) = x / 2", "half(t.count)"), {}},
      {"an int constant for a float", read("fn half(x: float) = x / 2", "half(3)"), {}},
      {"a float for an int", read("fn half(x: int) = x / 2", "half(t.celsius)"), {"E0215"}, "`x` is an int"},
      {"too few", read("fn add(a: int, b: int) = a + b", "add(1)"), {"E0215"}, "add(a: int, b: int)"},
      {"null goes in", read("fn level(n: int?) = n ?? 0", "level(t.level)"), {}},
      {"null goes in everywhere", read("fn more(n: int) = n + 1", "more(t.level)"), {}},
      {"a list", read("fn any(xs: list<string>) = \"a\" in xs", "any([t.device])"), {}},
      {"recursion", read("fn f(n: int) = f(n - 1)", "f(3)"), {"E0221"}, "needs itself"},
      {"recursion by two", read("fn f(n: int) = g(n)\nfn g(n: int) = f(n)", "f(3)"), {"E0221"}},
      {"recursion by a constant", read("fn f(n: int) = n + a\nlet a = f(3)", "f(3)"), {"E0221"}},
      {"wrong though unused", read("fn f(n: int) = n + \"a\"", "3"), {"E0212"}},
      {"wrong once though called twice", read("fn f(n: int) = n + \"a\"", "f(1) + f(2)"), {"E0212"}},
      {"unused", read("fn f(n: int) = n", "3"), {"W0202"}, "nothing calls function `f`"},
      {"fields are not known", read("fn f(n: int) = n + celsius", "f(3)"), {"E0220"}, "neither parameter nor constant"},
      {"a misspelt parameter", read("fn f(number: int) = nummber", "f(3)"), {"E0220"}, "number"},
      {"steps are not known", read("fn f(n: int) = n + t.count", "f(3)"), {"E0220"}, "as an argument"},
      {"nor what is counted", read("fn f(n: int) = n + count(t)", "f(3)"), {"E0220"}, "knows no steps"},
      {"nor attributes", read("fn f(n: int) = @time", "f(3)"), {"E0220"}},
      {"an unknown type", read("fn f(n: intt) = n", "f(3)"), {"E0209"}, "int"},
      {"two parameters of a name", read("fn f(n: int, n: int) = n", "f(3, 4)"), {"E0207"}},
      {"a parameter called as a constant", read("let n = 3\nfn f(n: int) = n", "f(3)"), {"W0204"}, "hides"},
      {"called as one of the language", read("fn lower(s: string) = s", "3"), {"E0207"}, "of the language"},
      {"called as one of later", read("fn median(x: int) = x", "3"), {"E0207"}},
      {"without parentheses", "fn hot(c: float) = c > 80\n" + condition("hot"), {"E0203"}, "is a function"},
      {"misspelt", read("fn double_of(n: int) = n * 2", "duoble_of(3)"), {"E0206"}, "double_of"},
      {"always null with these", read("fn ratio(a: float, b: float) = a / b", "ratio(1, 0)"), {"W0203"}},
      {"an error in an argument", read("fn f(n: int) = n", "f(t.cuont)"), {"E0203"}},
  };
  for (const CheckCase& each : cases) run(each);
}

/// What copying costs is bounded, by one expression and by the set.
TEST(CheckDeclaration, CopiesAreBounded) {
  std::string doubling = "fn f0(n: int) = n + n\n";
  for (int i = 1; i < 60; ++i)
    doubling += "fn f" + std::to_string(i) + "(n: int) = f" + std::to_string(i - 1) + "(n) + f" +
                std::to_string(i - 1) + "(n)\n";
  run({"functions that double", read(doubling, "f59(t.count)"), {"E0111"}, "grows too long"});

  std::string inner = "t.count";
  for (int i = 0; i < 12; ++i) inner = "wide(" + inner + ")";
  std::string wide = "n";
  for (int i = 0; i < 50; ++i) wide += " + n";
  run({"arguments that grow", read("fn wide(n: int) = " + wide, inner), {"E0111"}});

  std::string nested = "t.count";
  for (int i = 0; i < 20; ++i) nested = "(if " + nested + " between 0 and 9 then 1 else 0)";
  run({"between in between", output(nested), {"E0111"}});

  std::string chain;
  for (int i = 0; i < 5000; ++i) chain += "let c" + std::to_string(i) + " = c" + std::to_string(i + 1) + " + 1\n";
  run({"a long chain of constants", read(chain + "let c5000 = 1", "c0"), {"E0110"}, "too deeply"});
}

TEST(CheckDeclaration, TypesOfFields) {
  const CheckCase cases[] = {
      {"lists and severities", "event A { a: list<int>, b: list<list<float>>?, c: severity }\n" + pattern("x: A"), {}},
      {"a list of nothing", "event A { a: list }\n", {"E0209"}, "list<float>"},
      {"a list of no type", "event A { a: list<flaot> }\n", {"E0209"}, "float"},
      {"too deep a list", "event A { a: list<list<list<list<int>>>> }\n", {"E0209"}, "no deeper than 3"},
      {"an inner field twice", "event A { p: { a: int, a: float } }\n", {"E0208"}, "p.a"},
      {"an object twice", "event A { p: { a: int }, p: { b: int } }\n", {"E0208"}, "`p`"},
      {"an object and a field", "event A { p: { a: int }, p: int }\n", {"E0208"}},
      {"an inner pointer", "event A { p: { a: int from \"b\" } }\n", {"E0210"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckDeclaration, NestedFieldsLieFlat) {
  const Checked checked = check_text(
      "event A { id: string, pos: { lat: float, deep: { x: int }, at: time from \"/stamp\" }?, q: { r: bool } from "
      "\"/data/q\" }\n"
      "rule r {\n  match a: A(pos.lat > 3)\n  alert info \"x\"\n}\n");
  ASSERT_TRUE(checked.set) << checked.rendered;
  std::string text;
  for (const events::Field& field : checked.set->schema.types[0].fields) {
    text += field.name + ":" + std::string(events::name_of(field.type)) + (field.optional ? "?" : "");
    for (const std::string& token : field.path) text += "/" + token;
    text += field.stored ? "! " : " ";
  }
  EXPECT_EQ(text,
            "id:string/id pos.lat:float?/pos/lat! pos.deep.x:int?/pos/deep/x pos.at:time?/stamp q.r:bool/data/q/r ");
}

TEST(CheckDeclaration, ZoneOfTheSet) {
  const std::string rule = "event A { at: time }\nrule r {\n  match a: A\n  alert info \"{hour(a.at)}\"\n}\n";
  const Checked checked = check_text("let zone = \"Asia/Kolkata\"\n" + rule);
  ASSERT_TRUE(checked.set) << checked.rendered;
  EXPECT_EQ(checked.set->zone, "Asia/Kolkata");
  const Checked plain = check_text(rule);
  ASSERT_TRUE(plain.set) << plain.rendered;
  EXPECT_EQ(plain.set->zone, "");
  EXPECT_NE(plain.set->rules[0].version, checked.set->rules[0].version);
}

}  // namespace
}  // namespace tocsin::rules
