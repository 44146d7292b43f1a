#include "engine/engine.hpp"

#include <algorithm>
#include <thread>

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "engine/derived.hpp"
#include "engine/watch.hpp"
#include "events/assert.hpp"

namespace tocsin::engine {

namespace {

constexpr const char* kBehind = " behind the watermark";

bool comes_before(const std::shared_ptr<Output>& a, const std::shared_ptr<Output>& b) { return compare(*a, *b) < 0; }

}  // namespace

struct Engine::Arena {
  explicit Arena(int threads) : arena(threads) {}
  tbb::task_arena arena;
};

Engine::Engine(std::shared_ptr<const rules::RuleSet> rules, Options options, events::SymbolTable& symbols,
               OutputSink& outputs, events::DeadLetterSink& dead_letters, Clock& clock)
    : rules_(CompiledRules::compile(
          std::move(rules), symbols,
          options.watch == nullptr ? matcher::Method::fitting : matcher::Method::runs)),  // a watch looks at runs
      options_(options),
      symbols_(symbols),
      outputs_(outputs),
      dead_letters_(dead_letters),
      clock_(clock),
      buffer_(std::max<std::size_t>(options.reorder, 1)) {
  if (options_.watch != nullptr) {
    TOCSIN_ASSERT(options_.partitions == 1);
    rules_.keep_causes();
    options_.watch->begin(rules_, symbols_);
    symbols_.pin();
  }
  const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  if (options_.partitions == 0) options_.partitions = cores;
  if (options_.partitions > 1) arena_ = std::make_unique<Arena>(static_cast<int>(std::min(options_.partitions, cores)));
  layers_.resize(rules_.layers.size());
  watching_.assign(rules_.rules.size(), events::kLatest);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = rules_.layers[i];
    if (!layer.table_types.empty())
      layers_[i].streams = std::make_unique<StreamTables>(rules_.conditions.tables()->streams(), layer.table_types);
    for (const Keying& keying : layer.keyings) {
      auto& tables = layers_[i].tables.emplace_back();
      for (std::uint32_t p = 0; p < options_.partitions; ++p)
        tables.push_back(std::make_unique<KeyTable>(keying.types.size()));
      layers_[i].null_keys.emplace_back(schema().types.size());
    }
    layers_[i].routed.resize(layer.keyings.size());
    for (std::uint32_t p = 0; p < options_.partitions; ++p)
      layers_[i].partitions.push_back(std::make_unique<Partition>(
          rules_, layer, p, options_.partitions, layers_[i].tables, symbols_, layers_[i].streams.get()));
  }
}

Engine::~Engine() = default;

InputId Engine::add_input(InputOptions options) { return watermarks_.add(std::move(options), clock_.monotonic()); }

std::unique_ptr<LoadedBatch> Engine::take_batch() {
  if (spare_.empty()) return std::make_unique<LoadedBatch>(schema());
  auto batch = std::move(spare_.back());
  spare_.pop_back();
  return batch;
}

void Engine::refuse(events::Reason reason, InputId input, const LoadedBatch& loaded, events::Row row,
                    std::string detail) {
  const events::RowOrigin& origin = loaded.batch.origins[row];
  events::DeadLetter letter;
  letter.reason = reason;
  letter.detail = std::move(detail);
  letter.input = watermarks_.options(input).name;
  letter.position = origin.position;
  letter.bytes = origin.bytes.substr(0, events::kDeadLetterBytes);
  letter.size = origin.bytes.size();
  dead_letters_.take(letter);
}

void Engine::admit(InputId input, LoadedBatch& loaded, events::Duration now) {
  const InputOptions& options = watermarks_.options(input);
  const bool direct = watermarks_.inputs() == 1 && options.lateness.ns == 0 && buffer_.empty();
  const events::Time horizon = options.live ? clock_.now() + options.future : events::kLatest;
  // With no lateness the input's watermark is the largest time so far; rows in order need nothing else.
  events::Time mark = std::max(watermarks_.watermark(input), watermarks_.engine());
  events::Time largest = events::kEarliest;
  if (direct) ready_.reserve(ready_.size() + loaded.batch.size());
  for (events::Row row = 0; row < loaded.batch.size(); ++row) {
    const events::RowHead& head = loaded.batch.heads[row];
    if (direct && head.time >= mark && head.time <= horizon) {
      mark = largest = head.time;
      if (head.type != events::kNoType) ready_.push_back({&loaded, row, false});
      continue;
    }
    if (direct) watermarks_.event(input, largest);
    if (watermarks_.is_late(input, head.time)) {
      if (head.type == events::kNoType) continue;
      if (admit_late(input, loaded, row, now)) add_to_buffer(loaded, row, true, now);
      mark = std::max(mark, watermarks_.engine());
      continue;
    }
    if (head.time > horizon) {
      ++stats_.future;
      refuse(events::Reason::future, input, loaded, row,
             events::format_duration(head.time - (horizon - options.future)) + " ahead of the clock");
      continue;
    }
    watermarks_.event(input, head.time);
    if (head.type == events::kNoType) continue;
    add_to_buffer(loaded, row, false, now);
  }
  if (direct) watermarks_.event(input, largest);
}

void Engine::add_to_buffer(LoadedBatch& loaded, events::Row row, bool late, events::Duration now) {
  if (buffer_.full()) buffer_.release(watermarks_.update(now), ready_);
  const bool full = buffer_.full();
  buffer_.add(loaded, row, late);
  if (!full) return;
  ++stats_.forced;
  watermarks_.force(buffer_.oldest());
  buffer_.release(watermarks_.engine(), ready_);
}

bool Engine::reads_late(events::TypeId type) const {
  return std::any_of(rules_.layers.begin(), rules_.layers.end(),
                     [&](const Layer& layer) { return layer.reads_late[events::index_of(type)]; });
}

bool Engine::admit_late(InputId input, LoadedBatch& loaded, events::Row row, events::Duration now) {
  ++stats_.late;
  const events::RowHead& head = loaded.batch.heads[row];
  const events::Duration behind = std::max(watermarks_.watermark(input), watermarks_.engine()) - head.time;
  if (!reads_late(head.type)) {
    refuse(events::Reason::late, input, loaded, row, events::format_duration(behind) + kBehind);
    return false;
  }
  const events::Time engine = watermarks_.update(now);
  buffer_.release(engine, ready_);
  LateEvent& late = loaded.late.emplace_back();
  late.row = row;
  late.mark = std::max(engine, head.time);
  late.behind = behind;
  late.input = input;
  if (head.time >= engine) return true;
  ready_.push_back({&loaded, row, true});
  return false;
}

void Engine::refuse_late(const std::vector<Item>& items) {
  for (const Item& item : items) {
    if (!item.late) continue;
    const LateEvent& late = item.loaded->late_event(item.row);
    if (late.taken.load(std::memory_order_relaxed))
      ++stats_.late_taken;
    else
      refuse(events::Reason::late, late.input, *item.loaded, item.row, events::format_duration(late.behind) + kBehind);
  }
}

void Engine::push(InputId input, std::unique_ptr<LoadedBatch> batch) {
  const events::Duration now = clock_.monotonic();
  watermarks_.heard(input, now);
  stats_.events += batch->batch.size();
  evaluate(rules_.conditions, batch->batch, symbols_, batch->bits);
  stats_.nulls += batch->bits.nulls();
  LoadedBatch& loaded = buffer_.hold(std::move(batch));
  admit(input, loaded, now);
  release(watermarks_.update(now));
}

void Engine::peers(InputId input, std::size_t count) { watermarks_.peers(input, count, clock_.monotonic()); }

void Engine::tick() { release(watermarks_.update(clock_.monotonic())); }

std::optional<events::Duration> Engine::next_tick() {
  events::Time deadline = events::kLatest;
  for (const LayerState& layer : layers_)
    for (const auto& partition : layer.partitions) deadline = std::min(deadline, partition->next_deadline());
  if (!buffer_.empty()) deadline = std::min(deadline, buffer_.oldest());
  return watermarks_.next_change(clock_.monotonic(), deadline);
}

void Engine::end(InputId input) {
  watermarks_.end(input);
  tick();
}

void Engine::finish(bool drain) {
  watermarks_.force(watermarks_.largest());
  buffer_.release(events::kLatest, ready_);
  process(watermarks_.engine());
  if (drain) process(events::kLatest);
}

void Engine::advance_to(events::Time time) {
  watermarks_.force(time);
  release(watermarks_.engine());
}

void Engine::release(events::Time watermark) {
  buffer_.release(watermark, ready_);
  process(watermark);
}

void Engine::process(events::Time watermark) {
  constexpr std::size_t kRound = 4096;
  if (ready_.size() <= kRound) {
    round(ready_, watermark);
  } else {
    std::vector<Item> part;
    for (std::size_t begin = 0; begin < ready_.size(); begin += kRound) {
      const std::size_t end = std::min(begin + kRound, ready_.size());
      part.assign(ready_.begin() + static_cast<std::ptrdiff_t>(begin),
                  ready_.begin() + static_cast<std::ptrdiff_t>(end));
      round(part, end < ready_.size() ? std::min(watermark, ready_[end].time()) : watermark);
    }
  }
  ready_.clear();
  const std::size_t spare = spare_.size();
  buffer_.collect(spare_);
  if (spare_.size() > spare) {
    for (std::size_t i = spare; i < spare_.size(); ++i) spare_[i]->clear();
    if (spare_.size() > 8) spare_.resize(8);
    sweep();
  }
}

void Engine::round(const std::vector<Item>& items, events::Time watermark) {
  OutputList outputs;
  Derived derived(schema(), rules_, symbols_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::size_t before = outputs.size();
    if (i == 0) {
      run_layer(i, items, nullptr, watermark, outputs);
    } else {
      std::vector<Item> merged;
      std::vector<Position> positions;
      derived.merge(items, root_order_, rules_.layers[i], merged, positions);
      run_layer(i, merged, &positions, watermark, outputs);
    }
    if (rules_.layers[i].dedups) {
      std::stable_sort(outputs.begin() + static_cast<std::ptrdiff_t>(before), outputs.end(), comes_before);
      dedup_.settle(rules_, outputs, before);
    }
    derived.add(outputs, before);
  }
  root_order_ += items.size();
  stats_.processed += static_cast<std::uint64_t>(
      std::count_if(items.begin(), items.end(), [](const Item& item) { return !item.late; }));
  refuse_late(items);
  put_out(outputs);
}

void Engine::run_layer(std::size_t index, const std::vector<Item>& items, const std::vector<Position>* positions,
                       events::Time watermark, OutputList& out) {
  LayerState& layer = layers_[index];
  const Layer& compiled = rules_.layers[index];
  if (layer.streams != nullptr) layer.streams->enter(items, layer.order);
  for (std::size_t k = 0; k < compiled.keyings.size(); ++k)
    if (!compiled.keyings[k].keyless()) {
      route(compiled.keyings[k], items, layer.tables[k], symbols_, layer.routed[k], layer.null_keys[k],
            layer.streams.get(), layer.order);
      stats_.nulls += layer.routed[k].nulls;
    }
  watch(compiled, items);
  Round round;
  round.items = &items;
  round.watching = &watching_;
  round.positions = positions;
  round.first_order = layer.order;
  round.routed = &layer.routed;
  round.watermark = watermark;
  round.watch = options_.watch;
  round.resolve_until = std::min(watermark, watermarks_.engine());
  layer.order += items.size();
  if (arena_ == nullptr || items.size() < options_.parallel_from) {
    for (const auto& partition : layer.partitions) partition->run(round, out);
  } else {
    std::vector<OutputList> parts(layer.partitions.size());
    arena_->arena.execute([&] {
      tbb::parallel_for(std::size_t{0}, parts.size(),
                        [&](std::size_t p) { layer.partitions[p]->run(round, parts[p]); });
    });
    for (auto& part : parts) std::move(part.begin(), part.end(), std::back_inserter(out));
  }
  if (layer.streams != nullptr) layer.streams->compact();
}

void Engine::watch(const Layer& layer, const std::vector<Item>& items) {
  for (const std::uint32_t index : layer.rules) {
    const CompiledRule& rule = rules_.rules[index];
    if (!rule.watches || watching_[index] != events::kLatest) continue;
    for (const Item& item : items) {
      if (item.late || rule.role(item.head().type) != CompiledRule::Role::read) continue;
      watching_[index] = item.head().time;
      break;
    }
  }
}

void Engine::put_out(OutputList& outputs) {
  std::stable_sort(outputs.begin(), outputs.end(), comes_before);
  for (const auto& output : outputs) {
    const events::Message::Kind kind = output->message.kind;
    ++(kind == events::Message::Kind::alert    ? stats_.alerts
       : kind == events::Message::Kind::action ? stats_.actions
                                               : stats_.derived);
    outputs_.take(output->message);
  }
}

Stats Engine::stats() const {
  Stats stats = stats_;
  stats.waiting = buffer_.size();
  stats.symbols = symbols_.live();
  stats.rules.resize(rules_.rules.size());
  for (std::size_t i = 0; i < rules_.rules.size(); ++i) {
    const CompiledRule& rule = rules_.rules[i];
    stats.rules[i].name = rule.plan->name;
    if (!rule.runs()) continue;
    stats.rules[i].of_windows = rule.windows != nullptr;
    for (const events::TypeId type : rule.plan->inputs)
      stats.rules[i].null_keys += layers_[rule.plan->layer].null_keys[rule.keying][events::index_of(type)];
  }
  for (const LayerState& layer : layers_) {
    if (layer.streams != nullptr) {
      stats.table_rows += layer.streams->rows();
      stats.table_evicted += layer.streams->evicted();
    }
    for (const auto& partition : layer.partitions) {
      for (const auto& shard : partition->shards()) {
        RuleStats& rule = stats.rules[shard->index];
        const matcher::PoolCounts& counts = shard->pool.counts;
        rule.matches += counts.matches;
        rule.starts += counts.starts;
        rule.open += counts.open;
        rule.peak += counts.peak;
        rule.evicted += counts.evicted;
        rule.expired += counts.expired;
        const OutputState& outputs = shard->outputs;
        rule.nulls += counts.nulls + outputs.nulls;
        rule.put_out += outputs.put_out;
        rule.suppressed += outputs.suppressed;
        rule.shadowed += outputs.shadowed;
        rule.throttled += outputs.throttled.size();
        rule.untold += outputs.throttled.untold();
        rule.timeouts += outputs.timeouts;
        rule.over_memory += shard->evicted;
        rule.forgotten += shard->forgotten;
        for (std::uint32_t key = 0; key < shard->keys.size(); ++key) rule.keys += shard->holds(key) ? 1 : 0;
        rule.firing += outputs.lives.firing();
        if (!shard->windows) continue;
        const matcher::WindowCounts& windows = shard->windows->counts;
        rule.rows += windows.rows;
        rule.windows += windows.windows;
        rule.late += windows.late;
        rule.cut += windows.cut;
        rule.nulls += windows.nulls;
      }
    }
  }
  return stats;
}

}  // namespace tocsin::engine
