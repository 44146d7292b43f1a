// Addresses and networks, IPv4 and IPv6 (RFC 4632, RFC 4291). An IPv4 address is kept as the IPv6 one that maps it.
#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "rules/functions_parts.hpp"

namespace tocsin::rules {

namespace {

constexpr unsigned kMapped = 96;  // bits before the IPv4 address in the one that maps it
constexpr unsigned kAllBits = 128;

void clear_host_bits(Address& address, unsigned bits) {
  for (unsigned i = 0; i < address.bytes.size(); ++i) {
    const unsigned kept = bits > i * 8 ? std::min(bits - i * 8, 8U) : 0;
    address.bytes[i] = static_cast<unsigned char>(address.bytes[i] & (0xff00U >> kept));
  }
}

void append(const Address& address, std::string& out) {
  char text[INET6_ADDRSTRLEN];
  if (address.is_v4)
    inet_ntop(AF_INET, address.bytes.data() + kMapped / 8, text, sizeof text);
  else
    inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  out += text;
}

std::string text_of(const Network& network) {
  std::string text;
  append(network.address, text);
  return text + "/" + std::to_string(network.address.is_v4 ? network.bits - kMapped : network.bits);
}

bool contains(const Network& network, const Address& address) {
  if (network.address.is_v4 != address.is_v4) return false;
  const unsigned whole = network.bits / 8;
  if (std::memcmp(network.address.bytes.data(), address.bytes.data(), whole) != 0) return false;
  const unsigned rest = network.bits % 8;
  return rest == 0 || ((network.address.bytes[whole] ^ address.bytes[whole]) & (0xff00U >> rest) & 0xffU) == 0;
}

/// Decimal, without a sign or zeros before it.
std::optional<unsigned> parse_bits(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned bits = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    bits = bits * 10 + static_cast<unsigned>(c - '0');
  }
  return bits;
}

bool network_of(const Args& args, Slot& out) {
  std::optional<Address> address = parse_address(args.text(0));
  const std::int64_t given = args.integer(1);
  if (!address || given < 0 || given > (address->is_v4 ? kAllBits - kMapped : kAllBits)) return false;
  const unsigned bits = static_cast<unsigned>(given) + (address->is_v4 ? kMapped : 0);
  clear_host_bits(*address, bits);
  args.texts.make(out) = text_of({*address, bits});
  return true;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) return std::nullopt;
  terminated[text.copy(terminated, sizeof terminated - 1)] = '\0';
  Address result;
  constexpr std::array<unsigned char, 12> kPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (text.find(':') != std::string_view::npos) {
    if (inet_pton(AF_INET6, terminated, result.bytes.data()) != 1) return std::nullopt;
    result.is_v4 = std::equal(kPrefix.begin(), kPrefix.end(), result.bytes.begin());
    return result;
  }
  std::copy(kPrefix.begin(), kPrefix.end(), result.bytes.begin());
  result.is_v4 = true;
  if (inet_pton(AF_INET, terminated, result.bytes.data() + kPrefix.size()) != 1) return std::nullopt;
  return result;
}

std::optional<Network> parse_network(std::string_view text, std::string& problem) {
  const std::string shown = "`" + std::string(text) + "`";
  const std::size_t slash = text.find('/');
  const std::string_view before = text.substr(0, slash);
  const std::optional<Address> address = parse_address(before);
  if (!address) {
    problem = "`" + std::string(before) + "` is no IPv4 or IPv6 address";
    return std::nullopt;
  }
  if (slash == std::string_view::npos) return Network{*address, kAllBits};
  // A network of mapped addresses that is larger than all of IPv4 is one of IPv6.
  const bool written_v4 = before.find(':') == std::string_view::npos;
  const unsigned most = written_v4 ? kAllBits - kMapped : kAllBits;
  const std::optional<unsigned> bits = parse_bits(text.substr(slash + 1));
  if (!bits || *bits > most) {
    problem = shown + " is no network: after the `/` stands a number of bits, 0 to " + std::to_string(most);
    return std::nullopt;
  }
  Network network{*address, written_v4 ? *bits + kMapped : *bits};
  network.address.is_v4 = address->is_v4 && network.bits >= kMapped;
  clear_host_bits(network.address, network.bits);
  if (network.address.bytes != address->bytes) {
    problem = shown + " is an address inside a network: the network is `" + text_of(network) + "`";
    return std::nullopt;
  }
  return network;
}

bool address_result(Function function, const Args& args, Slot& out) {
  if (function == Function::cidr) return network_of(args, out);
  const auto* network = args.ready<Network>();
  const std::optional<Address> address = parse_address(args.text(0));
  if (network == nullptr || !address) return false;
  out = events::slot_of(contains(*network, *address));
  return true;
}

}  // namespace tocsin::rules
