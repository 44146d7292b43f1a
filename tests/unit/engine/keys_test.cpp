// Keys: which partition and dense id, and their table.
#include "engine/keys.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine {
namespace {

using testing::Drive;
using testing::integer;

TEST(KeyTable, SameTupleSameId) {
  KeyTable table(2);
  const events::Slot a[] = {1, 2};
  const events::Slot b[] = {2, 1};
  const std::uint32_t id = table.intern(a);
  EXPECT_NE(table.intern(b), id);
  EXPECT_EQ(table.intern(a), id);
  EXPECT_EQ(table.slots(id)[1], 2U);
  EXPECT_EQ(table.size(), 2U);
}

TEST(KeyTable, SweptIdsAreUsedAgain) {
  KeyTable table(1);
  for (events::Slot slot = 0; slot < 70'000; ++slot) table.intern(&slot);
  EXPECT_TRUE(table.wants_sweep());
  table.sweep([&](std::uint32_t id) { return table.slots(id)[0] % 1000 == 7; });
  EXPECT_EQ(table.size(), 70U);
  EXPECT_FALSE(table.wants_sweep());
  std::set<std::uint32_t> ids;
  table.each([&](std::uint32_t id) { ids.insert(id); });
  for (events::Slot slot = 100'000; slot < 169'930; ++slot) {
    const std::uint32_t id = table.intern(&slot);
    ASSERT_LT(id, 70'000U) << "freed ids come first";
    ASSERT_TRUE(ids.insert(id).second) << "an id of two keys";
    ASSERT_EQ(table.slots(id)[0], slot);
  }
  const events::Slot kept = 69'007;
  EXPECT_EQ(table.slots(table.intern(&kept))[0], 69'007U);
  EXPECT_EQ(table.size(), 70'000U);
}

constexpr const char* kTypes = R"(
event A { k: string, n: int, o: int? }
event B { k: string, m: int, o: int? }
)";

Keying keying_of(const std::string& by) {
  const auto set = testing::rules_of(std::string(kTypes) + "rule r { match a: A -> b: B " + by + " alert info \"m\" }");
  events::SymbolTable symbols;
  return Keying::of(set->rules.front(), set->schema, symbols);
}
Keying keying_of_a(const std::string& by) {
  const auto set = testing::rules_of(std::string(kTypes) + "rule r { match a: A " + by + " alert info \"m\" }");
  events::SymbolTable symbols;
  return Keying::of(set->rules.front(), set->schema, symbols);
}

TEST(Keying, OfAPlan) {
  EXPECT_TRUE(keying_of("").keyless());
  EXPECT_TRUE(keying_of("by k").single_symbol());
  const Keying pair = keying_of("by A.n == B.m, k");
  EXPECT_FALSE(pair.single_symbol());
  EXPECT_EQ(pair.types, (std::vector{events::Type::integer, events::Type::string}));
  EXPECT_EQ(pair.fields, (std::vector<std::vector<std::uint32_t>>{{1, 0}, {1, 0}}));
}

TEST(Keying, Merging) {
  Keying both = keying_of("by k");
  EXPECT_TRUE(both.merge(keying_of_a("by k"))) << "the same fields of the types that both read";
  Keying one = keying_of_a("by k");
  EXPECT_TRUE(one.merge(keying_of("by k")));
  EXPECT_EQ(one.fields, both.fields);
  EXPECT_FALSE(one.merge(keying_of_a("by n"))) << "another type of key";
  EXPECT_FALSE(keying_of_a("by n").merge(keying_of_a("by o"))) << "another field of a common type";
  EXPECT_FALSE(one.merge(keying_of(""))) << "no key at all";
  EXPECT_TRUE(keying_of("").merge(keying_of_a("")));
}

TEST(Keying, ComputedParts) {
  using Fields = std::vector<std::vector<std::uint32_t>>;
  const Keying bucket = keying_of("by A.n == B.m, bucket = length(k) % 2");
  EXPECT_EQ(bucket.types, (std::vector{events::Type::integer, events::Type::integer}));
  EXPECT_EQ(bucket.fields, (Fields{{1, rules::kNoField}, {1, rules::kNoField}}));
  ASSERT_EQ(bucket.computed.size(), 2U);
  EXPECT_EQ(bucket.computed[0].size(), 1U);
  EXPECT_EQ(bucket.computed[0][0].part, 1U);
  const Keying lower = keying_of("by name = lower(k)");
  EXPECT_TRUE(lower.computes());
  EXPECT_FALSE(lower.single_symbol()) << "its symbol stands in no column";
  EXPECT_FALSE(keying_of("by k").computes());
}

TEST(Keying, ComputedPartsMerge) {
  Keying lower = keying_of("by name = lower(k)");
  EXPECT_TRUE(lower.merge(keying_of_a("by other_name = lower(k)"))) << "the same expression";
  EXPECT_FALSE(lower.merge(keying_of_a("by name = upper(k)"))) << "another one";
  EXPECT_FALSE(lower.merge(keying_of_a("by k"))) << "a field";
  Keying of_a = keying_of_a("by name = lower(k)");
  EXPECT_TRUE(of_a.merge(keying_of("by name = lower(k)"))) << "what B is keyed by comes with it";
  EXPECT_EQ(of_a.computed[1].size(), 1U);
}

/// Routes `values` of A over `partitions`; what every key came to: partition, id.
TEST(Route, EveryEventOfAKeyGoesToOnePlace) {
  const auto set =
      testing::rules_of(std::string(kTypes) + "rule r { match a: A by k, n alert info \"m\" }" +
                        "rule s { match a: A by k alert info \"m\" }" + "rule t { match a: A by o alert info \"m\" }");
  events::SymbolTable symbols;
  LoadedBatch loaded(set->schema);
  std::vector<Item> items;
  for (int i = 0; i < 200; ++i)
    items.push_back(
        {&loaded, events::append_event(
                      loaded.batch, set->schema, symbols, set->schema.find("A"), {i}, "id", "test",
                      {"k" + std::to_string(i % 10), integer(i % 3), i % 4 == 0 ? events::Value{} : integer(i % 2)})});
  for (const rules::RulePlan& plan : set->rules) {
    const Keying keying = Keying::of(plan, set->schema, symbols);
    for (const std::uint32_t partitions : {1U, 2U, 3U, 8U}) {
      std::vector<std::unique_ptr<KeyTable>> tables;
      for (std::uint32_t p = 0; p < partitions; ++p) tables.push_back(std::make_unique<KeyTable>(keying.types.size()));
      Routed routed;
      std::vector<std::uint64_t> nulls(set->schema.types.size());
      route(keying, items, tables, symbols, routed, nulls);
      std::map<std::vector<events::Slot>, std::pair<std::uint32_t, std::uint32_t>> places;
      std::size_t count = 0;
      for (std::uint32_t p = 0; p < partitions; ++p) {
        std::uint32_t before = 0;
        for (const KeyedItem& keyed : routed.partitions[p]) {
          EXPECT_GE(keyed.item, before) << "order is kept";
          before = keyed.item;
          ++count;
          std::vector<events::Slot> key;
          key_slots(keying, *tables[p], keyed.key, p, partitions, key);
          const auto [found, fresh] = places.insert({key, {p, keyed.key}});
          EXPECT_EQ(found->second, (std::pair{p, keyed.key}));
          const KeyPlace place = place_key(keying, tables, key);
          EXPECT_EQ((std::pair{place.partition, place.id}), found->second) << "reading state finds it again";
        }
      }
      const bool optional = plan.name == "t";
      EXPECT_EQ(places.size(), plan.name == "r" ? 30U : plan.name == "s" ? 10U : 2U);
      EXPECT_EQ(count, optional ? 150U : 200U);
      EXPECT_EQ(nulls[events::index_of(set->schema.find("A"))], optional ? 50U : 0U);
    }
  }
}

TEST(Route, ComputedKeysAreFoundAgain) {
  const auto set = testing::rules_of(std::string(kTypes) +
                                     "rule r { match a: A by name = upper(k), n alert info \"m\" }"
                                     "rule s { match a: A by name = upper(k) alert info \"m\" }"
                                     "rule t { match a: A by odd = n % 2 == 1 alert info \"m\" }"
                                     "rule u { match a: A by part = 6 % o alert info \"m\" }");
  events::SymbolTable symbols;
  LoadedBatch loaded(set->schema);
  std::vector<Item> items;
  for (int i = 0; i < 120; ++i)
    items.push_back(
        {&loaded, events::append_event(loaded.batch, set->schema, symbols, set->schema.find("A"), {i}, "id", "test",
                                       {(i % 2 == 0 ? "k" : "K") + std::to_string(i % 10 / 2), integer(i % 3),
                                        i % 4 == 0 ? events::Value{} : integer(i % 4 - 1)})});
  struct Expected {
    std::size_t keys, routed;
    std::uint64_t null_keys, nulls;
  };
  // Of u: o is null, 0, 1, 2 in turn; a remainder by 0 is null and counted.
  const std::vector<Expected> expected{{15, 120, 0, 0}, {5, 120, 0, 0}, {2, 120, 0, 0}, {1, 60, 60, 30}};
  for (std::size_t r = 0; r < set->rules.size(); ++r) {
    const Keying keying = Keying::of(set->rules[r], set->schema, symbols);
    for (const std::uint32_t partitions : {1U, 2U, 5U}) {
      std::vector<std::unique_ptr<KeyTable>> tables;
      for (std::uint32_t p = 0; p < partitions; ++p) tables.push_back(std::make_unique<KeyTable>(keying.types.size()));
      Routed routed;
      std::vector<std::uint64_t> nulls(set->schema.types.size());
      std::set<std::vector<events::Slot>> keys;
      std::size_t count = 0;
      for (int again = 0; again < 2; ++again) route(keying, items, tables, symbols, routed, nulls);
      for (std::uint32_t p = 0; p < partitions; ++p) {
        for (const KeyedItem& keyed : routed.partitions[p]) {
          ++count;
          std::vector<events::Slot> key;
          key_slots(keying, *tables[p], keyed.key, p, partitions, key);
          keys.insert(key);
          const KeyPlace place = place_key(keying, tables, key);
          EXPECT_EQ((std::pair{place.partition, place.id}), (std::pair{p, keyed.key}));
        }
      }
      EXPECT_EQ(keys.size(), expected[r].keys) << set->rules[r].name;
      EXPECT_EQ(count, expected[r].routed) << set->rules[r].name;
      EXPECT_EQ(nulls[events::index_of(set->schema.find("A"))], 2 * expected[r].null_keys) << set->rules[r].name;
      EXPECT_EQ(routed.nulls, expected[r].nulls) << "of the last round only";
    }
  }
}

TEST(Route, RulesWithComputedKeys) {
  Drive drive(std::string(kTypes) + R"(
rule pair { match a: A -> b: B by who = lower(k), A.n == B.m alert info "m" { who, n: a.n } }
rule count { match a: A{2} by size = length(k) alert info "m" { size, k: last(a.k) } }
)");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {{"A", "0s", {"Ann", integer(1)}},
                     {"A", "1s", {"BOB", integer(1)}},
                     {"B", "2s", {"bob", integer(1)}},
                     {"B", "3s", {"ann", integer(2)}},
                     {"B", "4s", {"ANN", integer(1)}},
                     {"A", "5s", {"anna", integer(1)}},
                     {"A", "6s", {"Bert", integer(9)}}});
  EXPECT_EQ(drive.out(), "count@1s size=3 k=BOB; pair@2s who=bob n=1; pair@4s who=ann n=1; count@6s size=4 k=Bert");
}

TEST(Route, NullKeysAreCountedForTheRulesThatReadThem) {
  Drive drive(std::string(kTypes) + R"(
rule by_o { match a: A by o alert info "m" { o } }
rule by_k { match a: A by k alert info "m" { k } }
rule both { match a: A -> b: B by o alert info "m" { o } }
)");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {{"A", "0s", {"x", integer(1)}}, {"A", "1s", {"y", integer(1), integer(5)}}, {"B", "2s", {"z"}}});
  EXPECT_EQ(drive.out(), "by_k@0s k=x; by_k@1s k=y; by_o@1s o=5");
  const Stats stats = drive.engine.stats();
  ASSERT_EQ(stats.rules.size(), 3U);
  EXPECT_EQ(stats.rules[0].null_keys, 2U) << "both";
  EXPECT_EQ(stats.rules[1].null_keys, 0U) << "by_k";
  EXPECT_EQ(stats.rules[2].null_keys, 1U) << "by_o";
}

}  // namespace
}  // namespace tocsin::engine
