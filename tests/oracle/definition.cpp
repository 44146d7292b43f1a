// The points of section 2, a function each.
#include "tests/oracle/definition.hpp"

#include <algorithm>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {
namespace {

using rules::Absent;
using rules::Arrow;
using rules::Element;
using rules::Single;
using rules::Step;

std::size_t turns_of(const Takes& takes, std::uint32_t step) {
  return static_cast<std::size_t>(
      std::count_if(takes.begin(), takes.end(), [&](const Take& take) { return take.step == step; }));
}

/// Point 2: event number `event` has one of the types, and its condition holds with the events bound so far.
bool fits(const Reading& reading, const Takes& bound, const std::vector<Single>& singles, std::size_t event) {
  const Event& candidate = reading.input[event];
  return std::any_of(singles.begin(), singles.end(), [&](const Single& single) {
    if (single.type != candidate.type) return false;
    return !single.condition || holds(*single.condition, {reading.plan, reading.input, bound, &candidate});
  });
}

bool none_fits(const Reading& reading, const Takes& bound, const std::vector<Single>& singles, std::size_t from,
               std::size_t to) {
  for (std::size_t event = from; event < to; ++event)
    if (fits(reading, bound, singles, event)) return false;
  return true;
}

const Step& step_of(const Reading& reading, std::uint32_t step) { return reading.plan.pattern.steps[step]; }
const Element& element_of(const Reading& reading, std::uint32_t step) {
  return reading.plan.pattern.elements[reading.element_of[step]];
}

events::Duration passed(const Reading& reading, std::size_t from, std::size_t to) {
  return reading.input[to].time - reading.input[from].time;
}

/// Points 4 and 5: after `turns` turns of step `from`, `to` can come next: the same step below its maximum, or a later
/// one when `from` has its minimum and all between may be left out.
bool counts_allow(const Reading& reading, std::uint32_t from, std::size_t turns, std::uint32_t to) {
  const std::vector<Step>& steps = reading.plan.pattern.steps;
  if (to == from) return !steps[from].max || turns < *steps[from].max;
  if (turns < steps[from].min) return false;
  return std::all_of(steps.begin() + from + 1, steps.begin() + to, [](const Step& step) { return step.min == 0; });
}

/// Point 3, and 4 from turn to turn: of `next` coming after p, apart from what it fits.
bool follows(const Reading& reading, const Takes& before, Take next, bool skips_what_fits) {
  const Take p = before.back();
  const Step& step = step_of(reading, next.step);
  const bool further_turn = next.step == p.step;
  const Element& element = element_of(reading, next.step);
  const Arrow arrow = further_turn ? step.mode : element.arrow.value_or(Arrow::any);
  const events::Duration later = passed(reading, p.event, next.event);
  if (further_turn && step.gap && later > *step.gap) return false;
  if (!further_turn && element.bound && (later < element.bound->least || later > element.bound->most)) return false;
  if (arrow == Arrow::next) return next.event == p.event + 1;
  return arrow == Arrow::any || skips_what_fits || none_fits(reading, before, step.fits, p.event + 1, next.event);
}

/// Point 4: no event since the last one taken that ends the loop, up to and with the turn.
bool before_until(const Reading& reading, const Takes& before, Take next) {
  const std::size_t from = before.empty() ? next.event : before.back().event + 1;
  return none_fits(reading, before, step_of(reading, next.step).until, from, next.event + 1);
}

/// Point 6: of the absences written between the steps of the two takes, each counts from the earlier take; with none it
/// speaks of what was before the first event.
bool absences_hold(const Reading& reading, const Takes& before, std::uint32_t to, std::size_t event) {
  const auto& elements = reading.plan.pattern.elements;
  const std::size_t begin = before.empty() ? 0 : reading.element_of[before.back().step] + 1;
  for (std::size_t i = begin; i < reading.element_of[to]; ++i) {
    const auto* absent = std::get_if<Absent>(&elements[i].node);
    if (!absent) continue;
    std::size_t from = before.empty() ? 0 : before.back().event + 1;
    std::size_t end = event;
    if (absent->span) {
      const auto span = evaluate(*absent->span, {reading.plan, reading.input, before});
      if (is_null(span) || std::get<events::Duration>(span).ns <= 0) return false;
      const events::Duration d = std::get<events::Duration>(span);
      if (before.empty()) {
        if (passed(reading, 0, event) < d) return false;
        while (passed(reading, from, event) > d) ++from;
      } else {
        const auto in_span = [&](std::size_t each) { return passed(reading, before.back().event, each) <= d; };
        if (in_span(event)) return false;
        end = from;
        while (in_span(end)) ++end;
      }
    } else if (elements[i].arrow == Arrow::next) {
      end = from + 1;
    }
    if (!none_fits(reading, before, absent->fits, from, end)) return false;
  }
  return true;
}

/// Point 4, possessive: no event up to and with `next` could be a further turn of a loop that was left before its
/// maximum: p's, or one between that was left out.
bool nothing_possessed(const Reading& reading, const Takes& before, Take next) {
  const std::uint32_t begin = before.empty() ? 0 : before.back().step;
  for (std::uint32_t loop = begin; loop < next.step; ++loop) {
    const Step& step = step_of(reading, loop);
    const bool further = !step.max || turns_of(before, loop) < *step.max;
    if (step.greed != rules::Greed::possessive || !further) continue;
    for (std::size_t event = before.empty() ? next.event : before.back().event + 1; event <= next.event; ++event) {
      const Take turn{loop, event};
      if (!fits(reading, before, step.fits, event) || !before_until(reading, before, turn)) continue;
      if (before.empty() || (follows(reading, before, turn, true) && absences_hold(reading, before, loop, event)))
        return false;
    }
  }
  return true;
}

/// Point 8, for the events up to and with `next`.
bool in_window(const Reading& reading, const Takes& before, Take next) {
  return !reading.plan.within || before.empty() ||
         passed(reading, before.front().event, next.event) <= *reading.plan.within;
}

void add_takes(const Reading& reading, Takes& takes, std::vector<Takes>& found) {
  if (!takes.empty() && is_complete(reading, takes)) found.push_back(takes);
  for (std::size_t event = takes.empty() ? 0 : takes.back().event + 1; event < reading.input.size(); ++event)
    for (std::uint32_t step = 0; step < reading.plan.pattern.steps.size(); ++step) {
      if (!may_take(reading, takes, {step, event})) continue;
      takes.push_back({step, event});
      add_takes(reading, takes, found);
      takes.pop_back();
    }
}

}  // namespace

Reading::Reading(const rules::RulePlan& rule, const std::vector<Event>& events) : plan(rule), input(events) {
  element_of.resize(rule.pattern.steps.size());
  for (std::size_t i = 0; i < rule.pattern.elements.size(); ++i)
    if (const auto* take = std::get_if<rules::Take>(&rule.pattern.elements[i].node)) element_of.at(take->step) = i;
}

bool is_plain(const rules::Pattern& pattern) {
  const auto is_take = [](const Element& element) { return std::holds_alternative<rules::Take>(element.node); };
  const auto last = std::find_if(pattern.elements.rbegin(), pattern.elements.rend(), [&](const Element& element) {
    const auto* take = std::get_if<rules::Take>(&element.node);
    return take == nullptr || pattern.steps[take->step].min > 0;
  });  // behind it all can be left out
  return last != pattern.elements.rend() && is_take(*last) &&
         std::all_of(pattern.elements.begin(), pattern.elements.end(), [&](const Element& element) {
           return is_take(element) || std::holds_alternative<Absent>(element.node);
         });
}

bool may_take(const Reading& reading, const Takes& before, Take next) {
  if (!fits(reading, before, step_of(reading, next.step).fits, next.event) || !before_until(reading, before, next))
    return false;
  const bool further_turn = !before.empty() && before.back().step == next.step;
  if (!further_turn &&
      !(absences_hold(reading, before, next.step, next.event) && nothing_possessed(reading, before, next)))
    return false;
  if (before.empty()) {
    const auto first = reading.plan.pattern.steps.begin();
    return std::all_of(first, first + next.step, [](const Step& step) { return step.min == 0; });
  }
  const Take p = before.back();
  return next.event > p.event && next.step >= p.step &&
         counts_allow(reading, p.step, turns_of(before, p.step), next.step) && follows(reading, before, next, false) &&
         in_window(reading, before, next);
}

bool is_complete(const Reading& reading, const Takes& takes) {
  const Take last = takes.back();
  const std::vector<Step>& steps = reading.plan.pattern.steps;
  return turns_of(takes, last.step) >= steps[last.step].min &&
         std::all_of(steps.begin() + last.step + 1, steps.end(), [](const Step& step) { return step.min == 0; });
}

std::vector<Takes> all_matches(const Reading& reading) {
  std::vector<Takes> found;
  Takes takes;
  add_takes(reading, takes, found);
  return found;
}

}  // namespace tocsin::oracle
