// The automaton as a picture: nodes named by what they wait for, edges in order of preference. `explain --stage nfa`
// shows it as text, for Graphviz or for Mermaid (matcher/dump.cpp).
//
// Plan → waiting points → nodes and edges; only what the start leads to is drawn. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "matcher/program.hpp"

namespace tocsin::matcher {

struct Picture {
  enum class Shape : std::uint8_t {
    start,
    wait,   ///< for an event
    quiet,  ///< for the end of an absence
    fork,   ///< an `and` begins: all its sides at once
    join,   ///< all its sides are over
    match
  };
  struct Node {
    std::string name;  ///< `S3`, `start`, `match`, `both 1 over`
    Shape shape = Shape::wait;
    std::vector<std::string> lines;  ///< what it waits for, then what else it asks
    std::uint32_t machine = 0;       ///< the side of an `and` that it stands in; 0: none
  };
  struct Edge {
    std::string from;
    std::string to;
    std::string label;  ///< may be empty
    bool back = false;  ///< a further turn
  };
  /// A side of an `and`, a machine of its own.
  struct Side {
    std::uint32_t machine = 0;
    std::uint32_t parent = 0;  ///< the machine that the `and` stands in
    std::uint32_t both = 0;    ///< number of the `and`, from 1
    std::uint32_t number = 0;  ///< from 1
  };

  std::string rule;
  struct Fact {
    std::string name;
    std::string text;
  };
  std::vector<Fact> facts;  ///< input, key, within, policies
  std::vector<Node> nodes;  ///< start first, match last
  std::vector<Edge> edges;  ///< of a node in order of preference
  std::vector<Side> sides;
};

Picture picture_of(const Program& program, const rules::RulePlan& plan, const events::Schema& schema);

/// As dump_text() and dump_dot() of matcher/program.hpp, for Mermaid.
std::string dump_mermaid(const Program& program, const rules::RulePlan& plan, const events::Schema& schema);

}  // namespace tocsin::matcher
