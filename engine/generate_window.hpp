// Window rules in sketches: the events that are a window's rows, and what aggregates make of their values.
//
// A window rule's instance has a turn for each event, `step` its side; in joins every event of one side goes with every
// one of the other. How many there are, and how their values begin, follows from the shape and from what the rule's
// conditions compare counts with. Aggregates are evaluated plainly over the list; sketches of the bounded ones exactly,
// which is near enough: who asks judges by the engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/generate_sketch.hpp"

namespace tocsin::engine {

/// How the values of its rows begin.
Profile profile_of(Shape shape);

/// Shapes that are worth a try: each number of rows with each profile.
std::size_t shapes_of(const rules::RulePlan& rule);

/// The turns have no events yet. None: it takes too many.
std::optional<Instance> rows(const rules::RulePlan& rule, Shape shape, std::string& why);

/// What an event of the turn has to fit.
const rules::Single& fit_of(const Instance& instance, const Turn& turn);

/// Steps of a pattern, sides of a window rule.
std::size_t places_of(const rules::RulePlan& rule);

/// The types of an expression's Expr::fields.
std::vector<events::TypeId> types_read(const rules::RulePlan& rule, std::uint32_t step);

/// Windows begin at multiples of it since the epoch; 0: wherever an event is.
events::Duration alignment_of(const rules::RulePlan& rule);
/// No row of a window is farther than that from another; of a session, from its neighbour.
events::Duration reach_of(const rules::RulePlan& rule);
/// After so long the same rows again keep the rule's windows as they are; 0: they stay so by themselves.
events::Duration repeat_after(const rules::RulePlan& rule);
/// The longest `hold` of its alerts.
events::Duration hold_of(const rules::RulePlan& rule);
/// Rows that a `seasonal` compares with each other; 0: there is none.
events::Duration period_of(const rules::RulePlan& rule);

/// A value of a row, null or not.
struct RowValue {
  events::Value value;
  events::Time time;
};
/// Over the rows' values of its argument; without an argument, over their number.
events::Value window_aggregate(const rules::Aggregate& aggregate, const std::vector<RowValue>& rows);
/// Those that patterns have too, of values that are not null.
events::Value plain_aggregate(rules::AggregateFn fn, events::Type type, std::vector<events::Value> given);

}  // namespace tocsin::engine
