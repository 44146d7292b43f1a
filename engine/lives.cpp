#include "engine/lives.hpp"

#include <algorithm>

#include "events/assert.hpp"

namespace tocsin::engine {

namespace {
bool is_before(const Life& a, const Life& b) { return a.place != b.place ? a.place < b.place : a.grain < b.grain; }
}  // namespace

Life* Lives::find(std::uint32_t key, std::uint32_t place, std::uint32_t grain) {
  std::vector<Life>* lives = of(key);
  if (lives == nullptr) return nullptr;
  for (Life& life : *lives)
    if (life.place == place && life.grain == grain) return &life;
  return nullptr;
}

std::size_t Lives::firing() const {
  std::size_t firing = 0;
  for (const auto& [key, entry] : keys_)
    for (const Life& life : entry.lives) firing += life.fires() ? 1 : 0;
  return firing;
}

std::vector<std::uint32_t> Lives::keys() const {
  std::vector<std::uint32_t> keys;
  for (const auto& [key, entry] : keys_) keys.push_back(key);
  return keys;
}

void Lives::begin(std::uint32_t key, Life life) {
  Key& entry = keys_[key];
  const auto at = std::lower_bound(entry.lives.begin(), entry.lives.end(), life, is_before);
  TOCSIN_ASSERT(at == entry.lives.end() || is_before(life, *at));
  entry.lives.insert(at, std::move(life));
  ++size_;
  enqueue(key, entry);
}

void Lives::end(std::uint32_t key, std::uint32_t place, std::uint32_t grain) {
  const auto found = keys_.find(key);
  TOCSIN_ASSERT(found != keys_.end());
  size_ -=
      std::erase_if(found->second.lives, [&](const Life& life) { return life.place == place && life.grain == grain; });
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
  if (queue_.size() > 2 * keys_.size() + kStale)
    queue_.keep([&](const Due& each) {
      const auto found = keys_.find(each.key);
      return found != keys_.end() && found->second.queued == each.time;
    });
}

}  // namespace tocsin::engine
