// check(): the stages in a row, and the reporting they share.
#include "rules/check.hpp"

#include <algorithm>
#include <numeric>

#include "rules/check_table.hpp"
#include "rules/fingerprint.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules {
namespace checking {

events::TypeId Draft::type_called(const std::string& name) const {
  const auto found = type_ids.find(name);
  return found == type_ids.end() ? events::kNoType : found->second;
}

static Diagnostic& report(Draft& draft, Level level, const char* code, Span span, std::string message,
                          std::string label) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.level = level;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  diagnostic.label = std::move(label);
  return draft.diagnostics.emplace_back(std::move(diagnostic));
}

Diagnostic& error(Draft& draft, const char* code, Span span, std::string message, std::string label) {
  return report(draft, Level::error, code, span, std::move(message), std::move(label));
}

Diagnostic& warning(Draft& draft, const char* code, Span span, std::string message, std::string label) {
  return report(draft, Level::warning, code, span, std::move(message), std::move(label));
}

void help(Diagnostic& diagnostic, std::string text) { diagnostic.helps.push_back({std::move(text), std::nullopt, {}}); }

void help(Diagnostic& diagnostic, std::string text, Span span, std::string replacement) {
  diagnostic.helps.push_back({std::move(text), span, std::move(replacement)});
}

void also(Diagnostic& diagnostic, Span span, std::string label) {
  diagnostic.related.push_back({span, std::move(label)});
}

bool did_you_mean(Diagnostic& diagnostic, const syntax::Name& name, const std::vector<std::string>& candidates,
                  std::string_view kind) {
  const std::string found = nearest(name.text, candidates);
  if (found.empty()) return false;
  help(diagnostic, std::string(kind) + " with a similar name exists", name.span, found);
  return true;
}

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string lowered(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string a_type(events::Type type) {
  return (type == events::Type::integer ? "an " : "a ") + std::string(events::name_of(type));
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += quoted(names[i]);
  }
  return text;
}

/// A name that resembles no other is reported once, at its first place: one missing declaration is one problem.
static bool already_reported(Draft& draft, const std::string& kind, const syntax::Name& name) {
  const auto found = draft.unknown.find(kind + name.text);
  if (found == draft.unknown.end()) return false;
  Span& first = draft.diagnostics[found->second].span;
  if (std::pair(name.span.file, name.span.begin) < std::pair(first.file, first.begin)) first = name.span;
  return true;
}

static bool gives_alerts(const RuleDraft& rule) {
  return std::any_of(rule.outputs.begin(), rule.outputs.end(),
                     [](const syntax::Clause* clause) { return std::holds_alternative<syntax::Alert>(clause->node); });
}

/// What an unknown type might have been: any type, and for `alert.x` the alerts of any rule.
static std::vector<std::string> type_names(const Draft& draft, bool alerts) {
  std::vector<std::string> names;
  for (const events::EventType& type : draft.schema.types) names.push_back(type.name);
  if (alerts)
    for (const RuleDraft& rule : draft.rules)
      if (gives_alerts(rule)) names.push_back("alert." + rule.written->name.text);
  return names;
}

/// A declaration that would mend it.
static std::string help_for_type(const Draft& draft, const std::string& name) {
  constexpr std::string_view kAlerts = "alert.";
  const bool alerts = name.starts_with(kAlerts);
  const auto rule = draft.rule_ids.find(alerts ? name.substr(kAlerts.size()) : name);
  if (rule == draft.rule_ids.end())
    return alerts ? "`alert.NAME` are the alerts of rule `NAME`"
                  : "event types are declared: `event " + name + " { field: type }`, or emitted by a rule";
  if (alerts) return "rule " + quoted(rule->first) + " gives no alerts";
  return quoted(name) + " is a rule; what it puts out for other rules is what it emits" +
         (gives_alerts(draft.rules[rule->second]) ? ", and its alerts, as " + quoted("alert." + name) : "");
}

events::TypeId find_type(Draft& draft, const syntax::Name& name) {
  const events::TypeId found = draft.type_called(name.text);
  if (found != events::kNoType) {
    draft.of(found).used = true;
    return found;
  }
  if (already_reported(draft, "type ", name)) return found;
  const std::vector<std::string> names = type_names(draft, name.text.starts_with("alert."));
  if (draft.incomplete && nearest(name.text, names).empty()) return found;
  Diagnostic& problem =
      error(draft, "E0201", name.span, "no event type is called " + quoted(name.text), "unknown event type");
  if (did_you_mean(problem, name, names, "an event type")) return found;
  draft.unknown["type " + name.text] = draft.diagnostics.size() - 1;
  help(problem, help_for_type(draft, name.text));
  return found;
}

std::optional<std::size_t> find_rule(Draft& draft, const syntax::Name& name) {
  if (const auto found = draft.rule_ids.find(name.text); found != draft.rule_ids.end()) return found->second;
  if (already_reported(draft, "rule ", name)) return std::nullopt;
  std::vector<std::string> names;
  for (const RuleDraft& rule : draft.rules) names.push_back(rule.written->name.text);
  if (draft.incomplete && nearest(name.text, names).empty()) return std::nullopt;
  Diagnostic& problem = error(draft, "E0202", name.span, "no rule is called " + quoted(name.text), "unknown rule");
  if (!did_you_mean(problem, name, names, "a rule")) draft.unknown["rule " + name.text] = draft.diagnostics.size() - 1;
  return std::nullopt;
}

/// Reports a name that only leads to fields: `pos`, of `pos.lat`.
static bool refuse_object(Draft& draft, events::TypeId type, const syntax::Name& name,
                          const std::vector<std::string>& fields) {
  const auto inner = std::find_if(fields.begin(), fields.end(),
                                  [&](const std::string& field) { return field.starts_with(name.text + "."); });
  if (inner == fields.end()) return false;
  Diagnostic& problem = error(draft, "E0225", name.span, quoted(name.text) + " is an object, not a value", "an object");
  also(problem, draft.of(type).place, "declared here");
  help(problem, "read one of its fields: " + quoted(*inner));
  return true;
}

std::optional<std::uint32_t> find_field(Draft& draft, events::TypeId type, const syntax::Name& name) {
  if (type == events::kNoType) return std::nullopt;
  const events::EventType& event = draft.schema[type];
  const TypeDraft& known = draft.of(type);
  if (const int found = event.find(name.text); found >= 0) {
    const auto index = static_cast<std::uint32_t>(found);
    if (known.fields[index].bad) return std::nullopt;
    return index;
  }
  if (known.broken) return std::nullopt;
  std::vector<std::string> names;
  for (const events::Field& field : event.fields)
    if (!field.attribute) names.push_back(field.name);
  if (refuse_object(draft, type, name, names)) return std::nullopt;
  Diagnostic& problem =
      error(draft, "E0203", name.span, "event type " + quoted(event.name) + " has no field " + quoted(name.text),
            "unknown field");
  also(problem, known.place, known.declared ? "declared here" : "emitted here");
  if (!did_you_mean(problem, name, names, "a field") &&
      !did_you_mean(problem, name, {"true", "false", "null"}, "a constant of the language") && !names.empty() &&
      names.size() <= 12)
    help(problem, "its fields are " + listed(names));
  return std::nullopt;
}

/// Lower layers first, so that what a rule reads has its fields.
static void check_rules(Draft& draft) {
  std::vector<std::size_t> order(draft.rules.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return draft.rules[a].layer < draft.rules[b].layer; });
  for (const std::size_t rule : order) {
    for (const events::TypeId type : draft.rules[rule].reads) settle_type(draft, type);
    for (const events::TypeId type : draft.rules[rule].table_types) settle_type(draft, type);
    check_rule(draft, rule);
  }
  for (std::size_t i = 0; i < draft.types.size(); ++i)
    settle_type(draft, events::TypeId{static_cast<std::uint32_t>(i)});
  if (!has_errors(draft.diagnostics)) check_turns_kept(draft);
}

static RuleSet finish(Draft& draft) {
  mark_stored(draft);
  RuleSet set;
  set.schema = std::move(draft.schema);
  set.zone = std::move(draft.zone);
  set.tests = std::move(draft.tests);
  for (auto& [name, table] : draft.tables) set.tables.push_back(std::move(table.table));
  for (RuleDraft& rule : draft.rules) {
    rule.plan.table_types = tables_read(rule.plan);
    rule.plan.version = fingerprint(rule.plan, set.schema, set.zone);
    set.rules.push_back(std::move(rule.plan));
  }
  return set;
}

}  // namespace checking

std::optional<RuleSet> check(const std::vector<syntax::Tree>& trees, const Sources& sources, Diagnostics& diagnostics,
                             const ReadFile& read) {
  checking::Draft draft{trees, sources, diagnostics, read};
  draft.incomplete = has_errors(diagnostics);
  checking::gather_names(draft);
  checking::declare_types(draft);
  checking::declare_tables(draft);
  checking::check_declarations(draft);
  checking::find_layers(draft);
  checking::check_rules(draft);
  checking::check_functions(draft);
  checking::finish_tables(draft);
  checking::check_tests(draft);
  checking::lint_rules(draft);
  checking::lint_unused(draft);
  checking::lint_declarations(draft);
  checking::lint_tables(draft);
  if (has_errors(diagnostics)) return std::nullopt;
  return checking::finish(draft);
}

}  // namespace tocsin::rules
