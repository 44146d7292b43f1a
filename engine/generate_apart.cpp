#include "engine/generate_apart.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/generate_sketch.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::engine {

namespace {

using events::Duration;
using events::Time;
using events::Value;

/// The longest time that the pattern speaks of.
struct LongestTime {
  Duration longest{0};

  void add(Duration span) { longest = std::max(longest, span); }
  void add(const std::optional<Duration>& span) {
    if (span) add(*span);
  }
  void add(const rules::WindowPlan& window) {
    add(window.size);
    for (const Duration grain : window.grains) add(grain);
    if (window.join) add(window.join->within);
  }
  void add(const std::vector<rules::Element>& elements) {
    for (const rules::Element& element : elements) {
      if (element.bound) add(element.bound->most);
      std::visit(rules::overloaded{[](const rules::Take&) {}, [](const rules::Either&) {},
                                   [&](const rules::Absent& absent) {
                                     if (absent.span)
                                       if (const auto* span = std::get_if<Duration>(&absent.span->value)) add(*span);
                                   },
                                   [&](const rules::Group& group) {
                                     add(group.gap);
                                     add(group.span);
                                     add(group.elements);
                                   },
                                   [&](const auto& joined) {
                                     for (const auto& side : joined.sides) add(side);
                                   }},
                 element.node);
    }
  }
};

bool skips(const rules::RulePlan& rule, const std::vector<rules::Element>& elements) {
  using rules::Arrow;
  const auto side = [&](const std::vector<rules::Element>& of_side) { return skips(rule, of_side); };
  return std::any_of(elements.begin(), elements.end(), [&](const rules::Element& element) {
    if (element.arrow == Arrow::any) return true;
    return std::visit(
        rules::overloaded{
            [&](const rules::Take& take) { return rule.pattern.steps[take.step].mode == Arrow::any; },
            [](const rules::Absent&) { return false; }, [](const rules::Either&) { return false; },
            [&](const rules::Group& group) { return group.mode == Arrow::any || side(group.elements); },
            [&](const auto& joined) { return std::any_of(joined.sides.begin(), joined.sides.end(), side); }},
        element.node);
  });
}

}  // namespace

bool may_explode(const rules::RulePlan& rule) {
  return rule.matching.mode != rules::Matching::Mode::one && rule.key.empty() && !rule.within &&
         skips(rule, rule.pattern.elements);
}

Time rounded_up(Time time, Duration unit) {
  const std::int64_t over = (time - rules::kTestStart).ns % unit.ns;
  return over == 0 ? time : time + Duration{unit.ns - over};
}

rules::RuleSet needed_for(const rules::RuleSet& set, const std::string& rule) {
  const auto feeds = [](const rules::RulePlan& emitter, const rules::RulePlan& reader) {
    return std::any_of(emitter.outputs.begin(), emitter.outputs.end(), [&](const rules::OutputPlan& output) {
      const events::TypeId type = emitted_by(output);
      return type != events::kNoType &&
             (std::binary_search(reader.inputs.begin(), reader.inputs.end(), type) ||
              std::binary_search(reader.table_types.begin(), reader.table_types.end(), type));
    });
  };
  std::set<std::string> needed{rule};
  for (bool grown = true; grown;) {
    grown = false;
    for (const rules::RulePlan& reader : set.rules)
      if (needed.contains(reader.name))
        for (const rules::RulePlan& emitter : set.rules)
          if (feeds(emitter, reader)) grown |= needed.insert(emitter.name).second;
  }
  rules::RuleSet result;
  result.schema = set.schema;
  result.zone = set.zone;
  result.tables = set.tables;
  for (const rules::RulePlan& plan : set.rules)
    if (needed.contains(plan.name)) result.rules.push_back(plan);
  return result;
}

Duration apart(const rules::RuleSet& set) {
  LongestTime time;
  for (const rules::RulePlan& rule : set.rules) {
    time.add(rule.within);
    time.add(rule.pattern.elements);
    for (const rules::Step& step : rule.pattern.steps) time.add(step.gap);
    if (rule.throttle) time.add(rule.throttle->per);
    if (rule.window) time.add(*rule.window);
    for (const rules::OutputPlan& output : rule.outputs) {
      const auto* alert = std::get_if<rules::AlertPlan>(&output.node);
      if (alert == nullptr) continue;
      if (alert->resolve) time.add(alert->resolve->span);
      time.add(alert->hold);
      time.add(alert->keep);
      // Of one key for all, what fires is over when nothing of it is kept any more.
      if (rule.window && rule.key.empty()) time.add(rule.forget);
    }
  }
  return {events::saturating_add(time.longest.ns, kHour.ns)};
}

std::vector<GeneratedEvent> Shift::operator()(std::vector<GeneratedEvent> events, const std::string& name) const {
  for (std::size_t i = 0; i < events.size(); ++i) {
    GeneratedEvent& event = events[i];
    event.time = event.time + by;
    event.id = fmt::format("{}-{}", name, i + 1);
    for (Value& value : event.values) {
      for (const auto& [from, to] : keys)
        if (value == from) {
          value = to;
          break;
        }
      if (auto* time = std::get_if<Time>(&value);
          time != nullptr && *time - base < Duration{2 * kWeek.ns} && *time >= base)
        *time = *time + by;
    }
  }
  return events;
}

}  // namespace tocsin::engine
