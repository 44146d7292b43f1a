// Conditions as trees for evaluation by column, each distinct one once.
#include "matcher/conditions.hpp"

#include <algorithm>

#include "events/assert.hpp"

namespace tocsin::matcher {

namespace {

using events::Slot;
using events::Type;
using rules::Expr;
using rules::Op;

bool is_by_row(const ColumnExpr& expr) {
  if (expr.op >= Op::conditional && expr.op != Op::in) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), is_by_row);
}

void add_reads(const ColumnExpr& expr, std::uint32_t& reads) {
  if (expr.op == Op::field && reads != expr.field)
    reads = reads == ColumnExpr::kNoField && rules::is_text(expr.type) ? expr.field : ColumnExpr::kManyFields;
  for (const ColumnExpr& arg : expr.args) add_reads(arg, reads);
}

/// `x in list`, a constant list, is `x in [its elements]`. Floats aren't: equal ones may differ in bits.
bool lists_members(const Expr& expr) {
  if (expr.op != Op::call || expr.function != rules::Function::in_list || expr.args[1].op != Op::constant) return false;
  const auto* list = std::get_if<events::List>(&expr.args[1].value);
  return list != nullptr && list->element == expr.args[0].type && list->element != Type::floating;
}

std::size_t hash_of(const ColumnExpr& expr, std::size_t seed) {
  const auto mix = [&seed](std::uint64_t part) { seed = (seed ^ part) * 0x9e37'79b9'7f4a'7c15U + (seed >> 29); };
  for (const auto part :
       {static_cast<std::uint64_t>(expr.op), static_cast<std::uint64_t>(expr.type),
        static_cast<std::uint64_t>(expr.field), expr.constant, static_cast<std::uint64_t>(expr.function)})
    mix(part);
  for (const events::Slot member : expr.members) mix(member);
  for (const ColumnExpr& arg : expr.args) mix(hash_of(arg, seed));
  return seed;
}

class Builder {
 public:
  Builder(events::SymbolTable& symbols, std::shared_ptr<TableIndexes> tables)
      : symbols_(symbols), tables_(std::move(tables)) {}

  /// `asked`: as bits, not as a column of values.
  ColumnExpr build(const Expr& expr, bool asked) {
    TOCSIN_ASSERT(expr.op != Op::step_field && expr.op != Op::turn_field && expr.op != Op::aggregate &&
                  expr.op != Op::key_part && !(expr.op == Op::lookup && expr.table->type != events::kNoType));
    ColumnExpr result;
    result.op = expr.op;
    result.type = expr.type;
    if (expr.op == Op::field || expr.op == Op::lookup) result.field = expr.field;
    result.table = expr.table;
    if (expr.op == Op::constant) {
      result.is_null = events::is_null(expr.value);
      if (!result.is_null) result.constant = events::to_slot(expr.value, symbols_);
    }
    if (lists_members(expr)) {
      result.op = Op::in;
      result.args.push_back(build(expr.args[0], false));
      for (const events::Value& item : events::items_of(std::get<events::List>(expr.args[1].value)))
        result.members.push_back(events::to_slot(item, symbols_));
    } else {
      if (expr.op == Op::call) result.function = expr.function;
      result.texts = expr.texts;
      result.zone = expr.zone;
      for (const Expr& arg : expr.args) add_arg(expr, arg, asked && is_logic(expr.op), result);
    }
    std::sort(result.members.begin(), result.members.end());
    result.members.erase(std::unique(result.members.begin(), result.members.end()), result.members.end());
    if (asked && !is_logic(expr.op) && is_by_row(result)) by_row(expr, result);
    if (expr.op == Op::logical_and || expr.op == Op::logical_or)
      std::stable_partition(result.args.begin(), result.args.end(),
                            [](const ColumnExpr& arg) { return !is_by_row(arg); });
    return result;
  }

 private:
  static bool is_logic(Op op) { return op == Op::logical_and || op == Op::logical_or || op == Op::logical_not; }

  void add_arg(const Expr& expr, const Expr& arg, bool asked, ColumnExpr& result) {
    const Type type = expr.args[0].type;
    const bool member = expr.op == Op::in && &arg != &expr.args[0] && arg.op == Op::constant && arg.type == type &&
                        type != Type::floating && !events::is_null(arg.value);
    if (member)
      result.members.push_back(events::to_slot(arg.value, symbols_));
    else
      result.args.push_back(build(arg, asked));
  }

  void by_row(const Expr& expr, ColumnExpr& result) {
    RegisterFile registers(tables_);
    result.code = std::make_shared<const Code>(compile(expr, registers, symbols_));
    add_reads(result, result.reads);
  }

  events::SymbolTable& symbols_;
  std::shared_ptr<TableIndexes> tables_;
};

}  // namespace

ConditionId Conditions::add(events::TypeId type, const Expr& expr, events::SymbolTable& symbols) {
  Condition condition{type, Builder(symbols, tables_).build(expr, true)};
  const std::size_t hash = hash_of(condition.expr, events::index_of(type));
  const auto [first, last] = ids_.equal_range(hash);
  for (auto known = first; known != last; ++known)
    if (conditions_[known->second].type == type && conditions_[known->second].expr == condition.expr)
      return known->second;
  const auto id = static_cast<ConditionId>(conditions_.size());
  conditions_.push_back(std::move(condition));
  ids_.emplace(hash, id);
  return id;
}

}  // namespace tocsin::matcher
