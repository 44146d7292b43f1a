// Every small pattern on every small stream: the engine's matches are the reference matcher's.
//
// A family gives patterns as a product of texts, in the notation of oracle/pattern_text.hpp, one text of each part
// after the other; those that the language refuses are passed over. Streams: all of two types up to a length, each
// event 0 or 1 s after the one before. Patterns run on all cores. TOCSIN_EXHAUSTIVE=small takes one pattern in twenty,
// for slow builds.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include "tests/oracle/pattern_text.hpp"
#include "tests/property/check_case.hpp"
#include "tests/property/edit_pattern.hpp"

namespace tocsin::property {
namespace {

using Texts = std::vector<std::string>;

struct Family {
  std::string name;
  std::vector<Texts> pattern;
  std::vector<Texts> clauses;
  std::size_t events = 5;  ///< streams up to so many
};

const Texts kWithin = {"", " within 1"};
const Texts kTypes = {"a", "b"};
const Texts kLoops = {"", "?", "*", "+", "{2}", "{2,}", "{1,2}"};
/// What loops, in each mode.
Texts with_modes(const Texts& loops, const Texts& modes) {
  Texts all;
  for (const std::string& loop : loops)
    for (const std::string& mode : modes)
      if (mode.empty() || (!loop.empty() && loop[0] != '?')) all.push_back(loop + mode);
  return all;
}
const Texts kAllLoops = {"",   "?",   "??",   "?+",    "*",      "*?",     "*+",   "+",    "+?",
                         "++", "{2}", "{2}+", "{1,2}", "{1,2}?", "{1,2}+", "{2,}", "{2,}+"};
const Texts kModes = {"", " strict", " any", " [1]"};
const Texts kArrows = {" -> ",    " => ",    " ~> ",       " ->[1] ",   " ->[1, 1] ",
                       " =>[1] ", " ~>[1] ", " ~>[1, 1] ", " =>[1, 1] "};
const Texts kPlainArrows = {" -> ", " => ", " ~> "};
const Texts kSides = {
    "a", "b", "a+", "b?", "(a -> b)", "(b => a)", "(a -> not b)", "(b -> not a for 1)", "(not b for 1 -> a)"};

const std::vector<Family> kFamilies = {
    {"a loop", {kTypes, with_modes(kAllLoops, kModes), {"", " -> a", " -> b"}}, {kWithin}},
    {"an arrow", {kTypes, kLoops, kArrows, kTypes, {"", "?", "+", "{1,2}?"}}, {kWithin}, 4},
    {"loops by arrows",
     {{"a", "a?"}, kPlainArrows, kTypes, with_modes(kAllLoops, kModes), kPlainArrows, kTypes},
     {{""}},
     4},
    {"until",
     {{"", "b -> "},
      {"a+", "a*", "a{2}", "a{1,2}?", "(a -> b)+"},
      {"", " strict", " any"},
      {" until a", " until b"},
      {"", " -> a", " -> b", " => b"}},
     {kWithin}},
    {"an absence",
     {{"a", "a+", "a{1,2}?"},
      {" -> not a", " -> not b", " => not b", " => not a", " -> not a for 1", " -> not b for 1"},
      {"", " -> a", " -> b", " => b", " -> b?", " -> a*", " -> not a for 1"}},
     {{"", " within 1", " within 2"}}},
    {"a leading absence",
     {{"not a for 1 -> ", "not b for 1 -> "},
      {"a", "b", "a?", "b+"},
      {"", " -> a", " -> b", " => b", " -> not b for 1"}},
     {{""}}},
    {"a possessive loop",
     {{"a"},
      {" -> a", " -> b", " => a", " ->[1] a"},
      with_modes({"?+", "*+", "++", "{1,2}+"}, {"", " [1]", " strict"}),
      {"", " -> a", " -> b", " -> not b for 1", " -> not a for 1"}},
     {{""}}},
    {"a group",
     {{"", "b -> ", "a => "},
      {"(a)", "(a -> b)", "(a => b)", "(a? -> b)", "(a -> b?)", "(a -> not b)"},
      {"", "[1]"},
      with_modes({"?", "*", "+", "{2}", "{1,2}?"}, kModes),
      {"", " -> a", " -> b"}},
     {{""}},
     4},
    {"a group's absences",
     {{"a -> "},
      {"(not b -> a)", "(a -> not b for 1)", "(not a for 1 -> b)", "(b => not a)"},
      {"?", "*", "+", "{2}"},
      {"", " -> a", " -> b", " -> not b for 1"}},
     {kWithin}},
    {"or",
     {{"", "b -> ", "a => "},
      {"(x:a or y:b)", "((a -> b) or b)", "(x:a or (x:b -> a))", "(b+ or a)", "((a -> not b for 1) or b)",
       "((a => b) or (a -> a))"},
      {"", "{2}", "?"},
      {"", " -> a", " => b", " -> not a for 1"}},
     {kWithin}},
    {"and", {{"", "b -> ", "a => "}, {"("}, kSides, {" and "}, kSides, {")"}, {"", " -> a", " => b"}}, {kWithin}, 4},
    {"an absence behind and", {{"("}, kSides, {" and "}, kSides, {") -> not b for 1"}}, {{""}}},
    {"policies",
     {{"a -> b", "a+ -> b", "a -> b+", "a ~> b", "a -> b{1,2}", "(a -> b){2}", "a -> b?", "a and b"}},
     {{"", " all", " up 1"},
      {"", " next", " keep", " first 1", " last 1", " last 0"},
      {"", " within 1", " within 1 timeout"},
      {"", " matches 1"}}},
    {"policies of timers",
     {{"a -> not b for 1", "a -> not b for 1 every 1", "a+ -> not b for 1", "a => not b", "a -> not b",
       "a -> b -> not a for 1"}},
     {{"", " all", " up 1"},
      {"", " next", " keep"},
      {"", " within 1", " within 2 timeout"},
      {"", " matches 1", " matches 2"}}},
    {"timeouts",
     {{"a ->[1] b", "a -> b ->[1] a", "a+[1] -> b", "(a -> b)[1]", "a -> (b -> a)[1]{1,2}", "a -> not b for 1 -> b"}},
     {{" timeout"}, {"", " all"}, {"", " next", " keep"}, {"", " within 2"}}},
    {"limit runs",
     {{"a -> b", "a+ -> b", "a -> not b for 1", "a -> b -> a"}},
     {{" within 2"}, {" runs 1", " runs 2"}, {"", " next", " keep", " all keep"}, {"", " timeout"}}},
};

/// Takes the digits of a number apart, each of its own base.
struct Digits {
  std::size_t rest;
  std::size_t next(std::size_t base) {
    const std::size_t digit = rest % base;
    rest /= base;
    return digit;
  }
};

std::size_t numbers_of(const Family& family) {
  std::size_t numbers = 1;
  for (const Texts& part : family.pattern) numbers *= part.size();
  for (const Texts& part : family.clauses) numbers *= part.size();
  return numbers;
}

events::TypeId type(std::size_t number) { return events::TypeId{static_cast<std::uint32_t>(number)}; }

/// Rule `number` of the family; its text in `text`. None: it is refused.
std::optional<rules::RulePlan> plan_of(const Family& family, std::size_t number, std::string& text) {
  Digits digits{number};
  std::string pattern, clauses;
  for (const Texts& part : family.pattern) pattern += part[digits.next(part.size())];
  for (const Texts& part : family.clauses) clauses += part[digits.next(part.size())];
  text = pattern + "," + clauses;
  rules::RulePlan plan = oracle::plan_of(pattern, "ab", clauses);
  const std::size_t steps = plan.pattern.steps.size();
  const bool to_step = plan.after.policy == rules::AfterMatch::Policy::skip_to_first ||
                       plan.after.policy == rules::AfterMatch::Policy::skip_to_last;
  if ((to_step && plan.after.step >= steps) || is_refused(plan)) return std::nullopt;
  plan.name = "small";
  complete_plan(plan);
  return plan;
}

events::Schema two_types() {
  events::Schema schema;
  schema.types = {{"A", "A", {}, false}, {"B", "B", {}, false}};
  return schema;
}

struct Stream {
  std::vector<oracle::Event> events;
  Feed feed;
};

std::vector<Stream> streams_up_to(std::size_t length, const events::Schema& schema, events::SymbolTable& symbols) {
  std::vector<Stream> streams;
  for (std::size_t n = 1; n <= length; ++n) {
    for (std::size_t number = 0; number < std::size_t{1} << (2 * n - 1); ++number) {
      Digits digits{number};
      Stream stream;
      events::Time time{0};
      for (std::size_t i = 0; i < n; ++i) {
        if (i > 0 && digits.next(2) == 1) time = time + events::kSecond;
        stream.events.push_back({type(digits.next(2)), time, {}});
      }
      stream.feed = feed_of(schema, symbols, stream.events);
      streams.push_back(std::move(stream));
    }
  }
  return streams;
}

struct Counts {
  std::uint64_t patterns = 0, refused = 0, cases = 0, with_output = 0;
};

/// One family on all cores, up to the first pattern that differs.
class Trials {
 public:
  Trials(const Family& family, std::size_t every) : family_(family), every_(every) {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
      threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
  }

  Counts counts;
  std::string difference;  ///< made as small as it can be; empty: none

 private:
  void work() {
    events::SymbolTable symbols;
    const events::Schema schema = two_types();
    const std::vector<Stream> streams = streams_up_to(family_.events, schema, symbols);
    Counts mine;
    for (std::size_t number = 0; (number = next_.fetch_add(every_)) < numbers_of(family_) && !stop_;) {
      std::string text;
      if (const auto plan = plan_of(family_, number, text))
        try_pattern({schema, *plan, {}}, text, streams, symbols, mine);
      else
        ++mine.refused;
    }
    const std::lock_guard lock(mutex_);
    counts.patterns += mine.patterns;
    counts.refused += mine.refused;
    counts.cases += mine.cases;
    counts.with_output += mine.with_output;
  }

  void try_pattern(Case test, const std::string& text, const std::vector<Stream>& streams, events::SymbolTable& symbols,
                   Counts& mine) {
    ++mine.patterns;
    Engine engine(test.plan, test.schema, symbols);
    for (const Stream& stream : streams) {
      ++mine.cases;
      const auto expected = oracle::matches(test.plan, stream.events);
      if (!expected->empty()) ++mine.with_output;
      if (engine.run(stream.feed) == *expected) continue;
      const std::lock_guard lock(mutex_);
      if (stop_.exchange(true)) return;
      test.stream = stream.events;
      difference = text + "\n" + report(shrink(test, symbols, {}), symbols, {});
      return;
    }
  }

  const Family& family_;
  const std::size_t every_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
};

TEST(Exhaustive, EnginesMatchesAreTheReferences) {
  const char* wanted = std::getenv("TOCSIN_EXHAUSTIVE");
  const bool small = wanted && std::string(wanted) == "small";
  std::cout << "extent: " << (small ? "one in twenty" : "whole") << "\n";
  Counts all;
  for (const Family& family : kFamilies) {
    const Trials trials(family, small ? 20 : 1);
    const Counts& counts = trials.counts;
    std::cout << family.name << ": " << counts.patterns << " patterns (" << counts.refused
              << " refused) x streams of up to " << family.events << " events: " << counts.cases << " cases, "
              << counts.with_output << " with output\n";
    all.patterns += counts.patterns;
    all.cases += counts.cases;
    EXPECT_EQ(trials.difference, "") << family.name;
    EXPECT_GT(counts.with_output, counts.cases / 20) << family.name;
  }
  std::cout << all.patterns << " patterns, " << all.cases << " cases\n";
}

}  // namespace
}  // namespace tocsin::property
