// URIs: what they mean, and what is said of wrong ones.
#include "transports/uri.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "transports/near.hpp"

namespace tocsin::transports {
namespace {

/// An address as one line, so that tables can be compared.
std::string text_of(const Address& address) {
  if (std::holds_alternative<StdioAddress>(address)) return "stdio";
  if (const auto* file = std::get_if<FileAddress>(&address)) return "file " + file->path;
  const auto& zmq = std::get<ZmqAddress>(address);
  std::string text(name_of(zmq.kind));
  text += (zmq.bind ? " bind " : " connect ") + zmq.endpoint;
  if (zmq.hwm != 10'000) text += " hwm " + std::to_string(zmq.hwm);
  if (zmq.ipv6) text += " ipv6";
  if (!zmq.loopback) text += " exposed";
  if (!zmq.ipc_path.empty()) text += " path " + zmq.ipc_path;
  for (const std::string& topic : zmq.topics) text += " [" + topic + "]";
  return text;
}

struct Case {
  Direction direction;
  std::string uri;
  std::string want;
};

constexpr Direction kIn = Direction::source;
constexpr Direction kOut = Direction::sink;

TEST(Uri, Meanings) {
  const Case cases[] = {
      {kIn, "-", "stdio"},
      {kOut, "-", "stdio"},
      {kIn, "events.ndjson", "file events.ndjson"},
      {kIn, "/tmp/a%20b?c", "file /tmp/a%20b?c"},
      {kIn, "file:///tmp/a%20b", "file /tmp/a b"},
      {kIn, "file://data/x.gz", "file data/x.gz"},
      {kIn, "zmq+pull://127.0.0.1:5555", "pull bind tcp://127.0.0.1:5555"},
      {kIn, "zmq+pull://127.0.0.1:*", "pull bind tcp://127.0.0.1:*"},
      {kIn, "zmq+sub://localhost:5555", "sub connect tcp://127.0.0.1:5555"},
      {kIn, "zmq+sub://plant.example:5555", "sub connect tcp://plant.example:5555 exposed"},
      {kIn, "zmq+sub://127.0.0.1:1?topic=a&topic=b%2Fc%20d", "sub connect tcp://127.0.0.1:1 [a] [b/c d]"},
      {kIn, "zmq+sub://127.0.0.1:1?topic=", "sub connect tcp://127.0.0.1:1 []"},
      {kIn, "zmq+sub://127.0.0.1:1?bind=true", "sub bind tcp://127.0.0.1:1"},
      {kIn, "zmq+pull://127.0.0.1:1?connect=1", "pull connect tcp://127.0.0.1:1"},
      {kIn, "zmq+pull://127.0.0.1:1?connect=0&bind=true", "pull bind tcp://127.0.0.1:1"},
      {kIn, "zmq+pull://127.0.0.1:1?hwm=5", "pull bind tcp://127.0.0.1:1 hwm 5"},
      {kIn, "zmq+pull://[::1]:5555", "pull bind tcp://[::1]:5555 ipv6"},
      {kIn, "zmq+pull://*:5555?insecure=true", "pull bind tcp://*:5555 exposed"},
      {kIn, "zmq+pull://0.0.0.0:5555?insecure=1", "pull bind tcp://0.0.0.0:5555 exposed"},
      {kIn, "zmq+pull+ipc:///run/a%20b", "pull bind ipc:///run/a b path /run/a b"},
      {kOut, "zmq+push://127.9.9.9:65535", "push connect tcp://127.9.9.9:65535"},
      {kOut, "zmq+pub://127.0.0.1:5556?topic=alerts", "pub bind tcp://127.0.0.1:5556 [alerts]"},
      {kOut, "zmq+pub+ipc:///run/x?bind=false", "pub connect ipc:///run/x path /run/x"},
  };
  for (const Case& c : cases) {
    const auto got = parse_uri(c.uri, c.direction);
    EXPECT_EQ(got ? text_of(*got) : "error: " + got.error(), c.want) << c.uri;
  }
}

TEST(Uri, WrongOnesAreRefusedWithWhatWouldBeRight) {
  const Case cases[] = {
      {kIn, "", "give `-`, a path or a URI"},
      {kIn, "file://", "the path is missing"},
      {kIn, "file://a%2", "two hexadecimal digits"},
      {kIn, "http://x:1", "an input is `-`, a path, or one of file://, zmq+pull://"},
      {kOut, "tcp://127.0.0.1:1", "an output is `-`, a path, or one of file://, zmq+push://"},
      {kIn, "zmq+pul://127.0.0.1:1", "did you mean `zmq+pull`?"},
      {kIn, "zmq-sub://127.0.0.1:1", "did you mean `zmq+sub`?"},
      {kOut, "zmq+puhs://127.0.0.1:1", "did you mean `zmq+push`?"},
      {kIn, "zmq+pull+inproc://name", "unknown scheme `zmq+pull+inproc`"},
      {kIn, "zmq+push://127.0.0.1:1", "push sends: an input is zmq+pull:// or zmq+sub://"},
      {kOut, "zmq+sub+ipc:///x", "sub receives: an output is zmq+push:// or zmq+pub://"},
      {kIn, "zmq+pull://", "the port is missing"},
      {kIn, "zmq+pull://127.0.0.1", "the port is missing"},
      {kIn, "zmq+pull://[::1]", "the port is missing"},
      {kIn, "zmq+pull://:5555", "the host is missing"},
      {kIn, "zmq+pull://::1:5555", "in brackets: [::1]:5555"},
      {kIn, "zmq+pull://[::g]:5555", "`[::g]` is no IPv6 address"},
      {kIn, "zmq+pull://127.0.0.1:0", "from 1 to 65535, not `0`"},
      {kIn, "zmq+pull://127.0.0.1:65536", "from 1 to 65535, not `65536`"},
      {kIn, "zmq+pull://127.0.0.1:+1", "from 1 to 65535, not `+1`"},
      {kIn, "zmq+pull://127.0.0.1:http", "from 1 to 65535, not `http`"},
      {kIn, "zmq+pull://127.0.0.1:1/x", "nothing may follow the port"},
      {kIn, "zmq+pull://user@host:1", "`user@host` is no host name"},
      {kIn, "zmq+sub://127.0.0.1:*", "port `*` (any free one) is for binding only"},
      {kIn, "zmq+sub://*:1", "`*` is for binding"},
      {kIn, "zmq+pull://*:5555", "add `insecure=true`"},
      {kIn, "zmq+pull://0.0.0.0:5555", "add `insecure=true`"},
      {kIn, "zmq+pull://[::]:5555?insecure=false", "add `insecure=true`"},
      {kIn, "zmq+pull://127.evil.example:5555", "add `insecure=true`"},
      {kOut, "zmq+push://192.0.2.1:1?bind=1", "add `insecure=true`"},
      {kIn, "zmq+pull+ipc://run/x", "an ipc path begins with `/`"},
      {kIn, "zmq+pull+ipc:///", "an ipc path begins with `/`"},
      {kIn, "zmq+pull+ipc:///x?insecure=true", "`insecure` is for tcp"},
      {kIn, "zmq+sub://127.0.0.1:1?tpoic=a", "unknown option `tpoic` (did you mean `topic`?)"},
      {kIn, "zmq+pull://127.0.0.1:1?curve=x", "pull takes bind, connect, hwm, insecure"},
      {kIn, "zmq+pull://127.0.0.1:1?topic=a", "pull has no topics"},
      {kOut, "zmq+pub://127.0.0.1:1?topic=a&topic=b", "`topic` is given twice"},
      {kIn, "zmq+pull://127.0.0.1:1?bind", "option `bind` has no value"},
      {kIn, "zmq+pull://127.0.0.1:1?bind=yes", "is true or false, not `yes`"},
      {kIn, "zmq+pull://127.0.0.1:1?bind=1&connect=1", "contradict"},
      {kIn, "zmq+pull://127.0.0.1:1?hwm=0", "from 1 to 10000000, not `0`"},
      {kIn, "zmq+pull://127.0.0.1:1?hwm=1e3", "not `1e3`"},
      {kIn, "zmq+pull://127.0.0.1:1?hwm=1&hwm=2", "given twice"},
      {kIn, "zmq+sub://127.0.0.1:1?topic=%zz", "two hexadecimal digits"},
  };
  for (const Case& c : cases) {
    const auto got = parse_uri(c.uri, c.direction);
    ASSERT_FALSE(got) << c.uri << " was taken as " << text_of(*got);
    EXPECT_NE(got.error().find(c.want), std::string::npos)
        << c.uri << "\n  expected …" << c.want << "…\n  got " << got.error();
    EXPECT_EQ(got.error().find('\n'), std::string::npos) << got.error();
  }
}

TEST(Near, CountsChangesAndSwaps) {
  struct Distance {
    std::string a, b;
    std::size_t want;
  };
  const Distance cases[] = {{"", "", 0},           {"abc", "abc", 0},       {"", "abc", 3},   {"abc", "", 3},
                            {"abc", "acb", 1},     {"abc", "abd", 1},       {"abc", "ab", 1}, {"ab", "xab", 1},
                            {"topic", "tpoic", 1}, {"kitten", "sitting", 3}};
  for (const Distance& c : cases) EXPECT_EQ(edit_distance(c.a, c.b), c.want) << c.a << " " << c.b;
}

TEST(Near, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> words{"topic", "bind", "connect"};
  EXPECT_EQ(nearest("bnid", words), "bind");
  EXPECT_EQ(nearest("conect", words), "connect");
  EXPECT_EQ(nearest("zzzz", words), "");
  EXPECT_EQ(did_you_mean("topik", words), " (did you mean `topic`?)");
  EXPECT_EQ(did_you_mean("zzzz", words), "");
}

}  // namespace
}  // namespace tocsin::transports
