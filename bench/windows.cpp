// P9: the average of the last 60 s every 10 s by device, with 1,000 devices, over batches in memory, against the same
// by hand; then what each kind of window costs an event and keeps of a key, with 1,000 and 1,000,000 devices; then what
// an average over 24 h keeps of a key.
//
// Ours is the matcher alone: conditions by column, step_window() on dense keys with prefetch, advance_window() where a
// key's deadline passed. Each device gives a reading every second in P9, every 5 s in the table. All sides read the
// same events; the checksums of P9 over device, end and average of each window must agree: else the program exits
// with 1.
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/measure.hpp"
#include "bench/windows_ours.hpp"
#include "bench/windows_yardstick.hpp"

namespace tocsin::bench {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

struct HandSide {
  HandSide(std::uint32_t devices, std::int64_t interval_ns, std::int64_t size_ns, std::int64_t every_ns)
      : workload(devices, interval_ns, 1), by_hand(devices, size_ns, every_ns) {}
  void prepare() { workload.next(rows); }
  void run() { by_hand.run(rows); }
  AveragesFound found() const { return by_hand.found(); }

  ReadingWorkload workload;
  PanesByHand by_hand;
  std::vector<Reading> rows;
};

template <class Of>
Side side_of(std::string name, Of& of) {
  return {std::move(name),
          [&of] {
            of.run();
            return of.found().checksum();
          },
          [&of] { of.prepare(); }};
}

/// Works through `readings` for each device.
template <class Of>
void warm_up(Of& of, std::uint32_t devices, std::size_t readings) {
  for (std::size_t done = 0; done < readings * devices; done += kReadingsOfSegment) {
    of.prepare();
    of.run();
  }
}

bool measure_sliding(std::uint32_t devices, int rounds) {
  HandSide hand(devices, kSecondNs, 60 * kSecondNs, 10 * kSecondNs);
  WindowSide ours("window sliding 60s every 10s", devices, kSecondNs);
  warm_up(hand, devices, 70);
  warm_up(ours, devices, 70);
  const std::vector<Figures> figures =
      measure({side_of("by hand", hand), side_of("matcher", ours)}, kReadingsOfSegment, rounds);
  const std::string keys = devices == 1000 ? "1,000" : "1,000,000";
  return print_table_row("P9", "sliding average 60 s / 10 s, matcher, " + keys + " keys", figures[0], figures[1], 3);
}

struct Kind {
  const char* window;
  std::size_t readings;  ///< of each device until a window is full
};

constexpr Kind kKinds[] = {
    {"window tumbling 60s", 13}, {"window sliding 60s every 10s", 13}, {"window session 10s", 13},
    {"window rolling 60s", 25},  {"window rolling 60s step 10s", 25},  {"window last 20", 41},
    {"window batch 20", 21},     {"window global every 60s", 13},      {"rollup 1s, 1m, 1h", 13},
};

void measure_kind(const Kind& kind, std::uint32_t devices, int rounds) {
  WindowSide ours(kind.window, devices, 5 * kSecondNs);
  warm_up(ours, devices, kind.readings);
  const std::uint64_t before = ours.found().windows;
  const Figures figures = measure({side_of("matcher", ours)}, kReadingsOfSegment, rounds)[0];
  const auto events = static_cast<double>(kReadingsOfSegment) * (rounds + 1);
  std::printf("| %s | %u | %.1f (%.1f) | %.3f | %.0f |\n", kind.window, devices, figures.wall_ns, figures.cpu_ns,
              static_cast<double>(ours.found().windows - before) / events,
              static_cast<double>(ours.bytes()) / static_cast<double>(devices));
  std::fflush(stdout);
}

/// One reading for each device and pane fills all panes of 24 h as one a second does.
void measure_day(const char* window, std::uint32_t devices, std::int64_t pane_ns) {
  const auto panes = static_cast<std::size_t>(86'400 * kSecondNs / pane_ns);
  // Devices are drawn: 8 readings a pane leave hardly any pane of a device empty.
  WindowSide dense(window, devices, pane_ns / 8);
  warm_up(dense, devices, 8 * (panes + 1));
  std::printf("| %s | %u | %zu | %.0f | %.2f |\n", window, devices, panes,
              static_cast<double>(dense.bytes()) / static_cast<double>(devices),
              static_cast<double>(dense.bytes()) / static_cast<double>(devices) * 1e5 / (1U << 30));
  std::fflush(stdout);
}

}  // namespace
}  // namespace tocsin::bench

/// Argument: rounds of 131,072 events (default 21). 1 leaves all but P9 with 1,000 keys out, for instruction counts.
int main(int argc, char** argv) {
  using namespace tocsin::bench;
  const auto rounds = static_cast<int>(size_argument(argc, argv, 21));
  print_table_head();
  bool good = measure_sliding(1000, rounds);
  if (rounds == 1) return good ? 0 : 1;
  good &= measure_sliding(1'000'000, rounds);
  std::printf("\n| window of avg(value), a reading every 5 s | keys | ns/event (CPU) | results/event | bytes/key |\n");
  std::printf("| --- | --- | --- | --- | --- |\n");
  for (const std::uint32_t devices : {1'000U, 1'000'000U})
    for (const Kind& kind : kKinds) measure_kind(kind, devices, rounds);
  std::printf("\n| average of 24 h | keys | panes | bytes/key | GiB for 100,000 keys |\n");
  std::printf("| --- | --- | --- | --- | --- |\n");
  measure_day("window rolling 24h step 1m", 1'000, 60 * kSecondNs);
  measure_day("window rolling 24h step 10m", 1'000, 600 * kSecondNs);
  measure_day("window sliding 24h every 1m", 1'000, 60 * kSecondNs);
  return good ? 0 : 1;
}
