// Window rules in the engine: what they put out and when, alerts that fire and are resolved, late events; the same
// however the input is cut, in any number of partitions, and when the state is written and read back in between.
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

struct Case {
  std::string what;
  std::string rules;
  std::vector<Event> events;
  std::string out;
  std::string lateness = "0s";
  std::string letters = "";
};

Event a(const std::string& time, std::int64_t n = 0, std::string k = "k") {
  return {"A", time, {std::move(k), integer(n)}};
}
/// Time passes.
Event x(const std::string& time) { return {"X", time, {"k"}}; }

const std::vector<Case>& outputs() {
  static const std::vector<Case> kCases{
      {"tumbling windows end before events of their end",
       "rule r { from A by k window tumbling 10s emit E { k, s: sum(n), c: count() } }",
       {a("0s", 1), a("9s999ms", 2), a("10s", 3), x("30s")},
       "E@10s-1 k=k s=3 c=2; E@20s-1 k=k s=3 c=1"},
      {"only where `when` and `if` hold; a null is false",
       "rule r { from A by k window tumbling 10s when avg(n) > 1 emit E { c: count() } if (max(n) < 9) }",
       {a("0s", 1), a("10s", 2), a("20s", 9), x("60s")},
       "E@20s-1 c=1"},
      {"no output of empty windows",
       "rule r { from A by k window tumbling 10s emit E { c: count() } action act { c: count() } }",
       {a("0s"), x("60s")},
       "E@10s-1 c=1; tocsin.action@10s-1 c=1"},
      {"keys apart, by key value at one time",
       "rule r { from A by k window tumbling 10s emit E { k, c: count() } }",
       {a("0s", 1, "b"), a("1s", 1, "a"), a("2s", 1, "b"), x("10s"), x("11s")},
       "E@10s-1 k=a c=1; E@10s-1 k=b c=2"},
      {"sliding",
       "rule r { from A by k window sliding 10s every 5s emit E { c: count() } }",
       {a("0s"), a("7s"), x("30s")},
       "E@5s-1 c=1; E@10s-1 c=2; E@15s-1 c=1"},
      {"session",
       "rule r { from A by k window session 5s emit E { c: count(), took: @end - @start } }",
       {a("0s"), a("5s"), a("10s1ms"), x("30s")},
       "E@10s c=2 took=10s; E@15s1ms c=1 took=5s"},
      {"rolling, last and batch tell at the event",
       "rule b { from A by k window batch 2 emit B { c: count() } }\n"
       "rule l { from A by k window last 2 emit L { s: sum(n) } }\n"
       "rule r { from A by k window rolling 5s emit R { s: sum(n) } }",
       {a("0s", 1), a("3s", 2), a("5s", 3), x("30s")},
       "L@0s s=1; R@0s s=1; B@3s c=2; L@3s s=3; R@3s s=3; L@5s s=5; R@5s s=5"},
      {"the end of input ends windows",
       "rule r { from A by k window tumbling 10s emit E { c: count() } }",
       {a("0s"), a("12s"), a("13s")},
       "E@10s-1 c=1; E@20s-1 c=2"},
      {"early results are numbered",
       "rule r { from A by k window tumbling 10s every 4s emit E { c: count() } }",
       {a("0s"), a("5s"), a("6s"), x("30s")},
       "E@0s c=1 early 1; E@8s c=3 early 2; E@10s-1 c=3"},
      {"early results by events, of a global window",
       "rule r { from A by k window global every 2 events emit E { c: count() } }",
       {a("0s"), a("5s"), a("6s"), a("7s"), x("30s")},
       "E@5s c=2 early 1; E@7s c=4 early 2"},
      {"grains, finer first",
       "rule r { from A by k rollup 10s, 20s emit E { c: count(), g: @grain } }",
       {a("0s"), a("12s"), x("30s")},
       "E@10s-1 c=1 g=10s; E@20s-1 c=1 g=10s; E@20s-1 c=2 g=20s"},
      {"a throttle counts what is put out",
       "rule r { from A by k window tumbling 10s when sum(n) > 0 emit E { s: sum(n) } throttle 1 per 20s }",
       {a("0s", 1), a("10s", 0), a("20s", 2), a("30s", 3), x("60s")},
       "E@10s-1 s=1; E@30s-1 s=2"},
      {"layers: hours add up minutes",
       "rule hours { from M by k window tumbling 1m emit H { k, s: sum(s) } }\n"
       "rule minutes { from A by k window tumbling 10s emit M { k, s: sum(n) } }",
       {a("0s", 1), a("15s", 2), a("59s", 4), a("60s", 8), x("3m")},
       "M@10s-1 k=k s=1; M@20s-1 k=k s=2; M@1m-1 k=k s=4; H@1m-1 k=k s=7; M@1m10s-1 k=k s=8; H@2m-1 k=k s=8"},
      {"layers: a pattern reads windows' alerts, and windows a pattern's events",
       "rule p { match f: alert.w(state == \"firing\") -> g: alert.w(state == \"resolved\") by k emit P { k } }\n"
       "rule w { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" }\n"
       "rule z { from P by k window tumbling 1m emit Z { c: count() } }",
       {a("0s", 9), a("10s", 1), a("20s", 9), x("3m")},
       "w@10s-1 firing 1; w@20s-1 resolved 1; P@20s-1 k=k; w@30s-1 firing 2; w@40s-1 resolved 2; P@40s-1 k=k; "
       "Z@1m-1 c=2"},
      {"a shadow's are silent",
       "rule r { from A by k shadow window tumbling 10s emit E { c: count() } }",
       {a("0s"), x("60s")},
       ""},
      {"texts that aggregates make",
       "rule r { from A by k window tumbling 10s emit E { f: first(upper(k)), l: last(format(\"{k}-{n}\")) } "
       "}",
       {a("0s", 1, "ab"), a("5s", 2, "ab"), x("60s")},
       "E@10s-1 f=AB l=ab-2"},
  };
  return kCases;
}

const std::vector<Case>& alerts() {
  static const std::vector<Case> kCases{
      {"fires once, is resolved once",
       "rule r { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" { s: sum(n) } }",
       {a("0s", 9), a("10s", 8), a("20s", 1), a("30s", 7), x("40s")},
       "r@10s-1 s=9 firing 1; r@30s-1 s=9 resolved 1; r@40s-1 s=7 firing 2"},
      {"empty windows resolve, and fire",
       "rule r { from A by k window tumbling 10s alert high \"hot\" if (sum(n) > 5) alert low \"few\" { c: count() } "
       "if "
       "(count() < 1) }",
       {a("0s", 9), x("25s"), a("26s", 9), x("31s")},
       "r@10s-1 firing 1; r@20s-1 resolved 1; r@20s-1 c=0 firing 2; r@30s-1 firing 3; r@30s-1 c=0 resolved 2"},
      {"what leaves a rolling window resolves",
       "rule r { from A by k window rolling 10s when sum(n) > 5 alert high \"m\" { s: sum(n) } }",
       {a("0s", 3), a("5s", 3), a("7s", 1), x("30s")},
       "r@5s s=6 firing 1; r@10s s=6 resolved 1"},
      {"no timer where an event of the time told it",
       "rule r { from A by k window rolling 10s when sum(n) > 5 alert high \"m\" }",
       {a("0s", 6), a("10s", 6), x("30s")},
       "r@0s firing 1; r@20s resolved 1"},
      {"hold: fires with the values evaluated last",
       "rule r { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" { s: sum(n) } hold 15s }",
       {a("0s", 9), a("10s", 8), a("20s", 7), a("30s", 1), x("60s")},
       "r@25s-1 s=8 firing 1; r@40s-1 s=8 resolved 1"},
      {"hold: an evaluation at its end counts",
       "rule r { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" { s: sum(n) } hold 20s }",
       {a("0s", 9), a("10s", 8), a("20s", 1), a("30s", 9), a("40s", 9), a("50s", 9), x("59s"), a("60s", 9), x("80s")},
       "r@1m-1 s=9 firing 1; r@1m20s-1 s=9 resolved 1"},
      {"keep: not resolved before, and only if it stays so",
       "rule r { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" { s: sum(n) } keep 15s }",
       {a("0s", 9), a("10s", 1), a("20s", 9), a("30s", 1), a("40s", 1), x("60s")},
       "r@10s-1 s=9 firing 1; r@55s-1 s=9 resolved 1"},
      {"hold and keep",
       "rule r { from A by k window rolling 5s when sum(n) > 5 alert high \"m\" hold 2s keep 3s }",
       {a("0s", 9), a("1s", 9), x("30s")},
       "r@2s firing 1; r@9s resolved 1"},
      {"a lapse before the hold ends begins it anew",
       "rule r { from A by k window last 1 when sum(n) > 5 alert high \"m\" hold 5s }",
       {a("0s", 9), a("3s", 1), a("4s", 9), a("8s", 9), a("20s", 1)},
       "r@9s firing 1; r@20s resolved 1"},
      {"a hold fires behind the end of input, if nothing speaks against it",
       "rule r { from A by k window last 1 when sum(n) > 5 alert high \"m\" hold 1m }",
       {a("0s", 9)},
       "r@1m firing 1"},
      {"the end of input resolves nothing",
       "rule r { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" keep 5s }",
       {a("0s", 9), a("10s", 1), a("15s", 1)},
       "r@10s-1 firing 1"},
      {"forgetting resolves",
       "rule r { from A by k window last 1 forget 20s when sum(n) > 5 alert high \"m\" }",
       {a("0s", 9), a("5s", 9), x("60s"), a("70s", 9)},
       "r@0s firing 1; r@25s resolved 1 no data; r@1m10s firing 2"},
      {"events that are no rows count for forgetting",
       "rule r { from A(n > 0) by k window last 1 forget 20s when sum(n) > 5 alert high \"m\" }",
       {a("0s", 9), a("15s", 0), x("36s")},
       "r@0s firing 1; r@35s resolved 1 no data"},
      {"early results are evaluations",
       "rule r { from A by k window tumbling 10s every 2s when sum(n) > 5 alert high \"m\" }",
       {a("0s", 9), a("11s", 1), x("30s")},
       "r@0s firing 1 early 1; r@12s resolved 1"},
      {"a life for each grain",
       "rule r { from A by k rollup 10s, 20s when sum(n) > 5 alert high \"m\" { g: @grain } }",
       {a("0s", 3), a("10s", 6), a("20s", 1), x("60s")},
       "r@20s-1 g=10s firing 1; r@20s-1 g=20s firing 2; r@30s-1 g=10s resolved 1; r@40s-1 g=20s resolved 2"},
      {"a firing that the throttle holds back is tried again; resolved passes",
       "rule r { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" { s: sum(n) } throttle 1 per 40s }",
       {a("0s", 9), a("10s", 1), a("20s", 8), a("30s", 7), a("40s", 6), a("50s", 1), x("70s")},
       "r@10s-1 s=9 firing 1; r@20s-1 s=9 resolved 1; r@50s-1 s=6 firing 2; r@1m-1 s=6 resolved 2"},
      {"a hold that the throttle held back fires at the next evaluation",
       "rule r { from A by k window tumbling 10s when sum(n) > 5 alert high \"m\" { s: sum(n) } hold 5s throttle 1 per "
       "30s }",
       {a("0s", 9), a("10s", 1), a("20s", 8), a("30s", 7), a("40s", 6), a("50s", 6), a("60s", 1), x("80s")},
       "r@15s-1 s=9 firing 1; r@20s-1 s=9 resolved 1; r@50s-1 s=6 firing 2; r@1m10s-1 s=6 resolved 2"},
      {"dedup by: one life for all keys",
       "rule r { from A by k window last 1 when sum(n) > 5 alert high \"m\" { k } dedup by sum(n) }",
       {a("0s", 6, "a"), a("1s", 6, "b"), a("2s", 0, "a"), a("3s", 6, "c"), a("4s", 0, "c"), a("5s", 0, "b"),
        a("6s", 6, "a")},
       "r@0s k=a firing 1; r@1s k=b updated 1; r@3s k=c updated 1; r@5s k=b resolved 1; r@6s k=a firing 2"},
      {"dedup by: a value that changes",
       "rule r { from A by k window last 1 when sum(n) > 5 alert high \"m\" { k, n: sum(n) } dedup by sum(n) }",
       {a("0s", 6, "a"), a("1s", 7, "a"), a("2s", 7, "b"), a("3s", 6, "b"), a("4s", 0, "b"), a("5s", 0, "a")},
       "r@0s k=a n=6 firing 1; r@1s k=a n=6 resolved 1; r@1s k=a n=7 firing 2; r@2s k=b n=7 updated 2; r@3s k=b n=6 "
       "firing 3; r@4s k=b n=6 resolved 3; r@5s k=a n=7 resolved 2"},
      {"dedup by in a pattern rule",
       "rule r { match a: A(n > 0) by k alert high \"m\" { k } resolve A(n < 0) dedup by a.n }",
       {a("0s", 1, "a"), a("1s", 1, "b"), a("2s", 1, "a"), a("3s", -1, "a"), a("4s", 2, "b"), a("5s", -1, "b")},
       "r@0s k=a firing 1; r@1s k=b updated 1; r@2s k=a updated 1; r@4s k=b resolved 1; r@4s k=b firing 2; r@5s k=b "
       "resolved 2"},
      {"lives of values are events of other rules",
       "rule r { from A by k window last 1 when sum(n) > 5 alert high \"m\" dedup by 1 }\n"
       "rule s { match f: alert.r(state == \"firing\") -> g: alert.r(state == \"resolved\" and alert == f.alert) emit "
       "S "
       "{ took: g.@time - f.@time } }",
       {a("0s", 6, "a"), a("1s", 6, "b"), a("2s", 0, "a"), a("3s", 0, "b")},
       "r@0s firing 1; r@1s updated 1; r@3s resolved 1; S@3s took=3s"},
  };
  return kCases;
}

const std::vector<Case>& late_events() {
  static const std::vector<Case> kCases{
      {"a correction completes at the watermark",
       "rule r { from A by k window tumbling 10s late 20s emit E { c: count() } }",
       {a("5s"), a("12s"), a("6s"), a("7s"), a("25s"), x("60s")},
       "E@10s-1 c=1; E@12s c=2 revision 1; E@12s c=3 revision 2; E@20s-1 c=1; E@30s-1 c=1"},
      {"no pattern rule sees them",
       "rule p { match a: A(n > 5) by k alert high \"m\" }\n"
       "rule r { from A by k window tumbling 10s late 20s emit E { c: count() } }",
       {a("5s"), a("12s"), a("6s", 9), x("60s")},
       "E@10s-1 c=1; E@12s c=2 revision 1; E@20s-1 c=1"},
      {"a dead letter only where no window took it",
       "rule q { from A by k window tumbling 10s emit Q { c: count() } }\n"
       "rule r { from A by k window tumbling 10s late 5s emit E { c: count() } }",
       {a("5s"), a("14s"), a("6s"), a("15s"), a("16s"), a("7s"), a("60s")},
       "Q@10s-1 c=1; E@10s-1 c=1; E@14s c=2 revision 1; Q@20s-1 c=3; E@20s-1 c=3; Q@1m10s-1 c=1; E@1m10s-1 c=1",
       "0s",
       "late: 9s behind the watermark"},
      {"a correction that fulfils no `when` takes back what was told",
       "rule r { from A by k window tumbling 10s late 20s when avg(n) > 5 emit E { c: count() } }",
       {a("5s", 9), a("12s", 9), a("6s", 0), a("7s", 0), a("8s", 30), x("60s")},
       "E@10s-1 c=1; E@12s c=2 revision 1 withdrawn; E@12s c=4 revision 3; E@20s-1 c=1"},
      {"sessions that are joined",
       "rule r { from A by k window session 5s late 1m emit E { c: count(), took: @end - @start } }",
       {a("0s"), a("10s"), a("20s"), x("30s"), a("5s"), x("90s")},
       "E@5s c=1 took=5s; E@15s c=1 took=5s; E@25s c=1 took=5s; E@30s c=3 took=15s revision 1; E@30s c=1 took=5s "
       "revision 1 withdrawn"},
      {"the alert of the newest window is judged anew",
       "rule r { from A by k window tumbling 10s late 20s when sum(n) > 5 alert high \"m\" { s: sum(n) } }",
       {a("5s", 9), a("12s", 1), a("6s", -5), a("7s", 5), x("25s"), a("8s", 90), x("60s")},
       "r@10s-1 s=9 firing 1; r@12s s=9 resolved 1; r@12s s=9 firing 2 revision 2; r@20s-1 s=9 resolved 2"},
      {"open windows take them without a word",
       "rule r { from A by k window tumbling 10s late 20s emit E { c: count(), f: first(n) } }",
       {a("5s", 1), a("2s", 2), x("60s")},
       "E@10s-1 c=2 f=2"},
      {"with lateness they wait, and are late behind it",
       "rule r { from A by k window tumbling 10s late 20s emit E { c: count() } }",
       {a("5s"), a("14s"), a("6s"), a("18s"), a("7s"), x("60s")},
       "E@10s-1 c=2; E@13s c=3 revision 1; E@20s-1 c=2",
       "5s"},
      {"what they correct goes on to higher layers",
       "rule h { from E by k window tumbling 1m emit H { k, c: count(), m: max(c) } }\n"
       "rule r { from A by k window tumbling 10s late 1m emit E { k, c: count() } }",
       {a("5s"), a("12s"), a("6s"), a("60s"), a("7s"), x("3m")},
       "E@10s-1 k=k c=1; E@12s k=k c=2 revision 1; E@20s-1 k=k c=1; H@1m-1 k=k c=3 m=2; E@1m k=k c=3 revision 2; "
       "E@1m10s-1 k=k c=1; H@2m-1 k=k c=2 m=3"},
  };
  return kCases;
}

/// Lives are told by numbers, in order of their appearance; a nanosecond before a whole millisecond as `-1`.
struct Told {
  std::map<std::string, int> lives{{"", 0}};
  std::map<std::string, int> ids;
  std::string text;
  bool twice = false;

  void add(events::Message message) {
    twice |= ++ids[message.id] > 1;
    const int number = static_cast<int>(lives.size());
    lives.emplace(message.alert, number);
    const bool before = (message.time.ns + 1) % 1'000'000 == 0;
    if (before) message.time = message.time + events::Duration{1};
    std::string line = text_of(message);
    if (before) {
      const std::size_t behind = line.find(' ');
      line.insert(behind == std::string::npos ? line.size() : behind, "-1");
    }
    if (!message.alert.empty()) line += fmt::format(" {} {}", name_of(message.state), lives.at(message.alert));
    if (message.early > 0) line += fmt::format(" early {}", message.early);
    if (message.revision > 0) line += fmt::format(" revision {}", message.revision);
    if (message.withdrawn) line += " withdrawn";
    if (!message.reason.empty()) line += " " + message.reason;
    text += (text.empty() ? "" : "; ") + line;
  }
};

struct Way {
  std::uint32_t partitions = 1;
  std::size_t batch = 1;
  bool saved = false;
};

struct Ran {
  std::string text;
  std::string bytes;  ///< all messages as they are written
  std::string letters;
};

Ran run(Case test, const Way& way) {
  for (std::size_t i = 0; i < test.events.size(); ++i) test.events[i].id = "e" + std::to_string(i);
  const std::string rules = "event A { k: string, n: int }\nevent X { k: string }\n" + test.rules;
  auto drive = std::make_unique<Drive>(rules, Options{.partitions = way.partitions, .parallel_from = 1});
  const auto add_input = [&] {
    return drive->engine.add_input({.name = "in", .lateness = duration_of(test.lateness)});
  };
  InputId input = add_input();
  Told told;
  Ran ran;
  const auto collect = [&] {
    for (const events::Message& message : drive->outputs.all) {
      told.add(message);
      events::append_json(ran.bytes, message);
    }
    drive->outputs.all.clear();
    for (const events::DeadLetter& letter : drive->letters.all)
      ran.letters += (ran.letters.empty() ? "" : "; ") + std::string(name_of(letter.reason)) + ": " + letter.detail;
    drive->letters.all.clear();
  };
  for (std::size_t begin = 0; begin < test.events.size(); begin += way.batch) {
    const std::size_t end = std::min(begin + way.batch, test.events.size());
    drive->push(input, {test.events.begin() + static_cast<std::ptrdiff_t>(begin),
                        test.events.begin() + static_cast<std::ptrdiff_t>(end)});
    collect();
    if (!way.saved) continue;
    const std::string bytes = drive->engine.write_state();
    drive = std::make_unique<Drive>(rules, Options{.partitions = way.partitions + 1, .parallel_from = 1});
    if (const auto read = drive->engine.read_state(bytes); !read) return {read.error(), "", ""};
    input = add_input();
  }
  drive->engine.finish(true);
  collect();
  ran.text = told.text + (told.twice ? " (an id stands twice)" : "");
  return ran;
}

void check(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    try {
      const Ran first = run(test, {1, 100, false});
      SCOPED_TRACE(test.what);
      EXPECT_EQ(first.text, test.out);
      EXPECT_EQ(first.letters, test.letters);
      for (const std::uint32_t partitions : {1U, 2U, 4U}) {
        for (const std::size_t batch : {std::size_t{1}, std::size_t{3}, std::size_t{100}}) {
          for (const bool saved : {false, true}) {
            if (saved && test.lateness != "0s") continue;  // events wait in the reorder buffer
            const Ran ran = run(test, {partitions, batch, saved});
            const std::string how =
                fmt::format("{} partitions, batches of {}{}", partitions, batch, saved ? ", saved" : "");
            EXPECT_EQ(ran.text, first.text) << how;
            EXPECT_EQ(ran.bytes, first.bytes) << how;
            EXPECT_EQ(ran.letters, first.letters) << how;
          }
        }
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << test.what << ": " << error.what();
    }
  }
}

TEST(Windows, WhatMessagesTell) {
  Drive drive(R"(
event A { k: string, n: int }
rule r { from A by k runbook "book" window tumbling 10s when sum(n) > 5
  alert high "{k}: {sum(n)} until {@end}" { s: sum(n) } action act { s: sum(n) } emit E { s: sum(n) } }
)");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {{"A", "1s", {"k", integer(2)}, "e1", "/s"},
                     {"A", "2s", {"k", integer(3)}, "e2", "/s"},
                     {"A", "3s", {"k", integer(4)}, "e3", "/t"},
                     {"A", "12s", {"k", integer(1)}, "e4", "/t"}});
  EXPECT_EQ(drive.engine.stats().rules[0].firing, 1U);
  drive.push(input, {{"A", "25s", {"k", integer(1)}, "e5", "/t"}});
  ASSERT_EQ(drive.outputs.all.size(), 4U);
  const events::Message& firing = drive.outputs.all[0];
  EXPECT_EQ(firing.state, events::AlertState::firing);
  EXPECT_EQ(firing.text, "k: 9 until 2024-01-01T00:00:10Z");
  EXPECT_EQ(firing.start, at("0s"));
  EXPECT_EQ(firing.end, at("10s"));
  EXPECT_EQ(firing.alert, firing.id);
  EXPECT_EQ(firing.causes_total, 3U);
  ASSERT_EQ(firing.causes.size(), 2U);
  EXPECT_EQ(firing.causes[0].id, "e1");
  EXPECT_EQ(firing.causes[1].id, "e3");
  EXPECT_EQ(firing.causes[1].source, "/t");
  const events::Message& action = drive.outputs.all[1];
  EXPECT_EQ(action.start, at("0s"));
  EXPECT_EQ(action.end, at("10s"));
  EXPECT_EQ(action.causes.size(), 2U);
  const events::Message& emitted = drive.outputs.all[2];
  ASSERT_EQ(emitted.causes.size(), 1U);
  EXPECT_EQ(emitted.causes[0].id, "e3");
  const events::Message& resolved = drive.outputs.all[3];
  EXPECT_EQ(resolved.state, events::AlertState::resolved);
  EXPECT_EQ(resolved.alert, firing.alert);
  EXPECT_EQ(resolved.text, firing.text);
  EXPECT_EQ(resolved.runbook, "book");
  EXPECT_EQ(resolved.start, at("0s"));
  EXPECT_EQ(resolved.end, at("10s"));
  EXPECT_EQ(resolved.reason, "");
  const RuleStats stats = drive.engine.stats().rules[0];
  EXPECT_TRUE(stats.of_windows);
  EXPECT_EQ(stats.rows, 5U);
  EXPECT_EQ(stats.windows, 2U);
  EXPECT_EQ(stats.put_out, 1U);
  EXPECT_EQ(stats.keys, 1U);
}

TEST(Windows, LateForOneInputOnly) {
  Drive drive(
      "event A { k: string, n: int }\n"
      "rule r { from A by k window tumbling 10s late 1m emit E { c: count(), s: sum(n) } }");
  const InputId fast = drive.engine.add_input({.name = "fast"});
  const InputId slow = drive.engine.add_input({.name = "slow"});
  drive.push(fast, {a("1s", 1), a("25s", 1)});
  drive.push(slow, {a("2s", 10)});
  drive.push(fast, {a("3s", 100)});  // late for its input, but no window that it is in has ended
  EXPECT_EQ(drive.out(), "");
  drive.push(slow, {a("40s", 1)});
  EXPECT_EQ(drive.out(), "E@9s999ms999us999ns c=3 s=111");
  EXPECT_EQ(drive.letters.all.size(), 0U);
  EXPECT_EQ(drive.engine.stats().late, 1U);
  EXPECT_EQ(drive.engine.stats().late_taken, 1U);
}

TEST(Windows, LimitMemoryForgetsTheLongestSilentKeys) {
  Drive drive(
      "event A { k: string, n: int }\n"
      "rule r { from A by k limit memory 64KB window rolling 1h when max(n) > 0 alert high \"m\" { k } }");
  const InputId input = drive.engine.add_input({.name = "in"});
  std::vector<Event> events;
  for (int i = 0; i < 3000; ++i) events.push_back(a(std::to_string(i) + "s", 1, "k" + std::to_string(i)));
  drive.push(input, events);
  const RuleStats stats = drive.engine.stats().rules[0];
  EXPECT_GT(stats.over_memory, 0U);
  EXPECT_EQ(stats.over_memory + stats.keys, 3000U);
  EXPECT_EQ(stats.firing, stats.keys);
  std::size_t next = 0;
  for (const events::Message& message : drive.outputs.all) {
    if (message.state != events::AlertState::resolved) continue;
    EXPECT_EQ(message.reason, "memory");
    ++next;
  }
  EXPECT_EQ(next, stats.over_memory);
}

TEST(Windows, KeysOfClosedWindowsAreKeptForAlertsOnly) {
  const auto kept = [](const std::string& rest) {
    Drive drive("event A { k: string, n: int }\nrule r { from A by k window " + rest + " }");
    std::vector<Event> events;
    for (int i = 0; i < 1000; ++i) events.push_back(a(std::to_string(i) + "s", 1, "k" + std::to_string(i)));
    drive.push(drive.engine.add_input({.name = "in"}), events);
    return drive.engine.stats().rules[0].keys;
  };
  EXPECT_EQ(kept("tumbling 10s emit E { s: sum(n) }"), 10U) << "those of the window that is open";
  EXPECT_EQ(kept("tumbling 10s alert low \"m\" when count() < 5"), 1000U);
  EXPECT_EQ(kept("session 10s emit E { s: sum(n) }"), 11U);
  EXPECT_EQ(kept("rolling 10s emit E { s: sum(n) }"), 11U) << "a row leaves behind the events of its last instant";
}

TEST(Windows, Outputs) { check(outputs()); }
TEST(Windows, Alerts) { check(alerts()); }
TEST(Windows, LateEvents) { check(late_events()); }

}  // namespace
}  // namespace tocsin::engine::testing
