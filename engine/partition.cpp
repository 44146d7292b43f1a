#include "engine/partition.hpp"

#include <algorithm>
#include <array>

#include "engine/watch.hpp"

namespace tocsin::engine {

namespace {

/// Turns matches into outputs while their runs are at hand.
class Collector final : public matcher::MatchSink {
 public:
  Collector(Partition::Shard& shard, const Keying& keying, const KeyTable& table, std::uint32_t partition,
            std::uint32_t partitions, OutputList& out)
      : shard_(shard), keying_(keying), table_(table), partition_(partition), partitions_(partitions), out_(out) {}

  void at(const Round& round, std::uint32_t item, std::uint32_t key) {
    round_ = &round;
    item_ = item;
    key_ = key;
  }

  void take(const matcher::Match& match) override {
    const Item& item = (*round_->items)[item_];
    const std::size_t first = out_.size();
    shard_.rule->outputs->match(match, position(), key(key_), item.loaded->batch.origins[item.row], shard_.outputs,
                                out_);
    if (round_->watch != nullptr) round_->watch->matched(match, out_, first);
  }

  /// The event that at() told may end lives of its key.
  void resolve() { shard_.rule->outputs->event((*round_->items)[item_], position(), key(key_), shard_.outputs, out_); }

  KeyRef key(std::uint32_t id) {
    key_slots(keying_, table_, id, partition_, partitions_, slots_);
    return {id, slots_};
  }

 private:
  Position position() const {
    if (round_->positions != nullptr) return (*round_->positions)[item_];
    Position position;
    position.time = (*round_->items)[item_].head().time;
    position.order = round_->first_order + item_;
    return position;
  }

  Partition::Shard& shard_;
  const Keying& keying_;
  const KeyTable& table_;
  std::uint32_t partition_;
  std::uint32_t partitions_;
  OutputList& out_;
  const Round* round_ = nullptr;
  std::uint32_t item_ = 0;
  std::uint32_t key_ = 0;
  std::vector<events::Slot> slots_;
};

}  // namespace

Partition::Partition(const CompiledRules& rules, const Layer& layer, std::uint32_t index, std::uint32_t partitions,
                     std::vector<std::vector<std::unique_ptr<KeyTable>>>& tables, const events::SymbolTable& symbols)
    : layer_(layer), index_(index), partitions_(partitions), tables_(tables) {
  for (const std::uint32_t rule : layer.rules) {
    const bool keyless = layer.keyings[rules.rules[rule].keying].keyless();
    if (keyless && rule % partitions != index) continue;
    shards_.push_back(std::make_unique<Shard>(rules.rules[rule], rule, symbols));
    if (keyless) shards_.back()->keys.resize(1);
  }
}

void Partition::run(const Round& round, OutputList& out) {
  for (const auto& shard : shards_) run_shard(*shard, round, out);
}

void Partition::run_shard(Shard& shard, const Round& round, OutputList& out) {
  const matcher::Program& program = shard.rule->program;
  const Keying& keying = layer_.keyings[shard.rule->keying];
  Collector collector(shard, keying, *tables_[shard.rule->keying][index_], index_, partitions_, out);
  const std::vector<Item>& items = *round.items;
  if (round.watch != nullptr) round.watch->at(*shard.rule);
  const bool has_lives = shard.rule->outputs->has_lives();
  using Role = CompiledRule::Role;
  const auto step = [&](std::uint32_t i, std::uint32_t key) {
    const Item& item = items[i];
    const events::RowHead& head = item.head();
    const Role role = shard.rule->role(head.type);
    if (role == Role::none) return;
    Entry& entry = shard.keys[key];
    if (has_lives && shard.outputs.lives.holds(key)) {
      collector.at(round, i, key);
      collector.resolve();
    }
    if (role == Role::only_resolves) return;
    if (round.watch != nullptr) round.watch->before(shard.pool, entry.state, item);
    if (!matcher::concerns(program, shard.pool, entry.state, head, item.loaded->bits)) return;
    collector.at(round, i, key);
    matcher::step(program, shard.pool, entry.state, item.loaded->batch, item.row, round.first_order + i,
                  item.loaded->bits, events::kLatest, collector, round.watch);
    if (round.watch != nullptr) round.watch->after(shard.pool, entry.state);
    if (!entry.queued && program.has_within && !entry.state.empty()) enqueue(shard, key);
  };
  if (keying.keyless()) {
    for (std::uint32_t i = 0; i < items.size(); ++i) step(i, 0);
  } else {
    constexpr std::size_t kAhead = 12;
    const std::vector<KeyedItem>& mine = (*round.routed)[shard.rule->keying].partitions[index_];
    std::uint32_t largest = 0;
    for (const KeyedItem& keyed : mine) largest = std::max(largest, keyed.key);
    if (!mine.empty() && largest >= shard.keys.size())
      shard.keys.resize(std::max<std::size_t>(std::size_t{largest} + 1, shard.keys.size() * 2));
    for (std::size_t i = 0; i < mine.size(); ++i) {
      // What a step will ask for is asked for early: the key, then its first run, then what that run took last.
      if (i + 3 * kAhead < mine.size()) __builtin_prefetch(&shard.keys[mine[i + 3 * kAhead].key]);
      if (i + 2 * kAhead < mine.size()) {
        const Entry& ahead = shard.keys[mine[i + 2 * kAhead].key];
        if (!ahead.state.empty()) shard.pool.prefetch(ahead.state.head);
      }
      if (i + kAhead < mine.size()) {
        const Entry& ahead = shard.keys[mine[i + kAhead].key];
        if (!ahead.state.empty()) shard.pool.prefetch_cause(ahead.state.head);
        const Item& item = items[mine[i + kAhead].item];
        __builtin_prefetch(&item.loaded->batch.origins[item.row]);
      }
      step(mine[i].item, mine[i].key);
    }
  }
  advance(shard, round.watermark, collector, round.watch);
  Lives& lives = shard.outputs.lives;
  while (lives.next() < round.resolve_until) {
    const std::uint32_t key = lives.pop();
    shard.rule->outputs->due(round.resolve_until, collector.key(key), shard.outputs, out);
    lives.asked(key);
  }
  if (shard.rule->plan->throttle) shard.outputs.throttled.sweep(*shard.rule->plan->throttle, round.resolve_until);
}

void Partition::enqueue(Shard& shard, std::uint32_t key) {
  const events::Time due = matcher::deadline(shard.rule->program, shard.pool, shard.keys[key].state);
  if (due == events::kLatest) return;
  shard.keys[key].queued = true;
  shard.queue.push({due, key});
}

void Partition::advance(Shard& shard, events::Time watermark, matcher::MatchSink& sink, matcher::Tracer* tracer) {
  // Some at a time, so that their keys, runs and causes can be fetched side by side.
  std::array<std::uint32_t, 32> due{};
  while (!shard.queue.empty() && shard.queue.next() < watermark) {
    std::size_t count = 0;
    while (count < due.size() && !shard.queue.empty() && shard.queue.next() < watermark) {
      due[count] = shard.queue.pop().key;
      __builtin_prefetch(&shard.keys[due[count++]]);
    }
    for (std::size_t i = 0; i < count; ++i)
      if (const Entry& entry = shard.keys[due[i]]; !entry.state.empty()) shard.pool.prefetch(entry.state.head);
    for (std::size_t i = 0; i < count; ++i)
      if (const Entry& entry = shard.keys[due[i]]; !entry.state.empty()) shard.pool.prefetch_cause(entry.state.head);
    for (std::size_t i = 0; i < count; ++i) {
      Entry& entry = shard.keys[due[i]];
      entry.queued = false;
      matcher::advance(shard.rule->program, shard.pool, entry.state, watermark, sink, tracer);
      if (!entry.state.empty()) enqueue(shard, due[i]);
    }
  }
}

events::Time Partition::next_deadline() const {
  events::Time next = events::kLatest;
  for (const auto& shard : shards_) next = std::min({next, shard->queue.next(), shard->outputs.lives.next()});
  return next;
}

}  // namespace tocsin::engine
