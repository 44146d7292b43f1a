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

/// What the outputs of a window rule can read besides.
struct WindowView {
  std::vector<events::Value> key{};
  std::vector<events::Value> aggregates{};  ///< by WindowPlan::aggregates
  events::Time start{}, end{};
  events::Duration grain{};
  const Event* sides[2] = {nullptr, nullptr};  ///< of a joined row; null: no such event
};

/// What an expression can read.
struct Scope {
  const rules::RulePlan& plan;
  const std::vector<Event>& events;
  const Takes& bound;                               ///< the takes before the candidate
  const Event* candidate = nullptr;                 ///< null where no expression reads it
  const std::vector<std::size_t>* since = nullptr;  ///< by step: the take from which a field of it is read; none: all
  const WindowView* window = nullptr;               ///< of a window rule
  /// Set where the order of two floats hangs on how an aggregate was rounded.
  bool* unsure = nullptr;
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

/// An aggregate of a window over the values of its rows, by time; nulls may be among them.
struct Valued {
  events::Time time;
  events::Value value;
};
events::Value window_aggregate(const rules::Aggregate& aggregate, const std::vector<Valued>& rows, bool& unsure);
/// The aggregate's floats hang on the order of rounding, also where sums of the values are exact.
bool is_rounded(const rules::Aggregate& aggregate);
/// Where approx_percentile must lie: within a hundredth of the values of the ranks around it.
std::pair<double, double> bounds_of(const rules::Aggregate& aggregate, const std::vector<Valued>& rows);

/// `function(args)`: rules/functions.hpp says what each gives. Times are read in UTC; letters change their case in
/// ASCII only.
events::Value call(rules::Function function, const std::vector<events::Value>& args);

}  // namespace tocsin::oracle
