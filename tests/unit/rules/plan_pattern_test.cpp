// Patterns as plans: what becomes of parentheses, of `or` and `and`, of names on several sides; and that a plan's text,
// with it the fingerprint, has every part of it.
#include <functional>

#include "rules/elements.hpp"
#include "rules/fingerprint.hpp"
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

constexpr const char* kLetters = R"(
event A { k: string, x: int }
event B { k: string, x: int }
event C { k: string, x: int }
event X { k: string, x: int }
let n = 1
)";

Checked checked_rule(const std::string& match, const std::string& clauses = {}) {
  return check_text(kLetters +
                    ("rule r {\n  match " + match + "\n  by k\n  within 5m\n" + clauses + "  alert info \"x\"\n}\n"));
}

/// The lines of the pattern.
std::string pattern_of(const std::string& match) {
  const Checked checked = checked_rule(match);
  if (!checked.set) return checked.rendered;
  const std::string text = dump(checked.set->rules[0], checked.set->schema);
  const std::size_t first = text.find("  match");
  const std::size_t begin = text.find('\n', first) + 1;
  return text.substr(begin, text.find("  within", begin) - begin);
}

TEST(PlanPattern, Elements) {
  const std::pair<const char*, const char*> cases[] = {
      {"A => B ~>[5s] C ->[5s, 1m] A", "    A\n    => B\n    ~>[5s] C\n    ->[5s, 1m] A\n"},
      {"A -> (B -> C)", "    A\n    -> B\n    -> C\n"},
      {"A =>[5s] ((B) -> C)", "    A\n    =>[5s] B\n    -> C\n"},
      {"A -> (B -> C){1}", "    A\n    -> B\n    -> C\n"},
      {"A -> (B -> C){n}", "    A\n    -> B\n    -> C\n"},
      {"A ->[5s] (B -> C)[10s]", "    A\n    ->[5s] group[10s]\n      B\n      -> C\n"},
      {"A -> (B => C){2,3}? strict [5s] until X",
       "    A\n    -> group{2,3} reluctant strict [5s] until X\n      B\n      => C\n"},
      {"A -> (B -> C)+ until (x > 3)", "    A\n    -> group{1,} until (B(x > 3) or C(x > 3))\n      B\n      -> C\n"},
      {"A -> (B? -> C?){2,} -> A", "    A\n    -> group{0,}\n      B{0,1}\n      -> C{0,1}\n    -> A\n"},
      {"A -> B{2,}+ any", "    A\n    -> B{2,} possessive any\n"},
      {"A -> B* until (x > 3)", "    A\n    -> B{0,} until B(x > 3)\n"},
      {"A -> B* until X(x > 3)", "    A\n    -> B{0,} until X(x > 3)\n"},
      {"A -> not (X or C(x > 1)) -> B", "    A\n    -> not (X or C(x > 1))\n    -> B\n"},
      {"A -> not X for 10m every 1h", "    A\n    -> not X for 10m every 1h\n"},
      {"a: A -> not X for (a.x * 1s)", "    a: A\n    -> not X for (a.x * 1s)\n"},
      {"A -> (not X for 10m)", "    A\n    -> not X for 10m\n"},
      {"A -> (not X for 10m)[5m] -> B", "    A\n    -> not X for 10m\n    -> B\n"},
      {"A -> _(x > 1)", "    A\n    -> A(x > 1)\n"},
      {"A -> B -> _", "    A\n    -> B\n    -> (A or B)\n"},
  };
  for (const auto& [match, expected] : cases) EXPECT_EQ(pattern_of(match), expected) << match;
}

TEST(PlanPattern, Choices) {
  const std::pair<const char*, const char*> cases[] = {
      {"A -> (B or C)", "    A\n    -> (B or C)\n"},
      {"A -> B or C", "    A\n    -> (B or C)\n"},
      {"A -> ((B) or (C or X))", "    A\n    -> (B or C or X)\n"},
      {"A -> B{1} or C", "    A\n    -> (B or C)\n"},
      {"A -> b: B(x > 1) or b: C", "    A\n    -> b: (B(x > 1) or C)\n"},
      {"A -> b: B or C", "    A\n    -> either\n      b: B\n      C\n"},
      {"A ~>[1s] b: B or (c: C or X)", "    A\n    ~>[1s] either\n      b: B\n      c: C\n      X\n"},
      {"A -> b: B or X or b: C", "    A\n    -> either\n      b: (B or C)\n      X\n"},
      {"A -> b: B(x > 1) or B or b: C", "    A\n    -> either\n      b: (B(x > 1) or C)\n      B\n"},
      {"A -> b: B or C(x > 1) or b: C", "    A\n    -> either\n      b: B\n      C(x > 1)\n      b: C (of step 2)\n"},
      {"A -> B? or C", "    A\n    -> choice\n      side\n        B{0,1}\n      or\n        C\n"},
      {"A ->[5s] (B => C) or X",
       "    A\n    ->[5s] choice\n      side\n        B\n        => C\n      or\n        X\n"},
      {"(b: B -> A) or ((C -> b: X) or A)",
       "    choice\n      side\n        b: B\n        -> A\n      or\n        C\n        -> b: X (of step 1)\n      "
       "or\n        A\n"},
      {"A -> (B and C)", "    A\n    -> both\n      side\n        B\n      and\n        C\n"},
      {"(A and (B and (C => X)))",
       "    both\n      side\n        A\n      and\n        B\n      and\n        C\n        => X\n"},
      {"A and B or C",
       "    choice\n      side\n        both\n          side\n            A\n          and\n            B\n      or\n  "
       "      C\n"},
      {"A and (B or C)", "    both\n      side\n        A\n      and\n        (B or C)\n"},
      {"(A or B)+", "    group{1,}\n      (A or B)\n"},
  };
  for (const auto& [match, expected] : cases) EXPECT_EQ(pattern_of(match), expected) << match;
}

TEST(PlanPattern, Bindings) {
  const Checked checked = checked_rule("(v: A -> B) or (C -> v: X{2}) or w: B");
  ASSERT_TRUE(checked.set) << checked.rendered;
  const RulePlan& plan = checked.set->rules[0];
  ASSERT_EQ(plan.pattern.steps.size(), 5U);
  std::vector<std::uint32_t> bindings;
  for (const Step& step : plan.pattern.steps) bindings.push_back(step.binding);
  EXPECT_EQ(bindings, (std::vector<std::uint32_t>{0, 1, 2, 0, 4}));
  std::vector<std::string> types;
  for (const events::TypeId type : plan.pattern.steps[0].types) types.push_back(checked.set->schema[type].name);
  EXPECT_EQ(types, (std::vector<std::string>{"A", "X"}));
  EXPECT_EQ(plan.pattern.steps[3].types.size(), 1U);
  EXPECT_EQ(plan.pattern.steps[3].name, "v");
}

TEST(PlanPattern, LoopingGroupsAroundBindings) {
  const Checked checked = checked_rule("(v: A -> B){2} or (C -> v: X)");
  ASSERT_TRUE(checked.set) << checked.rendered;
  const std::vector<Step>& steps = checked.set->rules[0].pattern.steps;
  EXPECT_TRUE(steps[0].in_looping_group);
  EXPECT_TRUE(steps[1].in_looping_group);
  EXPECT_FALSE(steps[2].in_looping_group);
  EXPECT_TRUE(steps[3].in_looping_group) << "as the step whose binding it has";
}

/// A plan with all there is, so that each part can be changed alone.
Checked whole() {
  return checked_rule(
      "all a: A ->[1s, 5s] (b: B{2,3}? strict [3s] until X(x > 1) -> C)[1m]{2,}? any [7s] until X"
      " -> (c: A or d: B) -> ((e: A -> C) or (A -> e: B)) -> (A and (C -> X)) -> not X for 10m every 1m",
      "  after match skip to last b\n  limit matches 7\n  limit memory 1MB\n  forget 2d\n");
}

TEST(PlanPattern, EveryPartIsInTheFingerprint) {
  const Checked checked = whole();
  ASSERT_TRUE(checked.set) << checked.rendered;
  const RulePlan& plan = checked.set->rules[0];
  const auto element = [](RulePlan& changed, std::size_t i) -> Element& { return changed.pattern.elements[i]; };
  const auto group = [&](RulePlan& changed) -> Group& { return std::get<Group>(element(changed, 1).node); };
  const auto absent = [&](RulePlan& changed) -> Absent& { return std::get<Absent>(element(changed, 5).node); };
  const std::pair<const char*, std::function<void(RulePlan&)>> changes[] = {
      {"nothing", [](RulePlan&) {}},
      {"arrow", [&](RulePlan& p) { element(p, 1).arrow = Arrow::any; }},
      {"no bound", [&](RulePlan& p) { element(p, 1).bound.reset(); }},
      {"least", [&](RulePlan& p) { element(p, 1).bound->least.ns += 1; }},
      {"least of 0", [&](RulePlan& p) { element(p, 1).bound->least.ns = 0; }},
      {"most", [&](RulePlan& p) { element(p, 1).bound->most.ns += 1; }},
      {"group's span", [&](RulePlan& p) { group(p).span->ns += 1; }},
      {"group's no span", [&](RulePlan& p) { group(p).span.reset(); }},
      {"group's min", [&](RulePlan& p) { group(p).min = 3; }},
      {"group's max", [&](RulePlan& p) { group(p).max = 4; }},
      {"group's greed", [&](RulePlan& p) { group(p).greed = Greed::greedy; }},
      {"group's mode", [&](RulePlan& p) { group(p).mode = Arrow::next; }},
      {"group's gap", [&](RulePlan& p) { group(p).gap->ns += 1; }},
      {"group's until", [&](RulePlan& p) { group(p).until.clear(); }},
      {"group's elements", [&](RulePlan& p) { group(p).elements.pop_back(); }},
      {"step's min", [](RulePlan& p) { p.pattern.steps[1].min = 1; }},
      {"step's max", [](RulePlan& p) { p.pattern.steps[1].max.reset(); }},
      {"step's greed", [](RulePlan& p) { p.pattern.steps[1].greed = Greed::possessive; }},
      {"step's mode", [](RulePlan& p) { p.pattern.steps[1].mode = Arrow::followed_by; }},
      {"step's gap", [](RulePlan& p) { p.pattern.steps[1].gap.reset(); }},
      {"step's until", [](RulePlan& p) { p.pattern.steps[1].until.clear(); }},
      {"until's condition", [](RulePlan& p) { p.pattern.steps[1].until[0].condition.reset(); }},
      {"step's name", [](RulePlan& p) { p.pattern.steps[1].name = "z"; }},
      {"step's types", [](RulePlan& p) { p.pattern.steps[0].fits[0].type = p.pattern.steps[1].fits[0].type; }},
      {"binding", [](RulePlan& p) { p.pattern.steps[8].binding = 8; }},
      {"order of takes",
       [&](RulePlan& p) {
         auto& takes = std::get<Either>(element(p, 2).node).takes;
         std::swap(takes[0], takes[1]);
       }},
      {"order of sides",
       [&](RulePlan& p) {
         auto& sides = std::get<Choice>(element(p, 3).node).sides;
         std::swap(sides[0], sides[1]);
       }},
      {"where a side ends",
       [&](RulePlan& p) {
         auto& sides = std::get<Both>(element(p, 4).node).sides;
         sides.push_back({sides[1].back()});
         sides[1].pop_back();
       }},
      {"`and` in the place of `or`",
       [&](RulePlan& p) {
         auto sides = std::get<Choice>(element(p, 3).node).sides;
         element(p, 3).node = Both{std::move(sides)};
       }},
      {"absence's span", [&](RulePlan& p) { absent(p).span->value = events::Duration{1}; }},
      {"absence without span", [&](RulePlan& p) { absent(p).span.reset(); }},
      {"every", [&](RulePlan& p) { absent(p).every->ns += 1; }},
      {"no every", [&](RulePlan& p) { absent(p).every.reset(); }},
      {"absence's types", [&](RulePlan& p) { absent(p).fits[0].type = p.pattern.steps[0].fits[0].type; }},
      {"within", [](RulePlan& p) { p.within->ns += 1; }},
      {"no within", [](RulePlan& p) { p.within.reset(); }},
      {"matching", [](RulePlan& p) { p.matching.mode = Matching::Mode::one; }},
      {"up to",
       [](RulePlan& p) {
         p.matching = {Matching::Mode::up_to, 3};
       }},
      {"policy", [](RulePlan& p) { p.after.policy = AfterMatch::Policy::skip_to_first; }},
      {"target", [](RulePlan& p) { p.after.step = 0; }},
      {"limit runs", [](RulePlan& p) { p.limit_runs += 1; }},
      {"limit matches", [](RulePlan& p) { p.limit_matches.reset(); }},
      {"limit memory", [](RulePlan& p) { *p.limit_memory += 1; }},
      {"forget", [](RulePlan& p) { p.forget = kDefaultForget; }},
      {"timeout", [](RulePlan& p) { p.outputs[0].timeout = true; }},
      {"shadow", [](RulePlan& p) { p.shadow = true; }},
  };
  std::map<std::string, std::string> seen;  // fingerprint → change
  for (const auto& [name, change] : changes) {
    RulePlan changed = plan;
    change(changed);
    const std::string print = fingerprint(changed, checked.set->schema, {});
    const auto [first, is_new] = seen.try_emplace(print, name);
    EXPECT_TRUE(is_new) << name << " is the same as " << first->second << "\n" << dump(changed, checked.set->schema);
  }
  EXPECT_EQ(seen.begin()->first.size(), 16U);
}

TEST(PlanPattern, WhatLayoutDoesNotChange) {
  const auto print = [](const std::string& match) {
    const Checked checked = checked_rule(match);
    return checked.set ? checked.set->rules[0].version : checked.rendered;
  };
  EXPECT_EQ(print("A -> B -> C"), print("(A -> (B) -> ((C)))"));
  EXPECT_EQ(print("A -> (B or C)"), print("A -> B|C"));
  EXPECT_EQ(print("A ->[0s, 5s] B"), print("A ->[5s] B"));
  EXPECT_EQ(print("A{n} -> B"), print("A -> B"));
  EXPECT_NE(print("A -> B -> C"), print("A -> C -> B"));
}

}  // namespace
}  // namespace tocsin::rules
