// ZeroMQ sinks: topics, waiting for room, giving up, counted drops, lingering.
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <zmq.hpp>

#include "tests/unit/transports/streams.hpp"

namespace tocsin::transports {
namespace {

std::unique_ptr<Sink> open(const std::string& uri, Sockets& sockets) {
  auto sink = open_sink(uri, sockets);
  EXPECT_TRUE(sink) << sink.error();
  return sink ? std::move(*sink) : nullptr;
}

/// A receiver with a context of its own.
struct Receiver {
  explicit Receiver(zmq::socket_type type) : socket(context, type) { socket.set(zmq::sockopt::rcvtimeo, 5000); }
  /// The parts of the next message, joined by `|`; none after five seconds.
  std::optional<std::string> next() {
    std::string text;
    zmq::message_t part;
    do {
      if (!socket.recv(part)) return std::nullopt;
      text += part.to_string() + (part.more() ? "|" : "");
    } while (part.more());
    return text;
  }
  zmq::context_t context;
  zmq::socket_t socket;
};

TEST(Pub, SendsTheTopicAndThenTheLineWithoutItsEnd) {
  Sockets sockets;
  const auto pub = open("zmq+pub://127.0.0.1:*?topic=alerts%2Fhigh", sockets);
  const auto bare = open("zmq+pub://127.0.0.1:*", sockets);
  const std::pair<Sink*, std::string> cases[] = {{pub.get(), "alerts/high|{\"a\":1}"}, {bare.get(), "|{\"a\":1}"}};
  for (const auto& each : cases) {
    Receiver receiver(zmq::socket_type::sub);
    receiver.socket.set(zmq::sockopt::subscribe, "");
    receiver.socket.connect(each.first->socket_note()->endpoint);
    receiver.socket.set(zmq::sockopt::rcvtimeo, 5);
    std::optional<std::string> got;
    eventually([&] {
      each.first->write("{\"a\":1}\n");
      got = receiver.next();
      return got.has_value();
    });
    EXPECT_EQ(got.value_or("nothing"), each.second);
  }
}

TEST(Pub, WithoutSubscribersNothingCountsAsDropped) {
  Sockets sockets;
  const auto pub = open("zmq+pub://127.0.0.1:*?hwm=1", sockets);
  for (int i = 0; i < 1000; ++i) pub->write("x\n");
  EXPECT_EQ(pub->dropped(), 0U);
}

TEST(Pub, EveryMessageArrivesOrIsCounted) {
  constexpr std::uint64_t kCount = 20'000;
  Sockets sockets;
  const auto pub = open("zmq+pub://127.0.0.1:*?hwm=10", sockets);
  Receiver slow(zmq::socket_type::sub);
  slow.socket.set(zmq::sockopt::rcvhwm, 10);
  slow.socket.set(zmq::sockopt::subscribe, "");
  slow.socket.connect(pub->socket_note()->endpoint);
  slow.socket.set(zmq::sockopt::rcvtimeo, 5);
  ASSERT_TRUE(eventually([&] {
    pub->write("hello\n");
    return slow.next().has_value();
  }));
  ASSERT_EQ(pub->dropped(), 0U);
  slow.socket.set(zmq::sockopt::rcvtimeo, 1000);
  const std::string line = std::string(4096, 'x') + "\n";
  for (std::uint64_t i = 0; i < kCount; ++i) pub->write(line);
  EXPECT_GT(pub->dropped(), 0U) << "a subscriber that doesn't read should fill its queue";
  std::uint64_t arrived = 0;
  while (const std::optional<std::string> message = slow.next()) arrived += message->size() > 100 ? 1 : 0;
  EXPECT_EQ(arrived + pub->dropped(), kCount);
}

TEST(Push, WithoutAPeerItWaitsUntilOneComes) {
  Sockets sockets;
  const auto push = open("zmq+push://127.0.0.1:*?bind=true", sockets);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    push->write("first\n");
    done = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_FALSE(done);
  Receiver receiver(zmq::socket_type::pull);
  receiver.socket.connect(push->socket_note()->endpoint);
  EXPECT_EQ(receiver.next().value_or("nothing"), "first");
  writer.join();
  EXPECT_EQ(push->dropped(), 0U);
}

TEST(Push, AfterTheStopItGivesUpAndCountsTheRest) {
  Sockets sockets;
  const auto push = open("zmq+push://127.0.0.1:9", sockets);
  std::thread writer([&] {
    for (int i = 0; i < 100; ++i) push->write("nobody\n");
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(sockets.stopped());
  sockets.stop();
  EXPECT_TRUE(sockets.stopped());
  writer.join();
  EXPECT_EQ(push->dropped(), 100U) << "the limit is for all writes together";
  push->close();
}

TEST(Push, CloseAndTheEndOfTheSocketsLetTheRestOut) {
  constexpr std::size_t kCount = 5000;
  Receiver receiver(zmq::socket_type::pull);
  receiver.socket.set(zmq::sockopt::rcvhwm, 10);
  receiver.socket.bind("tcp://127.0.0.1:*");
  const std::string endpoint = receiver.socket.get(zmq::sockopt::last_endpoint);
  const std::string padding(1000, ' ');
  std::thread writer([&] {
    Sockets sockets;
    const auto push = open("zmq+push://" + endpoint.substr(6), sockets);
    for (std::size_t i = 0; i < kCount; ++i) push->write(std::to_string(i) + padding + "\n");
    push->close();
    EXPECT_EQ(push->dropped(), 0U);
  });
  for (std::size_t i = 0; i < kCount; ++i) ASSERT_EQ(receiver.next().value_or("nothing"), std::to_string(i) + padding);
  writer.join();
}

}  // namespace
}  // namespace tocsin::transports
