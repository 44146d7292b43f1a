// Plan → program: states are waiting points, found by walking the pattern's elements once.
//
// A condition is split at its top-level `and`s: what reads the event alone becomes a bit of the batch, the rest is code
// that runs against a run's registers.
#include <algorithm>

#include "events/assert.hpp"
#include "matcher/matcher.hpp"

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

/// A step's place among the elements, and what stands between it and the steps before.
class Compiler {
 public:
  Compiler(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions, RegisterFile& registers,
           events::SymbolTable& symbols)
      : plan_(plan), schema_(schema), conditions_(conditions), registers_(registers), symbols_(symbols) {}

  Program run() {
    program_.rule = plan_.name;
    program_.turns.resize(plan_.pattern.steps.size());
    for (std::size_t i = 0; i < plan_.pattern.elements.size(); ++i) {
      const rules::Element& element = plan_.pattern.elements[i];
      if (const auto* take = std::get_if<rules::Take>(&element.node)) {
        step_element_.push_back(i);
        TOCSIN_ASSERT(take->step + 1 == step_element_.size());
        begin_turn(take->step);
      } else {
        TOCSIN_ASSERT(std::holds_alternative<rules::Absent>(element.node));
        guards_.resize(plan_.pattern.elements.size());
        guards_[i] = {add_fits(std::get<rules::Absent>(element.node).fits), element.arrow == rules::Arrow::next,
                      static_cast<std::uint16_t>(i)};
      }
    }
    guards_.resize(plan_.pattern.elements.size());
    add_states();
    finish();
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

  void begin_turn(std::uint32_t step) {
    const rules::Step& plan = plan_.pattern.steps[step];
    Turn& turn = program_.turns[step];
    turn.fits = add_fits(plan.fits);
    turn.min = std::max(plan.min, 1U);
    turn.max = plan.max.value_or(kUnbounded);
  }

  bool optional(std::uint32_t step) const { return plan_.pattern.steps[step].min == 0; }
  std::uint32_t steps() const { return static_cast<std::uint32_t>(program_.turns.size()); }

  StateId add_state(State state) {
    TOCSIN_ASSERT(program_.states.size() < kNoState);
    program_.states.push_back(std::move(state));
    return static_cast<StateId>(program_.states.size() - 1);
  }

  /// The state itself, or the one that waits for the same in the same way: where nothing stands guard, it doesn't
  /// matter which optional steps were left out.
  StateId share_state(State state) {
    shared_.resize(steps());
    for (const StateId id : shared_[state.step]) {
      const std::vector<Guard>& guards = program_.states[id].guards;
      if (std::equal(guards.begin(), guards.end(), state.guards.begin(), state.guards.end(),
                     [](const Guard& a, const Guard& b) { return a.element == b.element; }))
        return id;
    }
    shared_[state.step].push_back(static_cast<StateId>(program_.states.size()));
    return add_state(std::move(state));
  }

  rules::Arrow arrow_before(std::uint32_t step) const {
    return plan_.pattern.elements[step_element_[step]].arrow.value_or(rules::Arrow::followed_by);
  }

  /// The state of waiting for `to` after an event of `from` (-1: the pattern's start).
  State waiting(int from, std::uint32_t to) const {
    State state;
    state.step = static_cast<std::uint16_t>(to);
    state.arrow = arrow_before(to);
    if (from < 0) return state;
    for (std::size_t i = step_element_[static_cast<std::size_t>(from)] + 1; i < step_element_[to]; ++i) {
      if (!std::holds_alternative<rules::Absent>(plan_.pattern.elements[i].node)) continue;
      state.guards.push_back(guards_[i]);
      state.has_next_guard |= guards_[i].next_only;
    }
    return state;
  }

  /// Steps that may come next when `from` is left, in order of preference: each optional one first itself, then
  /// without.
  std::vector<StateId> exits(int from, bool& accepts) {
    std::vector<StateId> result;
    auto to = static_cast<std::uint32_t>(from + 1);
    for (; to < steps(); ++to) {
      result.push_back(from < 0 ? add_state(waiting(from, to)) : share_state(waiting(from, to)));
      if (!optional(to)) break;
    }
    accepts = to >= steps();
    return result;
  }

  void add_states() {
    bool matches_nothing = false;
    program_.starts = exits(-1, matches_nothing);
    TOCSIN_ASSERT(!matches_nothing);
    for (std::uint32_t step = 0; step < steps(); ++step) {
      Turn& turn = program_.turns[step];
      if (turn.max > 1) {
        State again;
        again.step = static_cast<std::uint16_t>(step);
        again.further_turn = true;
        turn.again = add_state(std::move(again));
      }
      bool accepts = false;
      std::vector<StateId> next = exits(static_cast<int>(step), accepts);
      turn.exits = std::move(next);
      turn.accepts = accepts;
    }
  }

  void add_updates() {
    using Kind = Register::Kind;
    for (std::size_t i = 0; i < registers_.all().size(); ++i) {
      const Register& reg = registers_.all()[i];
      const auto target = static_cast<RegisterId>(i);
      Update update{.kind = reg.kind, .field = reg.field, .target = target};
      if (reg.field != rules::kNoField)
        update.type = schema_[plan_.pattern.steps[reg.step].fits.front().type].fields[reg.field].type;
      const bool zero = reg.kind == Kind::count || reg.kind == Kind::count_values || reg.kind == Kind::sum ||
                        reg.kind == Kind::float_sum || reg.kind == Kind::mean || reg.kind == Kind::m2;
      if (zero) program_.zeroed.push_back(target);
      program_.holds_symbol.push_back(!zero && (update.type == events::Type::string || is_list(update.type)));
      if (reg.kind == Kind::mean) continue;  // updated with m2
      if (reg.kind == Kind::m2) {
        update.count = registers_.require({Kind::count_values, reg.step, reg.field});
        update.mean = registers_.require({Kind::mean, reg.step, reg.field});
      }
      if (reg.kind == Kind::first) update.count = registers_.require({Kind::count, reg.step, rules::kNoField});
      program_.turns[reg.step].updates.push_back(update);
    }
    // `first` asks the count of turns before it is counted up, `m2` the count of values after.
    const auto rank = [](const Update& update) {
      return update.kind == Kind::first ? -1 : static_cast<int>(update.kind);
    };
    for (Turn& turn : program_.turns)
      std::stable_sort(turn.updates.begin(), turn.updates.end(),
                       [&](const Update& a, const Update& b) { return rank(a) < rank(b); });
  }

  void reads_of(const FitRange& range, std::vector<bool>& reads) const {
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      if (program_.fits[i].code == kNoCode) continue;
      for (const Instruction& instruction : program_.codes[program_.fits[i].code].instructions) {
        using enum Instruction::Code;
        if (instruction.code == load || instruction.code == average || instruction.code == deviation)
          reads[instruction.a] = true;
        if (instruction.code == average || instruction.code == deviation) reads[instruction.b] = true;
        // The mean behind a deviation decides its later values.
        if (instruction.code != deviation) continue;
        const Register& m2 = registers_.all()[instruction.b];
        reads[registers_.require({Register::Kind::mean, m2.step, m2.field})] = true;
      }
    }
  }

  /// For each state, what conditions may still read from it: those of its own guards, of its step, and of all behind.
  void add_visible() {
    std::vector<std::vector<bool>> behind(steps(), std::vector<bool>(registers_.all().size()));
    std::vector<bool> reads(registers_.all().size());
    for (std::size_t i = plan_.pattern.elements.size(); i-- > 0;) {
      const auto* take = std::get_if<rules::Take>(&plan_.pattern.elements[i].node);
      reads_of(take != nullptr ? program_.turns[take->step].fits : guards_[i].fits, reads);
      if (take != nullptr) behind[take->step] = reads;
    }
    for (State& state : program_.states) {
      std::vector<bool> seen = behind[state.step];
      for (const Guard& guard : state.guards) reads_of(guard.fits, seen);
      for (std::size_t i = 0; i < seen.size(); ++i)
        if (seen[i]) state.visible.push_back(static_cast<RegisterId>(i));
    }
  }

  /// Which types can do something to a thread in a state: those that its step or its guards take, all where the next
  /// event decides.
  void add_inputs() {
    program_.inputs.resize(schema_.types.size(), kNoInput);
    for (const events::TypeId type : plan_.inputs)
      program_.inputs[events::index_of(type)] = static_cast<std::uint16_t>(program_.input_count++);
    TOCSIN_ASSERT(program_.input_count <= kNoInput);
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
      if (state.has_next_guard || (state.arrow == rules::Arrow::next && !state.further_turn))
        std::fill(row, row + program_.input_count, std::uint8_t{1});
    }
    for (const StateId id : program_.starts)
      mark(program_.turns[program_.states[id].step].fits, program_.starting.data());
  }

  void finish() {
    for (std::size_t i = 0; i < registers_.all().size(); ++i) {  // what `first` needs may not have been asked for
      const Register reg = registers_.all()[i];
      if (reg.kind == Register::Kind::first) registers_.require({Register::Kind::count, reg.step, rules::kNoField});
    }
    add_updates();
    add_visible();
    program_.registers = registers_.all();
    add_inputs();
    program_.has_within = plan_.within.has_value();
    program_.within = plan_.within.value_or(events::Duration{});
    program_.one_start_a_state = !program_.has_within && !program_.looks_back;
    program_.limit_runs = plan_.limit_runs;
    program_.keeps_causes = std::any_of(
        plan_.outputs.begin(), plan_.outputs.end(),
        [](const rules::OutputPlan& output) { return std::holds_alternative<rules::AlertPlan>(output.node); });
  }

  const rules::RulePlan& plan_;
  const events::Schema& schema_;
  Conditions& conditions_;
  RegisterFile& registers_;
  events::SymbolTable& symbols_;
  Program program_;
  std::vector<std::size_t> step_element_;     ///< by step
  std::vector<Guard> guards_;                 ///< by element; empty at steps
  std::vector<std::vector<StateId>> shared_;  ///< by step: the states that wait for it after another one
};

}  // namespace

Program compile(const rules::RulePlan& plan, const events::Schema& schema, Conditions& conditions,
                RegisterFile& registers, events::SymbolTable& symbols) {
  return Compiler(plan, schema, conditions, registers, symbols).run();
}

}  // namespace tocsin::matcher
