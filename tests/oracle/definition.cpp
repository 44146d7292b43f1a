// The points of section 2, a function each.
#include "tests/oracle/definition.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {
namespace {

using rules::Absent;
using rules::Arrow;
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

bool fits_step(const Reading& reading, const Takes& bound, std::uint32_t step, std::size_t event) {
  return fits(reading, bound, reading.plan.pattern.steps[step].fits, event);
}

/// Points 4 and 5: after `turns` turns of step `from`, `to` can come next: the same step below its maximum, or a later
/// one when `from` has its minimum and all between may be left out.
bool counts_allow(const Reading& reading, std::uint32_t from, std::size_t turns, std::uint32_t to) {
  const std::vector<Step>& steps = reading.plan.pattern.steps;
  if (to == from) return !steps[from].max || turns < *steps[from].max;
  if (turns < steps[from].min) return false;
  return std::all_of(steps.begin() + from + 1, steps.begin() + to, [](const Step& step) { return step.min == 0; });
}

/// Point 3, and 4 from turn to turn, where the default mode is `->`.
bool arrow_holds(const Reading& reading, const Takes& before, Take next) {
  const Take p = before.back();
  const bool further_turn = next.step == p.step;
  const auto& arrow = reading.plan.pattern.elements[reading.element_of[next.step]].arrow;
  if (!further_turn && arrow == Arrow::next) return next.event == p.event + 1;
  for (std::size_t between = p.event + 1; between < next.event; ++between)
    if (fits_step(reading, before, next.step, between)) return false;
  return true;
}

/// Point 6: of the negations written between the steps of the two takes, each counts from the earlier take.
bool negations_hold(const Reading& reading, const Takes& before, Take next) {
  const Take p = before.back();
  const auto& elements = reading.plan.pattern.elements;
  for (std::size_t i = reading.element_of[p.step] + 1; i < reading.element_of[next.step]; ++i) {
    const auto* absent = std::get_if<Absent>(&elements[i].node);
    if (!absent) continue;
    if (elements[i].arrow == Arrow::next) {
      if (fits(reading, before, absent->fits, p.event + 1)) return false;
    } else {
      for (std::size_t between = p.event + 1; between < next.event; ++between)
        if (fits(reading, before, absent->fits, between)) return false;
    }
  }
  return true;
}

/// Point 8, for the events up to and with `next`. Times that lie further apart than can be told are too far apart for
/// any window but the longest.
bool in_window(const Reading& reading, const Takes& before, Take next) {
  if (!reading.plan.within) return true;
  return reading.input[next.event].time - reading.input[before.front().event].time <= *reading.plan.within;
}

}  // namespace

Reading::Reading(const rules::RulePlan& rule, const std::vector<Event>& events) : plan(rule), input(events) {
  element_of.resize(rule.pattern.steps.size());
  for (std::size_t i = 0; i < rule.pattern.elements.size(); ++i)
    if (const auto* take = std::get_if<rules::Take>(&rule.pattern.elements[i].node)) element_of.at(take->step) = i;
}

bool may_take(const Reading& reading, const Takes& before, Take next) {
  if (before.empty()) {
    const auto first = reading.plan.pattern.steps.begin();
    return std::all_of(first, first + next.step, [](const Step& step) { return step.min == 0; }) &&
           fits_step(reading, before, next.step, next.event);
  }
  const Take p = before.back();
  return next.event > p.event && next.step >= p.step &&
         counts_allow(reading, p.step, turns_of(before, p.step), next.step) &&
         fits_step(reading, before, next.step, next.event) && arrow_holds(reading, before, next) &&
         negations_hold(reading, before, next) && in_window(reading, before, next);
}

bool is_complete(const Reading& reading, const Takes& takes) {
  const Take last = takes.back();
  const std::vector<Step>& steps = reading.plan.pattern.steps;
  if (turns_of(takes, last.step) < steps[last.step].min) return false;
  if (!std::all_of(steps.begin() + last.step + 1, steps.end(), [](const Step& step) { return step.min == 0; }))
    return false;
  const auto& elements = reading.plan.pattern.elements;
  for (std::size_t i = reading.element_of[last.step] + 1; i < elements.size(); ++i)
    if (std::holds_alternative<Absent>(elements[i].node))
      throw std::logic_error("the reference matcher doesn't read negations that close a pattern");
  return true;
}

bool is_match(const Reading& reading, const Takes& takes) {
  if (takes.empty()) return false;
  Takes before;
  for (const Take& take : takes) {
    if (!may_take(reading, before, take)) return false;
    before.push_back(take);
  }
  return is_complete(reading, takes);
}

}  // namespace tocsin::oracle
