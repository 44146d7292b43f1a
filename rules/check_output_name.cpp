// Names in outputs: parts of the key, by their names alone; all other fields are read through a step.
#include "rules/check_reference.hpp"

namespace tocsin::rules::checking {

std::optional<std::uint32_t> key_part_called(std::string_view name, const Scope& scope) {
  const std::vector<KeyPart>& key = scope.rule->plan.key;
  for (std::uint32_t i = 0; i < key.size(); ++i)
    if (key[i].name == name) return i;
  return std::nullopt;
}

Expr key_read(std::uint32_t part, const Scope& scope) {
  Expr expr;
  expr.op = Op::key_part;
  expr.field = part;
  expr.type = scope.rule->plan.key[part].type;
  return expr;
}

Span place_of_part(std::uint32_t part, const Scope& scope) {
  return scope.rule->by && part < scope.rule->by->parts.size() ? scope.rule->by->parts[part].span
                                                               : scope.rule->written->name.span;
}

namespace {

/// The first step, named, that has the field.
std::optional<std::uint32_t> step_with(const std::string& field, const Scope& scope) {
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = 0; i < steps.size(); ++i)
    if (!steps[i].name.empty() && has_field(i, field, scope)) return i;
  return std::nullopt;
}

/// The type of the first step without a name that has the field.
std::optional<events::TypeId> nameless_with(const std::string& field, const Scope& scope) {
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = 0; i < steps.size(); ++i)
    if (steps[i].name.empty() && !steps[i].fits.empty() && has_field(i, field, scope))
      return steps[i].fits.front().type;
  return std::nullopt;
}

constexpr const char* kSeverities = "the severities are `info`, `low`, `medium`, `high` and `critical`";

}  // namespace

bool refuse_as_severity(const syntax::Name& name, const Scope& scope) {
  if (!scope.grave) return false;
  const std::string near = nearest(name.text, {events::kSeverityNames.begin(), events::kSeverityNames.end()});
  if (near.empty()) return false;
  Diagnostic& problem = error(scope.draft, "E0112", name.span, "unknown severity " + quoted(name.text),
                              "did you mean " + quoted(near) + "?");
  help(problem, kSeverities, name.span, near);
  return true;
}

namespace {

void refuse_whose(const syntax::Name& name, const Scope& scope) {
  Diagnostic& problem = error(scope.draft, "E0401", name.span,
                              "an output can't tell whose " + quoted(name.text) + " this is", "of which event?");
  if (const std::optional<std::uint32_t> step = step_with(name.text, scope)) {
    const std::string read = step_of(*step, scope).name + "." + name.text;
    const std::string value = may_have_several(*step, scope) ? "last(" + read + ")" : read;
    help(problem, "a field is read through its step", name.span, scope.shorthand ? name.text + ": " + value : value);
    return;
  }
  std::vector<std::string> parts;
  for (const KeyPart& part : scope.rule->plan.key) parts.push_back(part.name);
  if (did_you_mean(problem, name, parts, "a part of the key")) return;
  if (did_you_mean(problem, name, names_of(scope.draft.constants), "a constant")) return;
  if (scope.grave) return help(problem, kSeverities);
  if (const std::optional<events::TypeId> type = nameless_with(name.text, scope))
    return help(problem, "give the step a name, as in `x: " + scope.draft.schema[*type].name + "`, and write `x." +
                             name.text + "`");
  help(problem, "write `step.field`; only parts of the key (`by`) and constants stand alone");
}

}  // namespace

std::optional<Expr> bare_in_output(const syntax::Name& name, const Scope& scope) {
  const std::optional<events::Severity> severity = severity_called(name.text);
  if (scope.grave && severity) return constant(*severity);
  ConstantDraft* known = constant_called(name.text, scope);
  const std::optional<std::uint32_t> part = key_part_called(name.text, scope);
  if (part && known) {
    known->used = true;
    refuse_ambiguous(name, "a part of the key", place_of_part(*part, scope), "a constant", known->place, scope);
    return std::nullopt;
  }
  if (part) return key_read(*part, scope);
  if (known) return read_constant(*known, name, scope);
  if (severity && !step_called(name.text, scope) && !step_with(name.text, scope)) return constant(*severity);
  if (scope.rule->partial) return std::nullopt;
  if (step_called(name.text, scope))
    refuse_step(name, scope);
  else if (!refuse_as_severity(name, scope))
    refuse_whose(name, scope);
  return std::nullopt;
}

std::optional<Expr> member_in_output(const Path& path, Span span, const Scope& scope) {
  const syntax::Name whole{path.first.text + "." + path.rest.text, span};
  const std::optional<std::uint32_t> part = key_part_called(whole.text, scope);
  if (!part) return read_of_step(path, span, scope);
  const std::optional<std::uint32_t> step = step_called(path.first.text, scope);
  if (!step || !has_field(*step, path.rest.text, scope)) return key_read(*part, scope);
  refuse_ambiguous(whole, "a part of the key", place_of_part(*part, scope), "a field of a step",
                   scope.rule->step_places[*step], scope);
  return std::nullopt;
}

}  // namespace tocsin::rules::checking
