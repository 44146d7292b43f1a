#include "matcher/whereabouts.hpp"

#include <algorithm>

#include "matcher/threads.hpp"

namespace tocsin::matcher {

namespace {

void add_guards(const Program& program, const RunPool& pool, const Run& run, const State& state, bool is_fresh,
                bool closes, Whereabouts& to) {
  for (const Guard& guard : state.guards) {
    if (guard.loop || (guard.next_only && !is_fresh)) continue;
    Whereabouts::Absence absence{guard.absence, events::kLatest, guard.next_only};
    if (guard.deadline != kNoSlot) {
      if (const events::Slot clock = pool.registers(run)[guard.deadline]; clock != 0) absence.until = time_of(clock);
    } else if (closes && program.has_within) {
      absence.until = plus(run.start, program.within);
    }
    const bool known = std::any_of(to.absences.begin(), to.absences.end(), [&](const Whereabouts::Absence& other) {
      return other.number == absence.number && other.until == absence.until;
    });
    if (!known) to.absences.push_back(absence);
  }
}

}  // namespace

Whereabouts whereabouts(const Program& program, const RunPool& pool, const Run& run) {
  Whereabouts found;
  if (!program.threads) {
    const State& state = program.states[run.state];
    found.steps.push_back({state.step, run.state});
    add_guards(program, pool, run, state, run.fresh != 0, false, found);
    return found;
  }
  found.ended_by_time = (run.fresh & kEndedByTime) != 0;
  const auto* positions = reinterpret_cast<const Position*>(pool.registers(run) + program.positions);
  found.at_end = program.states[positions[0].state].kind == State::Kind::end;
  for (std::uint32_t machine = 0; machine < program.held_positions(); ++machine) {
    const Position& at = positions[machine];
    if (at.state == kNoState) continue;
    const State& state = program.states[at.state];
    if (state.kind == State::Kind::step)
      for (const std::uint16_t step : state.takes) found.steps.push_back({step, at.state});
    add_guards(program, pool, run, state, (at.fresh & kFresh) != 0, found.at_end, found);
  }
  return found;
}

}  // namespace tocsin::matcher
