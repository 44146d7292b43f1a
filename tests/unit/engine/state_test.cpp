// The engine's state as bytes: read by any number of partitions, and never trusted.
#include <gtest/gtest.h>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules = R"(
event A { k: string, n: int }
event B { k: string, n: int }
rule symbol { match a: A -> b: B by k within 1h alert info "m" { n: a.n, k: a.k } }
rule number { match a: A -> b: B by n alert info "m" { n: a.n } }
rule tuple { match a: A{2,} -> b: B by k, n emit X { k, n } }
rule none { match a: A -> b: B -> a2: A alert info "m" { n: a2.n } }
rule lives { match a: A by k throttle 2 per 9s each a.n alert info "{a.k}" { n: a.n, text: a.k, list: [a.n] } resolve after 30s
  alert (if a.n > 0 then high else low) "m" { n: a.n } resolve B(n > 0) }
rule above { match x: X{2} by k alert info "m" { n: sum(x.n) } }
)";
const std::string kWithWindows = std::string(kRules) + R"(
rule tumbles { from A by k window tumbling 7s every 3s late 5s when count() > 0 emit W { k, s: sum(n), c: collect(n), d: distinct(k) } }
rule slides { from A by n window sliding 20s every 5s alert low "m" { c: count() } if (count() > 2) hold 6s
  alert info "few" { m: median(n) } if (count() < 3) keep 3s throttle 2 per 30s each count() }
rule rolls { from A, B by k window rolling 9s when max(n) > 0 alert high "m" { v: avg(n), f: first(k) } dedup by count() }
rule sits { from A by k window session 3s late 10s emit S { c: count(), t: approx_top(n, 3) } }
rule sums { from W by k window last 3 emit L { s: sum(s) } }
rule joins { from A as a join B as b on a.k == b.k by A.n == B.n window tumbling 15s emit J { c: count(), s: sum(a.n) } }
)";

std::vector<Event> stream() {
  std::vector<Event> events;
  for (std::int64_t i = 0; i < 60; ++i)
    events.push_back(
        {i % 4 == 3 ? "B" : "A", std::to_string(i) + "s", {"k" + std::to_string(i % 7 % 3), integer(i % 2)}});
  return events;
}

std::string rest(Drive& drive, InputId input, std::size_t from) {
  const std::vector<Event> events = stream();
  drive.push(input, {events.begin() + static_cast<std::ptrdiff_t>(from), events.end()});
  drive.engine.finish(true);
  return drive.out();
}

TEST(State, GoesOnInAnyNumberOfPartitions) {
  const std::vector<Event> events = stream();
  for (const std::size_t cut : {0U, 1U, 17U, 42U}) {
    Drive whole(kWithWindows);
    const InputId input = whole.engine.add_input({.name = "in"});
    whole.push(input, {events.begin(), events.begin() + static_cast<std::ptrdiff_t>(cut)});
    const std::string bytes = whole.engine.write_state();
    whole.out();
    const std::string expected = rest(whole, input, cut);
    EXPECT_FALSE(expected.empty());
    for (const std::uint32_t partitions : {1U, 2U, 5U}) {
      Drive other(kWithWindows, {.partitions = partitions, .parallel_from = 1});
      const auto read = other.engine.read_state(bytes);
      ASSERT_TRUE(read) << read.error();
      EXPECT_EQ(rest(other, other.engine.add_input({.name = "in"}), cut), expected) << cut << " " << partitions;
    }
  }
}

std::string some_state() {
  Drive drive(kWithWindows);
  const std::vector<Event> events = stream();
  drive.push(drive.engine.add_input({.name = "in"}), {events.begin(), events.begin() + 30});
  return drive.engine.write_state();
}

TEST(State, EveryTruncationIsAnError) {
  const std::string bytes = some_state();
  for (std::size_t size = 0; size < bytes.size(); size += size < 64 ? 1 : 29) {
    Drive drive(kWithWindows);
    const auto read = drive.engine.read_state(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read) << size << " of " << bytes.size();
    ASSERT_EQ(read.error().substr(0, 13), "saved state: ");
  }
  Drive drive(kWithWindows);
  EXPECT_FALSE(drive.engine.read_state(bytes + "x")) << "something behind it";
}

TEST(State, ChangedBytesAreAnError) {
  const std::string bytes = some_state();
  std::uint64_t random = 7;
  for (int round = 0; round < 400; ++round) {
    std::string changed = bytes;
    for (int i = 0; i <= round % 3; ++i) {
      random = random * 6364136223846793005ULL + 1442695040888963407ULL;
      changed[(random >> 33) % changed.size()] = static_cast<char>(random >> 24);
    }
    if (changed == bytes) continue;
    Drive drive(kWithWindows, {.partitions = 2});
    EXPECT_FALSE(drive.engine.read_state(changed)) << round;
  }
}

TEST(State, OfOtherRulesIsRefused) {
  const std::string bytes = some_state();
  const auto error_of = [&](const std::string& rules) {
    Drive drive(rules);
    const auto read = drive.engine.read_state(bytes);
    return read ? std::string("none") : read.error();
  };
  std::string renamed(kWithWindows);
  renamed.replace(renamed.find("rule none"), 9, "rule nine");
  EXPECT_EQ(error_of(renamed), "saved state: rule `none` is not the one running");
  std::string changed(kWithWindows);
  changed.replace(changed.find("within 1h"), 9, "within 2h");
  EXPECT_EQ(error_of(changed), "saved state: rule `symbol` is not the one running");
  EXPECT_NE(error_of("event A { n: int }\nrule r { match a: A alert info \"m\" }"), "none");
}

}  // namespace
}  // namespace tocsin::engine::testing
