// What is put out, and its place in the order of all outputs (semantics, section 7).
//
// Position, then priority (high first), rule, key by value, start of the match, preference, place in the rule.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/output_id.hpp"
#include "events/message.hpp"
#include "events/schema.hpp"

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

/// What an alert with `dedup by` does to the life of a value; who else is in it isn't known where the alert is made.
struct Dedup {
  enum class Change : std::uint8_t { join, stay, move, leave };
  Change change = Change::join;
  events::Value value;           ///< of `dedup by`
  events::Value from;            ///< move: the value left
  std::shared_ptr<Output> left;  ///< move: what is told where the life of `from` ends
  events::Duration forget{};     ///< of the rule
  std::uint64_t fold = 0;        ///< as in OutputIdentity
  std::uint64_t taken = 0;
  std::optional<WindowIdentity> window{};
};

struct Output {
  Position position;          ///< of what completed it
  std::int64_t priority = 0;  ///< of the rule
  std::uint32_t rule = 0;     ///< index in the rule set, which is sorted by name
  std::vector<events::Value> key;
  std::uint64_t start_order = 0;
  std::uint64_t turn = 0;                    ///< of matches of one key, start and position the preferred ones have less
  std::uint32_t place = 0;                   ///< of the output in its rule
  events::TypeId emitted = events::kNoType;  ///< the type it has as an event that rules read
  std::vector<events::Value> values;         ///< of that event, by field; attributes left out
  events::Message message;
  std::unique_ptr<Dedup> dedup{};  ///< of an alert with `dedup by`
};
using OutputList = std::vector<std::shared_ptr<Output>>;

/// Negative, 0 or positive, in the order of the semantics.
int compare(const Position& a, const Position& b);
int compare(const Output& a, const Output& b);

}  // namespace tocsin::engine
