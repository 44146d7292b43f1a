// The automaton for people: text for `explain --stage nfa` and tests, dot for Graphviz.
#include <algorithm>

#include <fmt/format.h>

#include "matcher/program.hpp"

namespace tocsin::matcher {

namespace {

std::string singles_text(const std::vector<rules::Single>& fits, const rules::RulePlan& plan,
                         const events::Schema& schema) {
  std::string text;
  for (const rules::Single& single : fits) text += (text.empty() ? "" : " or ") + rules::dump(single, plan, schema);
  return text;
}

std::string step_text(const rules::RulePlan& plan, const events::Schema& schema, std::uint32_t step) {
  const rules::Step& s = plan.pattern.steps[step];
  const std::string fits = singles_text(s.fits, plan, schema);
  return s.name.empty() ? fits : s.name + ": " + fits;
}

std::string turns_text(const Turn& turn) {
  if (turn.max == kUnbounded) return fmt::format("{{{},}}", turn.min);
  return turn.max == turn.min ? fmt::format("{{{}}}", turn.min) : fmt::format("{{{},{}}}", turn.min, turn.max);
}

/// The absences on the way to a state, in the order written.
std::string guards_text(const State& state, const rules::RulePlan& plan, const events::Schema& schema) {
  std::string text;
  for (const Guard& guard : state.guards) {
    const auto& absent = std::get<rules::Absent>(plan.pattern.elements[guard.element].node);
    text += (text.empty() ? "" : ", ") + std::string(guard.next_only ? "next not " : "no ") +
            singles_text(absent.fits, plan, schema);
  }
  return text;
}

std::string states_list(const std::vector<StateId>& states) {
  std::string text;
  for (const StateId id : states) text += fmt::format("{}S{}", text.empty() ? "" : ", ", id);
  return text;
}

/// Which conditions of the batch and which code on the run decide.
std::string decided_by(const Program& program, FitRange range) {
  std::string text;
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    const Fit& fit = program.fits[i];
    if (fit.bit != kAlways) text += fmt::format("{}condition {}", text.empty() ? "" : ", ", fit.bit);
    if (fit.code != kNoCode) text += fmt::format("{}code {}", text.empty() ? "" : ", ", fit.code);
  }
  return text.empty() ? text : " [" + text + "]";
}

}  // namespace

std::string dump_text(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  std::string out = fmt::format("automaton of {}: {} states, {} registers, {}\n", program.rule, program.states.size(),
                                program.registers.size(), program.looks_back ? "looks back" : "doesn't look back");
  out += fmt::format("  start: {}\n", states_list(program.starts));
  for (std::size_t i = 0; i < program.states.size(); ++i) {
    const State& state = program.states[i];
    const bool next = state.arrow == rules::Arrow::next && !state.further_turn;
    const bool first = std::find(program.starts.begin(), program.starts.end(), i) != program.starts.end();
    const std::string guards = guards_text(state, plan, schema);
    out += fmt::format("  S{}: {} {}{}{}\n", i,
                       first  ? "any"
                       : next ? "the next event must be"
                              : "wait for",
                       step_text(plan, schema, state.step), state.further_turn ? ", a further turn" : "",
                       guards.empty() ? "" : "; " + guards);
  }
  for (std::size_t i = 0; i < program.turns.size(); ++i) {
    const Turn& turn = program.turns[i];
    out += fmt::format("  take {}{}", step_text(plan, schema, static_cast<std::uint32_t>(i)),
                       decided_by(program, turn.fits));
    if (turn.max != 1) out += " " + turns_text(turn);
    out += turn.again == kNoState ? "" : fmt::format(", again S{}", turn.again);
    if (!turn.exits.empty()) out += ", then " + states_list(turn.exits);
    out += turn.accepts ? ", or the match is complete\n" : "\n";
  }
  if (program.has_within) out += "  within " + events::format_duration(program.within) + " of the first event\n";
  return out;
}

std::string dump_dot(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  const auto escaped = [](const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  };
  std::string out = fmt::format("digraph \"{}\" {{\n  rankdir=LR;\n  node [shape=circle];\n", escaped(program.rule));
  out += "  start [shape=point];\n  match [shape=doublecircle];\n";
  for (std::size_t i = 0; i < program.states.size(); ++i) {
    const State& state = program.states[i];
    out += fmt::format("  S{} [label=\"S{}\"];\n", i, i);
    if (state.arrow == rules::Arrow::next && !state.further_turn) continue;
    if (program.starts.end() == std::find(program.starts.begin(), program.starts.end(), i))
      out += fmt::format("  S{} -> S{} [style=dotted, label=\"skip\"];\n", i, i);
  }
  int rank = 0;
  for (const StateId id : program.starts)
    out += fmt::format("  start -> S{} [style=dashed, label=\"{}\"];\n", id, ++rank);
  for (std::size_t i = 0; i < program.states.size(); ++i) {
    const State& state = program.states[i];
    const Turn& turn = program.turns[state.step];
    const std::string guards = guards_text(state, plan, schema);
    const std::string turns = turn.max == 1 ? "" : " " + turns_text(turn);
    const std::string label = step_text(plan, schema, state.step) + turns + (guards.empty() ? "" : "; " + guards);
    rank = 0;
    const auto edge = [&](const std::string& to) {
      out += fmt::format("  S{} -> {} [label=\"{}{}\"];\n", i, to, ++rank > 1 ? fmt::format("{}. ", rank) : "",
                         escaped(label));
    };
    if (turn.again != kNoState) edge(fmt::format("S{}", turn.again));
    for (const StateId exit : turn.exits) edge(fmt::format("S{}", exit));
    if (turn.accepts) edge("match");
  }
  return out + "}\n";
}

}  // namespace tocsin::matcher
