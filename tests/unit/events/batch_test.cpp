// Batches: columns, validity, the arena, rows made of values, values back from slots.
#include "events/batch.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace tocsin::events {
namespace {

Schema two_types() {
  Schema schema;
  schema.types.push_back({"Temperature",
                          "Temperature",
                          {{"device", Type::string, false, {"device"}, true},
                           {"note", Type::string, true, {"note"}, false},
                           {"celsius", Type::floating, true, {"celsius"}, true}},
                          false});
  schema.types.push_back({"Door", "Door", {{"open", Type::boolean, false, {"open"}, true}}, false});
  return schema;
}

TEST(Batch, RowsGoToTheTableOfTheirType) {
  const Schema schema = two_types();
  SymbolTable symbols;
  Batch batch(schema);
  for (int round = 0; round < 2; ++round) {
    const TypeId temperature = schema.find("Temperature");
    const TypeId door = schema.find("Door");
    EXPECT_EQ(append_event(batch, schema, symbols, temperature, Time{5}, "1", "s", {std::string("a"), {}, 1.5}), 0U);
    EXPECT_EQ(append_event(batch, schema, symbols, door, Time{6}, "2", "s", {true}), 1U);
    EXPECT_EQ(append_event(batch, schema, symbols, temperature, Time{7}, "3", "t", {std::string("b")}), 2U);
    ASSERT_EQ(batch.size(), 3U);
    EXPECT_EQ(batch.heads[2].index, 1U);
    EXPECT_EQ(batch.heads[2].time, Time{7});
    const Table& table = batch.tables[0];
    EXPECT_EQ(table.rows, (std::vector<Row>{0, 2}));
    EXPECT_EQ(symbols.text(symbol_of(table.columns[0].slots[1])), "b");
    EXPECT_TRUE(table.columns[1].slots.empty()) << "not stored";
    EXPECT_TRUE(table.columns[2].is_valid(0));
    EXPECT_EQ(float_of(table.columns[2].slots[0]), 1.5);
    EXPECT_FALSE(table.columns[2].is_valid(1));
    EXPECT_EQ(table.columns[2].slots[1], 0U);
    EXPECT_EQ(batch.origins[0].id, "1");
    EXPECT_EQ(batch.origins[0].id_hash, hash_of_id("s", "1"));
    EXPECT_EQ(symbols.text(batch.origins[2].source), "t");
    batch.clear();
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(batch.tables[0].size(), 0U);
    EXPECT_TRUE(batch.tables[0].columns[0].slots.empty());
    EXPECT_GE(batch.tables[0].columns[0].slots.capacity(), 2U) << "capacity stays";
  }
}

TEST(Batch, ValidityOverManyWords) {
  Column column;
  for (std::uint32_t i = 0; i < 200; ++i) column.push(i, i % 3 == 0);
  for (std::uint32_t i = 0; i < 200; ++i) EXPECT_EQ(column.is_valid(i), i % 3 == 0) << i;
}

TEST(Batch, ValuesComeBackFromSlots) {
  SymbolTable symbols;
  const std::vector<std::pair<Type, Value>> cases = {
      {Type::boolean, true},   {Type::integer, std::int64_t{-7}},
      {Type::floating, -0.25}, {Type::string, std::string("ß")},
      {Type::time, Time{-1}},  {Type::duration, Duration{42}},
  };
  for (const auto& [type, value] : cases)
    EXPECT_EQ(to_value(type, to_slot(value, symbols), symbols), value) << name_of(type);
}

TEST(Batch, TextOfValues) {
  const std::vector<std::pair<Value, std::string>> cases = {
      {std::monostate(), "null"},
      {true, "true"},
      {false, "false"},
      {std::int64_t{42}, "42"},
      {80.5, "80.5"},
      {80.0, "80"},
      {0.1, "0.1"},
      {std::string("x"), "x"},
      {Time{0}, "1970-01-01T00:00:00Z"},
      {Duration{5'400'000'000'000}, "1h30m"},
  };
  for (const auto& [value, text] : cases) EXPECT_EQ(to_text(value), text);
}

TEST(Batch, IdsHashApart) {
  EXPECT_NE(hash_of_id("ab", "c"), hash_of_id("a", "bc"));
  EXPECT_NE(hash_of_id("", "a"), hash_of_id("a", ""));
  const std::string long_text(1000, 'x');
  EXPECT_EQ(hash_of_id(long_text, "1"), hash_of_id(std::string(1000, 'x'), "1"));
  EXPECT_NE(hash_of_id(long_text, "1"), hash_of_id(long_text, "2"));
}

TEST(Arena, BytesStayUntilCleared) {
  Arena arena;
  std::vector<std::string_view> stored;
  for (int i = 0; i < 20'000; ++i) stored.push_back(arena.store("text " + std::to_string(i)));
  char* large = arena.allocate(3 * Arena::kBlock);
  std::memset(large, 'x', 3 * Arena::kBlock + Arena::kPadding);
  for (int i = 0; i < 20'000; ++i) ASSERT_EQ(stored[static_cast<std::size_t>(i)], "text " + std::to_string(i));
  EXPECT_GT(arena.used(), 3 * Arena::kBlock);
  arena.clear();
  EXPECT_EQ(arena.used(), 0U);
  EXPECT_EQ(arena.store("again").data(), stored[0].data()) << "the first block is filled again";
  EXPECT_TRUE(arena.store("").empty());
}

}  // namespace
}  // namespace tocsin::events
