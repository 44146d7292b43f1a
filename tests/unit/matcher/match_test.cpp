// Patterns: which events they match, edges first.
#include <gtest/gtest.h>

#include "tests/unit/matcher/group_cases.hpp"
#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

TEST(Match, Table) {
  for (const PatternCase& test : all_cases()) {
    SCOPED_TRACE(test.what + "\n  " + test.rule + "\n  on " + test.stream);
    try {
      EXPECT_EQ(matches_of(rule_of(test.rule), test.stream), test.expected);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
