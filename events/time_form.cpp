#include "events/time_form.hpp"

#include <array>
#include <cmath>
#include <cstring>

#include "events/number.hpp"

namespace tocsin::events {
namespace {

/// Decimals of a unit that are nanoseconds.
int decimals_of(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::s:
      return 9;
    case TimeUnit::ms:
      return 6;
    case TimeUnit::us:
      return 3;
    default:
      return 0;
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The rare spelling with an exponent; a double is as near as it has to be.
TimeFault parse_with_exponent(double value, int decimals, Time& time) {
  const double ns = value * std::pow(10, decimals);
  if (ns < -9.2e18 || ns > 9.2e18) return TimeFault::off_axis;
  time.ns = static_cast<std::int64_t>(ns);
  return TimeFault::none;
}

}  // namespace

TimeFault parse_count(std::string_view text, TimeUnit unit, Time& time) {
  double value = 0;
  const NumberFault fault = parse_float(text, value);
  if (fault == NumberFault::not_a_number || unit == TimeUnit::rfc3339) return TimeFault::not_a_time;
  if (fault == NumberFault::out_of_range) return TimeFault::off_axis;
  int decimals = decimals_of(unit);
  if (text.find_first_of("eE") != std::string_view::npos) return parse_with_exponent(value, decimals, time);
  const bool negative = text[0] == '-';
  std::int64_t ns = 0;
  bool in_fraction = false;
  for (const char c : text.substr(negative ? 1 : 0)) {
    if (!is_digit(c)) {
      in_fraction = true;
      continue;
    }
    if (in_fraction && decimals-- == 0) break;
    if (__builtin_mul_overflow(ns, 10, &ns) || __builtin_sub_overflow(ns, c - '0', &ns)) return TimeFault::off_axis;
  }
  for (; decimals > 0; --decimals)
    if (__builtin_mul_overflow(ns, 10, &ns)) return TimeFault::off_axis;
  if (!negative && __builtin_sub_overflow(0, ns, &ns)) return TimeFault::off_axis;
  time.ns = ns;
  return TimeFault::none;
}

TimeFault parse_loose_time(std::string_view text, TimeUnit unit, Time& time) {
  if (unit != TimeUnit::rfc3339) {
    const TimeFault fault = parse_count(text, unit, time);
    if (fault != TimeFault::not_a_time) return fault;
  }
  const TimeFault fault = parse_rfc3339(text, time);
  std::array<char, 48> completed;
  constexpr std::string_view kMidnight = "T00:00:00Z";
  if (fault != TimeFault::not_a_time || text.size() + kMidnight.size() > completed.size()) return fault;
  const std::string_view rest = text.size() == 10 ? kMidnight : kMidnight.substr(kMidnight.size() - 1);
  std::memcpy(completed.data(), text.data(), text.size());
  std::memcpy(completed.data() + text.size(), rest.data(), rest.size());
  return parse_rfc3339({completed.data(), text.size() + rest.size()}, time);
}

}  // namespace tocsin::events
