// The reference matcher reads the plan and values, and nothing else of the project.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>

namespace {

namespace fs = std::filesystem;

bool is_allowed(const std::string& included, bool in_quotes) {
  if (in_quotes)
    return included == "rules/plan.hpp" || included == "events/value.hpp" || included.starts_with("tests/oracle/");
  return included.find_first_of("/.") == std::string::npos;  // the standard library's have neither
}

TEST(OracleIncludes, PlanAndValueOnly) {
  const std::regex include(R"(^\s*#\s*include\s*(["<])([^">]+)[">].*)");
  std::size_t files = 0, includes = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(TOCSIN_SOURCE_DIR) / "tests/oracle")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cpp") && !name.ends_with(".hpp")) continue;
    if (name.ends_with("_test.cpp")) continue;
    ++files;
    std::ifstream in(entry.path());
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      std::smatch parts;
      if (!std::regex_match(line, parts, include)) continue;
      ++includes;
      EXPECT_TRUE(is_allowed(parts[2].str(), parts[1].str() == "\"")) << name << ":" << number << ": " << line;
    }
  }
  EXPECT_GE(files, 8U);
  EXPECT_GE(includes, 20U);
}

}  // namespace
