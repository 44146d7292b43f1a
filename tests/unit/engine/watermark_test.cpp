// Watermarks as pure functions of what arrived and of monotonic times.
#include "engine/watermark.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace tocsin::engine {
namespace {

constexpr std::int64_t kNs = events::kSecond.ns;
constexpr Time second(std::int64_t n) { return {n * kNs}; }
constexpr Duration seconds(std::int64_t n) { return {n * kNs}; }

InputOptions file(std::int64_t lateness) { return {.name = "file", .lateness = seconds(lateness)}; }
/// Idle after 5 s, holds for 60 s.
InputOptions socket(std::int64_t lateness) { return {.name = "socket", .live = true, .lateness = seconds(lateness)}; }

struct Case {
  std::string what;
  std::function<Time()> got;
  Time expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& test : cases) EXPECT_EQ(test.got().ns, test.expected.ns) << test.what;
}

TEST(Watermark, MovesWithEvents) {
  check({
      {"nothing came", [] { return Watermarks().update(seconds(0)); }, events::kEarliest},
      {"the largest time less the lateness",
       [] {
         Watermarks marks;
         marks.add(file(3), seconds(0));
         marks.event(0, second(100));
         marks.event(0, second(98));
         return marks.update(seconds(0));
       },
       second(97)},
      {"the smallest of two",
       [] {
         Watermarks marks;
         marks.add(file(3), seconds(0));
         marks.add(file(0), seconds(0));
         marks.event(0, second(100));
         marks.event(1, second(50));
         return marks.update(seconds(0));
       },
       second(50)},
      {"one that gave nothing yet holds",
       [] {
         Watermarks marks;
         marks.add(file(0), seconds(0));
         marks.add(file(0), seconds(0));
         marks.event(0, second(100));
         return marks.update(seconds(1000));
       },
       events::kEarliest},
      {"an ended input holds nothing",
       [] {
         Watermarks marks;
         marks.add(file(0), seconds(0));
         marks.add(file(0), seconds(0));
         marks.event(0, second(100));
         marks.event(1, second(50));
         marks.end(1);
         return marks.update(seconds(0));
       },
       second(100)},
      {"with all ended it stays",
       [] {
         Watermarks marks;
         marks.add(file(2), seconds(0));
         marks.event(0, second(100));
         marks.update(seconds(0));
         marks.end(0);
         return marks.update(seconds(500));
       },
       second(98)},
      {"a file is never silent",
       [] {
         Watermarks marks;
         marks.add(file(3), seconds(0));
         marks.event(0, second(100));
         return marks.update(seconds(1000));
       },
       second(97)},
      {"it never goes back",
       [] {
         Watermarks marks;
         marks.add(file(0), seconds(0));
         marks.event(0, second(100));
         marks.update(seconds(0));
         marks.add(file(0), seconds(0));
         marks.event(1, second(10));
         return marks.update(seconds(0));
       },
       second(100)},
      {"forced",
       [] {
         Watermarks marks;
         marks.add(file(9), seconds(0));
         marks.event(0, second(100));
         marks.force(second(95));
         return marks.update(seconds(0));
       },
       second(95)},
      {"times at the ends of the axis",
       [] {
         Watermarks marks;
         marks.add(file(10), seconds(0));
         marks.event(0, {events::kEarliest.ns + 1});
         return marks.update(seconds(0));
       },
       events::kEarliest},
  });
}

/// One socket with `lateness`, a peer since 0 s, an event of time 100 s at 10 s; the watermark at `now` ns.
Time after_silence(std::int64_t lateness, std::int64_t now_ns) {
  Watermarks marks;
  marks.add(socket(lateness), seconds(0));
  marks.peers(0, 1, seconds(0));
  marks.heard(0, seconds(10));
  marks.event(0, second(100));
  return marks.update({now_ns});
}

TEST(Watermark, Silence) {
  check({
      {"none", [] { return after_silence(3, 10 * kNs); }, second(97)},
      {"1 ns short of the lateness", [] { return after_silence(3, 13 * kNs - 1); }, second(97)},
      {"as long as the lateness: the largest time", [] { return after_silence(3, 13 * kNs); }, second(100)},
      {"1 ns short of idle", [] { return after_silence(3, 15 * kNs - 1); }, second(100)},
      {"idle: the clock's pace begins", [] { return after_silence(3, 15 * kNs); }, second(100)},
      {"idle: at the clock's pace", [] { return after_silence(3, 25 * kNs); }, second(110)},
      {"a lateness longer than idle comes first", [] { return after_silence(8, 18 * kNs - 1); }, second(92)},
      {"and then idle counts from idle", [] { return after_silence(8, 18 * kNs); }, second(103)},
      {"lateness 0", [] { return after_silence(0, 10 * kNs); }, second(100)},
  });
}

TEST(Watermark, IdleInputsAreLeftOut) {
  Watermarks marks;
  marks.add(socket(0), seconds(0));
  marks.add(socket(0), seconds(0));
  marks.peers(0, 1, seconds(0));
  marks.peers(1, 2, seconds(0));
  marks.event(0, second(100));
  EXPECT_EQ(marks.update(seconds(4)), events::kEarliest) << "the other may still come with anything";
  EXPECT_EQ(*marks.holder(), 1U);
  marks.heard(0, seconds(5));
  marks.event(0, second(104));
  EXPECT_EQ(marks.update(seconds(5)), second(104)) << "the other is idle";
  EXPECT_FALSE(marks.is_late(1, second(104)));
  EXPECT_TRUE(marks.is_late(1, second(103))) << "what comes back behind the engine's watermark is late";
  marks.heard(1, seconds(6));
  marks.event(1, second(105));
  marks.heard(0, seconds(7));
  marks.event(0, second(200));
  EXPECT_EQ(marks.update(seconds(7)), second(105)) << "it counts again";
  EXPECT_EQ(marks.update(seconds(11)), second(200)) << "and is left out again";
  EXPECT_EQ(marks.update(seconds(13)), second(201)) << "all idle: the pace of the one that is furthest";
}

TEST(Watermark, LostPeersHold) {
  Watermarks marks;
  marks.add(socket(0), seconds(0));
  marks.add(file(0), seconds(0));
  marks.event(1, second(100));
  EXPECT_EQ(marks.update(seconds(59)), events::kEarliest) << "a socket begins without a peer and holds";
  EXPECT_EQ(marks.update(seconds(60)), second(100)) << "then it is silent, and idle";
  marks.peers(0, 1, seconds(70));
  marks.heard(0, seconds(71));
  marks.event(0, second(110));
  marks.event(1, second(200));
  EXPECT_EQ(marks.update(seconds(71)), second(110));
  marks.peers(0, 0, seconds(72));
  EXPECT_EQ(marks.update(seconds(131)), second(110)) << "59 s without a peer";
  marks.peers(0, 0, seconds(131));
  EXPECT_EQ(marks.update(seconds(132)), second(200)) << "60 s since the last one went, not since it was said again";
  marks.peers(0, 1, seconds(133));
  marks.event(1, second(300));
  EXPECT_EQ(marks.update(seconds(137)), second(200)) << "back: it counts, silent since it came back";
  EXPECT_EQ(marks.update(seconds(138)), second(300));
}

TEST(Watermark, NextChange) {
  Watermarks none;
  EXPECT_EQ(none.next_change(seconds(0), events::kLatest), std::nullopt);
  Watermarks with_file;
  with_file.add(file(3), seconds(0));
  EXPECT_EQ(with_file.next_change(seconds(0), second(1)), std::nullopt);
  Watermarks marks;
  marks.add(socket(3), seconds(0));
  EXPECT_EQ(marks.next_change(seconds(1), events::kLatest), seconds(59)) << "the end of hold";
  marks.peers(0, 1, seconds(1));
  marks.heard(0, seconds(10));
  marks.event(0, second(100));
  marks.update(seconds(10));
  EXPECT_EQ(marks.next_change(seconds(11), events::kLatest), seconds(2)) << "silent for the lateness";
  marks.update(seconds(13));
  EXPECT_EQ(marks.next_change(seconds(13), events::kLatest), seconds(2)) << "idle";
  marks.update(seconds(15));
  EXPECT_EQ(marks.next_change(seconds(15), events::kLatest), std::nullopt) << "nothing waits for time";
  EXPECT_EQ(marks.next_change(seconds(15), second(130)), (Duration{30 * kNs + 1})) << "a deadline, and past it";
  marks.end(0);
  EXPECT_EQ(marks.next_change(seconds(15), events::kLatest), std::nullopt);
}

}  // namespace
}  // namespace tocsin::engine
