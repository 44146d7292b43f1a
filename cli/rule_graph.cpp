// See rule_graph.hpp. Which nodes and edges there are.
#include "cli/rule_graph.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "rules/overloaded.hpp"
#include "rules/reads.hpp"

namespace tocsin::cli {

namespace {

using Kind = RuleGraph::Kind;
using Role = RuleGraph::Role;

/// One line, whatever stands in the text.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{{{:X}}}", static_cast<unsigned>(c));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// `sliding 10m every 1m`, as the rule says it.
std::string window_text(const rules::WindowPlan& window) {
  using Window = rules::WindowPlan::Kind;
  const auto text = [](events::Duration duration) { return events::format_duration(duration); };
  if (!window.grains.empty()) {
    std::vector<std::string> grains;
    for (const events::Duration grain : window.grains) grains.push_back(text(grain));
    return fmt::format("rollup {}", fmt::join(grains, ", "));
  }
  switch (window.kind) {
    case Window::tumbling:
      return "tumbling " + text(window.size) + (window.zone.empty() ? "" : " in " + in_quotes(window.zone));
    case Window::sliding:
      return "sliding " + text(window.size) + " every " + text(window.every);
    case Window::session:
      return "session " + text(window.size);
    case Window::rolling:
      return "rolling " + text(window.size) + (window.every.ns > 0 ? " step " + text(window.every) : "");
    case Window::last:
      return fmt::format("last {}", window.count);
    case Window::batch:
      return fmt::format("batch {}", window.count);
    case Window::global:
      return "global";
    case Window::rows:
      return "rows";
  }
  return {};
}

std::string join_text(const rules::Join& join) {
  return std::string(join.left ? "left " : "") + "join" + (join.last ? " last" : "") +
         (join.within ? " within " + events::format_duration(*join.within) : "");
}

/// The severities that the expression can give by the look of it; false: it has others.
bool add_severities(const rules::Expr& expr, std::vector<events::Severity>& severities) {
  if (expr.op == rules::Op::conditional)
    return add_severities(expr.args[1], severities) && add_severities(expr.args[2], severities);
  if (expr.op != rules::Op::constant) return false;
  const auto* severity = std::get_if<events::Severity>(&expr.value);
  if (severity) severities.push_back(*severity);
  return severity != nullptr;
}

/// `high or low`
std::string severity_text(const std::vector<const rules::AlertPlan*>& alerts) {
  std::vector<events::Severity> severities;
  bool known = true;
  for (const rules::AlertPlan* alert : alerts) known = add_severities(alert->severity, severities) && known;
  std::sort(severities.begin(), severities.end(), std::greater<>());
  severities.erase(std::unique(severities.begin(), severities.end()), severities.end());
  if (!known) return "severity computed";
  std::vector<std::string> names;
  for (const events::Severity severity : severities) names.push_back(events::to_text(events::Value{severity}));
  return fmt::format("{}", fmt::join(names, " or "));
}

class GraphMaker {
 public:
  explicit GraphMaker(const rules::RuleSet& set) : set_(set) {}

  RuleGraph run() {
    add_types();
    add_tables();
    add_rules();
    for (const rules::RulePlan* plan : by_layer_) add_alerts(*plan);
    add_actions();
    for (const rules::RulePlan* plan : by_layer_) connect(*plan);
    for (const auto& table : set_.tables)
      if (table->type != events::kNoType) edge(types_[index_of(table->type)], tables_[table->name], Role::fills, "");
    std::sort(graph_.edges.begin(), graph_.edges.end(), [](const auto& a, const auto& b) {
      return std::tie(a.from, a.to, a.role, a.label) < std::tie(b.from, b.to, b.role, b.label);
    });
    return std::move(graph_);
  }

 private:
  std::uint32_t node(Kind kind, const std::string& name, std::vector<std::string> facts) {
    graph_.nodes.push_back({kind, name, std::move(facts)});
    return static_cast<std::uint32_t>(graph_.nodes.size() - 1);
  }
  void edge(std::uint32_t from, std::uint32_t to, Role role, const std::string& label) {
    const auto same = [&](const RuleGraph::Edge& known) {
      return known.from == from && known.to == to && known.role == role && known.label == label;
    };
    if (std::none_of(graph_.edges.begin(), graph_.edges.end(), same)) graph_.edges.push_back({from, to, role, label});
  }

  void add_types() {
    const std::vector<events::EventType>& types = set_.schema.types;
    std::vector<std::size_t> order(types.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return types[a].name < types[b].name; });
    types_.resize(types.size());
    for (const std::size_t i : order) {
      const events::EventType& type = types[i];
      const Kind kind = type.name.starts_with("alert.") ? Kind::alerts : type.derived ? Kind::derived : Kind::event;
      std::vector<std::string> facts;
      if (kind == Kind::event && type.wire != type.name) facts.push_back(in_quotes(type.wire));
      types_[i] = node(kind, type.name, std::move(facts));
    }
  }
  void add_tables() {
    for (const auto& table : set_.tables) {
      const bool file = table->type == events::kNoType;
      std::vector<std::string> key;
      for (const std::uint32_t field : table->key) key.push_back(table->fields[field].name);
      const std::string from = file ? in_quotes(table->path) : "latest " + set_.schema[table->type].name;
      tables_[table->name] = node(Kind::table, table->name, {from, fmt::format("key {}", fmt::join(key, ", "))});
    }
  }
  void add_rules() {
    for (const rules::RulePlan& plan : set_.rules) by_layer_.push_back(&plan);
    std::stable_sort(by_layer_.begin(), by_layer_.end(), [](const auto* a, const auto* b) {
      return std::tie(a->layer, a->name) < std::tie(b->layer, b->name);
    });
    for (const rules::RulePlan* plan : by_layer_) {
      std::vector<std::string> facts;
      if (plan->window) facts.push_back(window_text(*plan->window));
      if (plan->window && plan->window->join) facts.push_back(join_text(*plan->window->join));
      std::vector<std::string> key;
      for (const rules::KeyPart& part : plan->key) key.push_back(part.name);
      if (!key.empty()) facts.push_back(fmt::format("by {}", fmt::join(key, ", ")));
      if (plan->shadow) facts.emplace_back("shadow");
      if (plan->disabled) facts.emplace_back("disabled");
      const std::uint32_t at = node(plan->window ? Kind::window : Kind::pattern, plan->name, std::move(facts));
      graph_.nodes[at].layer = plan->layer;
      graph_.nodes[at].quiet = plan->shadow || plan->disabled;
      graph_.layers = std::max(graph_.layers, plan->layer + 1);
      rules_[plan->name] = at;
    }
  }
  void add_alerts(const rules::RulePlan& plan) {
    for (const bool timeout : {false, true}) {
      std::vector<const rules::AlertPlan*> alerts;
      for (const rules::OutputPlan& output : plan.outputs)
        if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node); alert && output.timeout == timeout)
          alerts.push_back(alert);
      if (!alerts.empty()) alerts_[{plan.name, timeout}] = node(Kind::alert, plan.name, {severity_text(alerts)});
    }
  }
  void add_actions() {
    for (const rules::RulePlan* plan : by_layer_)
      for (const rules::OutputPlan& output : plan->outputs)
        if (const auto* action = std::get_if<rules::ActionPlan>(&output.node)) actions_[action->name] = 0;
    for (auto& [name, at] : actions_) at = node(Kind::action, name, {});
  }

  void connect(const rules::RulePlan& plan) {
    const std::uint32_t rule = rules_[plan.name];
    const std::vector<std::string> tables = rules::tables_named(plan);
    for (const std::string& table : tables) edge(tables_[table], rule, Role::looks_up, "");
    for (const events::TypeId type : plan.inputs) {
      const auto& resolving = plan.only_resolving;
      const bool only = std::find(resolving.begin(), resolving.end(), type) != resolving.end();
      if (!of_a_side(plan, type)) edge(types_[index_of(type)], rule, Role::reads, only ? "resolves" : "");
    }
    for (const rules::OutputPlan& output : plan.outputs) {
      const std::string label = output.timeout ? "timeout" : "";
      const auto gives = [&](std::uint32_t to) { edge(rule, to, Role::gives, label); };
      std::visit(rules::overloaded{[&](const rules::AlertPlan& alert) {
                                     gives(alerts_[{plan.name, output.timeout}]);
                                     if (alert.event.type != events::kNoType) gives(types_[index_of(alert.event.type)]);
                                   },
                                   [&](const rules::EmitPlan& emit) { gives(types_[index_of(emit.type)]); },
                                   [&](const rules::ActionPlan& action) { gives(actions_[action.name]); }},
                 output.node);
    }
  }
  /// Connects a type of a joined side, by the side's name.
  bool of_a_side(const rules::RulePlan& plan, events::TypeId type) {
    if (!plan.window || !plan.window->join) return false;
    bool found = false;
    for (const rules::Side& side : plan.window->sides) {
      const std::vector<events::TypeId> types = rules::types_of(side);
      if (std::find(types.begin(), types.end(), type) == types.end()) continue;
      found = true;
      edge(types_[index_of(type)], rules_[plan.name], Role::reads, side.name.empty() ? "" : "as " + side.name);
    }
    return found;
  }

  const rules::RuleSet& set_;
  RuleGraph graph_;
  std::vector<std::uint32_t> types_;  ///< node by type
  std::map<std::string, std::uint32_t> tables_;
  std::map<std::string, std::uint32_t> rules_;
  std::map<std::pair<std::string, bool>, std::uint32_t> alerts_;  ///< by rule, and whether of timeouts
  std::map<std::string, std::uint32_t> actions_;
  std::vector<const rules::RulePlan*> by_layer_;
};

}  // namespace

RuleGraph graph_of(const rules::RuleSet& set) { return GraphMaker(set).run(); }

}  // namespace tocsin::cli
