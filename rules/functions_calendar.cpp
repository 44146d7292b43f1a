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

bool calendar_result(Function function, const Args& args, Slot& out) {
  const auto* prepared = args.ready<absl::TimeZone>();
  if (prepared == nullptr && args.count() == 2) return false;
  const absl::TimeZone zone = prepared == nullptr ? absl::UTCTimeZone() : *prepared;
  const absl::CivilSecond civil = zone.At(absl::FromUnixNanos(args.integer(0))).cs;
  switch (function) {
    case Function::hour:
      out = events::slot_of(std::int64_t{civil.hour()});
      return true;
    case Function::minute:
      out = events::slot_of(std::int64_t{civil.minute()});
      return true;
    case Function::weekday:
      out = events::slot_of(static_cast<std::int64_t>(absl::GetWeekday(civil)) + 1);
      return true;
    default:
      fmt::format_to(std::back_inserter(args.texts.make(out)), "{:04}-{:02}-{:02}", civil.year(), civil.month(),
                     civil.day());
      return true;
  }
}

}  // namespace tocsin::rules
