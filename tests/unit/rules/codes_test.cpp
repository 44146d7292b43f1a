// The table of codes: what rules/ reports is in it, what is in it is reported, and each has a golden file.
#include "rules/codes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace tocsin::rules {
namespace {

namespace fs = std::filesystem;

std::set<std::string> codes_in(const fs::path& folder, const std::set<std::string>& extensions,
                               const std::regex& form) {
  std::set<std::string> codes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!extensions.contains(entry.path().extension()) || entry.path().filename() == "codes.hpp") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator found(text.begin(), text.end(), form), none; found != none; ++found)
      codes.insert((*found)[1]);
  }
  return codes;
}

/// Those of `left` that `right` lacks, in one line.
std::string lacking(const std::set<std::string>& left, const std::set<std::string>& right) {
  std::string text;
  for (const std::string& code : left)
    if (!right.contains(code)) text += code + " ";
  return text;
}

std::set<std::string> codes_of_table() {
  std::set<std::string> codes;
  for (const CodeTitle& entry : kCodes) codes.emplace(entry.code);
  return codes;
}

TEST(Codes, TableIsSortedAndTitled) {
  EXPECT_TRUE(std::is_sorted(std::begin(kCodes), std::end(kCodes),
                             [](const CodeTitle& a, const CodeTitle& b) { return a.code < b.code; }));
  EXPECT_EQ(codes_of_table().size(), std::size(kCodes));
  for (const CodeTitle& entry : kCodes) EXPECT_FALSE(entry.title.empty()) << entry.code;
  EXPECT_EQ(title_of("E0203"), "a field that isn't there");
  EXPECT_EQ(title_of("E9999"), "");
}

/// Of versions before.
const std::set<std::string> kNoLongerGiven = {"E0901"};

TEST(Codes, ReportedOnesAreTheTable) {
  std::set<std::string> reported =
      codes_in(fs::path(TOCSIN_SOURCE_DIR) / "rules", {".cpp", ".hpp"}, std::regex("\"([EW][0-9]{4})\""));
  EXPECT_EQ(lacking(reported, codes_of_table()), "");
  reported.insert(kNoLongerGiven.begin(), kNoLongerGiven.end());
  EXPECT_EQ(lacking(codes_of_table(), reported), "");
}

/// Files of many megabytes are made by their tests and not kept.
TEST(Codes, EachHasAGoldenFile) {
  std::set<std::string> shown = codes_in(fs::path(TOCSIN_SOURCE_DIR) / "tests" / "golden", {".expected"},
                                         std::regex("(?:^|\n)(?:error|warning)\\[([EW][0-9]{4})\\]"));
  EXPECT_EQ(lacking(shown, codes_of_table()), "");
  shown.insert({"E0113", "E0609"});
  shown.insert(kNoLongerGiven.begin(), kNoLongerGiven.end());
  EXPECT_EQ(lacking(codes_of_table(), shown), "");
}

}  // namespace
}  // namespace tocsin::rules
