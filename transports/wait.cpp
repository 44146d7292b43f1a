// One zmq_poll over sockets and descriptors. libzmq sleeps in poll(2), so waiting takes no CPU.
#include <cerrno>
#include <vector>

#include <zmq.h>

#include "transports/transport.hpp"

namespace tocsin::transports {

std::vector<std::size_t> wait(const std::vector<Source*>& sources, int wake, long timeout_ms) {
  std::vector<zmq_pollitem_t> items;
  std::vector<std::size_t> ready;
  std::vector<std::size_t> polled;  // the source that items[i] is of
  for (std::size_t i = 0; i < sources.size(); ++i) {
    void* socket = sources[i]->zmq_socket();
    const int descriptor = socket == nullptr ? sources[i]->descriptor() : -1;
    if (socket == nullptr && descriptor < 0) {
      ready.push_back(i);
      continue;
    }
    items.push_back({socket, descriptor, ZMQ_POLLIN, 0});
    polled.push_back(i);
  }
  if (wake >= 0) items.push_back({nullptr, wake, ZMQ_POLLIN, 0});
  if (zmq_poll(items.data(), static_cast<int>(items.size()), ready.empty() ? timeout_ms : 0) < 0) {
    if (errno == EINTR) return ready;
    throw TransportError(std::string("cannot wait for input: ") + zmq_strerror(errno));
  }
  for (std::size_t i = 0; i < polled.size(); ++i)
    if (items[i].revents != 0) ready.push_back(polled[i]);
  return ready;
}

}  // namespace tocsin::transports
