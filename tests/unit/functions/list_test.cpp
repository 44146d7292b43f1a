// Functions of lists, and what a list's bytes hold.
#include "rules/lists.hpp"

#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using events::Duration;
using events::Severity;
using events::Time;
using enum Function;

Value ints(const std::vector<std::int64_t>& items) { return list(Type::integer, {items.begin(), items.end()}); }
Value texts(const std::vector<std::string>& items) { return list(Type::string, {items.begin(), items.end()}); }
Value floats(const std::vector<double>& items) { return list(Type::floating, {items.begin(), items.end()}); }

TEST(List, Length) {
  expect({
      {length, {ints({})}, 0_i},
      {length, {ints({1, 2, 3})}, 3_i},
      {length, {texts({})}, 0_i},
      {length, {texts({"", "ab", ""})}, 3_i},
      {length, {list(Type::boolean, {true, false})}, 2_i},
      {length, {list(events::list_of(Type::integer), {ints({}), ints({1, 2})})}, 2_i},
  });
}

TEST(List, HasElement) {
  const Value nested = list(events::list_of(Type::integer), {ints({}), ints({1, 2})});
  const std::vector<std::pair<std::vector<Value>, bool>> cases{
      {{ints({}), 1_i}, false},
      {{ints({1, 2, 3}), 3_i}, true},
      {{ints({1, 2, 3}), 4_i}, false},
      {{ints({1, 2}), 2.0}, true},
      {{ints({1, 2}), 2.5}, false},
      {{ints({(1LL << 53) + 1}), 9007199254740992.0}, false},
      {{floats({1.5, -0.0}), 0.0}, true},
      {{floats({1.5, 0.0}), -0.0}, true},
      {{floats({2.0}), 2_i}, true},
      {{texts({"", "ab"}), text("")}, true},
      {{texts({"ab", "c"}), text("c")}, true},
      {{texts({"ab"}), text("a")}, false},
      {{list(Type::boolean, {false}), false}, true},
      {{list(Type::boolean, {false}), true}, false},
      {{list(Type::severity, {Severity::low, Severity::high}), Severity::high}, true},
      {{list(Type::severity, {Severity::low}), Severity::high}, false},
      {{list(Type::time, {Time{-1}}), Time{-1}}, true},
      {{list(Type::duration, {Duration{1}}), Duration{-1}}, false},
      {{nested, ints({})}, true},
      {{nested, ints({1, 2})}, true},
      {{nested, ints({2, 1})}, false},
  };
  for (const auto& [args, expected] : cases)
    expect({{contains, args, expected}, {in_list, {args[1], args[0]}, expected}});
  expect({
      {contains, {ints({1}), kNull}, kNull},
      {in_list, {kNull, ints({1})}, false},
      {in_list, {1_i, kNull}, false},
  });
}

/// Long constant lists are searched in another way.
TEST(List, HasElementOfMany) {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> names;
  std::vector<double> decimals;
  for (std::int64_t i = 0; i < 100; ++i) {
    numbers.push_back(i * 3 - 50);
    names.push_back("n" + std::to_string(i * 3));
    decimals.push_back(static_cast<double>(i) / 2);
  }
  for (std::int64_t i = -60; i < 320; ++i) {
    const bool in = i >= -50 && i <= 247 && (i + 50) % 3 == 0;
    expect({{in_list, {i, ints(numbers)}, in},
            {contains, {ints(numbers), i}, in},
            {in_list, {static_cast<double>(i), ints(numbers)}, in},
            {in_list, {"n" + std::to_string(i), texts(names)}, i >= 0 && i <= 297 && i % 3 == 0},
            {in_list, {static_cast<double>(i), floats(decimals)}, i >= 0 && i < 50}});
  }
  expect({{in_list, {-0.0, floats(decimals)}, true}});
}

TEST(List, Items) {
  Texts texts_of_test;
  for (const Value& value : {ints({1, -2}), texts({"a", "", "ä"}), floats({0.5}), ints({}),
                             list(Type::severity, {Severity::critical, Severity::info})}) {
    const auto& whole = std::get<events::List>(value);
    std::string bytes;
    for (const Value& item : events::items_of(whole))
      append_element(bytes, whole.element, texts_of_test.slot_of(item), texts_of_test);
    EXPECT_EQ(bytes, whole.bytes) << events::to_text(value);
  }
}

}  // namespace
}  // namespace tocsin::rules::testing
