// Sections 3 and 4 of the semantics over the matches that section 2 allows.
//
// Preference, from the text of section 3. Matches of one start are ordered as threads of a list. A thread always waits
// for one step. It splits after an event taken, by the step it waits for next: a further turn of the same step comes
// before leaving it, taking an optional step before leaving it out; so the splits stand in order of step number. At
// each event the take comes before the skip; so the thread whose step takes an earlier event comes first. Two matches
// of one start that begin with the same takes and then differ, therefore, differ first in the step waited for (the
// smaller number is preferred) or else in the event that it took (the earlier is preferred): the lexicographic order of
// their lists of (step, event). Where one list is the beginning of the other it completes earlier, which comes before
// all that.
#include "tests/oracle/oracle.hpp"

#include <algorithm>

#include "tests/oracle/definition.hpp"

namespace tocsin::oracle {
namespace {

/// Appends to `found` every match that begins with `takes`. False when the budget is used up.
bool extend(const Reading& reading, Takes& takes, std::vector<Takes>& found, std::size_t& budget) {
  if (is_complete(reading, takes)) found.push_back(takes);
  for (std::size_t event = takes.back().event + 1; event < reading.input.size(); ++event) {
    for (std::uint32_t step = takes.back().step; step < reading.plan.pattern.steps.size(); ++step) {
      const Take next{step, event};
      if (!may_take(reading, takes, next)) continue;
      if (budget == 0) return false;
      --budget;
      takes.push_back(next);
      const bool done = extend(reading, takes, found, budget);
      takes.pop_back();
      if (!done) return false;
    }
  }
  return true;
}

Match match_of(const Takes& takes, const std::vector<std::size_t>& place, std::size_t steps) {
  Match match{place[takes.front().event], place[takes.back().event], {}};
  match.steps.resize(steps);
  for (const Take& take : takes) match.steps[take.step].push_back(place[take.event]);
  return match;
}

bool is_input(const rules::RulePlan& plan, const Event& event) {
  return std::find(plan.inputs.begin(), plan.inputs.end(), event.type) != plan.inputs.end();
}

}  // namespace

std::optional<std::vector<Takes>> matches_from(const rules::RulePlan& plan, const std::vector<Event>& input,
                                               std::size_t start, std::size_t& budget) {
  const Reading reading(plan, input);
  std::vector<Takes> found;
  for (std::uint32_t step = 0; step < plan.pattern.steps.size(); ++step) {
    Takes takes;
    if (!may_take(reading, takes, {step, start})) continue;
    takes.push_back({step, start});
    if (!extend(reading, takes, found, budget)) return std::nullopt;
  }
  return found;
}

bool counts_before(const Takes& a, const Takes& b) {
  if (a.back().event != b.back().event) return a.back().event < b.back().event;
  return a < b;
}

std::optional<std::vector<Match>> matches(const rules::RulePlan& plan, const std::vector<Event>& events,
                                          std::size_t budget) {
  std::vector<Event> input;
  std::vector<std::size_t> place;  // of an input event among all events
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!is_input(plan, events[i])) continue;
    input.push_back(events[i]);
    place.push_back(i);
  }

  std::vector<Match> candidates;  // section 3: one for each start
  for (std::size_t start = 0; start < input.size(); ++start) {
    const auto found = matches_from(plan, input, start, budget);
    if (!found) return std::nullopt;
    if (found->empty()) continue;
    const Takes& best = *std::min_element(found->begin(), found->end(), counts_before);
    candidates.push_back(match_of(best, place, plan.pattern.steps.size()));
  }

  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Match& a, const Match& b) { return a.completion < b.completion; });
  std::vector<Match> taken;  // section 4, skip past last
  for (const Match& candidate : candidates)
    if (taken.empty() || candidate.start > taken.back().completion) taken.push_back(candidate);
  return taken;
}

}  // namespace tocsin::oracle
