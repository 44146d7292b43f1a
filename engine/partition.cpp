#include "engine/partition.hpp"

#include <algorithm>

#include "engine/shard_round.hpp"
#include "engine/watch.hpp"

namespace tocsin::engine {

Partition::Partition(const CompiledRules& rules, const Layer& layer, std::uint32_t index, std::uint32_t partitions,
                     std::vector<std::vector<std::unique_ptr<KeyTable>>>& tables, const events::SymbolTable& symbols,
                     const matcher::StreamRows* rows)
    : layer_(layer), index_(index), partitions_(partitions), tables_(tables) {
  for (const std::uint32_t rule : layer.rules) {
    const bool keyless = layer.keyings[rules.rules[rule].keying].keyless();
    if (keyless && rule % partitions != index) continue;
    std::uint64_t memory = rules.rules[rule].plan->limit_memory.value_or(Shard::kNoLimit);
    if (memory != Shard::kNoLimit && !keyless) memory /= partitions;
    shards_.push_back(std::make_unique<Shard>(rules.rules[rule], rule, symbols, memory));
    shards_.back()->look_up_in(rows);
    if (keyless) shards_.back()->make_room(1);
  }
}

void Partition::run(const Round& round, OutputList& out) {
  for (const auto& shard : shards_) run_shard(*shard, round, out);
}

void Partition::run_shard(Shard& shard, const Round& round, OutputList& out) {
  const std::uint32_t keying = shard.rule->keying;
  if (round.watch != nullptr) round.watch->at(*shard.rule);
  ShardRound run(shard, round, layer_.keyings[keying], *tables_[keying][index_], index_, partitions_, out);
  if (layer_.keyings[keying].keyless()) {
    for (std::uint32_t i = 0; i < round.items->size(); ++i) run.step(i, 0);
    return run.finish();
  }
  constexpr std::size_t kAhead = 12;
  const std::vector<KeyedItem>& mine = (*round.routed)[keying].partitions[index_];
  std::uint32_t largest = 0;
  for (const KeyedItem& keyed : mine) largest = std::max(largest, keyed.key);
  if (!mine.empty()) shard.make_room(std::size_t{largest} + 1);
  if (shard.windows) return run_windows(shard, mine, run);
  for (std::size_t i = 0; i < mine.size(); ++i) {
    // What a step will ask for is asked for early: the key, then its first run, then what that run took last.
    if (i + 3 * kAhead < mine.size()) __builtin_prefetch(&shard.keys[mine[i + 3 * kAhead].key]);
    if (i + 2 * kAhead < mine.size()) {
      const Shard::Entry& ahead = shard.keys[mine[i + 2 * kAhead].key];
      if (ahead.state.head != matcher::kNoRun) shard.pool.prefetch(ahead.state.head);
    }
    if (i + kAhead < mine.size()) {
      const Shard::Entry& ahead = shard.keys[mine[i + kAhead].key];
      if (ahead.state.head != matcher::kNoRun) shard.pool.prefetch_cause(ahead.state.head);
      const Item& item = (*round.items)[mine[i + kAhead].item];
      __builtin_prefetch(&item.loaded->batch.origins[item.row]);
    }
    run.step(mine[i].item, mine[i].key);
  }
  run.finish();
}

void Partition::run_windows(const Shard& shard, const std::vector<KeyedItem>& mine, ShardRound& run) {
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (i + 2 * kAhead < mine.size()) {
      __builtin_prefetch(&shard.keys[mine[i + 2 * kAhead].key]);
      __builtin_prefetch(&shard.heard[mine[i + 2 * kAhead].key]);
      shard.windows->prefetch(mine[i + 2 * kAhead].key);
    }
    if (i + kAhead < mine.size()) shard.windows->prefetch_panes(mine[i + kAhead].key);
    run.step(mine[i].item, mine[i].key);
  }
  run.finish();
}

events::Time Partition::next_deadline() const {
  events::Time next = events::kLatest;
  for (const auto& shard : shards_) next = std::min({next, shard->next_due(), shard->outputs.lives.next()});
  return next;
}

}  // namespace tocsin::engine
