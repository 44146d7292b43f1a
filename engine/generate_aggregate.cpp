// Aggregates over a list of values, as the language reference has them, one formula each.
#include <algorithm>
#include <cmath>
#include <map>

#include "engine/generate_window.hpp"
#include "engine/generate_world.hpp"
#include "rules/operation.hpp"

namespace tocsin::engine {

namespace {

using events::Value;
using rules::AggregateFn;

rules::Expr constant(events::Type type, Value value) {
  rules::Expr expr;
  expr.op = rules::Op::constant;
  expr.type = type;
  expr.value = std::move(value);
  return expr;
}

/// `left op right` by the house's own operators.
Value applied(rules::Op op, events::Type type, Value left, Value right) {
  rules::Expr node;
  node.op = op;
  node.type = type;
  const events::Type of_left = events::type_of(left);
  const events::Type of_right = events::type_of(right);
  node.args = {constant(of_left, std::move(left)), constant(of_right, std::move(right))};
  return rules::value_of_constants(node);
}

struct Numbers {
  std::vector<double> x;
  std::vector<double> t;  ///< seconds after the first
  double mean = 0;
  double deviation = 0;  ///< of the population

  explicit Numbers(const std::vector<RowValue>& rows) {
    for (const RowValue& row : rows) {
      x.push_back(as_number(row.value));
      t.push_back(static_cast<double>((row.time - rows.front().time).ns) / 1e9);
    }
    measure(x.size());
  }
  /// Mean and deviation of the first `n`.
  void measure(std::size_t n) {
    double squares = 0;
    mean = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double delta = x[i] - mean;
      mean += delta / static_cast<double>(i + 1);
      squares += delta * (x[i] - mean);
    }
    deviation = n == 0 ? 0 : std::sqrt(squares / static_cast<double>(n));
  }
};

/// Between ranks (type 7).
double percentile(std::vector<double> x, double p) {
  std::sort(x.begin(), x.end());
  const double rank = p / 100 * static_cast<double>(x.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(rank));
  const std::size_t above = std::min(below + 1, x.size() - 1);
  return x[below] + (rank - std::floor(rank)) * (x[above] - x[below]);
}

struct Line {
  double tt = 0, tx = 0, xx = 0;
};
Line line_of(const Numbers& numbers) {
  const auto n = static_cast<double>(numbers.x.size());
  double mean_t = 0;
  for (const double t : numbers.t) mean_t += t / n;
  Line line;
  for (std::size_t i = 0; i < numbers.x.size(); ++i) {
    const double t = numbers.t[i] - mean_t;
    const double x = numbers.x[i] - numbers.mean;
    line.tt += t * t;
    line.tx += t * x;
    line.xx += x * x;
  }
  return line;
}

Value trend(const Numbers& numbers) {
  const std::size_t n = numbers.x.size();
  if (n < 3) return {};
  const Line line = line_of(numbers);
  const double within = 4 * (line.tt * line.xx - line.tx * line.tx);
  if (line.tx == 0 || line.tx * line.tx * static_cast<double>(n - 2) <= within) return std::string("steady");
  return std::string(line.tx > 0 ? "rising" : "falling");
}

double parameter(const rules::Aggregate& aggregate, std::size_t index) {
  return index < aggregate.parameters.size() ? as_number(aggregate.parameters[index]) : 0;
}

/// The newest against the others.
Value against_others(const rules::Aggregate& aggregate, Numbers numbers) {
  if (numbers.x.size() < 4) return {};
  const double newest = numbers.x.back();
  numbers.measure(numbers.x.size() - 1);
  const double off = newest - numbers.mean;
  if (aggregate.fn == AggregateFn::zscore) return numbers.deviation == 0 ? Value{} : Value{off / numbers.deviation};
  if (aggregate.fn == AggregateFn::spike) return std::abs(off) > parameter(aggregate, 0) * std::abs(numbers.mean);
  return numbers.deviation == 0 ? off != 0 : std::abs(off) > parameter(aggregate, 0) * numbers.deviation;
}

Value seasonal(const rules::Aggregate& aggregate, const Numbers& numbers) {
  if (numbers.x.empty()) return {};
  const double period = parameter(aggregate, 0);
  const double now = numbers.t.back();
  std::vector<RowValue> same;
  for (double m = 1; now - m * period >= 0; ++m)
    for (std::size_t i = numbers.x.size(); i-- > 0;)
      if (numbers.t[i] <= now - m * period && numbers.t[i] > now - (m + 1) * period) {
        same.push_back({numbers.x[i], {}});
        break;
      }
  if (same.size() < 3) return {};
  const Numbers before(same);
  return std::abs(numbers.x.back() - before.mean) > parameter(aggregate, 1) * before.deviation;
}

Value autocorrelation(const Numbers& numbers, std::size_t lag) {
  const std::size_t n = numbers.x.size();
  if (n < lag + 2) return {};
  double above = 0, below = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = numbers.x[i] - numbers.mean;
    below += x * x;
    if (i + lag < n) above += x * (numbers.x[i + lag] - numbers.mean);
  }
  return below == 0 ? Value{} : Value{above / below};
}

Value most_frequent(const rules::Aggregate& aggregate, const std::vector<RowValue>& rows) {
  std::map<Value, std::size_t> counts;
  for (const RowValue& row : rows) ++counts[row.value];
  std::vector<std::pair<std::size_t, Value>> order;
  for (const auto& [value, count] : counts) order.emplace_back(count, value);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Value> top;
  for (const auto& [count, value] : order)
    if (static_cast<double>(top.size()) < parameter(aggregate, 0)) top.push_back(value);
  return events::make_list(events::element_of(aggregate.type), top);
}

/// A number of the result's type.
Value typed(double number, events::Type type) {
  if (type == events::Type::duration) return events::Duration{std::llround(number * 1e9)};
  return number;
}

}  // namespace

Value plain_aggregate(AggregateFn fn, events::Type type, std::vector<Value> given) {
  const auto count = static_cast<std::int64_t>(given.size());
  switch (fn) {
    case AggregateFn::count:
      return count;
    case AggregateFn::distinct:
      std::sort(given.begin(), given.end());
      return static_cast<std::int64_t>(std::unique(given.begin(), given.end()) - given.begin());
    case AggregateFn::collect:
      if (given.size() > rules::kMaxCollected) return {};
      return events::make_list(events::element_of(type), given);
    case AggregateFn::min:
      return given.empty() ? Value{} : *std::min_element(given.begin(), given.end());
    case AggregateFn::max:
      return given.empty() ? Value{} : *std::max_element(given.begin(), given.end());
    case AggregateFn::stddev: {
      std::vector<RowValue> rows;
      for (Value& value : given) rows.push_back({std::move(value), {}});
      return rows.empty() ? Value{} : Value{Numbers(rows).deviation};
    }
    default:
      break;
  }
  if (given.empty())
    return fn == AggregateFn::sum
               ? converted(type == events::Type::duration ? Value{events::Duration{0}} : Value{std::int64_t{0}}, type)
               : Value{};
  const events::Type of_values = events::type_of(given.front());
  Value sum = given.front();
  for (std::size_t i = 1; i < given.size() && !events::is_null(sum); ++i)
    sum = applied(rules::Op::add, of_values, std::move(sum), given[i]);
  if (fn == AggregateFn::sum || events::is_null(sum)) return sum;
  return applied(rules::Op::div, type, std::move(sum), count);
}

Value window_aggregate(const rules::Aggregate& aggregate, const std::vector<RowValue>& rows) {
  if (aggregate.argument.empty()) return static_cast<std::int64_t>(rows.size());
  std::vector<RowValue> given;
  for (const RowValue& row : rows)
    if (!events::is_null(row.value)) given.push_back(row);
  std::vector<Value> values;
  for (const RowValue& row : given) values.push_back(row.value);
  switch (aggregate.fn) {
    case AggregateFn::count:
    case AggregateFn::sum:
    case AggregateFn::avg:
    case AggregateFn::min:
    case AggregateFn::max:
    case AggregateFn::stddev:
    case AggregateFn::collect:
      return plain_aggregate(aggregate.fn, aggregate.type, std::move(values));
    default:
      break;
  }
  if (given.empty())
    return aggregate.fn == AggregateFn::approx_top
               ? events::make_list(events::element_of(aggregate.type), std::vector<Value>{})
               : Value{};
  if (aggregate.fn == AggregateFn::first) return values.front();
  if (aggregate.fn == AggregateFn::last) return values.back();
  if (aggregate.fn == AggregateFn::distinct || aggregate.fn == AggregateFn::approx_distinct)
    return plain_aggregate(AggregateFn::distinct, aggregate.type, std::move(values));
  if (aggregate.fn == AggregateFn::approx_top) return most_frequent(aggregate, given);
  const Numbers numbers(given);
  switch (aggregate.fn) {
    case AggregateFn::variance:
      return numbers.deviation * numbers.deviation;
    case AggregateFn::median:
      return typed(percentile(numbers.x, 50), aggregate.type);
    case AggregateFn::percentile:
    case AggregateFn::approx_percentile:
      return typed(percentile(numbers.x, parameter(aggregate, 0)), aggregate.type);
    case AggregateFn::slope: {
      const Line line = line_of(numbers);
      return line.tt == 0 ? Value{} : Value{line.tx / line.tt};
    }
    case AggregateFn::ewma: {
      double s = numbers.x.front();
      for (const double x : numbers.x) s = parameter(aggregate, 0) * x + (1 - parameter(aggregate, 0)) * s;
      return s;
    }
    case AggregateFn::mad: {
      const double median = percentile(numbers.x, 50);
      std::vector<double> off;
      for (const double x : numbers.x) off.push_back(std::abs(x - median));
      return percentile(std::move(off), 50);
    }
    case AggregateFn::autocorrelation:
      return autocorrelation(numbers, static_cast<std::size_t>(parameter(aggregate, 0)));
    case AggregateFn::trend:
      return trend(numbers);
    case AggregateFn::seasonal:
      return seasonal(aggregate, numbers);
    default:
      return against_others(aggregate, numbers);
  }
}

}  // namespace tocsin::engine
