// The graph of a rule set: which nodes and edges it has, in which order, and how its texts are escaped.
#include "cli/rule_graph.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/compile.hpp"

namespace tocsin::cli {
namespace {

RuleGraph graph(const rules::Sources& sources) {
  rules::Diagnostics warnings;
  const auto set = rules::compile(sources, warnings);
  if (set) return graph_of(*set);
  ADD_FAILURE() << rules::render(set.error(), sources, false);
  return {};
}
RuleGraph graph(const std::string& text) { return graph(rules::Sources{{"graph.rules", text}}); }

constexpr const char* kTypes = R"(
event Door { device: string, open: bool }
event Order { id: string }
event Payment "pay" { order: string }
event Maintenance { device: string, on: bool }
event Unused { x: int }
table maint from Maintenance key device
)";
constexpr const char* kRules = R"(
rule door {
  match  o: Door(open and not (maint[device].on ?? false)) -> not Door(not open) for 10m
  by     device
  alert  medium "x" { device: o.device } resolve Maintenance(on)
  action close { device: o.device }
}
rule pairs {
  from   Order as o left join Payment as p on o.id == p.order
  window tumbling 1h
  emit   Pair { order: o.id, paid: p.order }
}
rule unpaid {
  match  o: Order -> Payment
  by     Order.id == Payment.order
  within 1h
  timeout alert low "x"
  alert  if o.id == "a" then high else critical "x"
  shadow
}
rule often { from alert.door, Pair rollup 1m, 1h emit Often { n: count() } action close { device: "all" } }
)";

constexpr const char* kText = R"(types
  Door         declared  read by door
  Maintenance  declared  fills maint; read by door (resolves)
  Often        derived   emitted by often; read by no rule
  Order        declared  read by pairs as o, unpaid
  Pair         derived   emitted by pairs; read by often
  Payment      declared  "pay"; read by pairs as p, unpaid
  Unused       declared  read by no rule
  alert.door   alerts    of door; read by often

tables
  maint        table     latest Maintenance; key device; looked up by door

rules, layer 0
  door         pattern   by device; reads Door, Maintenance (resolves); looks up maint; alerts medium; acts close
  pairs        window    tumbling 1h; left join; reads Order as o, Payment as p; emits Pair
  unpaid       pattern   by id; shadow; reads Order, Payment; alerts critical or high, low (timeout)

rules, layer 1
  often        window    rollup 1m, 1h; reads Pair, alert.door; emits Often; acts close

actions
  close        action    by door, often
)";

TEST(RuleGraph, AsText) { EXPECT_EQ(graph_text(graph(std::string(kTypes) + kRules)), kText); }

TEST(RuleGraph, OrderOfDeclarationsAndFilesDoesNotMatter) {
  const RuleGraph one = graph(std::string(kTypes) + kRules);
  for (const RuleGraph& other :
       {graph(std::string(kRules) + kTypes), graph(rules::Sources{{"b.rules", kRules}, {"a.rules", kTypes}})}) {
    EXPECT_EQ(graph_text(other), graph_text(one));
    EXPECT_EQ(graph_dot(other), graph_dot(one));
    EXPECT_EQ(graph_mermaid(other), graph_mermaid(one));
  }
}

constexpr const char* kSmall = R"(
event A "it's \"a\"\n<b>&#`\\" { x: int }
rule few { from A window last 5 emit B { n: count() } }
rule many { match B(n > 3) alert high "x" action stop {} disabled }
)";

TEST(RuleGraph, ForGraphviz) {
  EXPECT_EQ(graph_dot(graph(kSmall)), R"dot(digraph rules {
  rankdir=LR;
  node [fontname="sans-serif", fontsize=11];
  edge [fontname="sans-serif", fontsize=10];
  n0 [shape=ellipse, label="A\n\"it's \\\"a\\\"\\u{A}<b>&#`\\\\\""];
  n1 [shape=ellipse, style=dashed, label="B"];
  n4 [shape=octagon, style=filled, fillcolor="#fbe3dd", label="alert\nhigh"];
  n5 [shape=cds, style=filled, fillcolor="#fdf3d0", label="stop"];
  subgraph cluster_0 {
    label="layer 0"; color=gray70; fontcolor=gray40;
    fontname="sans-serif"; fontsize=10;
    n2 [shape=box, style=filled, fillcolor="#e6f4e6", label="few\nwindow last 5"];
  }
  subgraph cluster_1 {
    label="layer 1"; color=gray70; fontcolor=gray40;
    fontname="sans-serif"; fontsize=10;
    n3 [shape=box, style="rounded,filled", fillcolor="#e8eefc", fontcolor=gray50, color=gray50, label="many\ndisabled"];
  }
  n0 -> n2;
  n1 -> n3;
  n2 -> n1;
  n3 -> n4;
  n3 -> n5;
}
)dot");
}

TEST(RuleGraph, ForMermaid) {
  EXPECT_EQ(graph_mermaid(graph(kSmall)), R"mermaid(flowchart LR
  n0(["A<br/>#quot;it's #92;#quot;a#92;#quot;#92;u{A}#lt;b#gt;#amp;#35;#96;#92;#92;#quot;"])
  n1(["B"])
  n4{{"alert<br/>high"}}
  n5>"stop"]
  subgraph layer0["layer 0"]
    n2[["few<br/>window last 5"]]
  end
  subgraph layer1["layer 1"]
    n3("many<br/>disabled")
  end
  n0 --> n2
  n1 --> n3
  n2 --> n1
  n3 --> n4
  n3 --> n5
)mermaid");
}

TEST(RuleGraph, Windows) {
  const std::pair<std::string, std::string> cases[] = {
      {"window tumbling 1m", "tumbling 1m"},
      {"window tumbling 1d in \"Europe/Berlin\"", "tumbling 1d in \"Europe/Berlin\""},
      {"window sliding 10m every 1m", "sliding 10m every 1m"},
      {"window session 30s", "session 30s"},
      {"window rolling 5m", "rolling 5m"},
      {"window rolling 1h step 1m", "rolling 1h step 1m"},
      {"window last 100", "last 100"},
      {"window batch 100", "batch 100"},
      {"window global every 10s", "global"},
      {"rollup 1s, 1m", "rollup 1s, 1m"},
  };
  for (const auto& [clause, expected] : cases) {
    const RuleGraph made = graph("event A { x: int } rule r { from A " + clause + " emit B { n: count() } }");
    ASSERT_EQ(made.nodes.size(), 3U) << clause;
    EXPECT_EQ(made.nodes[2].facts, std::vector<std::string>{expected}) << clause;
  }
}

}  // namespace
}  // namespace tocsin::cli
