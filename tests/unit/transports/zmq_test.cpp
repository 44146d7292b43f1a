// ZeroMQ sources over real sockets on this machine: frames, topics, limits, peers.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <thread>

#include <gtest/gtest.h>
#include <zmq.hpp>

#include "tests/unit/transports/streams.hpp"
#include "transports/sockets.hpp"

namespace tocsin::transports {
namespace {

std::unique_ptr<Source> open(const std::string& uri, Sockets& sockets) {
  auto source = open_source(uri, sockets);
  EXPECT_TRUE(source) << source.error();
  return source ? std::move(*source) : nullptr;
}

std::string place_of(const Source& source) { return source.socket_note()->endpoint.substr(6); }

/// Payloads as they come, until there are `count` or nothing comes for five seconds.
std::vector<std::string> payloads(Source& source, std::size_t count) {
  std::vector<std::string> got;
  events::Arena arena;
  while (got.size() < count) {
    if (wait({&source}, -1, 5000).empty()) break;
    arena.clear();
    std::vector<Frame> frames;
    source.read(arena, {}, frames);
    for (const Frame& frame : frames) {
      EXPECT_TRUE(frame.last);
      got.emplace_back(frame.bytes);
    }
  }
  return got;
}

using Texts = std::vector<std::string>;

/// A program on the other side, with a context of its own.
struct Peer {
  Peer(zmq::socket_type type, const Source& source) : socket(context, type) {
    socket.set(zmq::sockopt::linger, 2000);
    socket.connect(source.socket_note()->endpoint);
  }
  void send(const Texts& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i)
      socket.send(zmq::buffer(parts[i]), i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }
  zmq::context_t context;
  zmq::socket_t socket;
};

TEST(Pull, TenThousandMessagesArriveInOrderWithNoneLost) {
  constexpr std::size_t kCount = 10'000;
  Sockets sockets;
  const auto pull = open("zmq+pull://127.0.0.1:*?hwm=100", sockets);
  auto push = open_sink("zmq+push://" + place_of(*pull) + "?hwm=100", sockets);
  ASSERT_TRUE(push) << push.error();
  std::thread writer([&] {
    for (std::size_t i = 0; i < kCount; ++i) (*push)->write(std::to_string(i) + "\n");
    (*push)->close();
  });
  const Texts got = payloads(*pull, kCount);
  writer.join();
  ASSERT_EQ(got.size(), kCount);
  for (std::size_t i = 0; i < kCount; ++i) ASSERT_EQ(got[i], std::to_string(i));
  EXPECT_EQ((*push)->dropped(), 0U);
}

TEST(Pull, OneReadTakesWhatIsThereAndNumbersIt) {
  Sockets sockets;
  const auto pull = open("zmq+pull://127.0.0.1:*", sockets);
  Peer peer(zmq::socket_type::push, *pull);
  for (int i = 0; i < 3000; ++i) peer.send({std::to_string(i)});
  std::size_t total = 0;
  std::size_t most = 0;
  while (total < 3000) {
    ASSERT_FALSE(wait({pull.get()}, -1, 5000).empty()) << "after " << total;
    events::Arena arena;
    std::vector<Frame> frames;
    ASSERT_EQ(pull->read(arena, {}, frames), ReadStatus::data);
    EXPECT_EQ(frames.front().position.line, total + 1) << "messages are numbered from 1";
    total += frames.size();
    EXPECT_EQ(frames.back().position.line, total);
    most = std::max(most, frames.size());
  }
  EXPECT_LE(most, 1024U);
  EXPECT_GT(most, 1U) << "a read should drain the socket";
  EXPECT_TRUE(pull->live());
  EXPECT_EQ(pull->size(), std::nullopt);
}

TEST(Pull, EveryPartIsAPayloadAndEmptyOnesAreNothing) {
  Sockets sockets;
  const auto pull = open("zmq+pull://127.0.0.1:*", sockets);
  Peer peer(zmq::socket_type::push, *pull);
  peer.send({"a", "b", "c"});
  peer.send({""});
  peer.send({"d"});
  EXPECT_EQ(payloads(*pull, 4), (Texts{"a", "b", "c", "d"}));
}

TEST(Sub, TakesTheTopicsItWantsAndLeavesTheTopicFrameOut) {
  Sockets sockets;
  const auto some = open("zmq+sub://127.0.0.1:*?bind=true&topic=plant%2Fa&topic=city", sockets);
  const auto all = open("zmq+sub://127.0.0.1:*?bind=true", sockets);
  Peer to_some(zmq::socket_type::xpub, *some);
  Peer to_all(zmq::socket_type::xpub, *all);
  // A subscriber that binds tells a new publisher of its topics when it next looks at its socket.
  const auto subscriptions = [](Source& source, Peer& peer, int count) {
    zmq::message_t subscription;
    return eventually([&] {
      wait({&source}, -1, 0);
      if (peer.socket.recv(subscription, zmq::recv_flags::dontwait)) --count;
      return count == 0;
    });
  };
  ASSERT_TRUE(subscriptions(*some, to_some, 2));
  ASSERT_TRUE(subscriptions(*all, to_all, 1));
  for (Peer* peer : {&to_some, &to_all}) {
    peer->send({"plant/a/1", "one"});
    peer->send({"plant/b", "not for some"});
    peer->send({"city", "two", "three"});
    peer->send({"city as a payload without a topic"});
  }
  EXPECT_EQ(payloads(*some, 4), (Texts{"one", "two", "three", "city as a payload without a topic"}));
  EXPECT_EQ(payloads(*all, 5), (Texts{"one", "not for some", "two", "three", "city as a payload without a topic"}));
}

TEST(Peers, AreCountedAsTheyComeAndGo) {
  Sockets sockets;
  const auto pull = open("zmq+pull://127.0.0.1:*", sockets);
  EXPECT_EQ(pull->peers(), 0U);
  {
    Peer one(zmq::socket_type::push, *pull);
    EXPECT_TRUE(eventually([&] { return pull->peers() == 1; })) << pull->peers();
    {
      Peer two(zmq::socket_type::push, *pull);
      EXPECT_TRUE(eventually([&] { return pull->peers() == 2; })) << pull->peers();
    }
    EXPECT_TRUE(eventually([&] { return pull->peers() == 1; })) << pull->peers();
  }
  EXPECT_TRUE(eventually([&] { return pull->peers() == 0; })) << pull->peers();
}

TEST(Peers, WhoNeverShakesHandsIsNone) {
  Sockets sockets;
  const auto pull = open("zmq+pull://127.0.0.1:*", sockets);
  Peer peer(zmq::socket_type::push, *pull);
  ASSERT_TRUE(eventually([&] { return pull->peers() == 1; }));
  const std::string place = place_of(*pull);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(place.substr(place.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (const std::string_view bytes : {"", "GET / HTTP/1.0\r\n\r\n"}) {
    const int stranger = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(::connect(stranger, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    if (!bytes.empty()) {
      EXPECT_EQ(::write(stranger, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    }
    ::shutdown(stranger, SHUT_WR);
    char answer[256];
    while (::read(stranger, answer, sizeof answer) > 0) {
    }
    ::close(stranger);
  }
  // A message through the good peer comes after what the strangers did.
  peer.send({"x"});
  EXPECT_EQ(payloads(*pull, 1), Texts{"x"});
  EXPECT_EQ(pull->peers(), 1U);
}

TEST(Limits, AnEventOf16MiBPassesAndALargerFrameCostsThePeerItsConnection) {
  Sockets sockets;
  const auto pull = open("zmq+pull://127.0.0.1:*", sockets);
  Peer peer(zmq::socket_type::push, *pull);
  const std::string largest(std::size_t{16} << 20, 'x');
  peer.send({largest});
  ASSERT_EQ(payloads(*pull, 1), Texts{largest});
  peer.send({std::string((std::size_t{17} << 20) + 1, 'y')});
  EXPECT_TRUE(eventually([&] { return pull->peers() == 0; }));
  EXPECT_TRUE(eventually([&] { return pull->peers() == 1; })) << "the peer comes back";
  peer.send({"small"});
  EXPECT_EQ(payloads(*pull, 1), Texts{"small"});
}

TEST(Limits, AreSetOnPurpose) {
  struct Case {
    ZmqKind kind;
    int linger, heartbeat, heartbeat_timeout, keepalive;
    bool immediate;
  };
  const Case cases[] = {{ZmqKind::pull, 0, 0, -1, 1, false},
                        {ZmqKind::sub, 0, 5000, 15'000, -1, false},
                        {ZmqKind::push, 5000, 0, -1, 1, true},
                        {ZmqKind::pub, 5000, 5000, 15'000, -1, false}};
  Sockets sockets;
  for (const Case& c : cases) {
    SCOPED_TRACE(name_of(c.kind));
    ZmqAddress address;
    address.kind = c.kind;
    address.hwm = 77;
    const zmq::socket_t socket = make_socket(sockets.state(), address);
    EXPECT_EQ(socket.get(zmq::sockopt::sndhwm), 77);
    EXPECT_EQ(socket.get(zmq::sockopt::rcvhwm), 77);
    EXPECT_EQ(socket.get(zmq::sockopt::maxmsgsize), 17 << 20);
    EXPECT_EQ(socket.get(zmq::sockopt::linger), c.linger);
    EXPECT_EQ(socket.get(zmq::sockopt::reconnect_ivl), 100);
    EXPECT_EQ(socket.get(zmq::sockopt::reconnect_ivl_max), 10'000);
    EXPECT_EQ(socket.get(zmq::sockopt::heartbeat_ivl), c.heartbeat) << "push and pull must not: see set_liveness";
    EXPECT_EQ(socket.get(zmq::sockopt::heartbeat_timeout), c.heartbeat_timeout);
    EXPECT_EQ(socket.get(zmq::sockopt::tcp_keepalive), c.keepalive);
    EXPECT_EQ(socket.get(zmq::sockopt::immediate), c.immediate ? 1 : 0);
  }
}

TEST(Endpoints, Ipv6) {
  Sockets sockets;
  const auto pull = open_source("zmq+pull://[::1]:*", sockets);
  if (!pull) GTEST_SKIP() << "this machine has no IPv6 loopback: " << pull.error();
  auto push = open_sink("zmq+push://" + place_of(**pull), sockets);
  ASSERT_TRUE(push) << push.error();
  (*push)->write("six\n");
  EXPECT_EQ(payloads(**pull, 1), Texts{"six"});
}

TEST(Endpoints, IpcTakesTheWayOfAPathButNotOfAFile) {
  const Folder folder;
  Sockets sockets;
  const auto pull = open("zmq+pull+ipc://" + folder.at("socket"), sockets);
  auto push = open_sink("zmq+push+ipc://" + folder.at("socket"), sockets);
  ASSERT_TRUE(push) << push.error();
  (*push)->write("by path\n");
  EXPECT_EQ(payloads(*pull, 1), Texts{"by path"});

  const std::string file = folder.with("precious", "text");
  const auto refused = open_source("zmq+pull+ipc://" + file, sockets);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("there is a file that is no socket"), std::string::npos) << refused.error();
  EXPECT_EQ(bytes_of(file), "text");
}

TEST(Endpoints, ThatCannotBeHadAreErrorsWithAWayOut) {
  Sockets sockets;
  const auto first = open("zmq+pull://127.0.0.1:*", sockets);
  const std::string long_path(200, 'x');
  const std::map<std::string, std::string> cases = {
      {"zmq+pull://" + place_of(*first), "Address already in use (another program"},
      {"zmq+pull://192.0.2.1:5555?insecure=true", "name an address or interface of this machine"},
      {"zmq+pull://no-such-interface:5555?insecure=true", "name an address or interface of this machine"},
      {"zmq+pull+ipc:///no/such/folder/socket", "cannot bind to `ipc:///no/such/folder/socket`"},
      {"zmq+pull+ipc:///" + long_path, "at most 107 bytes"},
  };
  for (const auto& [uri, want] : cases) {
    const auto got = open_source(uri, sockets);
    ASSERT_FALSE(got) << uri;
    EXPECT_NE(got.error().find(want), std::string::npos) << "expected …" << want << "…, got " << got.error();
  }
}

TEST(Notes, TellTheEndpointAndWarnOfWhatOthersCanReach) {
  Sockets sockets;
  const auto inside = open("zmq+pull://127.0.0.1:*", sockets);
  EXPECT_EQ(inside->socket_note()->warning, "");
  EXPECT_EQ(inside->socket_note()->endpoint.find("tcp://127.0.0.1:"), 0U) << inside->socket_note()->endpoint;
  EXPECT_EQ(inside->socket_note()->endpoint.find('*'), std::string::npos) << inside->socket_note()->endpoint;
  EXPECT_NE(inside->socket_note()->settings.find("queue 10000 messages"), std::string::npos)
      << inside->socket_note()->settings;
  const auto outside = open("zmq+pull://0.0.0.0:*?insecure=true", sockets);
  EXPECT_NE(outside->socket_note()->warning.find("plain tcp"), std::string::npos) << outside->socket_note()->warning;
  const auto far = open("zmq+sub://192.0.2.1:5555", sockets);
  EXPECT_NE(far->socket_note()->warning.find("plain tcp"), std::string::npos) << far->socket_note()->warning;
}

}  // namespace
}  // namespace tocsin::transports
