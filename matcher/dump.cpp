// The automaton for people: as text, for Graphviz and for Mermaid.
#include <algorithm>

#include <fmt/format.h>

#include "matcher/picture.hpp"

namespace tocsin::matcher {

namespace {

using Shape = Picture::Shape;

std::vector<const Picture::Edge*> edges_from(const Picture& picture, const std::string& name) {
  std::vector<const Picture::Edge*> edges;
  for (const Picture::Edge& edge : picture.edges)
    if (edge.from == name) edges.push_back(&edge);
  return edges;
}

std::string replaced(std::string_view text, const std::vector<std::pair<char, std::string_view>>& by) {
  std::string out;
  for (const char c : text) {
    const auto found = std::find_if(by.begin(), by.end(), [&](const auto& each) { return each.first == c; });
    if (found == by.end())
      out += c;
    else
      out += found->second;
  }
  return out;
}

/// Nodes and nested sides of the machine: `node` writes one, `open` and `close` what is around a side.
template <class NodeWriter, class Open, class Close>
void each_in_machine(const Picture& picture, std::uint32_t machine, int depth, const NodeWriter& node, const Open& open,
                     const Close& close) {
  for (const Picture::Node& each : picture.nodes)
    if (each.machine == machine) node(each, depth);
  for (const Picture::Side& side : picture.sides) {
    if (side.parent != machine) continue;
    open(side, depth);
    each_in_machine(picture, side.machine, depth + 1, node, open, close);
    close(depth);
  }
}

std::string indent(int depth) { return std::string(2 + 2 * static_cast<std::size_t>(depth), ' '); }

std::string side_title(const Picture::Side& side) { return fmt::format("and {}, side {}", side.both, side.number); }

std::string dot_text(std::string_view text) { return replaced(text, {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}}); }

std::string dot_node(const Picture::Node& node) {
  if (node.shape == Shape::start) return "[shape=point, width=0.15]";
  if (node.shape == Shape::match) return "[shape=doublecircle, label=\"match\"]";
  std::string label;
  for (const std::string& line : node.lines) label += dot_text(line) + "\\l";
  const std::string_view style = node.shape == Shape::wait    ? "rounded"
                                 : node.shape == Shape::quiet ? "rounded,dashed"
                                                              : "filled";
  return fmt::format("[shape=box, style=\"{}\", label=\"{}\"]", style, label);
}

std::string mermaid_text(std::string_view text) {
  return replaced(text, {{'"', "#quot;"}, {'#', "#35;"}, {'<', "#lt;"}, {'>', "#gt;"}, {'&', "#amp;"}, {'\n', " "}});
}

std::string mermaid_node(const Picture::Node& node) {
  if (node.shape == Shape::start) return "((\" \"))";
  if (node.shape == Shape::match) return "(((\"match\")))";
  std::string label;
  for (const std::string& line : node.lines) label += (label.empty() ? "" : "<br/>") + mermaid_text(line);
  if (node.shape == Shape::wait) return "(\"" + label + "\")";
  return node.shape == Shape::quiet ? "([\"" + label + "\"])" : "[[\"" + label + "\"]]";
}

}  // namespace

std::string dump_text(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  const Picture picture = picture_of(program, plan, schema);
  std::string out = fmt::format("automaton of {}\n", picture.rule);
  for (const Picture::Fact& fact : picture.facts) out += fmt::format("  {:10}  {}\n", fact.name, fact.text);
  for (const Picture::Node& node : picture.nodes) {
    const auto side = std::find_if(picture.sides.begin(), picture.sides.end(),
                                   [&](const Picture::Side& each) { return each.machine == node.machine; });
    const std::string first = node.lines.empty() ? "" : node.lines.front();
    const std::string in = side == picture.sides.end() ? "" : "  [" + side_title(*side) + "]";
    out += first.empty() ? "\n" + node.name + "\n" : fmt::format("\n{:5}  {}{}\n", node.name, first, in);
    for (std::size_t i = 1; i < node.lines.size(); ++i) out += fmt::format("       {}\n", node.lines[i]);
    for (const Picture::Edge* edge : edges_from(picture, node.name))
      out += fmt::format("       -> {}{}\n", edge->to, edge->label.empty() ? "" : "   " + edge->label);
  }
  return out;
}

std::string dump_dot(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  const Picture picture = picture_of(program, plan, schema);
  std::string facts;
  for (const Picture::Fact& fact : picture.facts) facts += dot_text(fact.name + ": " + fact.text) + "\\l";
  std::string out = fmt::format(
      "digraph \"{0}\" {{\n  rankdir=LR;\n  labelloc=t;\n  labeljust=l;\n  label=\"{0}\\l{1}\";\n"
      "  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=10];\n",
      dot_text(picture.rule), facts);
  each_in_machine(
      picture, 0, 0,
      [&](const Picture::Node& node, int depth) {
        out += fmt::format("{}{} {};\n", indent(depth), node.name, dot_node(node));
      },
      [&](const Picture::Side& side, int depth) {
        out += fmt::format("{0}subgraph cluster_{1} {{\n{0}  label=\"{2}\";\n", indent(depth), side.machine,
                           side_title(side));
      },
      [&](int depth) { out += indent(depth) + "}\n"; });
  for (const Picture::Edge& edge : picture.edges)
    if (edge.label.empty())
      out += fmt::format("  {} -> {};\n", edge.from, edge.to);
    else
      out += fmt::format("  {} -> {} [label=\"{}\"{}];\n", edge.from, edge.to, dot_text(edge.label),
                         edge.back ? ", color=gray40" : "");
  return out + "}\n";
}

std::string dump_mermaid(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  const Picture picture = picture_of(program, plan, schema);
  std::string out = fmt::format("---\ntitle: {}\n---\nflowchart LR\n", picture.rule);
  for (const Picture::Fact& fact : picture.facts) out += fmt::format("  %% {}: {}\n", fact.name, fact.text);
  each_in_machine(
      picture, 0, 0,
      [&](const Picture::Node& node, int depth) { out += indent(depth) + node.name + mermaid_node(node) + "\n"; },
      [&](const Picture::Side& side, int depth) {
        out += fmt::format("{}subgraph M{}[\"{}\"]\n", indent(depth), side.machine, side_title(side));
      },
      [&](int depth) { out += indent(depth) + "end\n"; });
  for (const Picture::Edge& edge : picture.edges)
    out += fmt::format("  {} -->{} {}\n", edge.from, edge.label.empty() ? "" : "|\"" + mermaid_text(edge.label) + "\"|",
                       edge.to);
  return out;
}

}  // namespace tocsin::matcher
