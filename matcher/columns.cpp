// Column evaluation: an expression's nodes become whole columns; comparisons of a field with a constant go straight
// from the column to a bitmap.
//
// `open` says which rows are still asked about: what is evaluated behind a part of an `and` skips the rows that this
// part settled, so that nothing is computed, and no mishap counted, that the author has guarded against.
#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "matcher/conditions.hpp"
#include "rules/operation.hpp"

namespace tocsin::matcher {

namespace {

using events::Slot;
using events::Type;
using rules::Op;
using Words = std::vector<std::uint64_t>;

constexpr std::size_t kFewRemembered = 64;  // so many texts are remembered before it is asked whether they come again
constexpr std::size_t kFewMembers = 8;      // so many are compared one by one, without branches

struct ColumnValue {
  std::vector<Slot> slots;
  Words valid;
};

/// What a predicate gave for a slot, and how many nulls it counted.
struct Remembered {
  bool truth = false;
  std::uint64_t nulls = 0;
};

bool get(const Words& words, std::uint32_t i) { return ((words[i >> 6] >> (i & 63)) & 1) != 0; }

/// Evaluates one condition over one table.
class Evaluator {
 public:
  Evaluator(const events::Table& table, rules::Texts& texts, std::uint64_t& nulls)
      : table_(table), texts_(texts), nulls_(nulls), rows_(table.size()), words_((rows_ + 63) / 64) {}

  void bits(const ColumnExpr& expr, Words& out) {
    Words all(words_, ~std::uint64_t{0});
    trim(all);
    bits(expr, all, out);
  }

 private:
  /// Rows that aren't open may get any bit.
  void bits(const ColumnExpr& expr, const Words& open, Words& out) {
    if (expr.code != nullptr) return by_row(expr, open, out);
    switch (expr.op) {
      case Op::logical_and:
      case Op::logical_or:
        return combine(expr, open, out);
      case Op::logical_not:
        bits(expr.args[0], open, out);
        return invert(out);
      case Op::is_null:
      case Op::is_not_null:
        out = values(expr.args[0], open).valid;
        if (expr.op == Op::is_null) invert(out);
        return;
      case Op::in:
        return in(expr, open, out);
      default:
        break;
    }
    if (is_comparison(expr.op)) {
      if (!compare_constant(expr, out)) compare(expr, open, out);
      return;
    }
    const ColumnValue column = values(expr, open);
    fill(out, [&](std::uint32_t i) { return column.slots[i] != 0; });
    mask(out, column.valid);
  }

  void trim(Words& words) const {
    if (rows_ % 64 != 0) words.back() &= (std::uint64_t{1} << (rows_ % 64)) - 1;
  }

  void invert(Words& words) const {
    for (std::uint64_t& word : words) word = ~word;
    trim(words);
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

  /// Calls `visit` with each row that is set, in order.
  template <class Visit>
  static void each_row(const Words& words, Visit visit) {
    for (std::uint32_t w = 0; w < words.size(); ++w)
      for (std::uint64_t word = words[w]; word != 0; word &= word - 1)
        visit(w * 64 + static_cast<std::uint32_t>(std::countr_zero(word)));
  }

  /// Parts by column stand before parts by row.
  void combine(const ColumnExpr& expr, const Words& open, Words& out) {
    const bool conjunction = expr.op == Op::logical_and;
    bits(expr.args[0], open, out);
    mask(out, open);
    Words rest;
    Words other;
    for (std::size_t i = 1; i < expr.args.size(); ++i) {
      rest = out;
      if (!conjunction) {
        invert(rest);
        mask(rest, open);
      }
      if (std::all_of(rest.begin(), rest.end(), [](std::uint64_t word) { return word == 0; })) return;
      bits(expr.args[i], rest, other);
      mask(other, rest);
      if (conjunction) {
        out.swap(other);
      } else {
        for (std::uint32_t w = 0; w < words_; ++w) out[w] |= other[w];
      }
    }
  }

  void by_row(const ColumnExpr& expr, const Words& open, Words& out) {
    out.assign(words_, 0);
    Bindings bindings{.table = &table_, .texts = &texts_};
    const auto ask = [&](std::uint32_t i, std::uint64_t& nulls) {
      bindings.index = i;
      return rules::is_true(evaluate(*expr.code, bindings, nulls));
    };
    const auto set = [&](std::uint32_t i, bool truth) { out[i >> 6] |= std::uint64_t{truth} << (i & 63); };
    if (expr.reads >= ColumnExpr::kManyFields) {
      each_row(open, [&](std::uint32_t i) { set(i, ask(i, nulls_)); });
      return;
    }
    // Of one text: the same text, the same answer; while texts come again.
    const events::Column& column = table_.columns[expr.reads];
    absl::flat_hash_map<Slot, Remembered> memory;
    std::size_t asked = 0;
    each_row(open, [&](std::uint32_t i) {
      const bool remembers = memory.size() < kFewRemembered || memory.size() * 2 < asked;
      ++asked;
      if (!remembers || !column.is_valid(i)) return set(i, ask(i, nulls_));
      const auto [found, is_new] = memory.try_emplace(column.slots[i]);
      if (is_new) found->second.truth = ask(i, found->second.nulls);
      nulls_ += found->second.nulls;
      set(i, found->second.truth);
    });
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
    if (rules::is_text(left.type) && expr.op != Op::eq && expr.op != Op::ne) return false;
    const events::Column& column = table_.columns[left.field];
    if (left.type == Type::floating)
      compare_slots(expr.op, column.slots.data(), events::float_of, events::float_of(right.constant), out);
    else
      compare_slots(expr.op, column.slots.data(), events::int_of, events::int_of(right.constant), out);
    mask(out, column.valid);
    return true;
  }

  void compare(const ColumnExpr& expr, const Words& open, Words& out) {
    const ColumnValue left = values(expr.args[0], open);
    const ColumnValue right = values(expr.args[1], open);
    compare(expr.op, expr.args[0].type, left, expr.args[1].type, right, out);
  }

  void compare(Op op, Type a, const ColumnValue& left, Type b, const ColumnValue& right, Words& out) const {
    fill(out, [&](std::uint32_t i) {
      return get(left.valid, i) && get(right.valid, i) &&
             holds(op, rules::order_of(a, left.slots[i], b, right.slots[i], texts_));
    });
  }

  void in(const ColumnExpr& expr, const Words& open, Words& out) {
    const ColumnExpr& value = expr.args[0];
    if (value.op == Op::field && expr.args.size() == 1) {
      const events::Column& column = table_.columns[value.field];
      members(expr.members, column.slots, out);
      return mask(out, column.valid);
    }
    const ColumnValue column = values(value, open);
    members(expr.members, column.slots, out);
    mask(out, column.valid);
    Words other;
    for (std::size_t i = 1; i < expr.args.size(); ++i) {
      compare(Op::eq, value.type, column, expr.args[i].type, values(expr.args[i], open), other);
      for (std::uint32_t w = 0; w < words_; ++w) out[w] |= other[w];
    }
  }

  void members(const std::vector<Slot>& sorted, const std::vector<Slot>& slots, Words& out) const {
    if (sorted.size() > kFewMembers)
      return fill(out, [&](std::uint32_t i) { return std::binary_search(sorted.begin(), sorted.end(), slots[i]); });
    fill(out, [&](std::uint32_t i) {
      bool found = false;
      for (const Slot member : sorted) found |= slots[i] == member;
      return found;
    });
  }

  ColumnValue values(const ColumnExpr& expr, const Words& open) {
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
        ColumnValue operand = values(expr.args[0], open);
        mask(operand.valid, open);
        return each([&](std::uint32_t i, Slot& out) { return rules::negate(expr.type, operand.slots[i], out); },
                    operand.valid);
      }
      case Op::coalesce:
        return coalesce(expr, open);
      default:
        break;
    }
    if (is_arithmetic(expr.op)) {
      const ColumnValue left = values(expr.args[0], open);
      ColumnValue right = values(expr.args[1], open);
      mask(right.valid, left.valid);
      mask(right.valid, open);
      const Type a = expr.args[0].type;
      const Type b = expr.args[1].type;
      return each(
          [&](std::uint32_t i, Slot& out) { return arithmetic(expr.op, a, left.slots[i], b, right.slots[i], out); },
          right.valid);
    }
    Words truth;  // a boolean operator: never null
    bits(expr, open, truth);
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

  ColumnValue values_as(const ColumnExpr& expr, Type type, const Words& open) {
    ColumnValue result = values(expr, open);
    if (expr.type == Type::integer && type == Type::floating)
      for (Slot& slot : result.slots) slot = events::slot_of(static_cast<double>(events::int_of(slot)));
    return result;
  }

  ColumnValue coalesce(const ColumnExpr& expr, const Words& open) {
    ColumnValue result = values_as(expr.args[0], expr.type, open);
    Words missing = result.valid;
    invert(missing);
    mask(missing, open);
    const ColumnValue other = values_as(expr.args[1], expr.type, missing);
    for (std::uint32_t i = 0; i < rows_; ++i)
      if (!get(result.valid, i)) result.slots[i] = other.slots[i];
    for (std::uint32_t w = 0; w < words_; ++w) result.valid[w] |= other.valid[w];
    return result;
  }

  const events::Table& table_;
  rules::Texts& texts_;
  std::uint64_t& nulls_;
  std::uint32_t rows_;
  std::uint32_t words_;
};

}  // namespace

void evaluate(const Conditions& conditions, const events::Batch& batch, const events::SymbolTable& symbols,
              ConditionBits& bits) {
  rules::Texts texts(symbols);
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
