// Alerts with a life: those of a rule that fire now, by key, and when time alone resolves them; of window rules also
// those that are about to fire, for their condition holds, but not for so long yet.
//
// Bounded by the keys with a live alert. What resolves one is judged by the caller: this keeps what was told last and
// the deadlines, so that they come due in order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "engine/due_queue.hpp"
#include "engine/output_id.hpp"
#include "events/message.hpp"

namespace tocsin::engine {

/// One alert that fires, or is about to.
struct Life {
  /// Of window rules: `pending`: its condition holds since less than `hold`; `ripe`: long enough, but the throttle held
  /// it back; `ending`: it fires, but its condition doesn't hold any more, since less than `keep`.
  enum class Stage : std::uint8_t { firing, pending, ripe, ending };
  Stage stage = Stage::firing;
  std::uint32_t place = 0;             ///< of the output in its rule
  std::uint32_t grain = 0;             ///< of a rollup: which
  events::Time due = events::kLatest;  ///< past this time it is resolved, or fires; kLatest: only an event does that
  std::uint64_t start_order = 0;       ///< of the match told last
  std::uint64_t fold = 0;              ///< of its events
  std::uint64_t taken = 0;             ///< number of its events
  std::optional<WindowIdentity> window{};  ///< the one told last; while pending the one evaluated last
  events::Value dedup{};                   ///< value of `dedup by`
  std::string each{};                      ///< of one that doesn't fire yet: values of the throttle's `each`, as bytes
  events::Message message;                 ///< told last, or to be told; `alert` is the id of the life
  bool fires() const { return stage == Stage::firing || stage == Stage::ending; }
};

class Lives {
 public:
  bool empty() const { return keys_.empty(); }
  bool holds(std::uint32_t key) const { return !keys_.empty() && keys_.contains(key); }
  /// Those that fire and those about to.
  std::size_t size() const { return size_; }
  /// Alerts that fire now.
  std::size_t firing() const;
  /// Keys with a life, in no order.
  std::vector<std::uint32_t> keys() const;
  /// Lives of the key, by place and grain; null: none.
  std::vector<Life>* of(std::uint32_t key) {
    const auto found = keys_.find(key);
    return found == keys_.end() ? nullptr : &found->second.lives;
  }
  const std::vector<Life>* of(std::uint32_t key) const { return const_cast<Lives*>(this)->of(key); }
  Life* find(std::uint32_t key, std::uint32_t place, std::uint32_t grain = 0);

  /// The key must have no life at the place.
  void begin(std::uint32_t key, Life life);
  void end(std::uint32_t key, std::uint32_t place, std::uint32_t grain = 0);
  /// No deadline lies before this. kLatest: none.
  events::Time next() const { return queue_.next(); }
  /// The next key that may have a deadline, to be asked for what is due, and told by asked(); there must be one.
  std::uint32_t pop();
  void asked(std::uint32_t key);
  /// A deadline of the key is nearer than it was.
  void hastened(std::uint32_t key) { asked(key); }

 private:
  struct Key {
    std::vector<Life> lives;
    events::Time queued = events::kLatest;  ///< its earliest entry in the queue
  };
  static constexpr std::size_t kStale = 1024;  ///< entries that may be stale, beside as many as aren't
  void enqueue(std::uint32_t key, Key& lives);

  absl::flat_hash_map<std::uint32_t, Key> keys_;
  DueQueue queue_;
  std::size_t size_ = 0;
};

}  // namespace tocsin::engine
