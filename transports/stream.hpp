// Streams of bytes: stdin, stdout and files, as they are or compressed.
//
//   Descriptor → (Gunzip | Unzstd) → arena, behind the decoder's carry → one endless Frame in pieces
//   lines → 64 KiB buffer → (Gzip | Zstd) → Descriptor
//
// Each read is as long as the carry at least, so that a value much longer than a read is copied a bounded number of
// times.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "transports/descriptor.hpp"
#include "transports/gzip.hpp"
#include "transports/transport.hpp"
#include "transports/zst.hpp"

namespace tocsin::transports {

/// Bytes as they are.
struct Plain {};

using Decompressor = std::variant<Plain, Gunzip, Unzstd>;
using Compressor = std::variant<Plain, Gzip, Zstd>;

/// By the end of the path: `.gz`, `.zst`, anything else.
Decompressor decompressor_for(std::string_view path);
Compressor compressor_for(std::string_view path);

class StreamSource final : public Source {
 public:
  static constexpr std::size_t kFileRead = 256U << 10;
  static constexpr std::size_t kPipeRead = 64U << 10;  ///< what a pipe holds

  /// `read_size`: bytes that one read gives at most, when the carry isn't longer; 0: as fits the descriptor.
  StreamSource(Descriptor input, Decompressor decompressor, std::size_t read_size = 0);

  ReadStatus read(events::Arena& arena, std::string_view carry, std::vector<Frame>& frames) override;
  const std::string& name() const override { return input_.name(); }
  bool live() const override { return false; }
  std::size_t peers() override { return 1; }
  std::optional<std::uint64_t> size() const override { return size_; }
  std::uint64_t consumed() const override { return consumed_; }
  int descriptor() override { return size_ || pending_ || over_ ? -1 : input_.fd(); }

 private:
  bool compressed() const { return !std::holds_alternative<Plain>(decompressor_); }
  std::size_t fill(char* place, std::size_t room);
  std::size_t fill_plain(char* place, std::size_t room);
  std::size_t fill_expanded(char* place, std::size_t room);
  bool refill();

  Descriptor input_;
  Decompressor decompressor_;
  std::optional<std::uint64_t> size_;
  std::size_t read_size_;
  std::uint64_t consumed_ = 0;  ///< bytes of the file that were read
  std::uint64_t made_ = 0;      ///< bytes that were given
  std::vector<char> packed_;    ///< compressed bytes read but not expanded: [packed_at_, packed_end_)
  std::size_t packed_at_ = 0;
  std::size_t packed_end_ = 0;
  bool pending_ = false;  ///< more can be given without reading the descriptor
  bool at_end_ = false;   ///< of the descriptor
  bool over_ = false;     ///< the last piece was given, or will be by this read
  std::string failure_;   ///< why it broke, told after the last piece; empty: it didn't
};

class StreamSink final : public Sink {
 public:
  static constexpr std::size_t kBuffer = 64U << 10;

  StreamSink(Descriptor output, Compressor compressor);

  void write(std::string_view line) override;
  void flush() override;
  void close() override;
  const std::string& name() const override { return output_.name(); }

 private:
  void pass_on(Flush flush);

  Descriptor output_;
  Compressor compressor_;
  std::string buffer_;
  std::string packed_;
  bool unflushed_ = false;  ///< the compressor may hold bytes back
};

}  // namespace tocsin::transports
