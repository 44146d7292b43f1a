// Operators on cells: those of two values are in the header, those that make lists and texts, ask lists, and call here.
#include "rules/operation.hpp"

#include <algorithm>

#include "events/assert.hpp"
#include "rules/functions_parts.hpp"
#include "rules/lists.hpp"

namespace tocsin::rules {

namespace {

constexpr std::ptrdiff_t kFewMembers = 8;  // so many are as fast to compare one by one

bool is_member(const Expr& arg, Type type) {
  return arg.op == Op::constant && arg.type == type && !events::is_null(arg.value);
}

/// The constants of `expr`, an `in`, that are of the value's own type; null where they are few, or floats.
std::shared_ptr<const Prepared> prepare_members(const Expr& expr) {
  const Type type = expr.args[0].type;
  const auto is_one = [&](const Expr& arg) { return is_member(arg, type); };
  const auto begin = expr.args.begin() + 1;
  if (type == Type::floating || std::count_if(begin, expr.args.end(), is_one) <= kFewMembers) return nullptr;
  Members members;
  Texts texts;
  std::for_each(begin, expr.args.end(), [&](const Expr& arg) {
    if (!is_one(arg)) return;
    const Slot slot = texts.slot_of(arg.value);
    if (is_text(type))
      members.texts.emplace(texts.text(slot));
    else
      members.slots.insert(slot);
  });
  return std::make_shared<const Prepared>(std::move(members));
}

Cell make_list(const Operation& operation, std::span<const Cell> operands, Texts& texts) {
  Cell result{0, true};
  std::string& bytes = texts.make(result.slot);
  const Type element = events::element_of(operation.type);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!operands[i].valid) return {};
    append_element(bytes, element, as_type(operands[i], operation.types[i], element).slot, texts);
  }
  return result;
}

Cell index_list(const Operation& operation, std::span<const Cell> operands, Texts& texts) {
  if (!operands[0].valid || !operands[1].valid) return {};
  Item item;
  if (!element_at(operation.type, texts.text(operands[0].slot), events::int_of(operands[1].slot), item)) return {};
  if (!is_text(operation.type)) return {item.slot, true};
  Cell result{0, true};
  texts.make(result.slot) = item.text;
  return result;
}

bool is_in(const Operation& operation, std::span<const Cell> operands, const Texts& texts) {
  const Cell value = operands[0];
  if (!value.valid) return false;
  if (operation.prepared != nullptr) {
    const Members& members = *operation.prepared->get<Members>();
    if (is_text(operation.types[0])) {
      const std::string_view text = texts.text(value.slot);
      if (members.texts.contains(absl::string_view(text.data(), text.size()))) return true;
    } else if (members.slots.contains(value.slot)) {
      return true;
    }
  }
  for (std::size_t i = 1; i < operands.size(); ++i)
    if (operands[i].valid && order_of(operation.types[0], value.slot, operation.types[i], operands[i].slot, texts) == 0)
      return true;
  return false;
}

Cell write_format(const Operation& operation, std::span<const Cell> operands, Texts& texts) {
  Cell result{0, true};
  std::string& out = texts.make(result.slot);
  out = operation.texts[0];
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const events::Value value =
        operands[i].valid ? texts.value_of(operation.types[i], operands[i].slot) : events::Value();
    out += formatted(value, operation.texts[2 * i + 1], operation.zone);
    out += operation.texts[2 * i + 2];
  }
  return result;
}

/// Of numbers to numbers: no result of given ones means overflow or no finite value.
bool counts_nulls(Function function) { return function < Function::clamp; }

Cell apply_call(const Operation& operation, std::span<const Cell> operands, Texts& texts, std::uint64_t& nulls) {
  Cell result{0, true};
  if (call(operation.function, operation.prepared.get(), operation.types, operands, texts, result.slot)) return result;
  if (counts_nulls(operation.function) &&
      std::all_of(operands.begin(), operands.end(), [](const Cell& cell) { return cell.valid; }))
    ++nulls;
  return {};
}

}  // namespace

Operation::Operation(const Expr& expr)
    : op(expr.op), type(expr.type), function(expr.function), texts(expr.texts), zone(expr.zone) {
  if (op == Op::call) prepared = prepare(expr);
  if (op == Op::in) prepared = prepare_members(expr);
  for (std::uint32_t i = 0; i < expr.args.size(); ++i) {
    if (op == Op::in && i > 0 && prepared != nullptr && is_member(expr.args[i], expr.args[0].type)) continue;
    args.push_back(i);
    types.push_back(expr.args[i].type);
  }
}

Cell apply(const Operation& operation, std::span<const Cell> operands, Texts& texts, std::uint64_t& nulls) {
  const Op op = operation.op;
  const auto converted = [&](std::size_t i) { return as_type(operands[i], operation.types[i], operation.type); };
  switch (op) {
    case Op::logical_and:
      return truth_of(std::all_of(operands.begin(), operands.end(), is_true));
    case Op::logical_or:
      return truth_of(std::any_of(operands.begin(), operands.end(), is_true));
    case Op::coalesce:
      return converted(operands[0].valid ? 0 : 1);
    case Op::conditional:
      return converted(is_true(operands[0]) ? 1 : 2);
    case Op::in:
      return truth_of(is_in(operation, operands, texts));
    case Op::list:
      return make_list(operation, operands, texts);
    case Op::index:
      return index_list(operation, operands, texts);
    case Op::call:
      return apply_call(operation, operands, texts, nulls);
    case Op::format:
      return write_format(operation, operands, texts);
    default:
      break;
  }
  if (is_unary(op)) return apply_unary(op, operation.types[0], operands[0], nulls);
  TOCSIN_ASSERT(is_binary(op));
  return apply_binary(op, operation.types[0], operands[0], operation.types[1], operands[1], texts, nulls);
}

events::Value value_of_constants(const Expr& expr) {
  if (expr.op == Op::constant) return expr.value;
  Texts texts;
  const Operation operation(expr);
  std::vector<Cell> operands;
  for (const std::uint32_t i : operation.args) {
    const events::Value& value = expr.args[i].value;
    operands.push_back(events::is_null(value) ? Cell{} : Cell{texts.slot_of(value), true});
  }
  std::uint64_t nulls = 0;
  const Cell result = apply(operation, operands, texts, nulls);
  return result.valid ? texts.value_of(expr.type, result.slot) : events::Value();
}

}  // namespace tocsin::rules
