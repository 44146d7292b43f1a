// Sections 2 to 4 of the semantics: every way to go through the pattern, and which of them count.
//
// Preference, from the text of section 3: matches of one start are ordered as threads of a list. A thread always waits
// for one step; after an event taken it splits, by the step that it waits for next, in the order of walk.hpp. At each
// event the take comes before the skip: so the match that takes an earlier event comes first. Trying the steps in that
// order, and for each of them the events in theirs, finds the matches in order of preference. Earlier completion comes
// before all that.
#include "tests/oracle/oracle.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/oracle/expression.hpp"
#include "tests/oracle/walk.hpp"

namespace tocsin::oracle {
namespace {

class Search {
 public:
  Search(const rules::RulePlan& plan, const std::vector<Event>& input, std::size_t& budget)
      : plan_(plan), input_(input), budget_(budget) {}

  /// False when the budget is used up.
  bool from(std::size_t start) {
    for (const Next& next : beginnings(plan_.pattern)) {
      if (next.is_end() || !next.guards.empty()) throw std::logic_error("a pattern that the check refuses");
      if (fits(plan_.pattern.steps[next.step].fits, next.place, start) && !take(next, start)) return false;
    }
    return true;
  }

  std::vector<Takes> found;

 private:
  /// Point 2: with the events bound so far.
  bool fits(const std::vector<rules::Single>& singles, const Place& place, std::size_t event) const {
    const Event& candidate = input_[event];
    const std::vector<std::size_t> since = read_from(plan_.pattern, place);
    return std::any_of(singles.begin(), singles.end(), [&](const rules::Single& single) {
      if (single.type != candidate.type) return false;
      return !single.condition || holds(*single.condition, {plan_, input_, takes_, &candidate, &since});
    });
  }

  /// Points 3, 4 and 6: `next` may take the event, of those behind the last one taken.
  bool may_take(const Next& next, std::size_t event) const {
    const std::size_t p = takes_.back().event;
    const std::vector<rules::Single>& wanted = plan_.pattern.steps[next.step].fits;
    if (!fits(wanted, next.place, event)) return false;
    if (next.arrow == rules::Arrow::next && event != p + 1) return false;
    for (std::size_t between = p + 1; between < event; ++between)
      if (next.arrow != rules::Arrow::next && fits(wanted, next.place, between)) return false;
    for (const Guard& guard : next.guards) {
      const std::size_t end = guard.arrow == rules::Arrow::next ? p + 2 : event;
      for (std::size_t between = p + 1; between < end; ++between)
        if (fits(guard.absent->fits, guard.place, between)) return false;
    }
    return true;
  }

  /// Point 8.
  bool in_window(std::size_t event) const {
    if (!plan_.within) return true;
    return input_[event].time - input_[takes_.front().event].time <= *plan_.within;
  }

  bool take(const Next& taken, std::size_t event) {
    if (!takes_.empty() && budget_-- == 0) return false;
    takes_.push_back({taken.step, event});
    for (const Next& next : followers(plan_.pattern, taken.place, takes_.size())) {
      if (next.is_end()) {
        if (!next.guards.empty()) throw std::logic_error("the reference doesn't read negations that close a pattern");
        found.push_back(takes_);
        continue;
      }
      for (std::size_t later = event + 1; later < input_.size() && in_window(later); ++later)
        if (may_take(next, later) && !take(next, later)) return false;
    }
    takes_.pop_back();
    return true;
  }

  const rules::RulePlan& plan_;
  const std::vector<Event>& input_;
  std::size_t& budget_;
  Takes takes_;
};

Match match_of(const Takes& takes, const std::vector<std::size_t>& place, std::size_t steps, events::Time at) {
  Match match;
  match.start = place[takes.front().event];
  match.completing = place[takes.back().event];
  match.completion = at;
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
  Search search(plan, input, budget);
  if (!search.from(start)) return std::nullopt;
  return std::move(search.found);
}

std::optional<std::vector<Match>> matches(const rules::RulePlan& plan, const std::vector<Event>& events,
                                          std::size_t budget, const Surroundings&) {
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
    const Takes& best = *std::min_element(found->begin(), found->end(), [](const Takes& a, const Takes& b) {
      return a.back().event < b.back().event;  // of those that complete together the first: the preferred one
    });
    candidates.push_back(match_of(best, place, plan.pattern.steps.size(), input[best.back().event].time));
  }

  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Match& a, const Match& b) { return a.completing < b.completing; });
  std::vector<Match> taken;  // section 4, skip past last
  for (const Match& candidate : candidates)
    if (taken.empty() || candidate.start > taken.back().completing) taken.push_back(candidate);
  return taken;
}

}  // namespace tocsin::oracle
