// URI → transport.
#include <utility>
#include <variant>

#include "transports/files.hpp"
#include "transports/transport.hpp"
#include "transports/uri.hpp"
#include "transports/zmq_sink.hpp"
#include "transports/zmq_source.hpp"

namespace tocsin::transports {

tl::expected<std::unique_ptr<Source>, std::string> open_source(const std::string& uri, Sockets& sockets) {
  const tl::expected<Address, std::string> address = parse_uri(uri, Direction::source);
  if (!address) return tl::unexpected(address.error());
  if (const auto* zmq = std::get_if<ZmqAddress>(&*address)) return ZmqSource::open(uri, *zmq, sockets);
  if (const auto* file = std::get_if<FileAddress>(&*address)) return open_file_source(file->path);
  return open_stdin();
}

tl::expected<std::unique_ptr<Sink>, std::string> open_sink(const std::string& uri, Sockets& sockets) {
  const tl::expected<Address, std::string> address = parse_uri(uri, Direction::sink);
  if (!address) return tl::unexpected(address.error());
  if (const auto* zmq = std::get_if<ZmqAddress>(&*address)) return ZmqSink::open(uri, *zmq, sockets);
  if (const auto* file = std::get_if<FileAddress>(&*address)) return open_file_sink(file->path);
  return open_stdout();
}

}  // namespace tocsin::transports
