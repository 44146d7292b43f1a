// The most frequent values in bounded memory: SpaceSaving. `capacity` values are counted; one more takes the place of
// the least frequent, with its count plus one.
//
// With `floor` f (0 until the first was replaced): a value that is counted came at most `count` times and at least
// count - f, one that isn't at most f times, and f <= rows / capacity. Up to `capacity` different values all is exact.
// Merging adds counts, a missing one being the other's floor, keeps the `capacity` largest and raises the floor to the
// least of them: the bounds hold for the rows of both, in any tree of merges. Memory: about 56 bytes a value.
// Sources: Metwally, Agrawal, El Abbadi, Efficient computation of frequent and top-k elements, ICDT 2005; Agarwal,
// Cormode, Huang, Phillips, Wei, Yi, Mergeable summaries, PODS 2012.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "events/batch.hpp"

namespace tocsin::matcher {

class SpaceSaving {
 public:
  struct Counted {
    events::Slot value = 0;
    std::uint64_t count = 0;
  };
  using Less = std::function<bool(events::Slot, events::Slot)>;

  bool counts(events::Slot value) const { return places_.contains(value); }
  /// The value that it replaces, in `gone`, where it isn't counted and there is no room; false: none went.
  bool add(events::Slot value, std::size_t capacity, events::Slot& gone);
  /// What had no room is put into `gone`, whichever of the two it comes from. `less` orders values of one count.
  void merge(const SpaceSaving& other, std::size_t capacity, const Less& less, std::vector<events::Slot>& gone);
  /// In no order that matters, the same for the same history.
  const std::vector<Counted>& counted() const { return heap_; }
  std::uint64_t floor() const { return floor_; }
  std::uint64_t bytes() const {
    return sizeof *this + heap_.capacity() * sizeof(Counted) + places_.capacity() * (sizeof(Places::value_type) + 1);
  }
  /// As counted() gave it. False: that can't be.
  bool restore(std::vector<Counted> counted, std::uint64_t floor);

 private:
  using Places = absl::flat_hash_map<events::Slot, std::uint32_t>;
  void sift_down(std::size_t at);
  void sift_up(std::size_t at);
  void put(std::size_t at, Counted counted);

  std::vector<Counted> heap_;  ///< the least first
  Places places_;              ///< in the heap
  std::uint64_t floor_ = 0;
};

/// The `most` largest of `all`, the most frequent first, of one count the lesser first.
std::vector<SpaceSaving::Counted> most_frequent(std::vector<SpaceSaving::Counted> all, std::size_t most,
                                                const SpaceSaving::Less& less);

}  // namespace tocsin::matcher
