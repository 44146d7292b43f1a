// What a pattern waits for: absences without an event on one side, and patterns that are too much.
#include "rules/waiting.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracle/pattern_text.hpp"

namespace tocsin::rules {
namespace {

std::string text_of(const std::vector<std::uint32_t>& numbers) {
  std::string text;
  for (const std::uint32_t number : numbers) text += (text.empty() ? "" : ",") + std::to_string(number);
  return text;
}

std::string repeated(const std::string& what, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += what;
  return text;
}

TEST(Waiting, AbsencesWithoutAnEventOnOneSide) {
  struct Case {
    std::string pattern;
    std::string leading;
    std::string closing;
    bool can_be_empty = false;
  };
  const std::vector<Case> cases{
      {"a -> not x -> b", "", ""},
      {"not x -> b", "0", ""},
      {"a? -> not x -> b", "0", ""},
      {"a -> not x", "", "0"},
      {"a -> not x -> b?", "", "0"},
      {"a -> not x -> not y -> b* -> not z", "", "0,1,2"},
      {"( not x -> a ){2}", "0", ""},
      {"a -> ( not x -> b ){2}", "", ""},
      {"( a -> not x ){2}", "", "0"},
      {"( a -> not x ){2} -> b", "", ""},
      {"( a -> not x ){2} -> b?", "", "0"},
      {"( a? -> not x ){2} -> b", "", ""},
      {"( a -> not x -> b? ){1,2} -> c", "", ""},
      {"( a -> b )? -> not x -> c", "0", ""},
      {"( a -> b )+ -> not x -> c", "", ""},
      {"a -> not x -> ( b -> c )?", "", "0"},
      {"a -> not x -> ( b? -> c? ){2}", "", "0"},
      {"a -> ( not x -> b )?", "", ""},
      {"a? -> b*", "", "", true},
      {"( a? -> b? ){3}", "", "", true},
      {"( a -> b? )*", "", "", true},
  };
  for (const Case& test : cases) {
    const RulePlan plan = oracle::plan_of(test.pattern);
    const WaitingPoints waiting = waiting_points(plan.pattern);
    EXPECT_EQ(waiting.excess, "") << test.pattern;
    EXPECT_EQ(text_of(waiting.leading), test.leading) << test.pattern;
    EXPECT_EQ(text_of(waiting.closing), test.closing) << test.pattern;
    EXPECT_EQ(waiting.can_be_empty, test.can_be_empty) << test.pattern;
  }
}

TEST(Waiting, APointForWhatIsWaitedForInOneWay) {
  struct Case {
    std::string pattern;
    std::ptrdiff_t points;  ///< that wait for an event
  };
  const std::vector<Case> cases{
      {"a", 1},
      {"a -> b -> c", 3},
      {"a{5} -> b", 3},
      {"a -> b? -> c", 3},
      {"a -> not x -> b? -> c", 4},
      {"( a -> b ){1000}", 3},
      {"a -> ( b -> c ){2,900}", 3},
      {"a => ( b -> c ){2}", 4},
      {"( ( a -> b ){7} -> c ){8} -> d", 5},
  };
  for (const Case& test : cases) {
    const RulePlan plan = oracle::plan_of(test.pattern);
    const std::vector<WaitingPoint> points = waiting_points(plan.pattern).points;
    const auto for_events = std::count_if(
        points.begin(), points.end(), [](const WaitingPoint& point) { return point.kind == WaitingPoint::Kind::step; });
    EXPECT_EQ(for_events, test.points) << test.pattern;
  }
}

TEST(Waiting, WhatIsTooMuch) {
  struct Case {
    std::string what;
    std::string pattern;
    std::string excess;
  };
  const std::vector<Case> cases{
      {"many steps", "a" + repeated(" -> b", 20'000), ""},
      {"more than can be numbered", "a" + repeated(" -> b{2}", 40'000), "more than 30000 places to wait at"},
      {"many that may be left out", "a" + repeated(" -> b?", 900) + " -> c", ""},
      {"more of them", "a" + repeated(" -> b?", 1'100) + " -> c", "more than 500000 ways from step to step"},
      {"absences on the ways", "a" + repeated(" -> not x -> b?", 200) + " -> c",
       "more than 500000 ways from step to step"},
      {"groups in one another", repeated("( ", 150) + "a{2,3}" + repeated(" ){1}", 150), ""},
      {"… each may go on", "a -> " + repeated("( ", 150) + "b" + repeated(" )+ -> b?", 150) + " -> c",
       "more than 500000 ways from step to step"},
      {"turns counted to a million", "a{1000000}", ""},
      {"… in one another", "( a{1000} ){1000}", ""},
      {"… and more", "( a{1000} ){1001}", "more than 1000000 ways to count turns in one another"},
      {"minimums of open ends count too", "( a{1000,} ){1001,}",
       "more than 1000000 ways to count turns in one another"},
      {"… beside one another they don't", "( a{1000} -> b{1000} ){1000} -> ( c{1000} ){1000}", ""},
  };
  for (const Case& test : cases) {
    const RulePlan plan = oracle::plan_of(test.pattern);
    EXPECT_EQ(waiting_points(plan.pattern).excess, test.excess) << test.what;
  }
}

}  // namespace
}  // namespace tocsin::rules
