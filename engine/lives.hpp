// Alerts with a life: those of a rule that fire now, by key, and when time alone resolves them.
//
// Bounded by the keys with a live alert. What resolves one is judged by the caller: this keeps what was told last and
// the deadlines, so that they come due in order.
#pragma once

#include <cstdint>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "engine/due_queue.hpp"
#include "events/message.hpp"

namespace tocsin::engine {

/// One alert that fires.
struct Life {
  std::uint32_t place = 0;             ///< of the output in its rule
  events::Time due = events::kLatest;  ///< past this time it is resolved; kLatest: only an event does
  std::uint64_t start_order = 0;       ///< of the match told last
  std::uint64_t fold = 0;              ///< of its events
  std::uint64_t taken = 0;             ///< number of its events
  events::Message message;             ///< told last; `alert` is the id of the life
};

class Lives {
 public:
  bool empty() const { return keys_.empty(); }
  bool holds(std::uint32_t key) const { return !keys_.empty() && keys_.contains(key); }
  /// Alerts that fire now.
  std::size_t size() const { return size_; }
  /// Lives of the key, by place; null: none.
  std::vector<Life>* of(std::uint32_t key) {
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : &found->second.lives;
  }
  const std::vector<Life>* of(std::uint32_t key) const { return const_cast<Lives*>(this)->of(key); }
  Life* find(std::uint32_t key, std::uint32_t place);

  /// The key must have no life at the place.
  void begin(std::uint32_t key, Life life);
  void end(std::uint32_t key, std::uint32_t place);
  /// No deadline lies before this. kLatest: none.
  events::Time next() const { return queue_.next(); }
  /// The next key that may have a deadline, to be asked for what is due, and told by asked(); there must be one.
  std::uint32_t pop();
  void asked(std::uint32_t key);

 private:
  struct Key {
    std::vector<Life> lives;
    events::Time queued = events::kLatest;  ///< its earliest entry in the queue
  };
  void enqueue(std::uint32_t key, Key& lives);

  absl::flat_hash_map<std::uint32_t, Key> keys_;
  DueQueue queue_;
  std::size_t size_ = 0;
};

}  // namespace tocsin::engine
