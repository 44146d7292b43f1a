// Random rules on random streams: the engine's matches are the reference matcher's, however the stream is cut into
// batches, with the state written and read back after each event, and with time told before each event or in pieces.
//
// Cases run on all cores. TOCSIN_CASES: how many; TOCSIN_SEED: from which; TOCSIN_SECONDS: no longer than that.
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

#include "tests/property/environment.hpp"
#include "tests/property/random_case.hpp"

namespace tocsin::property {
namespace {

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kCases = 200'000;
constexpr std::uint64_t kBlock = 200;   // cases that a thread takes at a time
constexpr std::size_t kBudget = 5'000;  // beginnings of matches that the reference looks at, at most
constexpr double kLeastShare = 0.03;    // of the rules that have an operator
constexpr double kLeastOutput = 0.3;

struct Counts {
  std::uint64_t cases = 0, skipped = 0, with_output = 0, matches = 0, timeouts = 0, by_time = 0;
  std::map<std::string, std::uint64_t> operators{};

  void add(const Counts& other) {
    cases += other.cases;
    skipped += other.skipped;
    with_output += other.with_output;
    matches += other.matches;
    timeouts += other.timeouts;
    by_time += other.by_time;
    for (const auto& [name, n] : other.operators) operators[name] += n;
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

/// All at once; and in pieces, with time told between them, or with the state written and read back.
std::vector<Feeding> feedings(Random& random, std::size_t events) {
  std::vector<Feeding> all(2);
  for (std::size_t i = 1; i < events; ++i)
    if (random.chance(30)) all[1].cuts.push_back(i);
  if (random.chance(50))
    all[1].between = {.advance = random.chance(70), .by_steps = random.chance(50), .pass_over = random.chance(70)};
  else
    all[1].between = {.write_and_read = true, .advance = random.chance(50)};
  return all;
}

/// How the case has to be fed so that engine and reference differ; empty: they don't.
std::optional<Feeding> try_case(std::uint64_t seed, events::SymbolTable& symbols, Counts& counts) {
  Random random(seed);
  const Case test = random_case(random);
  ++counts.cases;
  for (const std::string& name : operators_of(test.plan)) ++counts.operators[name];
  const auto expected = oracle::matches(test.plan, test.stream, kBudget, test.around);
  if (!expected) {
    ++counts.skipped;
    return std::nullopt;
  }
  if (!expected->empty()) ++counts.with_output;
  counts.matches += expected->size();
  for (const oracle::Match& match : *expected) {
    counts.timeouts += match.timeout ? 1 : 0;
    counts.by_time += match.by_time ? 1 : 0;
  }
  for (Feeding& feeding : feedings(random, test.stream.size()))
    if (run_engine(test, symbols, feeding) != Outcome{*expected, ""}) return std::move(feeding);
  return std::nullopt;
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

  struct Difference {
    std::uint64_t seed = 0;
    Feeding feeding;
  };
  std::optional<Difference> difference;
  Counts counts;

 private:
  void work() {
    events::SymbolTable symbols;
    Counts mine;
    while (!stop_) {
      const std::uint64_t begin = next_.fetch_add(kBlock);
      const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - started_;
      if (begin >= cases_ || gone.count() > static_cast<double>(seconds_)) break;
      for (std::uint64_t i = begin; i < std::min(begin + kBlock, cases_) && !stop_; ++i) {
        at_seed = seed_ + i;
        auto feeding = try_case(at_seed, symbols, mine);
        if (!feeding) continue;
        const std::lock_guard lock(mutex_);
        stop_ = true;
        difference = {seed_ + i, std::move(*feeding)};
      }
    }
    const std::lock_guard lock(mutex_);
    counts.add(mine);
  }

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
  std::cout << counts.cases << " cases from seed " << seed << ", " << percent(counts.skipped)
            << " skipped as too costly, " << percent(counts.with_output) << " with output, " << counts.matches
            << " matches, " << counts.by_time << " of them by time, " << counts.timeouts << " timeouts; rules with\n";
  for (const auto& [name, n] : counts.operators) std::cout << "  " << name << ": " << percent(n) << "\n";
}

std::string report_of(const Trials::Difference& difference) {
  events::SymbolTable symbols;
  Random random(difference.seed);
  const Case test = random_case(random);
  return "made smaller:\n" + report(shrink(test, symbols, difference.feeding), symbols, difference.feeding) +
         "\nas it was:\n" + report(test, symbols, difference.feeding) + run_again("property_random", difference.seed);
}

TEST(RandomRules, EnginesMatchesAreTheReferences) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = number_from_environment("TOCSIN_CASES", kCases);
  std::signal(SIGABRT, tell_seed);
  std::signal(SIGSEGV, tell_seed);
  const Trials run(seed, cases);
  print(run.counts, seed);
  if (run.difference) {
    std::cout << "engine and reference differ in the case of seed " << run.difference->seed << std::endl;
    FAIL() << report_of(*run.difference);
  }
  if (run.counts.cases < 10'000) return;
  EXPECT_LE(run.counts.share(run.counts.skipped), 0.01);
  EXPECT_GE(run.counts.share(run.counts.with_output), kLeastOutput);
  for (const std::string& name : wanted_operators()) {
    const auto found = run.counts.operators.find(name);
    EXPECT_GE(run.counts.share(found == run.counts.operators.end() ? 0 : found->second), kLeastShare) << name;
  }
}

}  // namespace
}  // namespace tocsin::property
