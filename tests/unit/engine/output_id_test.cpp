// Ids of outputs: fixed for ever by what they are about, and by nothing else.
#include "engine/output_id.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

TEST(OutputId, Known) {
  const std::vector<events::Value> key{std::string("press-1"), std::int64_t{-3}, true, at("1s")};
  EXPECT_EQ(output_id({"overheat", 0, &key, at("10s"), 0x0123456789abcdefULL, 3}), "85370047ea9a97f6ae5c9f61404cab7d");
  const std::vector<events::Value> none;
  EXPECT_EQ(output_id({"r", 1, &none, at("0s"), 0, 1}), "8bb73f1a221461ab2bfc40df0e0bcb94");
}

TEST(OutputId, EveryPartOfItCounts) {
  const std::vector<events::Value> none;
  const std::vector<events::Value> text{std::string("1")};
  const std::vector<events::Value> number{std::int64_t{1}};
  const std::vector<events::Value> yes{true};
  const std::vector<events::Value> time{events::Time{1}};
  const std::vector<events::Value> two{std::string("1"), std::string("2")};
  const std::vector<events::Value> joined{std::string("12"), std::string("")};
  std::set<std::string> ids;
  std::size_t made = 0;
  for (const auto* key : {&none, &text, &number, &yes, &time, &two, &joined})
    for (const char* rule : {"r", "s"})
      for (const std::uint32_t place : {0U, 1U})
        for (const std::int64_t completion : {0, 1})
          for (const std::uint64_t fold : {0U, 1U})
            for (const std::uint64_t taken : {1U, 2U})
              for (const std::uint64_t repeat : {0U, 1U, 2U}) {
                ids.insert(output_id({rule, place, key, {completion}, fold, taken, events::AlertState::once, repeat}));
                ++made;
              }
  EXPECT_EQ(ids.size(), made);
}

TEST(OutputId, OfAWindow) {
  const std::vector<events::Value> key{std::string("press-1")};
  const WindowIdentity window{at("0s"), at("10s"), duration_of("10s"), 0, 0, 0};
  EXPECT_EQ(output_id({.rule = "r", .place = 0, .key = &key, .completion = at("10s"), .window = &window}),
            "e26129f1d71a2a84d6cc74008f14a688");
  EXPECT_EQ(life_id("r", 0, std::string("v"), 1), "1f0a58f517892ad3711cebc37268a06d");
  std::set<std::string> ids;
  std::size_t made = 0;
  for (const std::int64_t start : {0, 1})
    for (const std::int64_t end : {10, 11})
      for (const std::int64_t grain : {0, 5})
        for (const std::uint64_t fold : {0U, 7U})
          for (const std::uint64_t early : {0U, 1U, 2U})
            for (const std::uint64_t revision : {0U, 1U, 2U})
              for (const auto state : {events::AlertState::once, events::AlertState::firing}) {
                const WindowIdentity each{{start}, {end}, {grain}, fold, early, revision};
                ids.insert(output_id(
                    {.rule = "r", .key = &key, .completion = {20}, .fold = 3, .state = state, .window = &each}));
                ++made;
              }
  EXPECT_EQ(ids.size(), made);
}

struct Variant {
  std::string rule = "r";
  std::string severity = "high";
  std::string text = "{first(a.n)} of {k}";
  std::string key = "k";
  std::string id = "e1";
  std::string source = "/s";
  std::string time = "2s";
  std::uint32_t partitions = 1;
};

std::string id_of(const Variant& variant) {
  Drive drive("event A { k: string, n: int }\nrule " + variant.rule + " { match a: A{2} by k alert " +
                  variant.severity + " \"" + variant.text + "\" }",
              {.partitions = variant.partitions, .parallel_from = 1});
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {{"A", "1s", {"other", integer(0)}, "e0", "/s"},
                     {"A", "1s", {variant.key, integer(1)}, variant.id, variant.source},
                     {"A", variant.time, {variant.key, integer(1)}, "e2", "/s"}});
  return drive.outputs.all.empty() ? "no output" : drive.outputs.all[0].id;
}

TEST(OutputId, OfAnAlert) {
  const std::string id = id_of({});
  EXPECT_EQ(id, "93f525bf04d23d32c8c14ed37c9cc8d0");
  EXPECT_EQ(id_of({.severity = "low"}), id);
  EXPECT_EQ(id_of({.text = "something else"}), id);
  EXPECT_EQ(id_of({.partitions = 7}), id);
  EXPECT_NE(id_of({.rule = "s"}), id);
  EXPECT_NE(id_of({.key = "l"}), id);
  EXPECT_NE(id_of({.id = "e7"}), id);
  EXPECT_NE(id_of({.source = "/t"}), id);
  EXPECT_NE(id_of({.time = "3s"}), id);
}

TEST(OutputId, EveryOutputOfAMatchHasItsOwn) {
  Drive drive("event A { n: int }\nrule r { match a: A alert info \"m\" alert info \"m\" emit X { n: a.n } }");
  drive.push(drive.engine.add_input({.name = "in"}), {{"A", "0s", {integer(1)}}, {"A", "0s", {integer(1)}}});
  std::set<std::string> ids;
  for (const events::Message& message : drive.outputs.all) ids.insert(message.id);
  EXPECT_EQ(drive.outputs.all.size(), 6U);
  EXPECT_EQ(ids.size(), 6U);
}

}  // namespace
}  // namespace tocsin::engine::testing
