// Single-event conditions, by column: each distinct condition over all rules is evaluated once for a batch, an operator
// at a time over a column, into a bitmap over the rows of its type's table.
//
// Equal conditions of one type share an id, whichever rule they stand in.
#pragma once

#include <cstdint>
#include <vector>

#include "events/batch.hpp"
#include "rules/plan.hpp"

namespace tocsin::matcher {

using ConditionId = std::uint32_t;
inline constexpr ConditionId kAlways = 0xffff'ffff;  ///< no condition: every event of the type

/// An expression over fields of the candidate and constants, its strings as symbols.
struct ColumnExpr {
  rules::Op op = rules::Op::constant;
  events::Type type = events::Type::boolean;
  std::uint32_t field = 0;
  events::Slot constant = 0;
  bool is_null = false;  ///< the constant null
  std::vector<ColumnExpr> args;
  bool operator==(const ColumnExpr&) const = default;
};

struct Condition {
  events::TypeId type = events::kNoType;
  ColumnExpr expr;  ///< boolean
};

class Conditions {
 public:
  /// The id of `expr`, which reads no step, on events of `type`.
  ConditionId add(events::TypeId type, const rules::Expr& expr, events::SymbolTable& symbols);
  const std::vector<Condition>& all() const { return conditions_; }

 private:
  std::vector<Condition> conditions_;
};

/// For each condition a bitmap over its type's table (bit i: row i of the table fulfils it; null counts as false).
class ConditionBits {
 public:
  bool test(ConditionId condition, std::uint32_t index) const {
    return condition == kAlways || ((bits_[condition][index >> 6] >> (index & 63)) & 1) != 0;
  }
  const std::vector<std::uint64_t>& words(ConditionId condition) const { return bits_[condition]; }
  /// Results that were null because of an overflow, a division by zero or a value that is not finite.
  std::uint64_t nulls() const { return nulls_; }

 private:
  friend void evaluate(const Conditions&, const events::Batch&, const events::SymbolTable&, ConditionBits&);
  std::vector<std::vector<std::uint64_t>> bits_;
  std::uint64_t nulls_ = 0;
};

/// Fills `bits` for all rows of `batch`. Reuses its memory.
void evaluate(const Conditions& conditions, const events::Batch& batch, const events::SymbolTable& symbols,
              ConditionBits& bits);

}  // namespace tocsin::matcher
