// The graph of a rule set as text, for Graphviz and for Mermaid. Names and texts of rules are escaped for each.
#include <algorithm>

#include <fmt/format.h>

#include "cli/rule_graph.hpp"

namespace tocsin::cli {

namespace {

using Kind = RuleGraph::Kind;
using Role = RuleGraph::Role;

bool is_rule(const RuleGraph::Node& node) { return node.kind == Kind::pattern || node.kind == Kind::window; }
bool is_type(const RuleGraph::Node& node) { return node.kind <= Kind::alerts; }

// ---- text

/// `read by a, b`
void add_phrase(std::vector<std::string>& phrases, const std::string& begin, const std::vector<std::string>& names) {
  if (!names.empty()) phrases.push_back(fmt::format("{} {}", begin, fmt::join(names, ", ")));
}

class GraphText {
 public:
  explicit GraphText(const RuleGraph& graph) : graph_(graph) {
    for (const RuleGraph::Node& node : graph.nodes) widest_ = std::max(widest_, node.name.size());
  }

  std::string run() {
    section("types", is_type);
    section("tables", [](const auto& node) { return node.kind == Kind::table; });
    for (std::uint32_t layer = 0; layer < graph_.layers; ++layer)
      section(graph_.layers > 1 ? fmt::format("rules, layer {}", layer) : "rules",
              [layer](const auto& node) { return is_rule(node) && node.layer == layer; });
    section("actions", [](const auto& node) { return node.kind == Kind::action; });
    return std::move(out_);
  }

 private:
  template <class Belongs>
  void section(const std::string& title, Belongs belongs) {
    bool empty = true;
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      const RuleGraph::Node& node = graph_.nodes[i];
      if (!belongs(node)) continue;
      if (empty) out_ += (out_.empty() ? "" : "\n") + title + "\n";
      empty = false;
      out_ += fmt::format("  {:{}}  {:8}{}\n", node.name, widest_, word(node.kind),
                          fmt::format("  {}", fmt::join(phrases(i), "; ")));
    }
  }
  static const char* word(Kind kind) {
    switch (kind) {
      case Kind::event:
        return "declared";
      case Kind::derived:
        return "derived";
      case Kind::alerts:
        return "alerts";
      case Kind::table:
        return "table";
      case Kind::pattern:
        return "pattern";
      case Kind::window:
        return "window";
      case Kind::alert:
        return "alert";
      case Kind::action:
        return "action";
    }
    return "";
  }

  enum class Side : std::uint8_t { from, to };
  /// Names at the other end of the edges of a node, each with its label.
  template <class Belongs>
  std::vector<std::string> others(std::uint32_t node, Side side, Role role, Belongs belongs) const {
    std::vector<std::string> names;
    for (const RuleGraph::Edge& edge : graph_.edges) {
      if (edge.role != role || (side == Side::from ? edge.to : edge.from) != node) continue;
      const RuleGraph::Node& other = graph_.nodes[side == Side::from ? edge.from : edge.to];
      if (!belongs(other)) continue;
      const bool of_alert = other.kind == Kind::alert;
      const std::string name = of_alert ? other.facts.front() : other.name;
      names.push_back(edge.label.empty()                                    ? name
                      : edge.label == "timeout" || edge.label == "resolves" ? fmt::format("{} ({})", name, edge.label)
                                                                            : fmt::format("{} {}", name, edge.label));
    }
    return names;
  }
  std::vector<std::string> others(std::uint32_t node, Side side, Role role) const {
    return others(node, side, role, [](const RuleGraph::Node&) { return true; });
  }

  std::vector<std::string> phrases(std::uint32_t i) const {
    const RuleGraph::Node& node = graph_.nodes[i];
    std::vector<std::string> phrases = node.facts;
    if (is_rule(node)) {
      add_phrase(phrases, "reads", others(i, Side::from, Role::reads));
      add_phrase(phrases, "looks up", others(i, Side::from, Role::looks_up));
      add_phrase(phrases, "emits", others(i, Side::to, Role::gives, [](const auto& to) {
                   return to.kind == Kind::derived || to.kind == Kind::event;
                 }));
      add_phrase(phrases, "alerts",
                 others(i, Side::to, Role::gives, [](const auto& to) { return to.kind == Kind::alert; }));
      add_phrase(phrases, "acts",
                 others(i, Side::to, Role::gives, [](const auto& to) { return to.kind == Kind::action; }));
      return phrases;
    }
    const char* given = node.kind == Kind::alerts ? "of" : node.kind == Kind::action ? "by" : "emitted by";
    add_phrase(phrases, given, others(i, Side::from, Role::gives));
    add_phrase(phrases, "fills", others(i, Side::to, Role::fills));
    add_phrase(phrases, "read by", others(i, Side::to, Role::reads));
    add_phrase(phrases, "looked up by", others(i, Side::to, Role::looks_up));
    if (is_type(node) && others(i, Side::to, Role::reads).empty() && others(i, Side::to, Role::fills).empty())
      phrases.emplace_back("read by no rule");
    if (node.kind == Kind::table && others(i, Side::to, Role::looks_up).empty())
      phrases.emplace_back("looked up by no rule");
    return phrases;
  }

  const RuleGraph& graph_;
  std::size_t widest_ = 0;
  std::string out_;
};

// ---- pictures

/// What a node shows, line by line.
std::vector<std::string> lines_of(const RuleGraph::Node& node) {
  std::vector<std::string> lines{node.kind == Kind::alert ? "alert" : node.name};
  if (node.kind == Kind::window && !node.facts.empty()) {
    lines.push_back("window " + node.facts.front());
    lines.insert(lines.end(), node.facts.begin() + 1, node.facts.end());
  } else {
    lines.insert(lines.end(), node.facts.begin(), node.facts.end());
  }
  return lines;
}

/// Writes nodes, those of a layer of rules together where there is more than one, between `open` and `close`.
template <class NodeWriter, class Open, class Close>
void each_node(const RuleGraph& graph, const NodeWriter& write, const Open& open, const Close& close) {
  const bool several = graph.layers > 1;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
    if (!several || !is_rule(graph.nodes[i])) write(i, "  ");
  for (std::uint32_t layer = 0; several && layer < graph.layers; ++layer) {
    open(layer);
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i)
      if (is_rule(graph.nodes[i]) && graph.nodes[i].layer == layer) write(i, "    ");
    close();
  }
}

std::string dot_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

const char* dot_shape(Kind kind) {
  switch (kind) {
    case Kind::event:
      return "shape=ellipse";
    case Kind::derived:
    case Kind::alerts:
      return "shape=ellipse, style=dashed";
    case Kind::table:
      return "shape=cylinder";
    case Kind::pattern:
      return "shape=box, style=\"rounded,filled\", fillcolor=\"#e8eefc\"";
    case Kind::window:
      return "shape=box, style=filled, fillcolor=\"#e6f4e6\"";
    case Kind::alert:
      return "shape=octagon, style=filled, fillcolor=\"#fbe3dd\"";
    case Kind::action:
      return "shape=cds, style=filled, fillcolor=\"#fdf3d0\"";
  }
  return "";
}

std::string mermaid_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"')
      out += "#quot;";
    else if (c == '#')
      out += "#35;";
    else if (c == '<')
      out += "#lt;";
    else if (c == '>')
      out += "#gt;";
    else if (c == '&')
      out += "#amp;";
    else if (c == '`')
      out += "#96;";
    else if (c == '\\')
      out += "#92;";
    else
      out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::pair<const char*, const char*> mermaid_brackets(Kind kind) {
  switch (kind) {
    case Kind::table:
      return {"[(\"", "\")]"};
    case Kind::pattern:
      return {"(\"", "\")"};
    case Kind::window:
      return {"[[\"", "\"]]"};
    case Kind::alert:
      return {"{{\"", "\"}}"};
    case Kind::action:
      return {">\"", "\"]"};
    default:
      return {"([\"", "\"])"};
  }
}

}  // namespace

std::string graph_text(const RuleGraph& graph) { return GraphText(graph).run(); }

std::string graph_dot(const RuleGraph& graph) {
  std::string out =
      "digraph rules {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  each_node(
      graph,
      [&](std::uint32_t i, const char* indent) {
        const RuleGraph::Node& node = graph.nodes[i];
        std::string label;
        for (const std::string& line : lines_of(node)) label += (label.empty() ? "" : "\\n") + dot_text(line);
        out += fmt::format("{}n{} [{}{}, label=\"{}\"];\n", indent, i, dot_shape(node.kind),
                           node.quiet ? ", fontcolor=gray50, color=gray50" : "", label);
      },
      [&](std::uint32_t layer) {
        out += fmt::format(
            "  subgraph cluster_{0} {{\n    label=\"layer {0}\"; color=gray70; fontcolor=gray40;\n"
            "    fontname=\"sans-serif\"; fontsize=10;\n",
            layer);
      },
      [&] { out += "  }\n"; });
  for (const RuleGraph::Edge& edge : graph.edges) {
    std::vector<std::string> looks;
    if (!edge.label.empty()) looks.push_back(fmt::format("label=\"{}\"", dot_text(edge.label)));
    if (edge.role == Role::looks_up || edge.role == Role::fills) looks.emplace_back("style=dashed");
    const std::string behind = looks.empty() ? "" : fmt::format(" [{}]", fmt::join(looks, ", "));
    out += fmt::format("  n{} -> n{}{};\n", edge.from, edge.to, behind);
  }
  return out + "}\n";
}

std::string graph_mermaid(const RuleGraph& graph) {
  std::string out = "flowchart LR\n";
  each_node(
      graph,
      [&](std::uint32_t i, const char* indent) {
        const RuleGraph::Node& node = graph.nodes[i];
        const auto [open, close] = mermaid_brackets(node.kind);
        std::string label;
        for (const std::string& line : lines_of(node)) label += (label.empty() ? "" : "<br/>") + mermaid_text(line);
        out += fmt::format("{}n{}{}{}{}\n", indent, i, open, label, close);
      },
      [&](std::uint32_t layer) { out += fmt::format("  subgraph layer{0}[\"layer {0}\"]\n", layer); },
      [&] { out += "  end\n"; });
  for (const RuleGraph::Edge& edge : graph.edges) {
    const char* line = edge.role == Role::looks_up || edge.role == Role::fills ? "-.->" : "-->";
    out += fmt::format("  n{} {}{} n{}\n", edge.from, line,
                       edge.label.empty() ? "" : "|\"" + mermaid_text(edge.label) + "\"|", edge.to);
  }
  return out;
}

}  // namespace tocsin::cli
