// Events that make rules fire: one rule for each thing that a condition, a key or a pattern can ask for.
#include "engine/generate.hpp"

#include <gtest/gtest.h>

#include <re2/re2.h>

#include "engine/generate_judge.hpp"
#include "engine/generate_values.hpp"
#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kTypes =
    "event A { k: string, n: int, x: float, s: string, b: bool, t: time, d: duration, v: severity, l: list<int>, o: "
    "int? }\n"
    "event B { k: string, n: int, x: float, at: { lat: float, lon: float }, ip: string }\n"
    "event C \"wire.c\" { id: int, ref: string, n: int from \"/deep/down/n\" }\n";

struct Case {
  const char* rule;      ///< what follows `rule r {`
  std::size_t near = 1;  ///< near misses at least
};

/// Every scenario, run anew in one stream, does what it says.
void expect_true(const std::shared_ptr<const rules::RuleSet>& set, const Generated& generated) {
  std::string text;
  for (const Scenario& scenario : generated.scenarios) text += text_of(scenario.events, set->schema);
  const Judged judged = run_text(set, text);
  EXPECT_EQ(judged.refused, "");
  for (const Scenario& scenario : generated.scenarios)
    EXPECT_EQ(fired(judged, scenario), scenario.fires) << scenario.what << '\n'
                                                       << text_of(scenario.events, set->schema);
}

TEST(Generate, MeetsWhatRulesAsk) {
  const Case cases[] = {
      {"match A alert low \"x\"", 0},
      {"match a: A(n > 80) alert low \"x\""},
      {"match a: A(n > 80 and n < 82 and x == 2.5) alert low \"x\""},
      {"match a: A(n * 3 + 7 == 1207) alert low \"x\""},
      {"match a: A(x > 9223372036854775807) alert low \"x\""},
      {"match a: A(n between 17 and 19 and not (n in [17, 18])) alert low \"x\""},
      {"match a: A(o is null and b and v == critical) alert low \"x\""},
      {"match a: A(o > 5 and not b and v < low) alert low \"x\""},
      {"match a: A(s == \"x\" or s == \"y\" and n > 3) alert low \"x\""},
      {"match a: A(s like \"ab*c?d\") alert low \"x\""},
      {"match a: A(s matches \"^user-[0-9]{3}@(a|b)\\\\.example$\") alert low \"x\""},
      {"match a: A(length(s) == 12 and starts_with(s, \"ab\")) alert low \"x\""},
      {"match b: B(ip in \"10.20.0.0/16\") alert low \"x\""},
      {"match b: B(distance(at.lat, at.lon, 52.52, 13.405) < 500) alert low \"x\""},
      {"match b: B(inside([at.lat, at.lon], [[1, 1], [1, 3], [3, 3], [3, 1]])) alert low \"x\""},
      {"match a: A(contains(l, 42) and length(l) >= 2) alert low \"x\""},
      {"match a: A(d > 1h30m) alert low \"x\""},
      {"match a: A(hour(@time) == 3 and weekday(@time) == 6) alert low \"x\"", 0},
      {"match a: A(hour(t) >= 22) alert low \"x\""},
      {"match a: A(@subject == \"door\") alert low \"x\""},
      {"match a: A -> b: B(x > a.x + 10) by k within 10s alert low \"x\"", 3},
      {"match a: A -> b: B(n == a.n * 2 and n > 100) by k alert low \"x\"", 2},
      {"match a: A -> b: B(@time - a.@time > 5s) by k within 10s alert low \"x\"", 2},
      {"match a: A{5} by k within 10s alert low \"x\"", 2},
      {"match a: A(n > 60) -> r: A(n > (last(r.n) ?? a.n)){3} -> not B(n > 0) -> p: A(n > 75) by k within 5m alert low "
       "\"x\"",
       5},
      {"match a: A => not B(n > 3) -> c: B by k alert low \"x\"", 2},
      {"match (a: A(n > 2) -> b: B(n > a.n)){2} -> A by k within 1m alert low \"x\"", 2},
      {"match a: A -> c: C(n > 4) by A.k == C.ref within 1m alert low \"x\"", 3},
      {"match a: A -> b: A(s != a.s) by head = split(s, \"/\")[0] within 1m alert low \"x\"", 2},
      {"match a: A|B(n > 3) -> b: B? -> c: A(o is null) by k within 1m alert low \"x\"", 2},
      {"match a: A{3} by k within 10ms alert high \"x\" if (sum(a.n) > 100 and stddev(a.x) > 1) throttle 1 per 1h", 1},
      {"match a: A{2} alert low \"x\" throttle 1 per 2d"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.rule);
    const auto set = rules_of(std::string(kTypes) + "rule r { " + each.rule + " }");
    const Generated generated = generate(*set, {});
    ASSERT_EQ(generated.rules.size(), 1U);
    EXPECT_GE(generated.rules[0].fires, 1U) << generated.rules[0].why;
    EXPECT_GE(generated.rules[0].near_misses, each.near);
    expect_true(set, generated);
  }
}

TEST(Generate, MeetsWhatPatternsAsk) {
  const Case cases[] = {
      {"match a: A ->[5s, 10s] b: B(n > a.n) ~>[500ms] c: C(ref == a.k) => d: A by A.k == B.k == C.ref alert low \"x\"",
       5},
      {"match a: A{2,3} strict until B -> b: B(n > 5)+ any [5s] -> c: A(n > 9) by k within 1h alert low \"x\"", 4},
      {"match a: A(n < 7)++ -> b: A(n > 5) by k alert low \"x\"", 2},
      {"match a: A++[5s] -> b: A by k alert low \"x\"", 1},
      {"match a: A{2,}? until (n > 100) -> b: B?? -> c: A(n == 55) by k within 1m alert low \"x\"", 3},
      {"match (a: A -> b: B)[5s]{2} [1m] -> c: A(n > 3) by k alert low \"x\"", 4},
      {"match (a: A -> b: B(n > a.n)){2} any until A(n == 77) -> B by k alert low \"x\"", 2},
      {"match a: A -> (b: B or c: A(n > 4)) by k alert low \"x\"", 2},
      {"match (a: A(n > 2) or (b: B -> c: B(n > b.n))) by k alert low \"x\"", 1},
      {"match a: A -> (b: B(n > 4) and c: A{2} and (d: A(n > 9) -> not B for 2s)) -> e: A by k alert low \"x\"", 4},
      {"match a: A(n > 3) and b: B(n < 3) by k within 1m alert low \"x\"", 3},
      {"match a: A -> not B for 10m by k alert low \"x\"", 2},
      {"match a: A -> not B(n > 4) for 10m -> c: A(n > 5) by k alert low \"x\"", 3},
      {"match not B(n > 4) for 10m -> a: A(n > 3) by k alert low \"x\"", 3},
      {"match not A(n < 4) for 10m -> a: A(n > 3) alert low \"x\"", 2},
      {"match a: A -> b: B -> not (A or B) by k within 10m alert low \"x\"", 3},
      {"match a: A => not B(n > 4) by k alert low \"x\"", 1},
      {"match a: A => not B(n > 4) by k within 10m alert low \"x\"", 1},
      {"match a: A(n > 3) -> not B for (a.d * 2) by k alert low \"x\" if (a.d > 1m)", 2},
      {"match a: A -> not B for 10m every 1h by k alert low \"x\"", 1},
      {"match a: A(n > 3) -> b: B by k within 10m timeout alert low \"x\"", 2},
      {"match a: A(n > 3) ->[10s] b: B -> c: A by k timeout alert low \"x\" alert high \"y\"", 1},
      {"match a: A -> b: A(n != a.n){2} ->[1m] c: B by k timeout alert low \"x\" if (count(b) > 1)", 1},
      {"match all a: A -> (b: B or (c: A(n > 3) -> d: A)) by k after match keep within 1m alert low \"x\"", 2},
      {"match up to 3 a: A ~> b: B by k after match skip to last b within 1m limit matches 5 alert low \"x\"", 2},
      {"match r: A(x > (r[-1].x ?? 10.5)){3} by k alert low \"x\" if (distinct(r.n) == 2 and length(collect(r.n)) == 3 "
       "and r[0].n > 100)",
       2},
      {"from A, B match a: A -> _(@subject == \"s\") => _ by k alert low \"x\"", 2},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.rule);
    const auto set = rules_of(std::string(kTypes) + "rule r { " + each.rule + " }");
    const Generated generated = generate(*set, {});
    ASSERT_EQ(generated.rules.size(), 1U);
    EXPECT_GE(generated.rules[0].fires, 1U) << generated.rules[0].why;
    EXPECT_GE(generated.rules[0].near_misses, each.near);
    expect_true(set, generated);
  }
}

TEST(Generate, WhatRepeatsEnds) {
  const auto set =
      rules_of(std::string(kTypes) + "rule r { match a: A(n > 3) -> not B(n > 7) for 10m every 1m alert low \"x\" }");
  const Generated generated = generate(*set, {});
  EXPECT_GE(generated.rules[0].fires, 1U);
  EXPECT_GE(generated.rules[0].near_misses, 2U);
  expect_true(set, generated);
  std::string text;
  for (const Scenario& scenario : generated.scenarios) text += text_of(scenario.events, set->schema);
  EXPECT_LE(run_text(set, text).outputs.size(), 100U);
}

TEST(Generate, TimeoutsFireToo) {
  const auto set = rules_of(std::string(kTypes) +
                            "rule r { match a: A -> b: B by k within 10m timeout alert low \"x\" alert high \"y\" }\n"
                            "rule late { match a: A(n > 3) -> b: B by k within 10m timeout emit Late { n: a.n } }\n"
                            "rule after { match l: Late(n > 50) -> b: B(n > l.n) within 1h alert low \"x\" }");
  const Generated generated = generate(*set, {});
  std::size_t times_out = 0, in_time = 0;
  for (const Scenario& scenario : generated.scenarios) {
    times_out += scenario.what == "times out" ? 1 : 0;
    in_time += scenario.what == "in time" ? 1 : 0;
  }
  EXPECT_GE(times_out, 2U);
  EXPECT_GE(in_time, 1U);
  for (const GeneratedRule& rule : generated.rules) EXPECT_GE(rule.fires, 1U) << rule.rule << ": " << rule.why;
  expect_true(set, generated);
}

TEST(Generate, MeetsRulesThatReadOthers) {
  const auto set =
      rules_of(std::string(kTypes) +
               "rule low { match a: A(n > 3){2} by k within 10s emit Down { k, worst: max(a.n) } if (max(a.n) > 50) }\n"
               "rule high { match d: Down(worst > 90) -> e: Down(k != d.k and worst > d.worst) within 1h alert high "
               "\"{d.k}\" { w: e.worst } }\n"
               "rule top { match x: alert.high(w > 200 and severity >= high) alert critical \"x\" }\n");
  const Generated generated = generate(*set, {});
  for (const GeneratedRule& rule : generated.rules) {
    EXPECT_GE(rule.fires, 1U) << rule.rule << ": " << rule.why;
    EXPECT_GE(rule.near_misses, 1U) << rule.rule;
  }
  expect_true(set, generated);
}

TEST(Generate, TellsWhatCannotBeMet) {
  struct Unmeetable {
    const char* rule;
    const char* why;
  };
  const Unmeetable cases[] = {
      {"match a: A(n > 5 and n * 2 < 10) alert low \"x\"", "could not be met"},
      {"match a: A -> b: A(x > a.x and x < a.x) by k alert low \"x\"", "could not be met"},
      {"match a: A alert low \"x\" if (count(a) > 1)", "could not be met"},
      {"match a: A(hash(s) == \"x\") alert low \"x\"", "could not be met"},
      {"match a: A++ -> b: A(n > 5) by k alert low \"x\"", "could not be met"},
      {"match a: A ->[5s] b: B(@time > a.@time + 6s) by k alert low \"x\"", "could not be met"},
      {"match a: A -> b: B by k timeout alert low \"x\"", "times out"},
      {"match A alert low \"x\" disabled", "it is disabled"},
      {"match A alert low \"x\" shadow", "it is a shadow"},
  };
  for (const Unmeetable& each : cases) {
    SCOPED_TRACE(each.rule);
    const auto set = rules_of(std::string(kTypes) + "rule r { " + each.rule + " }");
    const Generated generated = generate(*set, {.work = 50'000});
    EXPECT_EQ(generated.rules[0].fires, 0U);
    EXPECT_NE(generated.rules[0].why.find(each.why), std::string::npos) << generated.rules[0].why;
    EXPECT_TRUE(generated.scenarios.empty());
  }
}

TEST(Generate, IsTheSameForTheSameSeed) {
  const auto set =
      rules_of(std::string(kTypes) + "rule r { match a: A(n > 3) -> b: B(x > 7) by k within 1m alert low \"x\" }");
  const auto text = [&](std::uint64_t seed) {
    std::string all;
    for (const Scenario& scenario : generate(*set, {.seed = seed}).scenarios)
      all += text_of(scenario.events, set->schema);
    return all;
  };
  EXPECT_EQ(text(7), text(7));
  EXPECT_NE(text(7), text(8));
}

TEST(Generate, OnlyTheRulesAskedForAndNoNearMisses) {
  const auto set = rules_of(std::string(kTypes) +
                            "rule p { match A alert low \"x\" }\nrule q { match a: B(n > 3) alert low \"x\" }");
  const Generated generated = generate(*set, {.rules = {"q"}, .near = false});
  ASSERT_EQ(generated.rules.size(), 1U);
  EXPECT_EQ(generated.rules[0].rule, "q");
  ASSERT_EQ(generated.scenarios.size(), 1U);
  EXPECT_TRUE(generated.scenarios[0].fires);
}

TEST(Generate, TextsFitTheirPatterns) {
  Random random(1);
  for (const char* regex :
       {"abc", "^a+b*c?$", "[0-9]{3}-[a-f]+", "(foo|bar)(?:x|y){2}", "^\\d+\\.\\w\\s\\S$", "[^abc]z", "a.c|q"}) {
    bool found = false;
    for (int i = 0; i < 10; ++i) found = found || re2::RE2::PartialMatch(text_matching(regex, random), regex);
    EXPECT_TRUE(found) << regex;
  }
}

}  // namespace
}  // namespace tocsin::engine::testing
