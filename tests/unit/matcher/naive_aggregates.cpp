#include "tests/unit/matcher/naive_aggregates.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace tocsin::matcher {

using events::Type;
using events::Value;
using rules::AggregateFn;
using Real = long double;

namespace {

struct Point {
  std::int64_t time = 0;
  Real x = 0;
};

Real real_of(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<Real>(*whole);
  if (const auto* span = std::get_if<events::Duration>(&value)) return static_cast<Real>(span->ns);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return 0;
}

Real mean(const std::vector<Point>& points) {
  Real sum = 0;
  for (const Point& point : points) sum += point.x;
  return sum / static_cast<Real>(points.size());
}
Real variance(const std::vector<Point>& points) {
  const Real middle = mean(points);
  Real sum = 0;
  for (const Point& point : points) sum += (point.x - middle) * (point.x - middle);
  return sum / static_cast<Real>(points.size());
}

Real percentile(std::vector<Real> values, Real percent) {
  std::sort(values.begin(), values.end());
  const Real place = static_cast<Real>(values.size() - 1) * percent;  // in hundredths of a rank
  const auto low = static_cast<std::size_t>(std::floor(place / 100));
  if (low + 1 == values.size()) return values.back();
  return values[low] + std::fmod(place, 100.0L) * (values[low + 1] - values[low]) / 100;
}

std::vector<Real> reals(const std::vector<Point>& points) {
  std::vector<Real> values;
  for (const Point& point : points) values.push_back(point.x);
  return values;
}

Value as_result(Real value, Type type) {
  if (type == Type::duration) return events::Duration{static_cast<std::int64_t>(std::roundl(value))};
  return static_cast<double>(value);
}

bool near(Real a, Real b) { return std::fabs(a - b) <= 1e-12L * (std::fabs(a) + std::fabs(b)); }

Value judged(const TestAggregate& aggregate, std::vector<Point> others, Real newest, bool& close) {
  if (others.size() < 3) return {};
  const Real middle = mean(others);
  const Real deviation = std::sqrt(variance(others));
  const Real distance = std::fabs(newest - middle);
  if (aggregate.fn == AggregateFn::zscore) {
    const bool same = std::all_of(others.begin(), others.end(), [&](const Point& p) { return p.x == others[0].x; });
    return same ? Value{} : Value{static_cast<double>((newest - middle) / deviation)};
  }
  const Real limit =
      real_of(aggregate.parameters.back()) * (aggregate.fn == AggregateFn::spike ? std::fabs(middle) : deviation);
  close = near(distance, limit);
  return distance > limit;
}

Value line(AggregateFn fn, const std::vector<Point>& points, bool& close) {
  if (points.size() < 2) return {};
  Real times = 0;
  for (const Point& point : points) times += static_cast<Real>(point.time - points[0].time);
  const Real middle_time = times / static_cast<Real>(points.size());
  const Real middle = mean(points);
  Real tt = 0;
  Real tx = 0;
  Real xx = 0;
  for (const Point& point : points) {
    const Real t = static_cast<Real>(point.time - points[0].time) - middle_time;
    tt += t * t;
    tx += t * (point.x - middle);
    xx += (point.x - middle) * (point.x - middle);
  }
  const bool one_time =
      std::all_of(points.begin(), points.end(), [&](const Point& p) { return p.time == points[0].time; });
  close = tx != 0 && std::fabs(tx) <= 1e-12L * std::sqrt(tt * xx);
  if (fn == AggregateFn::slope) return one_time ? Value{} : Value{static_cast<double>(tx / tt * 1e9L)};
  if (points.size() < 3) return {};
  const Real left = tx * tx * static_cast<Real>(points.size() - 2);
  const Real right = 4 * (tt * xx - tx * tx);
  close = close || std::fabs(left - right) <= 1e-12L * (left + 4 * tt * xx);
  if (one_time || left <= right) return std::string("steady");
  return std::string(tx > 0 ? "rising" : "falling");
}

Value autocorrelation(const std::vector<Point>& points, std::int64_t lag) {
  const auto n = static_cast<std::int64_t>(points.size());
  const Real middle = mean(points);
  const bool same = std::all_of(points.begin(), points.end(), [&](const Point& p) { return p.x == points[0].x; });
  if (n < lag + 2 || same) return {};
  Real products = 0;
  Real squares = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const Real d = points[static_cast<std::size_t>(i)].x - middle;
    squares += d * d;
    if (i + lag < n) products += d * (points[static_cast<std::size_t>(i + lag)].x - middle);
  }
  return static_cast<double>(products / squares);
}

Value seasonal(const TestAggregate& aggregate, const std::vector<Point>& points, bool& close) {
  const std::int64_t period = std::get<events::Duration>(aggregate.parameters[0]).ns;
  const Point newest = points.back();
  std::vector<Point> before;
  for (std::int64_t m = 1; newest.time - m * period >= points.front().time; ++m) {
    const Point* found = nullptr;
    for (const Point& point : points)
      if (point.time > newest.time - (m + 1) * period && point.time <= newest.time - m * period) found = &point;
    if (found != nullptr) before.push_back(*found);
  }
  return judged({AggregateFn::anomaly, {aggregate.parameters[1]}}, before, newest.x, close);
}

Value most_frequent(const TestAggregate& aggregate, Type type, const std::vector<Value>& values) {
  std::map<Value, int> counts;
  for (const Value& value : values) ++counts[value];
  std::vector<std::pair<Value, int>> all(counts.begin(), counts.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<Value> top;
  for (const auto& [value, count] : all)
    if (static_cast<std::int64_t>(top.size()) < std::get<std::int64_t>(aggregate.parameters[0])) top.push_back(value);
  return events::make_list(type, top);
}

}  // namespace

Value naive(const TestAggregate& aggregate, Type type, const std::vector<TestRow>& rows, bool& close) {
  std::vector<Point> points;
  std::vector<Value> values;
  for (const TestRow& row : rows) {
    if (is_null(row.value)) continue;
    values.push_back(row.value);
    points.push_back({row.time_ns, real_of(row.value)});
  }
  if (aggregate.rows) return static_cast<std::int64_t>(rows.size());
  if (aggregate.fn == AggregateFn::count) return static_cast<std::int64_t>(values.size());
  if (aggregate.fn == AggregateFn::collect) return events::make_list(type, values);
  Real sum = 0;
  for (const Point& point : points) sum += point.x;
  if (aggregate.fn == AggregateFn::sum) {
    if (type == Type::integer) return static_cast<std::int64_t>(sum);
    return as_result(sum, type);
  }
  if (values.empty()) return {};
  switch (aggregate.fn) {
    case AggregateFn::avg:
      return as_result(mean(points), type);
    case AggregateFn::min:
      return *std::min_element(values.begin(), values.end());
    case AggregateFn::max:
      return *std::max_element(values.begin(), values.end());
    case AggregateFn::first:
      return values.front();
    case AggregateFn::last:
      return values.back();
    case AggregateFn::variance:
      return static_cast<double>(variance(points));
    case AggregateFn::stddev:
      return static_cast<double>(std::sqrt(variance(points)));
    case AggregateFn::distinct:
    case AggregateFn::approx_distinct: {
      std::sort(values.begin(), values.end());
      return static_cast<std::int64_t>(std::unique(values.begin(), values.end()) - values.begin());
    }
    case AggregateFn::median:
      return as_result(percentile(reals(points), 50), type);
    case AggregateFn::percentile:
      return as_result(percentile(reals(points), real_of(aggregate.parameters[0])), type);
    case AggregateFn::mad: {
      std::vector<Real> distances = reals(points);
      const Real middle = percentile(distances, 50);
      for (Real& x : distances) x = std::fabs(x - middle);
      return static_cast<double>(percentile(distances, 50));
    }
    case AggregateFn::slope:
    case AggregateFn::trend:
      return line(aggregate.fn, points, close);
    case AggregateFn::ewma: {
      Real smooth = points[0].x;
      const Real weight = real_of(aggregate.parameters[0]);
      for (std::size_t i = 1; i < points.size(); ++i) smooth = weight * points[i].x + (1 - weight) * smooth;
      return static_cast<double>(smooth);
    }
    case AggregateFn::autocorrelation:
      return autocorrelation(points, std::get<std::int64_t>(aggregate.parameters[0]));
    case AggregateFn::seasonal:
      return seasonal(aggregate, points, close);
    case AggregateFn::approx_top:
      return most_frequent(aggregate, type, values);
    default:
      return judged(aggregate, std::vector<Point>(points.begin(), points.end() - 1), points.back().x, close);
  }
}

}  // namespace tocsin::matcher
