#include "matcher/alignment.hpp"

#include <numeric>

#include <absl/time/civil_time.h>

#include "events/assert.hpp"

namespace tocsin::matcher {

using events::Time;

namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

absl::CivilDay day_number(std::int64_t number) { return absl::CivilDay(1970, 1, 1) + number; }

Time begin_of(absl::CivilDay day, const absl::TimeZone& zone) {
  return {absl::ToUnixNanos(absl::FromCivil(absl::CivilSecond(day), zone))};
}

}  // namespace

Alignment Alignment::of(events::Duration size, events::Duration every) {
  TOCSIN_ASSERT(size.ns > 0 && every.ns > 0);
  Alignment made;
  made.size = size;
  made.every = every;
  made.pane_ = std::gcd(size.ns, every.ns);
  return made;
}

Alignment Alignment::of_days(std::int64_t days, const std::string& zone) {
  Alignment made;
  made.days_ = days;
  made.size = made.every = {days * 86'400'000'000'000};
  TOCSIN_ASSERT(days > 0 && absl::LoadTimeZone(zone, &made.zone_));
  return made;
}

Time Alignment::pane_of(Time time) const {
  if (days_ == 0) return {floor_div(time.ns, pane_) * pane_};
  const std::int64_t day = absl::ToCivilDay(absl::FromUnixNanos(time.ns), zone_) - day_number(0);
  return begin_of(day_number(floor_div(day, days_) * days_), zone_);
}

Time Alignment::pane_end(Time pane) const { return days_ == 0 ? pane + events::Duration{pane_} : next_end(pane); }

Time Alignment::first_end_after(Time time) const {
  if (days_ != 0) return next_end(pane_of(time));
  return {(floor_div(time.ns - size.ns, every.ns) + 1) * every.ns + size.ns};
}

/// Of a calendar ends are starts of the next.
Time Alignment::next_end(Time end) const {
  if (days_ == 0) return end + every;
  return begin_of(absl::ToCivilDay(absl::FromUnixNanos(end.ns), zone_) + days_, zone_);
}

Time Alignment::start_of(Time end) const { return days_ == 0 ? end - size : pane_of(end - events::Duration{1}); }

Time Alignment::last_end_of(Time pane) const {
  if (days_ != 0) return next_end(pane);
  return {floor_div(pane.ns, every.ns) * every.ns + size.ns};
}

}  // namespace tocsin::matcher
