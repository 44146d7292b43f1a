// Every way of one start, tried in order of preference.
//
// Preference, from the text of section 3: the ways are ordered as threads of a list. After an event taken a thread
// splits into the spots that follow it, in the order of walk.hpp; at each event its takes come first, in the order of
// their options, then the skip. Trying it all depth first in that order finds the matches in order of preference.
// Earlier completion comes before all that.
#include "tests/oracle/start.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "tests/oracle/judge.hpp"
#include "tests/oracle/walk.hpp"

namespace tocsin::oracle {
namespace {

using Mode = rules::Matching::Mode;

class Search {
 public:
  Search(const rules::RulePlan& plan, const Stream& stream, std::size_t& budget)
      : stream_(stream), budget_(budget), trial_{plan, stream.input, stream.watching} {}

  /// False when the budget is used up.
  bool from(std::size_t start) {
    for (const Spot& spot : beginnings(trial_))
      for (const Option& option : options(spot)) {
        if (!may_take(trial_, spot, option, start)) continue;
        begins = true;
        if (!take(spot, option, start)) return false;
      }
    return true;
  }

  bool begins = false;  ///< a way takes the event
  /// In order of preference.
  std::vector<Completion> completions{};
  Moment last_end{events::kEarliest, 0};  ///< of the ways that ended
  bool open = false;                      ///< a way neither ended nor completed
  std::optional<Takes> timed_out{};       ///< of the ways that time ended the one with most events

 private:
  Moment moment_of(std::size_t event) const { return {trial_.time(event), event}; }
  bool comes_due(events::Time deadline) const {
    return deadline != events::kLatest && (!stream_.until || deadline < *stream_.until);
  }

  bool take(const Spot& spot, const Option& option, std::size_t event) {
    if (!trial_.takes.empty() && budget_-- == 0) return false;
    trial_.takes.push_back({option.step, event});
    end_at(moment_of(event));  // where nothing follows
    for (Spot& next : followers(trial_, spot, option, event))
      if (!(next.kind == Spot::Kind::end ? close(next.guards) : wait(std::move(next)))) return false;
    trial_.takes.pop_back();
    return true;
  }

  /// The spot at each event behind the last one taken.
  bool wait(Spot spot) {
    const events::Time deadline = last_moment(trial_, spot);
    const std::vector<Option> all = options(spot);
    for (std::size_t event = trial_.takes.back().event + 1; event < trial_.input.size(); ++event) {
      if (is_beaten(moment_of(event))) return true;
      if (trial_.time(event) > deadline) break;
      for (const Option& option : all)
        if (may_take(trial_, spot, option, event) && !take(spot, option, event)) return false;
      if (!may_pass_by(trial_, spot, event)) {
        end_at(moment_of(event));
        return true;
      }
    }
    if (comes_due(deadline))
      time_out(deadline);
    else
      open = true;
    return true;
  }

  /// The spot is the pattern's end: at once, or when the negations before it are over (point 6, closing).
  bool close(std::vector<Guard> guards) {
    std::erase_if(guards, [](const Guard& guard) { return guard.loop != nullptr && !guard.before_absence; });
    // An event that came while the sides of an `and` went on.
    if (std::any_of(guards.begin(), guards.end(), [](const Guard& guard) { return guard.is_broken; })) {
      end_at(moment_of(trial_.takes.back().event));
      return true;
    }
    std::size_t event = trial_.takes.back().event + 1;
    Moment end = moment_of(trial_.takes.back().event);
    for (const Guard& guard : guards) {
      const auto over = end_of(guard, event);
      end = std::max(end, over.value_or(Moment{events::kLatest}));
    }
    for (; event < trial_.input.size() && moment_of(event) <= end; ++event) {
      for (Guard& guard : guards) {
        if (allows_until_closed(guard, event)) continue;
        end_at(moment_of(event));
        return true;
      }
    }
    if (end.by_time() && !comes_due(end.time)) {
      open = true;
      return true;
    }
    return complete(end, guards);
  }

  /// When a closing negation is over, `event` being the next one; never: nothing. What isn't a negation is over.
  std::optional<Moment> end_of(const Guard& guard, std::size_t event) const {
    const Moment past{events::kEarliest};
    if (guard.loop != nullptr) return past;
    if (guard.span) return guard.p ? std::optional(Moment{trial_.time(*guard.p) + *guard.span}) : std::nullopt;
    const auto window = end_of_window();
    if (guard.joint.arrow != rules::Arrow::next) {
      if (!window) throw std::logic_error("a closing absence without a span or within");
      return window;
    }
    if (!guard.fresh) return past;
    if (event < trial_.input.size() && (!window || moment_of(event) < *window)) return moment_of(event);
    return window;
  }

  std::optional<Moment> end_of_window() const {
    if (!trial_.plan.within) return std::nullopt;
    return Moment{trial_.time(trial_.takes.front().event) + *trial_.plan.within};
  }

  /// An absence without `for` speaks of no event behind the window.
  bool allows_until_closed(Guard& guard, std::size_t event) const {
    const auto window = end_of_window();
    if (guard.absent != nullptr && !guard.span && window && moment_of(event) > *window) return true;
    return may_come_between(trial_, guard, event);
  }

  bool complete(Moment at, const std::vector<Guard>& guards) {
    end_at(at);
    if (is_beaten(at)) return true;
    if (trial_.plan.matching.mode == Mode::one) completions.clear();
    completions.push_back({at, trial_.takes, ways_++});
    for (const Guard& guard : guards)
      if (guard.absent != nullptr && guard.absent->every) return repeat(completions.back(), guard);
    return true;
  }

  /// `every`: again at each further span for which the absence holds; at the end of input only what is set comes due.
  bool repeat(Completion& completion, const Guard& guard) {
    std::size_t event = *guard.p + 1;
    while (event < trial_.input.size() && !fits(trial_, guard.absent->fits, guard.since, event)) ++event;
    if (event < trial_.input.size() && moment_of(event) <= completion.at) return true;
    completion.repeats_until = event < trial_.input.size() ? moment_of(event) : Moment{events::kLatest};
    bool is_set = !completion.at.by_time() || stream_.until || completion.at.time < stream_.last;
    for (events::Time time = completion.at.time + *guard.absent->every; is_set && comes_due(time);
         time = time + *guard.absent->every) {
      if (Moment{time} > *completion.repeats_until) return true;
      if (budget_-- == 0) return false;
      completion.repeats.push_back(time);
      is_set = stream_.until || time < stream_.last;
    }
    return true;
  }

  /// `match`: the start has a match at that moment or before, which later ways come too late for.
  bool is_beaten(Moment at) const {
    return trial_.plan.matching.mode == Mode::one && !completions.empty() && completions.back().at <= at;
  }

  void end_at(Moment at) { last_end = std::max(last_end, at); }

  void time_out(events::Time deadline) {
    end_at({deadline});
    if (!timed_out || trial_.takes.size() > timed_out->size()) timed_out = trial_.takes;
  }

  const Stream& stream_;
  std::size_t& budget_;
  Trial trial_;
  std::size_t ways_ = 0;
};

}  // namespace

std::vector<std::vector<std::size_t>> assignment(const rules::RulePlan& plan, const Takes& takes) {
  std::vector<std::vector<std::size_t>> steps(plan.pattern.steps.size());
  for (const Take& take : takes) steps[plan.pattern.steps[take.step].binding].push_back(take.event);
  return steps;
}

std::optional<Life> live(const rules::RulePlan& plan, const Stream& stream, std::size_t start, std::size_t& budget) {
  Search search(plan, stream, budget);
  if (!search.from(start)) return std::nullopt;
  Life life;
  life.begins = search.begins;
  std::stable_sort(search.completions.begin(), search.completions.end(),
                   [](const Completion& a, const Completion& b) { return a.at < b.at; });
  std::set<std::vector<std::vector<std::size_t>>> seen;
  for (Completion& completion : search.completions) {
    if (seen.insert(assignment(plan, completion.takes)).second) life.completions.push_back(std::move(completion));
  }
  std::sort(life.completions.begin(), life.completions.end(),
            [](const Completion& a, const Completion& b) { return a.rank < b.rank; });
  if (!search.open) life.end = search.last_end;
  if (life.end && life.end->by_time() && life.completions.empty()) life.timed_out = std::move(search.timed_out);
  return life;
}

}  // namespace tocsin::oracle
