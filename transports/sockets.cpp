// Socket options set on purpose, and the monitor.
#include "transports/sockets.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tocsin::transports {
namespace {

constexpr int kHeartbeat = 5000;
constexpr int kHeartbeatTimeout = 15'000;
constexpr int kReconnect = 100;
constexpr int kReconnectMost = 10'000;

constexpr std::array<zmq::socket_type, 4> kTypes = {zmq::socket_type::pull, zmq::socket_type::sub,
                                                    zmq::socket_type::push, zmq::socket_type::pub};

bool receives(ZmqKind kind) { return kind == ZmqKind::sub || kind == ZmqKind::pull; }
bool lossy(ZmqKind kind) { return kind == ZmqKind::sub || kind == ZmqKind::pub; }

/// How a dead peer is noticed. libzmq answers and sees heartbeats only while it reads, and it stops reading when a
/// queue is full; for push and pull that would turn a slow engine into a lost connection and lost messages, so there
/// the kernel asks instead.
void set_liveness(zmq::socket_t& socket, ZmqKind kind) {
  if (lossy(kind)) {
    socket.set(zmq::sockopt::heartbeat_ivl, kHeartbeat);
    socket.set(zmq::sockopt::heartbeat_timeout, kHeartbeatTimeout);
    return;
  }
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, kHeartbeat / 1000);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, kHeartbeat / 1000);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, (kHeartbeatTimeout - kHeartbeat) / kHeartbeat);
}

std::string settings_of(const ZmqAddress& address, const std::string& endpoint) {
  std::string text = std::string(name_of(address.kind)) + (address.bind ? " bound to " : " connecting to ") + endpoint +
                     ", queue " + std::to_string(address.hwm) + " messages a peer";
  if (receives(address.kind))
    text += ", frames up to " + std::to_string(kMaxFrame >> 20) + " MiB";
  else
    text += ", linger " + std::to_string(kLinger / 1000) + " s";
  if (lossy(address.kind)) {
    text += ", heartbeats 5 s / 15 s";
    for (const std::string& topic : address.topics) text += ", topic `" + topic + "`";
  } else if (address.ipc_path.empty()) {
    text += ", keep-alive 5 s / 15 s";
  }
  if (!address.bind) text += ", reconnect 100 ms to 10 s";
  return text;
}

std::string warning_for(const ZmqAddress& address, const std::string& endpoint) {
  if (address.loopback) return {};
  if (address.bind)
    return "plain tcp: every machine that reaches " + endpoint + " can use it, unencrypted and unchecked";
  return "plain tcp: what goes to or comes from " + endpoint + " is neither encrypted nor checked";
}

std::string attach_error(const ZmqAddress& address, int error) {
  std::string text = std::string("cannot ") + (address.bind ? "bind to " : "connect to ") + "`" + address.endpoint +
                     "`: " + zmq_strerror(error);
  if (error == EADDRINUSE) return text + " (another program, or this one twice, has that port: choose another)";
  if (error == ENODEV || error == EADDRNOTAVAIL)
    return text + " (to bind, name an address or interface of this machine, or `*`)";
  if (error == ENAMETOOLONG) return text + " (an ipc path has at most 107 bytes)";
  return text;
}

}  // namespace

Sockets::Sockets() : state_(std::make_unique<State>()) {}
Sockets::~Sockets() = default;
void Sockets::stop() noexcept { state_->stopped.store(true); }
bool Sockets::stopped() const noexcept { return state_->stopped.load(); }

zmq::socket_t make_socket(Sockets::State& sockets, const ZmqAddress& address) {
  zmq::socket_t socket(sockets.context, kTypes[static_cast<std::size_t>(address.kind)]);
  socket.set(zmq::sockopt::sndhwm, address.hwm);
  socket.set(zmq::sockopt::rcvhwm, address.hwm);
  socket.set(zmq::sockopt::maxmsgsize, kMaxFrame);
  // A source has nothing to hand over, but a subscription that never found its publisher would be waited for.
  socket.set(zmq::sockopt::linger, receives(address.kind) ? 0 : kLinger);
  socket.set(zmq::sockopt::reconnect_ivl, kReconnect);
  socket.set(zmq::sockopt::reconnect_ivl_max, kReconnectMost);
  socket.set(zmq::sockopt::ipv6, address.ipv6);
  set_liveness(socket, address.kind);
  // Without a peer a push would fill a queue that nobody may ever read.
  if (address.kind == ZmqKind::push) socket.set(zmq::sockopt::immediate, true);
  if (address.kind == ZmqKind::pub) socket.set(zmq::sockopt::xpub_nodrop, true);
  return socket;
}

tl::expected<SocketNote, std::string> attach(zmq::socket_t& socket, const ZmqAddress& address) {
  struct stat status {};
  // libzmq removes whatever stands at the path before it binds.
  if (address.bind && !address.ipc_path.empty() && ::lstat(address.ipc_path.c_str(), &status) == 0 &&
      !S_ISSOCK(status.st_mode))
    return tl::unexpected("cannot bind to `" + address.endpoint + "`: there is a file that is no socket");
  std::string endpoint = address.endpoint;
  try {
    if (address.bind) {
      socket.bind(endpoint);
      endpoint = socket.get(zmq::sockopt::last_endpoint);
    } else {
      socket.connect(endpoint);
    }
  } catch (const zmq::error_t& error) {
    return tl::unexpected(attach_error(address, error.num()));
  }
  return SocketNote{endpoint, settings_of(address, endpoint), warning_for(address, endpoint)};
}

PeerCount::PeerCount(Sockets::State& sockets, zmq::socket_t& socket)
    : watched_(socket), events_(sockets.context, zmq::socket_type::pair) {
  const std::string name = "inproc://peers-" + std::to_string(++sockets.monitors);
  const int wanted = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                     ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED;
  if (zmq_socket_monitor(socket.handle(), name.c_str(), wanted) != 0) throw zmq::error_t();
  // libzmq's own thread waits when this queue is full; some 100 bytes for each peer that came or went since the last
  // read are the lesser evil.
  events_.set(zmq::sockopt::rcvhwm, 0);
  events_.set(zmq::sockopt::linger, 0);
  events_.connect(name);
}

/// Events that nobody takes any more would block the thread that tells them.
PeerCount::~PeerCount() { zmq_socket_monitor(watched_.handle(), nullptr, 0); }

std::size_t PeerCount::now() {
  zmq::message_t part;
  while (events_.recv(part, zmq::recv_flags::dontwait)) {
    std::uint16_t event = 0;
    if (part.size() >= sizeof event) std::memcpy(&event, part.data(), sizeof event);
    while (part.more() && events_.recv(part, zmq::recv_flags::dontwait)) {
    }
    // A connection whose handshake fails is told as failed and then as disconnected, so it comes to nothing.
    peers_ += event == ZMQ_EVENT_DISCONNECTED ? -1 : 1;
  }
  return static_cast<std::size_t>(std::max<std::int64_t>(peers_, 0));
}

}  // namespace tocsin::transports
