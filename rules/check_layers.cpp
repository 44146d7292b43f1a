// Rules and the types they emit → layers: a rule stands above all rules whose events it reads.
//
// Kahn's algorithm, with ends in the order of names. What it leaves contains a circle; each is reported once and taken
// out, so that the rest of the set can still be judged.
#include <algorithm>
#include <queue>

#include "rules/check_table.hpp"

namespace tocsin::rules::checking {
namespace {

struct Graph {
  std::vector<std::vector<std::size_t>> readers;  ///< by rule: those that read what it emits
  std::vector<std::size_t> waits_for;             ///< by rule: how many emitters are not placed
  std::vector<bool> placed;
};

Graph graph_of(const Draft& draft) {
  Graph graph;
  graph.readers.resize(draft.rules.size());
  graph.waits_for.resize(draft.rules.size());
  graph.placed.resize(draft.rules.size());
  for (std::size_t reader = 0; reader < draft.rules.size(); ++reader) {
    const auto read = [&](events::TypeId type) {
      for (const std::size_t emitter : draft.types[events::index_of(type)].emitters) {
        graph.readers[emitter].push_back(reader);
        ++graph.waits_for[reader];
      }
    };
    std::for_each(draft.rules[reader].reads.begin(), draft.rules[reader].reads.end(), read);
    std::for_each(draft.rules[reader].table_types.begin(), draft.rules[reader].table_types.end(), read);
  }
  return graph;
}

void place(Draft& draft, Graph& graph, std::queue<std::size_t>& ready) {
  for (; !ready.empty(); ready.pop()) {
    const std::size_t rule = ready.front();
    if (graph.placed[rule]) continue;
    graph.placed[rule] = true;
    for (const std::size_t reader : graph.readers[rule]) {
      draft.rules[reader].layer = std::max(draft.rules[reader].layer, draft.rules[rule].layer + 1);
      if (--graph.waits_for[reader] == 0) ready.push(reader);
    }
  }
}

/// A type that `rule` reads and an unplaced rule emits, with that rule.
std::pair<events::TypeId, std::size_t> blocker_of(const Draft& draft, const Graph& graph, std::size_t rule) {
  for (const std::vector<events::TypeId>* types : {&draft.rules[rule].reads, &draft.rules[rule].table_types})
    for (const events::TypeId type : *types)
      for (const std::size_t emitter : draft.types[events::index_of(type)].emitters)
        if (!graph.placed[emitter]) return {type, emitter};
  return {events::kNoType, rule};
}

/// Each rule with the type that the one before it reads; `from` is not placed.
std::vector<std::pair<events::TypeId, std::size_t>> circle_near(const Draft& draft, const Graph& graph,
                                                                std::size_t from) {
  std::vector<std::pair<events::TypeId, std::size_t>> path;
  std::vector<std::size_t> seen(draft.rules.size(), std::string::npos);
  for (std::size_t rule = from; seen[rule] == std::string::npos;) {
    seen[rule] = path.size();
    path.push_back(blocker_of(draft, graph, rule));
    rule = path.back().second;
  }
  path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(seen[path.back().second]));
  std::reverse(path.begin(), path.end());
  return path;
}

/// Where the rule gives events of the type.
Span emit_place(const RuleDraft& rule, const std::string& type) {
  for (const syntax::Clause* clause : rule.outputs) {
    if (const auto* emit = std::get_if<syntax::Emit>(&clause->node); emit && emit->type.text == type)
      return emit->type.span;
    if (std::holds_alternative<syntax::Alert>(clause->node) && type == "alert." + rule.written->name.text)
      return clause->keyword;
  }
  return rule.written->name.span;
}

void report_circle(Draft& draft, std::vector<std::pair<events::TypeId, std::size_t>> circle) {
  std::rotate(
      circle.begin(),
      std::min_element(circle.begin(), circle.end(), [](const auto& a, const auto& b) { return a.second < b.second; }),
      circle.end());
  const syntax::Name& first = draft.rules[circle.front().second].written->name;
  std::string way;
  for (const auto& link : circle) way += quoted(draft.rules[link.second].written->name.text) + " -> ";
  Diagnostic& problem =
      error(draft, "E0407", first.span, "rules feed each other in a circle: " + way + quoted(first.text),
            circle.size() == 1 ? "it reads what it emits" : "the circle passes through this rule");
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const RuleDraft& emitter = draft.rules[circle[i].second];
    const std::string& reader = draft.rules[circle[(i + 1) % circle.size()].second].written->name.text;
    const std::string& type = draft.schema[circle[i].first].name;
    const char* verb = draft.of(circle[i].first).alerts_of ? "gives " : "emits ";
    also(problem, emit_place(emitter, type), verb + quoted(type) + ", which " + quoted(reader) + " reads");
  }
  for (const auto& link : circle)
    if (TypeDraft& type = draft.of(link.first); !type.declared) type.broken = true;
}

}  // namespace

void find_layers(Draft& draft) {
  for (RuleDraft& rule : draft.rules) rule.table_types = table_types_of(draft, *rule.written);
  Graph graph = graph_of(draft);
  std::queue<std::size_t> ready;
  for (std::size_t rule = 0; rule < draft.rules.size(); ++rule)
    if (graph.waits_for[rule] == 0) ready.push(rule);
  place(draft, graph, ready);
  for (std::size_t rule = 0; rule < draft.rules.size();) {
    if (graph.placed[rule]) {
      ++rule;
      continue;
    }
    const auto circle = circle_near(draft, graph, rule);
    report_circle(draft, circle);
    for (const auto& link : circle) ready.push(link.second);
    place(draft, graph, ready);
  }
  for (RuleDraft& rule : draft.rules) rule.plan.layer = rule.layer;
}

}  // namespace tocsin::rules::checking
