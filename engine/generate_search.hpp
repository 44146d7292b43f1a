// Values for the variables of a sketch, so that all holds that must.
//
// Coordinate search with restarts: the first constraint that doesn't hold names the variables to move; each move is
// kept if it is no step back. What is tried comes from the other side of comparisons, from where a straight line
// through two values would meet them, from the rules' constants, and from chance. Bounded by nodes evaluated, not by a
// clock: the same seed gives the same values.
#pragma once

#include "engine/generate_values.hpp"
#include "engine/generate_world.hpp"

namespace tocsin::engine {

class Search {
 public:
  /// `number` tells the keys of this scenario from those of others.
  Search(const rules::RuleSet& set, Sketch& sketch, World& world, Random& random, std::size_t number,
         events::Time base);

  /// False: the work ran out. `unmet` then tells what stood in the way of the best try.
  bool solve(std::uint64_t work, Unmet& unmet);
  /// Moves variables of `event`, of no key, until `aim.expr` is `aim.want`; `in_order`: it is then the first constraint
  /// that doesn't hold. False: the work ran out.
  bool turn_to(const Unmet& aim, std::size_t event, std::uint64_t work, bool in_order);
  /// The time of some event is read.
  bool reads_time() const { return reads_time_; }
  std::size_t number() const { return number_; }

 private:
  void begin();
  void keep_in(const Instance& instance, const Turn& turn, const Span& span);
  void variables_of(std::size_t event, std::vector<std::size_t>& out) const;
  void variables_read(const rules::Expr& expr, const Frame& frame, std::vector<std::size_t>& out) const;
  std::vector<std::size_t> movable(const Unmet& unmet) const;
  void sides(const rules::Expr& expr, const Frame& frame, std::vector<events::Value>& out);
  events::Value proposal(std::size_t variable, const Unmet& unmet, bool together);
  events::Value straight(std::size_t variable, const Unmet& unmet, bool together);
  std::vector<std::size_t> all_alike(std::size_t variable) const;
  void set_all(const std::vector<std::size_t>& variables, const events::Value& value);
  events::Value one_of(const std::vector<events::Value>& near);
  events::Value tweak(std::size_t variable);
  const rules::Expr* a_comparison(const rules::Expr& expr);

  Sketch& sketch_;
  World& world_;
  Random& random_;
  Pool pool_;
  std::size_t number_;
  events::Time base_;
  bool reads_time_ = false;
};

}  // namespace tocsin::engine
