// Cuts a URI at ://, ? and &, and checks each part against what is offered.
#include "transports/uri.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "transports/near.hpp"

namespace tocsin::transports {
namespace {

template <class T>
using Result = tl::expected<T, std::string>;

std::string quoted(std::string_view text) { return std::string("`").append(text).append("`"); }

tl::unexpected<std::string> refuse(std::string why) { return tl::unexpected<std::string>(std::move(why)); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return refuse("`%` in " + quoted(text) + " must be followed by two hexadecimal digits (`%25` is a `%`)");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<bool> truth(std::string_view name, std::string_view value) {
  if (value == "true" || value == "1") return true;
  if (value == "false" || value == "0") return false;
  return refuse("option `" + std::string(name) + "` is true or false, not " + quoted(value));
}

template <class Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

constexpr int kMostMessages = 10'000'000;

/// What the options said, before it is judged together.
struct Options {
  std::vector<std::string> topics;
  std::optional<bool> bind;
  std::optional<int> hwm;
  std::optional<bool> insecure;
};

Result<void> take_option(std::string_view name, std::string_view raw, ZmqKind kind, Options& options) {
  const Result<std::string> value = percent_decoded(raw);
  if (!value) return refuse(value.error());
  const bool has_topics = kind == ZmqKind::sub || kind == ZmqKind::pub;
  if (name == "topic") {
    if (!has_topics) return refuse(std::string(name_of(kind)) + " has no topics: `topic` is for sub and pub");
    if (kind == ZmqKind::pub && !options.topics.empty()) return refuse("a pub has one topic, `topic` is given twice");
    options.topics.push_back(*value);
  } else if (name == "bind" || name == "connect") {
    const Result<bool> on = truth(name, *value);
    if (!on) return refuse(on.error());
    const bool bind = (name == "bind") == *on;
    if (options.bind && *options.bind != bind) return refuse("`bind` and `connect` contradict each other");
    options.bind = bind;
  } else if (name == "hwm") {
    if (options.hwm) return refuse("`hwm` is given twice");
    options.hwm = number_in<int>(*value, 1, kMostMessages);
    if (!options.hwm) return refuse("option `hwm` is a number of messages from 1 to 10000000, not " + quoted(*value));
  } else if (name == "insecure") {
    const Result<bool> on = truth(name, *value);
    if (!on) return refuse(on.error());
    options.insecure = *on;
  } else {
    std::vector<std::string> known{"bind", "connect", "hwm", "insecure"};
    if (has_topics) known.emplace_back("topic");
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
    return refuse("unknown option " + quoted(name) + did_you_mean(name, known) + "; " + std::string(name_of(kind)) +
                  " takes " + list);
  }
  return {};
}

Result<Options> parse_options(std::string_view query, ZmqKind kind) {
  Options options;
  while (!query.empty()) {
    const std::string_view item = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), item.size() + 1));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos)
      return refuse("option " + quoted(item) + " has no value: write `name=value`, `&` between two");
    const Result<void> taken = take_option(item.substr(0, equals), item.substr(equals + 1), kind, options);
    if (!taken) return refuse(taken.error());
  }
  return options;
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) return ntohl(address.s_addr) >> 24 == 127;
  return host == "[::1]";
}

/// `host:port` → endpoint, ipv6 and loopback.
Result<void> take_tcp(std::string_view text, ZmqAddress& address) {
  const std::string example = "write host:port, as in 127.0.0.1:5555";
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos)
    return refuse("nothing may follow the port, found " + quoted(text.substr(slash)));
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && bracket > colon))
    return refuse("the port is missing: " + example);
  std::string host(text.substr(0, colon));
  const std::string_view port = text.substr(colon + 1);
  if (host.empty()) return refuse("the host is missing: " + example + " (`*` binds every interface)");
  if (host == "localhost") host = "127.0.0.1";
  address.ipv6 = host.front() == '[';
  if (address.ipv6) {
    in6_addr parsed{};
    if (host.back() != ']' || inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &parsed) != 1)
      return refuse(quoted(host) + " is no IPv6 address; " + example + " or [::1]:5555");
  } else if (host.find(':') != std::string::npos) {
    return refuse("an IPv6 address stands in brackets: [" + host + "]:" + std::string(port));
  } else if (host.find_first_of(" @;,#[]\\") != std::string::npos) {
    return refuse(quoted(host) + " is no host name; " + example);
  }
  if (host == "*" && !address.bind) return refuse("`*` is for binding; to connect, name the host");
  if (port == "*" && !address.bind) return refuse("port `*` (any free one) is for binding only");
  if (port != "*" && !number_in<int>(port, 1, 65535))
    return refuse("the port is a number from 1 to 65535, not " + quoted(port));
  address.loopback = is_loopback(host);
  address.endpoint = "tcp://" + host + ":" + std::string(port);
  return {};
}

Result<void> take_ipc(std::string_view text, ZmqAddress& address) {
  const Result<std::string> path = percent_decoded(text);
  if (!path) return refuse(path.error());
  if (path->size() < 2 || path->front() != '/')
    return refuse("an ipc path begins with `/`: zmq+" + std::string(name_of(address.kind)) + "+ipc:///run/name");
  address.ipc_path = *path;
  address.endpoint = "ipc://" + *path;
  return {};
}

constexpr std::pair<std::string_view, ZmqKind> kKinds[] = {
    {"pull", ZmqKind::pull}, {"sub", ZmqKind::sub}, {"push", ZmqKind::push}, {"pub", ZmqKind::pub}};

Direction direction_of(ZmqKind kind) {
  return kind == ZmqKind::pull || kind == ZmqKind::sub ? Direction::source : Direction::sink;
}

std::vector<std::string> schemes_for(Direction direction) {
  std::vector<std::string> schemes{"file"};
  for (const auto& [name, kind] : kKinds) {
    if (direction_of(kind) != direction) continue;
    schemes.push_back("zmq+" + std::string(name));
    schemes.push_back("zmq+" + std::string(name) + "+ipc");
  }
  return schemes;
}

std::string unknown_scheme(std::string_view scheme, Direction direction) {
  const std::vector<std::string> known = schemes_for(direction);
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each + "://";
  return "unknown scheme " + quoted(scheme) + did_you_mean(scheme, known) + "; an " +
         (direction == Direction::source ? "input" : "output") + " is `-`, a path, or one of " + list;
}

struct ZmqScheme {
  ZmqKind kind = ZmqKind::pull;
  bool ipc = false;
};

Result<ZmqScheme> parse_zmq_scheme(std::string_view scheme, Direction direction) {
  for (const auto& [name, kind] : kKinds) {
    const std::string tcp = "zmq+" + std::string(name);
    if (scheme != tcp && scheme != tcp + "+ipc") continue;
    if (direction_of(kind) == direction) return ZmqScheme{kind, scheme != tcp};
    return refuse(direction == Direction::source
                      ? std::string(name) + " sends: an input is zmq+pull:// or zmq+sub://"
                      : std::string(name) + " receives: an output is zmq+push:// or zmq+pub://");
  }
  return refuse(unknown_scheme(scheme, direction));
}

Result<ZmqAddress> parse_zmq(const ZmqScheme& scheme, std::string_view rest) {
  const std::string_view place = rest.substr(0, rest.find('?'));
  rest.remove_prefix(std::min(rest.size(), place.size() + 1));
  const Result<Options> options = parse_options(rest, scheme.kind);
  if (!options) return refuse(options.error());
  ZmqAddress address;
  address.kind = scheme.kind;
  address.bind = options->bind.value_or(scheme.kind == ZmqKind::pull || scheme.kind == ZmqKind::pub);
  address.topics = options->topics;
  address.hwm = options->hwm.value_or(address.hwm);
  const Result<void> taken = scheme.ipc ? take_ipc(place, address) : take_tcp(place, address);
  if (!taken) return refuse(taken.error());
  if (scheme.ipc && options->insecure) return refuse("`insecure` is for tcp");
  if (address.bind && !address.loopback && !options->insecure.value_or(false))
    return refuse(
        "other machines could reach this port, unencrypted and unchecked: bind to 127.0.0.1, or add `insecure=true` if "
        "that is meant");
  return address;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  });
}

}  // namespace

tl::expected<Address, std::string> parse_uri(const std::string& uri, Direction direction) {
  if (uri.empty()) return refuse("an empty name: give `-`, a path or a URI");
  if (uri == "-") return StdioAddress{};
  const std::size_t mark = uri.find("://");
  const std::string scheme = uri.substr(0, mark == std::string::npos ? 0 : mark);
  if (!is_scheme(scheme)) return FileAddress{uri};
  const std::string_view rest = std::string_view(uri).substr(mark + 3);
  if (scheme == "file") {
    const Result<std::string> path = percent_decoded(rest);
    if (!path) return refuse(quoted(uri) + ": " + path.error());
    if (path->empty()) return refuse(quoted(uri) + ": " + "the path is missing");
    return FileAddress{*path};
  }
  const Result<ZmqScheme> zmq = parse_zmq_scheme(scheme, direction);
  if (!zmq) return refuse(quoted(uri) + ": " + zmq.error());
  const Result<ZmqAddress> address = parse_zmq(*zmq, rest);
  if (!address) return refuse(quoted(uri) + ": " + address.error());
  return *address;
}

}  // namespace tocsin::transports
