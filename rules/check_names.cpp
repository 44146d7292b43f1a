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
    help(problem, "names of event types and rules are unique over all files of the set");
    return false;
  }

  void operator()(const syntax::EventDecl& event) {
    if (claim(event.name)) types[event.name.text] = {event.name.span, &event};
  }
  void operator()(const syntax::Rule& rule) {
    claim(rule.name);
    draft.rules.emplace_back().written = &rule;
  }
  void operator()(const syntax::Test&) {}
  void operator()(const syntax::NotYet&) {}
};

/// Each clause but outputs once.
template <class Node>
void take_clause(Draft& draft, const Node*& place, const Node& node, const syntax::Clause& clause,
                 const syntax::Rule& rule, std::string_view keyword) {
  if (!place) {
    place = &node;
    return;
  }
  Diagnostic& problem =
      error(draft, "E0313", clause.keyword, "rule " + quoted(rule.name.text) + " has a second " + quoted(keyword),
            "each clause stands once; only outputs may be repeated");
  for (const syntax::Clause& first : rule.clauses)
    if (std::get_if<Node>(&first.node) == place) also(problem, first.keyword, "the first one");
}

void sort_clauses(Draft& draft, RuleDraft& rule) {
  rule.partial = rule.written->broken;
  const syntax::AfterMatchSkipPastLast* after = nullptr;
  for (const syntax::Clause& clause : rule.written->clauses) {
    const auto take = [&](auto& place, const auto& node, std::string_view keyword) {
      take_clause(draft, place, node, clause, *rule.written, keyword);
    };
    std::visit(overloaded{
                   [&](const syntax::Match& node) { take(rule.match, node, "match"); },
                   [&](const syntax::By& node) { take(rule.by, node, "by"); },
                   [&](const syntax::Within& node) { take(rule.within, node, "within"); },
                   [&](const syntax::LimitRuns& node) { take(rule.limit, node, "limit runs"); },
                   [&](const syntax::AfterMatchSkipPastLast& node) { take(after, node, "after match"); },
                   [&](const syntax::Alert&) { rule.outputs.push_back(&clause); },
                   [&](const syntax::Emit&) { rule.outputs.push_back(&clause); },
                   [&](const syntax::NotYet&) { rule.partial = true; },
               },
               clause.node);
  }
}

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
    known.broken = found.declared && found.declared->broken;
  }
}

void link_rule(Draft& draft, std::size_t index) {
  RuleDraft& rule = draft.rules[index];
  const auto read = [&](const syntax::EventRef& event) {
    const events::TypeId type = draft.type_called(event.type.text);
    if (type != events::kNoType) rule.reads.push_back(type);
  };
  if (rule.match) {
    for (const syntax::Element& element : rule.match->pattern.elements) {
      if (const auto* step = std::get_if<syntax::Step>(&element.node)) read(step->event);
      if (const auto* absent = std::get_if<syntax::Absent>(&element.node))
        for (const syntax::EventRef& event : absent->events) read(event);
      if (std::holds_alternative<syntax::NotYet>(element.node)) rule.partial = true;
    }
  }
  std::sort(rule.reads.begin(), rule.reads.end());
  rule.reads.erase(std::unique(rule.reads.begin(), rule.reads.end()), rule.reads.end());
  for (const syntax::Clause* clause : rule.outputs) {
    const auto* emit = std::get_if<syntax::Emit>(&clause->node);
    if (!emit) continue;
    const events::TypeId type = draft.type_called(emit->type.text);
    if (type == events::kNoType) continue;
    std::vector<std::size_t>& emitters = draft.of(type).emitters;
    if (emitters.empty() || emitters.back() != index) emitters.push_back(index);
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
  number_types(draft, gathering.types);
  for (std::size_t i = 0; i < draft.rules.size(); ++i) {
    draft.rule_ids.try_emplace(draft.rules[i].written->name.text, i);
    link_rule(draft, i);
  }
}

}  // namespace tocsin::rules::checking
