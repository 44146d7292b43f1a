// The cases decided by hand for the reference matcher, on the engine.
#include <gtest/gtest.h>

#include "tests/oracle/hand_cases.hpp"
#include "tests/property/check_case.hpp"

namespace tocsin::property {
namespace {

/// Types `a` to `z`, of no fields.
events::Schema letters() {
  events::Schema schema;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const std::string name(1, letter);
    schema.types.push_back({name, name, {}, false});
  }
  return schema;
}

TEST(HandCases, OnTheEngine) {
  events::SymbolTable symbols;
  for (const oracle::HandCase& hand : oracle::kHandCases) {
    Case test{letters(), oracle::plan_for(hand), oracle::stream_of(hand.stream)};
    complete_plan(test.plan);
    for (const bool write_and_read : {false, true}) {
      const Outcome got = run_engine(test, symbols, {{}, {.write_and_read = write_and_read}});
      EXPECT_EQ(oracle::text_of(got.matches) + got.error, hand.expected)
          << hand.why << "\n  " << hand.pattern << "\n  on " << hand.stream;
    }
  }
}

}  // namespace
}  // namespace tocsin::property
