// Pages of codes as terminals show them, forms of diagnostics, and waiting for files to change.
#include <sys/eventfd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "cli/code_page.hpp"
#include "cli/diagnostic_forms.hpp"
#include "cli/rule_class.hpp"
#include "cli/watch.hpp"
#include "rules/codes.hpp"
#include "rules/compile.hpp"

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;

TEST(CodePage, each_code_has_one) {
  for (const rules::CodeTitle& code : rules::kCodes) {
    const auto page = find_code_page(code.code);
    ASSERT_TRUE(page) << code.code;
    EXPECT_EQ(page->title, code.title);
    EXPECT_FALSE(page->text.empty()) << code.code;
  }
  EXPECT_EQ(all_code_pages().size(), std::size(rules::kCodes));
}

TEST(CodePage, upper_and_lower_case_alike) {
  for (const char* word : {"E0203", "e0203"}) EXPECT_EQ(find_code_page(word).value().code, "E0203");
  for (const char* word : {"E9999", "E020", "E02033", "X0203", "", "rules", "E02O3"})
    EXPECT_FALSE(find_code_page(word)) << word;
}

TEST(CodePage, laid_out) {
  const CodePage page{"E0001", "a title",
                      "One two three four five.\nSix.\n\n```rules refused\nevent A  { }\n\nx\n```\n\nEnd."};
  EXPECT_EQ(lay_out(page, 12),
            "E0001: a title\n\nOne two\nthree four\nfive. Six.\n\n    event A  { }\n\n    x\n\nEnd.\n");
}

TEST(ShortLines, one_each) {
  const rules::Sources sources{{"f", "a\nb c\n"}};
  const rules::Diagnostics two{{"E0101", rules::Level::error, {0, 0, 1}, "m", "x", {}, {}},
                               {"W0201", rules::Level::warning, {0, 4, 5}, "n\x1b[1m", "", {}, {}}};
  EXPECT_EQ(short_lines(two, sources), "f:1:1: error[E0101]: m\nf:2:3: warning[W0201]: n\uFFFD[1m\n");
  const Counts counts = count(two);
  EXPECT_EQ(counts.errors, 1U);
  EXPECT_EQ(counts.warnings, 1U);
}

TEST(RuleClass, tells_what_is_kept) {
  struct Case {
    const char* clauses;
    const char* cost;
    const char* keeps;
    const char* bound;
  };
  const Case cases[] = {
      {"match a: A(n > 1)", "stateless", "nothing", "0 runs"},
      {"match A(n > 1) or b: A(n < 1)", "stateless", "nothing", "0 runs"},
      {"match a: A(n > 1) disabled", "disabled", "nothing", "0 runs"},
      {"match a: A(n > 1) by k limit matches 1", "bounded", "at most 1 run a key", "1 run"},
      {"match a: A -> b: A(n > 1) by k", "bounded", "at most 1 run a key", "1 run"},
      {"match a: A -> b: A(n > 1) by k within 5m", "bounded", "at most 1 run for each of 10000 starts a key within 5m",
       "10000 runs"},
      {"match A{5} by k within 5m", "bounded", "at most 4 runs for each of 10000 starts a key within 5m", "40000 runs"},
      {"match A(n > 1){5,} -> A(n < 1) by k", "bounded", "at most 6 runs a key", "6 runs"},
      {"match A ->[10s] A(n > 1) -> A by k within 5m limit runs 3", "bounded",
       "at most 2 runs for each event of 10s, for each of 3 starts a key within 5m", "6 runs an event of 10s"},
      {"match A -> not A(n > 3) for 10m by k limit runs 5", "bounded", "at most 1 run for each event of 10m a key",
       "1 run an event of 10m"},
      {"match (A -> A){3} within 5m limit runs 2", "bounded", "at most 6 runs for each of 2 starts within 5m",
       "12 runs"},
      {"match (A(n > 1) -> A) and A(n > 2) within 5m limit runs 1", "bounded",
       "at most 6 runs for each of 1 start within 5m", "6 runs"},
      {"match a: A -> b: A(n > a.n) by k within 5m limit runs 7", "looking back",
       "runs of at most 7 starts a key within 5m", "5m"},
      {"match a: A -> b: A(n > a.n) within 5m limit runs 1", "looking back", "runs of at most 1 start within 5m", "5m"},
      {"match a: A -> b: A(n > a.n) by k", "looking back", "runs of at most 10000 starts a key", "none"},
      {"match a: A ->[5s] b: A(n > a.n) by k", "looking back", "runs of at most 10000 starts a key",
       "its arrows and spans"},
      {"match a: A -> b: A(n > a.n) by k limit memory 64MB", "looking back",
       "runs of at most 10000 starts a key in 64MB", "64MB"},
      {"match all A -> A by k within 5m after match keep", "all ways", "runs of at most 10000 starts a key within 5m",
       "5m"},
      {"match all A -> A by k after match keep", "all ways", "runs of at most 10000 starts a key", "none"},
  };
  for (const Case& each : cases) {
    const rules::Sources sources{
        {"f", "event A { n: int, k: string }\nrule r { " + std::string(each.clauses) + " alert low \"m\" }"}};
    rules::Diagnostics warnings;
    const auto set = rules::compile(sources, warnings);
    ASSERT_TRUE(set) << each.clauses << "\n" << rules::render(set.error(), sources, false);
    const std::vector<RuleClass> classes = classify(*set);
    ASSERT_EQ(classes.size(), 1U);
    EXPECT_EQ(classes[0].cost, each.cost) << each.clauses;
    EXPECT_EQ(classes[0].keeps, each.keeps) << each.clauses;
    EXPECT_EQ(classes[0].bound, each.bound) << each.clauses;
    EXPECT_EQ(classes[0].inputs, std::vector<std::string>{"A"});
  }
  EXPECT_EQ(rule_table({}), "");
}

TEST(RuleClass, tells_what_windows_keep) {
  struct Case {
    const char* clauses;
    const char* cost;
    const char* keeps;
    const char* bound;
  };
  const Case cases[] = {
      {"from A by k window tumbling 1m", "window", "1 window a key", "1 window"},
      {"from A window tumbling 1m", "window", "1 window", "1 window"},
      {"from A window tumbling 1m disabled", "disabled", "1 window", "1 window"},
      {"from A by k window tumbling 1m late 90s", "window", "3 windows a key", "3 windows"},
      {"from A by k window sliding 10m every 1m", "window", "10 panes a key", "10 panes"},
      {"from A by k window sliding 10m every 4m", "window", "5 panes a key", "5 panes"},
      {"from A by k window sliding 10m every 1m late 5m", "window", "15 panes a key", "15 panes"},
      {"from A by k window session 1m", "window", "1 session a key", "1 session"},
      {"from A by k window session 1m late 10m", "window", "12 sessions a key", "12 sessions"},
      {"from A by k window rolling 24h step 1m", "window", "1440 panes a key", "1440 panes"},
      {"from A by k window rolling 5m", "rolling", "an entry for each event of 5m, at most 1000000 a key",
       "1000000 events"},
      {"from A by k window last 100", "rolling", "100 events a key", "100 events"},
      {"from A by k window batch 100", "window", "1 window a key", "1 window"},
      {"from A by k window global every 1m", "window", "1 window a key", "1 window"},
      {"from A by k rollup 1m, 1h", "window", "2 windows a key", "2 windows"},
      {"from A by k window tumbling 1m when distinct(n) > 3", "window", "1 window a key, with all values",
       "1 window, 1000000 values each"},
      {"from A as a join A as b on a.n == b.n by k window rolling 5m", "join",
       "events and rows of 5m, at most 1000000 of each a key", "1000000 events"},
      {"from A as a join last A as b on a.n == b.n within 5s by k", "join", "events of 5s, at most 1000000 a key",
       "1000000 events"},
  };
  for (const Case& each : cases) {
    const rules::Sources sources{
        {"f", "event A { n: int, k: string }\nrule r { " + std::string(each.clauses) + " alert low \"m\" }"}};
    rules::Diagnostics warnings;
    const auto set = rules::compile(sources, warnings);
    ASSERT_TRUE(set) << each.clauses << "\n" << rules::render(set.error(), sources, false);
    const std::vector<RuleClass> classes = classify(*set);
    ASSERT_EQ(classes.size(), 1U);
    EXPECT_EQ(classes[0].cost, each.cost) << each.clauses;
    EXPECT_EQ(classes[0].keeps, each.keeps) << each.clauses;
    EXPECT_EQ(classes[0].bound, each.bound) << each.clauses;
  }
}

class Watched : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_); }
  void TearDown() override {
    fs::remove_all(folder_);
    ::close(stop_);
  }
  void write(const std::string& name) const { std::ofstream(folder_ / name) << "x"; }
  void stop() const {
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(stop_, &one, sizeof one), static_cast<ssize_t>(sizeof one));
  }

  fs::path folder_ = fs::temp_directory_path() / ("tocsin_watch_test_" + std::to_string(::getpid()));
  int stop_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
};

TEST_F(Watched, what_counts) {
  struct Case {
    const char* what;
    std::function<void()> change;
    bool counts;
  };
  write("named.ndjson");
  write("a.rules");
  const Case cases[] = {
      {"a rule file is written", [&] { write("a.rules"); }, true},
      {"a new rule file", [&] { write("b.rules"); }, true},
      {"another file", [&] { write("c.txt"); }, false},
      {"a file that was named", [&] { write("named.ndjson"); }, true},
      {"a rename over a rule file", [&] { write("new"), fs::rename(folder_ / "new", folder_ / "a.rules"); }, true},
      {"a rule file is removed", [&] { fs::remove(folder_ / "b.rules"); }, true},
      {"a file is only read", [&] { std::ifstream(folder_ / "a.rules").get(); }, false},
  };
  for (const Case& each : cases) {
    FileWatch watch;
    ASSERT_TRUE(watch.add(folder_.string()));
    ASSERT_TRUE(watch.add((folder_ / "named.ndjson").string()));
    each.change();
    if (!each.counts) stop();
    EXPECT_EQ(watch.wait(stop_, std::chrono::milliseconds(1)) == FileWatch::Woken::changed, each.counts) << each.what;
    std::uint64_t taken = 0;
    if (each.counts) continue;
    ASSERT_EQ(::read(stop_, &taken, sizeof taken), static_cast<ssize_t>(sizeof taken));
  }
}

TEST_F(Watched, changes_that_follow_each_other_are_one) {
  FileWatch watch;
  ASSERT_TRUE(watch.add(folder_.string()));
  for (const char* name : {"a.rules", "b.rules", "c.rules"}) write(name);
  EXPECT_EQ(watch.wait(stop_, std::chrono::milliseconds(20)), FileWatch::Woken::changed);
  stop();
  EXPECT_EQ(watch.wait(stop_, std::chrono::milliseconds(20)), FileWatch::Woken::stopped);
}

TEST_F(Watched, a_folder_that_is_not_there) {
  FileWatch watch;
  EXPECT_FALSE(watch.add((folder_ / "no" / "x.rules").string()));
}

}  // namespace
}  // namespace tocsin::cli
