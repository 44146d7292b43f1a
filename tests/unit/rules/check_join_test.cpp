// Joins: which rows they give, what they need, and what is wrong with them.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

const std::string kCount = "emit Out { n: count() }";

/// Orders with their payments.
std::string join(const std::string& from, const std::string& rest, const std::string& output) {
  return "rule r {\n  from " + from + "\n  " + rest + "\n  " + output + "\n}\n";
}

TEST(CheckJoin, Clauses) {
  const std::string both = "Order as o join Payment as p on o.id == p.order";
  const std::string left = "Order as o left join Payment as p on o.id == p.order";
  const std::string last = "Order as o join last Payment as p on o.id == p.order within 5s";
  const std::string w = "window tumbling 1m";
  const std::string row = "emit Out { id: o.id, at: p.at }";
  const CheckCase cases[] = {
      {"rows", join(both, w, row), {}},
      {"rows with a condition", join(both, w + "\n  when o.total > 3", row), {}},
      {"gathered", join(both, w, kCount), {}},
      {"gathered, and a field", join(both, w, "emit Out { n: count(), id: o.id }"), {"E0401"}, "last(o.id)"},
      {"gathered by when", join(both, w + "\n  when count() > 1", row), {"E0401", "E0401"}, "last(p.at)"},
      {"of both sides", join(both, w, "emit Out { n: sum(o.total), m: count(p), l: last(p.@id) }"), {}},
      {"left", join(left, w, "emit Out { n: count(), m: count(p) }"), {}},
      {"left, a side that may lack", "event Out { at: time }\n" + join(left, w, "emit Out { at: p.at }"), {"E0405"}},
      {"as of", join(last, "", row), {}},
      {"as of, in a window", join(last, w, "emit Out { n: count() }"), {}},
      {"as of, gathered without a window", join(last, "", kCount), {"E0343"}},
      {"as of, gathered by number", join(last, "window last 3", kCount), {}},
      {"as of, rows by number", join(last, "window last 3", row), {"E0344"}},
      {"no window", join(both, "", row), {"E0343"}, "`rolling 5m`"},
      {"rolling", join(both, "window rolling 5m", row), {}},
      {"in steps", join(both, "window rolling 5m step 1m", row), {"E0344"}, "step"},
      {"last", join(both, "window last 3", row), {"E0344"}},
      {"batch", join(both, "window batch 3", row), {"E0344"}},
      {"global", join(both, "window global\n  every 1m", kCount), {"E0344"}},
      {"rollup", join(both, "rollup 1m, 1h", kCount), {"E0344"}},
      {"late", join(both, w + "\n  late 1m", kCount), {"E0338"}},
      {"early", join(both, w + "\n  every 10s", kCount), {}},
      {"early rows", join(both, w + "\n  every 10s", row), {"E0336"}},
      {"two joins", join(both + " join Cooling as c on c.device == o.id", w, row), {"E0345"}},
      {"no names", join("Order join Payment on true", w, kCount), {"E0346", "E0346"}, "as o"},
      {"no names, read by their types",
       join("Order join Payment on Order.id == Payment.order", w, "emit Out { id: Order.id, n: total }"),
       {"E0346", "E0346"}},
      {"global, without an aggregate", join(both, "window global\n  every 1m", row), {"E0344"}},
      {"one name twice", join("Order as a join Payment as a on true", w, kCount), {"E0346"}},
      {"with itself", join("Order as a join Order as b on a.id == b.id", w, "emit Out { a: a.id, b: b.total }"), {}},
      {"on what excludes itself",
       join("Order as o join Payment as p on o.total > 3 and o.total < 2", w, kCount),
       {"W0302"}},
      {"through a type", join(both, w, "emit Out { id: Order.id }"), {"E0205"}, "called `o`"},
      {"on a number", join("Order as o join Payment as p on o.total", w, kCount), {"E0213"}},
      {"on a bare field", join("Order as o join Payment as p on id == order", w, kCount), {"E0401", "E0401"}, "o.id"},
      {"on a third", join("Order as o join Payment as p on o.id == q.order", w, kCount), {"E0205"}, "`o` and `p`"},
      {"on an unknown field", join("Order as o join Payment as p on o.id == p.ordr", w, kCount), {"E0203"}, "order"},
      {"on an attribute of neither",
       join("Order as o join Payment as p on @time == p.@time", w, kCount),
       {"E0350"},
       "o.@time"},
      {"on an aggregate", join("Order as o join Payment as p on count() > 3", w, kCount), {"E0355"}},
      {"a bare field", join(both, w, "emit Out { order }"), {"E0401"}, "order: p.order"},
      {"a side", join(both, w, "emit Out { o: o }"), {"E0204"}},
      {"a bare field in an aggregate", join(both, w, "emit Out { s: sum(total) }"), {"E0401"}, "o.total"},
      {"within of no latest", join(both + " within 5s", w, row), {"E0342"}, "`join last`"},
      {"within nothing", join("Order as o join last Payment as p on o.id == p.order within 0s", "", row), {"E0316"}},
      {"hold of rows", join(both, w, "alert low \"{o.id}\" hold 1m"), {"E0339"}},
      {"keep of rows", join(both, w, "alert low \"{o.id}\" keep 1m"), {"E0339"}},
      {"dedup of rows", join(both, w, "alert low \"{o.id}\" dedup by o.id"), {"E0339"}},
      {"hold of windows", join(both, w, "alert low \"{count()}\" hold 1m dedup by last(o.id)"), {}},
      {"resolved rows in a test",
       join(both, w, "alert low \"{o.id}\"") + "test r \"x\" {\n  expect resolved r\n}\n",
       {"E0512"}},
      {"a key of both", join(both, "by Order.id == Payment.order\n  " + w, row), {}},
      {"a key by their names", join(both, "by o.id == p.order\n  " + w, "emit Out { id, at: p.at }"), {}},
      {"a key of one", join(both, "by o.id\n  " + w, kCount), {"E0310"}, "Payment"},
      {"a key of itself", join("Order as a join Order as b on true", "by a.id == b.id\n  " + w, kCount), {}},
      {"two keys of itself",
       join("Temperature as a join Temperature as b on true", "by a.device == b.count\n  " + w, kCount),
       {"E0310"},
       "`on`"},
  };
  for (const CheckCase& each : cases) run(each);
}

TEST(CheckJoin, PairsAreFoundByWhatIsEqual) {
  const Checked checked =
      check_text(kTypes +
                 join("Order as o join Payment as p on p.order == o.id and o.total > 3 and o.@id == p.@id or false",
                      "window tumbling 1m", kCount) +
                 join("Order as o join Payment as p on p.order == o.id and o.total > 3 and o.@id == p.@id",
                      "window tumbling 1m", "emit Out2 { n: count() }")
                     .replace(5, 1, "s"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  EXPECT_TRUE(checked.set->rules[0].window->join->equal.empty());
  ASSERT_EQ(checked.set->rules[1].window->join->equal.size(), 2U);
  const auto& [left, right] = checked.set->rules[1].window->join->equal[0];
  EXPECT_EQ(checked.set->schema[checked.set->rules[1].window->sides[0].fits[0].type].fields[left].name, "id");
  EXPECT_EQ(checked.set->schema[checked.set->rules[1].window->sides[1].fits[0].type].fields[right].name, "order");
}

}  // namespace
}  // namespace tocsin::rules
