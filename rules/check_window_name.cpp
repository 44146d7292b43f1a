// Names in what a window rule puts out: parts of the key, @start, @end, @grain, and in joins the fields of a row.
//
// A window has many events, so that a bare field says nothing; each such mistake is told with the aggregate that reads
// it. In a join that puts out each row by itself `a.x` is the field of the row's event; settle_rows judges that when
// all of the rule was seen.
#include <algorithm>
#include <array>

#include "rules/check_reference.hpp"
#include "rules/check_window.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

constexpr std::array<std::string_view, 3> kOfWindow = {"start", "end", "grain"};

const std::vector<Side>& sides_of(const Scope& scope) { return scope.rule->plan.window->sides; }
bool is_joined(const Scope& scope) { return scope.rule->plan.window->join.has_value(); }

/// Empty: no type that the rule reads has it.
std::optional<Type> type_of_field(const std::string& field, const Scope& scope) {
  for (const events::TypeId type : scope.rule->plan.inputs)
    if (const int found = scope.draft.schema[type].find(field); found >= 0)
      return scope.draft.schema[type].fields[static_cast<std::size_t>(found)].type;
  return std::nullopt;
}

/// The first side whose events have it.
std::string side_with(const std::string& field, const Scope& scope) {
  for (const Side& side : sides_of(scope))
    for (const events::TypeId type : types_of(side))
      if (scope.draft.schema[type].find(field) >= 0) return side.name;
  return {};
}

std::vector<std::string> side_names(const Scope& scope) {
  std::vector<std::string> names;
  for (const Side& side : sides_of(scope))
    if (!side.name.empty()) names.push_back(side.name);
  return names;
}

std::vector<std::string> fields_read(const Scope& scope) {
  std::vector<std::string> names;
  for (const events::TypeId type : scope.rule->plan.inputs)
    for (const events::Field& field : scope.draft.schema[type].fields)
      if (!field.attribute && std::find(names.begin(), names.end(), field.name) == names.end())
        names.push_back(field.name);
  return names;
}

/// `read` as it must be written, `written` over `of`'s type.
void help_aggregate(Diagnostic& problem, const std::string& read, Type of, Span span, bool shorthand) {
  const bool number = of == Type::integer || of == Type::floating || of == Type::duration;
  help(problem, number ? "an aggregate reads it: `last(x)` is the newest, `avg(x)` the mean" : "an aggregate reads it",
       span, (shorthand ? read + ": " : "") + "last(" + read + ")");
}

/// A field where only aggregates read fields.
void refuse_alone(const std::string& read, std::optional<Type> type, Span span, const Scope& scope) {
  Diagnostic& problem = error(scope.draft, "E0401", span,
                              "a window has many events: whose " + quoted(read) + " is this?", "of which event?");
  help_aggregate(problem, read, type.value_or(Type::string), span, scope.shorthand);
}

/// A bare field of a joined row.
void refuse_sideless(const syntax::Name& name, const std::string& side, const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0401", name.span, "whose " + quoted(name.text) + " is this?", "of which side of the join?");
  const std::string read = side + "." + name.text;
  help(problem, "a field is read through its side", name.span, scope.shorthand ? name.text + ": " + read : read);
}

void refuse_unknown(const syntax::Name& name, const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0401", name.span, "nothing is called " + quoted(name.text) + " here", "unknown name");
  std::vector<std::string> parts;
  for (const KeyPart& part : scope.rule->plan.key) parts.push_back(part.name);
  if (did_you_mean(problem, name, parts, "a part of the key")) return;
  if (did_you_mean(problem, name, names_of(scope.draft.constants), "a constant")) return;
  if (const std::string near = nearest(name.text, fields_read(scope)); !near.empty()) {
    const std::string read = is_joined(scope) ? side_with(near, scope) + "." + near : "last(" + near + ")";
    return help(problem, "a field with a similar name exists", name.span, read);
  }
  if (scope.grave)
    return help(problem, "the severities are `info`, `low`, `medium`, `high` and `critical`, or an expression of them");
  help(problem,
       "parts of the key (`by`), constants, `@start` and `@end` stand alone; all else goes through an "
       "aggregate: `last(x)`");
}

void refuse_side(const syntax::Name& name, const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0204", name.span, quoted(name.text) + " is a side of the join, not a value", "an event");
  help(problem, "read one of its fields: `" + name.text + ".field`");
}

/// `Temperature.celsius`: through its type's name.
bool refuse_type_name(const Path& path, Span span, const Scope& scope) {
  const events::TypeId type = scope.draft.type_called(path.first.text);
  const std::vector<events::TypeId>& inputs = scope.rule->plan.inputs;
  if (type == events::kNoType || std::find(inputs.begin(), inputs.end(), type) == inputs.end()) return false;
  if (key_part_called(path.rest.text, scope)) {
    help(error(scope.draft, "E0401", span,
               "nothing is called " + quoted(path.first.text + "." + path.rest.text) + " here", "unknown name"),
         "a part of the key stands alone", span, path.rest.text);
    return true;
  }
  if (!is_joined(scope)) {
    if (const std::optional<Type> of = type_of_field(path.rest.text, scope)) {
      refuse_alone(path.rest.text, of, span, scope);
      return true;
    }
    return false;
  }
  for (const Side& side : sides_of(scope)) {
    if (side.fits.empty() || side.fits.front().type != type) continue;
    Diagnostic& problem = error(
        scope.draft, "E0205", path.first.span,
        quoted(path.first.text) + " is a type; in this rule its events are called " + quoted(side.name), "a type");
    help(problem, "read through the side's name", path.first.span, side.name);
    return true;
  }
  return false;
}

/// The read of a field of a row's event, by a name that no side or part of the key has.
void refuse_no_side(const Path& path, Span span, const Scope& scope) {
  const std::string whole = path.first.text + "." + path.rest.text;
  if (const std::optional<Type> type = type_of_field(whole, scope)) {
    if (is_joined(scope))
      refuse_sideless({whole, span}, side_with(whole, scope), scope);
    else
      refuse_alone(whole, type, span, scope);
    return;
  }
  if (refuse_type_name(path, span, scope)) return;
  const std::vector<std::string> names = side_names(scope);
  if (names.empty()) return refuse_unknown({whole, span}, scope);
  Diagnostic& problem = error(scope.draft, "E0205", path.first.span,
                              "no side of the rule's input is called " + quoted(path.first.text), "unknown name");
  if (!did_you_mean(problem, path.first, names, "a side"))
    help(problem, names.size() == 1 ? "it is called " + quoted(names[0]) : "its sides are " + listed(names));
}

Expr of_window(Op op, Type type) {
  Expr expr;
  expr.op = op;
  expr.type = type;
  return expr;
}

std::optional<Expr> window_attribute(const syntax::Name& name, Span span, const Scope& scope) {
  const RuleDraft& rule = *scope.rule;
  const std::string shown = "@" + name.text;
  if (scope.place == Place::row) {
    Diagnostic& problem = error(scope.draft, "E0350", span,
                                "a row has two events: whose " + quoted(shown) + " is this?", "of which side?");
    help(problem, "an attribute is read through its side: " + quoted(side_names(scope).front() + "." + shown));
    return std::nullopt;
  }
  if (name.text == "start") return of_window(Op::window_start, Type::time);
  if (name.text == "end") return of_window(Op::window_end, Type::time);
  if (name.text == "grain" && rule.rollup) return of_window(Op::window_grain, Type::duration);
  if (rule.partial) return std::nullopt;
  if (name.text == "grain") {
    help(error(scope.draft, "E0350", span, "only a `rollup` has windows of several grains", "no `@grain` here"),
         "for example `rollup 1m, 1h` in the place of `window`");
    return std::nullopt;
  }
  Diagnostic& problem =
      error(scope.draft, "E0350", span, "a window has `@start` and `@end`, and no " + quoted(shown), "of which event?");
  if (const std::string near = nearest(name.text, {kOfWindow.begin(), kOfWindow.end()}); !near.empty())
    help(problem, "an attribute with a similar name exists", span, "@" + near);
  else
    help(problem, "an aggregate reads those of events", span, "last(" + shown + ")");
  return std::nullopt;
}

/// It stands in no aggregate: right where each row is put out by itself, which is judged at the end.
void note_alone(const std::string& written, Span span, const Scope& scope) {
  if (scope.place == Place::window) scope.window->alone.emplace_back(span, written);
}

}  // namespace

std::optional<std::uint32_t> side_called(std::string_view name, const Scope& scope) {
  if (!scope.window || name.empty()) return std::nullopt;
  const std::vector<Side>& sides = sides_of(scope);
  for (std::uint32_t i = 0; i < sides.size(); ++i)
    if (sides[i].name == name) return i;
  return std::nullopt;
}

std::optional<Expr> read_of_side(std::uint32_t side, const syntax::Name& field, bool attribute, const Scope& scope) {
  const std::vector<events::TypeId> types = types_of(sides_of(scope)[side]);
  Expr expr;
  expr.op = Op::step_field;
  expr.step = side;
  const events::Field* first = nullptr;
  for (const events::TypeId type : types) {
    if (type == events::kNoType) return std::nullopt;
    const std::optional<std::uint32_t> found =
        attribute ? find_attribute(scope.draft, type, field) : find_field(scope.draft, type, field);
    if (!found) return std::nullopt;
    const events::Field& read = scope.draft.schema[type].fields[*found];
    if (!first) {
      expr.field = *found;
      expr.type = read.type;
    }
    first = &read;
    expr.nullable = expr.nullable || read.optional;
    if (types.size() > 1) expr.fields.push_back(*found);
    if (read.type == expr.type) continue;
    error(scope.draft, "E0354", field.span,
          quoted(field.text) + " is " + a_type(expr.type) + " in one type and " + a_type(read.type) + " in another",
          "of different types");
    return std::nullopt;
  }
  if (!first) return std::nullopt;
  expr.nullable = expr.nullable || (scope.window->absent_right && side == 1);
  return expr;
}

std::optional<Expr> bare_in_window(const syntax::Name& name, const Scope& scope) {
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
  const std::optional<Type> field = type_of_field(name.text, scope);
  if (severity && !field && !side_called(name.text, scope)) return constant(*severity);
  if (scope.rule->partial) return std::nullopt;
  if (side_called(name.text, scope) && is_joined(scope))
    refuse_side(name, scope);
  else if (field && is_joined(scope))
    refuse_sideless(name, side_with(name.text, scope), scope);
  else if (field)
    refuse_alone(name.text, field, name.span, scope);
  else if (!refuse_as_severity(name, scope))
    refuse_unknown(name, scope);
  return std::nullopt;
}

std::optional<Expr> member_in_window(const Path& path, Span span, const Scope& scope) {
  const std::string whole = path.first.text + "." + path.rest.text;
  const std::optional<std::uint32_t> side = side_called(path.first.text, scope);
  if (const std::optional<std::uint32_t> part = key_part_called(whole, scope); part && !side)
    return key_read(*part, scope);
  if (!side) {
    if (!scope.rule->partial) refuse_no_side(path, span, scope);
    return std::nullopt;
  }
  if (!is_joined(scope)) {
    const std::optional<Expr> read = read_of_side(*side, path.rest, false, scope);
    if (read) refuse_alone(whole, read->type, span, scope);
    return std::nullopt;
  }
  std::optional<Expr> read = read_of_side(*side, path.rest, false, scope);
  if (read) note_alone(whole, span, scope);
  return read;
}

std::optional<Expr> attribute_in_window(const syntax::Name* of, const syntax::Name& name, Span span,
                                        const Scope& scope) {
  if (!of) return window_attribute(name, span, scope);
  const std::string whole = of->text + ".@" + name.text;
  const std::optional<std::uint32_t> side = side_called(of->text, scope);
  if (!side) {
    if (!scope.rule->partial) refuse_no_side({*of, {"@" + name.text, name.span}}, span, scope);
    return std::nullopt;
  }
  std::optional<Expr> read = read_of_side(*side, name, true, scope);
  if (!read) return read;
  if (is_joined(scope)) {
    note_alone(whole, span, scope);
    return read;
  }
  refuse_alone(whole, read->type, span, scope);
  return std::nullopt;
}

}  // namespace tocsin::rules::checking
