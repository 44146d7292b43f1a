// What the checking of tests shares between their events and what is expected of them.
#pragma once

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {

/// One test in the making.
struct Testing {
  Draft& draft;
  TestPlan& plan;
  std::vector<bool> runs{};  ///< by rule: it runs in this test; empty where the test's rule isn't known
  bool whole = true;         ///< all of its items are known, and so is its end
  std::vector<const syntax::Expect*> expected{};  ///< parallel to the plan's expectations

  bool may_run(std::size_t rule) const { return runs.empty() || runs[rule]; }
};

/// A time after the test's start, or between its events. Empty: reported.
std::optional<events::Duration> test_time(Draft& draft, const syntax::DurationOf& written);
/// The value of a field of `type`, declared at a place, for an event or an expectation. Null stands as monostate.
/// Empty: reported.
std::optional<events::Value> check_value(Draft& draft, const syntax::NamedExpr& given, events::Type type, Span declared,
                                         std::string_view field);
/// Empty: it is none, which is reported.
std::optional<events::Value> constant_value(Draft& draft, const Expr& expr, Span span);

void check_expectation(Testing& test, const syntax::Expect& expect);
/// What is expected after the last `at` can't come. All items must have been checked.
void check_ends(Testing& test);

}  // namespace tocsin::rules::checking
