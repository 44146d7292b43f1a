// Warnings of names in a rule: steps whose name nothing reads, and names that hide others.
#include <algorithm>

#include "rules/check_rule.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules::checking {
namespace {

void add_steps(const std::vector<syntax::Element>& elements, std::vector<const syntax::Step*>& steps) {
  for (const syntax::Element& element : elements) {
    if (const auto* step = std::get_if<syntax::Step>(&element.node)) steps.push_back(step);
    if (const auto* group = std::get_if<syntax::Group>(&element.node)) add_steps(group->elements, steps);
  }
}

void unread(Draft& draft, const RuleDraft& rule, const std::vector<const syntax::Step*>& steps) {
  const std::vector<bool> read = steps_read(rule.plan);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i]->name || read[i]) continue;
    const Span name = steps[i]->name->span;
    Diagnostic& problem =
        warning(draft, "W0305", name, "nothing reads step " + quoted(steps[i]->name->text), "never read");
    help(problem, "a step needs no name", Span{name.file, name.begin, steps[i]->event.span.begin}, "");
  }
}

/// The place of a field or object called `name` that a condition at the step or behind it sees.
struct Hider {
  std::string type;
  Span place;
};
std::optional<Hider> field_called(Draft& draft, const RuleDraft& rule, std::size_t step, const std::string& name) {
  for (const JudgedCondition& condition : rule.conditions) {
    if (condition.own && *condition.own < step) continue;
    const events::EventType& type = draft.schema[condition.type];
    for (std::size_t i = 0; i < type.fields.size(); ++i)
      if (type.fields[i].name == name || type.fields[i].name.starts_with(name + "."))
        return Hider{type.name, draft.of(condition.type).fields[i].place};
  }
  return std::nullopt;
}

void hidden(Draft& draft, const RuleDraft& rule, const std::vector<const syntax::Step*>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i]->name) continue;
    const syntax::Name& name = *steps[i]->name;
    const auto constant = draft.constants.find(name.text);
    const std::optional<Hider> field = field_called(draft, rule, i, name.text);
    if (!field && constant == draft.constants.end()) continue;
    const std::string other = field ? "a field of " + quoted(field->type) : "a constant";
    Diagnostic& problem = warning(draft, "W0306", name.span, "step " + quoted(name.text) + " is called as " + other,
                                  "which of them is meant?");
    also(problem, field ? field->place : constant->second.place, field ? "the field" : "the constant");
    help(problem, "call the step otherwise");
  }
}

}  // namespace

void lint_names(Draft& draft, const RuleDraft& rule) {
  std::vector<const syntax::Step*> steps;
  add_steps(rule.match->pattern.elements, steps);
  unread(draft, rule, steps);
  hidden(draft, rule, steps);
}

}  // namespace tocsin::rules::checking
