// What Program has for `match all` in one shared structure (matcher/shared_matches.hpp).
//
// Where nothing that comes later depends on which events a partial match has, all partial matches that wait in one
// place fare alike, whatever their number. A spot is such a place: a state and, in a loop, the number of turns taken.
// Immutable, shared by all partitions.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace tocsin::matcher {

struct Program;

using SpotId = std::uint16_t;
inline constexpr SpotId kEndSpot = 0xffff;

/// From a spot: its event is taken by `step`, and what follows is waited for at `to`.
struct SpotWay {
  std::uint16_t step = 0;
  SpotId to = kEndSpot;  ///< kEndSpot: the match is complete
  std::uint32_t move = std::numeric_limits<std::uint32_t>::max();
};

struct Spot {
  std::uint16_t state = 0;
  std::uint32_t turns = 0;
  std::vector<SpotWay> ways;  ///< in order of preference: by take, then by what follows
};

struct SharedPlan {
  std::vector<Spot> spots;
  std::vector<SpotWay> starts;          ///< by the first event
  std::vector<std::uint8_t> concerned;  ///< by input: 0 if such an event can't change what waits, wherever that is
  bool ambiguous = false;               ///< one assignment may be reached in several ways
  std::uint32_t stride = 0;             ///< words kept of an event: validity words, then what its step's updates read
  std::uint32_t valid_words = 0;
};

/// Beyond it, going through all spots for each event is no gain.
inline constexpr std::size_t kMaxSpots = 64;

/// Program::shared_matches and its plan, where the program is one that the structure can run exactly. The rest stands.
void add_shared_plan(Program& program);

}  // namespace tocsin::matcher
