// The points of section 2, a function each.
#include "tests/oracle/judge.hpp"

#include <algorithm>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {

using rules::Arrow;
using Kind = Spot::Kind;

/// Point 2.
bool fits(const Trial& trial, const std::vector<rules::Single>& singles, const Since& since, std::size_t event) {
  const Event& candidate = trial.input[event];
  return std::any_of(singles.begin(), singles.end(), [&](const rules::Single& single) {
    if (single.type != candidate.type) return false;
    if (!single.condition) return true;
    return holds(*single.condition,
                 {trial.plan, trial.input, trial.takes, &candidate, since.empty() ? nullptr : &since});
  });
}

namespace {

/// The steps that a single spot waits for: one, or those of an `or`.
template <typename Predicate>
bool any_step(const Spot& spot, Predicate holds_for) {
  const Frame& frame = spot.place.back();
  const rules::Element& element = (*frame.elements)[frame.index];
  if (const auto* take = std::get_if<rules::Take>(&element.node)) return holds_for(take->step);
  const auto& takes = std::get<rules::Either>(element.node).takes;
  return std::any_of(takes.begin(), takes.end(), [&](const rules::Take& take) { return holds_for(take.step); });
}

bool fits_step(const Trial& trial, const Spot& spot, std::uint32_t step, std::size_t event) {
  return fits(trial, trial.step(step).fits, spot.since, event);
}

bool in_bound(const Trial& trial, const std::optional<rules::Bound>& bound, std::size_t p, std::size_t event) {
  const events::Duration passed = trial.time(event) - trial.time(p);
  return !bound || (bound->least <= passed && passed <= bound->most);
}

/// Point 4: the event ends one of the loops that the spot stands in.
bool is_until(const Trial& trial, const Spot& spot, std::size_t event) {
  const auto ends = [&](const rules::Loop& loop) { return fits(trial, loop.until, spot.since, event); };
  if (std::any_of(spot.place.begin(), spot.place.end(),
                  [&](const Frame& frame) { return frame.group != nullptr && ends(*frame.group); }))
    return true;
  return spot.kind == Kind::single && any_step(spot, [&](std::uint32_t step) { return ends(trial.step(step)); });
}

/// Point 6, `not X for D` at the start.
bool was_absent(const Trial& trial, const Guard& guard, std::size_t event) {
  const events::Time since = trial.time(event) - *guard.span;
  if (trial.watching > since) return false;
  for (std::size_t before = 0; before < event; ++before) {
    const bool taken =
        std::any_of(trial.takes.begin(), trial.takes.end(), [&](const Take& take) { return take.event == before; });
    if (!taken && trial.time(before) >= since && fits(trial, guard.absent->fits, guard.since, before)) return false;
  }
  return true;
}

/// Points 4 (possessive) and 6, of the event that is taken next.
bool allows_take(const Trial& trial, const Guard& guard, std::size_t event) {
  if (guard.loop != nullptr) return !could_be_turn(trial, guard, event);
  if (guard.span) {
    if (!guard.p) return was_absent(trial, guard, event);
    return trial.time(event) > trial.time(*guard.p) + *guard.span;
  }
  const bool next_to_p = guard.joint.arrow == Arrow::next && guard.fresh;
  return !next_to_p || !fits(trial, guard.absent->fits, guard.since, event);
}

bool may_take_in(const Trial& trial, const Spot& spot, const Option& option, std::size_t depth, std::size_t event) {
  if (is_until(trial, spot, event)) return false;
  for (const Frame& frame : spot.place)
    if (frame.group != nullptr && frame.group->span && frame.first &&
        trial.time(event) - trial.time(*frame.first) > *frame.group->span)
      return false;
  if (!std::all_of(spot.guards.begin(), spot.guards.end(),
                   [&](const Guard& guard) { return allows_take(trial, guard, event); }))
    return false;
  if (spot.kind == Kind::both) return may_take_in(trial, spot.sides[option.sides[depth]], option, depth + 1, event);
  if (spot.p && spot.joint.arrow == Arrow::next && !spot.fresh) return false;
  if (spot.p && !in_bound(trial, spot.joint.bound, *spot.p, event)) return false;
  return fits_step(trial, spot, option.step, event);
}

events::Time last_moment_in(const Trial& trial, const Spot& spot) {
  events::Time last = events::kLatest;
  for (const Frame& frame : spot.place)
    if (frame.group != nullptr && frame.group->span && frame.first)
      last = std::min(last, trial.time(*frame.first) + *frame.group->span);
  if (spot.kind == Kind::single && spot.p && spot.joint.bound)
    last = std::min(last, trial.time(*spot.p) + spot.joint.bound->most);
  for (const Spot& side : spot.sides) last = std::min(last, last_moment_in(trial, side));
  return last;
}

}  // namespace

bool may_come_between(const Trial& trial, Guard& guard, std::size_t event) {
  if (guard.loop != nullptr) {
    if (could_be_turn(trial, guard, event)) return false;
    guard.until_came = guard.until_came || fits(trial, guard.loop->until, guard.since, event);
    guard.fresh = false;
    return true;
  }
  bool speaks_of_it = true;
  if (guard.span)
    speaks_of_it = guard.p && trial.time(event) <= trial.time(*guard.p) + *guard.span;
  else if (guard.joint.arrow == Arrow::next)
    speaks_of_it = guard.fresh;
  guard.fresh = false;
  return !speaks_of_it || !fits(trial, guard.absent->fits, guard.since, event);
}

bool could_be_turn(const Trial& trial, const Guard& guard, std::size_t event) {
  if (guard.until_came || fits(trial, guard.loop->until, guard.since, event)) return false;
  if (guard.p && guard.joint.arrow == Arrow::next && !guard.fresh) return false;
  if (guard.p && !in_bound(trial, guard.joint.bound, *guard.p, event)) return false;
  const auto is_over = [&](const Guard& absence) { return allows_take(trial, absence, event); };
  return std::all_of(guard.quiet.begin(), guard.quiet.end(), is_over) &&
         fits(trial, guard.loop->fits, guard.since, event);
}

bool may_take(const Trial& trial, const Spot& spot, const Option& option, std::size_t event) {
  const bool in_window = !trial.plan.within || trial.takes.empty() ||
                         trial.time(event) - trial.time(trial.takes.front().event) <= *trial.plan.within;
  return in_window && may_take_in(trial, spot, option, 0, event);
}

bool may_pass_by(const Trial& trial, Spot& spot, std::size_t event) {
  if (spot.p && is_until(trial, spot, event)) return false;
  for (Guard& guard : spot.guards) {
    if (may_come_between(trial, guard, event)) continue;
    // At the very end of the pattern a possessive loop has no effect: a side's end may still be that.
    if (guard.loop == nullptr || guard.before_absence || spot.kind != Kind::end || !spot.may_be_last) return false;
    guard.is_broken = true;
  }
  if (spot.kind == Kind::both)
    return std::all_of(spot.sides.begin(), spot.sides.end(),
                       [&](Spot& side) { return may_pass_by(trial, side, event); });
  spot.fresh = false;
  if (spot.kind == Kind::end || !spot.p || spot.joint.arrow == Arrow::any) return true;
  if (spot.joint.arrow == Arrow::next) return false;
  return !any_step(spot, [&](std::uint32_t step) { return fits_step(trial, spot, step, event); });
}

events::Time last_moment(const Trial& trial, const Spot& spot) {
  const events::Time last = last_moment_in(trial, spot);
  if (!trial.plan.within) return last;
  return std::min(last, trial.time(trial.takes.front().event) + *trial.plan.within);
}

}  // namespace tocsin::oracle
