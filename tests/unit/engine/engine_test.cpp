// The engine end to end: late and future events, watermarks of several inputs, the full reorder buffer, counters.
#include <gtest/gtest.h>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules = R"(
event A { k: string, n: int }
event B { k: string, n: int }
rule each { match a: A by k alert info "m" { n: a.n } }
)";

Event a(const std::string& time, std::int64_t n) { return {"A", time, {"k", integer(n)}}; }
Event b(const std::string& time, std::int64_t n) { return {"B", time, {"k", integer(n)}}; }
Event undeclared(const std::string& time) { return {"", time, {}}; }

InputOptions live(Duration lateness = {0}) { return {.name = "socket", .live = true, .lateness = lateness}; }

TEST(Engine, LateEventsAreDeadLetters) {
  Drive drive(kRules);
  const InputId input = drive.engine.add_input({.name = "in.ndjson", .lateness = duration_of("2s")});
  drive.push(input, {a("10s", 1), a("8s", 2), a("7s999ms", 3), a("9s", 4)});
  EXPECT_EQ(drive.out(), "each@8s n=2") << "the others wait for the watermark";
  ASSERT_EQ(drive.letters.all.size(), 1U);
  EXPECT_EQ(drive.letters.all[0].reason, events::Reason::late);
  EXPECT_EQ(drive.letters.all[0].detail, "1ms behind the watermark");
  EXPECT_EQ(drive.letters.all[0].input, "in.ndjson");
  drive.engine.finish(true);
  EXPECT_EQ(drive.out(), "each@9s n=4; each@10s n=1");
  const Stats stats = drive.engine.stats();
  EXPECT_EQ(stats.events, 4U);
  EXPECT_EQ(stats.late, 1U);
  EXPECT_EQ(stats.processed, 3U);
  EXPECT_EQ(stats.alerts, 3U);
}

TEST(Engine, ALateEventIsLateWithinItsBatchToo) {
  for (const bool one_batch : {true, false}) {
    Drive drive(kRules);
    const InputId input = drive.engine.add_input({.name = "in"});
    const std::vector<Event> events{a("10s", 1), a("9s", 2), a("10s", 3)};
    if (one_batch)
      drive.push(input, events);
    else
      for (const Event& event : events) drive.push(input, {event});
    EXPECT_EQ(drive.out(), "each@10s n=1; each@10s n=3") << one_batch;
    EXPECT_EQ(drive.letters.all.size(), 1U);
  }
}

TEST(Engine, FutureEventsAreDeadLettersOnLiveInputs) {
  Drive drive(kRules);
  const InputId input = drive.engine.add_input(live());
  drive.engine.peers(input, 1);
  drive.push(input, {a("1m", 1), a("1m1ns", 2), a("2m", 3)});
  EXPECT_EQ(drive.out(), "each@1m n=1");
  ASSERT_EQ(drive.letters.all.size(), 2U);
  EXPECT_EQ(drive.letters.all[1].reason, events::Reason::future);
  EXPECT_EQ(drive.letters.all[1].detail, "2m ahead of the clock");
  EXPECT_EQ(drive.engine.watermark(), at("1m")) << "they move nothing";
  EXPECT_EQ(drive.engine.stats().future, 2U);
  Drive recorded(kRules);
  recorded.push(recorded.engine.add_input({.name = "file"}), {a("1000h", 1)});
  EXPECT_TRUE(recorded.letters.all.empty()) << "a file may be of any time";
}

TEST(Engine, UndeclaredTypesMoveTheWatermark) {
  Drive drive(kRules);
  const InputId input = drive.engine.add_input({.name = "in", .lateness = duration_of("5s")});
  drive.push(input, {a("1s", 1), undeclared("6s")});
  EXPECT_EQ(drive.out(), "each@1s n=1");
  drive.push(input, {undeclared("0s"), a("0s", 2)});
  EXPECT_EQ(drive.letters.all.size(), 1U) << "the late one of no declared type is no loss";
  const Stats stats = drive.engine.stats();
  EXPECT_EQ(stats.late, 1U);
  EXPECT_EQ(stats.events, 4U);
}

TEST(Engine, TypesThatNoRuleReadsMoveTheWatermark) {
  Drive drive(kRules);
  const InputId input = drive.engine.add_input({.name = "in", .lateness = duration_of("5s")});
  drive.push(input, {a("1s", 1), b("6s", 0)});
  EXPECT_EQ(drive.out(), "each@1s n=1");
}

TEST(Engine, TheSmallestWatermarkOfTwoInputs) {
  Drive drive(kRules);
  const InputId first = drive.engine.add_input({.name = "first"});
  const InputId second = drive.engine.add_input({.name = "second", .lateness = duration_of("1s")});
  drive.push(first, {a("1s", 1), a("5s", 2)});
  EXPECT_EQ(drive.out(), "");
  EXPECT_EQ(drive.engine.stats().waiting, 2U);
  drive.push(second, {a("4s", 3), a("3s", 4)});
  EXPECT_EQ(drive.out(), "each@1s n=1; each@3s n=4") << "4 s less a second of lateness";
  drive.push(first, {a("4s", 5)});
  EXPECT_EQ(drive.letters.all.size(), 1U) << "late on its own input, though the engine's watermark is before it";
  drive.engine.end(second);
  EXPECT_EQ(drive.out(), "each@4s n=3; each@5s n=2");
  drive.engine.end(first);
  drive.engine.finish(true);
  EXPECT_EQ(drive.out(), "");
}

TEST(Engine, SilenceOfALiveInput) {
  Drive drive(kRules);
  const InputId input = drive.engine.add_input(live(duration_of("3s")));
  drive.engine.peers(input, 1);
  drive.push(input, {a("10s", 1)});
  EXPECT_EQ(drive.out(), "");
  EXPECT_EQ(drive.engine.next_tick(), duration_of("3s"));
  drive.clock.steady = duration_of("2999ms");
  drive.engine.tick();
  EXPECT_EQ(drive.out(), "");
  drive.clock.steady = duration_of("3s");
  drive.engine.tick();
  EXPECT_EQ(drive.out(), "each@10s n=1");
}

TEST(Engine, AFullReorderBufferForcesTheWatermark) {
  Drive drive(kRules, {.partitions = 1, .reorder = 3});
  const InputId input = drive.engine.add_input({.name = "in", .lateness = duration_of("100s")});
  drive.push(input, {a("10s", 1), a("12s", 2), a("11s", 3)});
  EXPECT_EQ(drive.out(), "");
  drive.push(input, {a("13s", 4)});
  EXPECT_EQ(drive.out(), "each@10s n=1");
  EXPECT_EQ(drive.engine.stats().forced, 1U);
  EXPECT_EQ(drive.engine.watermark(), at("10s"));
  drive.push(input, {a("9s", 5)});
  EXPECT_EQ(drive.engine.stats().late, 1U);
}

TEST(Engine, AFullReorderBufferKeepsTheOrder) {
  Drive drive("event A { n: int }\nrule pair { match a: A -> b: A alert info \"m\" { a: a.n, b: b.n } }",
              {.partitions = 1, .reorder = 2});
  const InputId input = drive.engine.add_input({.name = "in", .lateness = duration_of("100s")});
  drive.push(input, {{"A", "10s", {integer(1)}},
                     {"A", "12s", {integer(2)}},
                     {"A", "9s", {integer(3)}},
                     {"A", "11s", {integer(4)}},
                     {"A", "9s", {integer(5)}}});
  drive.engine.finish(true);
  EXPECT_EQ(drive.out(), "pair@10s a=3 b=1; pair@12s a=4 b=2")
      << "an event older than all that wait is the oldest itself";
  EXPECT_EQ(drive.engine.stats().late, 1U) << "the last one is behind 10 s";
}

TEST(Engine, WhatTheWatermarkReachedDoesNotFillTheBuffer) {
  for (const std::size_t size : {1U, 5U, 40U}) {
    Drive drive(kRules, {.partitions = 1, .reorder = 5});
    const InputId input = drive.engine.add_input({.name = "in", .lateness = duration_of("3s")});
    std::vector<Event> events;
    for (std::int64_t i = 0; i < 40; ++i) {
      events.push_back(a(std::to_string(i) + "s", i));
      if (events.size() == size) drive.push(input, std::exchange(events, {}));
    }
    drive.engine.finish(true);
    EXPECT_EQ(drive.engine.stats().forced, 0U) << "batches of " << size;
    EXPECT_EQ(drive.engine.stats().alerts, 40U);
  }
}

TEST(Engine, CountsOfARule) {
  Drive drive(R"(
event A { k: string, n: int }
event B { k: string, n: int }
rule pair { match a: A -> b: B by k within 10s limit runs 2 alert info "m" { n: a.n } }
rule single { match a: A(n > 100) by k alert info "m" { n: 9223372036854775807 + a.n } }
)");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {a("0s", 1), a("1s", 2), a("2s", 3), b("3s", 0), a("4s", 4), a("20s", 101)});
  EXPECT_EQ(drive.out(), "pair@3s n=2; single@20s n=null");
  const Stats stats = drive.engine.stats();
  ASSERT_EQ(stats.rules.size(), 2U);
  const RuleStats& pair = stats.rules[0];
  EXPECT_EQ(pair.matches, 1U);
  EXPECT_EQ(pair.starts, 5U);
  EXPECT_EQ(pair.evicted, 1U);
  EXPECT_EQ(pair.expired, 1U);
  EXPECT_EQ(pair.open, 1U);
  EXPECT_EQ(pair.peak, 3U);
  EXPECT_EQ(stats.rules[1].matches, 1U);
  EXPECT_EQ(stats.rules[1].starts, 1U) << "an event that is a match by itself began it";
  EXPECT_EQ(stats.rules[1].nulls, 1U);
}

TEST(Engine, ExpiredRunsGoWithTheWatermark) {
  Drive drive(std::string(kRules) + "rule pair { match a: A -> b: B by k within 10s alert info \"m\" { n: a.n } }");
  const InputId input = drive.engine.add_input({.name = "in"});
  for (std::int64_t i = 0; i < 100; ++i) drive.push(input, {{"A", "1s", {"k" + std::to_string(i), integer(i)}}});
  EXPECT_EQ(drive.engine.stats().rules[1].open, 100U);
  drive.push(input, {undeclared("11s")});
  EXPECT_EQ(drive.engine.stats().rules[1].open, 100U) << "a B at 11 s would still do";
  drive.push(input, {undeclared("11s1ns")});
  EXPECT_EQ(drive.engine.stats().rules[1].open, 0U) << "of keys that nothing came for";
  EXPECT_EQ(drive.engine.stats().rules[1].expired, 100U);
}

}  // namespace
}  // namespace tocsin::engine::testing
