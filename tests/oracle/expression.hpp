// The value of an expression of a plan, by walking its tree.
//
// The null rules are those of the language reference, "Expressions": arithmetic of null is null; a comparison with null
// is false; a null bool counts as false, so that logic never gives null; overflow, division or remainder by zero and
// what isn't finite give null. Any thread.
#pragma once

#include "events/value.hpp"
#include "rules/plan.hpp"
#include "tests/oracle/oracle.hpp"

namespace tocsin::oracle {

/// What an expression can read.
struct Scope {
  const rules::RulePlan& plan;
  const std::vector<Event>& events;
  const Takes& bound;                               ///< the takes before the candidate
  const Event* candidate = nullptr;                 ///< null where no expression reads it
  const std::vector<std::size_t>* since = nullptr;  ///< by step: the take from which a field of it is read; none: all
};

events::Value evaluate(const rules::Expr& expr, const Scope& scope);

/// A condition: null counts as false.
bool holds(const rules::Expr& condition, const Scope& scope);

/// `left op right` for the arithmetic of plan.hpp (add, sub, mul, div, rem).
events::Value arithmetic(rules::Op op, const events::Value& left, const events::Value& right);

/// Less, equal or greater; null when a side is null. Of int and float exactly; of strings by bytes; false before true.
std::optional<std::strong_ordering> compare(const events::Value& left, const events::Value& right);

/// `fn` over the values of a step's turns, in order, nulls included. `type`: of the result.
events::Value aggregate(rules::AggregateFn fn, const std::vector<events::Value>& turns, events::Type type);

/// `function(args)`: rules/functions.hpp says what each gives. Times are read in UTC; letters change their case in
/// ASCII only.
events::Value call(rules::Function function, const std::vector<events::Value>& args);

}  // namespace tocsin::oracle
