// Random window rules on random streams, through the whole engine: what is put out is what the reference says, however
// the stream is cut into batches, for several partitions, with the state written and read back on the way.
//
// Cases run on all cores. TOCSIN_CASES: how many; TOCSIN_SEED: from which; TOCSIN_SECONDS: no longer than that;
// TOCSIN_LIST=1: goes on behind a difference and lists the seeds of all that differ with what their rules use.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "tests/property/check_window.hpp"
#include "tests/property/environment.hpp"

namespace tocsin::property {
namespace {

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kCases = 100'000;
constexpr std::uint64_t kBlock = 100;  // cases that a thread takes at a time
constexpr double kLeastShare = 0.03;   // of the rules that have a kind, a clause, an aggregate
constexpr double kLeastOutput = 0.3;
constexpr double kMostUnsure = 0.03;

struct Counts {
  std::uint64_t cases = 0, unsure = 0, with_output = 0, messages = 0;
  std::map<std::string, std::uint64_t> uses{}, seen{};

  void add(const Counts& other) {
    cases += other.cases;
    unsure += other.unsure;
    with_output += other.with_output;
    messages += other.messages;
    for (const auto& [name, n] : other.uses) uses[name] += n;
    for (const auto& [name, n] : other.seen) seen[name] += n;
  }
  double share(std::uint64_t n) const { return static_cast<double>(n) / static_cast<double>(cases); }
};

/// The case that a thread is at, told when the program is ended by an assertion.
thread_local std::uint64_t at_seed = 0;
extern "C" void tell_seed(int signal) {
  char text[80];
  const int size =
      std::snprintf(text, sizeof text, "\nin the case of seed %llu\n", static_cast<unsigned long long>(at_seed));
  if (write(STDERR_FILENO, text, static_cast<std::size_t>(size)) != size) std::_Exit(1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

WindowWay random_way(Random& random, std::size_t events) {
  WindowWay way;
  if (random.chance(30)) way.partitions = 2 + static_cast<std::uint32_t>(random.below(2));
  if (random.chance(60)) {
    const std::size_t often = random.chance(30) ? 100 : 30;
    for (std::size_t i = 1; i < events; ++i)
      if (random.chance(often)) way.cuts.push_back(i);
    way.saves = random.chance(50);
  }
  return way;
}

struct Tried {
  WindowCase test;
  WindowWay way;
};
Tried made_from(std::uint64_t seed) {
  Random random(seed);
  Tried made{random_window_case(random), {}};
  made.way = random_way(random, made.test.stream.size());
  return made;
}

/// What is wrong; empty: nothing.
std::string try_case(std::uint64_t seed, events::SymbolTable& symbols, Counts& counts) {
  const Tried made = made_from(seed);
  const CompiledWindow compiled = compile_window(made.test.rule);
  if (!compiled.set) return text_of(made.test.rule) + compiled.problems;
  ++counts.cases;
  for (const std::string& name : made.test.uses) ++counts.uses[name];
  const WindowJudgement found = judge(made.test, compiled, made.way, symbols);
  if (found.unsure) {
    ++counts.unsure;
    return "";
  }
  counts.with_output += found.messages > 0 ? 1 : 0;
  counts.messages += found.messages;
  for (const auto& [name, n] : found.seen) counts.seen[name] += n > 0 ? 1 : 0;
  return found.difference;
}

/// Cases on all cores, up to the first that differs.
class Trials {
 public:
  Trials(std::uint64_t seed, std::uint64_t cases)
      : seed_(seed), cases_(cases), seconds_(number_from_environment("TOCSIN_SECONDS", 1'000'000)) {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
      threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
  }

  std::optional<std::uint64_t> differing;  ///< the case's seed
  std::string difference;
  Counts counts;

 private:
  void work() {
    Counts mine;
    while (!stop_) {
      const std::uint64_t begin = next_.fetch_add(kBlock);
      const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - started_;
      if (begin >= cases_ || gone.count() > static_cast<double>(seconds_)) break;
      events::SymbolTable symbols;
      for (std::uint64_t i = begin; i < std::min(begin + kBlock, cases_) && !stop_; ++i) {
        at_seed = seed_ + i;
        std::string wrong = try_case(at_seed, symbols, mine);
        if (wrong.empty()) continue;
        const std::lock_guard lock(mutex_);
        if (lists_) {
          std::cout << seed_ + i << ":";
          for (const std::string& name : made_from(seed_ + i).test.uses) std::cout << " [" << name << "]";
          std::cout << "\n";
          differing = seed_ + i;
          continue;
        }
        stop_ = true;
        differing = seed_ + i;
        difference = std::move(wrong);
      }
    }
    const std::lock_guard lock(mutex_);
    counts.add(mine);
  }

  const bool lists_ = number_from_environment("TOCSIN_LIST", 0) != 0;
  const std::uint64_t seed_;
  const std::uint64_t cases_;
  const std::uint64_t seconds_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
};

void print(const Counts& counts, std::uint64_t seed) {
  const auto percent = [&](std::uint64_t n) {
    char text[16];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * counts.share(n));
    return std::string(text);
  };
  std::cout << counts.cases << " cases from seed " << seed << ", " << percent(counts.unsure)
            << " left out because they hang on rounding, " << percent(counts.with_output) << " with output, "
            << counts.messages << " messages; rules with\n";
  for (const auto& [name, n] : counts.uses) std::cout << "  " << name << ": " << percent(n) << "\n";
  std::cout << "cases in which came\n";
  for (const auto& [name, n] : counts.seen) std::cout << "  " << name << ": " << percent(n) << "\n";
}

TEST(RandomWindows, EnginesMessagesAreTheReferences) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = number_from_environment("TOCSIN_CASES", kCases);
  std::signal(SIGABRT, tell_seed);
  std::signal(SIGSEGV, tell_seed);
  const Trials run(seed, cases);
  print(run.counts, seed);
  if (run.differing) {
    std::cout << "engine and reference differ in the case of seed " << *run.differing << std::endl;
    const Tried made = made_from(*run.differing);
    FAIL() << (compile_window(made.test.rule).set ? report_smaller(made.test, made.way) : run.difference)
           << run_again("property_windows", *run.differing);
  }
  if (run.counts.cases < 10'000) return;
  EXPECT_LE(run.counts.share(run.counts.unsure), kMostUnsure);
  EXPECT_GE(run.counts.share(run.counts.with_output), kLeastOutput);
  for (const std::string& name : wanted_in_windows()) {
    const auto found = run.counts.uses.find(name);
    EXPECT_GE(run.counts.share(found == run.counts.uses.end() ? 0 : found->second), kLeastShare) << name;
  }
}

}  // namespace
}  // namespace tocsin::property
