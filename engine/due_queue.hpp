// Keys by deadline, for a clock that only goes forward: a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan, JACM 37, 1990).
//
// Bucket b > 0 holds times whose highest bit that differs from the last popped one's is bit b - 1; bucket 0 holds times
// up to it. An entry only moves to lower buckets, so a push costs nothing to speak of and a pop a few moves through
// memory that lies in a row, however many entries there are.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "events/time.hpp"

namespace tocsin::engine {

struct Due {
  events::Time time;
  std::uint32_t key = 0;
};

class DueQueue {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// The earliest deadline. kLatest: none.
  events::Time next() const { return next_; }

  /// Drops those of which `is_kept(due)` is false.
  template <class IsKept>
  void keep(IsKept is_kept) {
    size_ = 0;
    for (std::vector<Due>& bucket : buckets_) {
      std::erase_if(bucket, [&](const Due& due) { return !is_kept(due); });
      size_ += bucket.size();
    }
    next_ = find_next();
  }
  template <class Visit>
  void each(Visit visit) const {
    for (const std::vector<Due>& bucket : buckets_)
      for (const Due& due : bucket) visit(due);
  }

  /// A time before the last one popped is due at once.
  void push(Due due) {
    buckets_[bucket_of(due.time)].push_back(due);
    if (due.time < next_) next_ = due.time;
    ++size_;
  }

  /// Removes one that is due when next() is; there must be one.
  Due pop() {
    if (buckets_[0].empty()) spread();
    const Due due = buckets_[0].back();
    buckets_[0].pop_back();
    --size_;
    if (buckets_[0].empty()) {
      give_back(buckets_[0]);
      next_ = find_next();
    }
    return due;
  }

 private:
  /// Signed times as bits in the same order.
  static std::uint64_t bits_of(events::Time time) {
    return static_cast<std::uint64_t>(time.ns) ^ (std::uint64_t{1} << 63);
  }
  std::size_t bucket_of(events::Time time) const {
    return bits_of(time) <= last_ ? 0 : static_cast<std::size_t>(std::bit_width(bits_of(time) ^ last_));
  }

  std::size_t lowest() const {
    std::size_t bucket = 0;
    while (bucket < buckets_.size() && buckets_[bucket].empty()) ++bucket;
    return bucket;
  }

  events::Time find_next() const {
    events::Time least = events::kLatest;
    if (const std::size_t bucket = lowest(); bucket < buckets_.size())
      for (const Due& due : buckets_[bucket])
        if (due.time < least) least = due.time;
    return least;
  }

  /// The earliest becomes the last popped: the entries of its bucket go to lower ones.
  void spread() {
    last_ = bits_of(next_);
    moving_.swap(buckets_[lowest()]);
    for (const Due& due : moving_) buckets_[bucket_of(due.time)].push_back(due);
    moving_.clear();
    give_back(moving_);
  }

  /// An empty bucket keeps little memory: as time goes on all entries stand in each of the buckets once.
  static void give_back(std::vector<Due>& empty) {
    constexpr std::size_t kKept = 256;
    if (empty.capacity() > kKept) std::vector<Due>().swap(empty);
  }

  std::array<std::vector<Due>, 65> buckets_;
  std::vector<Due> moving_;
  std::uint64_t last_ = 0;  ///< bits of the last popped time
  events::Time next_ = events::kLatest;
  std::size_t size_ = 0;
};

}  // namespace tocsin::engine
