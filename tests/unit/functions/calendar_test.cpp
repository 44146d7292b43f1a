// The calendar: leap days, before 1970, gaps and folds of daylight saving time, zones with half hours.
#include <limits>

#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using enum Function;

Value at(std::string_view rfc3339) { return *events::parse_rfc3339(rfc3339); }
const Value kEarliest = events::kEarliest;
const Value kLatest = events::kLatest;

TEST(Calendar, Utc) {
  expect({
      {hour, {at("2024-01-31T13:45:59.999Z")}, 13_i},
      {minute, {at("2024-01-31T13:45:59.999Z")}, 45_i},
      {weekday, {at("2024-01-01T00:00:00Z")}, 1_i},
      {weekday, {at("2023-12-31T23:59:59.999999999Z")}, 7_i},
      {date, {at("2024-01-31T23:59:59Z")}, text("2024-01-31")},
      {date, {at("2024-02-29T12:00:00Z")}, text("2024-02-29")},
      {date, {at("2023-02-28T23:59:59Z")}, text("2023-02-28")},
      {date, {at("2100-03-01T00:00:00Z")}, text("2100-03-01")},
      {hour, {at("1969-12-31T23:59:59.5Z")}, 23_i},
      {date, {at("1969-12-31T23:59:59.5Z")}, text("1969-12-31")},
      {weekday, {at("1969-12-31T23:59:59.5Z")}, 3_i},
      {date, {kEarliest}, text("1677-09-21")},
      {hour, {kEarliest}, 0_i},
      {date, {kLatest}, text("2262-04-11")},
      {minute, {kLatest}, 47_i},
      {hour, {kNull}, kNull},
      {date, {kNull}, kNull},
  });
}

TEST(Calendar, Zones) {
  expect({
      {hour, {at("2024-01-31T13:45:00Z"), text("Europe/Berlin")}, 14_i},
      {hour, {at("2024-07-31T13:45:00Z"), text("Europe/Berlin")}, 15_i},
      // the hour that is left out: 01:59:59 is followed by 03:00:00
      {hour, {at("2024-03-31T00:59:59Z"), text("Europe/Berlin")}, 1_i},
      {hour, {at("2024-03-31T01:00:00Z"), text("Europe/Berlin")}, 3_i},
      // the hour that comes twice
      {hour, {at("2024-10-27T00:30:00Z"), text("Europe/Berlin")}, 2_i},
      {hour, {at("2024-10-27T01:30:00Z"), text("Europe/Berlin")}, 2_i},
      {hour, {at("2024-10-27T02:30:00Z"), text("Europe/Berlin")}, 3_i},
      // half hours and quarters
      {hour, {at("2024-01-01T00:00:00Z"), text("Asia/Kolkata")}, 5_i},
      {minute, {at("2024-01-01T00:00:00Z"), text("Asia/Kolkata")}, 30_i},
      {minute, {at("2024-01-01T00:00:00Z"), text("Asia/Kathmandu")}, 45_i},
      {minute, {at("2024-07-01T00:00:00Z"), text("Australia/Lord_Howe")}, 30_i},
      {minute, {at("2024-01-01T00:00:00Z"), text("Australia/Lord_Howe")}, 0_i},
      // another day, another year
      {date, {at("2024-12-31T23:30:00Z"), text("Europe/Berlin")}, text("2025-01-01")},
      {date, {at("2024-01-01T02:00:00Z"), text("America/New_York")}, text("2023-12-31")},
      {weekday, {at("2024-01-01T02:00:00Z"), text("America/New_York")}, 7_i},
      {date, {at("2011-12-30T12:00:00Z"), text("Pacific/Apia")}, text("2011-12-31")},  // a day that Samoa left out
      {hour, {at("2024-01-01T00:00:00Z"), text("UTC")}, 0_i},
      {hour, {at("2024-01-01T00:00:00Z"), text("Etc/GMT+5")}, 19_i},
      {hour, {at("2024-01-01T00:00:00Z"), text("Asia/Tokyo")}, 9_i},
      {hour, {kNull, text("Asia/Tokyo")}, kNull},
      // the set's zone, and one of its own
      {hour, {at("2024-01-01T00:00:00Z")}, 9_i, "Asia/Tokyo"},
      {hour, {at("2024-01-01T00:00:00Z"), text("UTC")}, 0_i, "Asia/Tokyo"},
      {date, {at("2024-01-01T20:00:00Z")}, text("2024-01-02"), "Asia/Tokyo"},
  });
}

TEST(Calendar, NoZones) {
  for (const std::string_view name : {"Europe/Berln", "localtime", "/etc/passwd", "/usr/share/zoneinfo/UTC", "../UTC",
                                      "libc:localtime", "Europe", "file:x", "Europe/Berlin ", "CEST+1 "}) {
    const Call call{hour, {at("2024-01-01T00:00:00Z"), text(name)}, kNull};
    expect({call});
    const std::optional<BadConstant> bad = bad_constant(expr_of(call));
    ASSERT_TRUE(bad) << name;
    EXPECT_EQ(bad->message, "there is no time zone `" + std::string(name) + "`; zones are called like `Europe/Berlin`");
    EXPECT_FALSE(is_zone(name)) << name;
  }
  for (const std::string_view name : {"", "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"})
    EXPECT_TRUE(is_zone(name)) << name;
  Expr expr = expr_of({hour, {at("2024-01-01T00:00:00Z"), text("UTC")}, {}});
  expr.args[1].op = Op::field;
  EXPECT_EQ(bad_constant(expr)->message, "the time zone must be a constant");
}

}  // namespace
}  // namespace tocsin::rules::testing
