// Windows by hand: what each kind tells, and when. A word `~A:2@3s` of a stream is a late event, the watermark being
// the largest time before it.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/matcher/join_machine.hpp"

namespace tocsin::matcher::testing {
namespace {

struct WindowCase {
  std::string what;
  std::string body;
  std::string stream;
  std::vector<std::string> expected;
};

class WindowMachine : public JoinMachine {
 public:
  using JoinMachine::JoinMachine;

  void late(const JoinEvent& event, std::uint64_t order, events::Time watermark) {
    if (window_deadline(pool, 0) < watermark) advance(watermark);
    events::Batch batch(set.schema);
    ConditionBits bits;
    events::append_event(batch, set.schema, symbols, event.type, event.time, std::to_string(order), "test",
                         {event.k, event.v});
    evaluate(conditions, batch, symbols, bits);
    bool taken = false;
    step_late(pool, 0, batch, 0, order, watermark, bits, *this, taken);
    if (!taken) told.push_back("late");
  }
};

std::vector<std::string> told_of(const WindowCase& each, bool saved) {
  const rules::RuleSet set = join_rule(each.body);
  WindowMachine machine(set);
  std::uint64_t order = 0;
  events::Time watermark = events::kEarliest;
  std::istringstream in(each.stream);
  std::string last = "0s";
  for (std::string word; in >> word; ++order) {
    const bool is_late = word[0] == '~';
    const JoinEvent event = join_stream(set, word.substr(is_late ? 1 : 0)).front();
    if (is_late)
      machine.late(event, order, watermark);
    else
      machine.step(event, order);
    watermark = std::max(watermark, event.time);
    if (saved) {
      EXPECT_EQ(machine.save_and_load(), "") << each.what;
    }
  }
  machine.advance(events::kLatest);
  return machine.told;
}

const std::string kEmit = " emit E { n: count(), v: collect(v) }";
const std::string kTell = " alert info \"m\" { n: count(), s: sum(v), m: max(v) } by k";
const std::string kList = " alert info \"m\" { v: collect(v) } by k";
const std::string kMean = " alert info \"m\" { a: avg(v), x: first(v), y: last(v) } by k";

const std::vector<WindowCase>& cases() {
  static const std::vector<WindowCase> kCases{
      {"tumbling: up to but not at its end",
       "from A window tumbling 10s" + kTell,
       "A:1@0s A:2@9s A:5@10s",
       {"closed 0s..10s <10s 2:0-1 n=2 s=3 m=2", "closed 10s..20s <20s 1:2-2 n=1 s=5 m=5"}},
      {"tumbling: an empty one for alerts, then silence",
       "from A window tumbling 10s" + kTell,
       "A:1@0s A:2@35s",
       {"closed 0s..10s <10s 1:0-0 n=1 s=1 m=1", "closed 10s..20s <20s 0 n=0 s=0 m=null",
        "closed 30s..40s <40s 1:1-1 n=1 s=2 m=2"}},
      {"sliding: each window that has the row",
       "from A window sliding 10s every 5s" + kList,
       "A:1@0s A:2@5s A:3@14s",
       {"closed -5s..5s <5s 1:0-0 v=[1]", "closed 0s..10s <10s 2:0-1 v=[1, 2]", "closed 5s..15s <15s 2:1-2 v=[2, 3]",
        "closed 10s..20s <20s 1:2-2 v=[3]"}},
      {"sliding: plain accumulators through two stacks",
       "from A window sliding 20s every 5s" + kMean,
       "A:1@0s A:2@5s A:4@10s A:8@15s A:16@20s A:32@26s",
       {"closed -15s..5s <5s 1:0-0 a=1 x=1 y=1", "closed -10s..10s <10s 2:0-1 a=1.5 x=1 y=2",
        "closed -5s..15s <15s 3:0-2 a=2.3333333333333335 x=1 y=4", "closed 0s..20s <20s 4:0-3 a=3.75 x=1 y=8",
        "closed 5s..25s <25s 4:1-4 a=7.5 x=2 y=16", "closed 10s..30s <30s 4:2-5 a=15 x=4 y=32",
        "closed 15s..35s <35s 3:3-5 a=18.666666666666668 x=8 y=32", "closed 20s..40s <40s 2:4-5 a=24 x=16 y=32",
        "closed 25s..45s <45s 1:5-5 a=32 x=32 y=32"}},
      {"sliding with gaps: rows between windows are in none",
       "from A window sliding 2s every 5s" + kTell,
       "A:1@1s A:2@3s A:3@6s",
       {"closed 0s..2s <2s 1:0-0 n=1 s=1 m=1", "closed 5s..7s <7s 1:2-2 n=1 s=3 m=3"}},
      {"session: a gap of exactly so long still joins",
       "from A window session 5s" + kTell,
       "A:1@0s A:2@5s A:3@11s",
       {"closed 0s..10s !10s 2:0-1 n=2 s=3 m=2", "closed 11s..16s !16s 1:2-2 n=1 s=3 m=3"}},
      {"rolling: what is exactly so old is out; alerts see it leave",
       "from A window rolling 5s" + kTell,
       "A:1@0s A:2@3s A:3@5s A:4@20s",
       {"moved -5s..0s @0s 1:0-0 n=1 s=1 m=1", "moved -2s..3s @3s 2:0-1 n=2 s=3 m=2",
        "moved 0s..5s @5s 2:1-2 n=2 s=5 m=3", "left 3s..8s !8s 1:2-2 n=1 s=3 m=3", "left 5s..10s !10s 0 n=0 s=0 m=null",
        "moved 15s..20s @20s 1:3-3 n=1 s=4 m=4"}},
      {"rolling: rows of one time see those before them",
       "from A window rolling 5s" + kList,
       "A:1@0s A:2@0s",
       {"moved -5s..0s @0s 1:0-0 v=[1]", "moved -5s..0s @0s 2:0-1 v=[1, 2]"}},
      {"rolling in steps: it begins at a multiple",
       "from A window rolling 10s step 5s" + kList,
       "A:1@0s A:2@4s A:3@9s A:4@10s A:5@14s A:6@15s",
       {"moved -5s..0s @0s 1:0-0 v=[1]", "moved -5s..4s @4s 2:0-1 v=[1, 2]", "moved 0s..9s @9s 3:0-2 v=[1, 2, 3]",
        "moved 5s..10s @10s 2:2-3 v=[3, 4]", "moved 5s..14s @14s 3:2-4 v=[3, 4, 5]",
        "moved 10s..15s @15s 3:3-5 v=[4, 5, 6]", "left 15s..20s !20s 1:5-5 v=[6]"}},
      {"last: fewer at first",
       "from A window last 2" + kMean,
       "A:1 A:2 A:4",
       {"moved 0s..0s @0s 1:0-0 a=1 x=1 y=1", "moved 0s..0s @0s 2:0-1 a=1.5 x=1 y=2",
        "moved 0s..0s @0s 2:1-2 a=3 x=2 y=4"}},
      {"batch: when full",
       "from A window batch 2" + kTell,
       "A:1@0s A:2@1s A:3@2s",
       {"closed 0s..1s @1s 2:0-1 n=2 s=3 m=2"}},
      {"global: early results by time, where it changed",
       "from A window global every 10s" + kTell,
       "A:1@1s A:2@10s A:3@31s",
       {"early 1s..10s !10s 2#1:0-1 n=2 s=3 m=2", "early 1s..40s !40s 3#2:0-2 n=3 s=6 m=3"}},
      {"global: by events",
       "from A window global every 2 events" + kTell,
       "A:1@1s A:2@2s A:3@3s A:4@4s",
       {"early 1s..2s @2s 2#1:0-1 n=2 s=3 m=2", "early 1s..4s @4s 4#2:0-3 n=4 s=10 m=4"}},
      {"tumbling with early results",
       "from A window tumbling 10s every 4s" + kTell,
       "A:1@1s A:2@4s A:3@9s",
       {"early 0s..10s !4s 2#1:0-1 n=2 s=3 m=2", "closed 0s..10s <10s 3:0-2 n=3 s=6 m=3"}},
      {"rollup: the finer grain first",
       "from A rollup 5s, 10s" + kTell,
       "A:1@1s A:2@6s",
       {"closed 0s..5s <5s 1:0-0 n=1 s=1 m=1", "closed 5s..10s <10s 1:1-1 n=1 s=2 m=2",
        "closed 0s..10s <10s 2:0-1 n=2 s=3 m=2"}},
      {"late: into a closed window, and not behind the allowance",
       "from A window tumbling 10s late 10s" + kList,
       "A:1@1s A:2@12s ~A:3@5s A:4@20s ~A:5@9s A:6@21s ~A:7@9s",
       {"closed 0s..10s <10s 1:0-0 v=[1]", "corrected 0s..10s !12s 2#1:0-2 v=[1, 3]",
        "closed 10s..20s <20s 1:1-1 v=[2]", "corrected 0s..10s !20s 3#2:0-4 v=[1, 3, 5]", "late",
        "closed 20s..30s <30s 2:3-5 v=[4, 6]"}},
      {"late: an open window just has it",
       "from A window tumbling 10s late 10s" + kList,
       "A:1@8s ~A:2@3s A:3@9s",
       {"closed 0s..10s <10s 3:1-2 v=[2, 1, 3]"}},
      {"late: sessions become one",
       "from A window session 5s late 30s" + kList,
       "A:1@0s A:2@10s A:3@30s ~A:4@5s",
       {"closed 0s..5s !5s 1:0-0 v=[1]", "closed 10s..15s !15s 1:1-1 v=[2]",
        "corrected 0s..15s !30s 3#1:0-1 v=[1, 4, 2]", "withdrawn 10s..15s !30s 1#1:1-1 v=[2]",
        "closed 30s..35s !35s 1:2-2 v=[3]"}},
      {"late: an open session's early results go on",
       "from A window session 5s every 1 events late 30s" + kList,
       "A:1@6s ~A:2@5s A:3@7s",
       {"early 6s..11s @6s 1#1:0-0 v=[1]", "early 5s..12s @7s 3#2:1-2 v=[2, 1, 3]",
        "closed 5s..12s !12s 3:1-2 v=[2, 1, 3]"}},
      {"late: a session that is open again",
       "from A window session 5s late 30s" + kList,
       "A:1@0s A:2@9s ~A:3@4s",
       {"closed 0s..5s !5s 1:0-0 v=[1]", "withdrawn 0s..5s !9s 1#1:0-0 v=[1]",
        "closed 0s..14s !14s 3:0-1 v=[1, 3, 2]"}},
  };
  return kCases;
}

std::string lines(const std::vector<std::string>& told) {
  std::string text;
  for (const std::string& line : told) text += line + "\n";
  return text;
}

TEST(Windows, AreToldAtTheirTime) {
  for (const WindowCase& each : cases())
    EXPECT_EQ(lines(told_of(each, false)), lines(each.expected)) << each.what << "\n"
                                                                 << each.body << "\n"
                                                                 << each.stream;
}

TEST(Windows, GoOnWhenTheirStateWasWrittenAndReadBack) {
  for (const WindowCase& each : cases()) EXPECT_EQ(lines(told_of(each, true)), lines(each.expected)) << each.what;
}

}  // namespace
}  // namespace tocsin::matcher::testing
