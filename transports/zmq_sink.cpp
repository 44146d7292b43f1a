// Sends without waiting, and waits beside the stop flag.
#include "transports/zmq_sink.hpp"

#include <cerrno>
#include <utility>

namespace tocsin::transports {
namespace {

constexpr int kSlice = 200;  // ms between two looks at the stop flag

}  // namespace

ZmqSink::ZmqSink(std::string name, const ZmqAddress& address, Sockets& sockets)
    : name_(std::move(name)),
      kind_(address.kind),
      topic_(address.topics.empty() ? "" : address.topics.front()),
      sockets_(sockets),
      socket_(make_socket(sockets.state(), address)),
      slices_left_(kLinger / kSlice) {}

tl::expected<std::unique_ptr<Sink>, std::string> ZmqSink::open(std::string name, const ZmqAddress& address,
                                                               Sockets& sockets) {
  try {
    auto sink = std::make_unique<ZmqSink>(std::move(name), address, sockets);
    tl::expected<SocketNote, std::string> note = attach(sink->socket_, address);
    if (!note) return tl::unexpected(note.error());
    sink->note_ = std::move(*note);
    return sink;
  } catch (const zmq::error_t& error) {
    return tl::unexpected("cannot open a socket for `" + address.endpoint + "`: " + error.what());
  }
}

void ZmqSink::write(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  try {
    while (!send(line)) {
      if (kind_ == ZmqKind::push && wait_for_room()) continue;
      ++dropped_;
      return;
    }
  } catch (const zmq::error_t& error) {
    throw TransportError("cannot write to `" + name_ + "`: " + error.what());
  }
}

/// False: no room.
bool ZmqSink::send(std::string_view payload) {
  // The room for the second part was found with the first: libzmq counts whole messages.
  if (kind_ == ZmqKind::pub && !socket_.send(zmq::buffer(topic_), zmq::send_flags::dontwait | zmq::send_flags::sndmore))
    return false;
  return socket_.send(zmq::buffer(payload), zmq::send_flags::dontwait).has_value();
}

/// True when another try is worth it; false when it is time to give up.
bool ZmqSink::wait_for_room() {
  if (sockets_.stopped() && slices_left_-- <= 0) return false;
  zmq_pollitem_t item{socket_.handle(), 0, ZMQ_POLLOUT, 0};
  if (zmq_poll(&item, 1, kSlice) < 0 && errno != EINTR) throw zmq::error_t();
  return true;
}

void ZmqSink::close() { socket_.close(); }

}  // namespace tocsin::transports
