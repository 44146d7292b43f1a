// Outputs: conditions, severities, actions, formats, alerts as events, attributes of derived events, order by priority,
// shadows and disabled rules.
#include <gtest/gtest.h>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

struct Case {
  std::string what;
  std::string rules;
  std::vector<Event> events;
  std::vector<std::string> messages;  ///< as told() writes them
};

std::string told(const events::Message& message) {
  std::string text = text_of(message);
  if (message.kind == events::Message::Kind::action) text = "action " + message.action + " of " + text;
  if (message.kind == events::Message::Kind::alert)
    text += fmt::format(" | {} {} \"{}\"", name_of(message.state), name_of(message.severity), message.text);
  return text;
}

Event a(const std::string& time, std::string k, std::int64_t n) { return {"A", time, {std::move(k), integer(n)}}; }

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"a severity by expression",
       "rule r { match a: A alert (if a.n > 5 then critical else low) \"m\" }",
       {a("0s", "k", 1), a("1s", "k", 6)},
       {"r@0s | once low \"m\"", "r@1s | once critical \"m\""}},
      {"only where the condition holds",
       "rule r { match a: A alert high \"big\" { n: a.n } if (a.n > 5) alert low \"small\" { n: a.n } if (a.n < 3) }",
       {a("0s", "k", 1), a("1s", "k", 4), a("2s", "k", 6)},
       {"r@0s n=1 | once low \"small\"", "r@2s n=6 | once high \"big\""}},
      {"a condition that reads steps and the key",
       "rule r { match a: A{2} by k alert info \"{k}\" if (sum(a.n) > 5 and k == \"x\") }",
       {a("0s", "x", 1), a("1s", "x", 5), a("2s", "y", 9), a("3s", "y", 9), a("4s", "x", 2), a("5s", "x", 3)},
       {"r@1s | once info \"x\""}},
      {"a null condition doesn't hold",
       "rule r { match a: A alert info \"m\" if (a.n / 0 > 1) }",
       {a("0s", "k", 1)},
       {}},
      {"an action",
       "rule r { match a: A by k action stop { device: k, level: { wanted: a.n, half: a.n / 2 } } }",
       {a("0s", "k", 3)},
       {"action stop of tocsin.action@0s device=k level.wanted=3 level.half=1.5"}},
      {"formats and what functions make",
       "rule r { match a: A alert info \"{a.n:05d} {a.n / 3:.2f} {upper(a.k)} {a.k:>4}\" { up: upper(a.k) } }",
       {a("0s", "kk", 7)},
       {"r@0s up=KK | once info \"00007 2.33 KK   kk\""}},
      {"alerts as events",
       "rule one { match a: A by k alert high \"m\" { n: a.n } }\n"
       "rule two { match x: alert.one(severity >= high and state == \"once\") by k alert low \"{x.k} {x.n}\" "
       "{ n: x.n, same: x.alert == x.@id } }",
       {a("0s", "k", 3)},
       {"one@0s n=3 | once high \"m\"", "two@0s n=3 same=true | once low \"k 3\""}},
      {"attributes of an emitted event",
       "rule one { match a: A by k emit X { n: a.n } }\n"
       "rule two { match x: X alert low \"{x.@source} {x.@type}\" { long: length(x.@id), t: x.@time == a_time } }\n"
       "let a_time = time(\"2024-01-01T00:00:00Z\")",
       {a("0s", "k", 3)},
       {"X@0s n=3", "two@0s long=32 t=true | once low \"/tocsin/one X\""}},
      {"by priority, then by name",
       "rule a { match a: A alert info \"a\" }\nrule b { match a: A priority 2 alert info \"b\" }\n"
       "rule c { match a: A priority -1 alert info \"c\" }\nrule d { match a: A priority 2 alert info \"d\" }",
       {a("0s", "k", 1), a("0s", "k", 2)},
       {"b@0s | once info \"b\"", "d@0s | once info \"d\"", "a@0s | once info \"a\"", "c@0s | once info \"c\"",
        "b@0s | once info \"b\"", "d@0s | once info \"d\"", "a@0s | once info \"a\"", "c@0s | once info \"c\""}},
      {"what rules of higher priority emit comes first",
       "rule a { match a: A emit X { by_rule: 1 } }\nrule b { match a: A priority 1 emit X { by_rule: 2 } }\n"
       "rule z { match x: X => y: X alert info \"m\" { x: x.by_rule, y: y.by_rule } }",
       {a("0s", "k", 1)},
       {"X@0s by_rule=2", "X@0s by_rule=1", "z@0s x=2 y=1 | once info \"m\""}},
      {"a shadow puts nothing out and feeds nothing",
       "rule a { match a: A shadow emit X { n: a.n } alert high \"m\" }\nrule x { match x: X alert info \"m\" }\n"
       "rule b { match a: A alert info \"b\" }",
       {a("0s", "k", 1)},
       {"b@0s | once info \"b\""}},
      {"a disabled rule doesn't run",
       "rule a { match a: A by k disabled emit X { n: a.n } }\nrule x { match x: X alert info \"m\" }\n"
       "rule b { match a: A alert info \"b\" }",
       {a("0s", "k", 1)},
       {"b@0s | once info \"b\""}},
  };
  return kCases;
}

TEST(Outputs, Table) {
  for (const Case& test : cases()) {
    for (const std::uint32_t partitions : {1U, 3U}) {
      SCOPED_TRACE(test.what + "\n  " + test.rules);
      try {
        Drive drive("event A { k: string, n: int }\n" + test.rules, {.partitions = partitions, .parallel_from = 1});
        drive.push(drive.engine.add_input({.name = "in"}), test.events);
        std::vector<std::string> messages;
        for (const events::Message& message : drive.outputs.all) messages.push_back(told(message));
        EXPECT_EQ(messages, test.messages);
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }
}

TEST(Outputs, AreCounted) {
  Drive drive(R"(
event A { n: int }
rule conditional { match a: A alert info "m" if (a.n > 1) }
rule hidden { match a: A shadow alert info "m" if (a.n > 1) throttle 1 per 1h }
rule off { match a: A disabled alert info "m" }
rule act { match a: A action go { n: a.n } }
)");
  drive.push(drive.engine.add_input({.name = "in"}),
             {{"A", "0s", {integer(1)}}, {"A", "1s", {integer(2)}}, {"A", "2s", {integer(3)}}});
  const Stats stats = drive.engine.stats();
  EXPECT_EQ(stats.alerts, 2U);
  EXPECT_EQ(stats.actions, 3U);
  const auto figures = [](const RuleStats& rule) {
    return fmt::format("{} {}/{}/{}/{}", rule.name, rule.matches, rule.put_out, rule.suppressed, rule.shadowed);
  };
  std::vector<std::string> rules;
  for (const RuleStats& rule : stats.rules) rules.push_back(figures(rule));
  EXPECT_EQ(rules, (std::vector<std::string>{"act 3/3/0/0", "conditional 3/2/0/0", "hidden 3/0/1/1", "off 0/0/0/0"}));
}

TEST(Outputs, AnActionAndAnAlertTellTheirMatch) {
  Drive drive(R"(
event A { k: string }
rule r { match a: A{2} by k runbook "https://example.org/r" alert info "m" action go { k } }
)");
  Event first{"A", "1s", {"k"}, "e1", "/s"};
  Event second{"A", "2s", {"k"}, "e2", "/s"};
  drive.push(drive.engine.add_input({.name = "in"}), {first, second});
  ASSERT_EQ(drive.outputs.all.size(), 2U);
  EXPECT_EQ(drive.outputs.all[0].runbook, "https://example.org/r");
  for (const events::Message& message : drive.outputs.all) {
    EXPECT_EQ(message.start, at("1s"));
    EXPECT_EQ(message.end, at("2s"));
    EXPECT_EQ(message.causes_total, 2U);
    ASSERT_EQ(message.causes.size(), 2U);
    EXPECT_EQ(message.causes[1].id, "e2");
    EXPECT_EQ(message.version.size(), 16U);
    ASSERT_EQ(message.key.size(), 1U);
    EXPECT_EQ(message.key[0].first, "k");
  }
}

TEST(Outputs, TimesAreInTheZoneOfTheSet) {
  Drive drive("let zone = \"Europe/Berlin\"\nevent A { t: time }\nrule r { match a: A alert info \"{a.t:%H:%M}\" }");
  drive.push(drive.engine.add_input({.name = "in"}), {{"A", "0s", {at("0s")}}});
  ASSERT_EQ(drive.outputs.all.size(), 1U);
  EXPECT_EQ(drive.outputs.all[0].text, "01:00");
}

}  // namespace
}  // namespace tocsin::engine::testing
