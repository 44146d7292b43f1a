// A queue whose items keep their number: each is the next one's number less one, from the first pushed on. Beside each
// item stand so many words of its own. Items lie in one array, written round, that grows and shrinks by two.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "events/batch.hpp"

namespace tocsin::matcher {

template <class Item>
class JoinRing {
 public:
  explicit JoinRing(std::uint32_t words) : words_(words) {}

  std::uint64_t first() const { return first_; }
  std::uint64_t end() const { return end_; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - first_); }
  bool empty() const { return first_ == end_; }
  bool has(std::uint64_t number) const { return number >= first_ && number < end_; }
  Item& operator[](std::uint64_t number) { return items_[place(number)]; }
  const Item& operator[](std::uint64_t number) const { return items_[place(number)]; }
  events::Slot* words(std::uint64_t number) { return cells_.data() + place(number) * words_; }
  const events::Slot* words(std::uint64_t number) const { return cells_.data() + place(number) * words_; }

  /// Of an empty one: the next item's number.
  void start(std::uint64_t number) { first_ = end_ = number; }
  /// The new item's number; its words are 0.
  std::uint64_t push(Item item) {
    if (size() == items_.size()) resize(std::max<std::size_t>(1, 2 * items_.size()));
    items_[place(end_)] = std::move(item);
    std::fill_n(words(end_), words_, 0);
    return end_++;
  }
  void pop() {
    items_[place(first_++)] = Item{};
    if (items_.size() > 16 && size() < items_.size() / 4) resize(items_.size() / 2);
  }

 private:
  std::size_t place(std::uint64_t number) const { return static_cast<std::size_t>(number) & (items_.size() - 1); }
  void resize(std::size_t capacity) {
    std::vector<Item> items(capacity);
    std::vector<events::Slot> cells(capacity * words_);
    for (std::uint64_t number = first_; number < end_; ++number) {
      const std::size_t to = static_cast<std::size_t>(number) & (capacity - 1);
      items[to] = std::move(items_[place(number)]);
      std::copy_n(words(number), words_, cells.data() + to * words_);
    }
    items_ = std::move(items);
    cells_ = std::move(cells);
  }

  std::vector<Item> items_;
  std::vector<events::Slot> cells_;
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
  std::uint32_t words_;
};

}  // namespace tocsin::matcher
