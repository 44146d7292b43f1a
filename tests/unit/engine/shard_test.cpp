// A rule's keys in one partition: the queue of what time will do, and `limit memory`.
#include "engine/shard.hpp"

#include <gtest/gtest.h>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules =
    "event A { k: string, n: int }\nevent B { k: string }\nrule r { match a: A -> not B for 10s by k alert low \"m\" }";

struct Queue {
  Queue()
      : rules(CompiledRules::compile(rules_of(kRules), symbols)), shard(rules.rules[0], 0, symbols, Shard::kNoLimit) {
    shard.make_room(10);
  }
  /// What comes up before `now`: `key`, `key`.
  std::string pop(std::int64_t now) {
    std::string text;
    std::uint32_t key = 0;
    while (shard.next_due() < events::Time{now})
      if (shard.pop(key)) text += (text.empty() ? "" : " ") + std::to_string(key);
    return text;
  }
  events::SymbolTable symbols;
  CompiledRules rules;
  Shard shard;
};

TEST(ShardQueue, KeysComeUpInOrderAndOnce) {
  Queue queue;
  queue.shard.wait(3, {30});
  queue.shard.wait(1, {10});
  queue.shard.wait(2, {20});
  queue.shard.wait(3, {40});  // later than it waits for already
  queue.shard.wait(2, {5});
  EXPECT_EQ(queue.shard.next_due(), events::Time{5});
  EXPECT_EQ(queue.pop(5), "");
  EXPECT_EQ(queue.pop(11), "2 1");
  EXPECT_EQ(queue.pop(100), "3") << "2's first entry is stale";
  EXPECT_EQ(queue.shard.next_due(), events::kLatest);
}

TEST(ShardQueue, ATimeThatComesAgainIsOneEntry) {
  Queue queue;
  queue.shard.wait(1, {50});
  queue.shard.wait(1, {10});
  EXPECT_EQ(queue.pop(20), "1");
  queue.shard.wait(1, {50});
  queue.shard.wait(1, {30});
  EXPECT_EQ(queue.pop(40), "1");
  queue.shard.wait(1, {50});
  EXPECT_EQ(queue.pop(100), "1");
  EXPECT_EQ(queue.shard.queued(), 0U);
}

TEST(ShardQueue, StaleEntriesDoNotPileUp) {
  Queue queue;
  std::size_t most = 0;
  for (std::int64_t i = 0; i < 100'000; ++i) {
    queue.shard.wait(7, {1'000'000'000});
    queue.shard.wait(8, {2'000'000'000});
    queue.shard.wait(7, {i});
    EXPECT_EQ(queue.pop(i + 1), "7");
    most = std::max(most, queue.shard.queued());
  }
  EXPECT_LE(most, 2 * 2 + Shard::kStale + 1);
  queue.shard.wait(7, {1'000'000'000});
  EXPECT_EQ(queue.pop(3'000'000'000), "7 8");
}

TEST(LimitMemory, TheOldestStartsOfAllKeysGo) {
  const auto rules = [](const std::string& limit) {
    return "event A { k: string, n: int }\nevent B { k: string }\n"
           "rule r { match a: A -> b: B by k after match keep " +
           limit + " alert low \"m\" { n: a.n } timeout alert low \"t\" within 1d }";
  };
  const auto starts = [](std::int64_t from, std::int64_t to) {
    std::vector<Event> events;
    for (std::int64_t i = from; i < to; ++i)
      events.push_back({"A", std::to_string(i) + "s", {"k" + std::to_string(i % 7), integer(i)}});
    return events;
  };
  Drive all(rules(""));
  all.push(all.engine.add_input({.name = "in"}), starts(0, 1000));
  EXPECT_EQ(all.engine.stats().rules[0].open, 1000U);
  for (const std::size_t batch : {std::size_t{1}, std::size_t{1000}}) {
    Drive drive(rules("limit memory 32KB"));
    const InputId input = drive.engine.add_input({.name = "in"});
    for (std::size_t at = 0; at < 1000; at += batch)
      drive.push(input, starts(static_cast<std::int64_t>(at), static_cast<std::int64_t>(at + batch)));
    const RuleStats rule = drive.engine.stats().rules[0];
    EXPECT_EQ(rule.open + rule.over_memory, 1000U) << "one start is one run here";
    EXPECT_GT(rule.open, 50U);
    EXPECT_LT(rule.open, 400U);
    EXPECT_EQ(rule.evicted, 0U);
    EXPECT_EQ(drive.out(), "") << "no timeouts of these";
    std::string expected;
    for (std::int64_t k = 0; k < 7; ++k) drive.push(input, {{"B", "20m", {"k" + std::to_string(k)}}});
    std::int64_t least = 1000;
    for (const events::Message& message : drive.outputs.all)
      least = std::min(least, std::get<std::int64_t>(message.fields[0].second));
    EXPECT_EQ(drive.outputs.all.size(), rule.open);
    EXPECT_EQ(least, 1000 - static_cast<std::int64_t>(rule.open)) << "the youngest are left";
    drive.engine.finish(true);
    EXPECT_EQ(drive.outputs.all.size(), rule.open);
  }
}

TEST(LimitMemory, IsSharedByPartitions) {
  Drive drive(
      "event A { k: string, n: int }\nevent B { k: string }\n"
      "rule r { match a: A -> b: B by k limit memory 64KB alert low \"m\" { n: a.n } }",
      {.partitions = 4, .parallel_from = 1});
  std::vector<Event> events;
  for (int i = 0; i < 4000; ++i)
    events.push_back({"A", std::to_string(i) + "s", {"k" + std::to_string(i), integer(i)}});
  drive.push(drive.engine.add_input({.name = "in"}), events);
  const RuleStats rule = drive.engine.stats().rules[0];
  EXPECT_EQ(rule.open + rule.over_memory, 4000U);
  EXPECT_GT(rule.open, 100U);
  EXPECT_LT(rule.open, 600U);
}

}  // namespace
}  // namespace tocsin::engine::testing
