// Column evaluation: an expression's nodes become whole columns; comparisons of a field with a constant go straight
// from the column to a bitmap.
#include "matcher/conditions.hpp"

#include <algorithm>

#include "events/assert.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

namespace {

using events::Slot;
using events::Type;
using rules::Op;
using Words = std::vector<std::uint64_t>;

ColumnExpr column_expr(const rules::Expr& expr, events::SymbolTable& symbols) {
  TOCSIN_ASSERT(expr.op != Op::step_field && expr.op != Op::aggregate && expr.op != Op::key_part);
  ColumnExpr result;
  result.op = expr.op;
  result.type = expr.type;
  if (expr.op == Op::field) result.field = expr.field;
  if (expr.op == Op::constant) {
    result.is_null = events::is_null(expr.value);
    if (!result.is_null) result.constant = events::to_slot(expr.value, symbols);
  }
  for (const rules::Expr& arg : expr.args) result.args.push_back(column_expr(arg, symbols));
  return result;
}

struct ColumnValue {
  std::vector<Slot> slots;
  Words valid;
};

bool get(const Words& words, std::uint32_t i) { return ((words[i >> 6] >> (i & 63)) & 1) != 0; }

/// Evaluates one condition over one table.
class Evaluator {
 public:
  Evaluator(const events::Table& table, const rules::Texts& texts, std::uint64_t& nulls)
      : table_(table), texts_(texts), nulls_(nulls), rows_(table.size()), words_((rows_ + 63) / 64) {}

  void bits(const ColumnExpr& expr, Words& out) {
    switch (expr.op) {
      case Op::logical_and:
      case Op::logical_or:
        return combine(expr, out);
      case Op::logical_not:
        bits(expr.args[0], out);
        return invert(out);
      case Op::is_null:
      case Op::is_not_null:
        out = values(expr.args[0]).valid;
        if (expr.op == Op::is_null) invert(out);
        return;
      default:
        break;
    }
    if (is_comparison(expr.op)) {
      if (!compare_constant(expr, out)) compare(expr, out);
      return;
    }
    const ColumnValue column = values(expr);
    fill(out, [&](std::uint32_t i) { return column.slots[i] != 0; });
    mask(out, column.valid);
  }

 private:
  void invert(Words& words) const {
    for (std::uint64_t& word : words) word = ~word;
    if (rows_ % 64 != 0) words.back() &= (std::uint64_t{1} << (rows_ % 64)) - 1;
  }

  void mask(Words& words, const Words& by) const {
    for (std::uint32_t w = 0; w < words_; ++w) words[w] &= by[w];
  }

  template <class Predicate>
  void fill(Words& out, Predicate predicate) const {
    out.resize(words_);
    for (std::uint32_t w = 0; w < words_; ++w) {
      const std::uint32_t begin = w * 64;
      const std::uint32_t count = std::min(64U, rows_ - begin);
      std::uint64_t word = 0;
      for (std::uint32_t b = 0; b < count; ++b) word |= static_cast<std::uint64_t>(predicate(begin + b)) << b;
      out[w] = word;
    }
  }

  void combine(const ColumnExpr& expr, Words& out) {
    bits(expr.args[0], out);
    Words other;
    for (std::size_t i = 1; i < expr.args.size(); ++i) {
      bits(expr.args[i], other);
      for (std::uint32_t w = 0; w < words_; ++w)
        out[w] = expr.op == Op::logical_and ? out[w] & other[w] : out[w] | other[w];
    }
  }

  template <class T, class Read>
  void compare_slots(Op op, const Slot* slots, Read read, T constant, Words& out) const {
    switch (op) {
      case Op::eq:
        return fill(out, [=](std::uint32_t i) { return read(slots[i]) == constant; });
      case Op::ne:
        return fill(out, [=](std::uint32_t i) { return read(slots[i]) != constant; });
      case Op::lt:
        return fill(out, [=](std::uint32_t i) { return read(slots[i]) < constant; });
      case Op::le:
        return fill(out, [=](std::uint32_t i) { return read(slots[i]) <= constant; });
      case Op::gt:
        return fill(out, [=](std::uint32_t i) { return read(slots[i]) > constant; });
      default:
        return fill(out, [=](std::uint32_t i) { return read(slots[i]) >= constant; });
    }
  }

  /// A field against a constant of its own type, without a copy of the column. False: not of that form.
  bool compare_constant(const ColumnExpr& expr, Words& out) const {
    const ColumnExpr& left = expr.args[0];
    const ColumnExpr& right = expr.args[1];
    if (left.op != Op::field || right.op != Op::constant || left.type != right.type || right.is_null) return false;
    if (left.type == Type::string && expr.op != Op::eq && expr.op != Op::ne) return false;
    const events::Column& column = table_.columns[left.field];
    if (left.type == Type::floating)
      compare_slots(expr.op, column.slots.data(), events::float_of, events::float_of(right.constant), out);
    else
      compare_slots(expr.op, column.slots.data(), events::int_of, events::int_of(right.constant), out);
    mask(out, column.valid);
    return true;
  }

  void compare(const ColumnExpr& expr, Words& out) {
    const ColumnValue left = values(expr.args[0]);
    const ColumnValue right = values(expr.args[1]);
    const Type a = expr.args[0].type;
    const Type b = expr.args[1].type;
    fill(out, [&](std::uint32_t i) {
      return get(left.valid, i) && get(right.valid, i) &&
             holds(expr.op, rules::order_of(a, left.slots[i], b, right.slots[i], texts_));
    });
  }

  ColumnValue values(const ColumnExpr& expr) {
    ColumnValue result;
    switch (expr.op) {
      case Op::field: {
        const events::Column& column = table_.columns[expr.field];
        return {column.slots, column.valid};
      }
      case Op::constant:
        result.slots.assign(rows_, expr.constant);
        result.valid.assign(words_, expr.is_null ? 0 : ~std::uint64_t{0});
        return result;
      case Op::negate: {
        const ColumnValue operand = values(expr.args[0]);
        return each([&](std::uint32_t i, Slot& out) { return rules::negate(expr.type, operand.slots[i], out); },
                    operand.valid);
      }
      case Op::coalesce:
        return coalesce(expr);
      default:
        break;
    }
    if (is_arithmetic(expr.op)) {
      const ColumnValue left = values(expr.args[0]);
      ColumnValue right = values(expr.args[1]);
      mask(right.valid, left.valid);
      const Type a = expr.args[0].type;
      const Type b = expr.args[1].type;
      return each(
          [&](std::uint32_t i, Slot& out) { return arithmetic(expr.op, a, left.slots[i], b, right.slots[i], out); },
          right.valid);
    }
    Words truth;  // a boolean operator: never null
    bits(expr, truth);
    result.slots.resize(rows_);
    for (std::uint32_t i = 0; i < rows_; ++i) result.slots[i] = get(truth, i) ? 1 : 0;
    result.valid.assign(words_, ~std::uint64_t{0});
    return result;
  }

  /// One operation on each row whose operands aren't null.
  template <class Operation>
  ColumnValue each(Operation operation, const Words& operands) {
    ColumnValue result{std::vector<Slot>(rows_), operands};
    for (std::uint32_t i = 0; i < rows_; ++i) {
      if (!get(operands, i) || operation(i, result.slots[i])) continue;
      ++nulls_;
      result.slots[i] = 0;
      result.valid[i >> 6] &= ~(std::uint64_t{1} << (i & 63));
    }
    return result;
  }

  ColumnValue coalesce(const ColumnExpr& expr) {
    ColumnValue result = values(expr.args[0]);
    const ColumnValue other = values(expr.args[1]);
    for (std::uint32_t i = 0; i < rows_; ++i)
      if (!get(result.valid, i)) result.slots[i] = other.slots[i];
    for (std::uint32_t w = 0; w < words_; ++w) result.valid[w] |= other.valid[w];
    return result;
  }

  const events::Table& table_;
  const rules::Texts& texts_;
  std::uint64_t& nulls_;
  std::uint32_t rows_;
  std::uint32_t words_;
};

}  // namespace

ConditionId Conditions::add(events::TypeId type, const rules::Expr& expr, events::SymbolTable& symbols) {
  Condition condition{type, column_expr(expr, symbols)};
  for (std::size_t i = 0; i < conditions_.size(); ++i)
    if (conditions_[i].type == type && conditions_[i].expr == condition.expr) return static_cast<ConditionId>(i);
  conditions_.push_back(std::move(condition));
  return static_cast<ConditionId>(conditions_.size() - 1);
}

void evaluate(const Conditions& conditions, const events::Batch& batch, const events::SymbolTable& symbols,
              ConditionBits& bits) {
  const rules::Texts texts(symbols);
  bits.nulls_ = 0;
  bits.bits_.resize(conditions.all().size());
  for (std::size_t i = 0; i < conditions.all().size(); ++i) {
    const Condition& condition = conditions.all()[i];
    const events::Table& table = batch.tables[events::index_of(condition.type)];
    if (table.size() == 0) continue;
    Evaluator(table, texts, bits.nulls_).bits(condition.expr, bits.bits_[i]);
  }
}

}  // namespace tocsin::matcher
