// Random typed expressions over an event type with a required and an optional field of each type.
#pragma once

#include <vector>

#include "events/schema.hpp"
#include "rules/plan.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {

/// Type `E`: for each type without parts, and some lists, in order, a required and an optional field; then one more of
/// each, optional.
events::Schema every_field();
std::uint32_t field_of(events::Type type, bool optional);
/// The third field of the type: no random expression reads it.
std::uint32_t spare_field_of(events::Type type);

/// One of the types that `E` has fields of.
events::Type random_type(Random& random);

/// A value of the type, often one at the edge of what there is.
events::Value random_value(Random& random, events::Type type);
/// Values for all fields but the spare ones, which are null.
std::vector<events::Value> random_fields(Random& random);

/// Steps that an expression may read, by StepId.
struct Readable {
  std::vector<std::uint32_t> single;
  std::vector<std::uint32_t> looped;
};

/// An expression that the type check would let through, at most `depth` operations deep.
rules::Expr random_expr(Random& random, events::Type type, int depth, const Readable& readable = {});

}  // namespace tocsin::property
