// From a match to what is put out: the outputs of a rule as compiled expressions, the place of an output in the order
// of all outputs (semantics, section 7), and its id.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "events/message.hpp"
#include "matcher/matcher.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

struct Output;

/// Where something stands in processing order: events by (time, order), behind all events of a time its timers (by
/// layer), and a derived event directly behind its cause.
struct Position {
  events::Time time;
  std::uint8_t phase = 0;               ///< 0 an event, 1 a timer
  std::uint32_t layer = 0;              ///< of a timer
  std::uint64_t order = 0;              ///< of the input event
  std::shared_ptr<const Output> cause;  ///< the output that is this derived event; none: an input event
};

struct Output {
  Position position;       ///< of what completed it
  std::uint32_t rule = 0;  ///< index in the rule set, which is sorted by name
  std::vector<events::Value> key;
  std::uint64_t start_order = 0;
  std::uint32_t place = 0;  ///< of the output in its rule
  events::TypeId emitted = events::kNoType;
  std::vector<events::Value> values;  ///< of an emitted event, by field
  events::Message message;
};

/// Negative, 0 or positive, in the order of the semantics.
int compare(const Position& a, const Position& b);
int compare(const Output& a, const Output& b);

/// A rule's outputs, compiled. Immutable.
class Outputs {
 public:
  /// Registers that the outputs read are added to `registers`.
  Outputs(const rules::RulePlan& plan, std::uint32_t rule, const events::Schema& schema,
          matcher::RegisterFile& registers, events::SymbolTable& symbols);

  /// What `match` puts out, appended in order of place. `key`: the slots of the key's parts.
  void evaluate(const matcher::Match& match, const Position& position, const std::vector<events::Slot>& key,
                const events::RowOrigin& last, const events::SymbolTable& symbols, std::uint64_t& nulls,
                std::vector<std::shared_ptr<Output>>& out) const;

 private:
  struct Part {
    std::string text;  ///< where there is no code
    matcher::Code code;
    std::string format;  ///< for fmt::runtime, with braces; empty: plain
  };
  struct Named {
    std::string name;
    matcher::Code code;
  };
  struct Compiled {
    std::vector<Part> message;
    std::vector<Named> fields;
    events::TypeId emitted = events::kNoType;
    std::string type;
    std::shared_ptr<const events::FieldPlaces> places;  ///< of what is emitted
    matcher::Code severity;                             ///< of an alert
    std::string action;                                 ///< its name; empty: no action
  };

  const rules::RulePlan& plan_;
  std::uint32_t rule_;
  std::vector<Compiled> compiled_;
};

}  // namespace tocsin::engine
