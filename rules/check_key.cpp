// `by` → the key: for each of its parts one field, or one value, of every type that the rule reads.
#include <algorithm>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

bool can_be_key(events::Type type) {
  return type == events::Type::boolean || type == events::Type::integer || type == events::Type::string ||
         type == events::Type::time;
}

/// One part in the making: a field for each input, as far as found.
struct Part {
  Draft& draft;
  RuleDraft& rule;
  Span span;
  std::string name;
  std::vector<std::optional<std::uint32_t>> fields;  ///< parallel to the rule's inputs

  const events::Field& field(std::size_t input) const {
    return draft.schema[rule.plan.inputs[input]].fields[*fields[input]];
  }
  const std::string& type_name(std::size_t input) const { return draft.schema[rule.plan.inputs[input]].name; }
  Span field_place(std::size_t input) const {
    const TypeDraft& type = draft.of(rule.plan.inputs[input]);
    return type.declared ? type.fields[*fields[input]].place : type.place;
  }
};

/// All of one type, which can be a key.
bool check_types(const Part& part) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < part.fields.size(); ++i) {
    if (!part.fields[i]) continue;
    if (!first) first = i;
    const events::Field& one = part.field(*first);
    const events::Field& other = part.field(i);
    if (one.type == other.type) continue;
    const std::string left = part.type_name(*first) + "." + one.name;
    const std::string right = part.type_name(i) + "." + other.name;
    Diagnostic& problem = error(part.draft, "E0308", part.span,
                                "the fields of a key must be of one type: " + quoted(left) + " is " + a_type(one.type) +
                                    ", " + quoted(right) + " " + a_type(other.type),
                                "of different types");
    also(problem, part.field_place(*first), a_type(one.type));
    also(problem, part.field_place(i), a_type(other.type));
    return false;
  }
  if (!first || can_be_key(part.field(*first).type)) return first.has_value();
  const events::Type type = part.field(*first).type;
  Diagnostic& problem = error(part.draft, "E0309", part.span, a_type(type) + " can't be a key",
                              quoted(part.field(*first).name) + " is " + a_type(type));
  also(problem, part.field_place(*first), "declared here");
  help(problem, "keys are bool, int, string or time");
  return false;
}

void add_to_key(Part& part, KeyPart key) {
  for (const KeyPart& other : part.rule.plan.key) {
    if (other.name != part.name) continue;
    error(part.draft, "E0311", part.span, "the key has two parts called " + quoted(part.name), "a second one");
    return;
  }
  part.rule.plan.key.push_back(std::move(key));
}

void finish(Part& part) {
  if (!check_types(part)) return;
  for (const auto& field : part.fields)
    if (!field) return;
  KeyPart key;
  key.name = part.name;
  key.type = part.field(0).type;
  for (const auto& field : part.fields) key.field.push_back(*field);
  add_to_key(part, std::move(key));
}

std::vector<std::string> fields_of_all(const Draft& draft, const RuleDraft& rule) {
  std::vector<std::string> names;
  for (const events::Field& field : draft.schema[rule.plan.inputs.front()].fields)
    if (std::all_of(rule.plan.inputs.begin(), rule.plan.inputs.end(),
                    [&](events::TypeId type) { return draft.schema[type].find(field.name) >= 0; }))
      names.push_back(field.name);
  return names;
}

void report_lacking(const Part& part, const syntax::Name& name, const std::vector<std::size_t>& lacking) {
  std::vector<std::string> types;
  for (const std::size_t input : lacking) types.push_back(part.type_name(input));
  const bool none = lacking.size() == part.fields.size();
  Diagnostic& problem = error(part.draft, "E0308", name.span,
                              "the key needs a field " + quoted(name.text) + " of every event type of the rule",
                              "not a field of " + listed(types));
  for (const std::size_t input : lacking)
    also(problem, part.draft.of(part.rule.plan.inputs[input]).place, "has no field " + quoted(name.text));
  if (did_you_mean(problem, name, fields_of_all(part.draft, part.rule), "a field") || none) return;
  std::string form;
  for (std::size_t i = 0; i < part.fields.size(); ++i)
    form += (i > 0 ? " == " : "") + part.type_name(i) + "." + (part.fields[i] ? name.text : "…");
  help(problem, "fields of different names are given as `" + form + "`");
}

void check_plain(Part& part, const syntax::Name& name) {
  part.name = name.text;
  std::vector<std::size_t> lacking;
  bool unknown = false;
  for (std::size_t i = 0; i < part.rule.plan.inputs.size(); ++i) {
    const events::TypeId type = part.rule.plan.inputs[i];
    const int found = part.draft.schema[type].find(name.text);
    const TypeDraft& known = part.draft.of(type);
    if (found >= 0 && !known.fields[static_cast<std::size_t>(found)].bad)
      part.fields[i] = static_cast<std::uint32_t>(found);
    else if (found >= 0 || known.broken)
      unknown = true;
    else
      lacking.push_back(i);
  }
  if (!lacking.empty())
    report_lacking(part, name, lacking);
  else if (!unknown || part.fields.size() > 1)
    finish(part);
}

/// The type of a joined side's events; empty: it is no side's name. kNoType: reported.
std::optional<events::TypeId> type_of_side(const Part& part, const syntax::Name& name) {
  if (!part.rule.plan.window || name.text.empty()) return std::nullopt;
  for (const Side& side : part.rule.plan.window->sides)
    if (side.name == name.text) return side.fits.empty() ? events::kNoType : side.fits.front().type;
  return std::nullopt;
}

/// `o.id`, where `o` is a side.
std::optional<syntax::KeyPart::Typed> split_side(const Part& part, const syntax::Name& name) {
  const std::size_t dot = name.text.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto length = static_cast<std::uint32_t>(dot);
  const syntax::Name side{name.text.substr(0, dot), {name.span.file, name.span.begin, name.span.begin + length}};
  if (!type_of_side(part, side)) return std::nullopt;
  const syntax::Name field{name.text.substr(dot + 1), {name.span.file, name.span.begin + length + 1, name.span.end}};
  return syntax::KeyPart::Typed{side, field};
}

/// Both sides of a join of one type with itself: an event has one key, whichever side it is on.
bool same_field(const Part& part, std::size_t input, const syntax::KeyPart::Typed& side) {
  const std::optional<std::uint32_t> field = find_field(part.draft, part.rule.plan.inputs[input], side.field);
  if (!field || !part.fields[input] || *field == *part.fields[input]) return field && part.fields[input];
  Diagnostic& problem =
      error(part.draft, "E0310", side.field.span,
            "both sides are " + quoted(part.type_name(input)) + ", so that the key is one field of it",
            "another field than on the other side");
  help(problem, "compare the two in `on`");
  return false;
}

void check_typed(Part& part, const std::vector<syntax::KeyPart::Typed>& sides) {
  part.name = sides.front().field.text;
  bool good = true;
  std::vector<bool> named(part.fields.size());
  for (const syntax::KeyPart::Typed& side : sides) {
    const std::optional<events::TypeId> of_side = type_of_side(part, side.type);
    const events::TypeId type = of_side ? *of_side : find_type(part.draft, side.type);
    const auto& inputs = part.rule.plan.inputs;
    const auto input = std::find(inputs.begin(), inputs.end(), type);
    if (type == events::kNoType || input == inputs.end()) {
      if (type != events::kNoType)
        error(part.draft, "E0310", side.type.span, "the rule doesn't read " + quoted(side.type.text),
              part.rule.from ? "not in its `from`" : "not in its pattern");
      good = false;
      continue;
    }
    const auto index = static_cast<std::size_t>(input - inputs.begin());
    if (named[index] && of_side) {
      good = same_field(part, index, side) && good;
      continue;
    }
    if (named[index]) {
      error(part.draft, "E0310", side.type.span, quoted(side.type.text) + " stands twice in one part of the key",
            "a second time");
      good = false;
      continue;
    }
    named[index] = true;
    part.fields[index] = find_field(part.draft, type, side.field);
    good = good && part.fields[index];
  }
  std::vector<std::string> lacking;
  for (std::size_t i = 0; i < part.fields.size(); ++i)
    if (!named[i]) lacking.push_back(part.type_name(i));
  if (!lacking.empty() && good) {
    Diagnostic& problem = error(part.draft, "E0310", part.span, "the key needs a field of every event type of the rule",
                                "nothing of " + listed(lacking));
    help(problem, "add `== " + lacking.front() + ".…`");
  } else if (good) {
    finish(part);
  }
}

/// `name = expression`: of each type's event, of one type.
void check_computed(Part& part, const syntax::NamedExpr& written) {
  part.name = written.name.text;
  KeyPart key;
  key.name = part.name;
  for (const events::TypeId type : part.rule.plan.inputs) {
    const Scope scope{part.draft, Place::event, &part.rule, type};
    std::optional<Expr> expr = check_expr(written.expr, scope);
    if (!expr) return;
    if (key.exprs.empty()) key.type = expr->type;
    if (key.type != expr->type) {
      error(part.draft, "E0308", written.expr.span,
            "a part of the key must be of one type: it is " + a_type(key.type) + " of " + quoted(part.type_name(0)) +
                ", and " + a_type(expr->type) + " of " + quoted(part.draft.schema[type].name),
            "of different types");
      return;
    }
    key.exprs.push_back(std::move(*expr));
  }
  if (!can_be_key(key.type)) {
    help(error(part.draft, "E0309", written.expr.span, a_type(key.type) + " can't be a key", a_type(key.type)),
         "keys are bool, int, string or time");
    return;
  }
  key.field.assign(key.exprs.size(), kNoField);
  add_to_key(part, std::move(key));
}

}  // namespace

void check_key(Draft& draft, RuleDraft& rule) {
  if (rule.plan.inputs.empty()) return;
  for (const syntax::KeyPart& written : rule.by->parts) {
    const std::size_t before = rule.plan.key.size();
    Part part{draft, rule, written.span, {}, {}};
    part.fields.resize(rule.plan.inputs.size());
    std::visit(overloaded{
                   [&](const syntax::Name& name) {
                     if (const std::optional<syntax::KeyPart::Typed> of_side = split_side(part, name))
                       check_typed(part, {*of_side});
                     else
                       check_plain(part, name);
                   },
                   [&](const std::vector<syntax::KeyPart::Typed>& sides) { check_typed(part, sides); },
                   [&](const syntax::NamedExpr& computed) { check_computed(part, computed); },
               },
               written.node);
    if (rule.plan.key.size() == before) rule.partial = true;  // what reads the part is not judged
  }
}

}  // namespace tocsin::rules::checking
