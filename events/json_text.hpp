// Pieces that every JSON text this project writes is made of: strings, exact integers, floats that read back the same.
// Strings and structure by RapidJSON's Writer over a std::string; floats by fmt, the shortest that round-trips.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <rapidjson/writer.h>

#include "events/assert.hpp"

namespace tocsin::events {

/// RapidJSON's output stream onto the end of a string.
struct StringStream {
  using Ch = char;
  std::string& out;
  void Put(char c) { out.push_back(c); }
  void Flush() {}
};

/// UTF-8 goes through as it is; what the writer is given must be UTF-8.
using JsonWriter = rapidjson::Writer<StringStream>;

inline void put_string(JsonWriter& writer, std::string_view text) {
  writer.String(text.data() == nullptr ? "" : text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
inline void put_key(JsonWriter& writer, std::string_view name) {
  writer.Key(name.data() == nullptr ? "" : name.data(), static_cast<rapidjson::SizeType>(name.size()));
}
/// `value` must be finite. A float keeps a point or an exponent, so that it isn't read back as an integer.
inline void put_float(JsonWriter& writer, double value) {
  TOCSIN_ASSERT(value - value == 0);
  fmt::memory_buffer text;
  fmt::format_to(std::back_inserter(text), "{}", value);
  if (std::string_view(text.data(), text.size()).find_first_of(".e") == std::string_view::npos)
    text.append(std::string_view(".0"));
  writer.RawValue(text.data(), text.size(), rapidjson::kNumberType);
}

/// Whether `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace tocsin::events
