// A rule set as a graph: event types and tables, the rules that read and write them, and what comes out.
//
// A checked rule set → nodes and edges in an order that depends on names and layers alone → text, Graphviz, Mermaid.
// Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/plan.hpp"

namespace tocsin::cli {

struct RuleGraph {
  enum class Kind : std::uint8_t {
    event,    ///< a declared type
    derived,  ///< a type that `emit` defines
    alerts,   ///< `alert.NAME`, the alerts of a rule as events
    table,
    pattern,  ///< a rule that matches
    window,   ///< a rule that gathers
    alert,    ///< all alerts of a rule as they come out, those of timeouts apart
    action,
  };
  struct Node {
    Kind kind = Kind::event;
    std::string name;                ///< of an alert its rule's
    std::vector<std::string> facts;  ///< what else there is to say, short
    std::uint32_t layer = 0;         ///< of a rule
    bool quiet = false;              ///< disabled, or in the shadow: nothing comes out
  };
  enum class Role : std::uint8_t {
    reads,     ///< from a type, to a rule
    fills,     ///< from a type, to a stream table
    looks_up,  ///< from a table, to a rule
    gives,     ///< from a rule, to a type, an alert or an action
  };
  struct Edge {
    std::uint32_t from = 0;  ///< indices of nodes
    std::uint32_t to = 0;
    Role role = Role::reads;
    std::string label;  ///< may be empty
  };
  std::vector<Node> nodes;  ///< types by name, tables, rules by layer and name, alerts, actions
  std::vector<Edge> edges;  ///< by `from`, then `to`; no two alike
  std::uint32_t layers = 0;
};

RuleGraph graph_of(const rules::RuleSet& set);

std::string graph_text(const RuleGraph& graph);
std::string graph_dot(const RuleGraph& graph);
std::string graph_mermaid(const RuleGraph& graph);

}  // namespace tocsin::cli
