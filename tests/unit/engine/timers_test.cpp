// What time completes: absences, timeouts and repetitions as outputs, in order with everything else, and the same
// however the input is cut, partitioned, or saved and read back.
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

struct Case {
  std::string what;
  std::string rules;
  std::vector<Event> events;
  std::string out;  ///< as told() writes them, `; ` between
};

Event a(const std::string& time, std::string k = "k", std::int64_t n = 0) {
  return {"A", time, {std::move(k), integer(n)}};
}
Event b(const std::string& time, std::string k = "k", std::int64_t n = 0) {
  return {"B", time, {std::move(k), integer(n)}};
}
Event c(const std::string& time, std::string k = "k", std::int64_t n = 0) {
  return {"C", time, {std::move(k), integer(n)}};
}

/// Three layers, each an absence of what would stop it.
constexpr const char* kChain =
    "rule low { match a: A -> not B for 10s by k emit X { k, n: a.n } }\n"
    "rule mid { match x: X -> not C for 10s by k emit Y { k, n: x.n } }\n"
    "rule top { match y: Y -> not (B or C) for 10s by k alert high \"m\" { k, n: y.n } }\n";

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"an absence that closes completes when its time is over",
       "rule r { match a: A -> not B for 10s by k alert high \"m\" { n: a.n } }",
       {a("0s", "k", 1), b("10s"), a("20s", "k", 2), b("30001ms"), a("40s", "k", 3), a("45s", "k", 4), c("60s")},
       "r@30s n=2; r@50s n=3"},
      {"an event of the deadline's time comes before it, whatever came between",
       "rule r { match a: A -> not B for 10s by k alert high \"m\" { k } }",
       {a("0s", "k"), a("0s", "l"), c("10s", "k"), b("10s", "l"), c("10s", "l"), c("11s")},
       "r@10s k=k"},
      {"a door that says open each minute", "rule r { match o: A -> not B for 10m by k alert high \"m\" { n: o.n } }",
       [] {
         std::vector<Event> events;
         for (int i = 0; i <= 25; ++i) events.push_back(a(std::to_string(i) + "m", "k", i));
         return events;
       }(),
       "r@10m n=0; r@21m n=11; r@32m n=22"},
      {"keys in order of time, then of key",
       "rule r { match a: A -> not B for 10s by k alert high \"m\" { k } }",
       {a("0s", "z"), a("1s", "y"), a("1s", "x"), a("2s", "w"), c("60s")},
       "r@10s k=z; r@11s k=x; r@11s k=y; r@12s k=w"},
      {"rules of one time by priority, then name; events before timers",
       "rule p { match a: A -> not B for 10s by k alert low \"m\" }\n"
       "rule q { match a: A -> not B for 10s by k priority 5 alert low \"m\" }\n"
       "rule s { match c: C by k alert low \"m\" }",
       {a("0s"), c("10s", "x"), c("10s", "y"), c("11s")},
       "s@10s; s@10s; q@10s; p@10s; s@11s"},
      {"a nearer deadline comes first",
       "rule r { match a: A -> not B for (if a.n > 0 then 5s else 1h) by k after match keep alert low \"m\" { n: a.n } "
       "}",
       {a("0s", "k", 0), a("1s", "k", 1), a("2s", "k", 2), c("30m"), c("2h")},
       "r@6s n=1; r@7s n=2; r@1h n=0"},
      {"repetitions say which they are",
       "rule r { match a: A -> not A for 10s every 5s by k alert low \"m\" action stop { k } }",
       {a("0s"), a("21s"), c("33s")},
       "r@10s; stop@10s k=k; r@15s #1; stop@15s #1 k=k; r@20s #2; stop@20s #2 k=k; r@31s; stop@31s k=k; r@36s #1; "
       "stop@36s #1 k=k"},
      {"a start that time ended gives what timeouts give, a match the rest",
       "rule r { match a: A -> b: B by k within 10s alert low \"m\" { n: b.n } timeout alert high \"t\" { n: a.n } "
       "timeout emit T { k, n: a.n } }\nrule s { match t: T by k alert info \"s\" { n: t.n } }",
       {a("0s", "k", 1), b("10s", "k", 2), a("20s", "k", 3), a("25s", "l", 4), c("60s")},
       "r@10s n=2; r@30s n=3; T@30s k=k n=3; s@30s n=3; r@35s n=4; T@35s k=l n=4; s@35s n=4"},
      {"bounds end runs too",
       "rule r { match a: A ->[5s] b: B by k within 1h alert low \"m\" timeout alert high \"t\" { n: a.n } }",
       {a("0s", "k", 1), b("5s"), a("10s", "k", 2), b("15001ms"), c("20s")},
       "r@5s; r@15s n=2"},
      {"a timeout that is given counts for the throttle, and only where its condition holds",
       "rule r { match a: A -> b: B by k within 10s alert low \"m\" timeout alert high \"t\" { n: a.n } if (a.n > 0) "
       "throttle 1 per 1m }",
       {a("0s", "k", 0), c("11s"), a("12s", "k", 1), c("30s"), a("31s"), b("32s"), a("81s", "k", 2), c("100s"),
        a("101s"), b("102s")},
       "r@22s n=1; r@1m31s n=2 +1"},
      {"three layers of absences",
       kChain,
       {a("0s", "k", 1), a("5s", "l", 2), c("20s", "l"), a("40s", "m", 3), b("69s", "m"), a("80s", "n", 4),
        b("110s", "n"), c("200s")},
       "X@10s k=k n=1; X@15s k=l n=2; Y@20s k=k n=1; top@30s k=k n=1; X@50s k=m n=3; Y@1m k=m n=3; X@1m30s k=n n=4; "
       "Y@1m40s k=n n=4"},
      {"three layers whose deadlines fall on each other",
       kChain,
       {a("0s", "k", 1), a("0s", "l", 2), a("10s", "k", 3), a("10s", "j", 4), a("20s", "k", 5), c("20s", "j"),
        c("90s")},
       "X@10s k=k n=1; X@10s k=l n=2; X@20s k=j n=4; Y@20s k=k n=1; Y@20s k=l n=2; X@30s k=k n=5; "
       "Y@30s k=j n=4; top@30s k=k n=1; top@30s k=l n=2; Y@40s k=k n=5; top@40s k=j n=4; top@50s k=k n=5"},
      {"the end of input lets what was begun end, layer by layer",
       kChain,
       {a("0s", "k", 1), a("1s", "l", 2)},
       "X@10s k=k n=1; X@11s k=l n=2; Y@20s k=k n=1; Y@21s k=l n=2; top@30s k=k n=1; top@31s k=l n=2"},
      {"a timer below stops an absence of its own time above",
       "rule low { match a: A -> not B for 10s by k emit X { k } }\n"
       "rule top { match c: C -> not X for 10s by k alert low \"m\" }",
       {a("0s"), c("0s"), c("19s"), a("20s"), c("60s")},
       "X@10s k=k; top@29s; X@30s k=k; top@1m10s"},
      {"an absence before the first event, since the rule watches",
       "rule r { match not B for 10s -> a: A by k alert low \"m\" { n: a.n } }",
       {a("0s", "x", 1), a("9s", "y", 2), a("10s", "z", 3), b("12s", "z"), a("22s", "z", 4), a("22001ms", "z", 5)},
       "r@10s n=3; r@22.001s n=5"},
      {"what others emit starts the watch too",
       "rule up { match c: C by k emit X { k, n: c.n } }\n"
       "rule r { match not B for 10s -> x: X(n > 0) by k alert low \"m\" }",
       {c("0s"), c("9s", "k", 1), c("10s", "k", 1)},
       "X@0s k=k n=0; X@9s k=k n=1; X@10s k=k n=1; r@10s"},
      {"alerts of timers live, are updated and end in order",
       "rule r { match a: A -> not B for 10s by k alert high \"m\" { n: a.n } resolve after 15s }",
       {a("0s", "k", 1), a("12s", "k", 2), a("40s", "k", 3), c("200s")},
       "r@10s n=1 firing; r@22s n=2 updated; r@25s n=2 resolved; r@50s n=3 firing; r@1m5s n=3 resolved"},
      {"a match at the deadline of the life is still its",
       "rule r { match a: A -> not B for 10s by k after match keep alert high \"m\" { n: a.n } resolve after 10s }",
       {a("0s", "k", 1), a("10s", "k", 2), a("20s", "k", 3), c("200s")},
       "r@10s n=1 firing; r@20s n=2 updated; r@20s n=2 resolved; r@30s n=3 firing; r@40s n=3 resolved"},
      {"and one behind it begins another",
       "rule r { match a: A -> not B for 10s by k alert high \"m\" { n: a.n } resolve after 10s }",
       {a("0s", "k", 1), a("10500ms", "k", 2), a("25s", "k", 3), c("200s")},
       "r@10s n=1 firing; r@20s n=1 resolved; r@20.5s n=2 firing; r@30.5s n=2 resolved; r@35s n=3 firing; "
       "r@45s n=3 resolved"},
      {"an event resolves what a timer before it fired",
       "rule r { match a: A -> not B for 10s by k alert high \"m\" resolve B }",
       {a("0s"), b("11s"), a("20s"), b("30s"), c("60s")},
       "r@10s firing; r@11s resolved"},
      {"of timeouts too",
       "rule r { match a: A -> b: B by k within 10s alert low \"m\" timeout alert high \"t\" resolve B }",
       {a("0s"), b("11s"), a("20s"), b("30s")},
       "r@10s firing; r@11s resolved; r@30s"},
      {"a silent key's alerts are resolved for want of data",
       "rule r { match a: A by k forget 1m alert high \"m\" { k } resolve B(n > 0) }",
       {a("0s", "k"), a("1s", "l"), b("59s", "l"), c("70s"), a("100s", "k"), c("130s"), c("170s")},
       "r@0s k=k firing; r@1s k=l firing; r@1m k=k resolved no data; r@1m40s k=k firing; "
       "r@1m59s k=l resolved no data; r@2m40s k=k resolved no data"},
      {"those that a timer fired, too: from the key's last event",
       "rule r { match a: A -> not B for 50s by k forget 1m alert high \"m\" resolve B }",
       {a("0s"), c("300s")},
       "r@50s firing; r@1m resolved no data"},
      {"what fires when the key is forgotten already lives as long",
       "rule r { match a: A -> not B for 100s by k forget 1m alert high \"m\" resolve B }",
       {a("0s"), c("300s")},
       "r@1m40s firing; r@2m40s resolved no data"},
      {"matches count until the key is forgotten",
       "rule r { match a: A by k limit matches 1 forget 1m alert low \"m\" { n: a.n } }",
       {a("0s", "k", 1), a("60s", "k", 2), a("120001ms", "k", 3), a("130s", "k", 4)},
       "r@0s n=1; r@2m0.001s n=3"},
      {"also of timers that come late",
       "rule r { match a: A -> not B for (if a.n == 1 then 2m else if a.n == 2 then 150s else 4m) by k "
       "after match keep limit matches 2 forget 1m alert low \"m\" { n: a.n } }",
       {a("0s", "k", 1), a("0s", "k", 2), a("0s", "k", 3), c("1h")},
       "r@2m n=1; r@2m30s n=2"},
      {"matches of one start in order of preference",
       "rule r { match all a: A ~> b: B -> not C for 5s by k after match keep alert low \"one\" { n: b.n } "
       "alert low \"two\" { m: b.n } }",
       {a("0s"), b("1s", "k", 1), b("1s", "k", 2), b("1s", "k", 3), a("60s")},
       "r@6s n=1; r@6s m=1; r@6s n=2; r@6s m=2; r@6s n=3; r@6s m=3"},
  };
  return kCases;
}

std::string told(const events::Message& message) {
  std::string text = message.kind == events::Message::Kind::alert    ? message.rule
                     : message.kind == events::Message::Kind::action ? message.action
                                                                     : message.type;
  text += "@" + [&] {
    const std::int64_t ms = (message.time - at("0s")).ns / 1'000'000;
    std::string since = events::format_duration({ms / 1000 * events::kSecond.ns});
    if (ms % 1000 == 0) return since;
    const auto digits = fmt::format(".{:03d}", ms % 1000);
    const std::string decimals = digits.substr(0, digits.find_last_not_of('0') + 1);
    return since.ends_with("s") ? since.substr(0, since.size() - 1) + decimals + "s" : since + "0" + decimals + "s";
  }();
  if (message.repeat > 0) text += fmt::format(" #{}", message.repeat);
  for (const auto& [name, value] : message.fields) text += fmt::format(" {}={}", name, events::to_text(value));
  if (message.kind == events::Message::Kind::alert && message.state != events::AlertState::once)
    text += fmt::format(" {}", name_of(message.state));
  if (!message.reason.empty()) text += " " + message.reason;
  if (message.suppressed > 0) text += fmt::format(" +{}", message.suppressed);
  return text;
}

constexpr const char* kTypes =
    "event A { k: string, n: int }\nevent B { k: string, n: int }\nevent C { k: string, n: int }\n";

std::string run(const Case& test, std::uint32_t partitions, std::size_t batch, bool saved) {
  const std::string rules = kTypes + test.rules;
  auto drive = std::make_unique<Drive>(rules, Options{.partitions = partitions, .parallel_from = 1});
  InputId input = drive->engine.add_input({.name = "in"});
  std::string out;
  std::map<std::string, int> ids;
  const auto collect = [&] {
    for (const events::Message& message : drive->outputs.all) {
      out += (out.empty() ? "" : "; ") + told(message);
      if (++ids[message.id] > 1) out += " (an id that came before)";
    }
    drive->outputs.all.clear();
  };
  std::vector<Event> events = test.events;
  for (std::size_t i = 0; i < events.size(); ++i) events[i].id = "e" + std::to_string(i);
  for (std::size_t begin = 0; begin < events.size(); begin += batch) {
    const std::size_t end = std::min(begin + batch, events.size());
    drive->push(input, {events.begin() + static_cast<std::ptrdiff_t>(begin),
                        events.begin() + static_cast<std::ptrdiff_t>(end)});
    collect();
    if (!saved) continue;
    const std::string bytes = drive->engine.write_state();
    drive = std::make_unique<Drive>(rules, Options{.partitions = partitions % 4 + 1, .parallel_from = 1});
    if (const auto read = drive->engine.read_state(bytes); !read) return read.error();
    if (drive->engine.write_state() != bytes && partitions % 4 + 1 == 1) return "other bytes come of them";
    input = drive->engine.add_input({.name = "in"});
  }
  drive->engine.finish(true);
  collect();
  return out;
}

TEST(Timers, Table) {
  for (const Case& test : cases()) {
    for (const std::uint32_t partitions : {1U, 4U}) {
      for (const std::size_t batch : {std::size_t{1}, std::size_t{3}, std::size_t{100}}) {
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

TEST(Timers, WithoutDrainingWhatIsNotOverStaysSilent) {
  const std::string rules =
      std::string(kTypes) + "rule r { match a: A -> not B for 10s every 1s by k alert high \"m\" { n: a.n } }";
  for (const bool drain : {true, false}) {
    Drive drive(rules);
    drive.push(drive.engine.add_input({.name = "in"}), {a("0s", "k", 1), a("1s", "l", 2), c("11s")});
    EXPECT_EQ(drive.out(), "r@10s n=1");
    drive.engine.finish(drain);
    EXPECT_EQ(drive.out(), drain ? "r@11s n=1; r@11s n=2" : "") << "what is already set comes due, nothing new is set";
  }
}

TEST(Timers, SilenceBringsThem) {
  Drive drive(std::string(kTypes) + "rule r { match a: A -> not B for 10s by k alert high \"m\" }");
  const InputId input = drive.engine.add_input({.name = "in", .live = true});
  drive.engine.peers(input, 1);
  drive.push(input, {a("0s")});
  drive.clock.steady = duration_of("15s");
  drive.engine.tick();
  EXPECT_EQ(drive.out(), "") << "after 5s of silence time goes on at the clock's pace, so it is 10s";
  ASSERT_TRUE(drive.engine.next_tick());
  drive.clock.steady = events::Duration{drive.clock.steady.ns + drive.engine.next_tick()->ns};
  drive.engine.tick();
  EXPECT_EQ(drive.out(), "r@10s");
}

TEST(Timers, WhatTheyEmitNamesTheLastEventTaken) {
  Drive drive(std::string(kTypes) + "rule r { match a: A -> b: B -> not C for 10s by k emit X { k } }");
  drive.push(drive.engine.add_input({.name = "in"}), {a("0s"), b("1s"), b("2s"), a("30s")});
  ASSERT_EQ(drive.outputs.all.size(), 1U);
  ASSERT_EQ(drive.outputs.all[0].causes.size(), 1U);
  EXPECT_EQ(drive.outputs.all[0].causes[0].id, "1");
  EXPECT_EQ(drive.outputs.all[0].causes[0].source, "test");
}

TEST(Timers, WhatTheyPutOutHandsOnTheLastEventsContext) {
  const std::string rules =
      std::string(kTypes) +
      "rule r { match a: A -> not B for 10s by k alert low \"m\" emit X { k } }\n"
      "rule s { match a: A => not B by k alert low \"m\" }\n"
      "rule t { match a: A(n == 0) -> r: A{39} -> b: B by k within 2m alert low \"m\" timeout action go { k } }";
  auto drive = std::make_unique<Drive>(rules);
  InputId input = drive->engine.add_input({.name = "in"});
  std::string got;
  for (int i = 0; i < 41; ++i) {
    auto loaded = drive->engine.take_batch();
    events::Batch& batch = loaded->batch;
    events::append_event(batch, drive->engine.schema(), drive->symbols, drive->engine.schema().find(i < 40 ? "A" : "C"),
                         at(std::to_string(i < 40 ? i : 900) + "s"), "e" + std::to_string(i), "in",
                         {std::string("k"), integer(i)});
    batch.origins.back().correlation_id = batch.arena.store("c" + std::to_string(i));
    if (i % 2 == 1) batch.origins.back().trace_parent = batch.arena.store("t" + std::to_string(i));
    drive->outputs.all.clear();
    drive->engine.push(input, std::move(loaded));
    if (i < 39) {
      const std::string bytes = drive->engine.write_state();
      drive = std::make_unique<Drive>(rules);
      ASSERT_TRUE(drive->engine.read_state(bytes));
      input = drive->engine.add_input({.name = "in"});
    } else {
      for (const events::Message& message : drive->outputs.all)
        got += fmt::format("{} {} {} {}\n", told(message), message.causes_total, message.correlation_id,
                           message.trace_parent);
    }
  }
  EXPECT_EQ(got, "s@39s 1 c38 \nr@43s 1 c33 t33\nX@43s k=k 1 c33 t33\ngo@2m k=k 40 c39 t39\n");
}

TEST(Timers, StatsTellThem) {
  Drive drive(std::string(kTypes) +
              "rule r { match a: A -> b: B by k within 10s alert low \"m\" timeout alert low \"t\" if (a.n > 0) "
              "throttle 1 per 1h forget 1m }");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {a("0s", "x"), a("0s", "y", 1), a("0s", "z", 1), a("1s", "z", 1), b("2s", "z"), c("20s")});
  RuleStats rule = drive.engine.stats().rules[0];
  EXPECT_EQ(rule.timeouts, 2U);
  EXPECT_EQ(rule.matches, 1U);
  EXPECT_EQ(rule.put_out, 2U) << "x's timeout held no condition";
  EXPECT_EQ(rule.keys, 2U) << "throttles of y and z";
  EXPECT_EQ(rule.open, 0U);
  drive.push(input, {a("61s", "z")});
  rule = drive.engine.stats().rules[0];
  EXPECT_EQ(rule.forgotten, 1U) << "y";
  EXPECT_EQ(rule.keys, 1U);
}

}  // namespace
}  // namespace tocsin::engine::testing
