#include "tests/oracle/window_spans.hpp"

#include <stdexcept>

namespace tocsin::oracle {
namespace {

using events::Duration;
using events::Time;
using rules::WindowPlan;
using Int = std::int64_t;

constexpr Int kHour = 3'600'000'000'000;
constexpr Int kDay = 24 * kHour;

/// Days since 1970-01-01 of a date of the Gregorian calendar.
Int day_of(Int year, Int month, Int day) {
  constexpr Int kBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const auto is_leap = [](Int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  const auto leap_years_up_to = [](Int y) { return y / 4 - y / 100 + y / 400; };
  const Int days = 365 * (year - 1970) + leap_years_up_to(year - 1) - leap_years_up_to(1969);
  return days + kBefore[month - 1] + (month > 2 && is_leap(year) ? 1 : 0) + day - 1;
}

/// 0: Sunday. 1970-01-01 was a Thursday.
Int weekday(Int day) { return (day + 4) % 7; }

/// When summer time begins and ends in the year, in UTC.
Interval summer(const std::string& zone, Int year) {
  if (zone == "Europe/Berlin") {  // last Sundays of March and October, 01:00 UTC
    const Int march = day_of(year, 3, 31), october = day_of(year, 10, 31);
    return {{(march - weekday(march)) * kDay + kHour}, {(october - weekday(october)) * kDay + kHour}};
  }
  if (zone == "America/New_York") {  // second Sunday of March, first of November, 02:00 there
    const Int march = day_of(year, 3, 1), november = day_of(year, 11, 1);
    return {{(march + (7 - weekday(march)) % 7 + 7) * kDay + 7 * kHour},
            {(november + (7 - weekday(november)) % 7) * kDay + 6 * kHour}};
  }
  throw std::logic_error("a time zone that the reference doesn't know");
}

Int offset(const std::string& zone, Time time) {
  const Int winter = zone == "Europe/Berlin" ? kHour : -5 * kHour;
  const Int year = 1970 + time.ns / (kDay * 365 + kDay / 4);
  for (Int y = year - 1; y <= year + 1; ++y) {
    const Interval in = summer(zone, y);
    if (in.start <= time && time < in.end) return winter + kHour;
  }
  return winter;
}

/// When day number `day` begins in the zone: none of them begins while clocks change.
Time midnight(const std::string& zone, Int day) {
  const Int guess = day * kDay;
  for (const Int away : {-6 * kHour, -5 * kHour, -4 * kHour, kHour, 2 * kHour}) {
    const Time time{guess - away};
    if (offset(zone, time) == away) return time;
  }
  throw std::logic_error("a day without a midnight");
}

Interval calendar_window(const WindowPlan& window, Int number) {
  const Int days = window.size.ns / kDay;
  return {midnight(window.zone, number * days), midnight(window.zone, (number + 1) * days)};
}

Interval calendar_window_at(const WindowPlan& window, Time time) {
  const Int day = floor_div(time.ns + offset(window.zone, time), kDay);
  return calendar_window(window, floor_div(day, window.size.ns / kDay));
}

/// Size and step of windows that lie at multiples of the step.
std::pair<Int, Int> measures(const WindowPlan& window, std::size_t grain) {
  if (!window.grains.empty()) return {window.grains[grain].ns, window.grains[grain].ns};
  if (window.kind == WindowPlan::Kind::tumbling) return {window.size.ns, window.size.ns};
  return {window.size.ns, window.every.ns};
}

}  // namespace

Int floor_div(Int value, Int by) { return value / by - (value % by < 0 ? 1 : 0); }

bool is_aligned(const WindowPlan& window) {
  return window.kind == WindowPlan::Kind::tumbling || window.kind == WindowPlan::Kind::sliding;
}

std::size_t grains_of(const WindowPlan& window) { return window.grains.empty() ? 1 : window.grains.size(); }

std::vector<Interval> windows_around(const WindowPlan& window, std::size_t grain, Time time) {
  if (!window.zone.empty()) return {calendar_window_at(window, time)};
  const auto [size, step] = measures(window, grain);
  std::vector<Interval> found;
  for (Int k = floor_div(time.ns - size, step) + 1; k * step <= time.ns; ++k)
    found.push_back({{k * step}, {k * step + size}});
  return found;
}

Interval window_ending_after(const WindowPlan& window, std::size_t grain, Time time) {
  if (!window.zone.empty()) return calendar_window_at(window, time);
  const auto [size, step] = measures(window, grain);
  const Int k = floor_div(time.ns - size, step) + 1;
  return {{k * step}, {k * step + size}};
}

}  // namespace tocsin::oracle
