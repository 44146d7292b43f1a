// The parts of checking one rule, in their order. Each fills its part of RuleDraft::plan.
#pragma once

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

/// `from`: needs nothing; gives the inputs.
void check_inputs(Draft& draft, RuleDraft& rule);
/// Steps and conditions.
void check_pattern(Draft& draft, RuleDraft& rule);
/// What may stand where in a pattern, and how much of it; needs its elements.
void check_shape(Draft& draft, const RuleDraft& rule);
/// `by`: needs the inputs.
void check_key(Draft& draft, RuleDraft& rule);
/// Alerts, emits and actions, and `throttle`: needs steps and key.
void check_outputs(Draft& draft, std::size_t rule);
/// Fields of an alert or action, without those that something is wrong with.
std::vector<NamedExpr> check_fields(Draft& draft, const std::vector<syntax::NamedExpr>& written, const Scope& scope);
/// No name twice, none a value and an object at once.
void check_field_names(Draft& draft, const std::vector<syntax::NamedExpr>& written);
EmitPlan check_emit(Draft& draft, std::size_t rule, const syntax::Emit& written, const Scope& scope);
/// The fields of `alert.rule`, and their places in the rule's alerts. The rule must have been checked.
void settle_alerts(Draft& draft, events::TypeId type);
/// `outer.inner` is `inner` in the object `outer`.
std::vector<std::string> path_of(std::string_view field);
/// Warnings; of a rule without errors.
void lint_pattern(Draft& draft, const RuleDraft& rule);
void lint_choices(Draft& draft, const RuleDraft& rule);
void lint_waits(Draft& draft, const RuleDraft& rule);
void lint_names(Draft& draft, const RuleDraft& rule);
/// Warns of a condition that is always or never true.
void lint_condition(Draft& draft, const Expr& condition, Span span);
/// An `and` of comparisons that exclude each other.
bool contradicts_itself(const Expr& condition);
/// No event fulfils both.
bool exclude_each_other(const std::optional<Expr>& one, const std::optional<Expr>& other);

}  // namespace tocsin::rules::checking
