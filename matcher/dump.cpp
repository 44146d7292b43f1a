// The automaton for people: text for `explain --stage nfa` and tests, dot for Graphviz.
#include <algorithm>

#include <fmt/format.h>

#include "matcher/program.hpp"
#include "rules/waiting.hpp"

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

struct Bounds {
  std::uint32_t min = 1;
  std::uint32_t max = 1;
};
std::string turns_text(const Bounds& turn) {
  if (turn.max == kUnbounded) return fmt::format("{{{},}}", turn.min);
  return turn.max == turn.min ? fmt::format("{{{}}}", turn.min) : fmt::format("{{{},{}}}", turn.min, turn.max);
}

/// The absences on the way to a state, in the order written.
std::string guards_text(const State& state, const rules::RulePlan& plan, const events::Schema& schema) {
  std::string text;
  const std::vector<const rules::Absent*> absences = rules::absences_of(plan.pattern);
  for (const Guard& guard : state.guards) {
    const rules::Absent& absent = *absences[guard.absence];
    text += (text.empty() ? "" : ", ") + std::string(guard.next_only ? "next not " : "no ") +
            singles_text(absent.fits, plan, schema) + (guard.turn_before ? " of the turn before" : "");
  }
  return text;
}

/// The group whose turns register `counter` counts.
std::uint32_t group_of(const Program& program, RegisterId counter) {
  return program.counters[counter - program.registers.size()].group;
}

/// What an exit asks of turns of groups, and what it does to them.
std::string move_text(const Program& program, std::uint32_t id) {
  if (id == kNoMove) return {};
  const Move& move = program.moves[id];
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  for (const Move::Left& left : move.left)
    add(fmt::format("after {} turns of G{}", left.min, group_of(program, left.counter)));
  if (move.turns) {
    const std::uint32_t group = group_of(program, move.counter);
    add(move.max == kUnbounded ? fmt::format("a turn more of G{}", group)
                               : fmt::format("a turn more of G{}, below {}", group, move.max));
  }
  for (const RegisterId counter : move.begun) add(fmt::format("first turn of G{}", group_of(program, counter)));
  if (!move.cleared.empty()) add("fields of the turn before are null");
  return text.empty() ? text : " (" + text + ")";
}

/// The groups whose turns are counted.
std::string groups_text(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  if (program.counters.empty()) return {};
  const std::vector<rules::GroupShape> groups = rules::waiting_points(plan.pattern).groups;
  std::string text;
  for (const Counter& counter : program.counters) {
    const rules::GroupShape& group = groups[counter.group];
    text += fmt::format("  G{}: {}", counter.group, step_text(plan, schema, group.first_step));
    if (group.end_step > group.first_step + 1) text += " … " + step_text(plan, schema, group.end_step - 1);
    text += " " + turns_text({.min = group.min, .max = group.max.value_or(kUnbounded)}) + "\n";
  }
  return text;
}

std::string exits_list(const Program& program, const std::vector<Exit>& exits) {
  std::string text;
  for (const Exit& exit : exits)
    text += fmt::format("{}S{}{}", text.empty() ? "" : ", ", exit.state, move_text(program, exit.move));
  return text;
}

bool is_start(const Program& program, std::size_t state) {
  return std::any_of(program.starts.begin(), program.starts.end(),
                     [&](const Exit& start) { return start.state == state; });
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
  out += groups_text(program, plan, schema);
  out += fmt::format("  start: {}\n", exits_list(program, program.starts));
  for (std::size_t i = 0; i < program.states.size(); ++i) {
    const State& state = program.states[i];
    const bool next = state.arrow == rules::Arrow::next;
    const bool first = is_start(program, i);
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
    if (turn.max != 1) out += " " + turns_text({turn.min, turn.max});
    out += turn.again == kNoState ? "" : fmt::format(", again S{}", turn.again);
    if (!turn.exits.empty()) out += ", then " + exits_list(program, turn.exits);
    if (turn.accepts) out += ", or the match is complete" + move_text(program, turn.end_move);
    out += "\n";
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
    if (state.arrow == rules::Arrow::next) continue;
    if (!is_start(program, i)) out += fmt::format("  S{} -> S{} [style=dotted, label=\"skip\"];\n", i, i);
  }
  int rank = 0;
  for (const Exit& start : program.starts)
    out += fmt::format("  start -> S{} [style=dashed, label=\"{}{}\"];\n", start.state, ++rank,
                       move_text(program, start.move));
  for (std::size_t i = 0; i < program.states.size(); ++i) {
    const State& state = program.states[i];
    const Turn& turn = program.turns[state.step];
    const std::string guards = guards_text(state, plan, schema);
    const std::string turns = turn.max == 1 ? "" : " " + turns_text({turn.min, turn.max});
    const std::string label = step_text(plan, schema, state.step) + turns + (guards.empty() ? "" : "; " + guards);
    rank = 0;
    const auto edge = [&](const std::string& to, std::uint32_t move) {
      out += fmt::format("  S{} -> {} [label=\"{}{}\"];\n", i, to, ++rank > 1 ? fmt::format("{}. ", rank) : "",
                         escaped(label + move_text(program, move)));
    };
    if (turn.again != kNoState) edge(fmt::format("S{}", turn.again), kNoMove);
    for (const Exit& exit : turn.exits) edge(fmt::format("S{}", exit.state), exit.move);
    if (turn.accepts) edge("match", turn.end_move);
  }
  return out + "}\n";
}

}  // namespace tocsin::matcher
