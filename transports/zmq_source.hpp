// ZeroMQ sub and pull.
//
//   sub: [topic][payload]…   pull: [payload]…   → one Frame for each payload
//
// A sub's message of one part is a payload without a topic; further parts of any message are payloads of their own.
// A read drains the socket. Payloads are copied: the arena's padding is what the decoder needs, and libzmq's buffers go
// back at once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "transports/sockets.hpp"

namespace tocsin::transports {

class ZmqSource final : public Source {
 public:
  static constexpr std::size_t kMessages = 1024;
  static constexpr std::size_t kBytes = 1U << 20;

  static tl::expected<std::unique_ptr<Source>, std::string> open(std::string name, const ZmqAddress& address,
                                                                 Sockets& sockets);
  ZmqSource(std::string name, const ZmqAddress& address, Sockets& sockets);

  ReadStatus read(events::Arena& arena, std::string_view carry, std::vector<Frame>& frames) override;
  const std::string& name() const override { return name_; }
  bool live() const override { return true; }
  std::size_t peers() override { return peers_.now(); }
  std::optional<std::uint64_t> size() const override { return std::nullopt; }
  std::uint64_t consumed() const override { return consumed_; }
  const SocketNote* socket_note() const override { return &note_; }
  void* zmq_socket() override { return socket_.handle(); }

 private:
  std::string name_;
  bool topics_;  ///< the first part of several is a topic
  zmq::socket_t socket_;
  PeerCount peers_;
  SocketNote note_;
  std::uint64_t consumed_ = 0;
  std::uint64_t messages_ = 0;
  bool inside_ = false;  ///< parts of the current message are still to come
};

}  // namespace tocsin::transports
