// Names in expressions: fields of the candidate, parts of the key, fields of steps.
#include <algorithm>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

std::optional<std::uint32_t> step_called(std::string_view name, const Scope& scope) {
  if (!scope.rule) return std::nullopt;
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = 0; i < steps.size(); ++i)
    if (!steps[i].name.empty() && steps[i].name == name) return i;
  return std::nullopt;
}

const Step& step_of(std::uint32_t step, const Scope& scope) { return scope.rule->plan.pattern.steps[step]; }
events::TypeId type_of_step(std::uint32_t step, const Scope& scope) {
  return step_of(step, scope).fits.empty() ? events::kNoType : step_of(step, scope).fits.front().type;
}

static void report_unknown_step(const syntax::Name& name, const Scope& scope) {
  std::vector<std::string> names;
  std::string of_type;
  for (const Step& step : scope.rule->plan.pattern.steps) {
    if (!step.name.empty()) names.push_back(step.name);
    if (!step.fits.empty() && step.fits.front().type != events::kNoType &&
        scope.draft.schema[step.fits.front().type].name == name.text)
      of_type = name.text;
  }
  if (scope.rule->partial && nearest(name.text, names).empty()) return;
  Diagnostic& problem =
      error(scope.draft, "E0205", name.span, "no step is called " + quoted(name.text), "unknown step");
  if (!of_type.empty())
    help(problem, "events are read through the name of a step: `match x: " + of_type + "`, then `x.field`");
  else if (scope.place == Place::condition && scope.candidate != events::kNoType &&
           scope.draft.schema[scope.candidate].find(name.text) >= 0)
    help(problem, quoted(name.text) + " is a field, and has no fields of its own");
  else if (!did_you_mean(problem, name, names, "a step") && !names.empty())
    help(problem, names.size() == 1 ? "the only step with a name is " + quoted(names[0])
                                    : "the steps with names are " + listed(names));
}

std::optional<std::uint32_t> readable_step(const syntax::Name& name, const Scope& scope) {
  const std::optional<std::uint32_t> step = step_called(name.text, scope);
  if (!step) {
    report_unknown_step(name, scope);
    return std::nullopt;
  }
  if (*step < scope.readable || step == scope.own) return step;
  Diagnostic& problem =
      error(scope.draft, "E0302", name.span, "step " + quoted(name.text) + " comes later", "not matched yet here");
  also(problem, scope.rule->step_places[*step], "declared here");
  help(problem, "a condition reads the steps before it; move the comparison to the later step");
  return std::nullopt;
}

/// Whether a group around `step` that isn't around the reader is as `is` tells.
template <class Is>
static bool other_group(std::uint32_t step, const Scope& scope, Is is) {
  const std::vector<std::uint32_t>& around = scope.rule->groups_around[step];
  return std::any_of(around.begin(), around.end(), [&](std::uint32_t group) {
    return is(scope.rule->groups[group]) &&
           std::find(scope.inside.begin(), scope.inside.end(), group) == scope.inside.end();
  });
}

bool may_be_empty(std::uint32_t step, const Scope& scope) {
  return step_of(step, scope).min == 0 || step == scope.own ||
         other_group(step, scope, [](const GroupDraft& group) { return group.optional; });
}

bool may_have_several(std::uint32_t step, const Scope& scope) {
  return step_of(step, scope).looped() ||
         other_group(step, scope, [](const GroupDraft& group) { return group.looped; });
}

namespace {

void refuse_looped(const syntax::Member& member, Span span, const std::string& step, const Scope& scope) {
  const std::string read = step + "." + member.field.text;
  Diagnostic& problem = error(
      scope.draft, "E0304", span,
      "step " + quoted(step) + " may take several events; " + quoted(read) + " doesn't say which", "of which turn?");
  help(problem, "the last one's", span, "last(" + read + ")");
}

void refuse_own(const syntax::Member& member, Span span, const std::string& step, bool looped, const Scope& scope) {
  const std::string& field = member.field.text;
  Diagnostic& problem =
      error(scope.draft, "E0303", span, "step " + quoted(step) + " can't be read in its own condition",
            "the event is not taken yet");
  if (looped)
    help(problem, "the turn before this one's; the event being judged is read as " + quoted(field), span,
         "last(" + step + "." + field + ")");
  else
    help(problem, "the event being judged is read without a step's name", span, field);
}

/// It may be a constant's name.
bool resembles_no_field(const events::EventType& type, const std::string& name) {
  std::vector<std::string> names;
  for (const events::Field& field : type.fields) names.push_back(field.name);
  return type.find(name) < 0 && nearest(name, names).empty();
}

std::optional<Expr> bare_in_condition(const syntax::Name& name, const Scope& scope) {
  const events::TypeId type = scope.candidate;
  if (type == events::kNoType) return std::nullopt;
  if (scope.draft.schema[type].find(name.text) < 0 && step_called(name.text, scope)) {
    Diagnostic& problem =
        error(scope.draft, "E0204", name.span, quoted(name.text) + " is a step, not a value", "a step");
    help(problem, "read one of its fields: `" + name.text + ".field`, or `count(" + name.text + ")`");
    return std::nullopt;
  }
  if (scope.draft.later_names && resembles_no_field(scope.draft.schema[type], name.text)) return std::nullopt;
  const std::optional<std::uint32_t> field = find_field(scope.draft, type, name);
  if (!field) return std::nullopt;
  Expr expr;
  expr.op = Op::field;
  expr.field = *field;
  expr.type = scope.draft.schema[type].fields[*field].type;
  expr.nullable = scope.draft.schema[type].fields[*field].optional;
  return expr;
}

std::optional<Expr> bare_in_output(const syntax::Name& name, const Scope& scope) {
  const std::vector<KeyPart>& key = scope.rule->plan.key;
  for (std::uint32_t i = 0; i < key.size(); ++i) {
    if (key[i].name != name.text) continue;
    Expr expr;
    expr.op = Op::key_part;
    expr.field = i;
    expr.type = key[i].type;
    return expr;
  }
  if (scope.rule->partial || scope.draft.later_names) return std::nullopt;
  if (step_called(name.text, scope)) {
    Diagnostic& problem =
        error(scope.draft, "E0204", name.span, quoted(name.text) + " is a step, not a value", "a step");
    help(problem, "read one of its fields: `" + name.text + ".field`, or `count(" + name.text + ")`");
    return std::nullopt;
  }
  Diagnostic& problem = error(scope.draft, "E0401", name.span,
                              "an output can't tell whose " + quoted(name.text) + " this is", "of which event?");
  bool found = false;
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = 0; i < steps.size() && !found; ++i) {
    const events::TypeId type = type_of_step(i, scope);
    if (steps[i].name.empty() || type == events::kNoType || scope.draft.schema[type].find(name.text) < 0) continue;
    const std::string read = steps[i].name + "." + name.text;
    const std::string value = steps[i].looped() ? "last(" + read + ")" : read;
    help(problem, "a field is read through its step", name.span, scope.shorthand ? name.text + ": " + value : value);
    found = true;
  }
  std::vector<std::string> parts;
  for (const KeyPart& part : key) parts.push_back(part.name);
  if (!found && !did_you_mean(problem, name, parts, "a part of the key"))
    help(problem, "write `step.field`; only parts of the key (`by`) stand alone");
  return std::nullopt;
}

}  // namespace

std::optional<Expr> check_reference(const syntax::Reference& written, const Scope& scope) {
  if (scope.place == Place::condition) return bare_in_condition(written.name, scope);
  if (scope.place == Place::output) return bare_in_output(written.name, scope);
  Diagnostic& problem =
      error(scope.draft, "E0502", written.name.span, quoted(written.name.text) + " is not a constant", "a name");
  const std::string text = "\"" + written.name.text + "\"";
  help(problem, "a test gives values; text stands in quotes", written.name.span,
       scope.shorthand ? written.name.text + ": " + text : text);
  return std::nullopt;
}

std::optional<Expr> check_member(const syntax::Member& written, Span span, const Scope& scope) {
  if (scope.place == Place::constant) {
    error(scope.draft, "E0502", span, "this is not a constant", "a test gives values");
    return std::nullopt;
  }
  const auto* of = std::get_if<syntax::Reference>(&written.object->node);
  if (!of) {
    if (const std::optional<Expr> object = check_expr(*written.object, scope))
      error(scope.draft, "E0203", written.field.span,
            a_type(object->type) + " has no field " + quoted(written.field.text), "unknown field");
    return std::nullopt;
  }
  const std::optional<std::uint32_t> step = readable_step(of->name, scope);
  if (!step) return std::nullopt;
  const events::TypeId type = type_of_step(*step, scope);
  const std::optional<std::uint32_t> field = find_field(scope.draft, type, written.field);
  if (!field) return std::nullopt;
  if (step == scope.own) {
    refuse_own(written, span, of->name.text, step_of(*step, scope).looped(), scope);
    return std::nullopt;
  }
  if (step_of(*step, scope).looped()) {
    refuse_looped(written, span, of->name.text, scope);
    return std::nullopt;
  }
  const events::Field& read = scope.draft.schema[type].fields[*field];
  Expr expr;
  expr.op = Op::step_field;
  expr.step = *step;
  expr.field = *field;
  expr.type = read.type;
  expr.nullable = read.optional || may_be_empty(*step, scope);
  return expr;
}

}  // namespace tocsin::rules::checking
