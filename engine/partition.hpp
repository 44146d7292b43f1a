// One partition of one layer: the state of every rule for the keys that fall to it, and its part of a round.
//
// Only one thread works on a partition at a time. Keys with open runs that can expire stand in a queue by deadline,
// each once: a key is asked again when its entry comes due.
#pragma once

#include <vector>

#include "engine/compiled_rules.hpp"
#include "engine/due_queue.hpp"

namespace tocsin::engine {

class Watch;

/// The items of a round, in processing order, as a partition sees them.
struct Round {
  const std::vector<Item>* items = nullptr;
  const std::vector<Position>* positions = nullptr;  ///< of derived layers, by item; null: input only, see first_order
  std::uint64_t first_order = 0;                     ///< order of items[0] in its layer
  const std::vector<Routed>* routed = nullptr;       ///< by keying
  events::Time watermark;
  events::Time
      resolve_until;  ///< deadlines of live alerts before it come due; less than the watermark at the end of input
  Watch* watch = nullptr;
};

class Partition {
 public:
  Partition(const CompiledRules& rules, const Layer& layer, std::uint32_t index, std::uint32_t partitions,
            std::vector<std::vector<std::unique_ptr<KeyTable>>>& tables, const events::SymbolTable& symbols);

  /// Steps the partition's events and then lets deadlines before the watermark come due. Outputs are appended
  /// unordered.
  void run(const Round& round, OutputList& out);

  struct Entry {
    matcher::KeyState state;
    bool queued = false;
  };
  /// One rule's keys and runs.
  struct Shard {
    Shard(const CompiledRule& compiled, std::uint32_t rule_index, const events::SymbolTable& symbols)
        : rule(&compiled), index(rule_index), pool(compiled.program, symbols), outputs(symbols) {}
    /// Something is kept of the key.
    bool holds(std::uint32_t key) const { return !keys[key].state.empty() || outputs.holds(key); }

    const CompiledRule* rule;
    std::uint32_t index;  ///< of the rule in the set
    matcher::RunPool pool;
    std::vector<Entry> keys;  ///< by dense key id
    DueQueue queue;           ///< of runs
    OutputState outputs;
  };

  /// Shards are held by pointer: pools don't move.
  std::vector<std::unique_ptr<Shard>>& shards() { return shards_; }
  const std::vector<std::unique_ptr<Shard>>& shards() const { return shards_; }
  std::uint32_t index() const { return index_; }

  /// The earliest deadline of any key. kLatest: none.
  events::Time next_deadline() const;
  /// Puts a key whose state was read into the queue.
  static void enqueue(Shard& shard, std::uint32_t key);

 private:
  void run_shard(Shard& shard, const Round& round, OutputList& out);
  static void advance(Shard& shard, events::Time watermark, matcher::MatchSink& sink, matcher::Tracer* tracer);

  const Layer& layer_;
  std::uint32_t index_;
  std::uint32_t partitions_;
  std::vector<std::vector<std::unique_ptr<KeyTable>>>& tables_;  ///< by keying, then partition
  std::vector<std::unique_ptr<Shard>> shards_;  ///< the layer's rules; keyless ones only where they belong
};

}  // namespace tocsin::engine
