// Alerts with `dedup by`: one life for each (rule, place, value), whatever the keys that are in it.
//
// Partitions know what their keys' alerts do (output.hpp, Dedup); here, where the outputs of all partitions stand in
// order, the first key in a life makes it fire, further ones are updates, and the last one to leave resolves it. The
// lives of a value are counted; the count is forgotten when none lived for the rule's `forget`. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <absl/container/flat_hash_map.h>

#include "engine/compiled_rules.hpp"
#include "events/bytes.hpp"

namespace tocsin::engine {

class DedupLives {
 public:
  /// `outputs` from `begin` on, of one layer and round, in order: what they tell is settled, and those that tell
  /// nothing are left out. Some rule must have such alerts where it is to cost anything.
  void settle(const CompiledRules& rules, OutputList& outputs, std::size_t begin);

  /// Lives of rule `rule`, those that end before `now` and needn't be counted on left out.
  void write(const CompiledRules& rules, std::uint32_t rule, events::Time now, std::string& out) const;
  /// The reverse. False: the bytes are none.
  bool read(const CompiledRules& rules, std::uint32_t rule, std::string_view bytes);
  /// Values of which something is kept.
  std::size_t size() const { return size_; }

 private:
  struct Life {
    std::uint64_t count = 0;  ///< which of the value's lives it is
    std::uint64_t keys = 0;   ///< in it; 0: it has ended
    events::Time ended = events::kEarliest;
  };
  using Place = std::pair<std::uint32_t, std::uint32_t>;  ///< rule, place in the rule
  using Values = absl::flat_hash_map<std::string, Life>;  ///< by value, as bytes
  Life& life_of(const Output& output, const events::Value& value);
  void enter(const CompiledRules& rules, Output& output);
  /// True: it was the last.
  bool leave(const CompiledRules& rules, Output& output, const events::Value& value);
  void sweep(const CompiledRules& rules, events::Time now);
  static bool is_over(const Life& life, events::Duration forget, events::Time now) {
    return life.keys == 0 && life.ended + forget < now;
  }

  absl::flat_hash_map<Place, Values> places_;
  std::size_t size_ = 0;  ///< values of all places
  std::size_t sweep_at_ = 1024;
};

}  // namespace tocsin::engine
