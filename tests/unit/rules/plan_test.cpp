// Plans as text, and fingerprints.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

std::string dump_of(const std::string& text) {
  const Checked checked = check_text(text);
  if (!checked.set) return checked.rendered;
  std::string all;
  for (RulePlan rule : checked.set->rules) {
    EXPECT_EQ(rule.version.size(), 16U);
    EXPECT_EQ(rule.version.find_first_not_of("0123456789abcdef"), std::string::npos) << rule.version;
    rule.version.clear();
    all += dump(rule, checked.set->schema);
  }
  return all;
}

TEST(Plan, ThresholdRule) {
  EXPECT_EQ(dump_of(R"(
event Temperature { device: string, celsius: float }
rule overheat "A single hot reading" {
  match  t: Temperature(celsius > 80)
  alert  high "{t.device} is at {t.celsius:.1f} {{C}}"
}
)"),
            R"(rule overheat "A single hot reading"
  input
    Temperature "Temperature"
      celsius: float
      device: string
  match
    t: Temperature(celsius > 80)
  after match skip past last
  limit runs 10000
  alert high "{t.device} is at {t.celsius:.1f} {{C}}"
)");
}

TEST(Plan, LoopWithLookBackAndAbsence) {
  EXPECT_EQ(dump_of(R"(
event Temperature "sensor.t" { device: string, celsius: float from "/data/c~1d" }
event Cooling { device: string, on: bool? }
rule runaway {
  match   a: Temperature(celsius > 60)
       -> r: Temperature(celsius > (last(r.celsius) ?? a.celsius)){3}
       -> not Cooling(on)
       => b: Temperature
  by      device
  within  5m
  limit runs 10
  alert   critical "{device} climbs" { device, peak: max(r.celsius), n: count(r) }
}
)"),
            R"(rule runaway
  input
    Cooling "Cooling"
      device: string
      on: bool?
    Temperature "sensor.t"
      celsius: float from "/data/c~1d"
      device: string
  by device: string of Cooling.device, Temperature.device
  match
    a: Temperature(celsius > 60)
    -> r: Temperature(celsius > last(r.celsius) ?? a.celsius){3}
    -> not Cooling(on)
    => b: Temperature
  within 5m
  after match skip past last
  limit runs 10
  alert critical "{device} climbs"
    device: string = device
    peak: float = max(r.celsius)
    n: int = count(r)
)");
}

TEST(Plan, EmitsAndLayers) {
  EXPECT_EQ(dump_of(R"(
event Order { id: string, total: float? }
event Payment { order: string }
rule paid {
  match o: Order -> p: Payment
  by    Order.id == Payment.order
  within 1h
  emit  Paid { id, total: o.total, double: o.total * 2 }
}
rule told {
  match p: Paid+ -> Paid
  within 1h
  alert info "x"
}
)"),
            R"(rule paid
  input
    Order "Order"
      id: string
      total: float?
    Payment "Payment"
      order: string
  by id: string of Order.id, Payment.order
  match
    o: Order
    -> p: Payment
  within 1h
  after match skip past last
  limit runs 10000
  emit Paid "Paid"
    id: string = id
    total: float? = o.total
    double: float? = o.total * 2
rule told
  layer 1
  input
    Paid "Paid"
  match
    p: Paid{1,}
    -> Paid
  within 1h
  after match skip past last
  limit runs 10000
  alert info "x"
)");
}

TEST(Plan, Windows) {
  EXPECT_EQ(dump_of(R"(
event Temperature { device: string, celsius: float }
rule hot {
  from     Temperature(celsius > -273)
  by       device
  window   sliding 10m every 1m
  when     avg(celsius) > 27 and count() >= 10
  every    10s
  late     1m
  emit     Hot { device, mean: avg(celsius), from: @start }
  alert    high "{device}" { p: percentile(celsius, 99) }  hold 2m keep 5m dedup by device
  throttle 1 per 10m
}
rule days {
  from   Hot
  rollup 1h, 1d
  emit   Day { grain: @grain, n: count(mean), top: approx_top(device, 3) }
}
rule zone {
  from   Temperature
  window tumbling 1d in "Europe/Berlin"
  emit   Zone { n: count() }
}
)"),
            R"(rule days
  layer 1
  input
    Hot "Hot"
      device: string
      mean: float?
  from Hot
  rollup 1h, 1d
    count(mean): int
    approx_top(device, 3): list<string>
  forget 1d
  emit Day "Day"
    grain: duration = @grain
    n: int = count(mean)
    top: list<string> = approx_top(device, 3)
rule hot
  input
    Temperature "Temperature"
      celsius: float
      device: string
  by device: string of Temperature.device
  from Temperature(celsius > -273)
  window sliding 10m every 1m
    avg(celsius): float
    count(): int
    percentile(celsius, 99.0): float
  when avg(celsius) > 27 and count() >= 10
  every 10s
  late 1m
  forget 1d1m
  emit Hot "Hot"
    device: string = device
    mean: float? = avg(celsius)
    from: time = @start
  alert high "{device}"
    p: float? = percentile(celsius, 99.0)
    hold 2m
    keep 5m
    dedup by device
  throttle 1 per 10m
rule zone
  input
    Temperature "Temperature"
  from Temperature
  window tumbling 1d in "Europe/Berlin"
    count(): int
  forget 1d2h
  emit Zone "Zone"
    n: int = count()
)");
}

TEST(Plan, Joins) {
  EXPECT_EQ(dump_of(R"(
event Order { id: string, total: float }
event Payment { order: string, amount: float }
rule paid {
  from   Order as o left join Payment as p on o.id == p.order and p.amount <= o.total
  window rolling 5m
  emit   Paid { id: o.id, left: o.total - (p.amount ?? 0) }
}
rule price {
  from Order(total > 3) as o join last Payment as p on o.id == p.order within 5s
  emit Price { id: o.id, amount: p.amount }
}
)"),
            R"(rule paid
  input
    Order "Order"
      id: string
      total: float
    Payment "Payment"
      amount: float
      order: string
  from Order as o
    left join Payment as p on o.id == p.order and p.amount <= o.total
      found by id == order
  window rolling 5m, each row
  forget 1d
  emit Paid "Paid"
    id: string = o.id
    left: float? = o.total - (p.amount ?? 0.0)
rule price
  input
    Order "Order"
      id: string
      total: float
    Payment "Payment"
      amount: float
      order: string
  from Order(total > 3) as o
    join last Payment as p on o.id == p.order within 5s
      found by id == order
  window rows, each row
  forget 1d
  emit Price "Price"
    id: string = o.id
    amount: float = p.amount
)");
}

TEST(Plan, ExpressionsHaveFewParentheses) {
  const std::pair<const char*, const char*> cases[] = {
      {"(t.count + 1) * 2 > 3", "(t.count + 1) * 2 > 3"},
      {"(t.count * 2) + 1 > 3", "t.count * 2 + 1 > 3"},
      {"t.count - (t.count - 1) > 3", "t.count - (t.count - 1) > 3"},
      {"(t.count - t.count) - 1 > 3", "t.count - t.count - 1 > 3"},
      {"-(t.count + 1) > -3", "-(t.count + 1) > -3"},
      {"not (t.on and c.on) or t.on", "not (t.on and c.on) or t.on"},
      {"(t.on or c.on) and t.on", "(t.on or c.on) and t.on"},
      {"t.on or (c.on and t.on)", "t.on or c.on and t.on"},
      {"(t.on or c.on) or t.on", "t.on or c.on or t.on"},
      {"(t.level ?? 3) + 1", "(t.level ?? 3) + 1"},
      {"t.level ?? 3 + 1", "t.level ?? 4"},
      {"(t.level is null) == t.on", "(t.level is null) == t.on"},
      {"t.level + 1 is not null", "t.level + 1 is not null"},
      {"t.device == \"a\\\"b\\n\"", "t.device == \"a\\\"b\\n\""},
      {"t.at > time(\"2024-01-01T00:00:00Z\")", "t.at > time(\"2024-01-01T00:00:00Z\")"},
      {"t.lasted > 90s", "t.lasted > 1m30s"},
      {"t.celsius > 1.0", "t.celsius > 1.0"},
      {"stddev(t.celsius) + avg(t.count)", "stddev(t.celsius) + avg(t.count)"},
  };
  for (const auto& [written, expected] : cases) {
    SCOPED_TRACE(written);
    const Checked checked = check_text(kTypes + output(written));
    ASSERT_TRUE(checked.set) << checked.rendered;
    const RulePlan& plan = checked.set->rules[0];
    EXPECT_EQ(dump(std::get<AlertPlan>(plan.outputs[0].node).fields[0].expr, plan, checked.set->schema), expected);
  }
}

std::string version_of(const std::string& text) {
  const Checked checked = check_text(text);
  return checked.set ? checked.set->rules[0].version : checked.rendered;
}

TEST(Plan, FingerprintsFollowTheMeaning) {
  const std::string event = "event T { a: int, b: string, c: float }\n";
  const std::string rule = "rule r \"d\" {\n  match t: T(a > 120)\n  alert low \"x {t.b}\"\n}\n";
  const std::string version = version_of(event + rule);
  const std::string same[] = {
      "// a comment\n" + rule + event,
      event + "rule r \"other\" { match t: T ( a > 2*60 ) alert low \"x {t.b}\" }",
      "event T { c: string, b: string, a: int }\n" + rule,
      event + "event Another { x: int }\n" + rule,
  };
  for (const std::string& text : same) EXPECT_EQ(version_of(text), version) << text;
  const std::string other[] = {
      "event T \"wire\" { a: int, b: string }\n" + rule,
      "event T { a: int from \"/x\", b: string }\n" + rule,
      "event T { a: float, b: string }\n" + rule,
      "event T { a: int?, b: string }\n" + rule,
      event + "rule r { match t: T(a > 121) alert low \"x {t.b}\" }",
      event + "rule r { match t: T(a >= 120) alert low \"x {t.b}\" }",
      event + "rule r { match t: T(a > 120) alert high \"x {t.b}\" }",
      event + "rule r { match t: T(a > 120) alert low \"y {t.b}\" }",
      event + "rule r { match t: T(a > 120) by b alert low \"x {t.b}\" }",
      event + "rule r { match t: T(a > 120) within 5m alert low \"x {t.b}\" }",
      event + "rule r { match t: T(a > 120) limit runs 5 alert low \"x {t.b}\" }",
  };
  for (const std::string& text : other) EXPECT_NE(version_of(text), version) << text;
}

/// Each part of a rule that matters is told from a rule that differs in it alone.
TEST(Plan, FingerprintsFollowEachPart) {
  const std::string event =
      "event T { a: int, b: string, d: string, at: time }\nevent U { a: int, b: string, d: string, at: time }\n";
  const auto rule = [&](const std::string& clauses) { return event + "rule r { " + clauses + " }"; };
  const std::string match = "match t: T by b within 1m ";
  const std::pair<std::string, std::string> pairs[] = {
      {"match T|U by b within 1m alert low \"x\"", "match T by b within 1m alert low \"x\""},
      {"match (T -> U){2} within 1m alert low \"x\"", "match (T -> U){3} within 1m alert low \"x\""},
      {"match (T -> U){2} within 1m alert low \"x\"", "match (T -> U){2,} within 1m alert low \"x\""},
      {"match (T => U){2} within 1m alert low \"x\"", "match (T -> U){2} within 1m alert low \"x\""},
      {"match T -> not T => U within 1m alert low \"x\"", "match T => not T -> U within 1m alert low \"x\""},
      {"match T from T, U within 1m alert low \"x\"", "match T within 1m alert low \"x\""},
      {"match T by k = lower(b) alert low \"x\"", "match T by k = upper(b) alert low \"x\""},
      {"match T by k = b alert low \"x\"", "match T by k = d alert low \"x\""},
      {match + "alert low \"x\"", match + "alert if t.a > 3 then low else high \"x\""},
      {match + "alert low \"x\" if (t.a > 3)", match + "alert low \"x\" if (t.a > 4)"},
      {match + "alert low \"x\" { a: t.a }", match + "alert low \"x\" { b: t.a }"},
      {match + "alert low \"x\" { a: t.b }", match + "alert low \"x\" { a: t.d }"},
      {match + "alert low \"x\" resolve T(a > 3)", match + "alert low \"x\" resolve T(a > 4)"},
      {match + "alert low \"x\" resolve U", match + "alert low \"x\""},
      {match + "alert low \"x\" resolve U", match + "from T, U alert low \"x\" resolve U"},
      {match + "alert low \"x\" resolve after 1m", match + "alert low \"x\" resolve after 2m"},
      {match + "alert low \"x\" resolve not U for 1m", match + "alert low \"x\" resolve not U for 2m"},
      {match + "action x { a: t.a }", match + "action y { a: t.a }"},
      {match + "action x { a: t.a }", match + "action x { a: t.a + 1 }"},
      {match + "alert low \"{t.a:>4}\"", match + "alert low \"{t.a:>5}\""},
      {match + "alert low \"x\" throttle 1 per 1m", match + "alert low \"x\" throttle 2 per 1m"},
      {match + "alert low \"x\" throttle 1 per 1m", match + "alert low \"x\" throttle 1 per 2m"},
      {match + "alert low \"x\" throttle 1 per 1m each t.a", match + "alert low \"x\" throttle 1 per 1m each t.d"},
      {match + "alert low \"x\" runbook \"a\"", match + "alert low \"x\" runbook \"b\""},
      {match + "alert low \"x\" priority 1", match + "alert low \"x\""},
      {match + "alert low \"x\" shadow", match + "alert low \"x\""},
      {match + "alert low \"x\" { h: hour(t.at) }", match + "alert low \"x\" { h: hour(t.at, \"Europe/Berlin\") }"},
  };
  for (const auto& [one, other] : pairs) {
    const std::string version = version_of(rule(one));
    EXPECT_EQ(version.size(), 16U) << version;
    EXPECT_NE(version, version_of(rule(other))) << one << "\n" << other;
  }
  const std::string told = rule(match + "alert low \"{t.at}\"");
  EXPECT_NE(version_of(told), version_of("let zone = \"Europe/Berlin\"\n" + told));
  const std::pair<std::string, std::string> alike[] = {
      {match + "alert low \"x\" tags [\"a\"] owner \"o\"", match + "alert low \"x\""},
      {"match (t: T) by b within 1m alert low \"x\"", match + "alert low \"x\""},
      {match + "throttle 1 per 1m alert low \"x\"", match + "alert low \"x\" throttle 1 per 60s"},
  };
  for (const auto& [one, other] : alike)
    EXPECT_EQ(version_of(rule(one)), version_of(rule(other))) << one << "\n" << other;
}

}  // namespace
}  // namespace tocsin::rules
