// Aggregates of windows on lists of values worked out by hand.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {
namespace {

using events::Duration;
using events::Type;
using events::Value;
using rules::AggregateFn;

constexpr std::int64_t kSecondNs = 1'000'000'000;

/// `1 2.5 -`: one a second, from 0; `-` is null. `3@7`: at second 7.
std::vector<Valued> values_of(const std::string& text, Type type) {
  std::vector<Valued> values;
  std::istringstream in(text);
  std::int64_t second = 0;
  for (std::string word; in >> word; ++second) {
    if (const auto at = word.find('@'); at != std::string::npos) {
      second = std::stoll(word.substr(at + 1));
      word.resize(at);
    }
    Value value;
    if (word == "-")
      value = {};
    else if (type == Type::integer)
      value = static_cast<std::int64_t>(std::stoll(word));
    else if (type == Type::floating)
      value = std::stod(word);
    else if (type == Type::duration)
      value = Duration{std::stoll(word)};
    else
      value = word;
    values.push_back({{second * kSecondNs}, value});
  }
  return values;
}

struct Case {
  AggregateFn fn;
  Type type;  ///< of the values
  std::string values;
  std::string expected;
  std::vector<Value> parameters = {};
};

Type result_of(const Case& test) {
  switch (test.fn) {
    case AggregateFn::count:
    case AggregateFn::distinct:
    case AggregateFn::approx_distinct:
      return Type::integer;
    case AggregateFn::sum:
    case AggregateFn::min:
    case AggregateFn::max:
    case AggregateFn::first:
    case AggregateFn::last:
      return test.type;
    case AggregateFn::collect:
    case AggregateFn::approx_top:
      return list_of(test.type);
    default:
      return test.type == Type::duration ? Type::duration : Type::floating;
  }
}

const std::vector<Case>& cases() {
  using F = AggregateFn;
  using enum Type;
  const auto whole = [](std::int64_t value) { return Value{value}; };
  static const std::vector<Case> all = {
      {F::count, integer, "1 - 3", "2"},
      {F::count, integer, "", "0"},
      {F::sum, integer, "1 - 3", "4"},
      {F::sum, integer, "", "0"},
      {F::sum, floating, "- -", "0"},
      {F::sum, duration, "", "0s"},
      {F::sum, integer, "9223372036854775807 1", "null"},
      {F::sum, integer, "9223372036854775807 1 -1", "9223372036854775807"},
      {F::avg, integer, "1 2", "1.5"},
      {F::avg, integer, "9223372036854775807 9223372036854775807", "9.223372036854776e+18"},
      {F::avg, duration, "1 2", "2ns"},
      {F::avg, duration, "-1 -2", "-2ns"},
      {F::avg, duration, "1 1 2", "1ns"},
      {F::avg, floating, "", "null"},
      {F::min, integer, "3 - 2", "2"},
      {F::max, string, "b a c", "c"},
      {F::first, integer, "- 4 5", "4"},
      {F::last, integer, "4 5 -", "5"},
      {F::last, integer, "- -", "null"},
      {F::distinct, string, "a b a", "2"},
      {F::distinct, integer, "", "null"},
      {F::distinct, floating, "0 -0", "1"},
      {F::approx_distinct, integer, "1 1 2", "2"},
      {F::collect, integer, "3 - 1", "[3, 1]"},
      {F::collect, integer, "", "[]"},
      {F::variance, integer, "1 3", "1"},
      {F::variance, integer, "5", "0"},
      {F::variance, integer, "", "null"},
      {F::stddev, integer, "2 4 4 4 5 5 7 9", "2"},
      {F::median, integer, "3 1 2", "2"},
      {F::median, integer, "4 1 2 3", "2.5"},
      {F::median, duration, "1 2", "2ns"},
      {F::percentile, integer, "10 20 30 40", "40", {100.0}},
      {F::percentile, integer, "10 20 30 40", "10", {0.0}},
      {F::percentile, integer, "10 20 30 40", "17.5", {25.0}},
      {F::percentile, integer, "10", "10", {99.0}},
      {F::percentile, integer, "-", "null", {50.0}},
      {F::slope, integer, "1 3 5", "2"},
      {F::slope, integer, "1@0 5@10", "0.4"},
      {F::slope, integer, "1@3 5@3", "null"},
      {F::slope, integer, "1", "null"},
      {F::ewma, integer, "4 8", "6", {0.5}},
      {F::ewma, integer, "4 - 8 8", "7", {0.5}},
      {F::ewma, integer, "4 8", "8", {1.0}},
      {F::zscore, integer, "1 3 1 3 5", "3"},
      {F::zscore, integer, "1 3 5", "null"},
      {F::zscore, integer, "2 2 2 5", "null"},
      {F::mad, integer, "1 1 2 2 4 6 9", "1"},
      {F::autocorrelation, integer, "1 2 1 2", "-0.75", {whole(1)}},
      {F::autocorrelation, integer, "1 2", "null", {whole(1)}},
      {F::autocorrelation, integer, "2 2 2 2", "null", {whole(1)}},
      {F::approx_top, string, "b a b c a", "[a, b]", {whole(2)}},
      {F::approx_top, string, "c b b", "[b, c]", {whole(5)}},
      {F::anomaly, integer, "1 3 1 3 5", "false", {3.0}},
      {F::anomaly, integer, "1 3 1 3 6", "true", {3.0}},
      {F::anomaly, integer, "2 2 2 3", "true", {3.0}},
      {F::anomaly, integer, "2 2 2 2", "false", {3.0}},
      {F::anomaly, integer, "1 3 9", "null", {3.0}},
      {F::spike, integer, "2 2 2 3", "false", {0.5}},
      {F::spike, integer, "2 2 2 4", "true", {0.5}},
      {F::spike, integer, "0 0 0 1", "true", {0.5}},
      {F::trend, integer, "1 2", "null"},
      {F::trend, integer, "1 2 3 4", "rising"},
      {F::trend, integer, "4 3 2 1", "falling"},
      {F::trend, integer, "4 4 4 4", "steady"},
      {F::trend, integer, "1 2 1 2 1", "steady"},
      {F::trend, integer, "1@5 2@5 9@5", "steady"},
      {F::seasonal, integer, "1@0 9@5 1@10 9@15 1@20 9@25 5@30", "true", {Duration{10 * kSecondNs}, 3.0}},
      {F::seasonal, integer, "1@0 9@5 1@10 9@15 1@20 9@25 1@30", "false", {Duration{10 * kSecondNs}, 3.0}},
      {F::seasonal, integer, "1@0 1@10 1@20", "null", {Duration{10 * kSecondNs}, 3.0}},
  };
  return all;
}

TEST(WindowAggregates, DecidesByTheFormulas) {
  for (const Case& test : cases()) {
    rules::Aggregate aggregate{test.fn, result_of(test), {}, test.parameters};
    bool unsure = false;
    const Value found = window_aggregate(aggregate, values_of(test.values, test.type), unsure);
    EXPECT_EQ(events::to_text(found), test.expected)
        << "aggregate " << static_cast<int>(test.fn) << " of " << test.values;
    EXPECT_FALSE(unsure) << "aggregate " << static_cast<int>(test.fn) << " of " << test.values;
  }
}

}  // namespace
}  // namespace tocsin::oracle
