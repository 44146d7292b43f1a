// Numbers, times, places; and which of the files a function is in.
#include "tests/oracle/functions.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {
namespace {

using events::Duration;
using events::Value;
using rules::Function;
using rules::Op;
using Int = std::int64_t;

double number(const Value& value) {
  const Int* i = std::get_if<Int>(&value);
  return i ? static_cast<double>(*i) : std::get<double>(value);
}

Value finite(double value) { return std::isfinite(value) ? Value{value} : Value{}; }

Value whole(double value) {
  if (!(value >= -0x1p63 && value < 0x1p63)) return {};
  return static_cast<Int>(value);
}

bool less(const Value& a, const Value& b) { return compare(a, b) == std::strong_ordering::less; }

Value absolute(const Value& value) {
  if (const auto* f = std::get_if<double>(&value)) return std::fabs(*f);
  if (const auto* i = std::get_if<Int>(&value)) return *i < 0 ? arithmetic(Op::sub, Int{0}, value) : value;
  return std::get<Duration>(value).ns < 0 ? arithmetic(Op::sub, Duration{0}, value) : value;
}

/// To so many digits behind the point, halves away from zero.
Value rounded(double value, Int digits) {
  if (digits < -15 || digits > 15) return {};
  const double scale = std::pow(10.0, static_cast<double>(std::abs(digits)));
  if (digits >= 0 && !(std::fabs(value * scale) < 0x1p52)) return value;  // no decimals beyond are left to lose
  const double result = digits >= 0 ? std::round(value * scale) / scale : std::round(value / scale) * scale;
  return finite(result);
}

/// Where one is a float all are.
Value clamped(Args args) {
  const auto is_float = [](const Value& value) { return std::holds_alternative<double>(value); };
  if (std::any_of(args.begin(), args.end(), is_float))
    for (Value& arg : args) arg = number(arg);
  if (less(args[2], args[1])) return {};
  return less(args[0], args[1]) ? args[1] : less(args[2], args[0]) ? args[2] : args[0];
}

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

using Point = std::vector<Value>;
Point point_of(const Value& value) { return events::items_of(std::get<events::List>(value)); }

/// Even-odd: how many edges a ray to the east crosses. Edges are inside.
Value inside(const Value& point, const Value& polygon) {
  const Point p = point_of(point);
  std::vector<Point> corners;
  for (const Value& corner : point_of(polygon)) corners.push_back(point_of(corner));
  if (p.size() != 2 || corners.size() < 3) return {};
  for (const Point& corner : corners)
    if (corner.size() != 2) return {};
  const double lat = number(p[0]), lon = number(p[1]);
  bool odd = false;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Point& a = corners[i];
    const Point& b = corners[(i + 1) % corners.size()];
    const double north = number(b[0]) - number(a[0]), east = number(b[1]) - number(a[1]);
    const auto between = [](double x, const Value& from, const Value& to) {
      return x >= std::min(number(from), number(to)) && x <= std::max(number(from), number(to));
    };
    if (east * (lat - number(a[0])) == north * (lon - number(a[1])) && between(lat, a[0], b[0]) &&
        between(lon, a[1], b[1]))
      return true;
    if ((number(a[0]) > lat) == (number(b[0]) > lat)) continue;
    const double crossing =
        number(a[1]) + (lat - number(a[0])) / (number(b[0]) - number(a[0])) * (number(b[1]) - number(a[1]));
    if (lon < crossing) odd = !odd;
  }
  return odd;
}

}  // namespace

std::optional<Value> numeric(Function function, const Args& args) {
  switch (function) {
    case Function::abs:
      return absolute(args[0]);
    case Function::floor:
    case Function::ceil:
    case Function::round:
      if (args.size() == 2) return rounded(number(args[0]), std::get<Int>(args[1]));
      if (std::holds_alternative<Int>(args[0])) return args[0];
      return whole(function == Function::floor  ? std::floor(number(args[0]))
                   : function == Function::ceil ? std::ceil(number(args[0]))
                                                : std::round(number(args[0])));
    case Function::sqrt:
      return finite(std::sqrt(number(args[0])));
    case Function::pow:
      return finite(std::pow(number(args[0]), number(args[1])));
    case Function::exp:
      return finite(std::exp(number(args[0])));
    case Function::ln:
      return finite(std::log(number(args[0])));
    case Function::log10:
      return finite(std::log10(number(args[0])));
    case Function::clamp:
      return clamped(args);
    default:
      return std::nullopt;
  }
}

std::optional<Value> temporal(Function function, const Args& args) {
  if (function < Function::hour || function > Function::date) return std::nullopt;
  const std::chrono::sys_time<std::chrono::nanoseconds> time{
      std::chrono::nanoseconds{std::get<events::Time>(args[0]).ns}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const Int seconds = std::chrono::floor<std::chrono::seconds>(time - day).count();
  if (function == Function::hour) return seconds / 3600;
  if (function == Function::minute) return seconds / 60 % 60;
  if (function == Function::weekday) return Int{std::chrono::weekday(day).iso_encoding()};
  const std::chrono::year_month_day date(day);
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(static_cast<int>(date.year())) + "-" + two(static_cast<unsigned>(date.month())) + "-" +
         two(static_cast<unsigned>(date.day()));
}

std::optional<Value> spatial(Function function, const Args& args) {
  if (function == Function::inside) return inside(args[0], args[1]);
  if (function != Function::distance) return std::nullopt;
  const double lat1 = number(args[0]), lon1 = number(args[1]), lat2 = number(args[2]), lon2 = number(args[3]);
  if (std::fabs(lat1) > 90 || std::fabs(lat2) > 90 || std::fabs(lon1) > 360 || std::fabs(lon2) > 360) return Value{};
  const double across = std::sin(radians(lat2 - lat1) / 2);
  const double along = std::sin(radians(lon2 - lon1) / 2);
  const double h = across * across + std::cos(radians(lat1)) * std::cos(radians(lat2)) * along * along;
  return finite(2 * 6'371'008.8 * std::asin(std::sqrt(std::min(1.0, h))));
}

Value call(Function function, const Args& args) {
  for (const Value& arg : args)
    if (is_null(arg)) {
      const bool is_operator = function >= Function::like;
      return is_operator ? Value{false} : Value{};
    }
  for (const auto& field : {numeric, temporal, spatial, textual, network})
    if (const std::optional<Value> value = field(function, args)) return *value;
  throw std::logic_error("a function that the reference doesn't know");
}

}  // namespace tocsin::oracle
