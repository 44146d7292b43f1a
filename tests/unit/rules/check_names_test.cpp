// Declarations: names of the set, fields, wire forms; what follows from a broken one is quiet.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

TEST(CheckNames, Declarations) {
  const CheckCase cases[] = {
      {"an event twice", "event Cooling { x: int }\n", {"E0207"}, "first declared here"},
      {"an event twice, and what the other one has",
       "event Cooling { x: int }\n" + pattern("c: Cooling(x > 3 or on)"),
       {"E0207"}},
      {"a rule twice", pattern("t: Temperature") + pattern("c: Cooling"), {"E0207"}},
      {"a rule and an event", "rule Cooling {\n  match t: Temperature\n  alert info \"x\"\n}\n", {"E0207"}},
      {"a field twice", "event Alarm { a: int, b: int, a: string }\n", {"E0208"}},
      {"an unknown type", "event Alarm { a: uuid }\n", {"E0209"}, "the types are"},
      {"a type of other languages", "event Alarm { a: Timestamp }\n", {"E0209"}, "time"},
      {"a misspelt type", "event Alarm { a: strng }\n", {"E0209"}, "string"},
      {"a field of an unknown type is quiet", "event Alarm { a: strng }\n" + pattern("x: Alarm(a > 3)"), {"E0209"}},
      {"a severity", "event Alarm { a: severity }\n", {}},
      {"pointer without a slash", "event Alarm { a: int from \"b/c\" }\n", {"E0210"}, "\"/b/c\""},
      {"empty pointer", "event Alarm { a: int from \"\" }\n", {"E0210"}},
      {"escape that isn't one", "event Alarm { a: int from \"/~2\" }\n", {"E0210"}},
      {"two wire names", "event Alarm \"Cooling\" { a: int }\n", {"E0211"}},
      {"empty wire name", "event Alarm \"\" { a: int }\n", {"E0218"}},
      {"all problems in one go",
       "event Alarm { a: strng, a: int }\n" + condition("celcius > \"3\" and on == 3"),
       {"E0209", "E0208", "E0203", "E0212"}},
      {"a missing declaration is one problem",
       pattern("a: Alarm -> b: Alarm") + "test r \"t\" {\n  at 5s Alarm { a: 1 }\n  expect at 5s alert r\n}\n",
       {"E0201"}},
      {"a table without its file has a name",
       "table limit from \"limits.csv\" key device { device: string }\n" + condition("celsius > limit") +
           "rule s {\n  match t: Temperature(celcius > 3)\n  alert low \"{limit}\"\n}\n",
       {"E0601", "E0608", "E0203", "E0608"}},
      {"a broken event", "event Alarm { a: int, 3 }\n" + pattern("x: Alarm(b > 3)"), {"E0101"}},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckNames, Schema) {
  const Checked checked = check_text(
      "event Zeta \"z.wire\" { a: int?, b: string from \"/x/y~1z/~0\" }\nevent Alpha { a: int }\n"
      "rule r {\n  match z: Zeta(a > 3)\n  alert info \"x\"\n}\n");
  ASSERT_TRUE(checked.set) << checked.rendered;
  const std::vector<events::EventType>& types = checked.set->schema.types;
  ASSERT_EQ(types.size(), 2U);
  EXPECT_EQ(types[0].name, "Alpha");
  EXPECT_EQ(types[0].wire, "Alpha");
  EXPECT_EQ(types[1].wire, "z.wire");
  EXPECT_FALSE(types[1].derived);
  EXPECT_TRUE(types[1].fields[0].optional);
  EXPECT_EQ(types[1].fields[0].path, std::vector<std::string>{"a"});
  EXPECT_EQ(types[1].fields[1].path, (std::vector<std::string>{"x", "y/z", "~"}));
  EXPECT_TRUE(types[1].fields[0].stored);
  EXPECT_FALSE(types[1].fields[1].stored);
  EXPECT_FALSE(types[0].fields[0].stored);
}

/// Files in any order, declarations in any order: the same set.
TEST(CheckNames, OrderDoesNotMatter) {
  const std::string parts[] = {"event A { k: string, v: int }\n", "event B { k: string }\n",
                               "rule one {\n  match a: A -> b: B\n  by k\n  within 5m\n  emit C { k, v: a.v }\n}\n",
                               "rule two {\n  match c: C(v > 3)\n  alert low \"{c.k}\"\n}\n"};
  std::vector<std::string> dumps;
  std::vector<int> order = {0, 1, 2, 3};
  do {
    Sources sources;
    for (const int part : order) sources.push_back({"f" + std::to_string(part), parts[part]});
    Diagnostics warnings;
    const Result<RuleSet> set = compile(sources, warnings);
    ASSERT_TRUE(set) << render(set.error(), sources, false);
    std::string text;
    for (const RulePlan& rule : set->rules) text += dump(rule, set->schema);
    for (const events::EventType& type : set->schema.types) text += type.name + " ";
    dumps.push_back(text);
  } while (std::next_permutation(order.begin(), order.end()));
  ASSERT_EQ(dumps.size(), 24U);
  for (const std::string& text : dumps) EXPECT_EQ(text, dumps.front());
}

}  // namespace
}  // namespace tocsin::rules
