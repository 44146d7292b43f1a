// JSON numbers → int64 and double, judged by the C library where it has a say.
#include "events/number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace tocsin::events {
namespace {

struct IntegerCase {
  std::string text;
  NumberFault fault;
  std::int64_t value;
};

TEST(Number, Integers) {
  constexpr auto kNone = NumberFault::none;
  constexpr auto kFraction = NumberFault::fraction;
  constexpr auto kRange = NumberFault::out_of_range;
  constexpr auto kNot = NumberFault::not_a_number;
  const std::vector<IntegerCase> cases = {
      {"0", kNone, 0},
      {"-0", kNone, 0},
      {"5", kNone, 5},
      {"-5", kNone, -5},
      {"5.0", kNone, 5},
      {"5.000000000000000000000000", kNone, 5},
      {"1e3", kNone, 1000},
      {"1E+3", kNone, 1000},
      {"1000e-3", kNone, 1},
      {"12.5e1", kNone, 125},
      {"0e999999999999", kNone, 0},
      {"0.000", kNone, 0},
      {"9223372036854775807", kNone, std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", kNone, std::numeric_limits<std::int64_t>::min()},
      {"9223372036854775807.0", kNone, std::numeric_limits<std::int64_t>::max()},
      {"9223372036854775807000e-3", kNone, std::numeric_limits<std::int64_t>::max()},
      {"9223372036854775808", kRange, 0},
      {"-9223372036854775809", kRange, 0},
      {"18446744073709551616", kRange, 0},
      {"1e19", kRange, 0},
      {"1e400", kRange, 0},
      {"1e99999999999999999999", kRange, 0},
      {"123456789012345678901234567890", kRange, 0},
      {"5.5", kFraction, 0},
      {"1e-3", kFraction, 0},
      {"1e-400", kFraction, 0},
      {"1.00000000000000000000001", kFraction, 0},
      {"1234567890123456789.5", kFraction, 0},
      {"", kNot, 0},
      {"-", kNot, 0},
      {"+1", kNot, 0},
      {"01", kNot, 0},
      {"-01", kNot, 0},
      {"1.", kNot, 0},
      {".5", kNot, 0},
      {"1e", kNot, 0},
      {"1e+", kNot, 0},
      {"1.e3", kNot, 0},
      {"1x", kNot, 0},
      {"0x10", kNot, 0},
      {"NaN", kNot, 0},
      {"1 ", kNot, 0},
  };
  for (const IntegerCase& c : cases) {
    std::int64_t value = 0;
    const NumberFault fault = parse_integer(c.text, value);
    EXPECT_EQ(static_cast<int>(fault), static_cast<int>(c.fault)) << c.text;
    if (fault == kNone) {
      EXPECT_EQ(value, c.value) << c.text;
    }
  }
}

TEST(Number, FloatsAsTheCLibraryReadsThem) {
  const std::vector<std::string> texts = {"0",
                                          "-0",
                                          "-0.0",
                                          "80.5",
                                          "1e22",
                                          "1e23",
                                          "9007199254740993",
                                          "123456789012345678901234567890",
                                          "0.1",
                                          "1e-400",
                                          "5e-324",
                                          "2.2250738585072011e-308",
                                          "1.7976931348623157e308",
                                          "0e999",
                                          "3.14159265358979323846",
                                          "1e-22",
                                          "1e-23",
                                          "9007199254740992e22",
                                          "0.000000000000000000000000000001"};
  for (const std::string& text : texts) {
    double value = 1;
    ASSERT_EQ(static_cast<int>(parse_float(text, value)), static_cast<int>(NumberFault::none)) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)))
        << text;
  }
  double value = 0;
  for (const char* text : {"1e309", "-1e309", "1e400", "17976931348623157e300"})
    EXPECT_EQ(static_cast<int>(parse_float(text, value)), static_cast<int>(NumberFault::out_of_range)) << text;
  for (const char* text : {"", "-", "01", "1.", ".5", "inf", "NaN", "1e", "+1", "1,5"})
    EXPECT_EQ(static_cast<int>(parse_float(text, value)), static_cast<int>(NumberFault::not_a_number)) << text;
}

TEST(Number, RandomFloatsReadBack) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const double wanted = std::bit_cast<double>(random());
    if (wanted - wanted != 0) continue;
    const std::string text = fmt::format("{}", wanted);
    double got = 0;
    ASSERT_EQ(static_cast<int>(parse_float(text, got)), static_cast<int>(NumberFault::none)) << text;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(got), std::bit_cast<std::uint64_t>(wanted)) << text;
  }
}

}  // namespace
}  // namespace tocsin::events
