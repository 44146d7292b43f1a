// P9: the average of the last 60 s every 10 s by device, with 1,000 devices, over batches in memory, against the same
// by hand; then what each kind of window costs an event and keeps of a key, with 1,000 and 1,000,000 devices; then what
// an average over 24 h keeps of a key.
//
// Ours in two ways: the matcher alone (conditions by column, step_window() on dense keys with prefetch,
// advance_window() where a key's deadline passed), and the whole engine. A device gives a reading every second in P9,
// every 5 s in the table. One window in 300 of P9 is above its rule's limit, so that its figures are of windows, not of
// what is put out. The checksums of P9 over device, end and average of these must agree: else the program exits with 1.
#include <cstdio>
#include <string>
#include <vector>

#include "bench/measure.hpp"
#include "bench/windows_ours.hpp"
#include "bench/windows_yardstick.hpp"

namespace tocsin::bench {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr double kNoLimit = -1;

struct HandSide {
  HandSide(std::uint32_t devices, double limit)
      : workload(devices, kSecondNs, 1), by_hand(devices, 60 * kSecondNs, 10 * kSecondNs, limit) {}
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

struct Cost {
  double wall_ns = 0;  ///< an event
  double cpu_ns = 0;
};

/// Works through at least `events`; the cost of all of it but making them.
template <class Of>
Cost work(Of& of, std::size_t events) {
  Cost cost;
  std::size_t done = 0;
  for (; done < events; done += kReadingsOfSegment) {
    of.prepare();
    const double cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
    const double wall = now_ns(CLOCK_MONOTONIC);
    of.run();
    cost.wall_ns += now_ns(CLOCK_MONOTONIC) - wall;
    cost.cpu_ns += now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
  }
  const auto each = static_cast<double>(done);
  return {cost.wall_ns / each, cost.cpu_ns / each};
}

bool measure_sliding(int rounds) {
  constexpr std::uint32_t kDevices = 1000;
  constexpr double kLimit = 60;
  HandSide hand(kDevices, kLimit);
  WindowSide matcher("window sliding 60s every 10s", kDevices, kSecondNs, kLimit);
  WindowEngineSide engine("window sliding 60s every 10s\n  when avg(value) > 60.0", kDevices, kSecondNs);
  work(hand, 70 * kDevices);
  work(matcher, 70 * kDevices);
  work(engine, 70 * kDevices);
  const std::vector<Figures> figures = measure(
      {side_of("by hand", hand), side_of("matcher", matcher), side_of("engine", engine)}, kReadingsOfSegment, rounds);
  const bool good = print_table_row("P9", "sliding average 60 s / 10 s, matcher", figures[0], figures[1], 3);
  return print_table_row("P9", "sliding average 60 s / 10 s, engine", figures[0], figures[2], 3) && good;
}

struct Kind {
  const char* window;
  std::size_t fill;   ///< readings of each device until windows are full
  std::size_t cycle;  ///< and until all has happened once
};

constexpr Kind kKinds[] = {
    {"window tumbling 60s", 12, 12}, {"window sliding 60s every 10s", 14, 2}, {"window session 10s", 8, 4},
    {"window rolling 60s", 24, 2},   {"window rolling 60s step 10s", 24, 2},  {"window last 20", 40, 2},
    {"window batch 20", 20, 10},     {"window global\n  every 60s", 12, 12},  {"rollup 1s, 1m, 1h", 12, 12},
};

void measure_kind(const Kind& kind, std::uint32_t devices) {
  constexpr std::size_t kLeast = 2'000'000;
  WindowSide ours(kind.window, devices, 5 * kSecondNs, kNoLimit);
  work(ours, kind.fill * devices);
  const std::uint64_t before = ours.found().windows;
  const std::size_t events = std::max(kLeast, kind.cycle * devices);
  const Cost cost = work(ours, events);
  std::string name = kind.window;
  if (const std::size_t line = name.find('\n'); line != std::string::npos) name.replace(line, 3, " ");
  std::printf("| %s | %u | %.1f (%.1f) | %.2f | %.0f |\n", name.c_str(), devices, cost.wall_ns, cost.cpu_ns,
              static_cast<double>(ours.found().windows - before) / static_cast<double>(events),
              static_cast<double>(ours.bytes()) / static_cast<double>(devices));
  std::fflush(stdout);
}

/// What is kept of a key is panes: readings every eighth of a pane leave hardly any of the 24 h empty, as one a second
/// does.
void measure_day(const char* window, std::uint32_t devices, std::int64_t pane_ns) {
  const auto panes = static_cast<std::size_t>(86'400 * kSecondNs / pane_ns);
  WindowSide ours(window, devices, pane_ns / 8, kNoLimit);
  const Cost cost = work(ours, 8 * (panes + panes / 20) * devices);
  const double bytes = static_cast<double>(ours.bytes()) / static_cast<double>(devices);
  std::printf("| %s | %u | %zu | %.1f (%.1f) | %.0f | %.2f |\n", window, devices, panes, cost.wall_ns, cost.cpu_ns,
              bytes, bytes * 1e5 / (1U << 30));
  std::fflush(stdout);
}

}  // namespace
}  // namespace tocsin::bench

/// Argument: rounds of 131,072 events (default 21). 1 leaves all but P9 out, for instruction counts.
int main(int argc, char** argv) {
  using namespace tocsin::bench;
  const auto rounds = static_cast<int>(size_argument(argc, argv, 21));
  print_table_head();
  const bool good = measure_sliding(rounds);
  if (rounds == 1) return good ? 0 : 1;
  std::printf("\n| average of a reading every 5 s | keys | ns/event (CPU) | results/event | bytes/key |\n");
  std::printf("| --- | --- | --- | --- | --- |\n");
  for (const std::uint32_t devices : {1'000U, 1'000'000U})
    for (const Kind& kind : kKinds) measure_kind(kind, devices);
  std::printf("\n| average of 24 h | keys | panes | ns/event (CPU) | bytes/key | GiB for 100,000 keys |\n");
  std::printf("| --- | --- | --- | --- | --- | --- |\n");
  measure_day("window rolling 24h step 1m", 1'000, 60 * kSecondNs);
  measure_day("window rolling 24h step 10m", 1'000, 600 * kSecondNs);
  measure_day("window sliding 24h every 1m", 1'000, 60 * kSecondNs);
  return good ? 0 : 1;
}
