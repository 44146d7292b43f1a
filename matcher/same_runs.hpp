// When two runs of a key can't be told apart by anything that comes later (semantics, section 8): the same state with
// the same turns, and equal registers as far as a condition from there on may read them.
#pragma once

#include "matcher/fold.hpp"
#include "matcher/program.hpp"
#include "matcher/run_pool.hpp"

namespace tocsin::matcher {

inline bool are_same(const Program& program, const RunPool& pool, const Run& a, const Run& b) {
  if (a.state != b.state || a.turns != b.turns) return false;
  const State& state = program.states[a.state];
  if (state.has_next_guard && a.fresh != b.fresh) return false;
  for (const RegisterId id : state.visible) {
    const std::uint64_t bit = std::uint64_t{1} << (id & 63);
    if ((RunPool::valid(a)[id >> 6] & bit) != (RunPool::valid(b)[id >> 6] & bit)) return false;
    if (pool.registers(a)[id] != pool.registers(b)[id]) return false;
  }
  return true;
}

/// Equal for runs that are the same.
inline std::uint64_t identity_of(const Program& program, const RunPool& pool, const Run& run) {
  const State& state = program.states[run.state];
  std::uint64_t hash = fold_event(run.state, run.turns, state.has_next_guard ? run.fresh : 0U);
  for (const RegisterId id : state.visible)
    hash = fold_event(hash, static_cast<std::uint32_t>((RunPool::valid(run)[id >> 6] >> (id & 63)) & 1),
                      pool.registers(run)[id]);
  return hash;
}

}  // namespace tocsin::matcher
