// Counters that a person can see: `tocsin run --stats` and, later, metrics.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::engine {

struct RuleStats {
  std::string name;
  std::uint64_t matches = 0;      ///< put out or not: of the rest no output's condition held
  std::uint64_t timeouts = 0;     ///< starts that time ended without a match, where the rule has outputs for them
  std::uint64_t put_out = 0;      ///< matches, timeouts and windows that gave an output
  std::uint64_t suppressed = 0;   ///< the same, held back by the throttle
  std::uint64_t shadowed = 0;     ///< matches that a rule which isn't a shadow would have put out
  std::uint64_t throttled = 0;    ///< keys and values that the throttle keeps now
  std::uint64_t untold = 0;       ///< matches held back that no message will tell of
  std::uint64_t firing = 0;       ///< alerts that live now
  std::uint64_t starts = 0;       ///< events that began a match
  std::uint64_t open = 0;         ///< runs now
  std::uint64_t peak = 0;         ///< most runs at one time, summed over partitions
  std::uint64_t evicted = 0;      ///< starts that `limit runs` ended
  std::uint64_t over_memory = 0;  ///< starts that `limit memory` ended
  std::uint64_t expired = 0;      ///< runs that `within` ended
  std::uint64_t keys = 0;         ///< of which something is kept now
  std::uint64_t forgotten = 0;    ///< keys whose throttles, alerts and counts went, for they were silent so long
  std::uint64_t null_keys = 0;    ///< events left out for a null in their key
  std::uint64_t nulls = 0;        ///< arithmetic without a result, in conditions on runs, in windows and in outputs
  // of window rules; `over_memory` counts keys there
  bool of_windows = false;
  std::uint64_t rows = 0;     ///< events, of joins pairs, that windows took
  std::uint64_t windows = 0;  ///< results, put out or not; empty windows aren't counted
  std::uint64_t late = 0;     ///< late events that windows took
  std::uint64_t cut = 0;      ///< rows that no room was left for
};

struct Stats {
  std::uint64_t events = 0;      ///< rows pushed, undeclared types included
  std::uint64_t processed = 0;   ///< given to the rules, in order
  std::uint64_t late = 0;        ///< behind the watermark
  std::uint64_t late_taken = 0;  ///< of these, taken by windows
  std::uint64_t future = 0;      ///< too far ahead of the clock
  std::uint64_t forced = 0;      ///< times that a full reorder buffer moved the watermark
  std::uint64_t waiting = 0;     ///< in the reorder buffer now
  std::uint64_t alerts = 0;      ///< messages: those that fire, updates and those resolved
  std::uint64_t actions = 0;
  std::uint64_t derived = 0;        ///< events that rules emitted
  std::uint64_t nulls = 0;          ///< arithmetic without a result, in conditions on single events
  std::uint64_t symbols = 0;        ///< interned strings now
  std::uint64_t table_rows = 0;     ///< of stream tables now, in each layer that looks them up
  std::uint64_t table_evicted = 0;  ///< rows of stream tables that went for want of room
  std::vector<RuleStats> rules;     ///< by name
};

}  // namespace tocsin::engine
