// What expressions read of steps: `a.pos.lat`, `a.@time`, and when they may.
//
// A step that takes events of several types is read where all of them have the field, with one type.
#include <algorithm>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

std::optional<Path> path_of(const syntax::Expr& written) {
  if (const auto* reference = std::get_if<syntax::Reference>(&written.node)) return Path{reference->name, {}};
  const auto* member = std::get_if<syntax::Member>(&written.node);
  if (!member) return std::nullopt;
  std::optional<Path> path = path_of(*member->object);
  if (!path) return path;
  if (path->rest.text.empty()) {
    path->rest = member->field;
  } else {
    path->rest.text += "." + member->field.text;
    path->rest.span.end = member->field.span.end;
  }
  return path;
}

std::optional<Path> attribute_path_of(const syntax::Expr& written) {
  const auto* attribute = std::get_if<syntax::Attribute>(&written.node);
  const auto* of = attribute && attribute->object ? std::get_if<syntax::Reference>(&attribute->object->node) : nullptr;
  return of ? std::optional(Path{of->name, attribute->name}) : std::nullopt;
}

std::optional<std::uint32_t> step_called(std::string_view name, const Scope& scope) {
  if (!scope.rule) return std::nullopt;
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = 0; i < steps.size(); ++i)
    if (!steps[i].name.empty() && steps[i].name == name) return i;
  return std::nullopt;
}

const Step& step_of(std::uint32_t step, const Scope& scope) { return scope.rule->plan.pattern.steps[step]; }

std::vector<events::TypeId> types_of_step(std::uint32_t step, const Scope& scope) {
  std::vector<events::TypeId> types;
  for (const Step& each : scope.rule->plan.pattern.steps)
    if (each.binding == step)
      for (const Single& single : each.fits) types.push_back(single.type);
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

bool is_object(const events::EventType& type, std::string_view name) {
  return std::any_of(type.fields.begin(), type.fields.end(), [&](const events::Field& field) {
    return field.name.size() > name.size() && field.name[name.size()] == '.' && field.name.starts_with(name);
  });
}

void report_unknown_step(const syntax::Name& name, const Scope& scope) {
  std::vector<std::string> names;
  bool is_type = false;
  for (std::uint32_t i = 0; i < scope.rule->plan.pattern.steps.size(); ++i) {
    if (!step_of(i, scope).name.empty()) names.push_back(step_of(i, scope).name);
    for (const Single& single : step_of(i, scope).fits)
      is_type = is_type || (single.type != events::kNoType && scope.draft.schema[single.type].name == name.text);
  }
  if (scope.rule->partial && nearest(name.text, names).empty()) return;
  Diagnostic& problem =
      error(scope.draft, "E0205", name.span, "no step is called " + quoted(name.text), "unknown step");
  if (is_type)
    help(problem, "events are read through the name of a step: `match x: " + name.text + "`, then `x.field`");
  else if (scope.place == Place::condition && scope.candidate != events::kNoType &&
           scope.draft.schema[scope.candidate].find(name.text) >= 0)
    help(problem, quoted(name.text) + " is a field, and has no fields of its own");
  else if (scope.draft.constants.contains(name.text))
    help(problem, quoted(name.text) + " is a constant, and has no fields");
  else if (!did_you_mean(problem, name, names, "a step") && !names.empty())
    help(problem, names.size() == 1 ? "the only step with a name is " + quoted(names[0])
                                    : "the steps with names are " + listed(names));
}

namespace {

void refuse_several(const Path& path, const std::string& field, Span span, const Scope& scope) {
  const std::string read = path.first.text + "." + field;
  Diagnostic& problem =
      error(scope.draft, "E0304", span,
            "step " + quoted(path.first.text) + " may take several events; " + quoted(read) + " doesn't say which",
            "of which turn?");
  help(problem, "the last one's", span, "last(" + read + ")");
}

void refuse_own(const Path& path, const std::string& field, Span span, const Scope& scope) {
  const Step& step = step_of(*scope.own, scope);
  Diagnostic& problem =
      error(scope.draft, "E0303", span, "step " + quoted(path.first.text) + " can't be read in its own condition",
            "the event is not taken yet");
  if (step.looped() || step.in_looping_group)
    help(problem, "the turn before this one's; the event being judged is read as " + quoted(field), span,
         "last(" + path.first.text + "." + field + ")");
  else
    help(problem, "the event being judged is read without a step's name", span, field);
}

/// Judges whether a bare field of the step may be read.
std::optional<Expr> read_step(std::optional<Expr> read, const Path& path, const std::string& field, Span span,
                              const Scope& scope) {
  if (!read) return read;
  if (is_own(read->step, scope)) {
    refuse_own(path, field, span, scope);
    return std::nullopt;
  }
  if (may_have_several(read->step, scope)) {
    refuse_several(path, field, span, scope);
    return std::nullopt;
  }
  read->nullable = read->nullable || may_be_empty(read->step, scope);
  return read;
}

/// What is found of a field in the types of a step.
struct FoundIn {
  events::TypeId type;
  std::uint32_t field;
};

std::optional<Expr> one_read(std::uint32_t step, const syntax::Name& of, const syntax::Name& name,
                             const std::vector<FoundIn>& found, const Scope& scope) {
  const auto field_of = [&](const FoundIn& each) -> const events::Field& {
    return scope.draft.schema[each.type].fields[each.field];
  };
  Expr read;
  read.op = Op::step_field;
  read.step = step;
  read.field = found.front().field;
  read.type = field_of(found.front()).type;
  for (const FoundIn& each : found) {
    read.nullable = read.nullable || field_of(each).optional;
    if (found.size() > 1) read.fields.push_back(each.field);
    if (field_of(each).type == read.type) continue;
    const std::string field = of.text + "." + field_of(each).name;
    Diagnostic& problem = error(scope.draft, "E0227", Span{of.span.file, of.span.begin, name.span.end},
                                quoted(field) + " is " + a_type(read.type) + " or " + a_type(field_of(each).type) +
                                    ", as the event's type is " + quoted(scope.draft.schema[found.front().type].name) +
                                    " or " + quoted(scope.draft.schema[each.type].name),
                                "of different types");
    also(problem, scope.draft.of(found.front().type).fields[found.front().field].place, a_type(read.type));
    also(problem, scope.draft.of(each.type).fields[each.field].place, a_type(field_of(each).type));
    return std::nullopt;
  }
  return read;
}

void report_lacking(const syntax::Name& of, const syntax::Name& field, const std::vector<events::TypeId>& lacking,
                    const Scope& scope) {
  std::vector<std::string> names;
  for (const events::TypeId type : lacking) names.push_back(scope.draft.schema[type].name);
  Diagnostic& problem = error(scope.draft, "E0203", field.span,
                              "event type " + quoted(names.front()) + " has no field " + quoted(field.text),
                              "not a field of " + listed(names));
  for (const events::TypeId type : lacking) also(problem, scope.draft.of(type).place, "has no such field");
  help(problem, quoted(of.text) + " takes events of several types; a field that is read must be there in all of them");
}

}  // namespace

std::optional<Expr> find_step_field(std::uint32_t step, const syntax::Name& of, const syntax::Name& field,
                                    const Scope& scope) {
  const std::vector<events::TypeId> types = types_of_step(step, scope);
  std::vector<FoundIn> found;
  std::vector<events::TypeId> lacking;
  for (const events::TypeId type : types) {
    if (type == events::kNoType) return std::nullopt;
    const int index = scope.draft.schema[type].find(field.text);
    const TypeDraft& known = scope.draft.of(type);
    if (index >= 0 ? known.fields[static_cast<std::size_t>(index)].bad : known.broken) return std::nullopt;
    if (index >= 0)
      found.push_back({type, static_cast<std::uint32_t>(index)});
    else
      lacking.push_back(type);
  }
  if (types.empty()) return std::nullopt;
  if (found.empty())
    find_field(scope.draft, types.front(), field);
  else if (!lacking.empty())
    report_lacking(of, field, lacking, scope);
  else
    return one_read(step, of, field, found, scope);
  return std::nullopt;
}

std::optional<Expr> find_step_attribute(std::uint32_t step, const syntax::Name& of, const syntax::Name& attribute,
                                        const Scope& scope) {
  std::vector<FoundIn> found;
  for (const events::TypeId type : types_of_step(step, scope)) {
    if (type == events::kNoType) return std::nullopt;
    const std::optional<std::uint32_t> field = find_attribute(scope.draft, type, attribute);
    if (!field) return std::nullopt;
    found.push_back({type, *field});
  }
  if (found.empty()) return std::nullopt;
  return one_read(step, of, attribute, found, scope);
}

std::optional<Expr> read_of_step(const Path& path, Span span, const Scope& scope) {
  const std::optional<std::uint32_t> step = readable_step(path.first, scope, true);
  if (!step) return std::nullopt;
  return read_step(find_step_field(*step, path.first, path.rest, scope), path, path.rest.text, span, scope);
}

std::optional<Expr> read_attribute_of_step(const Path& path, Span span, const Scope& scope) {
  const std::optional<std::uint32_t> step = readable_step(path.first, scope, true);
  if (!step) return std::nullopt;
  return read_step(find_step_attribute(*step, path.first, path.rest, scope), path, "@" + path.rest.text, span, scope);
}

}  // namespace tocsin::rules::checking
