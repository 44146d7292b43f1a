// States that some event leads to, each as often as turns of its step and of the groups around it may be counted; an
// `and` as often as its sides' states go together.
#include "cli/rule_runs.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "rules/waiting.hpp"

namespace tocsin::cli {

namespace {

using matcher::State;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return b > kMost - a ? kMost : a + b; }

struct Counting {
  const matcher::Program& program;
  const rules::RulePlan& plan;
  rules::WaitingPoints waiting;
  std::vector<bool> held;  ///< by state: a run can be there

  Counting(const matcher::Program& of, const rules::RulePlan& rule)
      : program(of), plan(rule), waiting(rules::waiting_points(rule.pattern)), held(of.states.size()) {
    for (const matcher::Turn& turn : program.turns) {
      hold(turn.again);
      hold(turn.exits);
      hold(turn.full_exits);
    }
    for (const matcher::Both& both : program.boths) hold(both.exits);
    for (const auto& sides : program.sides)
      for (const auto& [machine, state] : sides) hold(state);
    for (const State& state : program.states) hold(state.begun);
  }

  void hold(matcher::StateId state) {
    if (state < held.size()) held[state] = true;
  }
  void hold(const std::vector<matcher::Exit>& exits) {
    for (const matcher::Exit& exit : exits) hold(exit.state);
  }

  /// Turns of the groups, without the first `outer` of them.
  std::uint64_t turns_of(const std::vector<std::uint32_t>& groups, std::size_t outer) const {
    std::uint64_t turns = 1;
    for (std::size_t i = outer; i < groups.size(); ++i)
      turns = times(turns, std::max(waiting.groups[groups[i]].counted(), 1U));
    return turns;
  }

  std::uint64_t turns_of(const State& state) const {
    const rules::Step& step = plan.pattern.steps[state.step];
    if (!state.further_turn) return 1;
    return step.max ? std::max(*step.max, 2U) - 1 : std::max(step.min, 1U);
  }

  std::uint64_t places(std::uint32_t machine, std::size_t outer) const {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < program.states.size(); ++i) {
      const State& state = program.states[i];
      if (held[i] && state.machine == machine) all = plus(all, places(state, outer));
    }
    return all;
  }

  std::uint64_t places(const State& state, std::size_t outer) const {
    if (state.kind == State::Kind::end) return state.guards.empty() ? 0 : 1;
    if (state.kind == State::Kind::step)
      return times(turns_of(state), turns_of(waiting.steps[state.step].groups, outer));
    const matcher::Both& both = program.boths[state.both];
    const std::vector<std::uint32_t>& groups = waiting.boths[state.both].groups;
    std::uint64_t together = turns_of(groups, outer);
    if (&program.states[state.begun] != &state) return together;  // no side has taken an event
    for (std::uint32_t side = 0; side < both.sides; ++side)
      together = times(together, plus(places(both.first_machine + side, groups.size()), 1));
    return together;
  }
};

}  // namespace

std::uint64_t times(std::uint64_t a, std::uint64_t b) { return a != 0 && b > kMost / a ? kMost : a * b; }

std::uint64_t runs_of_a_start(const matcher::Program& program, const rules::RulePlan& plan) {
  return std::max<std::uint64_t>(Counting(program, plan).places(0, 0), 1);
}

std::optional<events::Duration> told_apart_for(const matcher::Program& program) {
  std::optional<events::Duration> longest;
  const auto lasts = [&](events::Duration span) {
    if (!longest || longest->ns < span.ns) longest = span;
  };
  for (const State& state : program.states) {
    if (state.bounded || state.needs_last) lasts(state.bounded ? state.most : events::Duration{});
    for (const matcher::Guard& guard : state.guards) {
      if (guard.deadline == matcher::kNoSlot) continue;
      lasts(guard.span_code == matcher::kNoCode ? guard.span : matcher::kForever);
    }
  }
  for (const matcher::Turn& turn : program.turns)
    for (const matcher::SpanLimit& limit : turn.spans) lasts(limit.span);
  if (longest && longest->ns == 0) longest = matcher::kForever;
  return longest;
}

}  // namespace tocsin::cli
