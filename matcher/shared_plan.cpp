#include "matcher/shared_plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "matcher/program.hpp"

namespace tocsin::matcher {

namespace {

bool is_plain(const State& state) {
  if (state.kind == State::Kind::both || state.inherits != kNoSides || !state.untils.empty() || state.every ||
      !state.cleared.empty())
    return false;
  if (state.kind == State::Kind::end || state.first) return state.guards.empty();
  return std::none_of(state.guards.begin(), state.guards.end(),
                      [](const Guard& guard) { return guard.loop || guard.deadline != kNoSlot; });
}

bool is_plain(const Turn& turn) { return turn.spans.empty() && turn.greed != rules::Greed::possessive; }

bool is_plain(const Move& move) {
  return move.left.empty() && !move.turns && move.begun.empty() && move.forgotten.empty();
}

template <class All>
bool are_plain(const All& all) {
  return std::all_of(all.begin(), all.end(), [](const auto& each) { return is_plain(each); });
}

bool is_shareable(const Program& program) {
  return program.threads && program.matching.mode != rules::Matching::Mode::one &&
         program.after.policy == rules::AfterMatch::Policy::keep && !program.looks_back && program.machines == 1 &&
         program.boths.empty() && program.leads.empty() && program.repeats == kNoSlot && program.target == kNoSlot &&
         !program.has_timeouts && program.counters.empty() && are_plain(program.states) && are_plain(program.turns) &&
         are_plain(program.moves);
}

class Spots {
 public:
  explicit Spots(const Program& program) : program_(program) {}

  /// False: there are too many.
  bool run(SharedPlan& plan) {
    for (const Exit& start : program_.starts) add_ways(program_.states[start.state], 0, plan.starts);
    for (std::size_t i = 0; i < keys_.size() && keys_.size() <= kMaxSpots; ++i) {
      Spot spot{keys_[i].first, keys_[i].second, {}};
      add_ways(program_.states[spot.state], spot.turns, spot.ways);
      plan.spots.push_back(std::move(spot));
    }
    plan.ambiguous =
        is_ambiguous(plan.starts) ||
        std::any_of(plan.spots.begin(), plan.spots.end(), [&](const Spot& spot) { return is_ambiguous(spot.ways); });
    return keys_.size() <= kMaxSpots;
  }

 private:
  SpotId spot_of(StateId state, std::uint32_t turns) {
    const auto [known, is_new] = numbers_.try_emplace({state, turns}, static_cast<SpotId>(keys_.size()));
    if (is_new) keys_.push_back(known->first);
    return known->second;
  }

  void add_ways(const State& state, std::uint32_t turns_before, std::vector<SpotWay>& ways) {
    for (const std::uint16_t step : state.takes) {
      const Turn& turn = program_.turns[step];
      const std::uint32_t turns = (state.further_turn ? turns_before : 0) + 1;
      const auto further = [&] {
        if (turns < turn.max)
          ways.push_back({step, spot_of(turn.again, turn.max == kUnbounded ? std::min(turns, turn.min) : turns)});
      };
      const bool reluctant = turn.greed == rules::Greed::reluctant;
      if (!reluctant) further();
      for (const Exit& exit : turn.exits) {
        if (turns < turn.min) break;
        const bool ends = program_.states[exit.state].kind == State::Kind::end;
        ways.push_back({step, ends ? kEndSpot : spot_of(exit.state, 0), exit.move});
      }
      if (reluctant) further();
    }
  }

  /// Two ways may go on with the same step.
  bool is_ambiguous(const std::vector<SpotWay>& ways) const {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      std::set<std::uint32_t> next;
      bool ends = false;
      for (const SpotWay& way : ways) {
        if (program_.turns[way.step].binding != program_.turns[ways[i].step].binding) continue;
        if (way.to == kEndSpot) {
          if (ends) return true;
          ends = true;
          continue;
        }
        for (const std::uint16_t step : program_.states[keys_[way.to].first].takes)
          if (!next.insert(program_.turns[step].binding).second) return true;
      }
    }
    return false;
  }

  const Program& program_;
  std::map<std::pair<StateId, std::uint32_t>, SpotId> numbers_;
  std::vector<std::pair<StateId, std::uint32_t>> keys_;
};

}  // namespace

void add_shared_plan(Program& program) {
  SharedPlan plan;
  if (!is_shareable(program) || !Spots(program).run(plan)) return;
  std::size_t most = 0;
  for (const Turn& turn : program.turns) most = std::max(most, turn.updates.size());
  plan.valid_words = static_cast<std::uint32_t>((most + 63) / 64);
  plan.stride = plan.valid_words + static_cast<std::uint32_t>(most);
  plan.concerned.resize(program.input_count);
  for (const Spot& spot : plan.spots)
    for (std::uint32_t input = 0; input < program.input_count; ++input)
      plan.concerned[input] |= program.concerned[spot.state * std::size_t{program.input_count} + input];
  program.shared_plan = std::move(plan);
  program.shared_matches = true;
}

}  // namespace tocsin::matcher
