// Values as bytes and back; bytes that are none are told as such.
#include "engine/value_bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tocsin::engine {
namespace {

using events::Type;
using events::Value;

std::vector<Value> values() {
  const Value text{std::string("ab\0c", 4)};
  return {Value{},
          true,
          false,
          std::int64_t{-7},
          0.1,
          -0.0,
          text,
          std::string(),
          events::Time{-1},
          events::Duration{1},
          events::Severity::critical,
          events::make_list(Type::integer, {}),
          events::make_list(Type::integer, {std::int64_t{1}, std::int64_t{2}}),
          events::make_list(Type::boolean, {true, false}),
          events::make_list(Type::severity, {events::Severity::low}),
          events::make_list(Type::floating, {0.5}),
          events::make_list(events::list_of(Type::string), {events::make_list(Type::string, {text, std::string()})})};
}

TEST(ValueBytes, ThereAndBack) {
  std::string bytes;
  for (const Value& value : values()) put_value(bytes, value);
  std::string_view rest = bytes;
  events::ByteReader in{rest};
  for (const Value& value : values()) {
    const Value read = take_value(in);
    EXPECT_TRUE(in.good);
    EXPECT_EQ(read, value) << events::to_text(value) << ", got " << events::to_text(read);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(ValueBytes, EveryTruncationIsTold) {
  for (const Value& value : values()) {
    std::string bytes;
    put_value(bytes, value);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      std::string_view rest = std::string_view(bytes).substr(0, size);
      events::ByteReader in{rest};
      take_value(in);
      EXPECT_FALSE(in.good) << events::to_text(value) << ", " << size << " of " << bytes.size() << " bytes";
    }
  }
}

TEST(ValueBytes, WhatIsNoValueIsTold) {
  const auto sized = [](char tag, const std::string& body) {
    std::string bytes(1, tag);
    events::put_text(bytes, body);
    return bytes;
  };
  std::string infinite;
  events::put(infinite, std::numeric_limits<double>::infinity());
  const std::vector<std::pair<std::string, std::string>> cases{
      {"an unknown tag", sized(9, "x")},
      {"a bool of 2", sized(1, std::string(1, 2))},
      {"a short int", sized(2, "1234567")},
      {"a long time", sized(5, "123456789")},
      {"an infinite float", sized(3, infinite)},
      {"a severity past critical", sized(7, std::string(1, 5))},
      {"a list of nothing known", sized(8, std::string(1, 7))},
      {"a list too deep", sized(8, std::string(1, 48))},
      {"a list of half an int", sized(8, std::string(1, 1) + "1234")},
      {"a list of an infinite float", sized(8, std::string(1, 2) + infinite)},
      {"a list of a text cut short", sized(8, std::string(1, 3) + std::string("\5\0\0\0ab", 6))},
      {"a list of lists of half an int", sized(8, std::string(1, 17) + std::string("\4\0\0\0abcd", 8))},
  };
  for (const auto& [what, bytes] : cases) {
    std::string_view rest = bytes;
    events::ByteReader in{rest};
    take_value(in);
    EXPECT_FALSE(in.good) << what;
  }
}

}  // namespace
}  // namespace tocsin::engine
