// The yardstick of P1: the same six fields by hand with simdjson on-demand, into a vector of structs, as one would
// write it for this one event type and no other.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tocsin::bench {

struct DecodedRow {
  std::int64_t time_ns;
  std::string_view id;
  std::string_view source;
  std::string_view device;
  double celsius;
};

/// What both sides say about a row, so that their checksums agree when they read the same.
inline std::uint64_t row_checksum(std::int64_t time_ns, std::string_view id, std::string_view source,
                                  std::string_view device, std::uint64_t celsius_bits) {
  const auto last = [](std::string_view text) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(text.back()));
  };
  return static_cast<std::uint64_t>(time_ns) + celsius_bits * 31 + id.size() * 7 + last(id) * 1001 +
         last(device) * 100'003 + last(source) * 1'000'003;
}

/// Decodes newline-delimited events, `kRowsOfBatch` at a time, all of `text` (64 readable bytes behind it). Gives the
/// sum of the rows' checksums.
std::uint64_t decode_by_hand(std::string_view text);
inline constexpr std::uint32_t kRowsOfBatch = 1024;

}  // namespace tocsin::bench
