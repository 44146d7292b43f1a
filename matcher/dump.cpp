// The automaton for people: text for `explain --stage nfa` and tests, dot for Graphviz.
#include <algorithm>

#include <fmt/format.h>

#include "matcher/program.hpp"

namespace tocsin::matcher {

namespace {

std::string step_name(const rules::RulePlan& plan, const events::Schema& schema, std::uint32_t step) {
  const rules::Step& s = plan.pattern.steps[step];
  std::string types;
  for (const rules::Single& single : s.fits) {
    if (!types.empty()) types += " | ";
    types += schema[single.type].name;
  }
  return s.name.empty() ? types : s.name + ": " + types;
}

std::string single_text(const rules::Single& single, const rules::RulePlan& plan, const events::Schema& schema) {
  std::string text = schema[single.type].name;
  if (single.condition) text += "(" + rules::dump(*single.condition, plan, schema) + ")";
  return text;
}

std::string turns_text(const Turn& turn) {
  if (turn.max == kUnbounded) return fmt::format("{{{},}}", turn.min);
  return turn.max == turn.min ? fmt::format("{{{}}}", turn.min) : fmt::format("{{{},{}}}", turn.min, turn.max);
}

/// The absences on the way to a state, in the order written; `fits` ranges of a guard are those of one plan element.
std::string guards_text(const Program& program, const State& state, const events::Schema& schema) {
  std::string text;
  for (const Guard& guard : state.guards) {
    text += guard.next_only ? " =>!" : " !";
    for (std::uint32_t i = guard.fits.begin; i < guard.fits.end; ++i)
      text += (i == guard.fits.begin ? "" : "|") + schema[program.fits[i].type].name;
  }
  return text;
}

std::string states_list(const std::vector<StateId>& states) {
  std::string text;
  for (const StateId id : states) text += fmt::format("{}S{}", text.empty() ? "" : ", ", id);
  return text;
}

std::string conditions_text(const Program& program, FitRange range, const events::Schema& schema) {
  std::string text;
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    const Fit& fit = program.fits[i];
    text += (i == range.begin ? "" : " | ") + schema[fit.type].name;
    if (fit.bit != kAlways) text += fmt::format(" bit {}", fit.bit);
    if (fit.code != kNoCode) text += fmt::format(" code {}", fit.code);
  }
  return text;
}

}  // namespace

std::string dump_text(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  std::string out = fmt::format("automaton of {}: {} states, {} registers, {}\n", program.rule, program.states.size(),
                                program.registers.size(), program.looks_back ? "looks back" : "doesn't look back");
  out += fmt::format("  start: {}\n", states_list(program.starts));
  for (std::size_t i = 0; i < program.states.size(); ++i) {
    const State& state = program.states[i];
    out += fmt::format("  S{}: wait for {}{}, {}{}\n", i, step_name(plan, schema, state.step),
                       state.further_turn ? " (a further turn)" : "",
                       state.arrow == rules::Arrow::next ? "the next event" : "skipping what doesn't fit",
                       guards_text(program, state, schema));
  }
  for (std::size_t i = 0; i < program.turns.size(); ++i) {
    const Turn& turn = program.turns[i];
    out += fmt::format("  take {}: {}", step_name(plan, schema, static_cast<std::uint32_t>(i)),
                       conditions_text(program, turn.fits, schema));
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
    const rules::Step& step = plan.pattern.steps[state.step];
    std::string label = step.name.empty() ? "" : step.name + ": ";
    for (const rules::Single& single : step.fits) label += single_text(single, plan, schema);
    label += guards_text(program, state, schema);
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
