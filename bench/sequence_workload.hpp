// The events of P3 and P6: `A -> B -> C` by device, within five minutes, one run a device.
//
// Made from a seed: devices uniform; types uniform over A, B, C and D, which no rule reads. So that a device never has
// two runs, an A while its run is open becomes a D. Times rise by a fixed step, chosen by the number of devices so that
// half of the runs complete in time: B and C come at a quarter of a device's rate each, the median of their sum is 6.7
// of the device's events, which are five minutes. `rare` > 1 turns all but one in `rare` of the Cs to Ds, for a stream
// with few matches. One thread.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace tocsin::bench {

enum class Kind : std::uint32_t { a, b, c, d };
inline constexpr std::int64_t kWithinNs = 300'000'000'000;
inline constexpr std::size_t kRowsOfBatch = 1024;
inline constexpr std::size_t kRowsOfSegment = 128 * kRowsOfBatch;

/// An event, as one would lay it out for this one rule.
struct SequenceRow {
  std::int64_t time_ns = 0;
  std::uint32_t device = 0;
  Kind kind = Kind::a;
};

/// A stream, segment by segment; the same for the same arguments.
class SequenceWorkload {
 public:
  SequenceWorkload(std::uint32_t devices, std::uint32_t rare, std::uint64_t seed);
  /// The next kRowsOfSegment events, in order of time, in place of those in `rows`.
  void next(std::vector<SequenceRow>& rows);

 private:
  struct Run {
    std::int64_t start_ns = 0;
    std::uint32_t taken = 0;
  };
  Kind kind_for(Run& run);

  std::mt19937_64 random_;
  std::uint32_t rare_;
  std::int64_t step_ns_;
  std::int64_t time_ns_ = 1'704'067'200'000'000'000;
  std::vector<Run> runs_;  ///< by device
};

/// What a side found, over all its events so far.
struct SequenceFound {
  std::uint64_t matches = 0;
  std::uint64_t sum = 0;

  void add(std::uint64_t device, std::int64_t start_ns, std::int64_t end_ns) {
    ++matches;
    sum += device * 1'000'003 + static_cast<std::uint64_t>(start_ns) * 31 + static_cast<std::uint64_t>(end_ns);
  }
  std::uint64_t checksum() const { return sum * 0x9E3779B97F4A7C15ULL + matches; }
};

}  // namespace tocsin::bench
