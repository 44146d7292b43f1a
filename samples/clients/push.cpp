// Sends events, JSON one a line on stdin, to an engine that listens with `--in zmq+pull://…`.
//
// usage: push tcp://127.0.0.1:5555 < events.ndjson          build: g++ -std=c++20 push.cpp -lzmq -o push
//
// Up to 64 events go in one frame. A push socket waits while the engine is slow, and at the end until all is sent.
#include <iostream>
#include <string>
#include <zmq.hpp>

namespace {

constexpr int kEventsInFrame = 64;

/// The next lines of stdin, each with its line end; empty at the end of input.
std::string next_frame() {
  std::string frame;
  std::string line;
  for (int taken = 0; taken < kEventsInFrame && std::getline(std::cin, line); ++taken) frame += line + '\n';
  return frame;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: push tcp://127.0.0.1:5555 < events.ndjson\n";
    return 2;
  }
  std::ios::sync_with_stdio(false);
  try {
    zmq::context_t context;
    zmq::socket_t socket(context, zmq::socket_type::push);
    socket.set(zmq::sockopt::immediate, true);  // queue for peers that are there, not for those that may come
    socket.connect(argv[1]);
    for (std::string frame = next_frame(); !frame.empty(); frame = next_frame())
      socket.send(zmq::buffer(frame), zmq::send_flags::none);
  } catch (const zmq::error_t& problem) {
    std::cerr << "push: " << argv[1] << ": " << problem.what() << '\n';
    return 74;
  }
}
