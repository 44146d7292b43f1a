// The engine: batches in, outputs in order out.
//
//   push : late? → reorder buffer → watermark → rounds of items in processing order
//   round: layer by layer, partition by partition (on TBB when it is worth it) → outputs → sorted → sink
//
// A late event goes to the windows that take such: it is processed at the watermark of its arrival.
//
// One thread calls it; partitions of a round run on TBB threads and share nothing but immutable programs. For the same
// input in the same arrival order the outputs are the same for every number of partitions and every split into batches.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "engine/compiled_rules.hpp"
#include "engine/dedup.hpp"
#include "engine/partition.hpp"
#include "engine/ports.hpp"
#include "engine/stats.hpp"
#include "engine/stream_tables.hpp"
#include "engine/watermark.hpp"
#include "events/dead_letter.hpp"

namespace tocsin::engine {

struct Options {
  std::uint32_t partitions = 0;       ///< 0: one for each core
  std::size_t reorder = 1'000'000;    ///< events that may wait for the watermark
  std::uint32_t parallel_from = 512;  ///< items of a round from which partitions run side by side
  Watch* watch = nullptr;             ///< with one partition only; must outlive the engine
};

class Engine {
 public:
  /// `symbols` is shared with the decoders that fill batches; it must outlive the engine. Nothing else may intern
  /// between batches. Outputs and dead letters are given during push, tick, end and finish.
  Engine(std::shared_ptr<const rules::RuleSet> rules, Options options, events::SymbolTable& symbols,
         OutputSink& outputs, events::DeadLetterSink& dead_letters, Clock& clock);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  InputId add_input(InputOptions options);
  const events::Schema& schema() const { return rules_.set->schema; }

  /// An empty batch to fill for push().
  std::unique_ptr<LoadedBatch> take_batch();
  void push(InputId input, std::unique_ptr<LoadedBatch> batch);
  /// Peers connected to a live input now.
  void peers(InputId input, std::size_t count);
  /// Time has passed: silence may move the watermark.
  void tick();
  /// How long until tick() has something to do. None: only a push does.
  std::optional<events::Duration> next_tick();
  /// The input is at its end.
  void end(InputId input);
  /// Ends everything: the reorder buffer is emptied; with `drain` deadlines already set come due, without only those
  /// before the largest event time.
  void finish(bool drain);
  /// The watermark goes to `time`, whatever came: for rule tests, whose time is virtual.
  void advance_to(events::Time time);

  Stats stats() const;
  events::Time watermark() const { return watermarks_.engine(); }
  events::Time watermark(InputId input) const { return watermarks_.watermark(input); }

  /// State behind the reorder buffer, which must be empty. Any number of partitions can read it.
  std::string write_state() const;
  /// Into an engine of the same rules that has seen nothing yet.
  tl::expected<void, std::string> read_state(std::string_view bytes);

 private:
  struct LayerState {
    std::vector<std::vector<std::unique_ptr<KeyTable>>> tables;  ///< by keying, then partition
    std::vector<std::unique_ptr<Partition>> partitions;
    std::vector<Routed> routed;                         ///< by keying
    std::vector<std::vector<std::uint64_t>> null_keys;  ///< by keying, then TypeId
    std::uint64_t order = 0;                            ///< items that went through the layer
    std::unique_ptr<StreamTables> streams;              ///< null: its rules look none up
  };
  struct Arena;

  void admit(InputId input, LoadedBatch& loaded, events::Duration now);
  bool reads_late(events::TypeId type) const;
  /// True: the event goes to the reorder buffer, for it is only late on its own input.
  bool admit_late(InputId input, LoadedBatch& loaded, events::Row row, events::Duration now);
  void add_to_buffer(LoadedBatch& loaded, events::Row row, bool late, events::Duration now);
  /// Late events that no window took.
  void refuse_late(const std::vector<Item>& items);
  void release(events::Time watermark);
  void process(events::Time watermark);
  void round(const std::vector<Item>& items, events::Time watermark);
  void run_layer(std::size_t index, const std::vector<Item>& items, const std::vector<Position>* positions,
                 events::Time watermark, OutputList& out);
  /// Notes the first event of each rule's input.
  void watch(const Layer& layer, const std::vector<Item>& items);
  void put_out(OutputList& outputs);
  void refuse(events::Reason reason, InputId input, const LoadedBatch& loaded, events::Row row, std::string detail);
  void sweep();
  void mark_symbols(std::vector<std::uint64_t>& held) const;

  CompiledRules rules_;
  Options options_;
  events::SymbolTable& symbols_;
  OutputSink& outputs_;
  events::DeadLetterSink& dead_letters_;
  Clock& clock_;
  Watermarks watermarks_;
  ReorderBuffer buffer_;
  std::vector<LayerState> layers_;
  std::vector<matcher::Watching> watching_;  ///< by rule; of those that watch
  std::vector<Item> ready_;                  ///< released, in order
  std::vector<std::unique_ptr<LoadedBatch>> spare_;
  std::uint64_t root_order_ = 0;  ///< input events processed
  DedupLives dedup_;
  Stats stats_;
  std::unique_ptr<Arena> arena_;  ///< TBB's; none with one partition
};

}  // namespace tocsin::engine
