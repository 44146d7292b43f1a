// `match all` in one shared structure: one event, or one moment, against what a key holds (matcher/shared_lists.hpp).
//
// For programs with shared_matches. An event costs as much as there are spots, whatever the number of partial matches:
// what it does to those that wait at a spot it does to all. Only where matches are complete they are written out, in
// order: back from the spots that they end at to the starts, then forward from each start, preferred ways first.
// The key's head is a run that stands for its lists: Run::turns is their number in RunPool::shared, start and
// start_order are those of the oldest start.
//
//   shared_matches.cpp  what an event and time do to the lists
//   shared_told.cpp     complete matches, in order
//   shared_state.cpp    the lists as bytes and back
#pragma once

#include <vector>

#include "matcher/matcher.hpp"
#include "matcher/shared_lists.hpp"

namespace tocsin::matcher {

/// An event of the key.
struct SharedEvent {
  const events::Batch& batch;
  events::Row row;
  std::uint64_t order;
  const ConditionBits& bits;
  const events::RowHead& head() const { return batch.heads[row]; }
};

void shared_step(const Program& program, RunPool& pool, KeyState& key, const SharedEvent& event, MatchSink& sink);
/// When `within` or a bound next ends something; kLatest: never.
events::Time shared_deadline(const Program& program, const RunPool& pool, const KeyState& key);
/// Starts end whose `within` is over before `now`, and what a bound ends.
void shared_advance(const Program& program, RunPool& pool, KeyState& key, events::Time now);
/// Ends the oldest start.
void shared_evict(const Program& program, RunPool& pool, KeyState& key);
void shared_clear(RunPool& pool, KeyState& key);
/// The key's lists; made if there are none.
SharedLists& shared_lists(const Program& program, RunPool& pool, KeyState& key);
/// The lists have changed: the stand-in and the counts follow; without an open start they go.
void shared_settle(const Program& program, RunPool& pool, KeyState& key);

void shared_write(const Program& program, const RunPool& pool, const KeyState& key, std::string& out);
/// False: `in` isn't good, or holds lists that can't be.
bool shared_read(const Program& program, RunPool& pool, KeyState& key, events::ByteReader& in,
                 events::SymbolTable& symbols);

/// A match that is complete: by `way` of the spot, from what waits in [low, high).
struct SharedEnd {
  std::uint32_t spot = 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  const SpotWay* way = nullptr;
};

/// Puts out the matches that an event completes. `ends` in order of spots, then ways; `starts`: of those that begin
/// with it. `taken_by`: the event in `lists`, by step. False: `limit matches` is reached.
bool tell_shared(const Program& program, RunPool& pool, KeyState& key, const SharedLists& lists,
                 const SharedEvent& event, const std::vector<SharedEnd>& ends,
                 const std::vector<const SpotWay*>& starts, const std::vector<std::uint32_t>& taken_by,
                 MatchSink& sink);

}  // namespace tocsin::matcher
