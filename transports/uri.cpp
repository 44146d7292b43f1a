// Cuts a URI at ://, ? and &, and checks each part against what is offered.
#include "transports/uri.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "transports/format_options.hpp"
#include "transports/near.hpp"
#include "transports/query.hpp"

namespace tocsin::transports {
namespace {

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

constexpr std::pair<std::string_view, ZmqKind> kKinds[] = {
    {"pull", ZmqKind::pull}, {"sub", ZmqKind::sub}, {"push", ZmqKind::push}, {"pub", ZmqKind::pub}};

Direction direction_of(ZmqKind kind) {
  return kind == ZmqKind::pull || kind == ZmqKind::sub ? Direction::source : Direction::sink;
}

/// What the options of a socket said, before it is judged together.
struct SocketOptions {
  std::vector<std::string> topics;
  std::optional<bool> bind;
  std::optional<int> hwm;
  std::optional<bool> insecure;
};

Result<void> take_option(const Option& option, ZmqKind kind, SocketOptions& options) {
  const std::string& name = option.name;
  const std::string& value = option.value;
  const bool has_topics = kind == ZmqKind::sub || kind == ZmqKind::pub;
  if (name == "topic") {
    if (!has_topics) return refuse(std::string(name_of(kind)) + " has no topics: `topic` is for sub and pub");
    if (kind == ZmqKind::pub && !options.topics.empty()) return refuse("a pub has one topic, `topic` is given twice");
    options.topics.push_back(value);
  } else if (name == "bind" || name == "connect") {
    const Result<bool> on = truth(name, value);
    if (!on) return refuse(on.error());
    const bool bind = (name == "bind") == *on;
    if (options.bind && *options.bind != bind) return refuse("`bind` and `connect` contradict each other");
    options.bind = bind;
  } else if (name == "hwm") {
    if (options.hwm) return refuse("`hwm` is given twice");
    options.hwm = number_in<int>(value, 1, kMostMessages);
    if (!options.hwm) return refuse("option `hwm` is a number of messages from 1 to 10000000, not " + quoted(value));
  } else if (name == "insecure") {
    const Result<bool> on = truth(name, value);
    if (!on) return refuse(on.error());
    options.insecure = *on;
  } else {
    std::vector<std::string> known{"bind", "connect", "hwm", "insecure"};
    if (has_topics) known.emplace_back("topic");
    std::string takes = std::string(name_of(kind)) + " takes " + listed(known);
    if (direction_of(kind) == Direction::source) {
      takes += ", and for the format of its events " + listed(format_options());
      known.insert(known.end(), format_options().begin(), format_options().end());
    }
    return refuse("unknown option " + quoted(name) + did_you_mean(name, known) + "; " + takes);
  }
  return {};
}

Result<SocketOptions> take_options(const std::vector<Option>& given, ZmqKind kind) {
  SocketOptions options;
  for (const Option& option : given)
    if (const Result<void> taken = take_option(option, kind, options); !taken) return refuse(taken.error());
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

/// What a URI says.
struct Meaning {
  Address address;
  events::Format format;
};

/// Takes the options of the format out of `options`.
Result<events::Format> take_format(std::vector<Option>& options, InputKind kind) {
  const auto of_format = [](const Option& option) { return !is_format_option(option.name); };
  const auto first = std::stable_partition(options.begin(), options.end(), of_format);
  const std::vector<Option> taken(first, options.end());
  options.erase(first, options.end());
  return parse_format_options(taken, kind);
}

Result<Meaning> parse_zmq(const ZmqScheme& scheme, std::string_view rest) {
  const std::string_view place = rest.substr(0, rest.find('?'));
  rest.remove_prefix(std::min(rest.size(), place.size() + 1));
  Result<std::vector<Option>> given = parse_query(rest);
  if (!given) return refuse(given.error());
  events::Format format;
  if (direction_of(scheme.kind) == Direction::source) {
    Result<events::Format> parsed = take_format(*given, InputKind::socket);
    if (!parsed) return refuse(parsed.error());
    format = std::move(*parsed);
  }
  const Result<SocketOptions> options = take_options(*given, scheme.kind);
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
  return Meaning{address, format};
}

bool is_scheme(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  });
}

/// Where the options of a file begin: at a `?` with `name=` behind it. Other question marks belong to the name.
std::size_t find_options(std::string_view text) {
  for (std::size_t at = text.find('?'); at != std::string_view::npos; at = text.find('?', at + 1)) {
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at + 1);
    if (end != std::string_view::npos && end > at + 1 && text[end] == '=') return at;
  }
  return text.size();
}

/// A file or stdin whose events are read.
Result<events::Format> parse_stream_format(std::string_view path, std::string_view query) {
  Result<std::vector<Option>> options = parse_query(query);
  if (!options) return refuse(options.error());
  Result<events::Format> format = take_format(*options, InputKind::stream);
  if (!options->empty()) {
    const std::string& name = options->front().name;
    return refuse("unknown option " + quoted(name) + did_you_mean(name, format_options()) + "; a file and stdin take " +
                  listed(format_options()));
  }
  const bool csv = path.ends_with(".csv") || path.ends_with(".csv.gz") || path.ends_with(".csv.zst");
  if (csv && query.empty())
    return refuse(
        "how are the rows events? Write ?format=csv&type=NAME&time_field=COLUMN behind the name (or "
        "type_field=COLUMN where each row has its type)");
  return format;
}

Result<Meaning> parse_stream(std::string_view text, Direction direction, bool percent) {
  const std::size_t end = direction == Direction::source ? find_options(text) : text.size();
  const std::string_view place = text.substr(0, end);
  const Result<std::string> path = percent ? percent_decoded(place) : Result<std::string>(std::string(place));
  if (!path) return refuse(path.error());
  if (path->empty()) return refuse("the path is missing");
  Meaning meaning;
  if (!percent && *path == "-")
    meaning.address = StdioAddress{};
  else
    meaning.address = FileAddress{*path};
  if (direction == Direction::sink) return meaning;
  Result<events::Format> format = parse_stream_format(*path, text.substr(std::min(text.size(), end + 1)));
  if (!format) return refuse(format.error());
  meaning.format = std::move(*format);
  return meaning;
}

Result<Meaning> parse(const std::string& uri, Direction direction) {
  const std::size_t mark = uri.find("://");
  const std::string scheme = uri.substr(0, mark == std::string::npos ? 0 : mark);
  if (!is_scheme(scheme)) return parse_stream(uri, direction, false);
  const std::string_view rest = std::string_view(uri).substr(mark + 3);
  if (scheme == "file") return parse_stream(rest, direction, true);
  const Result<ZmqScheme> zmq = parse_zmq_scheme(scheme, direction);
  if (!zmq) return refuse(zmq.error());
  return parse_zmq(*zmq, rest);
}

Result<Meaning> meaning_of(const std::string& uri, Direction direction) {
  if (uri.empty()) return refuse("an empty name: give `-`, a path or a URI");
  Result<Meaning> meaning = parse(uri, direction);
  if (!meaning) return refuse(quoted(uri) + ": " + meaning.error());
  return meaning;
}

}  // namespace

tl::expected<Address, std::string> parse_uri(const std::string& uri, Direction direction) {
  Result<Meaning> meaning = meaning_of(uri, direction);
  if (!meaning) return refuse(meaning.error());
  return std::move(meaning->address);
}

tl::expected<events::Format, std::string> parse_format(const std::string& uri) {
  Result<Meaning> meaning = meaning_of(uri, Direction::source);
  if (!meaning) return refuse(meaning.error());
  return std::move(meaning->format);
}

}  // namespace tocsin::transports
