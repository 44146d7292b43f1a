#include "matcher/moments.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;

namespace {

void add(Slot* at, DoubleDouble more) { store(at, load(at) + more); }

enum LineWord : std::uint32_t { kTime, kValue, kT, kX = 4, kTT = 6, kTX = 8, kXX = 10 };

/// n·Σab - Σa·Σb
DoubleDouble centre(DoubleDouble products, DoubleDouble a, DoubleDouble b, double count) {
  return products * count - a * b;
}

}  // namespace

void add_to_moments(Slot* words, std::uint64_t count, Type type, Slot value) {
  if (count == 0) {
    words[0] = value;
    return;
  }
  const DoubleDouble d = difference(type, value, words[0]);
  add(words + 1, d);
  add(words + 3, d * d);
}

void merge_moments(Slot* words, const Slot* later, std::uint64_t later_count, Type type) {
  const DoubleDouble shift = difference(type, later[0], words[0]);
  const DoubleDouble sum = load(later + 1);
  const DoubleDouble shifts = shift * static_cast<double>(later_count);
  add(words + 1, sum + shifts);
  add(words + 3, load(later + 3) + shift * (sum * 2.0 + shifts));
}

void add_to_line(Slot* words, std::uint64_t count, Type type, Slot value, events::Time time) {
  if (count == 0) {
    words[kTime] = events::slot_of(time.ns);
    words[kValue] = value;
    return;
  }
  const DoubleDouble dt = difference(Type::integer, events::slot_of(time.ns), words[kTime]);
  const DoubleDouble dx = difference(type, value, words[kValue]);
  add(words + kT, dt);
  add(words + kX, dx);
  add(words + kTT, dt * dt);
  add(words + kTX, dt * dx);
  add(words + kXX, dx * dx);
}

void merge_line(Slot* words, const Slot* later, std::uint64_t later_count, Type type) {
  const DoubleDouble dt = difference(Type::integer, later[kTime], words[kTime]);
  const DoubleDouble dx = difference(type, later[kValue], words[kValue]);
  const DoubleDouble t = load(later + kT);
  const DoubleDouble x = load(later + kX);
  const auto count = static_cast<double>(later_count);
  add(words + kT, t + dt * count);
  add(words + kX, x + dx * count);
  add(words + kTT, load(later + kTT) + dt * (t * 2.0 + dt * count));
  add(words + kTX, load(later + kTX) + dt * x + dx * (t + dt * count));
  add(words + kXX, load(later + kXX) + dx * (x * 2.0 + dx * count));
}

double mean_of(const Slot* words, std::uint64_t count, Type type) {
  const DoubleDouble base = difference(type, words[0], Slot{0});  // a slot of 0 is 0 in both types
  return rounded(base + load(words + 1) / static_cast<double>(count));
}

double distance_from_mean(const Slot* words, std::uint64_t count, Type type, Slot value) {
  return rounded(difference(type, value, words[0]) - load(words + 1) / static_cast<double>(count));
}

double variance_of(const Slot* words, std::uint64_t count) {
  const DoubleDouble sum = load(words + 1);
  const auto n = static_cast<double>(count);
  const double variance = rounded(centre(load(words + 3), sum, sum, n) / n / n);
  return variance < 0 ? 0 : variance;  // NaN stays
}

CentredLine centred(const Slot* words, std::uint64_t count) {
  const DoubleDouble t = load(words + kT);
  const DoubleDouble x = load(words + kX);
  const auto n = static_cast<double>(count);
  return {centre(load(words + kTT), t, t, n), centre(load(words + kTX), t, x, n), centre(load(words + kXX), x, x, n)};
}

}  // namespace tocsin::matcher
