// `{value:specification}`.
#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using events::Duration;
using events::Severity;

const Value kTime = *events::parse_rfc3339("2024-07-31T13:05:09.25Z");

TEST(Format, Written) {
  struct Case {
    Value value;
    std::string specification;
    std::string expected;
    std::string zone{};
  };
  const std::vector<Case> cases{
      {kNull, "", "null"},
      {kNull, ".1f", "null"},
      {true, "", "true"},
      {false, ">6", " false"},
      {true, "d", "1"},
      {42_i, "", "42"},
      {42_i, "06", "000042"},
      {255_i, "x", "ff"},
      {-5_i, "+", "-5"},
      {80.25, ".1f", "80.2"},
      {80.35, ".1f", "80.3"},
      {80.0, ".1f", "80.0"},
      {1e300, ".1e", "1.0e+300"},
      {0.5, "", "0.5"},
      {text("äb"), "", "äb"},
      {text("äb"), ">4", "  äb"},
      {text("äbc"), ".2", "äb"},
      {text("{}"), "*<4", "{}**"},
      {kTime, "", "2024-07-31T13:05:09.250Z"},
      {kTime, "%Y-%m-%d %H:%M:%S", "2024-07-31 13:05:09"},
      {kTime, "%H:%M", "15:05", "Europe/Berlin"},
      {kTime, "", "2024-07-31T15:05:09.250+02:00", "Europe/Berlin"},
      {*events::parse_rfc3339("2024-01-01T00:00:00Z"), "", "2024-01-01T05:30:00+05:30", "Asia/Kolkata"},
      {*events::parse_rfc3339("1969-12-31T23:59:59.000001Z"), "", "1969-12-31T18:59:59.000001-05:00",
       "America/New_York"},
      {events::Time{1}, "", "1970-01-01T00:00:00.000000001Z", "UTC"},
      {kTime, "%A %j %%", "Wednesday 213 %"},
      {kTime, "%E3S %Ez", "09.250 +02:00", "Europe/Berlin"},
      {Duration{90'000'000'000}, "", "1m30s"},
      {Severity::high, "", "high"},
      {list(Type::integer, {1_i, 2_i}), "", "[1, 2]"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(formatted(each.value, each.specification, each.zone), each.expected)
        << events::to_text(each.value) << " with `" << each.specification << "`";
}

TEST(Format, Specifications) {
  struct Case {
    Type type;
    std::string specification;
    std::string problem;
  };
  const std::vector<Case> cases{
      {Type::integer, "", ""},
      {Type::duration, "", ""},
      {Type::integer, "6", ""},
      {Type::integer, "#x", ""},
      {Type::integer, "-^+8d", ""},
      {Type::floating, ".1f", ""},
      {Type::floating, "010.3e", ""},
      {Type::string, "*^10.3", ""},
      {Type::string, "→<5", ""},
      {Type::boolean, "d", ""},
      {Type::time, "%Y", ""},
      {Type::time, "at %H:%M:%E*S%Ez", ""},
      {Type::integer, ".1f", "`.1f` is no format of an int; for example `{x:6}`, `{x:06}` or `{x:x}`"},
      {Type::integer, "c", "`c` is no format of an int; for example `{x:6}`, `{x:06}` or `{x:x}`"},
      {Type::integer, "999999999", "`999999999` is too wide: at most 200"},
      {Type::integer, "99999999999999999999", "`99999999999999999999` is too wide: at most 200"},
      {Type::floating, ".1", ""},
      {Type::floating, "{}", "`{}` is no format of a float; for example `{x:.1f}` has one decimal"},
      {Type::floating, ".{}f", "`.{}f` is no format of a float; for example `{x:.1f}` has one decimal"},
      {Type::floating, ".1x", "`.1x` is no format of a float; for example `{x:.1f}` has one decimal"},
      {Type::floating, "L", "`L` is no format of a float; for example `{x:.1f}` has one decimal"},
      {Type::floating, ".201f", "`.201f` is too wide: at most 200"},
      {Type::string, "d", "`d` is no format of a string; for example `{x:<10}` or `{x:.8}`"},
      {Type::boolean, "f", "`f` is no format of a bool; `{x:>6}` puts it at the end of 6 columns"},
      {Type::time, "H:M", "a time is written like `%Y-%m-%d` or `%H:%M`"},
      {Type::time, "%Q", "`%Q` is no part of a time: `%Y-%m-%d %H:%M:%S` has the usual ones"},
      {Type::time, "%H:%", "`%` is no part of a time: `%Y-%m-%d %H:%M:%S` has the usual ones"},
      {Type::time, "%Ec", "`%E` is no part of a time: `%Y-%m-%d %H:%M:%S` has the usual ones"},
      {Type::duration, "5", "a duration takes no format"},
      {Type::severity, "5", "a severity takes no format"},
      {events::list_of(Type::integer), "5", "a list<int> takes no format"},
      {Type::string, std::string(101, '1'), "the format is longer than 100 bytes"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(bad_format(each.type, each.specification), each.problem)
        << events::name_of(each.type) << " with `" << each.specification << "`";
}

}  // namespace
}  // namespace tocsin::rules::testing
