// Warnings of names in a rule: steps whose name nothing reads, and names that hide others.
#include <algorithm>
#include <limits>
#include <map>

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

void hidden(Draft& draft, const RuleDraft& rule, const std::vector<const syntax::Step*>& steps) {
  const std::map<std::string, Seen> seen = fields_seen(draft, rule);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i]->name) continue;
    const syntax::Name& name = *steps[i]->name;
    const auto constant = draft.constants.find(name.text);
    const auto found = seen.find(name.text);
    const Seen* field = found != seen.end() && found->second.until >= i ? &found->second : nullptr;
    if (!field && constant == draft.constants.end()) continue;
    const std::string other = field ? "a field of " + quoted(draft.schema[field->type].name) : "a constant";
    const Span place = field ? draft.of(field->type).fields[field->field].place : constant->second.place;
    Diagnostic& problem = warning(draft, "W0306", name.span, "step " + quoted(name.text) + " is called as " + other,
                                  "which of them is meant?");
    also(problem, place, field ? "the field" : "the constant");
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
