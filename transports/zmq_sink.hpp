// ZeroMQ pub and push: each output is one message.
//
//   pub: [topic][payload]   push: [payload]
//
// push waits for room, looking every 200 ms whether it should stop. pub never waits: with XPUB_NODROP libzmq refuses a
// message when the queue of any subscriber to it is full, which makes drops countable; it then goes to none of them. A
// subscriber that takes nothing for 15 s is disconnected by the heartbeats and no longer in the others' way.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "transports/sockets.hpp"

namespace tocsin::transports {

class ZmqSink final : public Sink {
 public:
  static tl::expected<std::unique_ptr<Sink>, std::string> open(std::string name, const ZmqAddress& address,
                                                               Sockets& sockets);
  ZmqSink(std::string name, const ZmqAddress& address, Sockets& sockets);

  void write(std::string_view line) override;
  void flush() override {}
  void close() override;
  const std::string& name() const override { return name_; }
  std::uint64_t dropped() const override { return dropped_; }
  const SocketNote* socket_note() const override { return &note_; }

 private:
  bool send(std::string_view payload);
  bool wait_for_room();

  std::string name_;
  ZmqKind kind_;
  std::string topic_;
  Sockets& sockets_;
  zmq::socket_t socket_;
  SocketNote note_;
  std::uint64_t dropped_ = 0;
  int slices_left_;  ///< waits that are allowed after the stop, over all writes
};

}  // namespace tocsin::transports
