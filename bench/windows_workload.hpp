// The events of P9 and of the table of window kinds: readings of devices, in order of time.
//
// Made from a seed: devices uniform, times a fixed step apart, chosen by the number of devices so that each device
// gives a reading every `interval` on the average; values are multiples of 1/8 below 100, so that sums of them are
// exact however they are added up. One thread.
#pragma once

#include <bit>
#include <cstdint>
#include <random>
#include <vector>

namespace tocsin::bench {

/// An event, as one would lay it out for this one rule.
struct Reading {
  std::int64_t time_ns = 0;
  double value = 0;
  std::uint32_t device = 0;
};

inline constexpr std::size_t kReadingsOfBatch = 1024;
inline constexpr std::size_t kReadingsOfSegment = 128 * kReadingsOfBatch;

/// A stream, segment by segment; the same for the same arguments.
class ReadingWorkload {
 public:
  ReadingWorkload(std::uint32_t devices, std::int64_t interval_ns, std::uint64_t seed)
      : random_(seed), devices_(devices), step_ns_(interval_ns / devices) {}

  /// The next kReadingsOfSegment events in place of those in `rows`.
  void next(std::vector<Reading>& rows) {
    rows.resize(kReadingsOfSegment);
    for (Reading& row : rows) {
      const std::uint64_t drawn = random_();
      time_ns_ += step_ns_;
      row = {time_ns_, static_cast<double>(drawn % 800) / 8, static_cast<std::uint32_t>((drawn >> 32) % devices_)};
    }
  }

 private:
  std::mt19937_64 random_;
  std::uint32_t devices_;
  std::int64_t step_ns_;
  std::int64_t time_ns_ = 1'704'067'200'000'000'000;
};

/// What a side found, over all its events so far.
struct AveragesFound {
  std::uint64_t windows = 0;
  std::uint64_t sum = 0;

  void add(std::uint64_t device, std::int64_t end_ns, double average) {
    ++windows;
    sum += (device * 1'000'003 + static_cast<std::uint64_t>(end_ns) * 31) ^ std::bit_cast<std::uint64_t>(average);
  }
  std::uint64_t checksum() const { return sum * 0x9E3779B97F4A7C15ULL + windows; }
};

}  // namespace tocsin::bench
