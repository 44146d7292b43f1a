// `throttle`: exact bounds, what is told of what was held back, and that nothing stays for ever.
#include "engine/throttle.hpp"

#include <gtest/gtest.h>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

struct Case {
  std::string what;
  std::string throttle;
  std::vector<Event> events;
  std::string out;  ///< `1s+2`: given at 1 s, telling of two suppressed
};

Event a(const std::string& time, std::string k = "k", std::int64_t n = 0) {
  return {"A", time, {std::move(k), integer(n)}};
}

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"a span begins with the first one given, and ends before its end",
       "throttle 1 per 10s",
       {a("3s"), a("4s"), a("12999ms"), a("13s"), a("22999ms"), a("23s")},
       "3s 13s+2 23s+1"},
      {"so many in a span",
       "throttle 2 per 10s",
       {a("0s"), a("9s"), a("9s"), a("10s"), a("11s"), a("12s"), a("20s")},
       "0s 9s 10s+1 11s 20s+1"},
      {"a silence tells it later", "throttle 1 per 10s", {a("0s"), a("1s"), a("2s"), a("1h"), a("1h1s")}, "0s 1h+2"},
      {"for each key",
       "throttle 1 per 10s",
       {a("0s", "x"), a("1s", "y"), a("2s", "x"), a("3s", "y"), a("10s", "x"), a("11s", "y")},
       "0s 1s 10s+1 11s+1"},
      {"for each value",
       "throttle 1 per 10s each a.n",
       {a("0s", "k", 1), a("1s", "k", 2), a("2s", "k", 1), a("3s", "x", 1), a("10s", "k", 1), a("11s", "k", 2)},
       "0s 1s 3s 10s+1 11s"},
      {"for each of several values, made ones too",
       "throttle 1 per 10s each a.n % 2, upper(a.k)",
       {a("0s", "k", 1), a("1s", "k", 3), a("2s", "k", 2), a("3s", "K", 3)},
       "0s 2s 3s"},
      {"what owes a count is forgotten after a day",
       "throttle 1 per 10s",
       {a("0s"), a("1s"), a("1d1s1ms"), a("1d2s"), a("2d2s")},
       "0s 1d1s1ms 2d2s+1"},
      {"of a key that speaks a span that is longer holds",
       "throttle 1 per 7d forget 7d",
       {a("0s"), a("6d"), a("7d"), a("13d23h")},
       "0s 7d+1"},
      {"of a key that was silent so long nothing is known, of others all",
       "throttle 1 per 10s forget 1m",
       {a("0s"), a("1s"), a("1s", "l"), a("2s", "l"), a("40s", "l"), a("61001ms"), a("62s"), a("99s", "l"), a("122s"),
        a("159001ms", "l")},
       "0s 1s 40s+1 1m1s1ms 1m39s 2m2s+1 2m39s1ms"},
      {"forgotten while its span is open",
       "throttle 1 per 1h forget 10m",
       {a("0s"), a("10m"), a("20m"), a("30m1ms"), a("31m")},
       "0s 30m1ms"},
      {"one value may be silent longer than the key",
       "throttle 1 per 10s each a.n forget 1m",
       {a("0s", "k", 1), a("1s", "k", 1), a("50s", "k", 2), a("100s", "k", 2), a("150s", "k", 1)},
       "0s 50s 1m40s 2m30s+1"},
  };
  return kCases;
}

std::string run(const Case& test, std::uint32_t partitions, std::size_t batch, bool saved) {
  const std::string rules =
      "event A { k: string, n: int }\nrule r { match a: A by k alert info \"m\" { n: a.n } " + test.throttle + " }";
  auto drive = std::make_unique<Drive>(rules, Options{.partitions = partitions, .parallel_from = 1});
  InputId input = drive->engine.add_input({.name = "in"});
  std::string out;
  for (std::size_t begin = 0; begin < test.events.size(); begin += batch) {
    const std::size_t end = std::min(begin + batch, test.events.size());
    drive->push(input, {test.events.begin() + static_cast<std::ptrdiff_t>(begin),
                        test.events.begin() + static_cast<std::ptrdiff_t>(end)});
    for (const events::Message& message : drive->outputs.all) {
      out += (out.empty() ? "" : " ") + events::format_duration(message.time - at("0s"));
      if (message.suppressed > 0) out += fmt::format("+{}", message.suppressed);
    }
    drive->outputs.all.clear();
    if (!saved) continue;
    const std::string bytes = drive->engine.write_state();
    drive = std::make_unique<Drive>(rules, Options{.partitions = partitions + 1, .parallel_from = 1});
    const auto read = drive->engine.read_state(bytes);
    if (!read) return read.error();
    input = drive->engine.add_input({.name = "in"});
  }
  return out;
}

TEST(Throttle, Table) {
  for (const Case& test : cases()) {
    for (const std::uint32_t partitions : {1U, 4U})
      for (const std::size_t batch : {std::size_t{1}, std::size_t{100}})
        for (const bool saved : {false, true})
          EXPECT_EQ(run(test, partitions, batch, saved), test.out)
              << test.what << ": " << partitions << " partitions, batches of " << batch << (saved ? ", saved" : "");
  }
}

TEST(Throttle, ConditionsComeFirst) {
  Drive drive(R"(
event A { n: int }
rule r { match a: A alert info "m" { n: a.n } if (a.n > 1) emit X { n: a.n } if (a.n > 2) throttle 1 per 10s }
)");
  drive.push(drive.engine.add_input({.name = "in"}), {{"A", "0s", {integer(0)}},
                                                      {"A", "1s", {integer(3)}},
                                                      {"A", "2s", {integer(0)}},
                                                      {"A", "3s", {integer(2)}},
                                                      {"A", "11s", {integer(2)}}});
  EXPECT_EQ(drive.out(), "r@1s n=3; X@1s n=3; r@11s n=2");
  EXPECT_EQ(drive.outputs.all[2].suppressed, 1U);
  const RuleStats rule = drive.engine.stats().rules[0];
  EXPECT_EQ(rule.matches, 5U);
  EXPECT_EQ(rule.put_out, 2U);
  EXPECT_EQ(rule.suppressed, 1U);
}

TEST(Throttle, WhatIsOverAndOwesNothingGoes) {
  const rules::Throttle throttle{1, duration_of("10s"), {}};
  Throttled throttled;
  events::Time now = at("0s");
  std::size_t most = 0;
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    now = now + duration_of("1s");
    EXPECT_TRUE(throttled.take(throttle, i % 3, std::to_string(i), now).given);
    throttled.sweep(throttle, now);
    most = std::max(most, throttled.size());
  }
  EXPECT_LE(most, 1025U) << "at one time ten spans are open";
  EXPECT_EQ(throttled.untold(), 0U);
}

TEST(Throttle, AKeyKeepsSoManySpansThatOweACount) {
  const rules::Throttle throttle{1, duration_of("10s"), {}};
  Throttled throttled;
  events::Time now = at("0s");
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    now = now + duration_of("1s");
    throttled.take(throttle, 7, std::to_string(i), now);
    EXPECT_FALSE(throttled.take(throttle, 7, std::to_string(i), now).given);
    throttled.sweep(throttle, now);
    ASSERT_LE(throttled.size(), Throttled::kMaxSpans);
  }
  EXPECT_EQ(throttled.untold(), 50'000U - throttled.size());
  EXPECT_EQ(throttled.take(throttle, 7, "49999", now + duration_of("10s")).suppressed, 1U) << "the latest are kept";
  const std::uint64_t untold = throttled.untold();
  const std::size_t size = throttled.size();
  throttled.forget(7);
  EXPECT_FALSE(throttled.holds(7));
  EXPECT_EQ(throttled.size(), 0U);
  EXPECT_EQ(throttled.untold(), untold + size - 1);
}

}  // namespace
}  // namespace tocsin::engine::testing
