// Lists and sets that runs share: one id for equal ones, references counted, saved and read back.
#include "matcher/shared_values.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace tocsin::matcher {
namespace {

using events::Slot;
using events::Type;

ValuesId list_of(SharedValues& values, const std::vector<Slot>& slots) {
  ValuesId list = kNoValues;
  for (const Slot slot : slots) list = values.append(list, Type::integer, slot);
  return list;
}
ValuesId set_of(SharedValues& values, const std::vector<Slot>& slots) {
  ValuesId set = kNoValues;
  for (const Slot slot : slots) set = values.insert(set, Type::integer, slot);
  return set;
}

TEST(SharedValues, ListsKeepOrder) {
  SharedValues values;
  const std::vector<Slot> slots{3, 1, 3, 2};
  const ValuesId list = list_of(values, slots);
  EXPECT_EQ(values.values_of(list), slots);
  EXPECT_EQ(values.size(list), 4U);
  EXPECT_TRUE(values.values_of(kNoValues).empty());
}

TEST(SharedValues, EqualOnesAreOne) {
  struct Case {
    std::vector<Slot> a;
    std::vector<Slot> b;
    bool lists;
    bool sets;
  };
  const std::vector<Case> cases{
      {{}, {}, true, true},
      {{1}, {1}, true, true},
      {{1}, {2}, false, false},
      {{1, 2}, {2, 1}, false, true},
      {{1, 2, 1}, {1, 2}, false, true},
      {{1, 2, 3}, {3, 1, 2}, false, true},
      {{1, 2}, {1, 2, 3}, false, false},
  };
  for (const Case& test : cases) {
    SharedValues values;
    EXPECT_EQ(list_of(values, test.a) == list_of(values, test.b), test.lists);
    EXPECT_EQ(set_of(values, test.a) == set_of(values, test.b), test.sets);
  }
}

TEST(SharedValues, SetsOfAnyOrderAreOne) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Slot> slots;
    for (std::uint64_t i = 0, count = random() % 60; i < count; ++i)
      slots.push_back(random() % 3 == 0 ? random() : random() % 40);
    SharedValues values;
    const ValuesId one = set_of(values, slots);
    std::shuffle(slots.begin(), slots.end(), random);
    const ValuesId other = set_of(values, slots);
    const std::set<Slot> expected(slots.begin(), slots.end());
    EXPECT_EQ(one, other);
    EXPECT_EQ(values.size(one), expected.size());
    const std::vector<Slot> found = values.values_of(one);
    EXPECT_EQ(std::set<Slot>(found.begin(), found.end()), expected);
    values.release(one);
    values.release(other);
    EXPECT_EQ(values.live(), 0U);
  }
}

TEST(SharedValues, ZeroesOfFloatsAreOneValue) {
  SharedValues values;
  ValuesId set = values.insert(kNoValues, Type::floating, events::slot_of(0.0));
  set = values.insert(set, Type::floating, events::slot_of(-0.0));
  EXPECT_EQ(values.size(set), 1U);
}

TEST(SharedValues, CopiesShareWhatTheyHaveInCommon) {
  SharedValues values;
  const ValuesId common = list_of(values, {1, 2, 3});
  values.retain(common);
  values.retain(common);
  const ValuesId left = values.append(common, Type::integer, 4);
  const ValuesId right = values.append(common, Type::integer, 5);
  EXPECT_EQ(values.live(), 5U);
  EXPECT_EQ(values.values_of(common), (std::vector<Slot>{1, 2, 3}));
  values.release(left);
  EXPECT_EQ(values.live(), 4U);
  EXPECT_EQ(values.values_of(right), (std::vector<Slot>{1, 2, 3, 5}));
  values.release(common);
  values.release(right);
  EXPECT_EQ(values.live(), 0U);
}

TEST(SharedValues, LongListsGoWithoutRecursion) {
  SharedValues values;
  ValuesId list = kNoValues;
  for (Slot i = 0; i < 300'000; ++i) list = values.append(list, Type::integer, i);
  values.release(list);
  EXPECT_EQ(values.live(), 0U);
}

TEST(SharedValues, SymbolsAreHeldWhileSomethingRefersToThem) {
  SharedValues values;
  const ValuesId list = values.append(kNoValues, Type::string, 3);
  const ValuesId set = values.insert(kNoValues, Type::string, 5);
  const ValuesId numbers = values.append(kNoValues, Type::integer, 7);
  std::vector<std::uint64_t> held(1);
  values.mark_symbols(held);
  EXPECT_EQ(held[0], (1U << 3) | (1U << 5));
  values.release(list);
  held[0] = 0;
  values.mark_symbols(held);
  EXPECT_EQ(held[0], 1U << 5);
  values.release(set);
  values.release(numbers);
}

struct Saved {
  events::SymbolTable symbols;
  SharedValues values;
  ValuesId list = kNoValues;
  ValuesId shorter = kNoValues;
  ValuesId set = kNoValues;
  Saved() {
    const auto symbol = [&](const char* text) { return events::slot_of(symbols.intern(text)); };
    shorter = values.append(kNoValues, Type::string, symbol("a"));
    values.retain(shorter);
    list = values.append(values.append(shorter, Type::string, symbol("b")), Type::string, symbol("a"));
    set = values.insert(values.insert(kNoValues, Type::floating, events::slot_of(1.5)), Type::floating,
                        events::slot_of(-2.0));
  }
  std::string bytes(std::vector<std::uint32_t>& places) const {
    ValuesWriter writer(values);
    for (const ValuesId each : {shorter, list, set, kNoValues}) writer.add(each);
    std::string out;
    writer.put(out, symbols);
    for (const ValuesId each : {shorter, list, set, kNoValues}) places.push_back(writer.place(each));
    return out;
  }
};

TEST(SharedValues, WrittenAndReadBack) {
  const Saved saved;
  std::vector<std::uint32_t> places;
  const std::string bytes = saved.bytes(places);
  events::SymbolTable symbols;
  SharedValues values;
  ValuesId list = kNoValues;
  ValuesId shorter = kNoValues;
  ValuesId set = kNoValues;
  ValuesId none = 1;
  {
    ValuesReader reader(values);
    std::string_view rest = bytes;
    events::ByteReader in{rest};
    ASSERT_TRUE(reader.read(in, symbols));
    EXPECT_TRUE(rest.empty());
    EXPECT_TRUE(reader.take(places[0], SharedValues::Kind::list, Type::string, shorter));
    EXPECT_TRUE(reader.take(places[1], SharedValues::Kind::list, Type::string, list));
    EXPECT_TRUE(reader.take(places[2], SharedValues::Kind::set, Type::floating, set));
    EXPECT_TRUE(reader.take(places[3], SharedValues::Kind::set, Type::floating, none));
    ValuesId wrong = kNoValues;
    EXPECT_FALSE(reader.take(places[2], SharedValues::Kind::list, Type::floating, wrong));
    EXPECT_FALSE(reader.take(places[1], SharedValues::Kind::list, Type::integer, wrong));
    EXPECT_FALSE(reader.take(99, SharedValues::Kind::list, Type::string, wrong));
  }
  EXPECT_EQ(none, kNoValues);
  std::string texts;
  for (const Slot slot : values.values_of(list)) texts += symbols.text(events::symbol_of(slot));
  EXPECT_EQ(texts, "aba");
  EXPECT_EQ(values.values_of(set).size(), 2U);
  values.release(list);
  values.release(shorter);
  values.release(set);
  EXPECT_EQ(values.live(), 0U);
}

TEST(SharedValues, AnyBytesAreReadOrRefused) {
  const Saved saved;
  std::vector<std::uint32_t> places;
  const std::string bytes = saved.bytes(places);
  events::SymbolTable symbols;
  SharedValues values;
  const auto try_to_read = [&](const std::string& changed) {
    ValuesReader reader(values);
    std::string_view rest = changed;
    events::ByteReader in{rest};
    return reader.read(in, symbols);
  };
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(try_to_read(bytes.substr(0, size))) << size;
  std::mt19937_64 random(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = bytes;
    changed[random() % changed.size()] = static_cast<char>(random());
    try_to_read(changed);
  }
  EXPECT_EQ(values.live(), 0U);
}

}  // namespace
}  // namespace tocsin::matcher
