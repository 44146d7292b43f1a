#include "matcher/event_names.hpp"

#include <cstring>

#include "events/assert.hpp"

namespace tocsin::matcher {

namespace {

std::uint32_t word(const char* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void set_word(char* at, std::uint32_t value) { std::memcpy(at, &value, sizeof value); }

}  // namespace

std::uint32_t EventNames::class_of(std::size_t length) {
  for (std::uint32_t i = 0; i < kLong; ++i)
    if (kHead + length <= kSizes[i]) return i;
  return kLong;
}

NameId EventNames::make(std::uint32_t size_class) {
  Class& of = classes_[size_class];
  std::uint32_t index = 0;
  if (!of.free.empty()) {
    index = of.free.back();
    of.free.pop_back();
  } else {
    index = of.end++;
    TOCSIN_ASSERT(index < (1U << kClassShift) - 1);
    if ((index >> kChunkBits) == of.chunks.size())
      of.chunks.push_back(std::make_unique<char[]>(std::size_t{kSizes[size_class]} << kChunkBits));
  }
  bytes_ += kSizes[size_class];
  return (size_class << kClassShift) | index;
}

void EventNames::assign_other(NameId& name, events::Symbol source, std::string_view id) {
  const std::uint32_t size_class = class_of(id.size());
  if (name == kNoName || (name >> kClassShift) != size_class) {
    drop(name);
    name = make(size_class);
    if (size_class == kLong) {
      std::uint32_t place = static_cast<std::uint32_t>(long_.size());
      if (free_long_.empty()) {
        long_.emplace_back();
      } else {
        place = free_long_.back();
        free_long_.pop_back();
      }
      set_word(slot(name) + kHead, place);
    }
  }
  char* at = slot(name);
  if (size_class != kLong) return write(at, source, id);
  set_word(at, events::index_of(source));
  set_word(at + 4, static_cast<std::uint32_t>(id.size()));
  std::string& text = long_[word(at + kHead)];
  bytes_ += id.size() - text.size();
  text = id;
}

void EventNames::drop(NameId& name) {
  if (name == kNoName) return;
  const std::uint32_t size_class = name >> kClassShift;
  if (size_class == kLong) {
    const std::uint32_t place = word(slot(name) + kHead);
    bytes_ -= long_[place].size();
    long_[place].clear();
    free_long_.push_back(place);
  }
  bytes_ -= kSizes[size_class];
  classes_[size_class].free.push_back(name & ((1U << kClassShift) - 1));
  name = kNoName;
}

ToldEvent EventNames::operator[](NameId name) const {
  if (name == kNoName) return {};
  const char* at = slot(name);
  ToldEvent told;
  told.source = events::Symbol{word(at)};
  told.id = (name >> kClassShift) == kLong ? std::string_view(long_[word(at + kHead)])
                                           : std::string_view(at + kHead, word(at + 4));
  return told;
}

void EventNames::mark_symbol(NameId name, std::vector<std::uint64_t>& held) const {
  if (name == kNoName) return;
  const std::uint32_t source = word(slot(name));
  held[source >> 6] |= std::uint64_t{1} << (source & 63);
}

}  // namespace tocsin::matcher
