// Names in expressions: fields of the candidate, constants, parameters, severities; those in outputs are in
// check_output_name.cpp.
//
// A field or a part of the key and a constant of one name can't be told apart, which is an error. A severity's name is
// one where nothing else is called so.
#include <algorithm>

#include "rules/check_reference.hpp"
#include "rules/check_table.hpp"
#include "rules/check_window.hpp"

namespace tocsin::rules::checking {

std::optional<events::Severity> severity_called(std::string_view name) {
  const auto& names = events::kSeverityNames;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<events::Severity>(found - names.begin());
}

ConstantDraft* constant_called(const std::string& name, const Scope& scope) {
  const auto found = scope.draft.constants.find(name);
  return found == scope.draft.constants.end() ? nullptr : &found->second;
}

std::optional<Expr> read_constant(ConstantDraft& constant, const syntax::Name& name, const Scope& scope) {
  const Expr* value = value_of_constant(scope.draft, constant, name);
  return value ? std::optional(*value) : std::nullopt;
}

void refuse_ambiguous(const syntax::Name& name, std::string_view one, Span one_place, std::string_view other,
                      Span other_place, const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0219", name.span,
            quoted(name.text) + " could be " + std::string(one) + " or " + std::string(other), "which of the two?");
  also(problem, one_place, std::string(one));
  also(problem, other_place, std::string(other));
  help(problem, "give one of them another name");
}

void refuse_step(const syntax::Name& name, const Scope& scope) {
  Diagnostic& problem = error(scope.draft, "E0204", name.span, quoted(name.text) + " is a step, not a value", "a step");
  help(problem, "read one of its fields: `" + name.text + ".field`, or `count(" + name.text + ")`");
}

std::vector<std::string> names_of(const std::map<std::string, ConstantDraft>& constants) {
  std::vector<std::string> names;
  for (const auto& [name, constant] : constants) names.push_back(name);
  return names;
}

bool has_field(std::uint32_t step, const std::string& field, const Scope& scope) {
  const std::vector<events::TypeId> types = types_of_step(step, scope);
  return std::all_of(types.begin(), types.end(), [&](events::TypeId type) {
    return type != events::kNoType && scope.draft.schema[type].find(field) >= 0;
  });
}

namespace {

std::vector<std::string> field_names(const events::EventType& type) {
  std::vector<std::string> names;
  for (const events::Field& field : type.fields)
    if (!field.attribute) names.push_back(field.name);
  return names;
}

Expr field_read(const events::EventType& type, std::uint32_t field) {
  Expr expr;
  expr.op = Op::field;
  expr.field = field;
  expr.type = type.fields[field].type;
  expr.nullable = type.fields[field].optional;
  return expr;
}

/// Reports that the candidate has no such field, with what else could be meant.
void refuse_unknown(const syntax::Name& name, const Scope& scope) {
  const std::size_t before = scope.draft.diagnostics.size();
  find_field(scope.draft, scope.candidate, name);
  if (scope.draft.diagnostics.size() == before) return;
  if (!nearest(name.text, field_names(scope.draft.schema[scope.candidate])).empty()) return;
  Diagnostic& problem = scope.draft.diagnostics.back();
  const std::vector<std::string> constants = names_of(scope.draft.constants);
  if (!nearest(name.text, constants).empty()) {
    problem.helps.clear();
    did_you_mean(problem, name, constants, "a constant");
  } else if (const auto function = scope.draft.functions.find(name.text); function != scope.draft.functions.end()) {
    problem.helps.clear();
    help(problem, quoted(name.text) + " is a function: " + quoted(usage_of(*function->second.written)));
  }
}

/// A field of the candidate, `name` with its dots.
std::optional<Expr> field_of_candidate(const syntax::Name& name, const Scope& scope) {
  if (scope.candidate == events::kNoType) return std::nullopt;
  const std::optional<std::uint32_t> field = find_field(scope.draft, scope.candidate, name);
  if (!field) return std::nullopt;
  return field_read(scope.draft.schema[scope.candidate], *field);
}

bool is_field_of_another(const syntax::Name& name, const Scope& scope) {
  return scope.alternatives && std::any_of(scope.alternatives->begin(), scope.alternatives->end(), [&](auto type) {
           return type != events::kNoType && scope.draft.schema[type].find(name.text) >= 0;
         });
}

/// A part of the key, of an event that has no field called so.
Expr part_of_event(std::uint32_t index, const Scope& scope) {
  const std::vector<events::TypeId>& inputs = scope.rule->plan.inputs;
  const auto input =
      static_cast<std::size_t>(std::find(inputs.begin(), inputs.end(), scope.candidate) - inputs.begin());
  const KeyPart& part = scope.rule->plan.key[index];
  return part.exprs.empty() ? field_read(scope.draft.schema[scope.candidate], part.field[input]) : part.exprs[input];
}

std::optional<Expr> bare_of_event(const syntax::Name& name, const Scope& scope) {
  const events::TypeId type = scope.candidate;
  ConstantDraft* constant = constant_called(name.text, scope);
  if (type == events::kNoType) return std::nullopt;
  const events::EventType& event = scope.draft.schema[type];
  if (const int field = event.find(name.text); field >= 0) {
    if (!constant) return field_of_candidate(name, scope);
    constant->used = true;
    refuse_ambiguous(name, "a field", scope.draft.of(type).fields[static_cast<std::size_t>(field)].place, "a constant",
                     constant->place, scope);
    return std::nullopt;
  }
  if (scope.aggregate)
    if (const std::optional<std::uint32_t> part = key_part_called(name.text, scope)) return part_of_event(*part, scope);
  if (!is_object(event, name.text) && !is_field_of_another(name, scope)) {
    if (constant) return read_constant(*constant, name, scope);
    if (step_called(name.text, scope)) {
      refuse_step(name, scope);
      return std::nullopt;
    }
    if (const auto severity = severity_called(name.text)) return checking::constant(*severity);
  }
  refuse_unknown(name, scope);
  return std::nullopt;
}

std::optional<Expr> bare_in_function(const syntax::Name& name, const Scope& scope) {
  const std::vector<syntax::FnDecl::Parameter>& parameters = scope.arguments->function->written->parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name.text != name.text) continue;
    const std::optional<Expr>& value = scope.arguments->values[i];
    if (!value || !afford(*value, name.span, scope)) return std::nullopt;
    return value;
  }
  if (ConstantDraft* known = constant_called(name.text, scope)) return read_constant(*known, name, scope);
  if (const auto severity = severity_called(name.text)) return constant(*severity);
  std::vector<std::string> names = names_of(scope.draft.constants);
  for (const syntax::FnDecl::Parameter& parameter : parameters) names.push_back(parameter.name.text);
  if (scope.draft.incomplete && nearest(name.text, names).empty()) return std::nullopt;
  Diagnostic& problem = error(scope.draft, "E0220", name.span, "the function knows no " + quoted(name.text),
                              "neither parameter nor constant");
  if (!did_you_mean(problem, name, names, "a parameter or constant"))
    help(problem, "a function reads what it is given: add a parameter, and an argument where it is called");
  return std::nullopt;
}

std::optional<Expr> bare_constant(const syntax::Name& name, const Scope& scope) {
  if (ConstantDraft* known = constant_called(name.text, scope)) return read_constant(*known, name, scope);
  if (const auto severity = severity_called(name.text)) return constant(*severity);
  Diagnostic& problem = error(scope.draft, "E0502", name.span, quoted(name.text) + " is not a constant", "a name");
  if (did_you_mean(problem, name, names_of(scope.draft.constants), "a constant")) return std::nullopt;
  const std::string text = "\"" + name.text + "\"";
  help(problem, "only values and constants (`let`) stand here; text stands in quotes", name.span,
       scope.shorthand ? name.text + ": " + text : text);
  return std::nullopt;
}

/// `pos.lat` of the candidate, unless `pos` is a step; both is an error.
std::optional<Expr> member_of_event(const Path& path, Span span, const Scope& scope) {
  const syntax::Name whole{path.first.text + "." + path.rest.text, span};
  const std::optional<std::uint32_t> step = step_called(path.first.text, scope);
  const bool object =
      scope.candidate != events::kNoType && is_object(scope.draft.schema[scope.candidate], path.first.text);
  if (!object && side_called(path.first.text, scope)) return field_of_candidate(path.rest, scope);
  if (scope.place == Place::span || (!object && scope.place == Place::condition))
    return read_of_step(path, span, scope);
  if (!step) return field_of_candidate(whole, scope);
  if (scope.place == Place::event && !object) {
    error(scope.draft, "E0205", path.first.span, "no step can be read here", "only the event's own fields can");
    return std::nullopt;
  }
  if (scope.place == Place::event) return field_of_candidate(whole, scope);
  const int field = scope.draft.schema[scope.candidate].find(whole.text);
  if (field < 0) return read_of_step(path, span, scope);
  if (!has_field(*step, path.rest.text, scope)) return field_of_candidate(whole, scope);
  refuse_ambiguous(whole, "a field", scope.draft.of(scope.candidate).fields[static_cast<std::size_t>(field)].place,
                   "a field of a step", scope.rule->step_places[*step], scope);
  return std::nullopt;
}

/// `.field` of what is no name.
void refuse_member(const syntax::Member& written, const Scope& scope) {
  if (const std::optional<Expr> object = check_expr(*written.object, scope))
    error(scope.draft, "E0203", written.field.span,
          a_type(object->type) + " has no field " + quoted(written.field.text), "unknown field");
}

}  // namespace

std::optional<Expr> check_reference(const syntax::Reference& written, const Scope& scope) {
  if (TableDraft* table = table_meant(written.name, scope)) {
    refuse_table(written.name, *table, scope);
    return std::nullopt;
  }
  switch (scope.place) {
    case Place::condition:
    case Place::event:
      return bare_of_event(written.name, scope);
    case Place::output:
      return bare_in_output(written.name, scope);
    case Place::window:
    case Place::row:
      return bare_in_window(written.name, scope);
    case Place::function:
      return bare_in_function(written.name, scope);
    case Place::span:
    case Place::constant:
      break;
  }
  return bare_constant(written.name, scope);
}

std::optional<Expr> check_member(const syntax::Member& written, Span span, const Scope& scope) {
  if (const std::optional<LookupPath> lookup = lookup_path_of(*written.object, written.field, false, scope))
    return check_lookup(*lookup, span, scope);
  if (const auto* of = std::get_if<syntax::Reference>(&written.object->node))
    if (TableDraft* table = table_meant(of->name, scope)) {
      refuse_table(of->name, *table, scope);
      return std::nullopt;
    }
  if (scope.place == Place::constant) {
    error(scope.draft, "E0502", span, "this is not a constant", "only values and constants stand here");
    return std::nullopt;
  }
  const syntax::Box<syntax::Expr>& object = written.object;
  if (const std::optional<TurnPath> turn = turn_path_of(*object, written.field, false);
      turn && step_called(turn->step.text, scope))
    return check_turn(*turn, span, scope);
  std::optional<Path> path = path_of(*object);
  if (!path) {
    refuse_member(written, scope);
    return std::nullopt;
  }
  if (scope.place == Place::function) {
    Diagnostic& problem = error(scope.draft, "E0220", span, "a function reads no fields", "not a parameter");
    help(problem, "give it the value as an argument");
    return std::nullopt;
  }
  const bool deeper = !path->rest.text.empty();
  path->rest = {(deeper ? path->rest.text + "." : "") + written.field.text,
                {span.file, deeper ? path->rest.span.begin : written.field.span.begin, written.field.span.end}};
  if (scope.place == Place::output) return member_in_output(*path, span, scope);
  if (scope.place == Place::window || scope.place == Place::row) return member_in_window(*path, span, scope);
  return member_of_event(*path, span, scope);
}

}  // namespace tocsin::rules::checking
