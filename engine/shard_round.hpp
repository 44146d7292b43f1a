// A round of one rule in one partition: its events stepped in order, and what time does to its keys between and after
// them (semantics, section 5).
//
//   event of a key at T : what time does before T → what the event resolves → step → outputs
//   end of the round    : what time does before the watermark
//
// For a key, the rule's deadlines, those of its live alerts and its forgetting take their turn by time; at one time
// matches or windows come first, then alerts that are resolved or fire after a time, then the key is forgotten.
#pragma once

#include "engine/partition.hpp"

namespace tocsin::engine {

class ShardRound final : public matcher::MatchSink, public matcher::WindowSink {
 public:
  ShardRound(Shard& shard, const Round& round, const Keying& keying, const KeyTable& table, std::uint32_t partition,
             std::uint32_t partitions, OutputList& out);

  /// The item at place `item` of the round, of the key.
  void step(std::uint32_t item, std::uint32_t key);
  /// What time does before the watermark. Steps no more.
  void finish();

  void take(const matcher::Match& match) override;
  bool take(const matcher::WindowResult& result) override;

 private:
  void step_runs(const Item& each, std::uint32_t item, std::uint32_t key);
  void step_windows(const Item& each, std::uint32_t item, std::uint32_t key);
  void evict_windows(std::uint32_t item);
  void pass_windows(std::uint32_t key, events::Time now);
  void prefetch(const std::uint32_t* keys, std::size_t count) const;
  Position timer_position(events::Time time) const;
  KeyRef key_of(std::uint32_t key);
  Position position_of(std::uint32_t item) const;
  /// All that time does to the key before `now`.
  void pass(std::uint32_t key, events::Time now);
  events::Time advance(std::uint32_t key, events::Time now);
  void forget(std::uint32_t key, events::Time at);
  /// The key is to be asked again: its runs past `deadline`.
  void wait(std::uint32_t key, events::Time deadline);
  void run_queue(events::Time now);
  void run_queue_side_by_side(events::Time now);

  Shard& shard_;
  const Round& round_;
  const Keying& keying_;
  const KeyTable& table_;
  std::uint32_t partition_;
  std::uint32_t partitions_;
  OutputList& out_;
  const matcher::Program& program_;
  const Outputs& outputs_;
  bool at_end_;             ///< of input: nothing is forgotten any more
  std::uint32_t item_ = 0;  ///< being stepped
  std::uint32_t key_ = 0;   ///< of what take() is given
  bool late_ = false;       ///< the item is a late event, and what it corrects is given
  bool gave_ = false;       ///< take() was called since it was set back
  std::vector<events::Slot> slots_;
};

}  // namespace tocsin::engine
