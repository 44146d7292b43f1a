// Our sides of P9 and of the table of window kinds: the matcher's windows alone, and the whole engine, on the stream of
// a ReadingWorkload.
//
// Batches are filled before the measured time, a segment at a time, as a decoder would: id, source, device, value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/windows_workload.hpp"
#include "engine/engine.hpp"
#include "events/batch.hpp"
#include "events/symbol.hpp"
#include "matcher/conditions.hpp"
#include "matcher/windows.hpp"
#include "rules/plan.hpp"

namespace tocsin::bench {

/// A rule over readings, checked, and its symbols: devices are interned in the order of their numbers.
struct ReadingRule {
  /// `window`: the rule's clauses behind `by`, without outputs: it emits the average of what its `when` leaves.
  ReadingRule(const std::string& window, std::uint32_t devices);
  void fill(events::Batch& batch, const Reading* from, std::size_t count);

  std::shared_ptr<const rules::RuleSet> set;
  events::SymbolTable symbols;
  events::Symbol source{};
  std::uint32_t first_device = 0;  ///< symbol of device 0
  std::uint64_t rows = 0;          ///< filled so far, for ids
};

/// When keys have something to do, to about half a second: a wheel of buckets. Each key stands in one bucket at most.
class KeyWheel {
 public:
  explicit KeyWheel(std::size_t keys) : buckets_(kBuckets), queued_(keys, 0) {}
  void queue(std::uint32_t key, events::Time due) {
    if (queued_[key] != 0 || due == events::kLatest) return;
    queued_[key] = 1;
    const std::int64_t tick = std::clamp(due.ns / kTickNs, now_, now_ + static_cast<std::int64_t>(kBuckets) - 1);
    buckets_[static_cast<std::size_t>(tick) % kBuckets].push_back(key);
  }
  /// Takes the keys out whose bucket lies before `now`, and gives each to `visit`, which may queue it again.
  template <class Visit>
  void advance(events::Time now, const Visit& visit) {
    const std::int64_t tick = now.ns / kTickNs;
    if (now_ == 0) now_ = tick;
    while (now_ < tick) {
      visited_.swap(buckets_[static_cast<std::size_t>(now_++) % kBuckets]);
      for (const std::uint32_t key : visited_) queued_[key] = 0;
      for (const std::uint32_t key : visited_) visit(key);
      visited_.clear();
    }
  }

 private:
  static constexpr std::size_t kBuckets = 256;
  static constexpr std::int64_t kTickNs = 500'000'000;
  std::vector<std::vector<std::uint32_t>> buckets_;
  std::vector<std::uint8_t> queued_;
  std::vector<std::uint32_t> visited_;
  std::int64_t now_ = 0;  ///< tick of the first bucket
};

/// Conditions by column, then step_window() on dense keys; a key is advanced before its own event, silent ones by the
/// wheel.
class WindowSide final : private matcher::WindowSink {
 public:
  /// Finds windows whose average is above `limit`.
  WindowSide(const std::string& window, std::uint32_t devices, std::int64_t interval_ns, double limit);
  void prepare();
  void run();
  AveragesFound found() const { return found_; }
  std::uint64_t bytes() const { return pool_.bytes(); }

 private:
  struct KeyedRow {
    events::Row row = 0;
    std::uint32_t device = 0;
  };
  void run_batch(const events::Batch& batch);
  void advance(std::uint32_t device, events::Time now);
  bool take(const matcher::WindowResult& result) override;

  ReadingRule rule_;
  double limit_;
  ReadingWorkload workload_;
  std::vector<Reading> rows_;
  std::vector<events::Batch> batches_;
  matcher::Conditions conditions_;
  matcher::ConditionBits bits_;
  std::shared_ptr<const matcher::WindowProgram> program_;
  matcher::WindowPool pool_;
  std::vector<events::Time> deadlines_;  ///< by device
  KeyWheel wheel_;
  std::vector<KeyedRow> keyed_;
  std::uint64_t order_ = 0;
  std::uint32_t device_ = 0;  ///< being stepped or advanced
  AveragesFound found_;
};

/// Engine::push of batches, one partition; a sink adds up what is emitted.
class WindowEngineSide {
 public:
  WindowEngineSide(const std::string& window, std::uint32_t devices, std::int64_t interval_ns);
  void prepare();
  void run();
  AveragesFound found() const { return sink_.found; }

 private:
  struct Sink final : engine::OutputSink {
    void take(const events::Message& message) override;
    AveragesFound found;
  };
  struct NoLetters final : events::DeadLetterSink {
    void take(const events::DeadLetter& letter) override;
  };
  /// The time stands still: no input is live.
  struct StillClock final : engine::Clock {
    events::Time now() override { return {}; }
    events::Duration monotonic() override { return {}; }
  };

  ReadingRule rule_;
  ReadingWorkload workload_;
  std::vector<Reading> rows_;
  std::vector<std::unique_ptr<engine::LoadedBatch>> batches_;
  Sink sink_;
  NoLetters letters_;
  StillClock clock_;
  engine::Engine engine_;
  engine::InputId input_ = 0;
};

}  // namespace tocsin::bench
