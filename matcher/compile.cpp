// Plan → program: the pattern's waiting points become states, its ways become exits.
//
// A condition is split at its top-level `and`s: what reads the event alone becomes a bit of the batch, the rest is code
// that runs against a run's registers and the rows of stream tables.
#include <algorithm>
#include <map>
#include <optional>

#include "events/assert.hpp"
#include "matcher/event_fit.hpp"
#include "matcher/facts.hpp"
#include "matcher/matcher.hpp"
#include "matcher/registers.hpp"
#include "rules/overloaded.hpp"
#include "rules/waiting.hpp"

namespace tocsin::matcher {

namespace {

using rules::Expr;
using rules::Op;

bool looks_back(const Expr& expr) {
  if (expr.op == Op::step_field || expr.op == Op::turn_field || expr.op == Op::aggregate) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), looks_back);
}

/// It can't be judged of the event alone, and before its turn has come.
bool needs_code(const Expr& expr) { return looks_back(expr) || reads_stream(expr); }

class Compiler {
 public:
  Compiler(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions, RegisterFile& registers,
           events::SymbolTable& symbols, Method method)
      : plan_(plan),
        schema_(schema),
        conditions_(conditions),
        registers_(registers),
        symbols_(symbols),
        waiting_(rules::waiting_points(plan.pattern)),
        method_(method) {}

  Program run() {
    TOCSIN_ASSERT(waiting_.excess.empty() && !waiting_.can_be_empty);
    program_.rule = plan_.name;
    program_.turns.resize(plan_.pattern.steps.size());
    program_.threads = method_ == Method::threads || needs_threads();
    for (std::uint32_t step = 0; step < program_.turns.size(); ++step) add_turn(step);
    for (const rules::Absent* absent : waiting_.absences) absences_.push_back(add_fits(absent->fits));
    for (const rules::GroupShape& group : waiting_.groups) untils_.push_back(add_fits(group.group->until));
    add_span_codes();
    program_.registers = registers_.all();
    add_inputs();
    add_policies();
    add_slots();
    add_states();
    add_exits();
    add_updates(program_, plan_, schema_);
    if (program_.threads)
      add_compared(program_);
    else
      add_visible(program_, waiting_);
    add_facts(program_);
    if (method_ == Method::fitting) add_shared_plan(program_);
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
        split_conjunction(*single.condition, needs_code, alone, back);
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

  void add_turn(std::uint32_t number) {
    const rules::Step& step = plan_.pattern.steps[number];
    Turn& turn = program_.turns[number];
    turn.fits = add_fits(step.fits);
    turn.min = std::max(step.min, 1U);
    turn.max = step.max.value_or(kUnbounded);
    turn.greed = step.greed;
    turn.binding = step.binding;
    step_untils_.push_back(add_fits(step.until));
  }

  /// Beyond what step.cpp runs: `->` and `=>`, greedy loops, absences between events, `match`, `skip past last`.
  bool needs_threads() const {
    if (plan_.after.policy != rules::AfterMatch::Policy::skip_past_last || plan_.limit_matches || has_timeouts())
      return true;
    const auto beyond = [](const rules::Loop& loop) {
      return loop.greed != rules::Greed::greedy || loop.mode != rules::Arrow::followed_by || loop.gap ||
             !loop.until.empty();
    };
    if (std::any_of(plan_.pattern.steps.begin(), plan_.pattern.steps.end(), beyond)) return true;
    if (std::any_of(waiting_.groups.begin(), waiting_.groups.end(),
                    [&](const rules::GroupShape& group) { return beyond(*group.group) || group.group->span; }))
      return true;
    if (std::any_of(waiting_.absences.begin(), waiting_.absences.end(),
                    [](const rules::Absent* absent) { return absent->span.has_value(); }))
      return true;
    return has_more(plan_.pattern.elements) ||
           std::any_of(waiting_.points.begin(), waiting_.points.end(), [](const rules::WaitingPoint& point) {
             return point.kind == rules::WaitingPoint::Kind::end && !point.passed.empty();
           });
  }
  /// `~>`, bounds, choices, interleavings.
  static bool has_more(const std::vector<rules::Element>& elements) {
    return std::any_of(elements.begin(), elements.end(), [](const rules::Element& element) {
      if (element.arrow == rules::Arrow::any || element.bound) return true;
      if (const auto* group = std::get_if<rules::Group>(&element.node)) return has_more(group->elements);
      return !std::holds_alternative<rules::Take>(element.node) && !std::holds_alternative<rules::Absent>(element.node);
    });
  }
  bool has_timeouts() const {
    return std::any_of(plan_.outputs.begin(), plan_.outputs.end(),
                       [](const rules::OutputPlan& output) { return output.timeout; });
  }

  void add_span_codes() {
    for (const rules::Absent* absent : waiting_.absences) {
      span_codes_.push_back(kNoCode);
      if (!absent->span || absent->span->op == Op::constant) continue;
      span_codes_.back() = static_cast<std::uint32_t>(program_.codes.size());
      program_.codes.push_back(matcher::compile(*absent->span, registers_, symbols_));
      if (needs_code(*absent->span)) program_.looks_back = true;
    }
  }

  void add_policies() {
    program_.has_within = plan_.within.has_value();
    program_.within = plan_.within.value_or(events::Duration{});
    program_.matching = plan_.matching;
    program_.after = plan_.after;
    program_.limit_runs = plan_.limit_runs;
    program_.limit_matches = plan_.limit_matches;
    program_.has_timeouts = has_timeouts();
    program_.one_start_a_state = !program_.has_within && !program_.looks_back && !program_.has_timeouts &&
                                 plan_.after.policy == rules::AfterMatch::Policy::skip_past_last;
    program_.keeps_causes = std::any_of(
        plan_.outputs.begin(), plan_.outputs.end(),
        [](const rules::OutputPlan& output) { return std::holds_alternative<rules::AlertPlan>(output.node); });
  }

  /// The types that the pattern sees.
  void add_inputs() {
    program_.inputs.resize(schema_.types.size(), kNoInput);
    for (const events::TypeId type : plan_.inputs)
      if (!std::binary_search(plan_.only_resolving.begin(), plan_.only_resolving.end(), type))
        program_.inputs[events::index_of(type)] = static_cast<std::uint16_t>(program_.input_count++);
    TOCSIN_ASSERT(program_.input_count <= kNoInput);
  }

  RegisterId take_slots(std::uint32_t count) {
    const std::uint32_t first = program_.slots;
    program_.slots += count;
    TOCSIN_ASSERT(program_.slots < kMaxRegisters);
    return static_cast<RegisterId>(first);
  }

  void add_slots() {
    program_.slots = static_cast<std::uint32_t>(program_.registers.size());
    counters_.resize(waiting_.groups.size());
    for (std::uint32_t group = 0; group < waiting_.groups.size(); ++group) {
      const std::uint32_t counted = waiting_.groups[group].counted();
      if (counted == 0) continue;
      counters_[group] = take_slots(1);
      program_.counters.push_back({*counters_[group], group, counted});
    }
    if (!program_.threads) return;
    const auto add_clock = [&] {
      program_.clocks.push_back(take_slots(1));
      return program_.clocks.back();
    };
    for (const rules::GroupShape& group : waiting_.groups)
      span_slots_.push_back(group.group->span ? add_clock() : kNoSlot);
    for (const rules::Absent* absent : waiting_.absences)
      deadline_slots_.push_back(absent->span ? add_clock() : kNoSlot);
    for (const rules::Absent* absent : waiting_.absences)
      held_slots_.push_back(absent->span && waiting_.machines > 1 ? add_clock() : kNoSlot);
    for (Turn& turn : program_.turns) {
      const auto step = static_cast<std::size_t>(&turn - program_.turns.data());
      for (const std::uint32_t group : waiting_.steps[step].groups)
        if (span_slots_[group] != kNoSlot)
          turn.spans.push_back({span_slots_[group], *waiting_.groups[group].group->span});
    }
    using Policy = rules::AfterMatch::Policy;
    if (plan_.after.policy == Policy::skip_to_first || plan_.after.policy == Policy::skip_to_last)
      program_.target = take_slots(1);
    if (std::any_of(waiting_.absences.begin(), waiting_.absences.end(),
                    [](const rules::Absent* absent) { return absent->every.has_value(); }))
      program_.repeats = take_slots(1);
    program_.machines = waiting_.machines;
    program_.positions = take_slots(2 * program_.held_positions());
  }

  /// What conditions and outputs read of the events of one turn of `group`.
  std::vector<RegisterId> fields_of_turn(std::uint32_t group) const {
    const rules::GroupShape& shape = waiting_.groups[group];
    std::vector<RegisterId> fields;
    for (std::size_t i = 0; i < program_.registers.size(); ++i) {
      const Register& reg = program_.registers[i];
      if (reg.kind != Register::Kind::value) continue;
      for (std::uint32_t step = shape.first_step; step < shape.end_step; ++step) {
        if (plan_.pattern.steps[step].binding != reg.step) continue;
        fields.push_back(static_cast<RegisterId>(i));
        break;
      }
    }
    return fields;
  }

  Guard guard_of(const rules::Passed& passed) const {
    Guard guard;
    guard.absence = passed.number;
    guard.next_only = passed.next_only;
    guard.turn_before = passed.turn_before;
    if (passed.kind == rules::Passed::Kind::loop) {
      guard.loop = true;
      guard.fits = program_.turns[passed.number].fits;
      guard.until = step_untils_[passed.number];
      guard.least = {passed.least_ns};
      guard.most = {passed.most_ns};
      return guard;
    }
    guard.fits = absences_[passed.number];
    const rules::Absent& absent = *waiting_.absences[passed.number];
    if (!absent.span) return guard;
    guard.deadline = deadline_slots_[passed.number];
    guard.span_code = span_codes_[passed.number];
    guard.repeats = absent.every.has_value();
    if (guard.span_code == kNoCode && !events::is_null(absent.span->value))
      guard.span = std::get<events::Duration>(absent.span->value);
    return guard;
  }

  void add_guards(const rules::WaitingPoint& point, State& state) {
    std::uint8_t spent = 0;
    for (const rules::Passed& passed : point.passed) {
      Guard guard = guard_of(passed);
      state.has_next_guard |= guard.next_only;
      for (const std::uint32_t before : passed.before)
        if (!point.first) guard.before.push_back(deadline_slots_[before]);
      guard.inherits = passed.no_turn && state.inherits != kNoSides;
      if (guard.loop && guard.until.begin != guard.until.end) {
        TOCSIN_ASSERT(spent < 8);
        guard.spent = spent++;
      }
      if (guard.loop && (guard.least.ns > 0 || guard.most != kForever)) state.needs_last = true;
      if (point.first && guard.deadline != kNoSlot &&
          std::none_of(program_.leads.begin(), program_.leads.end(),
                       [&](const Guard& lead) { return lead.absence == guard.absence; }))
        program_.leads.push_back(guard);
      state.guards.push_back(guard);
    }
    for (std::size_t i = state.guards.size(); i-- > 0 && state.guards[i].loop;) state.guards[i].trailing = true;
  }

  void add_untils(const std::vector<std::uint32_t>& groups, State& state) const {
    for (const std::uint32_t group : groups)
      if (waiting_.groups[group].machine == state.machine && untils_[group].begin != untils_[group].end)
        state.untils.push_back(untils_[group]);
  }

  State state_of(const rules::WaitingPoint& point) {
    using Kind = rules::WaitingPoint::Kind;
    State state;
    state.kind = point.kind == Kind::step   ? State::Kind::step
                 : point.kind == Kind::both ? State::Kind::both
                                            : State::Kind::end;
    state.machine = static_cast<std::uint16_t>(point.machine);
    for (const std::uint32_t step : point.steps) state.takes.push_back(static_cast<std::uint16_t>(step));
    if (!state.takes.empty()) state.step = state.takes.front();
    state.arrow = point.arrow;
    state.further_turn = point.further_turn;
    state.first = point.first;
    if (point.kind == Kind::step && !point.first) {
      state.least = {point.least_ns};
      state.most = {point.most_ns};
      state.bounded = point.least_ns > 0 || state.most != kForever;
      state.needs_last = state.bounded;
    }
    state.inherits = point.inherits;
    add_guards(point, state);
    if (point.kind == Kind::step) {
      add_untils(waiting_.steps[state.step].groups, state);
      if (const FitRange& own = step_untils_[state.step]; own.begin != own.end) state.untils.push_back(own);
    }
    if (point.kind == Kind::both) {
      state.both = point.both;
      add_untils(waiting_.boths[point.both].groups, state);
    }
    if (point.kind == Kind::end)
      for (const rules::Passed& passed : point.passed)
        if (passed.kind == rules::Passed::Kind::absent && waiting_.absences[passed.number]->every)
          state.every = waiting_.absences[passed.number]->every;
    if (point.turned != rules::kNoNumber) state.cleared = fields_of_turn(point.turned);
    return state;
  }

  /// Ends of sides as they are held behind their `and`, which may be entered again meanwhile.
  void add_held() {
    const std::size_t states = program_.states.size();
    for (std::size_t i = 0; i < states; ++i) {
      State held = program_.states[i];
      if (held.kind != State::Kind::end || held.machine == 0) continue;
      for (Guard& guard : held.guards) {
        if (guard.deadline != kNoSlot) guard.deadline = held_slots_[guard.absence];
        for (RegisterId& before : guard.before)
          before = held_slots_[static_cast<std::size_t>(
              std::find(deadline_slots_.begin(), deadline_slots_.end(), before) - deadline_slots_.begin())];
      }
      program_.states[i].held = static_cast<StateId>(program_.states.size());
      program_.states.push_back(std::move(held));
    }
    TOCSIN_ASSERT(program_.states.size() < kNoState);
  }

  void add_states() {
    for (const rules::WaitingPoint& point : waiting_.points) program_.states.push_back(state_of(point));
    if (program_.threads) add_held();
    for (std::size_t i = 0; i < program_.states.size(); ++i) {
      State& state = program_.states[i];
      if (state.kind != State::Kind::both) continue;
      state.begun = static_cast<StateId>(i);
      for (std::size_t other = 0; other < waiting_.points.size(); ++other)
        if (waiting_.points[other].kind == rules::WaitingPoint::Kind::both && waiting_.points[other].begun &&
            waiting_.points[other].both == state.both)
          state.begun = static_cast<StateId>(other);
    }
  }

  Move move_of(const rules::GroupMove& groups) const {
    Move move;
    for (const std::uint32_t group : groups.left)
      if (counters_[group] && waiting_.groups[group].min > 1)
        move.left.push_back({*counters_[group], waiting_.groups[group].min});
    for (const std::uint32_t group : groups.entered)
      if (counters_[group]) move.begun.push_back(*counters_[group]);
    if (program_.threads) {
      for (const std::uint32_t group : groups.left) {
        if (counters_[group]) move.forgotten.push_back(*counters_[group]);
        if (span_slots_[group] != kNoSlot) move.forgotten.push_back(span_slots_[group]);
      }
      if (groups.turned != rules::kNoNumber && span_slots_[groups.turned] != kNoSlot)
        move.forgotten.push_back(span_slots_[groups.turned]);
    }
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
    Exit exit{static_cast<StateId>(way.point)};
    if (!way.sides.empty()) {
      exit.sides = static_cast<std::uint32_t>(program_.sides.size());
      std::vector<std::pair<std::uint16_t, StateId>>& sides = program_.sides.emplace_back();
      for (const std::uint32_t point : way.sides)
        sides.emplace_back(static_cast<std::uint16_t>(waiting_.points[point].machine), static_cast<StateId>(point));
    }
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

  std::vector<Exit> exits_of(const std::vector<rules::Way>& ways) {
    std::vector<Exit> exits;
    for (const rules::Way& way : ways) exits.push_back(exit_of(way));
    return exits;
  }

  bool is_plain_end(StateId state) const {
    return program_.states[state].kind == State::Kind::end && program_.states[state].machine == 0;
  }

  void add_exits() {
    program_.starts = exits_of(waiting_.starts);
    for (std::size_t step = 0; step < program_.turns.size(); ++step) {
      const rules::WaitingPoints::AfterStep& after = waiting_.after[step];
      Turn& turn = program_.turns[step];
      if (after.again != rules::kNoNumber) turn.again = static_cast<StateId>(after.again);
      turn.exits = exits_of(after.ways);
      turn.full_exits = exits_of(after.full_ways);
      if (!program_.threads) {
        for (const Exit& exit : turn.exits) {
          if (!is_plain_end(exit.state)) continue;
          turn.accepts = true;
          turn.end_move = exit.move;
        }
        std::erase_if(turn.exits, [&](const Exit& exit) { return is_plain_end(exit.state); });
      }
      for (const Exit& exit : turn.exits) turn.moves |= exit.move != kNoMove;
    }
    for (const rules::BothShape& shape : waiting_.boths) {
      Both both;
      both.machine = shape.machine;
      both.first_machine = shape.first_machine;
      both.sides = shape.sides;
      both.exits = exits_of(waiting_.ended[program_.boths.size()]);
      program_.boths.push_back(std::move(both));
    }
  }

  const rules::RulePlan& plan_;
  const events::Schema& schema_;
  Conditions& conditions_;
  RegisterFile& registers_;
  events::SymbolTable& symbols_;
  const rules::WaitingPoints waiting_;
  const Method method_;
  Program program_;
  std::vector<FitRange> absences_;          ///< by number
  std::vector<FitRange> untils_;            ///< by group
  std::vector<FitRange> step_untils_;       ///< by step
  std::vector<std::uint32_t> span_codes_;   ///< by absence
  std::vector<RegisterId> span_slots_;      ///< by group
  std::vector<RegisterId> deadline_slots_;  ///< by absence
  std::vector<RegisterId> held_slots_;      ///< by absence: of its deadline at the end of a side that has ended
  std::vector<std::optional<RegisterId>> counters_;                ///< by group
  std::map<std::pair<std::uint32_t, bool>, std::uint32_t> moves_;  ///< by move of groups, and whether it clears late
};

}  // namespace

Program compile(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions,
                RegisterFile& registers, events::SymbolTable& symbols, Method method) {
  return Compiler(plan, schema, conditions, registers, symbols, method).run();
}

}  // namespace tocsin::matcher
