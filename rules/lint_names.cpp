// Warnings of names in a rule: steps whose name nothing reads, and names that hide others.
#include <algorithm>
#include <limits>
#include <map>

#include "rules/check_rule.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules::checking {
namespace {

/// By name: its places, each up to the event's type behind it.
using Places = std::map<std::string, std::vector<Span>>;

void add_names(const std::vector<syntax::Element>& elements, Places& places) {
  for (const syntax::Element& element : elements)
    std::visit(overloaded{
                   [&](const syntax::Step& step) {
                     if (!step.name) return;
                     const Span name = step.name->span;
                     places[step.name->text].push_back({name.file, name.begin, step.event.span.begin});
                   },
                   [](const syntax::Absent&) {},
                   [&](const syntax::Group& group) { add_names(group.elements, places); },
                   [&](const auto& split) { add_names(split.sides, places); },
               },
               element.node);
}

/// A step that gives its name first; others of the name stand on other sides of an `or`.
bool is_first(const std::vector<Step>& steps, std::uint32_t step) {
  return !steps[step].name.empty() && steps[step].binding == step;
}

void unread(Draft& draft, const RuleDraft& rule) {
  Places places;
  add_names(rule.match->pattern.elements, places);
  const std::vector<Step>& steps = rule.plan.pattern.steps;
  const std::vector<bool> read = steps_read(rule.plan);
  for (std::uint32_t i = 0; i < steps.size(); ++i) {
    if (read[i] || !is_first(steps, i)) continue;
    Diagnostic& problem =
        warning(draft, "W0305", rule.step_places[i], "nothing reads step " + quoted(steps[i].name), "never read");
    const std::vector<Span>& names = places[steps[i].name];
    if (names.size() == 1)
      help(problem, "a step needs no name", names.front(), "");
    else
      help(problem, "steps need no names");
  }
}

/// A field that conditions see, up to those of step `until`.
struct Seen {
  events::TypeId type = events::kNoType;
  std::size_t field = 0;
  std::uint32_t until = 0;
};

/// By the names of fields, and of objects around them.
std::map<std::string, Seen> fields_seen(const Draft& draft, const RuleDraft& rule) {
  std::map<events::TypeId, std::uint32_t> types;
  for (const JudgedCondition& condition : rule.conditions) {
    std::uint32_t& until = types[condition.type];
    until = std::max(until, condition.own.value_or(std::numeric_limits<std::uint32_t>::max()));
  }
  std::map<std::string, Seen> seen;
  for (const auto& [type, until] : types) {
    const std::vector<events::Field>& fields = draft.schema[type].fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      Seen& one =
          seen.try_emplace(fields[i].name.substr(0, fields[i].name.find('.')), Seen{type, i, until}).first->second;
      one.until = std::max(one.until, until);
    }
  }
  return seen;
}

void hidden(Draft& draft, const RuleDraft& rule) {
  const std::vector<Step>& steps = rule.plan.pattern.steps;
  const std::map<std::string, Seen> seen = fields_seen(draft, rule);
  for (std::uint32_t i = 0; i < steps.size(); ++i) {
    if (!is_first(steps, i)) continue;
    const std::string& name = steps[i].name;
    const auto constant = draft.constants.find(name);
    const auto found = seen.find(name);
    const Seen* field = found != seen.end() && found->second.until >= i ? &found->second : nullptr;
    if (!field && constant == draft.constants.end()) continue;
    const std::string other = field ? "a field of " + quoted(draft.schema[field->type].name) : "a constant";
    const Span place = field ? draft.of(field->type).fields[field->field].place : constant->second.place;
    Diagnostic& problem = warning(draft, "W0306", rule.step_places[i],
                                  "step " + quoted(name) + " is called as " + other, "which of them is meant?");
    also(problem, place, field ? "the field" : "the constant");
    help(problem, "call the step otherwise");
  }
}

}  // namespace

void lint_names(Draft& draft, const RuleDraft& rule) {
  unread(draft, rule);
  hidden(draft, rule);
}

}  // namespace tocsin::rules::checking
