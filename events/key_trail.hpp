// Which key an object's next key is, without hashing: producers repeat the order of their keys, so each object
// remembers the keys it saw last time by place. A hit is one compare of 16 bytes with the closing quote inside, so that
// neither the key's end nor its escapes matter; a miss looks the key up and is remembered.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "events/structure.hpp"

namespace tocsin::events {

/// A key as it stands in JSON without escapes, closing quote included.
class KeyImage {
 public:
  static constexpr std::size_t kLongest = 15;  ///< bytes without the quote

  KeyImage() = default;
  /// `name` must not be longer than kLongest nor hold what JSON escapes.
  explicit KeyImage(std::string_view name) {
    char bytes[16] = {};
    char mask[16] = {};
    std::memcpy(bytes, name.data(), name.size());
    bytes[name.size()] = '"';
    std::memset(mask, -1, name.size() + 1);
    std::memcpy(image_, bytes, 16);
    std::memcpy(mask_, mask, 16);
  }
  /// 16 bytes must be readable at `key`, which stands behind an opening quote.
  bool matches(const char* key) const {
    std::uint64_t words[2];
    std::memcpy(words, key, 16);
    return (((words[0] & mask_[0]) ^ image_[0]) | ((words[1] & mask_[1]) ^ image_[1])) == 0;
  }

 private:
  std::uint64_t image_[2] = {1, 0};  // with an empty mask: matches nothing
  std::uint64_t mask_[2] = {0, 0};
};

/// Keys by place → what they stand for.
class KeyTrail {
 public:
  /// `look_up(raw key)` gives the target; called when the key at `place` isn't the one of last time. The cursor is at a
  /// key.
  template <class LookUp>
  std::int32_t find(std::size_t place, const Cursor& cursor, LookUp&& look_up) {
    if (place < entries_.size() && entries_[place].key.matches(cursor.place() + 1)) return entries_[place].target;
    const std::string_view raw = cursor.raw_string(cursor.at);
    const std::int32_t target = look_up(raw);
    remember(place, raw, target);
    return target;
  }

 private:
  static constexpr std::size_t kMostPlaces = 64;
  struct Entry {
    KeyImage key;
    std::int32_t target = 0;
  };

  void remember(std::size_t place, std::string_view raw, std::int32_t target) {
    if (place >= kMostPlaces) return;
    if (place >= entries_.size()) entries_.resize(place + 1);
    const bool plain = raw.size() <= KeyImage::kLongest && raw.find('\\') == std::string_view::npos;
    entries_[place] = {plain ? KeyImage(raw) : KeyImage(), target};
  }

  std::vector<Entry> entries_;
};

}  // namespace tocsin::events
