// Receives without waiting until the socket is empty or the read is full.
#include "transports/zmq_source.hpp"

#include <utility>

#include "events/assert.hpp"

namespace tocsin::transports {

ZmqSource::ZmqSource(std::string name, const ZmqAddress& address, Sockets& sockets)
    : name_(std::move(name)),
      topics_(address.kind == ZmqKind::sub),
      socket_(make_socket(sockets.state(), address)),
      peers_(sockets.state(), socket_) {}

tl::expected<std::unique_ptr<Source>, std::string> ZmqSource::open(std::string name, const ZmqAddress& address,
                                                                   Sockets& sockets) {
  try {
    auto source = std::make_unique<ZmqSource>(std::move(name), address, sockets);
    if (address.kind == ZmqKind::sub) {
      for (const std::string& topic : address.topics) source->socket_.set(zmq::sockopt::subscribe, topic);
      if (address.topics.empty()) source->socket_.set(zmq::sockopt::subscribe, "");
    }
    tl::expected<SocketNote, std::string> note = attach(source->socket_, address);
    if (!note) return tl::unexpected(note.error());
    source->note_ = std::move(*note);
    return source;
  } catch (const zmq::error_t& error) {
    return tl::unexpected("cannot open a socket for `" + address.endpoint + "`: " + error.what());
  }
}

ReadStatus ZmqSource::read(events::Arena& arena, std::string_view carry, std::vector<Frame>& frames) {
  TOCSIN_ASSERT(carry.empty());
  peers_.now();  // so that what the monitor tells never piles up
  const std::size_t before = frames.size();
  std::size_t taken = 0;
  std::size_t bytes = 0;
  zmq::message_t part;
  try {
    while (taken < kMessages && bytes < kBytes && socket_.recv(part, zmq::recv_flags::dontwait)) {
      const bool first = !std::exchange(inside_, part.more());
      messages_ += first ? 1 : 0;
      consumed_ += part.size();
      bytes += part.size();
      if (topics_ && first && inside_) continue;
      ++taken;
      if (part.size() == 0) continue;  // nothing to decode, and no bytes to pad
      frames.push_back({.bytes = arena.store(part.to_string_view()), .last = true, .position = {.line = messages_}});
    }
  } catch (const zmq::error_t& error) {
    throw TransportError("cannot read from `" + name_ + "`: " + error.what());
  }
  return frames.size() == before ? ReadStatus::idle : ReadStatus::data;
}

}  // namespace tocsin::transports
