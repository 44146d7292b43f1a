// What the tests of this folder share: temporary folders, whole files, packed bytes, and a reader that leaves a carry
// the way a decoder does.
#pragma once

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "transports/gzip.hpp"
#include "transports/transport.hpp"
#include "transports/zst.hpp"

namespace tocsin::transports {

/// A folder that goes with the object.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tocsin-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string at(const std::string& name) const { return (path_ / name).string(); }
  std::string with(const std::string& name, std::string_view bytes) const {
    std::ofstream(at(name), std::ios::binary) << bytes;
    return at(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string gzipped(std::string_view bytes) {
  std::string out;
  Gzip().compress(bytes, Flush::finish, out);
  return out;
}

inline std::string zstd_packed(std::string_view bytes) {
  std::string out;
  Zstd().compress(bytes, Flush::finish, out);
  return out;
}

/// `count` lines of changing lengths, each different.
inline std::string numbered_lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text.append("{\"n\":").append(std::to_string(i)).append(i % 97, ' ').append("}\n");
  return text;
}

/// What a reader got that takes whole lines and leaves the rest as carry.
struct Reading {
  std::string taken;       ///< all bytes, each once
  std::size_t pieces = 0;  ///< frames
  std::size_t last_pieces = 0;
  std::string error;  ///< what read() threw
};

inline Reading read_stream(Source& source) {
  Reading reading;
  // Two arenas by turns: the carry lies in the one that isn't cleared.
  events::Arena arenas[2];
  std::string_view carry;
  std::uint64_t offset = 0;
  try {
    for (std::size_t turn = 0;; ++turn) {
      std::vector<Frame> frames;
      events::Arena& arena = arenas[turn % 2];
      arena.clear();
      const ReadStatus status = source.read(arena, carry, frames);
      if (status == ReadStatus::idle) {
        wait({&source}, -1, 1000);
        --turn;
        continue;
      }
      if (status == ReadStatus::end) return reading;
      for (const Frame& frame : frames) {
        ++reading.pieces;
        if (frame.position.offset != offset)
          reading.error =
              "a piece at byte " + std::to_string(frame.position.offset) + ", not " + std::to_string(offset);
        offset += frame.bytes.size() - carry.size();
        const std::size_t newline = frame.bytes.rfind('\n');
        const std::size_t whole = frame.last ? frame.bytes.size() : newline == std::string_view::npos ? 0 : newline + 1;
        reading.taken.append(frame.bytes.substr(0, whole));
        reading.last_pieces += frame.last ? 1 : 0;
        carry = frame.bytes.substr(whole);
      }
    }
  } catch (const TransportError& error) {
    reading.error = error.what();
  }
  return reading;
}

/// Asks every 5 ms until `condition` holds; false after ten seconds.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace tocsin::transports
