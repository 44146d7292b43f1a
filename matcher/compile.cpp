// Plan → program: the pattern's waiting points become states, its ways become exits.
//
// A condition is split at its top-level `and`s: what reads the event alone becomes a bit of the batch, the rest is code
// that runs against a run's registers.
#include <algorithm>
#include <map>
#include <optional>

#include "events/assert.hpp"
#include "matcher/matcher.hpp"
#include "matcher/registers.hpp"
#include "rules/overloaded.hpp"
#include "rules/waiting.hpp"

namespace tocsin::matcher {

namespace {

using rules::Expr;
using rules::Op;

bool looks_back(const Expr& expr) {
  if (expr.op == Op::step_field || expr.op == Op::aggregate) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), looks_back);
}

void split_conjunction(const Expr& expr, std::vector<Expr>& alone, std::vector<Expr>& back) {
  if (expr.op == Op::logical_and) {
    for (const Expr& arg : expr.args) split_conjunction(arg, alone, back);
  } else {
    (looks_back(expr) ? back : alone).push_back(expr);
  }
}

Expr conjunction(std::vector<Expr> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expr result{.op = Op::logical_and, .type = events::Type::boolean, .args = std::move(parts)};
  return result;
}

class Compiler {
 public:
  Compiler(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions, RegisterFile& registers,
           events::SymbolTable& symbols)
      : plan_(plan),
        schema_(schema),
        conditions_(conditions),
        registers_(registers),
        symbols_(symbols),
        waiting_(rules::waiting_points(plan.pattern)) {}

  Program run() {
    TOCSIN_ASSERT(waiting_.excess.empty() && !waiting_.can_be_empty && waiting_.closing.empty());
    program_.rule = plan_.name;
    program_.turns.resize(plan_.pattern.steps.size());
    add_fits_in_order(plan_.pattern.elements);
    program_.registers = registers_.all();
    add_inputs();
    add_counters();
    add_states();
    add_exits();
    add_updates(program_, plan_, schema_);
    add_visible(program_, waiting_);
    add_concerns();
    program_.has_within = plan_.within.has_value();
    program_.within = plan_.within.value_or(events::Duration{});
    program_.one_start_a_state = !program_.has_within && !program_.looks_back;
    program_.limit_runs = plan_.limit_runs;
    program_.keeps_causes = std::any_of(
        plan_.outputs.begin(), plan_.outputs.end(),
        [](const rules::OutputPlan& output) { return std::holds_alternative<rules::AlertPlan>(output.node); });
    return std::move(program_);
  }

 private:
  FitRange add_fits(const std::vector<rules::Single>& singles) {
    FitRange range{static_cast<std::uint32_t>(program_.fits.size()), 0};
    for (const rules::Single& single : singles) {
      Fit fit{.type = single.type};
      if (single.condition) {
        std::vector<Expr> alone;
        std::vector<Expr> back;
        split_conjunction(*single.condition, alone, back);
        if (!alone.empty()) fit.bit = conditions_.add(single.type, conjunction(std::move(alone)), symbols_);
        if (!back.empty()) {
          fit.code = static_cast<std::uint32_t>(program_.codes.size());
          program_.codes.push_back(matcher::compile(conjunction(std::move(back)), registers_, symbols_));
          program_.looks_back = true;
        }
      }
      program_.fits.push_back(fit);
    }
    range.end = static_cast<std::uint32_t>(program_.fits.size());
    return range;
  }

  void add_fits_in_order(const std::vector<rules::Element>& elements) {
    for (const rules::Element& element : elements)
      std::visit(rules::overloaded{[&](const rules::Take& take) {
                                     const rules::Step& step = plan_.pattern.steps[take.step];
                                     Turn& turn = program_.turns[take.step];
                                     turn.fits = add_fits(step.fits);
                                     turn.min = std::max(step.min, 1U);
                                     turn.max = step.max.value_or(kUnbounded);
                                   },
                                   [&](const rules::Absent& absent) { absences_.push_back(add_fits(absent.fits)); },
                                   [&](const rules::Group& group) { add_fits_in_order(group.elements); },
                                   [](const auto&) { TOCSIN_ASSERT(false); }},
                 element.node);
  }

  /// The types that the pattern sees.
  void add_inputs() {
    program_.inputs.resize(schema_.types.size(), kNoInput);
    for (const events::TypeId type : plan_.inputs)
      if (!std::binary_search(plan_.only_resolving.begin(), plan_.only_resolving.end(), type))
        program_.inputs[events::index_of(type)] = static_cast<std::uint16_t>(program_.input_count++);
    TOCSIN_ASSERT(program_.input_count <= kNoInput);
  }

  void add_counters() {
    counters_.resize(waiting_.groups.size());
    for (std::uint32_t group = 0; group < waiting_.groups.size(); ++group) {
      const std::uint32_t counted = waiting_.groups[group].counted();
      if (counted == 0) continue;
      counters_[group] = static_cast<RegisterId>(program_.register_count());
      program_.counters.push_back({*counters_[group], group, counted});
    }
    TOCSIN_ASSERT(program_.register_count() <= kMaxRegisters);
  }

  /// What conditions and outputs read of the events of one turn of `group`.
  std::vector<RegisterId> fields_of_turn(std::uint32_t group) const {
    const rules::GroupShape& shape = waiting_.groups[group];
    std::vector<RegisterId> fields;
    for (std::size_t i = 0; i < program_.registers.size(); ++i) {
      const Register& reg = program_.registers[i];
      if (reg.kind == Register::Kind::value && reg.step >= shape.first_step && reg.step < shape.end_step)
        fields.push_back(static_cast<RegisterId>(i));
    }
    return fields;
  }

  void add_states() {
    for (const rules::WaitingPoint& point : waiting_.points) {
      State state;
      state.step = static_cast<std::uint16_t>(point.step);
      state.arrow = point.arrow;
      state.further_turn = point.further_turn;
      for (const rules::Passed& passed : point.passed) {
        state.guards.push_back({absences_[passed.absent], passed.next_only, passed.turn_before, passed.absent});
        state.has_next_guard |= passed.next_only;
      }
      if (point.turned != rules::kNoNumber) state.cleared = fields_of_turn(point.turned);
      program_.states.push_back(std::move(state));
    }
  }

  Move move_of(const rules::GroupMove& groups) const {
    Move move;
    for (const std::uint32_t group : groups.left)
      if (counters_[group] && waiting_.groups[group].min > 1)
        move.left.push_back({*counters_[group], waiting_.groups[group].min});
    for (const std::uint32_t group : groups.entered)
      if (counters_[group]) move.begun.push_back(*counters_[group]);
    if (groups.turned == rules::kNoNumber) return move;
    if (counters_[groups.turned]) {
      const rules::GroupShape& shape = waiting_.groups[groups.turned];
      move.turns = true;
      move.counter = *counters_[groups.turned];
      move.max = shape.max.value_or(kUnbounded);
      move.counted = shape.counted();
    }
    move.cleared = fields_of_turn(groups.turned);
    return move;
  }

  /// Of the ways to one state with one move of groups, those that clear late have a move of their own.
  Exit exit_of(const rules::Way& way) {
    Exit exit{static_cast<StateId>(way.point), kNoMove};
    if (way.move == rules::kNoNumber) return exit;
    const bool late = !program_.states[way.point].cleared.empty();
    const auto [known, is_new] = moves_.try_emplace({way.move, late}, kNoMove);
    if (is_new) {
      Move move = move_of(waiting_.moves[way.move]);
      if (late) move.cleared.clear();
      if (!move.empty()) {
        known->second = static_cast<std::uint32_t>(program_.moves.size());
        program_.moves.push_back(std::move(move));
      }
    }
    exit.move = known->second;
    return exit;
  }

  void add_exits() {
    for (const rules::Way& way : waiting_.starts) program_.starts.push_back(exit_of(way));
    for (std::size_t step = 0; step < program_.turns.size(); ++step) {
      const rules::WaitingPoints::AfterStep& after = waiting_.after[step];
      Turn& turn = program_.turns[step];
      if (after.again != rules::kNoNumber) turn.again = static_cast<StateId>(after.again);
      for (const rules::Way& way : after.ways) {
        turn.exits.push_back(exit_of(way));
        turn.moves |= turn.exits.back().move != kNoMove;
      }
      turn.accepts = after.ends;
      if (after.ends) turn.end_move = exit_of({0, after.end_move}).move;
    }
  }

  /// Which types can do something to a thread in a state: those that its step or its guards take, all where the next
  /// event decides.
  void add_concerns() {
    program_.concerned.resize(program_.states.size() * program_.input_count);
    program_.starting.resize(program_.input_count);
    const auto mark = [&](const FitRange& range, std::uint8_t* row) {
      for (std::uint32_t i = range.begin; i < range.end; ++i)
        row[program_.inputs[events::index_of(program_.fits[i].type)]] = 1;
    };
    for (std::size_t i = 0; i < program_.states.size(); ++i) {
      const State& state = program_.states[i];
      std::uint8_t* const row = program_.concerned.data() + i * program_.input_count;
      mark(program_.turns[state.step].fits, row);
      for (const Guard& guard : state.guards) mark(guard.fits, row);
      if (state.has_next_guard || state.arrow == rules::Arrow::next)
        std::fill(row, row + program_.input_count, std::uint8_t{1});
    }
    for (const Exit& start : program_.starts)
      mark(program_.turns[program_.states[start.state].step].fits, program_.starting.data());
  }

  const rules::RulePlan& plan_;
  const events::Schema& schema_;
  Conditions& conditions_;
  RegisterFile& registers_;
  events::SymbolTable& symbols_;
  const rules::WaitingPoints waiting_;
  Program program_;
  std::vector<FitRange> absences_;                                 ///< by number
  std::vector<std::optional<RegisterId>> counters_;                ///< by group
  std::map<std::pair<std::uint32_t, bool>, std::uint32_t> moves_;  ///< by move of groups, and whether it clears late
};

}  // namespace

Program compile(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions,
                RegisterFile& registers, events::SymbolTable& symbols) {
  return Compiler(plan, schema, conditions, registers, symbols).run();
}

}  // namespace tocsin::matcher
