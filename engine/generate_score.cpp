// What must hold of a sketch's events, constraint by constraint.
#include <algorithm>
#include <limits>

#include "engine/generate_window.hpp"
#include "engine/generate_world.hpp"

namespace tocsin::engine {

namespace {

using events::Value;
using rules::Expr;
using rules::Op;

/// Counts what holds; tells the first that doesn't.
bool must(double cost, const Unmet& what, Score& score, Unmet* unmet) {
  if (cost == 0) {
    ++score.held;
    return true;
  }
  score.cost = cost;
  if (unmet != nullptr) *unmet = what;
  return false;
}

}  // namespace

double World::key_cost(const Instance& instance, const Turn& turn) {
  double sum = 0;
  for (std::size_t part = 0; part < instance.rule->key.size(); ++part) {
    const Value own = key_part(instance, turn.event, part);
    if (events::is_null(own) || own != key_part(instance, instance.turns.front().event, part)) sum += 1;
  }
  return sum;
}

double World::output_cost(const Instance& instance, const Frame& frame, const Expr*& which) {
  double least = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < instance.rule->outputs.size(); ++i) {
    if (instance.output != kNone && instance.output != i) continue;
    if (instance.rule->outputs[i].timeout != instance.timeout) continue;
    const std::optional<Expr>& condition = instance.rule->outputs[i].condition;
    const double each = condition ? cost(*condition, true, frame) : 0;
    if (each < least) which = condition ? &*condition : nullptr;
    least = std::min(least, each);
  }
  return least == std::numeric_limits<double>::max() ? 0 : least;
}

/// How far the event is from fitting none of `fits`.
double World::absence_cost(const std::vector<rules::Single>& fits, std::size_t event, const Frame& frame,
                           const Expr*& which) {
  for (const rules::Single& single : fits) {
    if (single.type != sketch_.events[event].type) continue;
    which = single.condition ? &*single.condition : nullptr;
    const double each = which != nullptr ? cost(*which, false, frame) : 1;
    if (each != 0) return each;
  }
  which = nullptr;
  return 0;
}

bool World::times_hold(std::size_t index, std::size_t number, const Frame& frame, Score& score, Unmet* unmet) {
  const Instance& instance = sketch_.instances[index];
  const Turn& turn = instance.turns[number];
  for (const Quiet& quiet : turn.quiets) {
    const bool some = span_of(index, quiet, quiet.since == kNone ? 0 : quiet.since + 1).ns > 0;
    if (!must(some ? 0 : 1, {&*quiet.absent->span, true, frame, index, number}, score, unmet)) return false;
  }
  for (const Span& span : turn.spans) {
    const events::Duration apart = times_[turn.event] - times_[instance.turns[span.since].event];
    const auto ns = static_cast<double>(apart.ns);
    double far = 0;
    if (apart < span.bound.least) far = static_cast<double>(span.bound.least.ns) - ns;
    if (apart > span.bound.most) far = ns - static_cast<double>(span.bound.most.ns);
    if (!must(far == 0 ? 0 : distance(Op::le, true, far, 0), {nullptr, true, frame, index, number, true}, score, unmet))
      return false;
  }
  return true;
}

/// It is no further turn of a possessive loop, and no event that ends a loop it is in.
bool World::left_alone(std::size_t index, std::size_t number, const Frame& frame, Score& score, Unmet* unmet) {
  const Instance& instance = sketch_.instances[index];
  const Turn& turn = instance.turns[number];
  const Expr* which = nullptr;
  for (const rules::Loop* loop : turn.loops) {
    const double cost = absence_cost(loop->until, turn.event, frame, which);
    if (!must(cost, {which, false, frame, index, number}, score, unmet)) return false;
  }
  for (const std::uint32_t step : turn.left) {
    const rules::Step& possessive = instance.rule->pattern.steps[step];
    const bool too_late = possessive.gap && turn.after != kNone &&
                          times_[turn.event] - times_[instance.turns[turn.after].event] > *possessive.gap;
    const double cost = too_late ? 0 : absence_cost(possessive.fits, turn.event, frame, which);
    const bool of_time = which == nullptr && possessive.gap;
    if (!must(cost, {which, false, frame, index, number, of_time}, score, unmet)) return false;
  }
  return true;
}

bool World::turn_holds(std::size_t index, std::size_t number, Frame& frame, Score& score, Unmet* unmet) {
  const Instance& instance = sketch_.instances[index];
  const Turn& turn = instance.turns[number];
  for (const std::uint32_t binding : turn.begins) frame.current[binding] = kNone;
  frame.candidate = turn.event;
  if (!must(key_cost(instance, turn), {nullptr, true, frame, index, number}, score, unmet)) return false;
  const rules::Single& single = fit_of(instance, turn);
  const Expr* condition = single.condition ? &*single.condition : nullptr;
  const double of_condition = condition != nullptr ? cost(*condition, true, frame) : 0;
  if (!must(of_condition, {condition, true, frame, index, number}, score, unmet)) return false;
  const Expr* which = nullptr;
  for (const rules::Absent* absent : turn.next) {
    const double refused = absence_cost(absent->fits, turn.event, frame, which);
    if (!must(refused, {which, false, frame, index, number}, score, unmet)) return false;
  }
  if (!left_alone(index, number, frame, score, unmet) || !times_hold(index, number, frame, score, unmet)) return false;
  if (instance.rule->window) {
    const double far = out_of_window(instance, number);
    if (!must(far == 0 ? 0 : distance(Op::le, true, far, 0), {nullptr, true, frame, index, number, true}, score, unmet))
      return false;
  }
  take(frame, turn);
  return true;
}

/// What must hold of a window: each pair of a join, and when it is told.
bool World::window_holds(std::size_t index, Frame& frame, Score& score, Unmet* unmet) {
  const rules::WindowPlan& window = *sketch_.instances[index].rule->window;
  for (const Row& row : window.join&& window.join->on ? rows_of(frame) : std::vector<Row>{}) {
    if (row[1] == kNone) continue;
    const Frame of_row = frame_of(frame, row);
    if (!must(cost(*window.join->on, true, of_row), {&*window.join->on, true, of_row, index, kNone}, score, unmet))
      return false;
  }
  if (!window.aggregated) frame.current = frame_of(frame, rows_of(frame).back()).current;
  if (!window.when) return true;
  return must(cost(*window.when, true, frame), {&*window.when, true, frame, index, kNone}, score, unmet);
}

/// What must hold of the whole: the event that decides it, absences, its outputs, its time.
bool World::ending_holds(std::size_t index, Frame& frame, Score& score, Unmet* unmet) {
  const Instance& instance = sketch_.instances[index];
  const Expr* which = nullptr;
  if (instance.decider) {
    frame.candidate = instance.decider->event;
    if (!must(key_cost(instance, *instance.decider), {nullptr, true, frame, index, 0}, score, unmet)) return false;
    for (const rules::Absent* absent : instance.decider->next) {
      const double refused = absence_cost(absent->fits, frame.candidate, frame, which);
      if (!must(refused, {which, false, frame, index, kNone}, score, unmet)) return false;
    }
  }
  if (instance.ender && instance.ending != nullptr) {
    frame.candidate = instance.ender->event;
    if (!must(key_cost(instance, *instance.ender), {nullptr, true, frame, index, 0}, score, unmet)) return false;
    const Expr* condition = instance.ending->condition ? &*instance.ending->condition : nullptr;
    const double of_condition = condition != nullptr ? cost(*condition, true, frame) : 0;
    if (!must(of_condition, {condition, true, frame, index, kNone}, score, unmet)) return false;
  }
  frame.candidate = kNone;
  if (instance.rule->window && !window_holds(index, frame, score, unmet)) return false;
  for (const Quiet& quiet : instance.closings) {
    if (!quiet.absent->span) continue;
    const bool some = span_of(index, quiet, quiet.since == kNone ? 0 : quiet.since + 1).ns > 0;
    if (!must(some ? 0 : 1, {&*quiet.absent->span, true, frame, index, kNone}, score, unmet)) return false;
  }
  const double of_output = output_cost(instance, frame, which);
  if (!must(of_output, {which, true, frame, index, kNone}, score, unmet)) return false;
  if (!instance.rule->within) return true;
  const events::Duration span = times_[instance.turns.back().event] - times_[instance.turns.front().event];
  const double over = static_cast<double>(span.ns) - static_cast<double>(instance.rule->within->ns);
  return must(over <= 0 ? 0 : distance(Op::le, true, over, 0), {nullptr, true, frame, index, kNone, true}, score,
              unmet);
}

Score World::score(Unmet* unmet) {
  work_ += sketch_.events.size();
  place();
  Score score;
  for (std::size_t index = 0; index < sketch_.instances.size(); ++index) {
    Frame frame = before(index, 0);
    for (std::size_t i = 0; i < sketch_.instances[index].turns.size(); ++i)
      if (!turn_holds(index, i, frame, score, unmet)) return score;
    if (!ending_holds(index, frame, score, unmet)) return score;
  }
  return score;
}

}  // namespace tocsin::engine
