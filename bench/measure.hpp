// How a yardstick and our code are compared: in one process, on one core, turn by turn (A B A B …) over the same input,
// medians of each. Wall time, CPU time of the thread, and instructions where the kernel lets us count them.
#pragma once

#include <linux/perf_event.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace tocsin::bench {

/// Instructions of this thread in user mode; not available() where perf_event_open is forbidden or not virtualised.
class InstructionCounter {
 public:
  InstructionCounter() {
    perf_event_attr attributes{};
    attributes.type = PERF_TYPE_HARDWARE;
    attributes.size = sizeof attributes;
    attributes.config = PERF_COUNT_HW_INSTRUCTIONS;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    descriptor_ = static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
  }
  ~InstructionCounter() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  InstructionCounter(const InstructionCounter&) = delete;
  InstructionCounter& operator=(const InstructionCounter&) = delete;

  bool available() const { return descriptor_ >= 0; }
  std::uint64_t read() const {
    std::uint64_t count = 0;
    if (descriptor_ < 0 || ::read(descriptor_, &count, sizeof count) != sizeof count) return 0;
    return count;
  }

 private:
  int descriptor_ = -1;
};

inline double now_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// Keeps this thread on the core it is on.
inline void pin_to_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<unsigned>(std::max(0, sched_getcpu())), &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

/// One way to do the work: run() does all of it once and gives a checksum of what it found.
struct Side {
  std::string name;
  std::function<std::uint64_t()> run;
  std::function<void()> prepare{};  ///< before each run, not measured; may be empty
};

/// Medians over the rounds, for one item (event) of the work.
struct Figures {
  double wall_ns = 0;
  double cpu_ns = 0;
  double instructions = 0;  ///< 0: not available
  std::uint64_t checksum = 0;
};

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Figures of each side in order. One round first that doesn't count. `items` is what one run works through.
inline std::vector<Figures> measure(const std::vector<Side>& sides, std::uint64_t items, int rounds) {
  struct Samples {
    std::vector<double> wall;
    std::vector<double> cpu;
    std::vector<double> instructions;
    std::uint64_t checksum = 0;
  };
  pin_to_core();
  const InstructionCounter counter;
  std::vector<Samples> samples(sides.size());
  const auto each = static_cast<double>(items);
  for (int round = -1; round < rounds; ++round) {
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (sides[i].prepare) sides[i].prepare();
      const std::uint64_t instructions = counter.read();
      const double cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
      const double wall = now_ns(CLOCK_MONOTONIC);
      samples[i].checksum = sides[i].run();
      if (round < 0) continue;
      samples[i].wall.push_back((now_ns(CLOCK_MONOTONIC) - wall) / each);
      samples[i].cpu.push_back((now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu) / each);
      samples[i].instructions.push_back(static_cast<double>(counter.read() - instructions) / each);
    }
  }
  std::vector<Figures> figures;
  for (const Samples& of : samples)
    figures.push_back({median(of.wall), median(of.cpu), median(of.instructions), of.checksum});
  return figures;
}

inline void print_table_head() {
  std::printf(
      "| # | work | yardstick ns/event (CPU) | ours ns/event (CPU) | instructions | ratio (CPU) | bar | checksums |\n");
  std::printf("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
}

/// A row of the table of performance; false: the checksums differ.
inline bool print_table_row(const std::string& number, const std::string& work, const Figures& yardstick,
                            const Figures& ours, double bar) {
  const double ratio = ours.cpu_ns / yardstick.cpu_ns;
  const bool same = ours.checksum == yardstick.checksum;
  std::string instructions = "not available";
  if (ours.instructions > 0) {
    char text[64];
    std::snprintf(text, sizeof text, "%.0f / %.0f", yardstick.instructions, ours.instructions);
    instructions = text;
  }
  std::printf("| %s | %s | %.1f (%.1f) | %.1f (%.1f) | %s | %.2f | %.2f | %s |\n", number.c_str(), work.c_str(),
              yardstick.wall_ns, yardstick.cpu_ns, ours.wall_ns, ours.cpu_ns, instructions.c_str(), ratio, bar,
              same ? "agree" : "DIFFER");
  return same;
}

/// The program's first argument as a number, or `otherwise`: how much work to do.
inline std::uint64_t size_argument(int argc, char** argv, std::uint64_t otherwise) {
  return argc > 1 ? std::strtoull(argv[1], nullptr, 10) : otherwise;
}

}  // namespace tocsin::bench
