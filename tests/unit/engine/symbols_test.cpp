// Symbols are given back: many keys and sources pass through, few stay, and nothing is mixed up.
#include <gtest/gtest.h>

#include "events/decode.hpp"
#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules = R"(
event A { k: string, n: int }
event B { k: string, n: int }
rule by_symbol { match a: A -> b: B by k within 1s alert info "m" { n: a.n, m: b.n, k } }
rule by_tuple { match a: A -> b: B by k, n within 1s alert info "m" { k, n } }
rule no_key { match a: A(n == 150000) -> b: B(n == 299990) alert info "m" { k: a.k } }
)";

std::string source_of(std::size_t i) {
  if (i % 3 == 0) return "/unique/" + std::to_string(i);
  return "/line/" + std::to_string(i % 10) + "/" + std::to_string(i / 50'000);
}

std::string line(const char* type, std::size_t i) {
  return fmt::format(
      "{{\"id\":\"{0}-{1}\",\"type\":\"{0}\",\"time\":\"{2}\",\"source\":\"{3}\",\"data\":{{\"k\":"
      "\"key-{1}\",\"n\":{1}}}}}\n",
      type, i, events::format_rfc3339(rules::kTestStart + Duration{static_cast<std::int64_t>(i) * 1'000'000}),
      source_of(i));
}

TEST(Symbols, ManyKeysPassThrough) {
  constexpr std::size_t kKeys = 300'000;
  constexpr std::size_t kBatch = 1000;
  for (const std::uint32_t partitions : {1U, 3U}) {
    Drive drive(kRules, {.partitions = partitions});
    const InputId input = drive.engine.add_input({.name = "in"});
    events::Decoder decoder(drive.engine.schema(), drive.symbols, "in", {}, drive.letters);
    std::uint32_t most = 0;
    for (std::size_t begin = 0; begin < kKeys; begin += kBatch) {
      std::string text;
      for (std::size_t i = begin; i < begin + kBatch; ++i) {
        text += line("A", i);
        if (i % 10 == 0) text += line("B", i);
      }
      auto loaded = drive.engine.take_batch();
      char* bytes = loaded->batch.arena.allocate(text.size());
      std::copy(text.begin(), text.end(), bytes);
      decoder.begin({});
      ASSERT_EQ(decoder.decode({bytes, text.size()}, true, {}, 10'000, loaded->batch), text.size());
      drive.engine.push(input, std::move(loaded));
      most = std::max(most, drive.symbols.live());
    }
    drive.engine.finish(true);
    EXPECT_TRUE(drive.letters.all.empty());
    EXPECT_LT(most, 150'000U);
    EXPECT_GT(most, 60'000U) << "else nothing was swept";
    std::size_t next = 0;
    std::size_t told = 0;
    for (const events::Message& message : drive.outputs.all) {
      ASSERT_EQ(message.causes.size(), 2U);
      if (message.rule == "no_key") {
        EXPECT_EQ(events::to_text(message.fields[0].second), "key-150000");
        EXPECT_EQ(message.causes[0].source, source_of(150'000)) << "its run outlived the sweeps";
        EXPECT_EQ(message.causes[0].id, "A-150000");
        ++told;
        continue;
      }
      const std::size_t i = message.rule == "by_symbol" ? next : next - 10;
      ASSERT_EQ(events::to_text(message.key[0].second), "key-" + std::to_string(i));
      ASSERT_EQ(message.fields[0].second, message.rule == "by_symbol"
                                              ? events::Value(integer(static_cast<std::int64_t>(i)))
                                              : message.key[0].second);
      ASSERT_EQ(message.causes[0].id, "A-" + std::to_string(i));
      ASSERT_EQ(message.causes[1].id, "B-" + std::to_string(i));
      ASSERT_EQ(message.causes[0].source, source_of(i));
      ASSERT_EQ(message.causes[1].source, source_of(i));
      if (message.rule == "by_symbol") next += 10;
    }
    EXPECT_EQ(next, kKeys);
    EXPECT_EQ(told, 1U);
    EXPECT_EQ(drive.outputs.all.size(), 2 * kKeys / 10 + 1);
  }
}

/// A decoder remembers the last sources it met. Between two uses of one, everything is swept and the symbol given to
/// another text.
TEST(Symbols, ASweptSourceIsNotReused) {
  Drive drive("event A { k: string }\nrule r { match a: A by k alert info \"m\" { k } }");
  const InputId input = drive.engine.add_input({.name = "in"});
  events::Decoder decoder(drive.engine.schema(), drive.symbols, "in", {}, drive.letters);
  const auto push = [&](const std::string& source) {
    const std::string text = "{\"id\":\"1\",\"type\":\"A\",\"time\":\"2024-01-01T00:00:00Z\",\"source\":\"" + source +
                             "\",\"data\":{\"k\":\"x\"}}\n";
    auto loaded = drive.engine.take_batch();
    char* bytes = loaded->batch.arena.allocate(text.size());
    std::copy(text.begin(), text.end(), bytes);
    decoder.begin({});
    decoder.decode({bytes, text.size()}, true, {}, 10, loaded->batch);
    drive.engine.push(input, std::move(loaded));
    return drive.outputs.all.back().causes[0].source;
  };
  EXPECT_EQ(push("/source/a"), "/source/a");
  drive.symbols.sweep({});
  EXPECT_EQ(push("/source/a"), "/source/a") << "the text is gone";
  drive.symbols.sweep({});
  const std::uint32_t end = drive.symbols.end();
  drive.symbols.intern("/taken/1");
  drive.symbols.intern("/taken/2");
  EXPECT_EQ(drive.symbols.end(), end) << "freed symbols were taken";
  EXPECT_EQ(push("/source/a"), "/source/a") << "the symbol is another text's";
  drive.symbols.sweep({});
  EXPECT_EQ(push("/source/b"), "/source/b");
  EXPECT_EQ(push("/source/a"), "/source/a");
  EXPECT_EQ(push("/source/b"), "/source/b");
}

TEST(Symbols, WhatThrottlesAndLivesKeepHoldsItsKey) {
  for (const std::string key : {"k", "k, m"}) {
    for (const std::uint32_t partitions : {1U, 3U}) {
      Drive drive(
          "event A { k: string, m: string, n: int }\nevent B { k: string, m: string }\n"
          "rule lives { match a: A(n > 0) by " +
              key +
              " alert high \"{a.k}\" resolve B }\n"
              "rule throttled { match a: A(n > 0) by " +
              key + " alert low \"{a.k}\" throttle 1 per 1d }",
          {.partitions = partitions});
      const InputId input = drive.engine.add_input({.name = "in"});
      const Event kept{"A", "0s", {"special", "part", integer(1)}};
      drive.push(input, {kept});
      EXPECT_EQ(drive.out(), "lives@0s; throttled@0s");
      std::vector<Event> others(1000);
      std::uint32_t most = 0;
      for (std::size_t i = 0; i < 200; ++i) {
        for (std::size_t j = 0; j < others.size(); ++j)
          others[j] = {"A", "1s", {fmt::format("k{}", i * 1000 + j), "part", integer(0)}};
        drive.push(input, others);
        most = std::max(most, drive.symbols.live());
      }
      EXPECT_LT(most, 150'000U);
      EXPECT_EQ(drive.out(), "");
      drive.push(input, {{"A", "2s", {"special", "part", integer(1)}}, {"B", "3s", {"special", "part"}}});
      EXPECT_EQ(drive.out(), "lives@2s; lives@3s") << "updated and resolved; the other is held back";
      EXPECT_EQ(drive.outputs.all.back().state, events::AlertState::resolved);
      EXPECT_EQ(drive.engine.stats().rules[1].suppressed, 1U);
    }
  }
}

}  // namespace
}  // namespace tocsin::engine::testing
