// Trees → names: which event types and rules there are, whoever declares or emits them.
//
// Types and rules stand sorted by name in the draft, so that nothing depends on the order of files or declarations.
#include <algorithm>
#include <map>

#include "rules/check.hpp"

namespace tocsin::rules::checking {
namespace {

struct FoundType {
  Span place;
  const syntax::EventDecl* declared = nullptr;
  bool twice = false;
};

struct Gathering {
  Draft& draft;
  std::map<std::string, Span> names;  ///< of the whole set: where each stands first
  std::map<std::string, FoundType> types;

  /// Tells whether the name is new.
  bool claim(const syntax::Name& name) {
    const auto [entry, is_new] = names.try_emplace(name.text, name.span);
    if (is_new) return true;
    Diagnostic& problem = error(draft, "E0207", name.span, "the name " + quoted(name.text) + " is taken",
                                "second declaration of this name");
    also(problem, entry->second, "first declared here");
    help(problem, "names of event types, rules, constants, functions and tables are unique over all files of the set");
    return false;
  }

  void operator()(const syntax::EventDecl& event) {
    if (claim(event.name))
      types[event.name.text] = {event.name.span, &event};
    else if (const auto first = types.find(event.name.text); first != types.end())
      first->second.twice = true;
  }
  void operator()(const syntax::Rule& rule) {
    claim(rule.name);
    draft.rules.emplace_back().written = &rule;
  }
  void operator()(const syntax::LetDecl& constant) {
    if (!claim(constant.name)) return;
    ConstantDraft& known = draft.constants[constant.name.text];
    known.place = constant.name.span;
    known.written = &constant;
  }
  void operator()(const syntax::FnDecl& function) {
    if (!claim(function.name)) return;
    FunctionDraft& known = draft.functions[function.name.text];
    known.place = function.name.span;
    known.written = &function;
  }
  void operator()(const syntax::TableDecl& table) {
    if (!claim(table.name)) return;
    TableDraft& known = draft.tables[table.name.text];
    known.place = table.name.span;
    known.written = &table;
  }
  void operator()(const syntax::Test&) {}
};

/// Names of types that only an `emit` gives.
void claim_emitted(Gathering& gathering) {
  for (const RuleDraft& rule : gathering.draft.rules) {
    for (const syntax::Clause* clause : rule.outputs) {
      const auto* emit = std::get_if<syntax::Emit>(&clause->node);
      if (!emit || gathering.types.contains(emit->type.text)) continue;
      if (gathering.claim(emit->type)) gathering.types[emit->type.text] = {emit->type.span, nullptr};
    }
  }
}

/// Types `alert.rule` of the rules whose alerts some rule reads.
void name_alerts(Gathering& gathering) {
  const Draft& draft = gathering.draft;
  std::map<std::string, const RuleDraft*> alerting;
  for (const RuleDraft& rule : draft.rules)
    for (const syntax::Clause* clause : rule.outputs)
      if (std::holds_alternative<syntax::Alert>(clause->node)) alerting["alert." + rule.written->name.text] = &rule;
  const auto add = [&](const syntax::Name& name) {
    if (const auto found = alerting.find(name.text); found != alerting.end())
      gathering.types[name.text] = {found->second->written->name.span, nullptr};
  };
  for (const RuleDraft& rule : draft.rules) each_type_name(rule, add);
  for (const auto& [name, table] : draft.tables)
    if (const auto* type = std::get_if<syntax::Name>(&table.written->from)) add(*type);
}

void number_types(Draft& draft, const std::map<std::string, FoundType>& types) {
  for (const auto& [name, found] : types) {
    draft.type_ids[name] = events::TypeId{static_cast<std::uint32_t>(draft.schema.types.size())};
    events::EventType& type = draft.schema.types.emplace_back();
    type.name = name;
    type.wire = name;
    type.derived = found.declared == nullptr;
    TypeDraft& known = draft.types.emplace_back();
    known.place = found.place;
    known.declared = found.declared != nullptr;
    known.broken = found.twice || (found.declared && found.declared->broken);
  }
}

}  // namespace

void gather_names(Draft& draft) {
  Gathering gathering{draft, {}, {}};
  for (const syntax::Tree& tree : draft.trees)
    for (const syntax::Declaration& declaration : tree.declarations) std::visit(gathering, declaration.node);
  std::stable_sort(draft.rules.begin(), draft.rules.end(),
                   [](const RuleDraft& a, const RuleDraft& b) { return a.written->name.text < b.written->name.text; });
  for (RuleDraft& rule : draft.rules) sort_clauses(draft, rule);
  claim_emitted(gathering);
  name_alerts(gathering);
  number_types(draft, gathering.types);
  for (std::size_t i = 0; i < draft.rules.size(); ++i) {
    const std::string& name = draft.rules[i].written->name.text;
    draft.rule_ids.try_emplace(name, i);
    if (const events::TypeId alerts = draft.type_called("alert." + name); alerts != events::kNoType)
      draft.of(alerts).alerts_of = i;
    link_rule(draft, i);
  }
}

}  // namespace tocsin::rules::checking
