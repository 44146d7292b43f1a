// wait(): who is ready, waking, and that waiting costs nothing.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/transports/streams.hpp"
#include "transports/stream.hpp"

namespace tocsin::transports {
namespace {

using Indices = std::vector<std::size_t>;

std::unique_ptr<Source> open(const std::string& uri, Sockets& sockets) {
  auto source = open_source(uri, sockets);
  EXPECT_TRUE(source) << source.error();
  return source ? std::move(*source) : nullptr;
}

/// CPU time of the whole process, libzmq's thread included.
std::chrono::microseconds cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

struct PipeEnds {
  PipeEnds() { EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0); }
  ~PipeEnds() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  void wake() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  int ends[2];
};

TEST(Wait, TellsWhichSourcesAreReady) {
  const Folder folder;
  Sockets sockets;
  const auto file = open(folder.with("a", "text"), sockets);
  const auto socket = open("zmq+pull://127.0.0.1:*", sockets);
  PipeEnds pipe;
  StreamSource stream(Descriptor(pipe.ends[0], false, "pipe"), Plain());

  EXPECT_EQ(wait({}, -1, 0), Indices{});
  EXPECT_EQ(wait({socket.get(), &stream}, -1, 0), Indices{});
  EXPECT_EQ(wait({socket.get(), file.get(), &stream}, -1, -1), Indices{1}) << "a file is always ready";
  pipe.wake();
  EXPECT_EQ(wait({socket.get(), &stream}, -1, -1), Indices{1});

  auto sink = open_sink("zmq+push://" + socket->socket_note()->endpoint.substr(6), sockets);
  ASSERT_TRUE(sink) << sink.error();
  (*sink)->write("{}\n");
  EXPECT_EQ(wait({socket.get()}, -1, 10'000), Indices{0});
  EXPECT_EQ(wait({socket.get()}, -1, 10'000), Indices{0}) << "until it was read";
  events::Arena arena;
  std::vector<Frame> frames;
  EXPECT_EQ(socket->read(arena, {}, frames), ReadStatus::data);
  EXPECT_EQ(wait({socket.get()}, -1, 0), Indices{});
}

TEST(Wait, AClosedPipeIsReady) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  StreamSource stream(Descriptor(ends[0], true, "pipe"), Plain());
  ::close(ends[1]);
  EXPECT_EQ(wait({&stream}, -1, -1), Indices{0});
}

TEST(Wait, IsWokenByTheDescriptor) {
  Sockets sockets;
  const auto socket = open("zmq+pull://127.0.0.1:*", sockets);
  PipeEnds pipe;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    pipe.wake();
  });
  EXPECT_EQ(wait({socket.get()}, pipe.ends[0], -1), Indices{});
  other.join();
}

TEST(Wait, ASignalEndsIt) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
  Sockets sockets;
  const auto socket = open("zmq+pull://127.0.0.1:*", sockets);
  const pthread_t self = pthread_self();
  std::atomic<bool> over = false;
  std::thread other([&] {
    while (!over) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      pthread_kill(self, SIGUSR1);
    }
  });
  EXPECT_EQ(wait({socket.get()}, -1, -1), Indices{});
  over = true;
  other.join();
}

TEST(Wait, UsesNoCpuWhileIdle) {
  const Folder folder;
  Sockets sockets;
  const auto pull = open("zmq+pull://127.0.0.1:*", sockets);
  const auto sub = open("zmq+sub+ipc://" + folder.at("none"), sockets);
  auto push = open_sink("zmq+push://" + pull->socket_note()->endpoint.substr(6), sockets);
  ASSERT_TRUE(push) << push.error();
  PipeEnds pipe;
  ASSERT_TRUE(eventually([&] { return pull->peers() == 1; }));
  events::Arena arena;
  std::vector<Frame> frames;
  EXPECT_EQ(pull->read(arena, {}, frames), ReadStatus::idle);

  const auto before = cpu_time();
  EXPECT_EQ(wait({pull.get(), sub.get()}, pipe.ends[0], 1000), Indices{});
  const auto used = cpu_time() - before;
  // A loop that polls would use nearly all of the second.
  EXPECT_LT(used, std::chrono::milliseconds(200)) << used.count() << " us of CPU in 1 s of waiting";
}

}  // namespace
}  // namespace tocsin::transports
