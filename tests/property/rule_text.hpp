// A plan and a stream as a person would write them: for the report of a failure.
#pragma once

#include <string>
#include <vector>

#include "events/schema.hpp"
#include "rules/plan.hpp"
#include "tests/oracle/oracle.hpp"

namespace tocsin::property {

/// The event types, and the rule with an alert of no fields, in the rule language.
std::string rule_text(const rules::RulePlan& plan, const events::Schema& schema);

/// `candidate`: the type of the event whose fields are read bare.
std::string expr_text(const rules::Expr& expr, const rules::RulePlan& plan, const events::Schema& schema,
                      events::TypeId candidate);

/// The stream as a rule test.
std::string test_text(const rules::RulePlan& plan, const std::vector<oracle::Event>& stream,
                      const events::Schema& schema);

/// One event a line: `  at 1s500ms  B { v: 3 }  // 2`. Nulls are left out.
std::string stream_text(const std::vector<oracle::Event>& stream, const events::Schema& schema);

}  // namespace tocsin::property
