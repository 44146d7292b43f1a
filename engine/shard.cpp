#include "engine/shard.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace tocsin::engine {

void Shard::drop_stale() {
  queue.keep([&](const Due& due) {
    Entry& entry = keys[due.key];
    if (entry.queued != due.time) return false;
    entry.queued = events::kLatest;  // so that a second entry of the same time is dropped too
    return true;
  });
  queue.each([&](const Due& due) { keys[due.key].queued = due.time; });
  waiting = queue.size();
}

void Shard::evict(matcher::Tracer* tracer) {
  using Oldest = std::pair<std::uint64_t, std::uint32_t>;  // order of a key's oldest start, the key
  std::vector<Oldest> oldest;
  for (std::uint32_t key = 0; key < keys.size(); ++key)
    if (keys[key].state.head != matcher::kNoRun) oldest.emplace_back(matcher::oldest_start(pool, keys[key].state), key);
  std::make_heap(oldest.begin(), oldest.end(), std::greater<>());
  while (!oldest.empty() && pool.bytes() > memory - memory / 8) {
    std::pop_heap(oldest.begin(), oldest.end(), std::greater<>());
    auto& [start, key] = oldest.back();
    matcher::evict_oldest(pool, keys[key].state, tracer);
    ++evicted;
    if (keys[key].state.head == matcher::kNoRun) {
      oldest.pop_back();
      continue;
    }
    start = matcher::oldest_start(pool, keys[key].state);
    std::push_heap(oldest.begin(), oldest.end(), std::greater<>());
  }
}

std::vector<std::uint32_t> Shard::silent() const {
  std::vector<std::uint32_t> silent;
  for (std::uint32_t key = 0; key < keys.size(); ++key)
    if (windows->holds(key)) silent.push_back(key);
  std::stable_sort(silent.begin(), silent.end(), [&](std::uint32_t a, std::uint32_t b) { return heard[a] < heard[b]; });
  return silent;
}

}  // namespace tocsin::engine
