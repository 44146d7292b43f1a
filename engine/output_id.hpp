// The id of an output: 32 hex digits, fixed by what the output is about, so that a consumer can drop what it has seen.
//
// XXH3-128 over: rule name, a zero byte, place of the output in the rule (u32), each key part as type tag (u8), length
// (u32) and bytes, completion time (i64 ns), fold of the match's events (u64), number of events (u64), and the state
// (`once`, also of what is no alert; of an alert with a life `firing`, `updated` or `resolved`, which has the fold and
// number of the match told last and the time that resolved it); of a repetition of a match (`every`) then its number
// (u64, from 1). Integers little-endian. Never over version, texts, partition or clock.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/message.hpp"

namespace tocsin::engine {

struct OutputIdentity {
  std::string_view rule;
  std::uint32_t place = 0;
  const std::vector<events::Value>* key = nullptr;
  events::Time completion;
  std::uint64_t fold = 0;
  std::uint64_t taken = 0;
  events::AlertState state = events::AlertState::once;
  std::uint64_t repeat = 0;
};

std::string output_id(const OutputIdentity& identity);

}  // namespace tocsin::engine
