// One rule's keys and runs or windows in one partition, and the queue of keys that time will do something to.
//
// A key stands in the queue at a time at or before its earliest deadline. A nearer deadline gives it a second entry;
// the first one is then stale and dropped when it comes up, or all stale ones when they are as many as the others.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "engine/compiled_rules.hpp"
#include "engine/due_queue.hpp"

namespace tocsin::engine {

struct Shard {
  struct Entry {
    matcher::KeyState state;
    events::Time queued = events::kLatest;  ///< of its entry in the queue that isn't stale; kLatest: none
  };

  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  /// `memory_limit`: what `limit memory` leaves to this partition, in bytes.
  Shard(const CompiledRule& compiled, std::uint32_t rule_index, const events::SymbolTable& symbols,
        std::uint64_t memory_limit)
      : rule(&compiled),
        index(rule_index),
        memory(memory_limit),
        in_order(compiled.windows || compiled.program.has_timers || memory_limit != kNoLimit),
        forgets(compiled.forgets()),
        pool(compiled.program, symbols),
        outputs(symbols) {
    if (compiled.windows) windows.emplace(*compiled.windows, symbols);
  }

  /// Something is kept of the key beyond its open runs.
  bool remembers(std::uint32_t key) const {
    return matcher::remembers(keys[key].state) || (windows && windows->holds(key)) || outputs.holds(key);
  }
  /// Something is kept of the key.
  bool holds(std::uint32_t key) const { return !keys[key].state.empty() || remembers(key); }
  /// When what is remembered of the key goes, behind all events of that time.
  events::Time forgotten_at(std::uint32_t key) const { return heard[key] + rule->plan->forget; }

  /// What lookups of stream tables read; null: there are none.
  void look_up_in(const matcher::StreamRows* rows) {
    pool.tables = outputs.tables = rows;
    if (windows) windows->tables = rows;
  }

  /// Keys with smaller ids have their place.
  void make_room(std::size_t ids) {
    if (keys.size() < ids) keys.resize(ids);
    if (forgets && heard.size() < keys.size()) heard.resize(keys.size(), events::kEarliest);
  }

  /// The key is to be asked again when `time` has passed.
  void wait(std::uint32_t key, events::Time time) {
    Entry& entry = keys[key];
    if (time >= entry.queued) return;
    if (entry.queued == events::kLatest) ++waiting;
    entry.queued = time;
    queue.push({time, key});
    if (queue.size() > 2 * waiting + kStale) drop_stale();
  }
  /// A key whose state was read is to be asked again when it is due.
  void resume(std::uint32_t key) {
    wait(key,
         windows ? matcher::window_deadline(*windows, key) : matcher::deadline(rule->program, pool, keys[key].state));
    if (forgets && remembers(key)) wait(key, forgotten_at(key));
  }
  /// No key is to be asked before. kLatest: none is.
  events::Time next_due() const { return queue.next(); }
  /// Entries in the queue, stale ones too.
  std::size_t queued() const { return queue.size(); }
  /// Takes the next entry out. False: it was stale.
  bool pop(std::uint32_t& key) {
    const Due due = queue.pop();
    key = due.key;
    if (keys[key].queued != due.time) return false;
    keys[key].queued = events::kLatest;
    --waiting;
    return true;
  }

  bool is_over_memory() const { return memory != kNoLimit && bytes() > memory; }
  std::uint64_t bytes() const { return windows ? windows->bytes() : pool.bytes(); }
  /// Ends the oldest starts of all keys until an eighth of the limit is free.
  void evict(matcher::Tracer* tracer);
  /// Keys that hold windows, the longest silent first.
  std::vector<std::uint32_t> silent() const;

  const CompiledRule* rule;
  std::uint32_t index;                         ///< of the rule in the set
  std::uint64_t memory;                        ///< most that the pool may use
  bool in_order;                               ///< what time does to any key comes before later events of all keys
  bool forgets;                                ///< something may be remembered of a key
  matcher::RunPool pool;                       ///< of a pattern rule
  std::optional<matcher::WindowPool> windows;  ///< of a window rule
  std::vector<Entry> keys;                     ///< by dense key id
  std::vector<events::Time> heard;             ///< by key, where the rule forgets: what silence is counted from
  OutputState outputs;
  std::uint64_t evicted = 0;    ///< starts that `limit memory` ended, or keys of windows
  std::uint64_t forgotten = 0;  ///< keys

  static constexpr std::size_t kStale = 1024;  ///< entries that may be stale, beside as many as aren't

 private:
  void drop_stale();

  DueQueue queue;
  std::size_t waiting = 0;  ///< keys with an entry that isn't stale
};

}  // namespace tocsin::engine
