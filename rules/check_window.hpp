// The parts of checking a window rule, in their order. Each fills its part of RulePlan::window.
#pragma once

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {

/// What a rule is by its clauses.
enum class RuleKind : std::uint8_t { pattern, window, none };
RuleKind kind_of(const RuleDraft& rule);
/// Clauses that don't belong to a rule of its kind, or are missing; each mistake once.
void check_kind(Draft& draft, const RuleDraft& rule);
/// The rule's clause that holds `node`.
template <class Node>
const syntax::Clause& clause_of(const RuleDraft& rule, const Node* node) {
  for (const syntax::Clause& clause : rule.written->clauses)
    if (std::get_if<Node>(&clause.node) == node) return clause;
  return rule.written->clauses.front();
}

/// `from`, but for `on`: needs the inputs.
void check_sides(Draft& draft, RuleDraft& rule);
/// `window`, `rollup`, `every`, `late`, `forget`.
void check_timing(Draft& draft, RuleDraft& rule);
/// `on` and what pairs are found by: needs sides and key.
void check_on(Draft& draft, RuleDraft& rule);
/// Whether rows are gathered or put out one by one, and what may not be then: needs outputs and `when`.
void settle_rows(Draft& draft, RuleDraft& rule);
/// `window`, `when` and what they need; the outputs are checked between.
void check_window_rule(Draft& draft, std::size_t rule);
/// What a window's length comes to, for `forget`.
events::Duration reach_of(const WindowPlan& window);
/// Warnings; of a rule without errors.
void lint_window(Draft& draft, const RuleDraft& rule);

// ---- names

/// The side of a join, or the alias of all that the rule reads.
std::optional<std::uint32_t> side_called(std::string_view name, const Scope& scope);
std::optional<Expr> bare_in_window(const syntax::Name& name, const Scope& scope);
/// `a.pos.lat` in outputs and `when`, and of a row of a join.
std::optional<Expr> member_in_window(const Path& path, Span span, const Scope& scope);
/// `@start`, `a.@time`; null where there is no object.
std::optional<Expr> attribute_in_window(const syntax::Name* of, const syntax::Name& name, Span span,
                                        const Scope& scope);
/// A field, or an attribute, of a row's event of that side.
std::optional<Expr> read_of_side(std::uint32_t side, const syntax::Name& field, bool attribute, const Scope& scope);

// ---- aggregates

std::optional<Expr> check_window_aggregate(AggregateFn fn, const syntax::Call& call, Span span, const Scope& scope);
/// `percentile(x, 99)`
std::string usage_of(AggregateFn fn);

}  // namespace tocsin::rules::checking
