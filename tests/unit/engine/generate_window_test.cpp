// Events that make window rules fire: each kind of window, aggregates, joins, layers; and what is told of those for
// which none are found.
#include <gtest/gtest.h>

#include "engine/generate.hpp"
#include "engine/generate_judge.hpp"
#include "engine/generate_window.hpp"
#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kTypes =
    "event A { k: string, n: int, x: float, s: string, b: bool, d: duration }\n"
    "event B { k: string, n: int, x: float }\n"
    "event C { ref: string, n: int }\n";

struct Case {
  const char* rule;      ///< what follows `rule r {`
  std::size_t near = 1;  ///< near misses at least
};

void expect_fires(const Case& each) {
  SCOPED_TRACE(each.rule);
  const auto set = rules_of(std::string(kTypes) + "rule r { " + each.rule + " }");
  const Generated generated = generate(*set, {});
  ASSERT_EQ(generated.rules.size(), 1U);
  EXPECT_GE(generated.rules[0].fires, 1U) << generated.rules[0].why;
  EXPECT_GE(generated.rules[0].near_misses, each.near);
  std::string text;
  for (const Scenario& scenario : generated.scenarios) text += text_of(scenario.events, set->schema);
  const Judged judged = run_text(set, text);
  EXPECT_EQ(judged.refused, "");
  for (const Scenario& scenario : generated.scenarios)
    EXPECT_EQ(fired(judged, scenario), scenario.fires) << scenario.what << '\n'
                                                       << text_of(scenario.events, set->schema);
}

TEST(GenerateWindow, Kinds) {
  for (const Case& each : {
           Case{"from A by k window tumbling 1m when count() >= 3 alert low \"x\""},
           {"from A(x > 5) by k window tumbling 1m when count() == 4 emit M { k, n: count() }"},
           {"from A window tumbling 1d in \"Europe/Berlin\" when max(x) > 90 emit M { n: count() }"},
           {"from A by k window sliding 10m every 1m when avg(x) > 27 and count() >= 10 alert low \"x\""},
           {"from A by k window sliding 1s every 5s when sum(n) > 100 alert low \"x\""},
           {"from A by k window session 500ms when count() > 4 alert low \"x\""},
           {"from A by k window rolling 5m when max(x) - min(x) > 40 alert low \"x\""},
           {"from A by k window rolling 1h step 1m when count() > 7 alert low \"x\""},
           {"from A by k window last 5 when avg(x) > 10 and count() == 5 alert low \"x\""},
           {"from A by k window batch 6 when sum(n) == 60 emit M { k, n: count() }"},
           {"from A by k window global every 1m when count() > 5 alert low \"x\""},
           {"from A by k window global every 4 events when min(n) >= 7 alert low \"x\""},
           {"from A by k rollup 1s, 1m when sum(n) > 50 and @grain == 1m emit M { k, g: @grain }"},
           {"from A, B by k window tumbling 1m when count() > 1 and last(x) > 2.5 alert low \"x\""},
       })
    expect_fires(each);
}

TEST(GenerateWindow, Aggregates) {
  for (const Case& each : {
           Case{"from A by k window tumbling 1h when distinct(s) >= 7 alert low \"x\""},
           {"from A by k window tumbling 1h when approx_distinct(n) > 5 alert low \"x\""},
           {"from A by k window last 9 when median(x) > 40 and percentile(x, 90) < 60 and count() == 9 alert low "
            "\"x\""},
           {"from A by k window last 20 when stddev(x) > 5 and variance(x) < 100 alert low \"x\""},
           {"from A by k window last 20 when zscore(x) > 3 alert low \"x\""},
           {"from A by k window last 20 when anomaly(x, 3.0) alert low \"x\""},
           {"from A by k window last 20 when spike(x, 0.5) and count() > 6 alert low \"x\""},
           {"from A by k window rolling 10m when trend(x) == \"rising\" and slope(x) > 0.5 alert low \"x\""},
           {"from A by k window rolling 10m when trend(x) == \"falling\" alert low \"x\"", 0},
           {"from A by k window rolling 10d when seasonal(x, 1d, 3.0) alert low \"x\"", 0},
           {"from A by k window rolling 2h when count() > 75 and seasonal(x, 15m, 10.0) alert low \"x\"", 0},
           {"from A by k window last 10 when ewma(x, 0.2) > 20 and mad(x) < 3 alert low \"x\"", 0},
           {"from A by k window last 12 when autocorrelation(x, 1) > 0.5 alert low \"x\""},
           {"from A by k window tumbling 1m when avg(d) > 200ms and count(s) > 2 alert low \"x\""},
           {"from A by k window tumbling 1m when sum(if b then 1 else 0) > 3 alert low \"x\" if (max(n) > 5)"},
           {"from A by k window tumbling 1m when first(n) < last(n) and length(collect(n)) == 3 alert low \"x\""},
       })
    expect_fires(each);
}

TEST(GenerateWindow, LivesOfAlerts) {
  for (const Case& each : {
           Case{"from A by k window tumbling 1m when avg(x) > 27 alert low \"x\" hold 5m keep 10m"},
           {"from A by k window sliding 1m every 10s when count() > 2 alert low \"x\" hold 3m"},
           {"from A by k window rolling 1m when count() > 2 alert low \"x\" hold 30s"},
           {"from A by k window session 1m when count() > 2 alert low \"x\" hold 10m"},
           {"from A by k window tumbling 1m when count() < 2 alert low \"x\"", 0},
           {"from A by k window tumbling 1m when count() == 0 alert low \"x\"", 0},
           {"from A by k window sliding 5m every 1m when count() == 0 alert low \"x\" hold 3m", 0},
           {"from A by k window rolling 5m when max(x) is null alert low \"x\"", 0},
           {"from A by k window tumbling 1m when max(n) > 3 alert if max(n) > 5 then high else low \"x\" dedup by k"},
           {"from A window tumbling 1m when max(n) > 3 alert low \"x\" throttle 1 per 1h"},
       })
    expect_fires(each);
}

TEST(GenerateWindow, Joins) {
  for (const Case& each : {
           Case{"from A as a join C as c on a.k == c.ref window tumbling 1h emit M { id: a.k, n: c.n }"},
           {"from A as a join C as c on a.k == c.ref and c.n > a.n + 10 window session 5m emit M { id: a.k, n: c.n }"},
           {"from A as a left join C as c on a.k == c.ref window rolling 5m emit M { id: a.k, n: c.n } if (c.n is "
            "null)",
            0},
           {"from A as a join last C as c on a.k == c.ref within 5s emit M { id: a.k, n: c.n } if (c.n > 7)"},
           {"from A as a join C as c on a.k == c.ref window tumbling 1h when count() > 3 and sum(c.n) > 100 alert low "
            "\"x\""},
           {"from A as a join B as b on a.n < b.n by a.k == b.k window sliding 1m every 30s emit M { k, x: b.x }"},
       })
    expect_fires(each);
}

TEST(GenerateWindow, LayersAndTables) {
  const auto set = rules_of(
      std::string(kTypes) +
      "table off from B key k\n"
      "rule minute { from A by k window tumbling 1m emit Minute { k, high: max(x) } }\n"
      "rule hour { from Minute by k window tumbling 1h when avg(high) > 50 and count() > 2 alert low \"x\" }\n"
      "rule climb { match a: Minute(high > 10) -> b: Minute(high > a.high + 5) by k within 10m alert low \"x\" }\n"
      "rule watched { from alert.hour window session 1h when count() > 0 alert low \"x\" }\n"
      "rule unless { from A(not (off[k].n > 0) and n > 8) by k window last 2 when count() == 2 alert low \"x\" }\n");
  const Generated generated = generate(*set, {});
  for (const GeneratedRule& rule : generated.rules) EXPECT_GE(rule.fires, 1U) << rule.rule << ": " << rule.why;
}

TEST(GenerateWindow, TellsWhatCannotBeMet) {
  const std::pair<const char*, const char*> cases[] = {
      {"from A by k window tumbling 1m when max(x) < 1 and min(x) > 5 alert low \"x\"", "could not be met"},
      {"from A by k window batch 100000 emit M { n: count() }", "more than 2000 events"},
      {"from A window tumbling 1m when count() > 3 alert low \"x\" disabled", "it is disabled"},
  };
  for (const auto& [rule, why] : cases) {
    const auto set = rules_of(std::string(kTypes) + "rule r { " + rule + " }");
    const Generated generated = generate(*set, {.work = 100'000});
    EXPECT_EQ(generated.rules.at(0).fires, 0U) << rule;
    EXPECT_NE(generated.rules.at(0).why.find(why), std::string::npos) << rule << ": " << generated.rules[0].why;
  }
}

}  // namespace
}  // namespace tocsin::engine::testing
