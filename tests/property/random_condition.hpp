// Random conditions over the candidate `v: int`, `w: float?`, and over the events of earlier steps.
//
// They are made for types that have the fields in this order; lay_out() moves the reads to where a type has them: every
// other type has them the other way round.
#pragma once

#include <optional>
#include <vector>

#include "rules/plan.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {

inline constexpr std::uint32_t kInt = 0;
inline constexpr std::uint32_t kFloat = 1;
/// Where `type` has the field.
std::uint32_t place_of(std::uint32_t field, events::TypeId type);

/// A step that a condition can read; `single`: as one event, its own or that of the group's turn.
struct Readable {
  std::uint32_t step = 0;
  bool single = false;
};

/// Reads the candidate, and often what is readable.
rules::Expr random_condition(Random& random, const std::vector<Readable>& readable);

/// A duration of some `unit`s, as an event says; now and then null or not positive. Something must be readable.
rules::Expr random_span(Random& random, const std::vector<Readable>& readable, events::Duration unit);

/// Makes `expr` read the fields where `type` and the types of its steps have them.
void lay_out(rules::Expr& expr, events::TypeId type, const rules::Pattern& pattern);

}  // namespace tocsin::property
