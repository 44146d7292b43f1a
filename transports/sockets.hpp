// What the ZeroMQ transports share: the context, opening a socket with this project's limits, and counting its peers.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <tl/expected.hpp>
#include <zmq.hpp>

#include "transports/transport.hpp"
#include "transports/uri.hpp"

namespace tocsin::transports {

struct Sockets::State {
  zmq::context_t context;
  std::atomic<bool> stopped = false;
  std::uint64_t monitors = 0;  ///< numbers their inproc names
};
static_assert(std::atomic<bool>::is_always_lock_free, "Sockets::stop() is called from signal handlers");

/// Milliseconds that a stopped or closed sink goes on trying.
inline constexpr int kLinger = 5000;

/// Largest frame that is taken. An event may have 16 MiB; the rest is room for what stands around it, so that an event
/// a little too large is told as a dead letter. A peer that sends a larger frame is disconnected by libzmq.
inline constexpr std::int64_t kMaxFrame = 17LL << 20;

/// Counts the peers of a socket through libzmq's monitor. Asking costs one receive that doesn't wait.
class PeerCount {
 public:
  /// Must be made before the socket binds or connects, and die before it.
  PeerCount(Sockets::State& sockets, zmq::socket_t& socket);
  ~PeerCount();
  PeerCount(const PeerCount&) = delete;
  PeerCount& operator=(const PeerCount&) = delete;
  std::size_t now();

 private:
  zmq::socket_ref watched_;
  zmq::socket_t events_;
  std::int64_t peers_ = 0;
};

/// A socket of the address's kind with all limits set, neither bound nor connected.
zmq::socket_t make_socket(Sockets::State& sockets, const ZmqAddress& address);
/// Binds or connects, and tells what came out. The error is one line for a person.
tl::expected<SocketNote, std::string> attach(zmq::socket_t& socket, const ZmqAddress& address);

}  // namespace tocsin::transports
