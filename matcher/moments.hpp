// Sums that mean, variance and least squares are made of, as words of a block: of differences from the first value.
//
// Of values x1 … xn with base b = x1 it keeps Σ(x-b) and Σ(x-b)², as double-doubles; of a line also times against the
// first time. Since the base is one of the values, Σ(x-b)² is at most n+1 times Σ(x-mean)², so that their difference
// loses at most log2(n+1) of 104 bits, whatever the offset; nothing is divided before the value is asked for. Merging
// moves the later sums to the earlier base (Chan, Golub, LeVeque, Algorithms for computing the sample variance, The
// American Statistician 37 (1983), where this is the shifted form; error here: n · 2^-100 of the variance).
#pragma once

#include <cstdint>

#include "events/batch.hpp"
#include "matcher/double_double.hpp"

namespace tocsin::matcher {

/// Words: base, Σd (2), Σd² (2). Bases are slots of the argument's type: int or float.
inline constexpr std::uint32_t kMomentsWords = 5;
/// Words: base time, base value, Σdt, Σdx, Σdt², Σdt·dx, Σdx² (2 each).
inline constexpr std::uint32_t kLineWords = 12;

inline DoubleDouble load(const events::Slot* at) { return {events::float_of(at[0]), events::float_of(at[1])}; }
inline void store(events::Slot* at, DoubleDouble value) {
  at[0] = events::slot_of(value.high);
  at[1] = events::slot_of(value.low);
}

/// a - b, both ints or both floats.
inline DoubleDouble difference(events::Type type, events::Slot a, events::Slot b) {
  if (type == events::Type::floating) return two_sum(events::float_of(a), -events::float_of(b));
  std::int64_t whole = 0;
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (!__builtin_sub_overflow(events::int_of(a), events::int_of(b), &whole) && whole >= -kExact && whole <= kExact)
    return {static_cast<double>(whole), 0};
  return to_double_double(Int128{events::int_of(a)} - events::int_of(b));
}

/// A value joins `count` others.
void add_to_moments(events::Slot* words, std::uint64_t count, events::Type type, events::Slot value);
/// The moments of `later_count` values behind those of `count`; both above 0.
void merge_moments(events::Slot* words, const events::Slot* later, std::uint64_t later_count, events::Type type);

void add_to_line(events::Slot* words, std::uint64_t count, events::Type type, events::Slot value, events::Time time);
void merge_line(events::Slot* words, const events::Slot* later, std::uint64_t later_count, events::Type type);

/// Of `count` > 0 values: rounded to the nearest double. Not finite where the sums aren't.
double mean_of(const events::Slot* words, std::uint64_t count, events::Type type);
/// `value` less the mean.
double distance_from_mean(const events::Slot* words, std::uint64_t count, events::Type type, events::Slot value);
double variance_of(const events::Slot* words, std::uint64_t count);

/// count² times what is centred: of times (ns), of times with values, of values.
struct CentredLine {
  DoubleDouble tt;
  DoubleDouble tx;
  DoubleDouble xx;
};
CentredLine centred(const events::Slot* words, std::uint64_t count);

}  // namespace tocsin::matcher
