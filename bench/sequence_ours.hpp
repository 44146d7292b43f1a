// Our sides of P3 and P6: the matcher alone, and the whole engine, on the stream of a SequenceWorkload.
//
// Both fill their batches before the measured time, a segment at a time, as a decoder would: id, source, device.
#pragma once

#include <memory>
#include <vector>

#include "bench/sequence_workload.hpp"
#include "engine/engine.hpp"

namespace tocsin::bench {

/// The rule, checked, and its symbols: devices are interned in the order of their numbers.
struct SequenceRule {
  explicit SequenceRule(std::uint32_t devices);
  void fill(events::Batch& batch, const SequenceRow* rows, std::size_t count);

  std::shared_ptr<const rules::RuleSet> set;
  events::SymbolTable symbols;
  events::Symbol source{};
  std::uint32_t first_device = 0;  ///< symbol of device 0
  std::uint64_t rows = 0;          ///< filled so far, for ids
};

/// Conditions by column, then step() on a dense vector of keys.
class MatcherSide final : private matcher::MatchSink {
 public:
  MatcherSide(std::uint32_t devices, std::uint32_t rare);
  void prepare();
  void run();
  SequenceFound found() const { return found_; }

 private:
  struct KeyedRow {
    events::Row row = 0;
    std::uint32_t device = 0;
  };
  void run_batch(const events::Batch& batch);
  void take(const matcher::Match& match) override;

  SequenceRule rule_;
  SequenceWorkload workload_;
  std::vector<SequenceRow> rows_;
  std::vector<events::Batch> batches_;
  matcher::Conditions conditions_;
  matcher::ConditionBits bits_;
  matcher::Program program_;
  matcher::RunPool pool_;
  std::vector<matcher::KeyState> keys_;
  std::vector<KeyedRow> keyed_;
  std::uint64_t order_ = 0;
  std::uint32_t device_ = 0;  ///< being stepped
  SequenceFound found_;
};

/// Engine::push of batches, one partition; alerts are counted by a sink.
class EngineSide {
 public:
  EngineSide(std::uint32_t devices, std::uint32_t rare);
  void prepare();
  void run();
  SequenceFound found() const { return sink_.found; }

 private:
  struct Sink final : engine::OutputSink {
    void take(const events::Message& message) override;
    SequenceFound found;
  };
  struct NoLetters final : events::DeadLetterSink {
    void take(const events::DeadLetter& letter) override;
  };
  /// The time stands still: no input is live.
  struct StillClock final : engine::Clock {
    events::Time now() override { return {}; }
    events::Duration monotonic() override { return {}; }
  };

  SequenceRule rule_;
  SequenceWorkload workload_;
  std::vector<SequenceRow> rows_;
  std::vector<std::unique_ptr<engine::LoadedBatch>> batches_;
  Sink sink_;
  NoLetters letters_;
  StillClock clock_;
  engine::Engine engine_;
  engine::InputId input_ = 0;
};

}  // namespace tocsin::bench
