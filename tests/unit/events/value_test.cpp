// Values of all types: as text, as canonical lists, as slots of a derived row.
#include <gtest/gtest.h>

#include "events/batch.hpp"
#include "events/value.hpp"

namespace tocsin::events {
namespace {

using Items = std::vector<Value>;

const List kInts = make_list(Type::integer, {std::int64_t{1}, std::int64_t{-2}});

TEST(Value, TypeAndText) {
  const struct {
    Value value;
    Type type;
    std::string text;
  } cases[] = {
      {true, Type::boolean, "true"},
      {std::int64_t{-42}, Type::integer, "-42"},
      {80.5, Type::floating, "80.5"},
      {std::string("a\"b"), Type::string, "a\"b"},
      {Time{0}, Type::time, "1970-01-01T00:00:00Z"},
      {Duration{5'400'000'000'000}, Type::duration, "1h30m"},
      {Severity::critical, Type::severity, "critical"},
      {kInts, list_of(Type::integer), "[1, -2]"},
      {make_list(Type::string, {}), list_of(Type::string), "[]"},
      {make_list(Type::string, {std::string("a"), std::string()}), list_of(Type::string), "[a, ]"},
      {make_list(list_of(Type::integer), {kInts, make_list(Type::integer, {})}), list_of(list_of(Type::integer)),
       "[[1, -2], []]"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(type_of(each.value), each.type) << each.text;
    EXPECT_EQ(to_text(each.value), each.text);
  }
  EXPECT_EQ(to_text(Value()), "null");
}

TEST(Value, ListsGiveTheirItemsBack) {
  const struct {
    Type element;
    Items items;
  } cases[] = {
      {Type::boolean, {true, false, true}},
      {Type::integer, {std::int64_t{1} << 62, std::int64_t{-1}}},
      {Type::floating, {0.1, -1e300}},
      {Type::string, {std::string("x"), std::string(), std::string("\0y", 2)}},
      {Type::time, {Time{-1}}},
      {Type::duration, {Duration{7}}},
      {Type::severity, {Severity::info, Severity::critical}},
      {list_of(Type::integer), {kInts, kInts}},
      {Type::string, {}},
  };
  for (const auto& each : cases) {
    const List list = make_list(each.element, each.items);
    EXPECT_EQ(items_of(list), each.items) << name_of(each.element);
    EXPECT_EQ(items_of(each.element, list.bytes), each.items) << name_of(each.element);
  }
}

TEST(Value, EqualListsHaveEqualBytes) {
  EXPECT_EQ(make_list(Type::floating, {0.0}).bytes, make_list(Type::floating, {-0.0}).bytes);
  EXPECT_NE(make_list(Type::string, {std::string("ab")}).bytes,
            make_list(Type::string, {std::string("a"), std::string("b")}).bytes);
}

TEST(Value, SlotsOfEveryType) {
  SymbolTable symbols;
  const Value values[] = {true,
                          std::int64_t{-1},
                          0.5,
                          std::string("text"),
                          Time{5},
                          Duration{-5},
                          Severity::high,
                          make_list(list_of(Type::integer), {kInts})};
  for (const Value& value : values)
    EXPECT_EQ(to_value(type_of(value), to_slot(value, symbols), symbols), value) << to_text(value);
}

TEST(AppendEvent, FillsTheAttributesThatRulesRead) {
  Schema schema;
  EventType type{"Hot", "plant.hot", {{"n", Type::integer, false, {"n"}, true}}, true};
  for (const char* name : {"time", "id", "source", "type", "subject"})
    type.fields.push_back({std::string("@") + name,
                           std::string_view(name) == "time" ? Type::time : Type::string,
                           std::string_view(name) == "subject",
                           {name},
                           true,
                           true});
  schema.types.push_back(type);
  SymbolTable symbols;
  Batch batch(schema);
  append_event(batch, schema, symbols, TypeId{0}, Time{7}, "id-1", "/tocsin/r", {std::int64_t{3}});
  std::vector<std::string> got;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Column& column = batch.tables[0].columns[i];
    got.push_back(column.is_valid(0) ? to_text(to_value(type.fields[i].type, column.slots[0], symbols)) : "null");
  }
  EXPECT_EQ(
      got, (std::vector<std::string>{"3", "1970-01-01T00:00:00.000000007Z", "id-1", "/tocsin/r", "plant.hot", "null"}));
}

}  // namespace
}  // namespace tocsin::events
