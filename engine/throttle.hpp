// `throttle n per d each …`: how many matches of a rule were put out lately, for each key and values of `each`.
//
// A span begins with a match that is put out and lasts [t, t + per); the first n in it are put out, the rest are
// counted and told in the next one put out. All by event time, so that neither batches nor partitions matter. Bounded:
// what is over and owes no count goes; a key keeps at most kMaxSpans, of which the longest silent ones make room; all
// of a key goes when it is forgotten. Counts that nobody will be told of are counted in turn.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <absl/container/flat_hash_map.h>

#include "events/bytes.hpp"
#include "events/time.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

class Throttled {
 public:
  static constexpr std::size_t kMaxSpans = 10'000;  ///< of one key

  struct Decision {
    bool given = true;
    std::uint64_t suppressed = 0;  ///< held back since the last one given
  };
  /// A match of `key` that completes at `at`; times of a key never go back. `each`: the values as bytes.
  Decision take(const rules::Throttle& throttle, std::uint32_t key, const std::string& each, events::Time at);

  /// Something is kept of the key.
  bool holds(std::uint32_t key) const { return keys_.contains(key); }
  void forget(std::uint32_t key);
  /// All matches that complete before `now` were taken: now and then what isn't needed any more goes.
  void sweep(const rules::Throttle& throttle, events::Time now) {
    if (size_ > sweep_at_) drop(throttle, now);
  }
  std::size_t size() const { return size_; }
  /// Matches held back that no message will tell of.
  std::uint64_t untold() const { return untold_; }

  /// What is kept of `key`, but for what isn't needed any more at `now`.
  void write(const rules::Throttle& throttle, std::uint32_t key, events::Time now, std::string& out) const;
  /// The reverse; bytes that are none clear `in.good`.
  void read(std::uint32_t key, events::ByteReader& in);

 private:
  struct Span {
    events::Time begin;
    events::Time last;             ///< match, put out or not
    std::uint64_t given = 0;       ///< in the span
    std::uint64_t suppressed = 0;  ///< since the last one given
  };
  static bool is_over(const rules::Throttle& throttle, const Span& span, events::Time at);
  using Spans = std::map<std::string, Span>;
  void make_room(const rules::Throttle& throttle, Spans& spans, events::Time at);
  void drop(const rules::Throttle& throttle, events::Time now);

  absl::flat_hash_map<std::uint32_t, Spans> keys_;
  std::size_t size_ = 0;  ///< spans of all keys
  std::size_t sweep_at_ = 1024;
  std::uint64_t untold_ = 0;
};

}  // namespace tocsin::engine
