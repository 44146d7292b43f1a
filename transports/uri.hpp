// Text of a URI → what to open. Everything that isn't known is an error: scheme, option, value.
//
//   -   path   file://path   zmq+KIND://host:port?options   zmq+KIND+ipc:///path?options
//
// Sources of all kinds take the options of a format (format_options.hpp): `-?format=json&…`, `path.csv?format=csv&…`.
// In a path `?` begins options where `name=` follows. KIND: pull, sub (sources), push, pub (sinks). A plain path is
// taken as it is; in file:// and ipc paths and in option values %XX stands for a byte. `localhost` is 127.0.0.1 on both
// sides, other names resolve to IPv4, IPv6 is [literal].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "events/format.hpp"

namespace tocsin::transports {

enum class Direction : std::uint8_t { source, sink };

struct StdioAddress {};

struct FileAddress {
  std::string path;
};

enum class ZmqKind : std::uint8_t { pull, sub, push, pub };

constexpr std::string_view name_of(ZmqKind kind) {
  constexpr std::string_view kNames[] = {"pull", "sub", "push", "pub"};
  return kNames[static_cast<std::size_t>(kind)];
}

struct ZmqAddress {
  ZmqKind kind = ZmqKind::pull;
  std::string endpoint;  ///< for libzmq: `tcp://127.0.0.1:5555`, `ipc:///run/x`; port `*` only where it binds
  std::string ipc_path;  ///< empty: tcp
  bool ipv6 = false;     ///< the host is an IPv6 literal
  bool loopback = true;  ///< only this machine can reach it
  bool bind = true;
  std::vector<std::string> topics;  ///< sub: prefixes, none: all; pub: at most one, the first frame
  int hwm = 10'000;                 ///< messages that a queue holds, for each peer
};

using Address = std::variant<StdioAddress, FileAddress, ZmqAddress>;

/// Both: the error is one line for a person, with what would be right.
tl::expected<Address, std::string> parse_uri(const std::string& uri, Direction direction);
/// How the events of a source are written.
tl::expected<events::Format, std::string> parse_format(const std::string& uri);

}  // namespace tocsin::transports
