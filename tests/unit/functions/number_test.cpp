// Functions of numbers.
#include <limits>

#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using events::Duration;
using enum Function;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Number, Absolute) {
  expect({
      {abs, {0_i}, 0_i},
      {abs, {-5_i}, 5_i},
      {abs, {kMax}, kMax},
      {abs, {kMin}, kNull},
      {abs, {-0.0}, 0.0},
      {abs, {-2.5}, 2.5},
      {abs, {-1e308}, 1e308},
      {abs, {Duration{-7}}, Duration{7}},
      {abs, {Duration{kMin}}, kNull},
      {abs, {kNull}, kNull},
  });
}

TEST(Number, WholeNumbers) {
  expect({
      {floor, {2.7}, 2_i},
      {floor, {-2.1}, -3_i},
      {floor, {-0.0}, 0_i},
      {floor, {5_i}, 5_i},
      {floor, {kMin}, kMin},
      {floor, {9223372036854775808.0}, kNull},
      {floor, {-9223372036854775808.0}, kMin},
      {floor, {1e300}, kNull},
      {ceil, {2.1}, 3_i},
      {ceil, {-2.9}, -2_i},
      {ceil, {1e-300}, 1_i},
      {ceil, {9223372036854774784.0}, 9223372036854774784_i},
      {ceil, {kMax}, kMax},
      {round, {2.5}, 3_i},
      {round, {-2.5}, -3_i},
      {round, {0.49999999999999994}, 0_i},
      {round, {4503599627370497.0}, 4503599627370497_i},
      {round, {7_i}, 7_i},
      {round, {1e19}, kNull},
      {round, {kNull}, kNull},
  });
}

TEST(Number, RoundedToDigits) {
  expect({
      {round, {2.345, 2_i}, 2.35},
      {round, {-2.345, 2_i}, -2.35},
      {round, {2.5, 0_i}, 3.0},
      {round, {1234.5, -2_i}, 1200.0},
      {round, {1250.0, -2_i}, 1300.0},
      {round, {12_i, 1_i}, 12.0},
      {round, {0.1, 15_i}, 0.1},
      {round, {1e300, 15_i}, 1e300},
      {round, {123456789.123456789, 12_i}, 123456789.123456789},
      {round, {4.9e14, -15_i}, 0.0},
      {round, {5e14, -15_i}, 1e15},
      {round, {1.5, 16_i}, kNull},
      {round, {1.5, -16_i}, kNull},
      {round, {1.5, kMin}, kNull},
      {round, {1.5, kNull}, kNull},
      {round, {kNull, 1_i}, kNull},
  });
}

TEST(Number, RootsAndPowers) {
  expect({
      {sqrt, {9_i}, 3.0},          {sqrt, {0.0}, 0.0},         {sqrt, {-1_i}, kNull},
      {sqrt, {-1e-300}, kNull},    {pow, {2_i, 10_i}, 1024.0}, {pow, {2_i, -1_i}, 0.5},
      {pow, {0_i, 0_i}, 1.0},      {pow, {0_i, -1_i}, kNull},  {pow, {-8.0, 1.0 / 3}, kNull},
      {pow, {10_i, 309_i}, kNull}, {pow, {10_i, -400_i}, 0.0}, {exp, {0_i}, 1.0},
      {exp, {710_i}, kNull},       {exp, {-1000_i}, 0.0},      {ln, {1_i}, 0.0},
      {ln, {0_i}, kNull},          {ln, {-1.0}, kNull},        {log10, {1000_i}, 3.0},
      {log10, {0.0}, kNull},       {log10, {kNull}, kNull},
  });
}

TEST(Number, Clamp) {
  expect({
      {clamp, {5_i, 0_i, 3_i}, 3_i},
      {clamp, {-5_i, 0_i, 3_i}, 0_i},
      {clamp, {2_i, 0_i, 3_i}, 2_i},
      {clamp, {2_i, 3_i, 3_i}, 3_i},
      {clamp, {2_i, 4_i, 3_i}, kNull},
      {clamp, {kMax, kMin, kMax}, kMax},
      {clamp, {5.5, 0_i, 3_i}, 3.0},
      {clamp, {5_i, 0.5, 7_i}, 5.0},
      {clamp, {1.0, 2.0, 1.5}, kNull},
      {clamp, {Duration{5}, Duration{1}, Duration{3}}, Duration{3}},
      {clamp, {Duration{5}, Duration{9}, Duration{3}}, kNull},
      {clamp, {1_i, kNull, 3_i}, kNull},
  });
}

}  // namespace
}  // namespace tocsin::rules::testing
