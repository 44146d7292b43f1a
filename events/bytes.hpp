// Saved state as bytes: fixed-width little-endian values and length-prefixed text, written at the end of a string and
// taken off the front of a view.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace tocsin::events {

static_assert(std::endian::native == std::endian::little, "saved state is little-endian");

template <class T>
void put(std::string& out, T value) {
  static_assert(std::is_arithmetic_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// u32 length, then the bytes.
inline void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

/// Takes values off the front of `bytes`; after the first that isn't there, everything is 0 or empty and `good` false.
struct ByteReader {
  std::string_view& bytes;
  bool good = true;

  std::string_view take(std::size_t size) {
    if (size > bytes.size()) good = false;
    if (!good) return {};
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  }
  template <class T>
  T get() {
    static_assert(std::is_arithmetic_v<T>);
    T value{};
    const std::string_view taken = take(sizeof value);
    if (good) std::memcpy(&value, taken.data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(get<std::uint32_t>()); }
};

}  // namespace tocsin::events
