// The stack machine: every operator, nulls, short circuits, exact comparisons.
#include "matcher/code.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/matcher/machine.hpp"

namespace tocsin::matcher::testing {
namespace {

using events::Duration;
using events::Time;
using events::Value;
using rules::Expr;
using rules::Op;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

Expr constant(const Value& value, events::Type type) {
  Expr expr;
  expr.type = type;
  expr.value = value;
  return expr;
}
Expr constant(const Value& value) {
  return constant(value, events::is_null(value) ? events::Type::boolean : static_cast<events::Type>(value.index() - 1));
}

struct Result {
  Value value;
  std::uint64_t nulls = 0;
};

Result run(Op op, events::Type type, std::vector<Expr> args) {
  Expr expr;
  expr.op = op;
  expr.type = type;
  expr.args = std::move(args);
  RegisterFile registers;
  events::SymbolTable symbols;
  const Code code = compile(expr, registers, symbols);
  Bindings bindings;
  rules::Texts texts(symbols);
  bindings.texts = &texts;
  Result result;
  const Cell cell = evaluate(code, bindings, result.nulls);
  if (cell.valid) result.value = texts.value_of(code.type, cell.slot);
  return result;
}

struct Case {
  Op op;
  Value left;
  Value right;  ///< of a unary operator: not used
  Value expected;
  std::uint64_t nulls = 0;
};

std::string text(const Case& test) {
  return events::to_text(test.left) + " " + std::string(rules::name_of(test.op)) + " " + events::to_text(test.right);
}

events::Type type_of(const Value& value, events::Type otherwise) {
  return events::is_null(value) ? otherwise : static_cast<events::Type>(value.index() - 1);
}

constexpr std::int64_t operator""_i(unsigned long long value) { return static_cast<std::int64_t>(value); }
const Value kNull{};

TEST(Code, Arithmetic) {
  const std::vector<Case> cases{
      {Op::add, 2_i, 3_i, 5_i},
      {Op::add, kMax, 1_i, kNull, 1},
      {Op::sub, kMin, 1_i, kNull, 1},
      {Op::mul, kMax, 2_i, kNull, 1},
      {Op::mul, -3_i, 4_i, -12_i},
      {Op::div, 7_i, 2_i, 3.5},
      {Op::div, 7_i, 0_i, kNull, 1},
      {Op::div, 7.0, 0.0, kNull, 1},
      {Op::rem, -7_i, 3_i, -1_i},
      {Op::rem, 7_i, 0_i, kNull, 1},
      {Op::rem, kMin, -1_i, 0_i},
      {Op::rem, -7.5, 2.0, -1.5},
      {Op::add, 2_i, 0.5, 2.5},
      {Op::mul, 1e308, 10.0, kNull, 1},
      {Op::sub, Time{5}, Time{7}, Duration{-2}},
      {Op::add, Time{5}, Duration{7}, Time{12}},
      {Op::sub, Time{5}, Duration{7}, Time{-2}},
      {Op::add, Time{kMax}, Duration{1}, kNull, 1},
      {Op::sub, Time{kMax}, Time{-1}, kNull, 1},
      {Op::add, Duration{5}, Duration{7}, Duration{12}},
      {Op::mul, Duration{5}, 3_i, Duration{15}},
      {Op::mul, 3_i, Duration{5}, Duration{15}},
      {Op::mul, Duration{5}, 0.5, Duration{3}},
      {Op::mul, -0.5, Duration{5}, Duration{-3}},
      {Op::div, Duration{7}, 2_i, Duration{3}},
      {Op::div, Duration{7}, 2.0, Duration{4}},
      {Op::div, Duration{7}, 0_i, kNull, 1},
      {Op::div, Duration{7}, 0.0, kNull, 1},
      {Op::div, Duration{7}, Duration{2}, 3.5},
      {Op::div, Duration{7}, Duration{0}, kNull, 1},
      {Op::mul, Duration{kMax}, 2.0, kNull, 1},
  };
  for (const Case& test : cases) {
    const events::Type type = events::is_null(test.expected) ? type_of(test.left, events::Type::integer)
                                                             : type_of(test.expected, events::Type::integer);
    const Result result = run(test.op, type, {constant(test.left), constant(test.right)});
    EXPECT_EQ(result.value, test.expected) << text(test) << " gave " << events::to_text(result.value);
    EXPECT_EQ(result.nulls, test.nulls) << text(test);
  }
  for (const Op op : {Op::add, Op::sub, Op::mul, Op::div, Op::rem}) {
    for (const auto& [left, right] : {std::pair{kNull, Value{1_i}}, {Value{1_i}, kNull}, {kNull, kNull}}) {
      const Result result = run(op, events::Type::integer,
                                {constant(left, events::Type::integer), constant(right, events::Type::integer)});
      EXPECT_TRUE(events::is_null(result.value)) << rules::name_of(op);
      EXPECT_EQ(result.nulls, 0U) << "null in, null out is no mishap";
    }
  }
}

TEST(Code, Negation) {
  EXPECT_EQ(run(Op::negate, events::Type::integer, {constant(5_i)}).value, Value{-5_i});
  EXPECT_EQ(run(Op::negate, events::Type::integer, {constant(kMin)}).nulls, 1U);
  EXPECT_EQ(run(Op::negate, events::Type::floating, {constant(0.5)}).value, Value{-0.5});
  EXPECT_EQ(run(Op::negate, events::Type::duration, {constant(Duration{3})}).value, Value{Duration{-3}});
  EXPECT_EQ(run(Op::negate, events::Type::integer, {constant(kNull, events::Type::integer)}).value, kNull);
}

TEST(Code, Comparisons) {
  constexpr std::int64_t kOdd = (1LL << 53) + 1;
  struct Ordered {
    Value left;
    Value right;
    int order;
  };
  const std::vector<Ordered> cases{
      {1_i, 2_i, -1},
      {2.5, 2.5, 0},
      {std::string("b"), std::string("ab"), 1},
      {std::string("a"), std::string("a"), 0},
      {std::string("\xff"), std::string("z"), 1},
      {false, true, -1},
      {Time{1}, Time{2}, -1},
      {Duration{-1}, Duration{0}, -1},
      {0.0, -0.0, 0},
      // an int and a float: exact
      {kOdd, 9007199254740992.0, 1},
      {9007199254740992.0, kOdd, -1},
      {kOdd - 1, 9007199254740992.0, 0},
      {-kOdd, -9007199254740992.0, -1},
      {kMax, 9223372036854775808.0, -1},
      {kMin, -9223372036854775808.0, 0},
      {kMin, -9223372036854777856.0, 1},
      {kMax, 1e300, -1},
      {kMin, -1e300, 1},
      {3_i, 3.5, -1},
      {-3_i, -3.5, 1},
      {0_i, 5e-324, -1},
  };
  for (const Ordered& test : cases) {
    for (const auto& [op, expected] : {std::pair{Op::eq, test.order == 0},
                                       {Op::ne, test.order != 0},
                                       {Op::lt, test.order < 0},
                                       {Op::le, test.order <= 0},
                                       {Op::gt, test.order > 0},
                                       {Op::ge, test.order >= 0}}) {
      const Result result = run(op, events::Type::boolean, {constant(test.left), constant(test.right)});
      EXPECT_EQ(result.value, Value{expected})
          << events::to_text(test.left) << " " << rules::name_of(op) << " " << events::to_text(test.right);
    }
  }
  for (const Op op : {Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge}) {
    const Expr none = constant(kNull, events::Type::integer);
    EXPECT_EQ(run(op, events::Type::boolean, {none, constant(1_i)}).value, Value{false}) << rules::name_of(op);
    EXPECT_EQ(run(op, events::Type::boolean, {constant(1_i), none}).value, Value{false}) << rules::name_of(op);
    EXPECT_EQ(run(op, events::Type::boolean, {none, none}).value, Value{false}) << rules::name_of(op);
  }
}

TEST(Code, Logic) {
  const std::vector<Value> values{true, false, kNull};
  const auto truth = [](const Value& value) { return value == Value{true}; };
  for (const Value& a : values) {
    EXPECT_EQ(run(Op::logical_not, events::Type::boolean, {constant(a)}).value, Value{!truth(a)});
    EXPECT_EQ(run(Op::is_null, events::Type::boolean, {constant(a)}).value, Value{events::is_null(a)});
    EXPECT_EQ(run(Op::is_not_null, events::Type::boolean, {constant(a)}).value, Value{!events::is_null(a)});
    for (const Value& b : values) {
      EXPECT_EQ(run(Op::logical_and, events::Type::boolean, {constant(a), constant(b)}).value,
                Value{truth(a) && truth(b)});
      EXPECT_EQ(run(Op::logical_or, events::Type::boolean, {constant(a), constant(b)}).value,
                Value{truth(a) || truth(b)});
      EXPECT_EQ(run(Op::coalesce, events::Type::boolean, {constant(a), constant(b)}).value, events::is_null(a) ? b : a);
      for (const Value& c : values) {
        EXPECT_EQ(run(Op::logical_and, events::Type::boolean, {constant(a), constant(b), constant(c)}).value,
                  Value{truth(a) && truth(b) && truth(c)});
        EXPECT_EQ(run(Op::logical_or, events::Type::boolean, {constant(a), constant(b), constant(c)}).value,
                  Value{truth(a) || truth(b) || truth(c)});
      }
    }
  }
}

/// `1 / 0 > 1`: counted when it is evaluated.
Expr mishap() {
  Expr quotient;
  quotient.op = Op::div;
  quotient.type = events::Type::floating;
  quotient.args = {constant(1_i), constant(0_i)};
  Expr comparison;
  comparison.op = Op::gt;
  comparison.type = events::Type::boolean;
  comparison.args = {quotient, constant(1.0)};
  return comparison;
}

TEST(Code, ShortCircuits) {
  EXPECT_EQ(run(Op::logical_and, events::Type::boolean, {constant(false), mishap()}).nulls, 0U);
  EXPECT_EQ(run(Op::logical_and, events::Type::boolean, {constant(kNull), mishap(), mishap()}).nulls, 0U);
  EXPECT_EQ(run(Op::logical_and, events::Type::boolean, {constant(true), mishap()}).nulls, 1U);
  EXPECT_EQ(run(Op::logical_or, events::Type::boolean, {constant(true), mishap()}).nulls, 0U);
  EXPECT_EQ(run(Op::logical_or, events::Type::boolean, {constant(kNull), mishap()}).nulls, 1U);
  EXPECT_EQ(run(Op::coalesce, events::Type::boolean, {constant(false), mishap()}).nulls, 0U);
  EXPECT_EQ(run(Op::coalesce, events::Type::boolean, {constant(kNull), mishap()}).nulls, 1U);
}

TEST(Code, RegistersAreShared) {
  RegisterFile registers;
  const RegisterId a = registers.require({Register::Kind::sum, 1, 2});
  EXPECT_NE(registers.require({Register::Kind::sum, 1, 3}), a);
  EXPECT_NE(registers.require({Register::Kind::float_sum, 1, 2}), a);
  EXPECT_EQ(registers.require({Register::Kind::sum, 1, 2}), a);
  EXPECT_EQ(registers.all().size(), 3U);
}

}  // namespace
}  // namespace tocsin::matcher::testing
