// P3 and P6: `A -> B -> C` by device, within five minutes, over batches in memory, against the same by hand.
#include <cstdio>
#include <vector>

#include "bench/measure.hpp"
#include "bench/sequence_yardstick.hpp"

namespace tocsin::bench {
namespace {

struct HandSide {
  HandSide(std::uint32_t devices, std::uint32_t rare) : workload(devices, rare, 1), by_hand(devices) {}
  void prepare() { workload.next(rows); }
  std::uint64_t run() {
    by_hand.run(rows);
    return by_hand.found().checksum();
  }
  SequenceWorkload workload;
  SequenceByHand by_hand;
  std::vector<SequenceRow> rows;
};

}  // namespace
}  // namespace tocsin::bench

int main() {
  using namespace tocsin::bench;
  for (const std::uint32_t devices : {1'000U, 1'000'000U}) {
    HandSide hand(devices, 1);
    std::uint64_t segments = 0;
    for (; segments < 8 * devices / kRowsOfSegment; ++segments) hand.prepare(), hand.run();
    const auto before = hand.by_hand.found().matches;
    const auto f = measure({{"hand", [&] { return hand.run(); }, [&] { hand.prepare(); }}}, kRowsOfSegment, 31);
    std::printf("%u: wall %.2f cpu %.2f share %.4f\n", devices, f[0].wall_ns, f[0].cpu_ns,
                static_cast<double>(hand.by_hand.found().matches - before) / (32.0 * kRowsOfSegment));
  }
}
