// Addresses and networks.
#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using enum Function;

TEST(Address, Network) {
  expect({
      {cidr, {text("10.1.2.3"), 8_i}, text("10.0.0.0/8")},
      {cidr, {text("10.1.2.3"), 0_i}, text("0.0.0.0/0")},
      {cidr, {text("10.1.2.3"), 32_i}, text("10.1.2.3/32")},
      {cidr, {text("10.255.255.255"), 9_i}, text("10.128.0.0/9")},
      {cidr, {text("192.168.1.77"), 31_i}, text("192.168.1.76/31")},
      {cidr, {text("2001:db8:ffff::1"), 33_i}, text("2001:db8:8000::/33")},
      {cidr, {text("2001:DB8::1"), 128_i}, text("2001:db8::1/128")},
      {cidr, {text("::1"), 0_i}, text("::/0")},
      {cidr, {text("::ffff:10.1.2.3"), 8_i}, text("10.0.0.0/8")},
      {cidr, {text("10.1.2.3"), 33_i}, kNull},
      {cidr, {text("10.1.2.3"), -1_i}, kNull},
      {cidr, {text("::1"), 129_i}, kNull},
      {cidr, {text("10.1.2.3"), 4294967304_i}, kNull},
      {cidr, {kNull, 8_i}, kNull},
      {cidr, {text("10.1.2.3"), kNull}, kNull},
  });
}

TEST(Address, WhatIsNone) {
  for (const char* each : {"",
                           " ",
                           "10.1.2",
                           "10.1.2.3.4",
                           "10.1.2.256",
                           "10.1.2.03",
                           "010.1.2.3",
                           "10.1.2.3 ",
                           " 10.1.2.3",
                           "0x0a.1.2.3",
                           "167838211",
                           "10.1.2.-3",
                           "::1::",
                           ":1",
                           "1::2::3",
                           "12345::",
                           "fe80::1%eth0",
                           "[::1]",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "host",
                           "::ffff:10.1.2",
                           "10.1.2.3/8"})
    expect({{cidr, {text(each), 8_i}, kNull}, {in_network, {text(each), text("0.0.0.0/0")}, false}});
  const std::string with_null("10.1.2.3\0", 9);
  expect({{cidr, {with_null, 8_i}, kNull}});
  expect({{cidr, {std::string(1000, '1'), 8_i}, kNull}});
}

TEST(Address, InNetwork) {
  expect({
      {in_network, {text("10.1.2.3"), text("10.0.0.0/8")}, true},
      {in_network, {text("11.0.0.0"), text("10.0.0.0/8")}, false},
      {in_network, {text("10.255.255.255"), text("10.0.0.0/8")}, true},
      {in_network, {text("10.127.0.1"), text("10.128.0.0/9")}, false},
      {in_network, {text("10.128.0.1"), text("10.128.0.0/9")}, true},
      {in_network, {text("255.1.2.3"), text("0.0.0.0/0")}, true},
      {in_network, {text("10.1.2.3"), text("10.1.2.3/32")}, true},
      {in_network, {text("10.1.2.2"), text("10.1.2.3/32")}, false},
      {in_network, {text("10.1.2.3"), text("10.1.2.3")}, true},
      {in_network, {text("10.1.2.4"), text("10.1.2.3")}, false},
      {in_network, {text("2001:db8::5"), text("2001:db8::/32")}, true},
      {in_network, {text("2001:db9::5"), text("2001:db8::/32")}, false},
      {in_network, {text("2001:0db8:0:0:0:0:0:5"), text("2001:db8::5/128")}, true},
      {in_network, {text("::"), text("::/0")}, true},
      // an IPv4-mapped address is its IPv4 one
      {in_network, {text("::ffff:10.1.2.3"), text("10.0.0.0/8")}, true},
      {in_network, {text("10.1.2.3"), text("::ffff:10.0.0.0/104")}, true},
      {in_network, {text("::ffff:a01:203"), text("10.0.0.0/8")}, true},
      {in_network, {text("10.1.2.3"), text("::/0")}, false},
      {in_network, {text("::ffff:10.1.2.3"), text("::/0")}, false},
      {in_network, {text("::1"), text("0.0.0.0/0")}, false},
      {in_network, {text("host"), text("10.0.0.0/8")}, false},
      {in_network, {kNull, text("10.0.0.0/8")}, false},
  });
}

TEST(Address, BadNetworks) {
  struct Bad {
    std::string network;
    std::string message;
  };
  const std::vector<Bad> cases{
      {"10.0.0.0/8", ""},
      {"0.0.0.0/0", ""},
      {"::/0", ""},
      {"::ffff:0:0/90", "`::ffff:0:0/90` is an address inside a network: the network is `::ffc0:0:0/90`"},
      {"10.0.0.1", ""},
      {"10.1.2.3/8", "`10.1.2.3/8` is an address inside a network: the network is `10.0.0.0/8`"},
      {"2001:db8::1/32", "`2001:db8::1/32` is an address inside a network: the network is `2001:db8::/32`"},
      {"10.0.0.0/33", "`10.0.0.0/33` is no network: after the `/` stands a number of bits, 0 to 32"},
      {"::/129", "`::/129` is no network: after the `/` stands a number of bits, 0 to 128"},
      {"10.0.0.0/", "`10.0.0.0/` is no network: after the `/` stands a number of bits, 0 to 32"},
      {"10.0.0.0/08", "`10.0.0.0/08` is no network: after the `/` stands a number of bits, 0 to 32"},
      {"10.0.0.0/+8", "`10.0.0.0/+8` is no network: after the `/` stands a number of bits, 0 to 32"},
      {"10.0.0.0/8/8", "`10.0.0.0/8/8` is no network: after the `/` stands a number of bits, 0 to 32"},
      {"10.0.0/8", "`10.0.0` is no IPv4 or IPv6 address"},
      {"", "`` is no IPv4 or IPv6 address"},
      {"/8", "`` is no IPv4 or IPv6 address"},
      {"lan", "`lan` is no IPv4 or IPv6 address"},
  };
  for (const Bad& each : cases) {
    const std::optional<BadConstant> bad = bad_constant(expr_of({in_network, {text("::1"), each.network}, {}}));
    EXPECT_EQ(bad ? bad->message : "", each.message) << each.network;
  }
}

}  // namespace
}  // namespace tocsin::rules::testing
