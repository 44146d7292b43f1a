// Derived events of a round: what lower layers emitted, as events that higher layers read, merged with the input where
// they belong: directly behind their cause.
#pragma once

#include <memory>
#include <vector>

#include "engine/compiled_rules.hpp"

namespace tocsin::engine {

class Derived {
 public:
  Derived(const events::Schema& schema, const CompiledRules& rules, events::SymbolTable& symbols)
      : schema_(schema), rules_(rules), symbols_(symbols) {}

  /// The outputs from `begin` on, those that some layer reads, become events.
  void add(const OutputList& outputs, std::size_t begin);

  /// What `layer` reads of `items` (whose first has order `first_order`) and of the derived events so far, in order.
  void merge(const std::vector<Item>& items, std::uint64_t first_order, const Layer& layer, std::vector<Item>& merged,
             std::vector<Position>& positions) const;

 private:
  struct Event {
    Position position;
    Item item;
  };

  const events::Schema& schema_;
  const CompiledRules& rules_;
  events::SymbolTable& symbols_;
  std::vector<std::unique_ptr<LoadedBatch>> batches_;
  std::vector<Event> events_;  ///< by position
};

}  // namespace tocsin::engine
