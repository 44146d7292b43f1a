// P3 and P6: `A -> B -> C` by device, within five minutes, one run a key, over batches in memory; with 1,000 devices
// and with a million; against the same by hand.
//
// Ours in two ways: the matcher alone (conditions by column, then step() on dense keys with prefetch), and the whole
// engine (push of batches, one partition, the alerts made and put in order). In `bench/sequence_workload.hpp`'s stream
// one event in twenty completes a match, so the engine's figure is mostly what its alerts cost; a second stream with
// few matches shows the rest of it. All sides read the same events, and their checksums over device, start and end of
// each match must agree: else the program exits with 1.
#include <cstdio>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "bench/measure.hpp"
#include "bench/sequence_ours.hpp"
#include "bench/sequence_yardstick.hpp"

namespace tocsin::bench {
namespace {

struct HandSide {
  HandSide(std::uint32_t devices, std::uint32_t rare) : workload(devices, rare, 1), by_hand(devices) {}
  void prepare() { workload.next(rows); }
  void run() { by_hand.run(rows); }
  SequenceFound found() const { return by_hand.found(); }

  SequenceWorkload workload;
  SequenceByHand by_hand;
  std::vector<SequenceRow> rows;
};

/// Figures of the yardstick, the matcher and the engine; `share` is of events that complete a match.
struct Measured {
  Figures hand;
  Figures matcher;
  Figures engine;
  double share = 0;
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

/// Until about as many runs are open as will be: a run lasts at most 6.7 of its device's events.
template <class Of>
void warm_up(Of& of, std::uint32_t devices) {
  for (std::size_t done = 0; done < 8 * std::size_t{devices}; done += kRowsOfSegment) {
    of.prepare();
    of.run();
  }
}

Measured measure_sequence(std::uint32_t devices, std::uint32_t rare, int rounds) {
  HandSide hand(devices, rare);
  MatcherSide matcher(devices, rare);
  EngineSide engine(devices, rare);
  warm_up(hand, devices);
  warm_up(matcher, devices);
  warm_up(engine, devices);
  const std::uint64_t before = hand.found().matches;
  const std::vector<Figures> figures = measure(
      {side_of("by hand", hand), side_of("matcher", matcher), side_of("engine", engine)}, kRowsOfSegment, rounds);
  const auto events = static_cast<double>(kRowsOfSegment) * (rounds + 1);
  return {figures[0], figures[1], figures[2], static_cast<double>(hand.found().matches - before) / events};
}

bool agree(const Measured& measured) {
  return measured.hand.checksum == measured.matcher.checksum && measured.hand.checksum == measured.engine.checksum;
}

void print(const std::string& keys, const Measured& measured) {
  const std::string share = fmt::format("{} keys, {:.2f} % of events complete", keys, measured.share * 100);
  print_table_row("P3", "A -> B -> C, matcher, " + share, measured.hand, measured.matcher, 3);
  print_table_row("P3", "A -> B -> C, engine, " + share, measured.hand, measured.engine, 3);
}

/// Ours with a million keys against ours with a thousand.
void print_guard(const char* what, const Figures& few, const Figures& many) {
  std::printf("| P6 | %s, 1,000,000 keys against 1,000 | %.1f (%.1f) | %.1f (%.1f) | | %.2f | 2.50 | |\n", what,
              few.wall_ns, few.cpu_ns, many.wall_ns, many.cpu_ns, many.cpu_ns / few.cpu_ns);
}

}  // namespace
}  // namespace tocsin::bench

/// Argument: rounds of 131,072 events (default 21). 1 leaves the million keys out, for instruction counts.
int main(int argc, char** argv) {
  using namespace tocsin::bench;
  const auto rounds = static_cast<int>(size_argument(argc, argv, 21));
  constexpr std::uint32_t kRare = 32;
  bool good = true;
  print_table_head();
  for (const std::uint32_t rare : {1U, kRare}) {
    const Measured few = measure_sequence(1'000, rare, rounds);
    print("1,000", few);
    good &= agree(few);
    if (rounds == 1) continue;
    const Measured many = measure_sequence(1'000'000, rare, rounds);
    print("1,000,000", many);
    good &= agree(many);
    print_guard("matcher", few.matcher, many.matcher);
    print_guard("engine", few.engine, many.engine);
  }
  return good ? 0 : 1;
}
