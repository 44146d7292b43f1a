#include "matcher/space_saving.hpp"

#include <algorithm>

namespace tocsin::matcher {

using events::Slot;

void SpaceSaving::put(std::size_t at, Counted counted) {
  heap_[at] = counted;
  places_[counted.value] = static_cast<std::uint32_t>(at);
}

void SpaceSaving::sift_down(std::size_t at) {
  const Counted moved = heap_[at];
  for (;;) {
    std::size_t child = 2 * at + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].count < heap_[child].count) ++child;
    if (moved.count <= heap_[child].count) break;
    put(at, heap_[child]);
    at = child;
  }
  put(at, moved);
}

void SpaceSaving::sift_up(std::size_t at) {
  const Counted moved = heap_[at];
  for (; at > 0 && moved.count < heap_[(at - 1) / 2].count; at = (at - 1) / 2) put(at, heap_[(at - 1) / 2]);
  put(at, moved);
}

bool SpaceSaving::add(Slot value, std::size_t capacity, Slot& gone) {
  if (const auto found = places_.find(value); found != places_.end()) {
    const std::uint32_t place = found->second;
    ++heap_[place].count;
    sift_down(place);
    return false;
  }
  if (heap_.size() < capacity) {
    heap_.push_back({value, floor_ + 1});
    sift_up(heap_.size() - 1);
    return false;
  }
  gone = heap_.front().value;
  floor_ = heap_.front().count;
  places_.erase(gone);
  heap_.front() = {value, floor_ + 1};
  sift_down(0);
  return true;
}

void SpaceSaving::merge(const SpaceSaving& other, std::size_t capacity, const Less& less, std::vector<Slot>& gone) {
  std::vector<Counted> all = heap_;
  for (Counted& counted : all) {
    const auto found = other.places_.find(counted.value);
    counted.count += found == other.places_.end() ? other.floor_ : other.heap_[found->second].count;
  }
  for (const Counted& counted : other.heap_)
    if (!places_.contains(counted.value)) all.push_back({counted.value, counted.count + floor_});
  floor_ += other.floor_;
  const bool full = all.size() > capacity;
  all = most_frequent(std::move(all), all.size(), less);
  for (std::size_t i = capacity; i < all.size(); ++i) gone.push_back(all[i].value);
  if (full) {
    all.resize(capacity);
    floor_ = all.back().count;
  }
  std::reverse(all.begin(), all.end());  // rising: a heap
  heap_ = std::move(all);
  places_.clear();
  for (std::size_t i = 0; i < heap_.size(); ++i) places_[heap_[i].value] = static_cast<std::uint32_t>(i);
}

bool SpaceSaving::restore(std::vector<Counted> counted, std::uint64_t floor) {
  heap_ = std::move(counted);
  floor_ = floor;
  for (std::size_t i = 0; i < heap_.size(); ++i) {
    if (heap_[i].count < heap_[i == 0 ? 0 : (i - 1) / 2].count || heap_[i].count < std::max<std::uint64_t>(floor, 1))
      return false;
    if (!places_.emplace(heap_[i].value, static_cast<std::uint32_t>(i)).second) return false;
  }
  return true;
}

std::vector<SpaceSaving::Counted> most_frequent(std::vector<SpaceSaving::Counted> all, std::size_t most,
                                                const SpaceSaving::Less& less) {
  most = std::min(most, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most), all.end(),
                    [&](const SpaceSaving::Counted& a, const SpaceSaving::Counted& b) {
                      return a.count != b.count ? a.count > b.count : less(a.value, b.value);
                    });
  all.resize(most);
  return all;
}

}  // namespace tocsin::matcher
