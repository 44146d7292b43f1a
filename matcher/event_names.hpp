// Names of events, (source, id), as windows keep them to tell their first and last event: in slots of a few sizes, with
// 32-bit handles, written over in place.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/symbol.hpp"
#include "matcher/windows.hpp"

namespace tocsin::matcher {

using NameId = std::uint32_t;
inline constexpr NameId kNoName = 0xffff'ffff;

class EventNames {
 public:
  /// `name` becomes that of the event; kNoName gets a slot.
  void assign(NameId& name, events::Symbol source, std::string_view id) {
    if (name >> kClassShift != 0 || id.size() > kSizes[0] - kHead) return assign_other(name, source, id);
    write(slot(name), source, id);
  }
  /// The slot is free again; `name` is kNoName.
  void drop(NameId& name);
  /// `name` may be kNoName.
  ToldEvent operator[](NameId name) const;
  void prefetch(NameId name) const {
    if (name != kNoName) __builtin_prefetch(slot(name), 1);
  }
  /// Sets bit i of `held` for the source of `name`.
  void mark_symbol(NameId name, std::vector<std::uint64_t>& held) const;
  std::uint64_t bytes() const { return bytes_; }

 private:
  /// Slots hold source (4 bytes), length (4), then the id or, in the last class, an index of long_.
  static constexpr std::array<std::uint32_t, 4> kSizes = {24, 48, 96, 16};
  static constexpr std::uint32_t kLong = 3;
  static constexpr std::uint32_t kChunkBits = 10;
  static constexpr std::uint32_t kClassShift = 30;
  static constexpr std::size_t kHead = 8;  ///< source and length
  struct Class {
    std::vector<std::unique_ptr<char[]>> chunks;
    std::vector<std::uint32_t> free;
    std::uint32_t end = 0;
  };
  static std::uint32_t class_of(std::size_t length);
  static void write(char* at, events::Symbol source, std::string_view id) {
    const std::array<std::uint32_t, 2> head{events::index_of(source), static_cast<std::uint32_t>(id.size())};
    std::memcpy(at, head.data(), kHead);
    if (!id.empty()) std::memcpy(at + kHead, id.data(), id.size());
  }
  void assign_other(NameId& name, events::Symbol source, std::string_view id);
  char* slot(NameId name) const {
    const std::uint32_t size_class = name >> kClassShift;
    const std::uint32_t index = name & ((1U << kClassShift) - 1);
    return classes_[size_class].chunks[index >> kChunkBits].get() +
           std::size_t{index & ((1U << kChunkBits) - 1)} * kSizes[size_class];
  }
  NameId make(std::uint32_t size_class);

  std::array<Class, 4> classes_;
  std::vector<std::string> long_;
  std::vector<std::uint32_t> free_long_;
  std::uint64_t bytes_ = 0;  ///< of the slots in use
};

}  // namespace tocsin::matcher
