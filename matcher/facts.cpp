#include "matcher/facts.hpp"

#include <algorithm>

namespace tocsin::matcher {

namespace {

/// Behind which `and`s the pattern may end without a closing absence, as far as the states tell.
void add_may_end(Program& program) {
  const auto ends = [&](const Exit& exit) {
    const State& state = program.states[exit.state];
    if (state.kind != State::Kind::end ||
        std::any_of(state.guards.begin(), state.guards.end(), [](const Guard& guard) { return !guard.loop; }))
      return false;
    if (state.machine == 0) return true;
    return std::any_of(program.boths.begin(), program.boths.end(), [&](const Both& outer) {
      return outer.may_end && state.machine >= outer.first_machine && state.machine < outer.first_machine + outer.sides;
    });
  };
  for (bool added = true; added;) {
    added = false;
    for (Both& both : program.boths) {
      if (both.may_end || std::none_of(both.exits.begin(), both.exits.end(), ends)) continue;
      both.may_end = added = true;
    }
  }
}

bool has_closings(const Program& program) {
  return std::any_of(program.states.begin(), program.states.end(), [](const State& state) {
    return state.kind == State::Kind::end &&
           std::any_of(state.guards.begin(), state.guards.end(), [](const Guard& guard) { return !guard.loop; });
  });
}

void add_starting(Program& program) {
  const auto add = [&](StateId id) {
    for (const std::uint16_t step : program.states[id].takes)
      if (std::find(program.starters.begin(), program.starters.end(), step) == program.starters.end())
        program.starters.push_back(step);
  };
  for (const Exit& start : program.starts) {
    add(start.state);
    if (start.sides != kNoSides)
      for (const auto& [machine, state] : program.sides[start.sides]) add(state);
  }
  program.has_bounds =
      program.threads &&
      (std::any_of(program.states.begin(), program.states.end(),
                   [](const State& state) { return state.bounded && state.most != kForever; }) ||
       std::any_of(program.turns.begin(), program.turns.end(), [](const Turn& turn) { return !turn.spans.empty(); }));
  program.has_timers = program.threads &&
                       (program.has_timeouts || program.has_bounds || !program.leads.empty() || has_closings(program));
}
/// Which types can do something to a thread in a state: those that its step or its guards take, all where the next
/// event decides.
void add_concerns(Program& program) {
  program.concerned.resize(program.states.size() * program.input_count);
  program.starting.resize(program.input_count);
  const auto mark = [&](const FitRange& range, std::uint8_t* row) {
    for (std::uint32_t i = range.begin; i < range.end; ++i)
      row[program.inputs[events::index_of(program.fits[i].type)]] = 1;
  };
  for (std::size_t i = 0; i < program.states.size(); ++i) {
    const State& state = program.states[i];
    std::uint8_t* const row = program.concerned.data() + i * program.input_count;
    for (const std::uint16_t step : state.takes) mark(program.turns[step].fits, row);
    for (const Guard& guard : state.guards) mark(guard.fits, row);
    for (const Guard& guard : state.guards) mark(guard.until, row);
    for (const FitRange& until : state.untils) mark(until, row);
    if (state.has_next_guard || state.arrow == rules::Arrow::next || state.kind == State::Kind::both ||
        state.inherits != kNoSides)
      std::fill(row, row + program.input_count, std::uint8_t{1});
  }
  for (const std::uint16_t step : program.starters) mark(program.turns[step].fits, program.starting.data());
}

}  // namespace

void add_facts(Program& program) {
  add_may_end(program);
  add_starting(program);
  add_concerns(program);
}

}  // namespace tocsin::matcher
