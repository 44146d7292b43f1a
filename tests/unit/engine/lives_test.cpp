// Alerts with a life: firing, updated, resolved, by events and by time, in order, and the same however the input is
// cut.
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

struct Case {
  std::string what;
  std::string rules;
  std::vector<Event> events;
  std::string out;  ///< `rule@3s firing 1`: the number is that of the life
};

Event a(const std::string& time, std::string k = "k", std::int64_t n = 0) {
  return {"A", time, {std::move(k), integer(n)}};
}
Event x(const std::string& time, std::string k = "k", std::int64_t n = 0) {
  return {"X", time, {std::move(k), integer(n)}};
}

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"resolved by an event of the key",
       "rule r { match a: A by k alert high \"m\" resolve X(n > 0) }",
       {a("0s"), x("1s", "k", 0), x("2s", "other", 1), a("3s"), x("4s", "k", 1), x("5s", "k", 1), a("6s")},
       "r@0s firing 1; r@3s updated 1; r@4s resolved 1; r@6s firing 2"},
      {"resolved after a time, updates or not",
       "rule r { match a: A by k alert high \"m\" resolve after 10s }",
       {a("0s"), a("4s"), a("10s"), a("10001ms"), x("30s")},
       "r@0s firing 1; r@4s updated 1; r@10s updated 1; r@10s resolved 1; r@10s1ms firing 2; r@20s1ms resolved 2"},
      {"resolved by an absence",
       "rule r { match a: A by k alert high \"m\" resolve not X(n > 0) for 10s }",
       {a("0s"), x("5s", "k", 1), x("6s", "k", 0), x("15s", "k", 1), x("25001ms", "k", 1), a("30s"), x("50s")},
       "r@0s firing 1; r@25s resolved 1; r@30s firing 2; r@40s resolved 2"},
      {"an absence of what the pattern takes",
       "rule r { match a: A by k alert high \"m\" resolve not A for 10s }",
       {a("0s"), a("9s"), a("19s"), x("40s")},
       "r@0s firing 1; r@9s updated 1; r@19s updated 1; r@29s resolved 1"},
      {"an event that resolves one and completes the next",
       "rule r { match a: A(n > 0) by k alert high \"m\" resolve A(n > 5) }",
       {a("0s", "k", 1), a("1s", "k", 6), a("2s", "k", 7)},
       "r@0s firing 1; r@1s resolved 1; r@1s firing 2; r@2s resolved 2; r@2s firing 3"},
      {"for each key, in order of time",
       "rule r { match a: A by k alert high \"m\" { k } resolve after 10s }",
       {a("0s", "b"), a("1s", "a"), a("5s", "c"), x("60s")},
       "r@0s k=b firing 1; r@1s k=a firing 2; r@5s k=c firing 3; r@10s k=b resolved 1; r@11s k=a resolved 2; "
       "r@15s k=c resolved 3"},
      {"several alerts of a rule have lives of their own",
       "rule r { match a: A by k alert high \"m\" resolve X alert low \"m\" { n: a.n } resolve after 2s alert info "
       "\"m\" "
       "{ once: 1 } }",
       {a("0s"), a("1s"), x("5s")},
       "r@0s firing 1; r@0s n=0 firing 2; r@0s once=1 once 0; r@1s updated 1; r@1s n=0 updated 2; r@1s once=1 once 0; "
       "r@2s n=0 resolved 2; r@5s resolved 1"},
      {"what only resolves does not stand between neighbours",
       "rule r { match a: A => b: A by k within 1m alert high \"m\" resolve X }",
       {a("0s"), x("1s"), a("2s"), x("3s")},
       "r@2s firing 1; r@3s resolved 1"},
      {"resolved passes the throttle, and what it held back never lived",
       "rule r { match a: A by k alert high \"m\" resolve X throttle 1 per 10s }",
       {a("0s"), a("1s"), x("2s"), a("3s"), x("4s"), a("10s"), x("11s")},
       "r@0s firing 1; r@2s resolved 1; r@10s firing 2; r@11s resolved 2"},
      {"only where the condition holds",
       "rule r { match a: A by k alert high \"m\" if (a.n > 0) resolve X }",
       {a("0s"), a("1s", "k", 1), a("2s"), x("3s")},
       "r@1s firing 1; r@3s resolved 1"},
      {"a shadow's are silent",
       "rule r { match a: A by k shadow alert high \"m\" resolve after 10s }",
       {a("0s"), x("60s")},
       ""},
      {"the end of input resolves nothing",
       "rule r { match a: A by k alert high \"m\" resolve after 10s }",
       {a("0s"), x("10s")},
       "r@0s firing 1"},
      {"their states are events of other rules",
       "rule r { match a: A by k alert high \"m\" resolve after 10s }\n"
       "rule s { match f: alert.r(state == \"firing\") -> g: alert.r(state == \"resolved\" and alert == f.alert) by k "
       "alert low \"m\" { took: g.@time - f.@time } }",
       {a("0s"), a("5s"), x("60s")},
       "r@0s firing 1; r@5s updated 1; r@10s resolved 1; s@10s took=10s once 0"},
      {"a timer comes behind all events of its time and before later ones",
       "rule r { match a: A by k alert high \"m\" resolve after 10s }\nrule s { match a: A by k alert low \"m\" }",
       {a("0s"), a("10s", "j"), a("10s", "i"), a("11s", "h")},
       "r@0s firing 1; s@0s once 0; r@10s firing 2; s@10s once 0; r@10s firing 3; s@10s once 0; r@10s resolved 1; "
       "r@11s firing 4; s@11s once 0"},
  };
  return kCases;
}

/// Lives are told by numbers, in order of their appearance.
struct Told {
  std::map<std::string, int> lives{{"", 0}};
  std::string text;
  void add(const events::Message& message) {
    const int number = static_cast<int>(lives.size());
    lives.emplace(message.alert, number);
    text += fmt::format("{}{} {} {}", text.empty() ? "" : "; ", text_of(message), name_of(message.state),
                        lives.at(message.alert));
  }
};

std::string run(Case test, std::uint32_t partitions, std::size_t batch, bool saved) {
  for (std::size_t i = 0; i < test.events.size(); ++i) test.events[i].id = "e" + std::to_string(i);
  const std::string rules = "event A { k: string, n: int }\nevent X { k: string, n: int }\n" + test.rules;
  auto drive = std::make_unique<Drive>(rules, Options{.partitions = partitions, .parallel_from = 1});
  InputId input = drive->engine.add_input({.name = "in"});
  Told told;
  std::map<std::string, int> ids;
  for (std::size_t begin = 0; begin < test.events.size(); begin += batch) {
    const std::size_t end = std::min(begin + batch, test.events.size());
    drive->push(input, {test.events.begin() + static_cast<std::ptrdiff_t>(begin),
                        test.events.begin() + static_cast<std::ptrdiff_t>(end)});
    for (const events::Message& message : drive->outputs.all) {
      told.add(message);
      if (++ids[message.id] > 1) return "an id stands twice: " + told.text;
    }
    drive->outputs.all.clear();
    if (!saved) continue;
    const std::string bytes = drive->engine.write_state();
    drive = std::make_unique<Drive>(rules, Options{.partitions = partitions + 1, .parallel_from = 1});
    const auto read = drive->engine.read_state(bytes);
    if (!read) return read.error();
    input = drive->engine.add_input({.name = "in"});
  }
  drive->engine.finish(true);
  for (const events::Message& message : drive->outputs.all) told.add(message);
  return told.text;
}

TEST(Lives, Table) {
  for (const Case& test : cases()) {
    for (const std::uint32_t partitions : {1U, 4U}) {
      for (const std::size_t batch : {std::size_t{1}, std::size_t{100}}) {
        for (const bool saved : {false, true}) {
          SCOPED_TRACE(
              fmt::format("{}: {} partitions, batches of {}{}", test.what, partitions, batch, saved ? ", saved" : ""));
          try {
            EXPECT_EQ(run(test, partitions, batch, saved), test.out);
          } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
          }
        }
      }
    }
  }
}

TEST(Lives, WhatIsResolvedTellsWhatWasToldLast) {
  Drive drive(R"(
event A { k: string, n: int }
event X { k: string }
rule r { match a: A by k runbook "book" alert high "n is {a.n}" { n: a.n } resolve X }
)");
  Event first{"A", "0s", {"k", integer(1)}, "e1", "/s"};
  Event second{"A", "1s", {"k", integer(2)}, "e2", "/s"};
  Event end{"X", "5s", {"k"}, "e3", "/t"};
  drive.push(drive.engine.add_input({.name = "in"}), {first, second});
  EXPECT_EQ(drive.engine.stats().rules[0].firing, 1U);
  drive.push(0, {end});
  EXPECT_EQ(drive.engine.stats().rules[0].firing, 0U);
  ASSERT_EQ(drive.outputs.all.size(), 3U);
  const events::Message& resolved = drive.outputs.all[2];
  EXPECT_EQ(resolved.state, events::AlertState::resolved);
  EXPECT_EQ(resolved.alert, drive.outputs.all[0].id);
  EXPECT_EQ(resolved.alert, drive.outputs.all[0].alert);
  EXPECT_EQ(resolved.text, "n is 2");
  EXPECT_EQ(resolved.severity, events::Severity::high);
  EXPECT_EQ(resolved.runbook, "book");
  EXPECT_EQ(resolved.time, at("5s"));
  EXPECT_EQ(resolved.end, at("5s"));
  EXPECT_EQ(resolved.start, at("1s"));
  EXPECT_EQ(resolved.causes_total, 2U);
  ASSERT_EQ(resolved.causes.size(), 2U);
  EXPECT_EQ(resolved.causes[0].id, "e2");
  EXPECT_EQ(resolved.causes[1].id, "e3");
  EXPECT_EQ(resolved.causes[1].source, "/t");
}

TEST(Lives, SilenceBringsTheirDeadline) {
  Drive drive("event A { k: string }\nrule r { match a: A by k alert high \"m\" resolve after 10s }");
  const InputId input = drive.engine.add_input({.name = "in", .live = true});
  drive.engine.peers(input, 1);
  drive.push(input, {{"A", "0s", {"k"}}});
  EXPECT_EQ(drive.out(), "r@0s");
  drive.clock.steady = duration_of("15s");
  drive.engine.tick();
  EXPECT_EQ(drive.out(), "") << "after 5s of silence time goes on at the clock's pace, so it is 10s";
  ASSERT_TRUE(drive.engine.next_tick());
  drive.clock.steady = events::Duration{drive.clock.steady.ns + drive.engine.next_tick()->ns};
  drive.engine.tick();
  EXPECT_EQ(drive.out(), "r@10s");
}

}  // namespace
}  // namespace tocsin::engine::testing
