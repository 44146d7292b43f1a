// `tocsin graph`: which types, rules and outputs there are, and which leads to which.
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/rule_graph.hpp"
#include "cli/talk.hpp"

namespace tocsin::cli {

int graph(const GraphOptions& options, bool color) {
  const auto loaded = load_rules(options.rules, color);
  if (!loaded) return loaded.error();
  const auto write = options.format == "dot" ? graph_dot : options.format == "mermaid" ? graph_mermaid : graph_text;
  put("{}", write(graph_of(loaded->set)));
  return kOk;
}

}  // namespace tocsin::cli
