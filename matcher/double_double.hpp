// Numbers of about 32 digits as the unevaluated sum of two doubles: what sums and their differences are kept in, so
// that means, variances and slopes come out as the nearest doubles whatever the order in which rows were added.
//
// Sources: Dekker, A floating-point technique for extending the available precision, Numer. Math. 18 (1971); Knuth,
// The Art of Computer Programming 2, 4.2.2; Ogita, Rump, Oishi, Accurate sum and dot product, SISC 26 (2005). Errors
// are a few times 2^-104 of the result, of sums of the larger operand. What leaves the range of doubles is inf or NaN.
#pragma once

#include <cmath>
#include <cstdint>

namespace tocsin::matcher {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

struct DoubleDouble {
  double high = 0;
  double low = 0;
};

/// Exactly a + b.
inline DoubleDouble two_sum(double a, double b) {
  const double sum = a + b;
  const double shared = sum - a;
  return {sum, (a - (sum - shared)) + (b - shared)};
}
/// Exactly a + b where |a| >= |b| or a is 0.
inline DoubleDouble quick_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}
/// a·b, exactly unless it or its parts leave the range of doubles.
inline DoubleDouble two_product(double a, double b) {
  constexpr double kSplitter = 134217729;  // 2^27 + 1
  constexpr double kLargest = 0x1p995;     // times the splitter it is still finite
  const double product = a * b;
  if (!(std::fabs(a) < kLargest && std::fabs(b) < kLargest)) return {product, 0};
  const double spread_a = kSplitter * a;
  const double high_a = spread_a - (spread_a - a);
  const double low_a = a - high_a;
  const double spread_b = kSplitter * b;
  const double high_b = spread_b - (spread_b - b);
  const double low_b = b - high_b;
  return {product, ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b};
}

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  DoubleDouble sum = two_sum(a.high, b.high);
  const DoubleDouble rest = two_sum(a.low, b.low);
  sum = quick_two_sum(sum.high, sum.low + rest.high);
  return quick_two_sum(sum.high, sum.low + rest.low);
}
inline DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }
inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }
inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = two_product(a.high, b.high);
  return quick_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}
inline DoubleDouble operator*(DoubleDouble a, double b) { return a * DoubleDouble{b, 0}; }
inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.high / b.high;
  DoubleDouble rest = a - b * first;
  const double second = rest.high / b.high;
  rest = rest - b * second;
  return quick_two_sum(first, second) + DoubleDouble{rest.high / b.high, 0};
}
inline DoubleDouble operator/(DoubleDouble a, double b) { return a / DoubleDouble{b, 0}; }
inline double rounded(DoubleDouble a) { return a.high + a.low; }

/// Of a value that is below 2^106 in size: exactly.
inline DoubleDouble to_double_double(Int128 value) {
  const auto high = static_cast<double>(value);
  return quick_two_sum(high, static_cast<double>(value - static_cast<Int128>(high)));
}

}  // namespace tocsin::matcher
