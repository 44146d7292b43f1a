// Times as inputs other than CloudEvents write them.
#include "events/time_form.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::events {
namespace {

constexpr TimeUnit kText = TimeUnit::rfc3339;

std::string read(std::string_view text, TimeUnit unit) {
  Time time;
  switch (parse_loose_time(text, unit, time)) {
    case TimeFault::none:
      return format_rfc3339(time);
    case TimeFault::off_axis:
      return "off axis";
    default:
      return "no time";
  }
}

TEST(LooseTime, Forms) {
  const struct {
    std::string text;
    TimeUnit unit;
    std::string want;
  } cases[] = {
      {"2024-01-02T03:04:05Z", kText, "2024-01-02T03:04:05Z"},
      {"2024-01-02T03:04:05+01:00", kText, "2024-01-02T02:04:05Z"},
      {"2024-01-02 03:04:05", kText, "2024-01-02T03:04:05Z"},
      {"2024-01-02T03:04:05.25", kText, "2024-01-02T03:04:05.250Z"},
      {"2024-01-02", kText, "2024-01-02T00:00:00Z"},
      {"2024-01-02", TimeUnit::ms, "2024-01-02T00:00:00Z"},
      {"2024-02-30", kText, "no time"},
      {"02/01/2024", kText, "no time"},
      {"1700000000", kText, "no time"},
      {"", kText, "no time"},
      {"1700000000", TimeUnit::s, "2023-11-14T22:13:20Z"},
      {"1700000000.25", TimeUnit::s, "2023-11-14T22:13:20.250Z"},
      {"1700000000.1234567899", TimeUnit::s, "2023-11-14T22:13:20.123456789Z"},
      {"1700000000123", TimeUnit::ms, "2023-11-14T22:13:20.123Z"},
      {"1700000000123.5", TimeUnit::ms, "2023-11-14T22:13:20.123500Z"},
      {"1700000000123456", TimeUnit::us, "2023-11-14T22:13:20.123456Z"},
      {"1700000000123456789", TimeUnit::ns, "2023-11-14T22:13:20.123456789Z"},
      {"1700000000123456789.9", TimeUnit::ns, "2023-11-14T22:13:20.123456789Z"},
      {"-1.5", TimeUnit::s, "1969-12-31T23:59:58.500Z"},
      {"0", TimeUnit::s, "1970-01-01T00:00:00Z"},
      {"1.7e9", TimeUnit::s, "2023-11-14T22:13:20Z"},
      {"99999999999", TimeUnit::s, "off axis"},
      {"1e300", TimeUnit::s, "off axis"},
      {"9223372036854775808", TimeUnit::ns, "off axis"},
      {"-9223372036854775808", TimeUnit::ns, "1677-09-21T00:12:43.145224192Z"},
      {"12:00", TimeUnit::s, "no time"},
      {"1x", TimeUnit::s, "no time"},
  };
  for (const auto& each : cases) EXPECT_EQ(read(each.text, each.unit), each.want) << each.text;
}

}  // namespace
}  // namespace tocsin::events
