// What the command prints: dead letters summed up, the table of figures, files of rules that are read.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/dead_letter_file.hpp"
#include "cli/load_rules.hpp"
#include "cli/stats_table.hpp"

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;

/// An empty folder that goes with this object.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("tocsin_cli_test_" + std::to_string(::getpid()))) {
    fs::create_directory(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string name() const { return path_.string(); }

 private:
  fs::path path_;
};

events::DeadLetter letter(events::Reason reason, std::uint64_t line, std::string detail) {
  events::DeadLetter made;
  made.reason = reason;
  made.input = "in";
  made.position.line = line;
  made.position.offset = 99;
  made.detail = std::move(detail);
  made.bytes = "x";
  made.size = 1;
  return made;
}

TEST(DeadLetterFile, sums_up_by_reason_with_the_first_of_each) {
  auto file = DeadLetterFile::open("");
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->summary(), "");
  (*file)->take(letter(events::Reason::late, 7, "1s behind"));
  (*file)->take(letter(events::Reason::not_json, 3, ""));
  (*file)->take(letter(events::Reason::late, 8, "2s behind"));
  (*file)->take(letter(events::Reason::too_deep, 0, "deep"));
  EXPECT_EQ((*file)->total(), 4U);
  EXPECT_EQ((*file)->summary(),
            "dead letters: 4 (keep them with --dead-letters FILE)\n"
            "         1  not_json         first: in:3\n"
            "         1  too_deep         first: in at byte 99: deep\n"
            "         2  late             first: in:7: 1s behind\n"
            "  --lateness DURATION lets events come so far behind the latest one\n");
}

TEST(DeadLetterFile, appends) {
  const Folder folder;
  const fs::path path = folder.file("letters", "before\n");
  std::string error;
  {
    auto file = DeadLetterFile::open(path.string());
    ASSERT_TRUE(file);
    (*file)->take(letter(events::Reason::late, 7, "d"));
    EXPECT_TRUE((*file)->flush(error)) << error;
    EXPECT_EQ((*file)->summary().substr(0, 16), "dead letters: 1\n");
  }
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str().substr(0, 24), "before\n{\"reason\":\"late\",");
}

TEST(DeadLetterFile, says_when_it_cannot_write) {
  EXPECT_EQ(DeadLetterFile::open("/nowhere/x").error(),
            "cannot write dead letters to `/nowhere/x`: No such file or directory");
  auto full = DeadLetterFile::open("/dev/full");
  ASSERT_TRUE(full);
  (*full)->take(letter(events::Reason::late, 7, "d"));
  std::string error;
  EXPECT_FALSE((*full)->flush(error));
  EXPECT_EQ(error, "cannot write dead letters to `/dev/full`: No space left on device");
}

TEST(StatsTable, one_row_a_rule) {
  engine::Stats stats;
  stats.events = 2000;
  stats.late = 3;
  stats.alerts = 5;
  engine::RuleStats rule;
  rule.name = "overheat";
  rule.matches = 5;
  rule.starts = 9;
  rule.open = 1;
  rule.peak = 2;
  rule.timeouts = 3;
  rule.evicted = 4;
  rule.keys = 7;
  rule.null_keys = 6;
  stats.rules.push_back(rule);
  RunFigures figures;
  figures.seconds = 0.5;
  figures.cpu_seconds = 0.25;
  figures.dead_letters = 8;
  figures.peak_bytes = 3 << 20;
  const std::string table = stats_table(stats, figures);
  EXPECT_EQ(table,
            "events 2000  ignored 0  late 3  dead letters 8  alerts 5  derived 0\n"
            "4000 events/s  250000 ns/event  CPU 125000 ns/event  0.50 s  peak memory 3.0 MiB\n"
            "rule         matches    timeouts      starts   runs open   runs peak     expired   evictions        keys"
            "  null keys\n"
            "overheat           5           3           9           1           2           0           4           7"
            "          6\n");
}

TEST(StatsTable, what_is_rare_is_told_only_when_it_was) {
  engine::Stats stats;
  EXPECT_EQ(stats_table(stats, {}).find("forced"), std::string::npos);
  stats.forced = 2;
  stats.future = 1;
  stats.nulls = 3;
  stats.actions = 4;
  engine::RuleStats rule;
  rule.suppressed = 5;
  rule.untold = 6;
  rule.forgotten = 9;
  rule.over_memory = 10;
  rule.shadowed = 7;
  rule.firing = 8;
  stats.rules = {rule, rule};
  const std::string table = stats_table(stats, {});
  for (const char* line :
       {"the watermark was forced on 2 times\n", "too far ahead of the clock: 1\n",
        "arithmetic without a result (overflow, zero divisor): 3\n", "actions: 4\n",
        "matches and windows held back by throttles: 10\n", "of these never told as suppressed: 12\n",
        "starts, and keys of windows, that `limit memory` ended: 20\n", "keys forgotten, silent for so long: 18\n",
        "matches and windows that rules in the shadow didn't put out: 14\n", "alerts that still fire: 16\n"})
    EXPECT_NE(table.find(line), std::string::npos) << line << "not in\n" << table;
}

TEST(ReadRules, folders_by_name_and_each_file_once) {
  const Folder folder;
  folder.file("b.rules", "b");
  folder.file("a.rules", "a");
  folder.file("notes.txt", "n");
  const auto sources = read_rules({folder / "b.rules", folder.name()});
  ASSERT_TRUE(sources) << sources.error();
  std::string got;
  for (const rules::Source& source : *sources) got += fs::path(source.name).filename().string() + " ";
  EXPECT_EQ(got, "b.rules a.rules ");
}

TEST(ReadRules, says_what_is_missing) {
  const Folder folder;
  EXPECT_EQ(read_rules({folder / "x"}).error(), "cannot read `" + (folder / "x") + "`: no such file or folder");
  EXPECT_EQ(read_rules({folder.name()}).error(), "folder `" + folder.name() + "` has no `*.rules` files");
}

TEST(Counted, one_and_many) {
  EXPECT_EQ(counted(1, "error"), "1 error");
  EXPECT_EQ(counted(0, "error"), "0 errors");
  EXPECT_EQ(counted(2, "error"), "2 errors");
}

}  // namespace
}  // namespace tocsin::cli
