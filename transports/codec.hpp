// What gzip and zstd have in common for the streams, and bytes that pass as they are.
//
// expand(in, out, room): takes from the front of `in`, writes to at most `room` bytes at `out`; asked again with what
// it left and with more. compress(in, flush, out): appends to `out`; `flush` makes all bytes so far readable, `finish`
// ends the compressed data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::transports {

struct Expanded {
  std::size_t used = 0;  ///< bytes taken from the input
  std::size_t made = 0;  ///< bytes written to the output
  std::string error;     ///< the data is damaged behind `used`: the library's words; empty: fine
};

enum class Flush : std::uint8_t { none, flush, finish };

}  // namespace tocsin::transports
