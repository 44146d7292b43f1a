// Random rows through accumulators in every way (one pass, random trees of merges, bytes and back, out of order, as a
// window that rows leave), against the formulas on the list.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/matcher/accumulating.hpp"
#include "tests/unit/matcher/naive_aggregates.hpp"

namespace tocsin::matcher {
namespace {

using events::Duration;
using events::Type;
using events::Value;
using rules::AggregateFn;

std::vector<TestAggregate> aggregates_for(Type type) {
  std::vector<TestAggregate> all{{AggregateFn::count, {}, true}, {AggregateFn::count},
                                 {AggregateFn::first},           {AggregateFn::last},
                                 {AggregateFn::distinct},        {AggregateFn::collect},
                                 {AggregateFn::approx_distinct}, {AggregateFn::approx_top, {std::int64_t{4}}}};
  const auto more = [&](std::vector<TestAggregate> others) { all.insert(all.end(), others.begin(), others.end()); };
  if (type != Type::string) more({{AggregateFn::min}, {AggregateFn::max}});
  if (type == Type::string || type == Type::boolean) return all;
  more({{AggregateFn::sum},
        {AggregateFn::avg},
        {AggregateFn::median},
        {AggregateFn::percentile, {95.0}},
        {AggregateFn::percentile, {std::int64_t{0}}},
        {AggregateFn::percentile, {std::int64_t{100}}}});
  if (type == Type::duration) return all;
  more({{AggregateFn::variance},
        {AggregateFn::stddev},
        {AggregateFn::slope},
        {AggregateFn::trend},
        {AggregateFn::ewma, {0.2}},
        {AggregateFn::ewma, {std::int64_t{1}}},
        {AggregateFn::zscore},
        {AggregateFn::anomaly, {1.5}},
        {AggregateFn::spike, {0.25}},
        {AggregateFn::mad},
        {AggregateFn::autocorrelation, {std::int64_t{1}}},
        {AggregateFn::autocorrelation, {std::int64_t{7}}},
        {AggregateFn::seasonal, {Duration{50}, 1.2}}});
  return all;
}

Value random_value(Type type, std::uint64_t shape, std::mt19937_64& random) {
  const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
  if (random() % 8 == 0) return {};
  switch (type) {
    case Type::boolean:
      return below(2) == 1;
    case Type::string:
      return std::string(1 + random() % 2, static_cast<char>('a' + below(5)));
    case Type::duration:
      return Duration{below(2'000'001) - 1'000'000};
    case Type::integer:
      return shape == 0 ? below(5) : shape == 1 ? 1'000'000'000 + below(2000) : below(2'000'001) - 1'000'000;
    default:
      if (shape == 0) return static_cast<double>(below(8)) / 2 - 2;
      if (shape == 1) return 1e9 + static_cast<double>(below(1000)) / 1000;
      return std::ldexp(static_cast<double>(below(1'000'001) - 500'000), static_cast<int>(below(30)) - 20);
  }
}

std::vector<TestRow> random_rows(Type type, std::mt19937_64& random) {
  const std::uint64_t shape = random() % 3;
  const std::uint64_t step = 1 + random() % 40;
  std::vector<TestRow> rows(random() % 60);
  std::int64_t time = 1'700'000'000'000'000'000;
  for (TestRow& row : rows) {
    time += static_cast<std::int64_t>(random() % step);
    row = {time, random_value(type, shape, random)};
  }
  return rows;
}

bool same(const Value& expected, const Value& got, double scale) {
  const auto* a = std::get_if<double>(&expected);
  const auto* b = std::get_if<double>(&got);
  if (a == nullptr || b == nullptr) return expected == got;
  return std::fabs(*a - *b) <= 1e-9 * std::max(std::fabs(*a), std::fabs(*b)) + 1e-12 * scale;
}

std::string text_of(const std::vector<TestRow>& rows) {
  std::string text;
  for (const TestRow& row : rows) text += " " + std::to_string(row.time_ns % 1'000'000) + ":" + to_text(row.value);
  return text;
}

/// The largest value: what sums that cancel are right to.
double scale_of(const std::vector<TestRow>& rows) {
  double most = 0;
  for (const TestRow& row : rows)
    if (const auto* x = std::get_if<double>(&row.value)) most = std::max(most, std::fabs(*x));
  return most;
}

void expect_all(const std::vector<TestAggregate>& aggregates, Type type, const std::vector<TestRow>& rows,
                const std::vector<Value>& got, const char* way) {
  for (std::size_t i = 0; i < aggregates.size(); ++i) {
    bool close = false;
    const Value expected = naive(aggregates[i], type, rows, close);
    if (close) continue;
    EXPECT_TRUE(same(expected, got[i], scale_of(rows)))
        << way << ", " << name_of(aggregates[i].fn) << " of" << text_of(rows) << "\nexpected " << to_text(expected)
        << "\ngot      " << to_text(got[i]);
  }
}

constexpr Type kTypes[] = {Type::boolean, Type::integer, Type::floating, Type::string, Type::duration};

TEST(AccumulatorsRandom, OnePassAndMergesAgreeWithTheFormulas) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 4000 && !testing::Test::HasFailure(); ++round) {
    const Type type = kTypes[round % 5];
    const bool made = type == Type::string && round % 2 == 0;
    const std::vector<TestAggregate> aggregates = aggregates_for(type);
    Accumulating accumulating(aggregates, type, made);
    const std::vector<TestRow> rows = random_rows(type, random);
    expect_all(aggregates, type, rows, accumulating.in_one_pass(rows), "one pass");
    expect_all(aggregates, type, rows, accumulating.in_pieces(rows, random), "pieces");
    EXPECT_EQ(accumulating.kept().bytes(), 0U) << "all that was kept is freed";
  }
}

TEST(AccumulatorsRandom, RowsOutOfOrderStandWhereTheirTimesAre) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 3000 && !testing::Test::HasFailure(); ++round) {
    const Type type = kTypes[round % 5];
    const bool made = type == Type::string && round % 2 == 0;
    const std::vector<TestAggregate> aggregates = aggregates_for(type);
    Accumulating accumulating(aggregates, type, made, true);
    std::vector<TestRow> rows = random_rows(type, random);
    for (TestRow& row : rows)
      if (random() % 3 == 0) row.time_ns -= static_cast<std::int64_t>(random() % 200);
    std::vector<TestRow> in_order = rows;
    std::stable_sort(in_order.begin(), in_order.end(),
                     [](const TestRow& a, const TestRow& b) { return a.time_ns < b.time_ns; });
    expect_all(aggregates, type, in_order, accumulating.in_one_pass(rows), "out of order");
    expect_all(aggregates, type, in_order, accumulating.in_pieces(rows, random), "out of order, pieces");
    EXPECT_EQ(accumulating.kept().bytes(), 0U) << "all that was kept is freed";
  }
}

TEST(AccumulatorsRandom, RowsThatLeaveAreTakenBack) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300 && !testing::Test::HasFailure(); ++round) {
    const Type type = kTypes[round % 5];
    const std::vector<TestAggregate> aggregates = aggregates_for(type);
    const std::vector<TestRow> rows = random_rows(type, random);
    const std::size_t width = 1 + random() % 20;
    const auto results = rolled(aggregates, type, type == Type::string && round % 2 == 0, rows, width);
    for (std::size_t i = 0; i < rows.size() && !testing::Test::HasFailure(); ++i) {
      const std::size_t from = i + 1 < width ? 0 : i + 1 - width;
      expect_all(aggregates, type,
                 {rows.begin() + static_cast<std::ptrdiff_t>(from), rows.begin() + static_cast<std::ptrdiff_t>(i) + 1},
                 results[i], "rolling");
    }
  }
}

}  // namespace
}  // namespace tocsin::matcher
