// Expression trees → flat code, and the stack machine that runs it. `and`, `or` and `??` jump over what they needn't
// ask.
#include "matcher/code.hpp"

#include <array>
#include <cmath>
#include <optional>

#include "events/assert.hpp"
#include "rules/arithmetic.hpp"

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
    if (kind == Register::Kind::count) return registers.require({kind, expr.step, rules::kNoField});
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
    }
  }

  void operation(const Expr& expr) {
    for (const Expr& arg : expr.args) compile(arg);
    Instruction instruction{.code = Instruction::Code::operation, .op = expr.op, .left = expr.args[0].type};
    if (expr.args.size() == 2) instruction.right = expr.args[1].type;
    code.instructions.push_back(instruction);
    grow(expr.args.size() == 2 ? -1 : 0);
  }

  /// a op b op c: after each but the last, a jump to the end when the value is settled.
  void short_circuit(const Expr& expr, Instruction::Code jump) {
    std::vector<std::uint32_t> jumps;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      compile(expr.args[i]);
      if (i + 1 == expr.args.size()) break;
      jumps.push_back(at());
      code.instructions.push_back({.code = jump});
      grow(-1);
    }
    for (const std::uint32_t place : jumps) code.instructions[place].a = at() - place - 1;
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
      case Op::logical_and:
        return short_circuit(expr, Instruction::Code::skip_if_false);
      case Op::logical_or:
        return short_circuit(expr, Instruction::Code::skip_if_true);
      case Op::coalesce:
        return short_circuit(expr, Instruction::Code::skip_if_value);
      default:
        TOCSIN_ASSERT(expr.op < Op::conditional);
        return operation(expr);
    }
  }
};

Cell binary(const Instruction& instruction, Cell a, Cell b, const rules::Texts& texts, std::uint64_t& nulls) {
  if (is_comparison(instruction.op)) {
    if (!a.valid || !b.valid) return {0, true};
    return {events::slot_of(
                holds(instruction.op, rules::order_of(instruction.left, a.slot, instruction.right, b.slot, texts))),
            true};
  }
  if (!a.valid || !b.valid) return {};
  Cell result{0, true};
  if (!arithmetic(instruction.op, instruction.left, a.slot, instruction.right, b.slot, result.slot)) {
    ++nulls;
    return {};
  }
  return result;
}

Cell unary(const Instruction& instruction, Cell a, std::uint64_t& nulls) {
  switch (instruction.op) {
    case Op::is_null:
      return {events::slot_of(!a.valid), true};
    case Op::is_not_null:
      return {events::slot_of(a.valid), true};
    case Op::logical_not:
      return {events::slot_of(!(a.valid && a.slot != 0)), true};
    default:
      break;
  }
  if (!a.valid) return {};
  Cell result{0, true};
  if (!rules::negate(instruction.left, a.slot, result.slot)) {
    ++nulls;
    return {};
  }
  return result;
}

Cell load_register(const Bindings& bindings, std::uint32_t id) {
  return {bindings.registers[id], ((bindings.valid[id >> 6] >> (id & 63)) & 1) != 0};
}

Cell average(const Instruction& instruction, const Bindings& bindings) {
  const Cell sum = load_register(bindings, instruction.a);
  const std::int64_t count = events::int_of(bindings.registers[instruction.b]);
  if (!sum.valid || count == 0) return {};
  if (instruction.left == Type::duration) return {events::slot_of(events::int_of(sum.slot) / count), true};
  return {events::slot_of(events::float_of(sum.slot) / static_cast<double>(count)), true};
}

Cell deviation(const Instruction& instruction, const Bindings& bindings) {
  const Cell m2 = load_register(bindings, instruction.b);
  const std::int64_t count = events::int_of(bindings.registers[instruction.a]);
  if (!m2.valid || count == 0) return {};
  return {events::slot_of(std::sqrt(events::float_of(m2.slot) / static_cast<double>(count))), true};
}

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
  TOCSIN_ASSERT(compiler.code.depth <= kMaxDepth);
  return std::move(compiler.code);
}

Cell evaluate(const Code& code, const Bindings& bindings, std::uint64_t& nulls) {
  std::array<Cell, kMaxDepth> stack;
  stack[0] = {};
  std::optional<rules::Texts> own;
  rules::Texts& texts = bindings.texts != nullptr ? *bindings.texts : own.emplace(*bindings.symbols);
  std::size_t top = 0;  // cells on the stack
  const Instruction* instruction = code.instructions.data();
  const Instruction* const end = instruction + code.instructions.size();
  for (; instruction != end; ++instruction) {
    switch (instruction->code) {
      case Instruction::Code::constant:
        stack[top++] = instruction->a == kNullConstant ? Cell{} : Cell{code.constants[instruction->a], true};
        break;
      case Instruction::Code::field: {
        const events::Column& column = bindings.table->columns[instruction->a];
        stack[top++] = {column.slots[bindings.index], column.is_valid(bindings.index)};
        break;
      }
      case Instruction::Code::key:
        stack[top++] = bindings.key[instruction->a];
        break;
      case Instruction::Code::load:
        stack[top++] = load_register(bindings, instruction->a);
        break;
      case Instruction::Code::average:
        stack[top++] = average(*instruction, bindings);
        break;
      case Instruction::Code::deviation:
        stack[top++] = deviation(*instruction, bindings);
        break;
      case Instruction::Code::operation:
        if (instruction->op >= Op::add && instruction->op <= Op::ge) {
          --top;
          stack[top - 1] = binary(*instruction, stack[top - 1], stack[top], texts, nulls);
        } else {
          stack[top - 1] = unary(*instruction, stack[top - 1], nulls);
        }
        break;
      case Instruction::Code::skip_if_false:
        if (stack[top - 1].valid && stack[top - 1].slot != 0) {
          --top;
        } else {
          stack[top - 1] = {0, true};
          instruction += instruction->a;
        }
        break;
      case Instruction::Code::skip_if_true:
        if (stack[top - 1].valid && stack[top - 1].slot != 0)
          instruction += instruction->a;
        else
          --top;
        break;
      case Instruction::Code::skip_if_value:
        if (stack[top - 1].valid)
          instruction += instruction->a;
        else
          --top;
        break;
      case Instruction::Code::truth:
        stack[top - 1] = {stack[top - 1].valid ? stack[top - 1].slot : 0, true};
        break;
    }
  }
  return stack[0];
}

}  // namespace tocsin::matcher
