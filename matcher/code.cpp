// Expression trees → flat code. `and`, `or`, `??` and `if` jump over what they needn't ask.
#include "matcher/code.hpp"

#include <algorithm>

#include "events/assert.hpp"

namespace tocsin::matcher {

namespace {

using events::Slot;
using events::Type;
using rules::AggregateFn;
using rules::Expr;
using rules::Op;

struct Compiler {
  RegisterFile& registers;
  events::SymbolTable& symbols;
  Code code;
  std::uint32_t depth = 0;

  std::uint32_t at() const { return static_cast<std::uint32_t>(code.instructions.size()); }
  void grow(int by) {
    depth = static_cast<std::uint32_t>(static_cast<int>(depth) + by);
    code.depth = std::max(code.depth, depth);
  }
  void push(Instruction instruction) {
    code.instructions.push_back(instruction);
    grow(1);
  }

  void constant(const Expr& expr) {
    Instruction instruction{.code = Instruction::Code::constant, .a = kNullConstant};
    if (!events::is_null(expr.value)) {
      instruction.a = static_cast<std::uint32_t>(code.constants.size());
      code.constants.push_back(events::to_slot(expr.value, symbols));
    }
    push(instruction);
  }

  RegisterId reg(Register::Kind kind, const Expr& expr) {
    if (kind == Register::Kind::count) return registers.require({kind, expr.step, rules::kNoField, {}});
    return registers.require({kind, expr.step, expr.field, expr.fields});
  }

  void load(RegisterId id) { push({.code = Instruction::Code::load, .a = id}); }

  void aggregate(const Expr& expr) {
    using Kind = Register::Kind;
    switch (expr.fn) {
      case AggregateFn::count:
        return load(reg(expr.field == rules::kNoField ? Kind::count : Kind::count_values, expr));
      case AggregateFn::sum:
        return load(reg(Kind::sum, expr));
      case AggregateFn::min:
        return load(reg(Kind::min, expr));
      case AggregateFn::max:
        return load(reg(Kind::max, expr));
      case AggregateFn::first:
        return load(reg(Kind::first, expr));
      case AggregateFn::last:
        return load(reg(Kind::last, expr));
      case AggregateFn::avg:
        return push({.code = Instruction::Code::average,
                     .left = expr.type,
                     .a = reg(expr.type == Type::duration ? Kind::sum : Kind::float_sum, expr),
                     .b = reg(Kind::count_values, expr)});
      case AggregateFn::stddev:
        reg(Kind::mean, expr);
        return push(
            {.code = Instruction::Code::deviation, .a = reg(Kind::count_values, expr), .b = reg(Kind::m2, expr)});
      case AggregateFn::distinct:
        return push({.code = Instruction::Code::distinct, .a = reg(Kind::distinct, expr)});
      case AggregateFn::collect:
        return push({.code = Instruction::Code::collected,
                     .left = events::element_of(expr.type),
                     .a = reg(Kind::collect, expr)});
      default:
        break;
    }
    TOCSIN_ASSERT(false);  // of windows only: read as window_value
  }

  void lookup(const Expr& expr) {
    Lookup lookup;
    lookup.field = expr.field;
    for (const Expr& arg : expr.args) {
      compile(arg);
      lookup.key.push_back(arg.type);
    }
    if (expr.table->type == events::kNoType)
      lookup.file = registers.tables().of(expr.table, expr.field, symbols);
    else
      lookup.stream = registers.tables().number_of(expr.table, expr.field);
    code.instructions.push_back(
        {.code = Instruction::Code::lookup, .a = static_cast<std::uint32_t>(code.lookups.size())});
    code.lookups.push_back(std::move(lookup));
    grow(1 - static_cast<int>(expr.args.size()));
  }

  void window(Register::Kind kind, std::uint32_t field) { load(registers.require({kind, 0, field, {}})); }

  /// Turn 0 is the first, -1 the last; one before the last needs all between.
  void turn(const Expr& expr) {
    using Kind = Register::Kind;
    if (expr.turn == 0) return load(reg(Kind::first, expr));
    if (expr.turn > 0)
      return load(
          registers.require({Kind::turn, expr.step, expr.field, expr.fields, static_cast<std::uint32_t>(expr.turn)}));
    RegisterId id = reg(Kind::last, expr);
    for (std::uint32_t before = 1; before < static_cast<std::uint32_t>(-expr.turn); ++before)
      id = registers.require({Kind::before, expr.step, expr.field, expr.fields, before});
    load(id);
  }

  void operation(const Expr& expr) {
    for (const Expr& arg : expr.args) compile(arg);
    Instruction instruction{.code = Instruction::Code::operation, .op = expr.op, .left = expr.args[0].type};
    if (expr.args.size() == 2) instruction.right = expr.args[1].type;
    code.instructions.push_back(instruction);
    grow(expr.args.size() == 2 ? -1 : 0);
  }

  void apply(const Expr& expr) {
    rules::Operation operation(expr);
    for (const std::uint32_t i : operation.args) compile(expr.args[i]);
    const auto operands = static_cast<int>(operation.args.size());
    code.instructions.push_back(
        {.code = Instruction::Code::apply, .a = static_cast<std::uint32_t>(code.operations.size())});
    code.operations.push_back(std::move(operation));
    grow(1 - operands);
  }

  /// A value of the type `type`: an int where a float is asked for is converted.
  void compile_as(const Expr& expr, Type type) {
    compile(expr);
    if (expr.type == Type::integer && type == Type::floating)
      code.instructions.push_back({.code = Instruction::Code::to_float});
  }

  std::uint32_t jump(Instruction::Code kind) {
    code.instructions.push_back({.code = kind});
    return at() - 1;
  }
  void land(std::uint32_t jump) { code.instructions[jump].a = at() - jump - 1; }

  void conditional(const Expr& expr) {
    compile(expr.args[0]);
    const std::uint32_t to_else = jump(Instruction::Code::unless_true);
    grow(-1);
    compile_as(expr.args[1], expr.type);
    const std::uint32_t to_end = jump(Instruction::Code::skip);
    grow(-1);
    land(to_else);
    compile_as(expr.args[2], expr.type);
    land(to_end);
  }

  /// a op b op c: after each but the last, a jump to the end when the value is settled.
  void short_circuit(const Expr& expr, Instruction::Code kind) {
    std::vector<std::uint32_t> jumps;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      compile_as(expr.args[i], expr.type);
      if (i + 1 == expr.args.size()) break;
      jumps.push_back(jump(kind));
      grow(-1);
    }
    for (const std::uint32_t place : jumps) land(place);
    if (expr.op != Op::coalesce) code.instructions.push_back({.code = Instruction::Code::truth});
  }

  void compile(const Expr& expr) {
    switch (expr.op) {
      case Op::constant:
        return constant(expr);
      case Op::field:
        return push({.code = Instruction::Code::field, .a = expr.field});
      case Op::key_part:
        return push({.code = Instruction::Code::key, .a = expr.field});
      case Op::step_field:
        return load(reg(Register::Kind::value, expr));
      case Op::aggregate:
        return aggregate(expr);
      case Op::turn_field:
        return turn(expr);
      case Op::lookup:
        return lookup(expr);
      case Op::window_value:
        return window(Register::Kind::window_value, expr.field);
      case Op::window_start:
        return window(Register::Kind::window_start, rules::kNoField);
      case Op::window_end:
        return window(Register::Kind::window_end, rules::kNoField);
      case Op::window_grain:
        return window(Register::Kind::window_grain, rules::kNoField);
      case Op::logical_and:
        return short_circuit(expr, Instruction::Code::skip_if_false);
      case Op::logical_or:
        return short_circuit(expr, Instruction::Code::skip_if_true);
      case Op::coalesce:
        return short_circuit(expr, Instruction::Code::skip_if_value);
      case Op::conditional:
        return conditional(expr);
      case Op::in:
      case Op::list:
      case Op::index:
      case Op::call:
      case Op::format:
        return apply(expr);
      default:
        return operation(expr);
    }
  }
};

}  // namespace

RegisterId RegisterFile::require(const Register& wanted) {
  for (std::size_t i = 0; i < registers_.size(); ++i)
    if (registers_[i] == wanted) return static_cast<RegisterId>(i);
  TOCSIN_ASSERT(registers_.size() < 0xffff);
  registers_.push_back(wanted);
  return static_cast<RegisterId>(registers_.size() - 1);
}

Code compile(const Expr& expr, RegisterFile& registers, events::SymbolTable& symbols) {
  Compiler compiler{registers, symbols, {}, 0};
  compiler.compile(expr);
  compiler.code.type = expr.type;
  return std::move(compiler.code);
}

}  // namespace tocsin::matcher
