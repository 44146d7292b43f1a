// The id of an output: 32 hex digits, fixed by what the output is about, so that a consumer can drop what it has seen.
//
// XXH3-128 over: rule name, a zero byte, place of the output in the rule (u32), each key part as type tag (u8), length
// (u32) and bytes, completion time (i64 ns), fold of the match's events (u64), number of events (u64), and the state
// (`once`, also of what is no alert; of an alert with a life `firing`, `updated` or `resolved`, which has the fold and
// number of the match told last and the time that resolved it); of a repetition of a match (`every`) then its number
// (u64, from 1). Of a window, instead of fold and number of events: @start and @end (i64 ns), @grain (i64 ns, 0 where
// it has none) and the fold of the events that end it (u64, 0 where time does), then the state and, of an early result
// or a revision, 1 or 2 (u8) and its number (u64). The life of an alert with `dedup by` has the hash of: rule name, a
// zero byte, place, the value as a key part, and the count of the value's lives (u64, from 1). Integers little-endian.
// Never over version, texts, partition or clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/message.hpp"

namespace tocsin::engine {

/// What tells a window's results apart.
struct WindowIdentity {
  events::Time start;
  events::Time end;
  events::Duration grain{};
  std::uint64_t fold = 0;
  std::uint64_t early = 0;
  std::uint64_t revision = 0;
};

struct OutputIdentity {
  std::string_view rule;
  std::uint32_t place = 0;
  const std::vector<events::Value>* key = nullptr;
  events::Time completion;
  std::uint64_t fold = 0;
  std::uint64_t taken = 0;
  events::AlertState state = events::AlertState::once;
  std::uint64_t repeat = 0;
  const WindowIdentity* window = nullptr;  ///< of a window; fold, taken and repeat are of matches
};

std::string output_id(const OutputIdentity& identity);

/// Of life number `count` of a value.
std::string life_id(std::string_view rule, std::uint32_t place, const events::Value& value, std::uint64_t count);

}  // namespace tocsin::engine
