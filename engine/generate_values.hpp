// Values that are worth a try: the constants of rules and what lies next to them, texts that patterns of `like`,
// regexes and networks let through, and plain ones to begin with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/generate_sketch.hpp"

namespace tocsin::engine {

/// Values of each type, from the expressions that the rules of a sketch have.
class Pool {
 public:
  Pool(const rules::RuleSet& set, const Sketch& sketch, Random& random);

  /// A value of `type`, at random; null where none is known.
  events::Value pick(events::Type type);

 private:
  void add(events::Value value);
  void add_expr(const rules::Expr& expr);
  void add_call(const rules::Expr& call);
  void add_keys(const rules::Table& table);
  void add_lengths();
  void add_lists(const events::Value& list);

  Random& random_;
  std::vector<events::Value> values_[7];  ///< by Type
};

/// The value itself and those right above and below it, of the same type; of texts only itself.
std::vector<events::Value> around(const events::Value& value);

/// `value` as one of `type`, as near as may be; null: there is none.
events::Value as_type(const events::Value& value, events::Type type);

/// To begin with. Those of keys are told apart by `number`.
events::Value plain_value(const Variable& variable, std::size_t number, events::Time base);

/// A text that the pattern of `like` lets through.
std::string text_like(std::string_view pattern, Random& random);
/// A text in which the regex is found, most likely.
std::string text_matching(std::string_view regex, Random& random);
/// An address of the network, as `10.0.0.0/8`; empty: it is none.
std::string address_in(std::string_view network, Random& random);

}  // namespace tocsin::engine
