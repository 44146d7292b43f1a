// Aggregates of windows by their formulas, over the whole list of values at once.
//
// Sums and means are taken in long double; where a detector's answer hangs on the last digits, it says so.
#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {
namespace {

using events::Duration;
using events::Type;
using events::Value;
using rules::AggregateFn;
using Int = std::int64_t;
using Real = long double;
__extension__ using Wide = __int128;

constexpr double kDoubt = 1e-9;

struct Point {
  events::Time time;
  Real value = 0;
};

Real real_of(const Value& value) {
  if (const auto* i = std::get_if<Int>(&value)) return static_cast<Real>(*i);
  if (const auto* d = std::get_if<Duration>(&value)) return static_cast<Real>(d->ns);
  return static_cast<Real>(std::get<double>(value));
}

Value finite(Real value) {
  const auto narrow = static_cast<double>(value);
  return std::isfinite(narrow) ? Value{narrow} : Value{};
}

Real mean_of(const std::vector<Real>& values) {
  Real total = 0;
  for (const Real value : values) total += value;
  return total / static_cast<Real>(values.size());
}

bool all_equal(const std::vector<Real>& values) {
  return std::all_of(values.begin(), values.end(), [&](Real value) { return value == values.front(); });
}

Real variance_of(const std::vector<Real>& values) {
  if (all_equal(values)) return 0;
  const Real mean = mean_of(values);
  Real squares = 0;
  for (const Real value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<Real>(values.size());
}

/// Whether left > right, and whether that hangs on rounding. Both are made of rightly rounded doubles.
bool is_above(double left, double right, bool& unsure) {
  if (left != right && std::abs(left - right) <= kDoubt * std::max({1.0, std::abs(left), std::abs(right)}))
    unsure = true;
  return left > right;
}

/// Nearest whole number of nanoseconds, halves away from zero, of total / count.
Value nearest(Wide total, Int count) {
  const Wide twice = 2 * (total < 0 ? -total : total) + count;
  const Wide whole = twice / (2 * Wide{count});
  return Duration{static_cast<Int>(total < 0 ? -whole : whole)};
}

Wide whole_sum(const std::vector<Value>& values) {
  Wide total = 0;
  for (const Value& value : values) {
    const auto* i = std::get_if<Int>(&value);
    total += i != nullptr ? *i : std::get<Duration>(value).ns;
  }
  return total;
}

Value sum(const std::vector<Value>& values, Type type) {
  if (type == Type::floating) {
    Real total = 0;
    for (const Value& value : values) total += real_of(value);
    return finite(total);
  }
  const Wide total = whole_sum(values);
  if (total != static_cast<Int>(total)) return {};
  return type == Type::duration ? Value{Duration{static_cast<Int>(total)}} : Value{static_cast<Int>(total)};
}

Value average(const std::vector<Value>& values, Type type) {
  const auto count = static_cast<Int>(values.size());
  if (type == Type::duration) return nearest(whole_sum(values), count);
  if (std::holds_alternative<Int>(values.front()))
    return finite(static_cast<double>(whole_sum(values)) / static_cast<double>(count));
  Real total = 0;
  for (const Value& value : values) total += real_of(value);
  return finite(static_cast<double>(total) / static_cast<double>(count));
}

/// Type 7 of Hyndman and Fan.
Real percentile_of(std::vector<Real> values, Real percent) {
  std::sort(values.begin(), values.end());
  const Real at = static_cast<Real>(static_cast<double>(values.size() - 1) * static_cast<double>(percent) / 100);
  const auto low = static_cast<std::size_t>(std::floor(at));
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (at - static_cast<Real>(low)) * (values[high] - values[low]);
}

Value percentile(const std::vector<Real>& values, Real percent, Type type) {
  const Real found = percentile_of(values, percent);
  if (type == Type::duration) return Duration{static_cast<Int>(std::round(found))};
  return finite(found);
}

struct Line {
  Real tt = 0, tx = 0, xx = 0;  ///< sums of squares and products about the means; times in seconds
};

Line line_of(const std::vector<Point>& points) {
  std::vector<Real> times, values;
  for (const Point& point : points) {
    times.push_back(static_cast<Real>(point.time.ns - points.front().time.ns) / 1e9L);
    values.push_back(point.value);
  }
  const Real mean_time = mean_of(times), mean_value = mean_of(values);
  Line line;
  for (std::size_t i = 0; i < points.size(); ++i) {
    line.tt += (times[i] - mean_time) * (times[i] - mean_time);
    line.tx += (times[i] - mean_time) * (values[i] - mean_value);
    line.xx += (values[i] - mean_value) * (values[i] - mean_value);
  }
  return line;
}

bool one_time(const std::vector<Point>& points) {
  return std::all_of(points.begin(), points.end(), [&](const Point& p) { return p.time == points.front().time; });
}

Value slope(const std::vector<Point>& points) {
  if (one_time(points)) return {};
  const Line line = line_of(points);
  return finite(line.tx / line.tt);
}

Value trend(const std::vector<Point>& points, bool& unsure) {
  if (points.size() < 3) return {};
  if (one_time(points)) return std::string("steady");
  const Line line = line_of(points);
  const Real left = line.tx * line.tx * static_cast<Real>(points.size() - 2);
  const Real right = 4 * (line.tt * line.xx - line.tx * line.tx);
  const bool flat =
      std::all_of(points.begin(), points.end(), [&](const Point& p) { return p.value == points[0].value; });
  if (flat) return std::string("steady");
  if (std::abs(left - right) <= kDoubt * std::max({left, std::abs(right), Real{1e-9L}})) unsure = true;
  if (left <= right) return std::string("steady");
  return std::string(line.tx > 0 ? "rising" : "falling");
}

std::vector<Real> others_of(const std::vector<Real>& values) { return {values.begin(), values.end() - 1}; }

/// From their mean, rounded once.
double distance(Real value, const std::vector<Real>& others) { return static_cast<double>(value - mean_of(others)); }
double deviation(const std::vector<Real>& values) { return std::sqrt(static_cast<double>(variance_of(values))); }

Value zscore(const std::vector<Real>& values) {
  const std::vector<Real> others = others_of(values);
  if (others.size() < 3 || all_equal(others)) return {};
  return finite(distance(values.back(), others) / deviation(others));
}

Value is_far(Real value, const std::vector<Real>& from, Real times, bool& unsure) {
  if (from.size() < 3) return {};
  if (all_equal(from)) return value != from.front();
  return is_above(std::abs(distance(value, from)), static_cast<double>(times) * deviation(from), unsure);
}

Value spike(const std::vector<Real>& values, Real times, bool& unsure) {
  const std::vector<Real> others = others_of(values);
  if (others.size() < 3) return {};
  const auto mean = static_cast<double>(mean_of(others));
  return is_above(std::abs(distance(values.back(), others)), static_cast<double>(times) * std::abs(mean), unsure);
}

Value seasonal(const std::vector<Point>& points, Duration period, Real times, bool& unsure) {
  const Point& newest = points.back();
  std::vector<Real> before;
  for (Int m = 1; newest.time.ns - m * period.ns >= points.front().time.ns; ++m) {
    const Int from = newest.time.ns - (m + 1) * period.ns, to = newest.time.ns - m * period.ns;
    const auto found = std::find_if(points.rbegin(), points.rend(),
                                    [&](const Point& p) { return p.time.ns > from && p.time.ns <= to; });
    if (found != points.rend()) before.push_back(found->value);
  }
  return is_far(newest.value, before, times, unsure);
}

Value autocorrelation(const std::vector<Real>& values, std::size_t lag) {
  if (values.size() < lag + 2 || all_equal(values)) return {};
  const Real mean = mean_of(values);
  Real above = 0, below = 0;
  for (std::size_t i = 0; i + lag < values.size(); ++i) above += (values[i] - mean) * (values[i + lag] - mean);
  for (const Real value : values) below += (value - mean) * (value - mean);
  return finite(above / below);
}

Value deviation_from_median(const std::vector<Real>& values) {
  const Real median = percentile_of(values, 50);
  std::vector<Real> away;
  for (const Real value : values) away.push_back(std::abs(value - median));
  return finite(percentile_of(away, 50));
}

bool is_less(const Value& a, const Value& b) { return compare(a, b) == std::strong_ordering::less; }
bool is_equal(const Value& a, const Value& b) { return compare(a, b) == std::strong_ordering::equal; }

/// Different values, rising, and how often each stands there.
std::vector<std::pair<Value, Int>> counted(std::vector<Value> values) {
  std::sort(values.begin(), values.end(), is_less);
  std::vector<std::pair<Value, Int>> found;
  for (const Value& value : values) {
    if (found.empty() || !is_equal(found.back().first, value)) found.emplace_back(value, 0);
    ++found.back().second;
  }
  return found;
}

Value most_frequent(const std::vector<Value>& values, std::size_t most, Type list) {
  auto found = counted(values);
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<Value> items;
  for (const auto& [value, times] : found)
    if (items.size() < most) items.push_back(value);
  return make_list(element_of(list), items);
}

Value over_reals(const rules::Aggregate& of, const std::vector<Point>& points, bool& unsure) {
  std::vector<Real> values;
  for (const Point& point : points) values.push_back(point.value);
  const auto parameter = [&](std::size_t i = 0) { return real_of(of.parameters.at(i)); };
  switch (of.fn) {
    case AggregateFn::variance:
      return finite(variance_of(values));
    case AggregateFn::stddev:
      return finite(deviation(values));
    case AggregateFn::median:
      return percentile(values, 50, of.type);
    case AggregateFn::percentile:
    case AggregateFn::approx_percentile:
      return percentile(values, parameter(), of.type);
    case AggregateFn::slope:
      return slope(points);
    case AggregateFn::ewma: {
      const auto a = static_cast<double>(parameter());
      auto smooth = static_cast<double>(values.front());
      for (std::size_t i = 1; i < values.size(); ++i) smooth = a * static_cast<double>(values[i]) + (1 - a) * smooth;
      return finite(smooth);
    }
    case AggregateFn::zscore:
      return zscore(values);
    case AggregateFn::mad:
      return deviation_from_median(values);
    case AggregateFn::autocorrelation:
      return autocorrelation(values, static_cast<std::size_t>(std::get<Int>(of.parameters.at(0))));
    case AggregateFn::anomaly:
      return is_far(values.back(), others_of(values), parameter(), unsure);
    case AggregateFn::spike:
      return spike(values, parameter(), unsure);
    case AggregateFn::trend:
      return trend(points, unsure);
    case AggregateFn::seasonal:
      return seasonal(points, std::get<Duration>(of.parameters.at(0)), parameter(1), unsure);
    default:
      throw std::logic_error("an aggregate that the reference matcher doesn't know");
  }
}

}  // namespace

Value window_aggregate(const rules::Aggregate& of, const std::vector<Valued>& rows, bool& unsure) {
  std::vector<Value> values;
  std::vector<Point> points;
  for (const Valued& row : rows) {
    if (is_null(row.value)) continue;
    values.push_back(row.value);
    points.push_back({row.time, 0});
  }
  switch (of.fn) {
    case AggregateFn::count:
      return static_cast<Int>(values.size());
    case AggregateFn::sum:
      return sum(values, of.type);
    case AggregateFn::collect:
      return values.size() > rules::kMaxCollected ? Value{} : make_list(element_of(of.type), values);
    default:
      break;
  }
  if (values.empty()) return {};
  switch (of.fn) {
    case AggregateFn::min:
      return *std::min_element(values.begin(), values.end(), is_less);
    case AggregateFn::max:
      return *std::max_element(values.begin(), values.end(), is_less);
    case AggregateFn::first:
      return values.front();
    case AggregateFn::last:
      return values.back();
    case AggregateFn::avg:
      return average(values, of.type);
    case AggregateFn::distinct:
    case AggregateFn::approx_distinct:
      return static_cast<Int>(counted(values).size());
    case AggregateFn::approx_top:
      return most_frequent(values, static_cast<std::size_t>(std::get<Int>(of.parameters.at(0))), of.type);
    default:
      break;
  }
  for (std::size_t i = 0; i < values.size(); ++i) points[i].value = real_of(values[i]);
  return over_reals(of, points, unsure);
}

bool is_rounded(const rules::Aggregate& of) {
  if (of.type != Type::floating) return false;
  constexpr AggregateFn kExact[] = {AggregateFn::min, AggregateFn::max, AggregateFn::first, AggregateFn::last,
                                    AggregateFn::sum, AggregateFn::avg, AggregateFn::median};
  return std::find(std::begin(kExact), std::end(kExact), of.fn) == std::end(kExact);
}

std::pair<double, double> bounds_of(const rules::Aggregate& of, const std::vector<Valued>& rows) {
  std::vector<double> values;
  for (const Valued& row : rows)
    if (!is_null(row.value)) values.push_back(static_cast<double>(real_of(row.value)));
  std::sort(values.begin(), values.end());
  const double at = static_cast<double>(values.size() - 1) * static_cast<double>(real_of(of.parameters.at(0))) / 100;
  const double low = values[static_cast<std::size_t>(std::floor(at))];
  const double high = values[static_cast<std::size_t>(std::ceil(at))];
  return {low - 0.0101 * std::abs(low), high + 0.0101 * std::abs(high)};
}

}  // namespace tocsin::oracle
