// parse() of windows, inputs with joins, lives of alerts and tables: what belongs to what, which words are names where.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/unit/rules/parse_cases.hpp"

namespace tocsin::rules {
namespace {

TEST(ParseWindow, Clauses) {
  const std::pair<std::string, std::string> cases[] = {
      {"window tumbling 1m", "window tumbling 1m"},
      {"window tumbling n", "window tumbling n"},
      {"window tumbling 1d in \"Europe/Berlin\"", "window tumbling 1d in \"Europe/Berlin\""},
      {"window tumbling 1d in r\"UTC\"", "window tumbling 1d in \"UTC\""},
      {"window sliding 10m every 1m", "window sliding 10m every 1m"},
      {"window sliding a every b", "window sliding a every b"},
      {"window\nsliding\n10m\nevery\n1m", "window sliding 10m every 1m"},
      {"window sliding 10m every 1m every 10s", "window sliding 10m every 1m | every 10s"},
      {"window tumbling 1m every 10s", "window tumbling 1m | every 10s"},
      {"window tumbling 1m every 10 events", "window tumbling 1m | every 10 events"},
      {"window session 30s", "window session 30s"},
      {"window rolling 5m", "window rolling 5m"},
      {"window rolling 1h step 1m", "window rolling 1h step 1m"},
      {"window rolling step step step", "window rolling step step step"},
      {"window last 100", "window last 100"},
      {"window last last", "window last last"},
      {"window last n late 1m", "window last n | late 1m"},
      {"window batch 100 every 10s", "window batch 100 | every 10s"},
      {"window global every 10s", "window global | every 10s"},
      {"every 1 event", "every 1 events"},
      {"every n events", "every n events"},
      {"every n", "every n"},
      {"every events", "every events"},
      {"every events events", "every events events"},
      {"every event events", "every event events"},
      {"rollup 1s, 1m, hour", "rollup 1s 1m hour"},
      {"rollup 1s late 1m", "rollup 1s | late 1m"},
      {"late 1m", "late 1m"},
      {"late d when x", "late d | when | name x"},
      {"when x every 10s", "when | name x | every 10s"},
      {"when when > late", "when | > | name when | name late"},
      {"throttle 2 per within each each, x.per", "throttle 2 per within | name each | member .per | name x"},
      {"within within within keep", "within within | within keep"},
      {"when distinct > 3", "when | > | name distinct | literal 3"},
      {"when f(distinct)", "when | call f | name distinct"},
      {"when x\nwindow last 5", "when | name x | window last 5"},
  };
  for (const auto& [clause, expected] : cases) EXPECT_EQ(clause_of(clause), expected) << clause;
}

TEST(ParseWindow, Inputs) {
  const std::pair<std::string, std::string> cases[] = {
      {"from A", "from | A"},
      {"from A, B", "from | A | B"},
      {"from A|B", "from | A|B"},
      {"from A | B, C", "from | A|B | C"},
      {"from A(x) | B", "from | A | name x | B"},
      {"from A|B(x)", "from | A|B | name x"},
      {"from A(x), B(y) | C", "from | A | name x | B | name y | C"},
      {"from alert.a, B", "from | alert.a | B"},
      {"from A as a", "from | A as a"},
      {"from as as as", "from | as as as"},
      {"from A as a join B as b on x", "from | A as a | join | B as b | on | name x"},
      {"from A as a left join B as b on x", "from | A as a | left join | B as b | on | name x"},
      {"from A left join B on x", "from | A | left join | B | on | name x"},
      {"from A join last B on x", "from | A | join last | B | on | name x"},
      {"from A left join last B on x within 5s", "from | A | left join last within 5s | B | on | name x"},
      {"from A join last on x", "from | A | join | last | on | name x"},
      {"from A join last as l on x", "from | A | join | last as l | on | name x"},
      {"from A join last last on x", "from | A | join last | last | on | name x"},
      {"from A join B(y) as b on x\nwithin 5s", "from | A | join within 5s | B as b | name y | on | name x"},
      {"from A\njoin B\non x\nby k", "from | A | join | B | on | name x | by | key k"},
      {"from A join B on x join C on y", "from | A | join | B | on | name x | join | C | on | name y"},
      {"from A join B on x left join C on y", "from | A | join | B | on | name x | left join | C | on | name y"},
      {"from left left join join on on", "from | left | left join | join | on | name on"},
  };
  for (const auto& [clause, expected] : cases) EXPECT_EQ(clause_of(clause), expected) << clause;
}

TEST(ParseWindow, LivesOfAlerts) {
  const std::string head = "alert high \"x\" ";
  const std::string alert = "alert | name high | message | text \"x\"";
  const std::pair<std::string, std::string> cases[] = {
      {"hold 2m", " | hold 2m"},
      {"keep 2m", " | keep 2m"},
      {"dedup by a.b", " | dedup by | member .b | name a"},
      {"keep 5m hold 2m", " | hold 2m | keep 5m"},
      {"hold hold keep keep", " | hold hold | keep keep"},
      {"{ hold: 1, keep, dedup: by } hold 1s",
       " | field hold | literal 1 | field keep | name keep | field dedup | name by | hold 1s"},
      {"dedup by dedup keep 1s", " | keep 1s | dedup by | name dedup"},
      {"hold 1s if (x) keep 2s", " | only if | name x | hold 1s | keep 2s"},
      {"dedup by x resolve A", " | resolve | A | dedup by | name x"},
      {"\nhold 1s\nkeep 2s\nby k", " | hold 1s | keep 2s | by | key k"},
  };
  for (const auto& [tail, expected] : cases) EXPECT_EQ(clause_of(head + tail), alert + expected) << tail;
}

TEST(ParseWindow, IndicesAndAttributes) {
  const std::pair<std::string, std::string> cases[] = {
      {"t[a]", "index | name t | name a"},
      {"t[a, b]", "index | name t | name a | name b"},
      {"t[a, b, 1 + 2].f", "member .f | index | name t | name a | name b | + | literal 1 | literal 2"},
      {"t[a][b, c]", "index | index | name t | name a | name b | name c"},
      {"@start", "attribute @start"},
      {"@end - @start", "- | attribute @end | attribute @start"},
      {"@grain == 1m", "== | attribute @grain | literal 1m"},
  };
  for (const auto& [expr, expected] : cases) EXPECT_EQ(clause_of("when " + expr), "when | " + expected) << expr;
}

TEST(ParseWindow, Problems) {
  const std::pair<std::string, std::string> cases[] = {
      {"window", "E0101 17"},
      {"window 5m", "E0101 17"},
      {"window tumbling", "E0101 17"},
      {"window tumbling in \"UTC\"", "E0101 17"},
      {"window tumbling 1d in zone", "E0101 32"},
      {"window session 1d in \"UTC\"", "E0101 28"},
      {"window sliding 10m", "E0101 17"},
      {"window sliding 10m step 1m", "E0101 17"},
      {"window last", "E0101 17"},
      {"window last 1.5", "E0101 17"},
      {"window last 5m", "E0101 17"},
      {"window last 100 events", "E0101 26"},
      {"window hopping 5m every 1m", "E0101 17"},
      {"window global 5m", "E0101 24"},
      {"every", "E0101 16"},
      {"every 10", "E0106 16"},
      {"every 10 evnts", "E0112 19"},
      {"rollup", "E0101 17"},
      {"rollup 1s,", "E0101 21"},
      {"late", "E0101 15"},
      {"late 5", "E0106 15"},
      {"when", "E0101 15"},
      {"from A join B", "E0101 22"},
      {"from A join B as b", "E0101 27"},
      {"from A join on x", "E0101 22"},
      {"from A a join B as b on x", "E0101 17"},
      {"from A as a, B", "E0101 20"},
      {"from A|B as a", "E0101 22"},
      {"from A, B join C on x", "E0101 18"},
      {"from _", "E0101 15"},
      {"from A inner join B on x", "E0112 17"},
      {"from A left outer join B on x", "E0112 17"},
      {"emit X {} hold 2m", "E0101 20"},
      {"hold 2m", "E0101 10"},
      {"alert high \"x\" hold", "E0101 30"},
      {"alert high \"x\" hold 1s hold 2s", "E0101 33"},
      {"alert high \"x\" dedup x", "E0101 31"},
      {"group by x", "E0112 10"},
      {"having x > 3", "E0112 10"},
      {"tumbling 1m", "E0112 10"},
      {"when count(*) > 3", "E0101 21"},
      {"when count(distinct x) > 3", "E0101 21"},
      {"window tumbling(1m)", "E0101 17"},
      {"window last(10)", "E0101 17"},
      {"by lower(x)", "E0101 13"},
      {"when t[]", "E0101 17"},
      {"when t[a,]", "E0101 19"},
  };
  for (const auto& [clause, expected] : cases) EXPECT_EQ(parse_rule(clause).problems, expected) << clause;
}

}  // namespace
}  // namespace tocsin::rules
