#include "engine/generate_world.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/generate_window.hpp"
#include "rules/operation.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::engine {

using events::Value;
using rules::Expr;

World::World(const rules::RuleSet& set, const Sketch& sketch, events::Time base)
    : set_(set),
      sketch_(sketch),
      base_(base),
      times_(sketch.events.size()),
      values_(sketch.events.size()),
      waiting_(sketch.events.size()) {
  for (std::size_t i = 0; i < sketch.instances.size(); ++i)
    for (std::size_t k = 0; k < sketch.instances[i].turns.size(); ++k)
      if (const Turn& turn = sketch.instances[i].turns[k]; !turn.quiets.empty())
        waiting_[first_real(turn.event)].push_back({i, k});
}

std::size_t World::first_real(std::size_t event) const {
  while (sketch_.events[event].instance != kNone)
    event = sketch_.instances[sketch_.events[event].instance].turns.front().event;
  return event;
}

void World::place() {
  events::Time now = base_;
  for (std::size_t i = 0; i < sketch_.events.size(); ++i) {
    times_[i] = now = time_of(i, now);
    fill(i);
  }
}

/// A real event comes a gap behind the one before and behind what must be over; a derived one with its completion, and
/// what follows one that time completed comes later.
events::Time World::time_of(std::size_t event, events::Time now) {
  constexpr events::Duration kLeast{1};
  const auto value_of = [&](std::size_t variable) {
    const auto* span = std::get_if<events::Duration>(&sketch_.variables[variable].value);
    return span == nullptr ? events::Duration{0} : *span;
  };
  const SketchEvent& sketched = sketch_.events[event];
  if (sketched.instance != kNone) return std::max(now, completion(sketched.instance));
  if (event == 0) return now + value_of(sketch_.start);
  const events::Duration gap = value_of(sketched.gap);
  const events::Duration some = std::max(gap, kLeast);
  const bool behind_derived = sketch_.events[event - 1].instance != kNone;
  events::Time time = now + (behind_derived ? some : gap);
  const Instance& root = sketch_.instances.back();
  if (root.ender && root.ender->event == event) return std::max(now, completion(sketch_.instances.size() - 1)) + some;
  for (const Waiting& waiting : waiting_[event])
    for (const Quiet& quiet : sketch_.instances[waiting.instance].turns[waiting.turn].quiets) {
      const Instance& instance = sketch_.instances[waiting.instance];
      if (quiet.since == kNone && instance.herald == kNone) continue;
      time = std::max(time, over(waiting.instance, quiet) + some);
    }
  return time;
}

events::Duration World::span_of(std::size_t instance, const Quiet& quiet, std::size_t turns) {
  if (!quiet.absent->span) return {0};
  const Value value = this->value(*quiet.absent->span, before(instance, turns));
  const auto* span = std::get_if<events::Duration>(&value);
  return span == nullptr || span->ns < 0 ? events::Duration{0} : *span;
}

events::Time World::over(std::size_t index, const Quiet& quiet) {
  const Instance& instance = sketch_.instances[index];
  if (quiet.since == kNone) return times_[instance.herald] + span_of(index, quiet, 0);
  return times_[instance.turns[quiet.since].event] + span_of(index, quiet, quiet.since + 1);
}

events::Time World::completion(std::size_t index) {
  const Instance& instance = sketch_.instances[index];
  if (instance.rule->window) return window_completion(instance);
  const events::Time first = times_[instance.turns.front().event];
  events::Time time = times_[instance.turns.back().event];
  const auto runs_out = [&] { return instance.rule->within ? first + *instance.rule->within : time; };
  if (instance.timeout) {
    std::optional<events::Time> end;
    if (instance.rule->within) end = runs_out();
    for (const Span& span : instance.ends) {
      const events::Time bound = times_[instance.turns[span.since].event] + span.bound.most;
      end = end ? std::min(*end, bound) : bound;
    }
    return end.value_or(time);
  }
  for (const Quiet& quiet : instance.closings) {
    if (quiet.absent->span)
      time = std::max(time, quiet.since == kNone ? time : over(index, quiet));
    else if (!instance.decider)
      time = std::max(time, runs_out());
  }
  return instance.decider ? std::max(time, times_[instance.decider->event]) : time;
}

void World::fill(std::size_t event) {
  const SketchEvent& sketched = sketch_.events[event];
  const events::EventType& type = set_.schema[sketched.type];
  std::vector<Value>& values = values_[event];
  values.assign(type.fields.size(), {});
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].name == "@time") values[i] = times_[event];
    if (type.fields[i].name == "@type") values[i] = type.wire;
    if (sketched.variables[i] != kNone) values[i] = sketch_.variables[sketched.variables[i]].value;
  }
  if (sketched.instance != kNone) derive(event);
}

void World::derive(std::size_t event) {
  const SketchEvent& sketched = sketch_.events[event];
  const Instance& instance = sketch_.instances[sketched.instance];
  const events::EventType& type = set_.schema[sketched.type];
  std::vector<Value>& values = values_[event];
  const Frame frame = complete(sketched.instance);
  const auto put = [&](std::size_t field, Value given) {
    values[field] = converted(std::move(given), type.fields[field].type);
  };
  for (std::size_t i = 0; i < type.fields.size(); ++i)
    if (type.fields[i].name == "@source") values[i] = "/tocsin/" + instance.rule->name;
  const rules::OutputPlan& output = instance.rule->outputs[sketched.output];
  if (const auto* emit = std::get_if<rules::EmitPlan>(&output.node)) {
    for (std::size_t i = 0; i < emit->fields.size(); ++i) put(i, value(emit->fields[i], frame));
    return;
  }
  const auto& alert = std::get<rules::AlertPlan>(output.node);
  values[0] = fmt::format("alert-{}", sketched.instance);
  const bool lives = alert.resolve || (instance.rule->window && instance.rule->window->aggregated);
  values[1] = std::string(events::name_of(lives ? events::AlertState::firing : events::AlertState::once));
  values[2] = value(alert.severity, frame);
  if (events::is_null(values[2])) values[2] = events::Severity::info;
  const std::size_t parts = instance.rule->key.size();
  for (std::size_t i = 0; i < parts; ++i) put(3 + i, key_part(instance, instance.turns.front().event, i));
  for (std::size_t i = 0; i < alert.event.fields.size(); ++i)
    if (alert.event.fields[i] != rules::kNoField)
      put(3 + parts + i, value(alert.fields[alert.event.fields[i]].expr, frame));
}

void World::take(Frame& frame, const Turn& turn) const {
  const rules::RulePlan& rule = *frame.instance->rule;
  const std::uint32_t binding = rule.window ? turn.step : rule.pattern.steps[turn.step].binding;
  frame.taken[binding].push_back(turn.event);
  frame.current[binding] = turn.event;
}

Frame World::before(std::size_t index, std::size_t end) const {
  const Instance& instance = sketch_.instances[index];
  Frame frame;
  frame.instance = &instance;
  frame.taken.resize(places_of(*instance.rule));
  frame.current.assign(places_of(*instance.rule), kNone);
  for (std::size_t i = 0; i < std::min(end + 1, instance.turns.size()); ++i) {
    const Turn& turn = instance.turns[i];
    for (const std::uint32_t step : turn.begins) frame.current[step] = kNone;
    if (i < end) take(frame, turn);
  }
  if (end < instance.turns.size()) frame.candidate = instance.turns[end].event;
  return frame;
}

Frame World::complete(std::size_t instance) const { return before(instance, sketch_.instances[instance].turns.size()); }

}  // namespace tocsin::engine
