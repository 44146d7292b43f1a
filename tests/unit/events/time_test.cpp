// RFC 3339 and durations: text → point or span → text, edges of the calendar and of the axis.
#include "events/time.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

namespace tocsin::events {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

struct TimeCase {
  std::string text;
  std::optional<std::int64_t> ns;
};

TEST(Time, Parses) {
  const std::vector<TimeCase> cases = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01t00:00:00z", 0},
      {"1970-01-01 00:00:00Z", 0},
      {"1970-01-01T00:00:00-00:00", 0},
      {"1970-01-01T00:00:00+00:00", 0},
      {"1970-01-01T01:30:00+01:30", 0},
      {"1969-12-31T00:01:00-23:59", 0},
      {"1970-01-02T00:00:00+23:59", 60 * kSecondNs},
      {"1969-12-31T23:59:59Z", -kSecondNs},
      {"1969-12-31T23:59:59.999999999Z", -1},
      {"1970-01-01T00:00:00.1Z", 100'000'000},
      {"1970-01-01T00:00:00.12Z", 120'000'000},
      {"1970-01-01T00:00:00.123Z", 123'000'000},
      {"1970-01-01T00:00:00.1234Z", 123'400'000},
      {"1970-01-01T00:00:00.12345Z", 123'450'000},
      {"1970-01-01T00:00:00.123456Z", 123'456'000},
      {"1970-01-01T00:00:00.1234567Z", 123'456'700},
      {"1970-01-01T00:00:00.12345678Z", 123'456'780},
      {"1970-01-01T00:00:00.123456789Z", 123'456'789},
      {"1970-01-01T00:00:00.000000001+00:00", 1},
      {"1970-01-01T00:00:00.1234567891Z", std::nullopt},
      {"1970-01-01T00:00:00.Z", std::nullopt},
      {"2000-02-29T12:00:00Z", 951'825'600 * kSecondNs},
      {"2024-02-29T00:00:00Z", 1'709'164'800 * kSecondNs},
      {"2024-02-30T00:00:00Z", std::nullopt},
      {"2023-02-29T00:00:00Z", std::nullopt},
      {"1900-02-29T00:00:00Z", std::nullopt},
      {"2100-02-29T00:00:00Z", std::nullopt},
      {"2024-04-30T00:00:00Z", 1'714'435'200 * kSecondNs},
      {"2024-04-31T00:00:00Z", std::nullopt},
      {"2024-00-10T00:00:00Z", std::nullopt},
      {"2024-13-10T00:00:00Z", std::nullopt},
      {"2024-01-00T00:00:00Z", std::nullopt},
      {"2024-01-32T00:00:00Z", std::nullopt},
      {"2024-01-01T24:00:00Z", std::nullopt},
      {"2024-01-01T23:60:00Z", std::nullopt},
      {"2024-01-01T23:59:61Z", std::nullopt},
      {"2016-12-31T23:59:60Z", 1'483'228'800 * kSecondNs},
      {"2016-12-31T23:59:60.5Z", 1'483'228'800 * kSecondNs},
      {"1990-12-31T15:59:60-08:00", 662'688'000 * kSecondNs},
      {"1677-09-21T00:12:43.145224192Z", std::numeric_limits<std::int64_t>::min()},
      {"1677-09-21T00:12:43.145224191Z", std::nullopt},
      {"1677-09-21T00:12:42Z", std::nullopt},
      {"2262-04-11T23:47:16.854775807Z", std::numeric_limits<std::int64_t>::max()},
      {"2262-04-11T23:47:16.854775808Z", std::nullopt},
      {"2262-04-11T23:47:17Z", std::nullopt},
      {"2262-04-12T00:47:16+01:00", 9'223'372'036 * kSecondNs},
      {"0000-01-01T00:00:00Z", std::nullopt},
      {"9999-12-31T23:59:59Z", std::nullopt},
      {"", std::nullopt},
      {"2024-01-01", std::nullopt},
      {"2024-01-01T00:00:00", std::nullopt},
      {"2024-01-01T00:00Z", std::nullopt},
      {"2024-01-01T00:00:00ZZ", std::nullopt},
      {"2024-01-01T00:00:00 Z", std::nullopt},
      {" 2024-01-01T00:00:00Z", std::nullopt},
      {"2024-01-01T00:00:00+1:00", std::nullopt},
      {"2024-01-01T00:00:00+0100", std::nullopt},
      {"2024-01-01T00:00:00+01:0", std::nullopt},
      {"2024-01-01T00:00:00+24:00", std::nullopt},
      {"2024-01-01T00:00:00+01:60", std::nullopt},
      {"2024-01-01T00:00:00x01:00", std::nullopt},
      {"2024-1-01T00:00:00.00Z", std::nullopt},
      {"2024/01/01T00:00:00Z", std::nullopt},
      {"2024-01-01_00:00:00Z", std::nullopt},
      {"2024-01-01T00-00-00Z", std::nullopt},
      {"+024-01-01T00:00:00Z", std::nullopt},
      {"2024-01-0aT00:00:00Z", std::nullopt},
      {"2024-01-01T00:00:0/Z", std::nullopt},
      {"2024-01-01T00:00:00,5Z", std::nullopt},
  };
  for (const TimeCase& c : cases) {
    const std::optional<Time> got = parse_rfc3339(c.text);
    ASSERT_EQ(got.has_value(), c.ns.has_value()) << c.text;
    if (got) {
      EXPECT_EQ(got->ns, *c.ns) << c.text;
    }
  }
}

TEST(Time, Formats) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "1970-01-01T00:00:00Z"},
      {-1, "1969-12-31T23:59:59.999999999Z"},
      {1'000'000, "1970-01-01T00:00:00.001Z"},
      {1'000, "1970-01-01T00:00:00.000001Z"},
      {1, "1970-01-01T00:00:00.000000001Z"},
      {100'000'000, "1970-01-01T00:00:00.100Z"},
      {1'709'164'800 * kSecondNs, "2024-02-29T00:00:00Z"},
      {std::numeric_limits<std::int64_t>::min(), "1677-09-21T00:12:43.145224192Z"},
      {std::numeric_limits<std::int64_t>::max(), "2262-04-11T23:47:16.854775807Z"},
  };
  for (const auto& [ns, text] : cases) EXPECT_EQ(format_rfc3339(Time{ns}), text) << ns;
}

// Every day of the axis agrees with the C library's calendar and reads back.
TEST(Time, AgreesWithTheLibraryOnEveryDay) {
  for (std::int64_t day = -106'750; day <= 106'750; ++day) {
    const std::time_t seconds = day * 86'400 + 3'661;
    std::tm parts{};
    ASSERT_NE(gmtime_r(&seconds, &parts), nullptr);
    char text[32];
    ASSERT_GT(std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts), 0U);
    const Time time{seconds * kSecondNs};
    ASSERT_EQ(format_rfc3339(time), text) << day;
    ASSERT_EQ(parse_rfc3339(text), time) << text;
  }
}

TEST(Duration, Parses) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases = {
      {"0s", 0},
      {"0ns", 0},
      {"-5s", -5 * kSecondNs},
      {"1h30m", 5400 * kSecondNs},
      {"250ms", 250'000'000},
      {"1d2h3m4s5ms6us7ns", 93'784'005'006'007},
      {"007s", 7 * kSecondNs},
      {"106751d23h47m16s854ms775us807ns", std::numeric_limits<std::int64_t>::max()},
      {"106751d23h47m16s854ms775us808ns", std::nullopt},
      {"-106751d23h47m16s854ms775us808ns", std::numeric_limits<std::int64_t>::min()},
      {"-106751d23h47m16s854ms775us809ns", std::nullopt},
      {"9223372036854775807ns", std::numeric_limits<std::int64_t>::max()},
      {"18446744073709551616ns", std::nullopt},
      {"", std::nullopt},
      {"-", std::nullopt},
      {"5", std::nullopt},
      {"s", std::nullopt},
      {"5 s", std::nullopt},
      {"1m1h", std::nullopt},
      {"1s1s", std::nullopt},
      {"1.5s", std::nullopt},
      {"+5s", std::nullopt},
      {"--5s", std::nullopt},
      {"5S", std::nullopt},
      {"5sec", std::nullopt},
      {"1h-5m", std::nullopt},
  };
  for (const auto& [text, ns] : cases) {
    const std::optional<Duration> got = parse_duration(text);
    ASSERT_EQ(got.has_value(), ns.has_value()) << text;
    if (got) {
      EXPECT_EQ(got->ns, *ns) << text;
    }
  }
}

TEST(Duration, FormatsAndReadsBack) {
  const std::vector<std::pair<std::int64_t, std::string>> cases = {
      {0, "0s"},
      {5400 * kSecondNs, "1h30m"},
      {-5 * kSecondNs, "-5s"},
      {250'000'000, "250ms"},
      {86'400 * kSecondNs + 1, "1d1ns"},
      {std::numeric_limits<std::int64_t>::max(), "106751d23h47m16s854ms775us807ns"},
      {std::numeric_limits<std::int64_t>::min(), "-106751d23h47m16s854ms775us808ns"},
  };
  for (const auto& [ns, text] : cases) {
    EXPECT_EQ(format_duration(Duration{ns}), text);
    EXPECT_EQ(parse_duration(text), Duration{ns}) << text;
  }
}

}  // namespace
}  // namespace tocsin::events
