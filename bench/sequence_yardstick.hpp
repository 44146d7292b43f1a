// The yardstick of P3 and P6: `A -> B -> C` by device, within five minutes, written by hand for that one rule and
// streams with one run a device: rows of 16 bytes, a dense vector by device, prefetched over the batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/sequence_workload.hpp"

namespace tocsin::bench {

class SequenceByHand {
 public:
  explicit SequenceByHand(std::uint32_t devices) : runs_(devices) {}
  /// Events in order of time, kRowsOfBatch at a time.
  void run(std::span<const SequenceRow> rows);
  const SequenceFound& found() const { return found_; }

 private:
  struct Run {
    std::int64_t start_ns = 0;
    std::uint32_t taken = 0;
  };
  void run_batch(std::span<const SequenceRow> rows);

  std::vector<Run> runs_;
  SequenceFound found_;
};

}  // namespace tocsin::bench
