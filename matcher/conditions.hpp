// Single-event conditions, by column: each distinct condition over all rules is evaluated once for a batch, an operator
// at a time over a column, into a bitmap over the rows of its type's table.
//
// Functions, lists and `if` aren't done by column but as code, row by row: after the parts of an `and` or `or` that
// are, and only on rows that these leave open.
//
// Equal conditions of one type share an id, whichever rule they stand in.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/batch.hpp"
#include "matcher/code.hpp"
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
  bool is_null = false;               ///< the constant null
  std::vector<events::Slot> members;  ///< of `in`: constants of the value's own type, sorted; they aren't among args
  rules::Function function = rules::Function::abs;
  std::shared_ptr<const rules::Table> table{};  ///< of a lookup, whose field is `field`
  std::vector<std::string> texts;               ///< of format
  std::string zone;
  std::vector<ColumnExpr> args;
  /// For what isn't done by column: the whole expression, for one row after the other. It is boolean.
  std::shared_ptr<const Code> code;
  static constexpr std::uint32_t kNoField = 0xffff'ffff;
  static constexpr std::uint32_t kManyFields = 0xffff'fffe;
  std::uint32_t reads = kNoField;  ///< the one field that `code` reads, a text

  /// The same expression; what is derived from it isn't asked.
  bool operator==(const ColumnExpr& other) const {
    return op == other.op && type == other.type && field == other.field && constant == other.constant &&
           is_null == other.is_null && members == other.members && function == other.function && table == other.table &&
           texts == other.texts && zone == other.zone && args == other.args;
  }
};

struct Condition {
  events::TypeId type = events::kNoType;
  ColumnExpr expr;  ///< boolean
};

class Conditions {
 public:
  /// The id of `expr`, which reads no step and no stream table, on events of `type`.
  ConditionId add(events::TypeId type, const rules::Expr& expr, events::SymbolTable& symbols);
  const std::vector<Condition>& all() const { return conditions_; }
  /// The tables that the rule set's expressions read: for the RegisterFile of each of its rules.
  const std::shared_ptr<TableIndexes>& tables() const { return tables_; }

 private:
  std::shared_ptr<TableIndexes> tables_ = std::make_shared<TableIndexes>();
  std::vector<Condition> conditions_;
  std::unordered_multimap<std::size_t, ConditionId> ids_;  ///< by hash of type and expression
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
