// `emit`: its fields, and the type that they define or must fit.
//
// A declared type judges each emit at once. Any other is settled when all its emitters are checked: the first of them
// by rule name gives fields and order, the others must agree; a field is optional where any of them can be null.
#include <algorithm>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

using events::Field;

Expr absent_value(const Field& field) {
  Expr expr;
  expr.type = field.type;
  expr.nullable = true;
  return expr;
}

/// One field of an emit of a declared type.
std::optional<Expr> check_declared_field(Draft& draft, const syntax::NamedExpr& written, events::TypeId type,
                                         std::uint32_t index, const Scope& scope) {
  const Field field = draft.schema[type].fields[index];
  const Span place = draft.of(type).fields[index].place;
  const bool null = is_null_literal(written.expr);
  if (null && field.optional) return absent_value(field);
  std::optional<Expr> expr = null ? absent_value(field) : check_field_value(written, scope, field.type);
  if (!expr) return std::nullopt;
  if (!fits(*expr, field.type)) {
    Diagnostic& problem =
        error(draft, "E0406", written.expr.span,
              quoted(field.name) + " is " + a_type(field.type) + ", and this is " + a_type(expr->type),
              std::string(events::name_of(expr->type)));
    also(problem, place, "declared here");
    if (expr->type == events::Type::integer && field.type == events::Type::floating)
      help(problem, "`x * 1.0` makes a float of an int");
    return std::nullopt;
  }
  if (expr->nullable && !field.optional) {
    Diagnostic& problem = error(draft, "E0405", written.expr.span,
                                quoted(field.name) + " must have a value, and this can be null", "can be null");
    also(problem, place, "declared without `?`");
    help(problem, "give what stands in for null: `x ?? 0`; or declare the field with `?`");
    return std::nullopt;
  }
  return expr;
}

EmitPlan check_declared(Draft& draft, const syntax::Emit& written, events::TypeId type, const Scope& scope) {
  const std::vector<Field>& fields = draft.schema[type].fields;
  const auto count = static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(), [](const Field& field) { return !field.attribute; }));
  std::vector<std::optional<Span>> places(count);
  std::vector<std::optional<Expr>> values(count);
  for (const syntax::NamedExpr& field : written.fields) {
    const std::optional<std::uint32_t> index = find_field(draft, type, field.name);
    if (!index) {
      if (!is_null_literal(field.expr)) check_field_value(field, scope);
      continue;
    }
    if (places[*index]) continue;
    places[*index] = field.name.span;
    values[*index] = check_declared_field(draft, field, type, *index, scope);
  }
  EmitPlan plan{type, {}};
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < count; ++i) {
    const Field& field = draft.schema[type].fields[i];
    if (!places[i] && !field.optional) missing.push_back(field.name);
    plan.fields.push_back(values[i] ? std::move(*values[i]) : absent_value(field));
  }
  if (!missing.empty()) {
    Diagnostic& problem = error(draft, "E0405", written.type.span,
                                quoted(written.type.text) + " needs " + (missing.size() == 1 ? "a value" : "values") +
                                    " for " + listed(missing),
                                "not given");
    also(problem, draft.of(type).place, "declared here");
    help(problem, "give each field without `?` a value");
  }
  return plan;
}

// ---- types that are not declared

const syntax::Name& name_of_field(const Emission& emission, std::size_t i) { return emission.written->fields[i].name; }

std::optional<std::size_t> index_in(const Emission& emission, std::string_view name) {
  for (std::size_t i = 0; i < emission.written->fields.size(); ++i)
    if (name_of_field(emission, i).text == name) return i;
  return std::nullopt;
}

/// The first emission's fields, without repeated names.
void define_fields(events::EventType& type, TypeDraft& known, const Emission& first) {
  for (std::size_t i = 0; i < first.values.size(); ++i) {
    const syntax::Name& name = name_of_field(first, i);
    if (type.find(name.text) >= 0) continue;
    const std::optional<Expr>& value = first.values[i];
    type.fields.push_back(
        {name.text, value ? value->type : events::Type::boolean, value && value->nullable, path_of(name.text), false});
    known.fields.push_back({name.span, !value});
  }
}

void agree(Draft& draft, events::EventType& type, TypeDraft& known, const Emission& other) {
  const auto differ = [&](Span span, std::string message, std::string label) {
    Diagnostic& problem = error(draft, "E0404", span, std::move(message), std::move(label));
    also(problem, known.place, "first emitted here");
    help(problem, "all rules that emit a type give it the same fields");
  };
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    Field& field = type.fields[i];
    const std::optional<std::size_t> index = index_in(other, field.name);
    if (!index) {
      differ(other.written->type.span, "this emit of " + quoted(type.name) + " lacks the field " + quoted(field.name),
             "without " + quoted(field.name));
      continue;
    }
    const std::optional<Expr>& value = other.values[*index];
    if (!value || known.fields[i].bad) continue;
    if (value->type != field.type)
      differ(name_of_field(other, *index).span,
             quoted(type.name + "." + field.name) + " is " + a_type(field.type) + " in one rule and " +
                 a_type(value->type) + " in another",
             a_type(value->type) + " here");
    field.optional = field.optional || value->nullable;
  }
  for (std::size_t i = 0; i < other.values.size(); ++i)
    if (type.find(name_of_field(other, i).text) < 0)
      differ(name_of_field(other, i).span,
             "another rule emits " + quoted(type.name) + " without the field " + quoted(name_of_field(other, i).text),
             "only here");
}

void fill_plan(Draft& draft, const events::EventType& type, Emission& emission) {
  auto& plan = std::get<EmitPlan>(draft.rules[emission.rule].plan.outputs[emission.output].node);
  for (const Field& field : type.fields) {
    const std::optional<std::size_t> index = index_in(emission, field.name);
    if (index && emission.values[*index])
      plan.fields.push_back(std::move(*emission.values[*index]));
    else
      plan.fields.push_back(absent_value(field));
  }
}

}  // namespace

EmitPlan check_emit(Draft& draft, std::size_t index, const syntax::Emit& written, const Scope& scope) {
  check_field_names(draft, written.fields);
  const events::TypeId type = draft.type_called(written.type.text);
  if (type != events::kNoType && draft.of(type).declared) {
    draft.of(type).used = true;
    return check_declared(draft, written, type, scope);
  }
  Emission emission{index, draft.rules[index].plan.outputs.size(), &written, {}};
  for (const syntax::NamedExpr& field : written.fields) emission.values.push_back(check_field_value(field, scope));
  if (type != events::kNoType) draft.of(type).emissions.push_back(std::move(emission));
  return EmitPlan{type, {}};
}

void settle_type(Draft& draft, events::TypeId id) {
  TypeDraft& known = draft.of(id);
  if (known.alerts_of && draft.schema[id].fields.empty()) settle_alerts(draft, id);
  if (known.emissions.empty()) return;
  std::vector<Emission> emissions = std::move(known.emissions);
  known.emissions.clear();
  std::sort(emissions.begin(), emissions.end(), [](const Emission& a, const Emission& b) {
    return std::pair(a.rule, a.output) < std::pair(b.rule, b.output);
  });
  events::EventType& type = draft.schema.types[events::index_of(id)];
  known.place = emissions.front().written->type.span;
  define_fields(type, known, emissions.front());
  for (std::size_t i = 1; i < emissions.size(); ++i) agree(draft, type, known, emissions[i]);
  for (Emission& emission : emissions) fill_plan(draft, type, emission);
}

}  // namespace tocsin::rules::checking
