// The parts of checking one rule, in their order. Each fills its part of RuleDraft::plan.
#pragma once

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

/// Steps, conditions, what may stand where; inputs.
void check_pattern(Draft& draft, RuleDraft& rule);
/// `by`: needs the inputs.
void check_key(Draft& draft, RuleDraft& rule);
/// Alerts and emits: needs steps and key.
void check_outputs(Draft& draft, std::size_t rule);
void check_emit(Draft& draft, std::size_t rule, const syntax::Emit& written);
/// Empty: a value of `type` can be written so; else what is wrong.
std::string format_problem(const std::string& format, events::Type type);
/// Warnings; of a rule without errors.
void lint_rule(Draft& draft, const RuleDraft& rule);
/// Warns of a condition that is always or never true.
void lint_condition(Draft& draft, const Expr& condition, Span span);

}  // namespace tocsin::rules::checking
