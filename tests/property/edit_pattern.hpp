// Patterns as trees to be changed: walking them, putting their numbers right after a change, and what the language
// refuses of them.
#pragma once

#include <vector>

#include "events/schema.hpp"
#include "rules/plan.hpp"

namespace tocsin::property {

using Elements = std::vector<rules::Element>;

/// The sequences that the element's node holds: of a group one, of `or` and `and` each side.
std::vector<Elements*> inner_of(rules::Element& element);
std::vector<const Elements*> inner_of(const rules::Element& element);

/// All sequences of elements of the pattern, its own first, outer before inner.
std::vector<Elements*> sequences_of(rules::Pattern& pattern);

/// All that has a type and perhaps a condition: steps, absences, untils.
std::vector<rules::Single*> singles_of(rules::Pattern& pattern);

/// The spans of absences.
std::vector<rules::Expr*> spans_of(rules::Pattern& pattern);

/// A way through the elements takes no event.
bool can_be_empty(const rules::Pattern& pattern, const Elements& elements);

/// The types of the events that the elements take, sorted, each once.
std::vector<events::TypeId> types_taken(const rules::Pattern& pattern, const Elements& elements);

/// An `or` that is a side of an `or` gives it its sides; an `and` of an `and` too.
void flatten(Elements& elements);

/// After elements were taken out: steps that no element takes go, the others get their numbers anew; groups and sides
/// of nothing go, mere parentheses dissolve, what comes first in a sequence has no arrow; loops, bindings and types are
/// as the elements tell. False when an expression or `after match` reads a step that is gone, or nothing is left.
bool tidy(rules::RulePlan& plan, const events::Schema& schema);

/// A `not` may stand before the first event: what matches depends on since when the rule watches.
bool may_begin_with_absence(const rules::Pattern& pattern);

/// What the check refuses of a pattern rule, as the language reference lists it.
bool is_refused(const rules::RulePlan& plan);

}  // namespace tocsin::property
