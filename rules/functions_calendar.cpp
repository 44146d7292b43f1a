// The calendar: a time as a place's clocks and calendars show it. Zones are those of the time zone database (tzdata),
// read by absl; those that depend on the machine or name a file are none.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "rules/functions_parts.hpp"

namespace tocsin::rules {

bool load_zone(std::string_view name, absl::TimeZone& zone) {
  if (name.empty() || name == "UTC") {
    zone = absl::UTCTimeZone();
    return true;
  }
  const auto of_a_name = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '+' || c == '/';
  };
  if (name.front() == '/' || name == "localtime" || !std::all_of(name.begin(), name.end(), of_a_name)) return false;
  return absl::LoadTimeZone(std::string(name), &zone);
}

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;  // seconds

/// The seconds since 1970-01-01T00:00 that the place's clocks show, as if it were UTC.
std::int64_t local_seconds(std::int64_t ns, const absl::TimeZone* zone) {
  const std::int64_t seconds = ns / kSecond - (ns % kSecond < 0 ? 1 : 0);
  return zone == nullptr ? seconds : seconds + zone->At(absl::FromUnixSeconds(seconds)).offset;
}

std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return (a % b + b) % b; }

}  // namespace

bool calendar_result(Function function, const Args& args, Slot& out) {
  const auto* zone = args.ready<absl::TimeZone>();
  if (zone == nullptr && args.count() == 2) return false;
  const std::int64_t seconds = local_seconds(args.integer(0), zone);
  const std::int64_t of_day = floor_mod(seconds, kDay);
  const std::int64_t day = (seconds - of_day) / kDay;
  switch (function) {
    case Function::hour:
      out = events::slot_of(of_day / 3600);
      return true;
    case Function::minute:
      out = events::slot_of(of_day / 60 % 60);
      return true;
    case Function::weekday:  // day 0 was a Thursday
      out = events::slot_of(floor_mod(day + 3, 7) + 1);
      return true;
    default: {
      const absl::CivilDay civil = absl::CivilDay(1970, 1, 1) + day;
      fmt::format_to(std::back_inserter(args.texts.make(out)), "{:04}-{:02}-{:02}", civil.year(), civil.month(),
                     civil.day());
      return true;
    }
  }
}

}  // namespace tocsin::rules
