// Expressions as flat typed code for a small stack machine: conditions that look back at a run, and outputs.
//
// A run's bindings are registers: one for each distinct thing that a condition or an output reads of a step (a field,
// or an aggregate kept incrementally), so reading costs the same however many turns a loop took.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "events/batch.hpp"
#include "matcher/shared_values.hpp"
#include "matcher/stream_rows.hpp"
#include "matcher/table_index.hpp"
#include "rules/operation.hpp"
#include "rules/plan.hpp"
#include "rules/texts.hpp"

namespace tocsin::matcher {

using RegisterId = std::uint16_t;
using rules::Cell;

struct Instruction {
  enum class Code : std::uint8_t {
    constant,       // push constants[a], or null when a is kNullConstant
    field,          // push column a of the candidate
    key,            // push key cell a
    load,           // push register a
    average,        // push registers[a] (sum, float) / registers[b] (count)
    deviation,      // push sqrt(registers[b] (m2) / registers[a] (count))
    distinct,       // push how many values the set in register a has
    collected,      // push the values of the list in register a as one
    lookup,         // pop the key of lookups[a], push the field of its row
    operation,      // pop the one or two operands of op, push its result
    apply,          // pop the operands of operations[a], push its result
    to_float,       // top is an int or null: make it a float
    skip_if_false,  // top is null or false: make it false and jump over a instructions; else pop
    skip_if_true,   // top is true: jump over a instructions; else pop
    skip_if_value,  // top isn't null: jump over a instructions; else pop
    unless_true,    // pop; null or false: jump over a instructions
    skip,           // jump over a instructions
    truth,          // null → false
  };
  Code code = Code::constant;
  rules::Op op = rules::Op::constant;
  events::Type left = events::Type::boolean;  ///< operand types of an operation
  events::Type right = events::Type::boolean;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

struct Code {
  std::vector<Instruction> instructions;
  std::vector<events::Slot> constants;
  std::vector<rules::Operation> operations;
  std::vector<Lookup> lookups;
  std::uint32_t depth = 0;  ///< stack cells needed
  events::Type type = events::Type::boolean;
};
inline constexpr std::uint32_t kNullConstant = 0xffff'ffff;

/// What is kept of a step in a run's registers. `mean` and `m2` are Welford's, over the values that aren't null; `turn`
/// is the value of turn number `turn` (above 0), `before` that of the turn `turn` before the last; `distinct` is a set
/// and `collect` a list of values (matcher/shared_values.hpp).
struct Register {
  enum class Kind : std::uint8_t {
    before,
    value,
    count,
    count_values,
    sum,
    min,
    max,
    first,
    last,
    float_sum,
    mean,
    m2,
    turn,
    distinct,
    collect,
    window_value,  ///< aggregate `field` of the rule's window
    window_start,
    window_end,
    window_grain,
  };
  Kind kind = Kind::value;
  std::uint32_t step = 0;  ///< a binding
  std::uint32_t field = rules::kNoField;
  std::vector<std::uint32_t> fields{};  ///< of a step that takes several types: its place in each (Expr::fields)
  std::uint32_t turn = 0;
  bool operator==(const Register&) const = default;
};

/// The registers of a program; asking for one twice gives the same id.
class RegisterFile {
 public:
  /// With tables of its own; what is compiled with it shares them.
  RegisterFile() : RegisterFile(std::make_shared<TableIndexes>()) {}
  explicit RegisterFile(std::shared_ptr<TableIndexes> tables) : tables_(std::move(tables)) {}

  RegisterId require(const Register& wanted);
  const std::vector<Register>& all() const { return registers_; }
  TableIndexes& tables() { return *tables_; }

 private:
  std::shared_ptr<TableIndexes> tables_;
  std::vector<Register> registers_;
};

/// Strings become symbols of `symbols`; what the expression reads of steps becomes registers.
Code compile(const rules::Expr& expr, RegisterFile& registers, events::SymbolTable& symbols);

/// What an expression may read.
struct Bindings {
  const events::Table* table = nullptr;  ///< the candidate's; null in outputs
  std::uint32_t index = 0;               ///< its row there
  const events::Slot* registers = nullptr;
  const std::uint64_t* valid = nullptr;  ///< bit i: register i isn't null
  const Cell* key = nullptr;
  const SharedValues* values = nullptr;  ///< those that the registers hold; may be null where no code reads any
  const StreamRows* tables = nullptr;    ///< null: stream tables have no rows
  AsOf as_of{};                          ///< where the reader stands: for stream tables
  rules::Texts* texts = nullptr;         ///< never null in an evaluation: reads symbols, holds the texts that it makes
};

/// `nulls` counts results that became null by overflow, a zero divisor or not being finite. What Bindings::texts held
/// before is forgotten: a result that is a text is to be taken out (Texts::value_of) before the next evaluation.
Cell evaluate(const Code& code, const Bindings& bindings, std::uint64_t& nulls);

}  // namespace tocsin::matcher
