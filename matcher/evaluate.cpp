// The stack machine that runs an expression's code.
#include <array>
#include <cmath>
#include <memory>

#include "events/assert.hpp"
#include "matcher/code.hpp"
#include "rules/lists.hpp"

namespace tocsin::matcher {

namespace {

using events::Type;
using rules::is_true;

constexpr std::size_t kSmallStack = 64;  ///< cells; deeper expressions take theirs from the heap

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

Cell distinct(const Instruction& instruction, const Bindings& bindings) {
  const Cell set = load_register(bindings, instruction.a);
  if (!set.valid) return {};
  TOCSIN_ASSERT(bindings.values != nullptr);
  return {bindings.values->size(static_cast<ValuesId>(set.slot)), true};
}

Cell collected(const Instruction& instruction, const Bindings& bindings) {
  Cell list = load_register(bindings, instruction.a);
  if (!list.valid) return {};
  TOCSIN_ASSERT(bindings.values != nullptr);
  const auto id = static_cast<ValuesId>(list.slot);
  std::string& bytes = bindings.texts->make(list.slot);
  for (const events::Slot slot : bindings.values->values_of(id))
    rules::append_element(bytes, instruction.left, slot, *bindings.texts);
  return list;
}

constexpr std::size_t kSmallKey = 8;

/// The row's field, for a key of `lookup.key.size()` cells. A text that isn't a symbol is no key of any row.
Cell look_up(const Lookup& lookup, const Cell* key, const Bindings& bindings) {
  const std::size_t width = lookup.key.size();
  std::array<events::Slot, kSmallKey> small;
  std::unique_ptr<events::Slot[]> large;
  if (width > kSmallKey) large = std::make_unique<events::Slot[]>(width);
  events::Slot* const slots = large != nullptr ? large.get() : small.data();
  for (std::size_t i = 0; i < width; ++i) {
    if (!key[i].valid) return {};
    slots[i] = key[i].slot;
    if (lookup.key[i] != Type::string || !rules::Texts::is_made(slots[i])) continue;
    const auto symbol = bindings.texts->symbols().find(bindings.texts->text(slots[i]));
    if (!symbol) return {};
    slots[i] = events::slot_of(*symbol);
  }
  if (lookup.file != nullptr) return lookup.file->read(slots, lookup.field);
  if (bindings.tables == nullptr) return {};
  return bindings.tables->read(lookup.stream, slots, lookup.field, bindings.as_of);
}

/// Pops the operands of a prepared operation and pushes its result.
void apply(const rules::Operation& operation, Cell* stack, std::size_t& top, rules::Texts& texts,
           std::uint64_t& nulls) {
  const std::size_t operands = operation.args.size();
  top -= operands;
  stack[top] = rules::apply(operation, {stack + top, operands}, texts, nulls);
  ++top;
}

}  // namespace

Cell evaluate(const Code& code, const Bindings& bindings, std::uint64_t& nulls) {
  rules::Texts& texts = *bindings.texts;
  texts.clear();
  std::array<Cell, kSmallStack> small;
  std::unique_ptr<Cell[]> large;
  if (code.depth > kSmallStack) large = std::make_unique<Cell[]>(code.depth);
  Cell* const stack = large != nullptr ? large.get() : small.data();
  stack[0] = {};
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
      case Instruction::Code::distinct:
        stack[top++] = distinct(*instruction, bindings);
        break;
      case Instruction::Code::collected:
        stack[top++] = collected(*instruction, bindings);
        break;
      case Instruction::Code::lookup: {
        const Lookup& lookup = code.lookups[instruction->a];
        top -= lookup.key.size();
        stack[top] = look_up(lookup, stack + top, bindings);
        ++top;
        break;
      }
      case Instruction::Code::operation:
        if (rules::is_binary(instruction->op)) {
          --top;
          stack[top - 1] = rules::apply_binary(instruction->op, instruction->left, stack[top - 1], instruction->right,
                                               stack[top], texts, nulls);
        } else {
          stack[top - 1] = rules::apply_unary(instruction->op, instruction->left, stack[top - 1], nulls);
        }
        break;
      case Instruction::Code::apply:
        apply(code.operations[instruction->a], stack, top, texts, nulls);
        break;
      case Instruction::Code::to_float:
        stack[top - 1] = rules::as_type(stack[top - 1], Type::integer, Type::floating);
        break;
      case Instruction::Code::skip_if_false:
        if (is_true(stack[top - 1])) {
          --top;
        } else {
          stack[top - 1] = {0, true};
          instruction += instruction->a;
        }
        break;
      case Instruction::Code::skip_if_true:
        if (is_true(stack[top - 1]))
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
      case Instruction::Code::unless_true:
        if (!is_true(stack[--top])) instruction += instruction->a;
        break;
      case Instruction::Code::skip:
        instruction += instruction->a;
        break;
      case Instruction::Code::truth:
        stack[top - 1] = rules::truth_of(is_true(stack[top - 1]));
        break;
    }
  }
  return stack[0];
}

}  // namespace tocsin::matcher
