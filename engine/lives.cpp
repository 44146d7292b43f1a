#include "engine/lives.hpp"

#include <algorithm>

#include "events/assert.hpp"

namespace tocsin::engine {

Life* Lives::find(std::uint32_t key, std::uint32_t place) {
  std::vector<Life>* lives = of(key);
  if (lives == nullptr) return nullptr;
  for (Life& life : *lives)
    if (life.place == place) return &life;
  return nullptr;
}

void Lives::begin(std::uint32_t key, Life life) {
  Key& entry = keys_[key];
  const auto at = std::lower_bound(entry.lives.begin(), entry.lives.end(), life.place,
                                   [](const Life& a, std::uint32_t place) { return a.place < place; });
  TOCSIN_ASSERT(at == entry.lives.end() || at->place != life.place);
  entry.lives.insert(at, std::move(life));
  ++size_;
  enqueue(key, entry);
}

void Lives::end(std::uint32_t key, std::uint32_t place) {
  const auto found = keys_.find(key);
  TOCSIN_ASSERT(found != keys_.end());
  size_ -= std::erase_if(found->second.lives, [&](const Life& life) { return life.place == place; });
  if (found->second.lives.empty()) keys_.erase(found);
}

std::uint32_t Lives::pop() {
  const Due due = queue_.pop();
  const auto found = keys_.find(due.key);
  if (found != keys_.end() && found->second.queued == due.time) found->second.queued = events::kLatest;
  return due.key;
}

void Lives::asked(std::uint32_t key) {
  const auto found = keys_.find(key);
  if (found != keys_.end()) enqueue(key, found->second);
}

void Lives::enqueue(std::uint32_t key, Key& entry) {
  events::Time due = events::kLatest;
  for (const Life& life : entry.lives) due = std::min(due, life.due);
  if (due >= entry.queued) return;
  entry.queued = due;
  queue_.push({due, key});
}

}  // namespace tocsin::engine
