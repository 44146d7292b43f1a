// A rule's clauses to their places, and the event types that they name.
#include <algorithm>

#include "rules/check.hpp"

namespace tocsin::rules::checking {
namespace {

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

using Visit = std::function<void(const syntax::Name&)>;

void each_name(const std::vector<syntax::EventRef>& events, const Visit& visit) {
  for (const syntax::EventRef& event : events)
    for (const syntax::Name& type : event.types) visit(type);
}

void each_name(const syntax::Loop& loop, const Visit& visit) {
  if (!loop.until) return;
  for (const syntax::Name& type : loop.until->event.types) visit(type);
}

void each_name(const std::vector<syntax::Element>& elements, const Visit& visit) {
  for (const syntax::Element& element : elements) {
    std::visit(overloaded{
                   [&](const syntax::Step& step) {
                     for (const syntax::Name& type : step.event.types) visit(type);
                     each_name(step.loop, visit);
                   },
                   [&](const syntax::Absent& absent) { each_name(absent.events, visit); },
                   [&](const syntax::Group& group) {
                     each_name(group.elements, visit);
                     each_name(group.loop, visit);
                   },
                   [&](const syntax::Choice& choice) { each_name(choice.sides, visit); },
                   [&](const syntax::Both& both) { each_name(both.sides, visit); },
               },
               element.node);
  }
}

void each_name(const syntax::From& from, const Visit& visit) {
  const auto each = [&](const syntax::Source& source) {
    for (const syntax::Name& type : source.event.types) visit(type);
  };
  for (const syntax::Source& source : from.sources) each(source);
  for (const syntax::Join& join : from.joins) each(join.source);
}

void sort_and_unite(std::vector<events::TypeId>& types) {
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
}

void add_emitter(Draft& draft, events::TypeId type, std::size_t rule) {
  if (type == events::kNoType) return;
  std::vector<std::size_t>& emitters = draft.of(type).emitters;
  if (emitters.empty() || emitters.back() != rule) emitters.push_back(rule);
}

}  // namespace

void sort_clauses(Draft& draft, RuleDraft& rule) {
  rule.partial = rule.written->broken;
  for (const syntax::Clause& clause : rule.written->clauses) {
    const auto take = [&](auto& place, const auto& node, std::string_view keyword) {
      take_clause(draft, place, node, clause, *rule.written, keyword);
    };
    std::visit(overloaded{
                   [&](const syntax::Match& node) { take(rule.match, node, "match"); },
                   [&](const syntax::From& node) { take(rule.from, node, "from"); },
                   [&](const syntax::By& node) { take(rule.by, node, "by"); },
                   [&](const syntax::Within& node) { take(rule.within, node, "within"); },
                   [&](const syntax::LimitRuns& node) { take(rule.limit, node, "limit runs"); },
                   [&](const syntax::LimitMatches& node) { take(rule.limit_matches, node, "limit matches"); },
                   [&](const syntax::LimitMemory& node) {
                     take(rule.limit_memory, node, "limit memory");
                     rule.limit_memory_place = clause.span;
                   },
                   [&](const syntax::Forget& node) { take(rule.forget, node, "forget"); },
                   [&](const syntax::AfterMatch& node) { take(rule.after, node, "after match"); },
                   [&](const syntax::Throttle& node) { take(rule.throttle, node, "throttle"); },
                   [&](const syntax::Window& node) {
                     take(rule.window, node, "window");
                     rule.window_place = clause.span;
                   },
                   [&](const syntax::When& node) { take(rule.when, node, "when"); },
                   [&](const syntax::Every& node) { take(rule.every, node, "every"); },
                   [&](const syntax::Rollup& node) { take(rule.rollup, node, "rollup"); },
                   [&](const syntax::Late& node) { take(rule.late, node, "late"); },
                   [&](const syntax::Tags& node) { take(rule.tags, node, "tags"); },
                   [&](const syntax::Owner& node) { take(rule.owner, node, "owner"); },
                   [&](const syntax::Runbook& node) { take(rule.runbook, node, "runbook"); },
                   [&](const syntax::Priority& node) { take(rule.priority, node, "priority"); },
                   [&](const syntax::Shadow& node) { take(rule.shadow, node, "shadow"); },
                   [&](const syntax::Disabled& node) { take(rule.disabled, node, "disabled"); },
                   [&](const syntax::Alert&) { rule.outputs.push_back(&clause); },
                   [&](const syntax::Emit&) { rule.outputs.push_back(&clause); },
                   [&](const syntax::Action&) { rule.outputs.push_back(&clause); },
               },
               clause.node);
  }
}

void each_type_name(const RuleDraft& rule, const Visit& visit) {
  if (rule.match) each_name(rule.match->pattern.elements, visit);
  if (rule.from) each_name(*rule.from, visit);
  if (rule.by)
    for (const syntax::KeyPart& part : rule.by->parts)
      if (const auto* sides = std::get_if<std::vector<syntax::KeyPart::Typed>>(&part.node))
        for (const syntax::KeyPart::Typed& side : *sides) visit(side.type);
  for (const syntax::Clause* clause : rule.outputs)
    if (const auto* alert = std::get_if<syntax::Alert>(&clause->node); alert && alert->resolve)
      each_name(alert->resolve->events, visit);
}

void link_rule(Draft& draft, std::size_t index) {
  RuleDraft& rule = draft.rules[index];
  const auto to = [&draft](std::vector<events::TypeId>& types) {
    return [&draft, &types](const syntax::Name& name) {
      const events::TypeId type = draft.type_called(name.text);
      if (type != events::kNoType) types.push_back(type);
    };
  };
  if (rule.match) {
    each_name(rule.match->pattern.elements, to(rule.reads));
    if (!rule.from) rule.patterns = rule.reads;
  }
  if (rule.from)
    each_name(*rule.from, [&](const syntax::Name& type) {
      to(rule.reads)(type);
      to(rule.patterns)(type);
    });
  for (const syntax::Clause* clause : rule.outputs) {
    if (const auto* emit = std::get_if<syntax::Emit>(&clause->node))
      add_emitter(draft, draft.type_called(emit->type.text), index);
    const auto* alert = std::get_if<syntax::Alert>(&clause->node);
    if (!alert) continue;
    add_emitter(draft, draft.type_called("alert." + rule.written->name.text), index);
    if (alert->resolve) each_name(alert->resolve->events, to(rule.reads));
  }
  sort_and_unite(rule.reads);
  sort_and_unite(rule.patterns);
}

}  // namespace tocsin::rules::checking
