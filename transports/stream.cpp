// Reading behind the carry, and writing through a buffer.
#include "transports/stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tocsin::transports {
namespace {

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

constexpr std::size_t kPackedRead = 64U << 10;

Expanded expand(Decompressor& decompressor, std::string_view in, char* out, std::size_t room) {
  return std::visit(
      overloaded{[](Plain&) { return Expanded{}; }, [&](auto& packed) { return packed.expand(in, out, room); }},
      decompressor);
}

bool complete(const Decompressor& decompressor) {
  return std::visit(overloaded{[](const Plain&) { return true; }, [](const auto& packed) { return packed.complete(); }},
                    decompressor);
}

}  // namespace

Decompressor decompressor_for(std::string_view path) {
  if (path.ends_with(".gz")) return Gunzip();
  if (path.ends_with(".zst")) return Unzstd();
  return Plain();
}

Compressor compressor_for(std::string_view path) {
  if (path.ends_with(".gz")) return Gzip();
  if (path.ends_with(".zst")) return Zstd();
  return Plain();
}

StreamSource::StreamSource(Descriptor input, Decompressor decompressor, std::size_t read_size)
    : input_(std::move(input)), decompressor_(std::move(decompressor)), size_(regular_size(input_.fd())) {
  read_size_ = read_size != 0 ? read_size : size_ || compressed() ? kFileRead : kPipeRead;
  if (compressed()) packed_.resize(kPackedRead);
}

ReadStatus StreamSource::read(events::Arena& arena, std::string_view carry, std::vector<Frame>& frames) {
  if (over_) {
    if (!failure_.empty()) throw TransportError(std::exchange(failure_, {}));
    return ReadStatus::end;
  }
  if (descriptor() >= 0 && !input_.readable()) return ReadStatus::idle;
  const std::size_t room = std::max(read_size_, carry.size());
  char* place = arena.allocate(carry.size() + room);
  if (!carry.empty()) std::memcpy(place, carry.data(), carry.size());
  const std::size_t got = fill(place + carry.size(), room);
  if (got == 0 && !over_) return ReadStatus::idle;
  frames.push_back({.bytes = {place, carry.size() + got},
                    .last = over_,
                    .position = {.line = made_ == 0 ? 1U : 0U, .offset = made_}});
  made_ += got;
  return ReadStatus::data;
}

/// Bytes put at `place`. None: nothing now, or (over_) the end.
std::size_t StreamSource::fill(char* place, std::size_t room) {
  try {
    return compressed() ? fill_expanded(place, room) : fill_plain(place, room);
  } catch (const TransportError& error) {
    failure_ = error.what();
    over_ = true;
    return 0;
  }
}

std::size_t StreamSource::fill_plain(char* place, std::size_t room) {
  const std::optional<std::size_t> got = input_.read(place, room);
  if (!got) return 0;
  over_ = *got == 0;
  consumed_ += *got;
  return *got;
}

/// Reads compressed bytes when all were expanded; false: there are none now.
bool StreamSource::refill() {
  if (packed_at_ < packed_end_ || at_end_) return true;
  if (!size_ && !input_.readable()) return false;
  const std::optional<std::size_t> got = input_.read(packed_.data(), packed_.size());
  if (!got) return false;
  packed_at_ = 0;
  packed_end_ = *got;
  consumed_ += *got;
  at_end_ = *got == 0;
  return true;
}

std::size_t StreamSource::fill_expanded(char* place, std::size_t room) {
  std::size_t got = 0;
  pending_ = false;
  while (got < room) {
    try {
      if (!refill()) return got;
    } catch (const TransportError& error) {
      failure_ = error.what();
      over_ = true;
      return got;
    }
    const std::string_view packed(packed_.data() + packed_at_, packed_end_ - packed_at_);
    const Expanded step = expand(decompressor_, packed, place + got, room - got);
    packed_at_ += step.used;
    got += step.made;
    const std::string at = "byte " + std::to_string(consumed_ - (packed_end_ - packed_at_));
    if (!step.error.empty()) {
      failure_ = "cannot read `" + name() + "`: the compressed data is damaged near " + at + " (" + step.error + ")";
      over_ = true;
      return got;
    }
    if (at_end_ && step.made == 0) {
      if (!complete(decompressor_))
        failure_ = "cannot read `" + name() + "`: the compressed data is cut off at " + at + " (the file isn't whole)";
      over_ = true;
      return got;
    }
  }
  pending_ = true;
  return got;
}

StreamSink::StreamSink(Descriptor output, Compressor compressor)
    : output_(std::move(output)), compressor_(std::move(compressor)) {
  buffer_.reserve(2 * kBuffer);
}

void StreamSink::write(std::string_view line) {
  buffer_.append(line);
  if (buffer_.size() >= kBuffer) pass_on(Flush::none);
}

void StreamSink::flush() {
  if (!buffer_.empty() || unflushed_) pass_on(Flush::flush);
}

void StreamSink::close() {
  pass_on(Flush::finish);
  output_.close();
}

void StreamSink::pass_on(Flush flush) {
  std::visit(overloaded{[&](Plain&) { output_.write(buffer_); },
                        [&](auto& packer) {
                          packed_.clear();
                          packer.compress(buffer_, flush, packed_);
                          output_.write(packed_);
                          unflushed_ = flush == Flush::none;
                        }},
             compressor_);
  buffer_.clear();
}

}  // namespace tocsin::transports
