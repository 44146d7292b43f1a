#include "matcher/registers.hpp"

#include <algorithm>

#include "events/assert.hpp"

namespace tocsin::matcher {

namespace {

using Kind = Register::Kind;

/// One that the compiled codes brought with them.
RegisterId find(const Program& program, const Register& wanted) {
  const auto found = std::find(program.registers.begin(), program.registers.end(), wanted);
  TOCSIN_ASSERT(found != program.registers.end());
  return static_cast<RegisterId>(found - program.registers.begin());
}

/// The field's column, by input where it differs from type to type of the step.
void add_field(Program& program, Update& update, const Register& reg, const rules::Step& step,
               const events::Schema& schema) {
  update.field = reg.fields.empty() ? reg.field : reg.fields.front();
  if (update.field == rules::kNoField) return;
  const events::TypeId type = step.types.front();
  update.type = schema[type].fields[update.field].type;
  if (std::all_of(reg.fields.begin(), reg.fields.end(), [&](std::uint32_t field) { return field == update.field; }))
    return;
  TOCSIN_ASSERT(step.types.size() == reg.fields.size());
  update.by_input = static_cast<std::uint32_t>(program.fields_by_input.size());
  program.fields_by_input.resize(update.by_input + program.input_count, rules::kNoField);
  for (std::size_t i = 0; i < step.types.size(); ++i) {
    TOCSIN_ASSERT(schema[step.types[i]].fields.at(reg.fields[i]).type == update.type);
    program.fields_by_input[update.by_input + program.inputs[events::index_of(step.types[i])]] = reg.fields[i];
  }
}

bool is_zero_of_no_event(Kind kind) {
  return kind == Kind::count || kind == Kind::count_values || kind == Kind::sum || kind == Kind::float_sum ||
         kind == Kind::mean || kind == Kind::m2 || kind == Kind::collect;
}

/// A set of registers.
class RegisterSet {
 public:
  explicit RegisterSet(std::size_t size) : words_((size + 63) / 64) {}
  void add(RegisterId id) { words_[id >> 6] |= std::uint64_t{1} << (id & 63); }
  void add(const RegisterSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  void remove(RegisterId id) { words_[id >> 6] &= ~(std::uint64_t{1} << (id & 63)); }
  void remove(const std::vector<RegisterId>& ids) {
    for (const RegisterId id : ids) remove(id);
  }
  bool has(RegisterId id) const { return ((words_[id >> 6] >> (id & 63)) & 1) != 0; }
  bool operator==(const RegisterSet&) const = default;

 private:
  std::vector<std::uint64_t> words_;
};

class Reads {
 public:
  explicit Reads(const Program& program)
      : program_(program), none_(program.register_count()), after_(program.turns.size(), none_) {
    if (!program.looks_back) return;
    while (go_round()) {
    }
  }

  /// What may be read from `state` on.
  RegisterSet from(const State& state) const {
    RegisterSet reads = after_[state.step];
    const std::vector<Update>& updates = program_.turns[state.step].updates;
    for (auto update = updates.rbegin(); update != updates.rend(); ++update) {
      if (update->kind != Kind::value && update->kind != Kind::last && update->kind != Kind::before) continue;
      const bool moves = update->kind == Kind::before && reads.has(update->target);
      reads.remove(update->target);
      if (moves) reads.add(update->from);
    }
    add(program_.turns[state.step].fits, reads);
    for (const Guard& guard : state.guards)
      if (!guard.turn_before) add(guard.fits, reads);
    reads.remove(state.cleared);
    for (const Guard& guard : state.guards)
      if (guard.turn_before) add(guard.fits, reads);
    return reads;
  }

 private:
  /// From the states that follow each step. False: nothing was added. Once against the order of steps does, and once
  /// more for each level of groups.
  bool go_round() {
    bool added = false;
    for (std::size_t step = after_.size(); step-- > 0;) {
      const Turn& turn = program_.turns[step];
      RegisterSet reads = none_;
      if (turn.again != kNoState) reads.add(from(program_.states[turn.again]));
      for (const Exit& exit : turn.exits) {
        RegisterSet behind = from(program_.states[exit.state]);
        if (exit.move != kNoMove) behind.remove(program_.moves[exit.move].cleared);
        reads.add(behind);
      }
      if (reads == after_[step]) continue;
      after_[step] = std::move(reads);
      added = true;
    }
    return added;
  }

  void add(const FitRange& range, RegisterSet& reads) const {
    for (std::uint32_t i = range.begin; i < range.end; ++i) {
      if (program_.fits[i].code == kNoCode) continue;
      for (const Instruction& instruction : program_.codes[program_.fits[i].code].instructions) {
        using enum Instruction::Code;
        const bool two = instruction.code == average || instruction.code == deviation;
        if (instruction.code == load || instruction.code == distinct || instruction.code == collected || two)
          reads.add(static_cast<RegisterId>(instruction.a));
        if (two) reads.add(static_cast<RegisterId>(instruction.b));
        // The mean behind a deviation decides its later values.
        if (instruction.code != deviation) continue;
        const Register& m2 = program_.registers[instruction.b];
        reads.add(find(program_, {Kind::mean, m2.step, m2.field, m2.fields}));
      }
    }
  }

  const Program& program_;
  const RegisterSet none_;
  std::vector<RegisterSet> after_;  ///< by step: what is read once it has taken an event
};

}  // namespace

void add_updates(Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  for (std::size_t i = 0; i < program.registers.size(); ++i) {
    const Register& reg = program.registers[i];
    const auto target = static_cast<RegisterId>(i);
    Update update{.kind = reg.kind, .target = target};
    add_field(program, update, reg, plan.pattern.steps[reg.step], schema);
    const bool zero = is_zero_of_no_event(reg.kind);
    if (zero) program.zeroed.push_back(target);
    const bool shared = reg.kind == Kind::distinct || reg.kind == Kind::collect;
    if (shared) program.shared.push_back(target);
    program.holds_symbol.push_back(!zero && !shared && (update.type == events::Type::string || is_list(update.type)));
    if (reg.kind == Kind::mean) continue;  // updated with m2
    if (reg.kind == Kind::m2) {
      update.count = find(program, {Kind::count_values, reg.step, reg.field, reg.fields});
      update.mean = find(program, {Kind::mean, reg.step, reg.field, reg.fields});
    }
    update.turn = reg.turn;
    if (reg.kind == Kind::before && reg.turn == 1)
      update.from = find(program, {Kind::last, reg.step, reg.field, reg.fields});
    else if (reg.kind == Kind::before)
      update.from = find(program, {Kind::before, reg.step, reg.field, reg.fields, reg.turn - 1});
    for (std::size_t step = 0; step < program.turns.size(); ++step)
      if (plan.pattern.steps[step].binding == reg.step) program.turns[step].updates.push_back(update);
  }
  for (std::size_t slot = program.registers.size(); slot < program.register_count(); ++slot)
    program.zeroed.push_back(static_cast<RegisterId>(slot));
  program.holds_symbol.resize(program.register_count());
  // `m2` asks the count of values after it was counted up, `before` what is to be overwritten.
  for (Turn& turn : program.turns)
    std::stable_sort(turn.updates.begin(), turn.updates.end(), [](const Update& a, const Update& b) {
      return a.kind != b.kind ? a.kind < b.kind : a.kind == Kind::before && a.turn > b.turn;
    });
}

void add_compared(Program& program) {
  RegisterSet read(program.register_count());
  for (const Code& code : program.codes)
    for (const Instruction& instruction : code.instructions) {
      using enum Instruction::Code;
      const bool two = instruction.code == average || instruction.code == deviation;
      if (instruction.code == load || instruction.code == distinct || instruction.code == collected || two)
        read.add(static_cast<RegisterId>(instruction.a));
      if (two) read.add(static_cast<RegisterId>(instruction.b));
    }
  // What a register is made of is kept of the same field.
  for (std::size_t i = 0; i < program.registers.size(); ++i) {
    const Register& made = program.registers[i];
    const bool wanted = std::any_of(program.registers.begin(), program.registers.end(), [&](const Register& other) {
      return read.has(static_cast<RegisterId>(&other - program.registers.data())) && other.step == made.step &&
             other.field == made.field && other.fields == made.fields;
    });
    if (wanted) program.compared.push_back(static_cast<RegisterId>(i));
  }
  for (const Counter& counter : program.counters) program.compared.push_back(counter.target);
  for (const RegisterId clock : program.clocks) program.compared.push_back(clock);
  for (std::uint32_t i = 0; i < 2 * program.held_positions(); ++i)
    program.compared.push_back(static_cast<RegisterId>(program.positions + i));
}

void add_visible(Program& program, const rules::WaitingPoints& waiting) {
  const Reads reads(program);
  for (State& state : program.states) {
    RegisterSet visible = reads.from(state);
    for (const Counter& counter : program.counters) {
      const rules::GroupShape& group = waiting.groups[counter.group];
      if (state.step >= group.first_step && state.step < group.end_step) visible.add(counter.target);
    }
    for (std::size_t i = 0; i < program.register_count(); ++i)
      if (visible.has(static_cast<RegisterId>(i))) state.visible.push_back(static_cast<RegisterId>(i));
  }
}

}  // namespace tocsin::matcher
