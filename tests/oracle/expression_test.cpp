// Values of expressions, decided by hand from the language reference.
#include "tests/oracle/expression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "tests/oracle/make.hpp"

namespace tocsin::oracle {
namespace {

using namespace make;
using events::Duration;
using events::Time;
using events::Value;
using Int = std::int64_t;
using Fn = AggregateFn;

constexpr Int kMax = std::numeric_limits<Int>::max();
constexpr Int kMin = std::numeric_limits<Int>::min();
constexpr double kHuge = std::numeric_limits<double>::max();
const Value kNull;

std::string shown(const Value& value) {
  struct Show {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(Int i) const { return "int " + std::to_string(i); }
    std::string operator()(double f) const { return "float " + std::to_string(f); }
    std::string operator()(const std::string& s) const { return '"' + s + '"'; }
    std::string operator()(Time t) const { return "time " + std::to_string(t.ns); }
    std::string operator()(Duration d) const { return "duration " + std::to_string(d.ns); }
    std::string operator()(events::Severity s) const { return std::string(name_of(s)); }
    std::string operator()(const events::List& l) const { return "list " + to_text(l); }
  };
  return std::visit(Show{}, value);
}

TEST(OracleExpression, Arithmetic) {
  struct Row {
    Value left;
    Op op;
    Value right;
    Value expected;
  };
  const Row rows[] = {
      {Int{2}, Op::add, Int{3}, Int{5}},
      {kMax, Op::add, Int{1}, kNull},
      {kMin, Op::sub, Int{1}, kNull},
      {kMax, Op::mul, Int{2}, kNull},
      {Int{0}, Op::sub, kMin, kNull},
      {Int{7}, Op::div, Int{2}, 3.5},
      {Int{7}, Op::div, Int{0}, kNull},
      {Int{-7}, Op::rem, Int{2}, Int{-1}},
      {Int{7}, Op::rem, Int{0}, kNull},
      {kMin, Op::rem, Int{-1}, Int{0}},
      {Int{1}, Op::add, 0.5, 1.5},
      {0.5, Op::mul, Int{3}, 1.5},
      {-7.5, Op::rem, 2.0, -1.5},
      {1.0, Op::div, 0.0, kNull},
      {1.0, Op::rem, 0.0, kNull},
      {kHuge, Op::add, kHuge, kNull},
      {kHuge, Op::mul, Int{2}, kNull},
      {kNull, Op::add, Int{1}, kNull},
      {Int{1}, Op::mul, kNull, kNull},
      {Time{5}, Op::sub, Time{7}, Duration{-2}},
      {Time{kMin}, Op::sub, Time{1}, kNull},
      {Time{5}, Op::add, Duration{2}, Time{7}},
      {Time{5}, Op::sub, Duration{2}, Time{3}},
      {Time{kMax}, Op::add, Duration{1}, kNull},
      {Duration{5}, Op::sub, Duration{7}, Duration{-2}},
      {Duration{5}, Op::mul, Int{3}, Duration{15}},
      {Int{3}, Op::mul, Duration{5}, Duration{15}},
      {Duration{kMax}, Op::mul, Int{2}, kNull},
      {Duration{-7}, Op::div, Int{2}, Duration{-3}},
      {Duration{7}, Op::div, Int{0}, kNull},
      {Duration{kMin}, Op::div, Int{-1}, kNull},
      {Duration{5}, Op::mul, 0.5, Duration{3}},
      {Duration{-5}, Op::mul, 0.5, Duration{-3}},
      {Duration{5}, Op::div, 2.0, Duration{3}},
      {Duration{5}, Op::div, 0.0, kNull},
      {Duration{kMax}, Op::mul, 2.0, kNull},
      {Duration{5}, Op::div, Duration{2}, 2.5},
      {Duration{5}, Op::div, Duration{0}, kNull},
  };
  for (const Row& row : rows)
    EXPECT_EQ(shown(arithmetic(row.op, row.left, row.right)), shown(row.expected))
        << shown(row.left) << " op " << static_cast<int>(row.op) << " " << shown(row.right);
}

TEST(OracleExpression, ComparisonIsExact) {
  struct Row {
    Value left;
    int sign;
    Value right;
  };
  const Row rows[] = {
      {Int{1}, 0, 1.0},
      {Int{9007199254740993}, 1, 9007199254740992.0},  // 2^53 + 1 has no double
      {kMax, -1, 0x1p63},
      {kMin, 0, -0x1p63},
      {Int{0}, 0, -0.0},
      {Int{3}, -1, 3.5},
      {0.1, -1, 0.2},
      {std::string("a"), -1, std::string("ab")},
      {std::string("Z"), -1, std::string("a")},
      {std::string("z"), -1, std::string("\xc3\xa4")},  // bytes are unsigned
      {false, -1, true},
      {Time{1}, -1, Time{2}},
      {Duration{-1}, -1, Duration{0}},
  };
  for (const Row& row : rows) {
    const auto order = compare(row.left, row.right);
    ASSERT_TRUE(order);
    EXPECT_EQ(*order < 0 ? -1 : *order > 0 ? 1 : 0, row.sign) << shown(row.left) << " " << shown(row.right);
    EXPECT_EQ(*compare(row.right, row.left), 0 <=> *compare(row.left, row.right)) << shown(row.left);
  }
  EXPECT_FALSE(compare(kNull, Int{1}));
  EXPECT_FALSE(compare(kNull, kNull));
}

TEST(OracleExpression, LogicHasTwoValues) {
  const Expr null = constant(kNull), yes = constant(true), no = constant(false), one = number(1);
  struct Row {
    const char* what;
    Expr expr;
    bool expected;
  };
  const Row rows[] = {
      {"null > 1", truth(Op::gt, {null, one}), false},
      {"null == null", truth(Op::eq, {null, null}), false},
      {"null != 1", truth(Op::ne, {null, one}), false},
      {"not (null > 1)", truth(Op::logical_not, {truth(Op::gt, {null, one})}), true},
      {"not null", truth(Op::logical_not, {null}), true},
      {"null and true", truth(Op::logical_and, {null, yes}), false},
      {"true and true and false", truth(Op::logical_and, {yes, yes, no}), false},
      {"null or true", truth(Op::logical_or, {null, yes}), true},
      {"null or false", truth(Op::logical_or, {null, no}), false},
      {"null is null", truth(Op::is_null, {null}), true},
      {"1 is null", truth(Op::is_null, {one}), false},
      {"1 is not null", truth(Op::is_not_null, {one}), true},
      {"false is null", truth(Op::is_null, {no}), false},
  };
  const rules::RulePlan plan;
  for (const Row& row : rows)
    EXPECT_EQ(shown(evaluate(row.expr, {plan, {}, {}})), row.expected ? "true" : "false") << row.what;
}

TEST(OracleExpression, NegationAndCoalescing) {
  const rules::RulePlan plan;
  const auto value = [&](const Expr& expr) { return shown(evaluate(expr, {plan, {}, {}})); };
  EXPECT_EQ(value(node(Op::negate, Type::integer, {number(5)})), "int -5");
  EXPECT_EQ(value(node(Op::negate, Type::integer, {number(kMin)})), "null");
  EXPECT_EQ(value(node(Op::negate, Type::duration, {constant(Duration{5})})), "duration -5");
  EXPECT_EQ(value(node(Op::negate, Type::floating, {constant(0.5)})), shown(-0.5));
  EXPECT_EQ(value(node(Op::negate, Type::integer, {constant(kNull)})), "null");
  EXPECT_EQ(value(coalesce(constant(kNull), number(3))), "int 3");
  EXPECT_EQ(value(coalesce(number(2), number(3))), "int 2");
}

TEST(OracleExpression, Aggregates) {
  struct Row {
    Fn fn;
    std::vector<Value> turns;
    Type type;
    Value expected;
  };
  const Row rows[] = {
      {Fn::count, {}, Type::integer, Int{0}},
      {Fn::count, {Int{5}, kNull, Int{5}}, Type::integer, Int{2}},
      {Fn::sum, {}, Type::integer, Int{0}},
      {Fn::sum, {}, Type::floating, 0.0},
      {Fn::sum, {kNull, kNull}, Type::integer, Int{0}},
      {Fn::sum, {Int{5}, kNull, Int{-7}}, Type::integer, Int{-2}},
      {Fn::sum, {kMax, Int{1}}, Type::integer, kNull},
      {Fn::sum, {Duration{5}, Duration{7}}, Type::duration, Duration{12}},
      {Fn::sum, {kHuge, kHuge}, Type::floating, kNull},
      {Fn::avg, {}, Type::floating, kNull},
      {Fn::avg, {kNull}, Type::floating, kNull},
      {Fn::avg, {Int{1}, kNull, Int{2}}, Type::floating, 1.5},
      {Fn::min, {}, Type::integer, kNull},
      {Fn::min, {Int{3}, kNull, Int{-3}}, Type::integer, Int{-3}},
      {Fn::max, {0.5, kNull, 2.5, 1.0}, Type::floating, 2.5},
      {Fn::first, {}, Type::integer, kNull},
      {Fn::first, {kNull, Int{1}}, Type::integer, kNull},
      {Fn::first, {Int{1}, Int{2}}, Type::integer, Int{1}},
      {Fn::last, {Int{1}, kNull}, Type::integer, kNull},
      {Fn::last, {Int{1}, Int{2}}, Type::integer, Int{2}},
      {Fn::stddev, {}, Type::floating, kNull},
      {Fn::stddev, {Int{4}}, Type::floating, 0.0},
      {Fn::stddev, {Int{2}, Int{4}, kNull, Int{6}, Int{8}}, Type::floating, std::sqrt(5.0)},
  };
  for (const Row& row : rows)
    EXPECT_EQ(shown(aggregate(row.fn, row.turns, row.type)), shown(row.expected))
        << static_cast<int>(row.fn) << " of " << row.turns.size() << " turns";
}

TEST(OracleExpression, ReadsTheEventsBound) {
  rules::RulePlan plan;
  for (const std::uint32_t binding : {0U, 1U, 2U, 1U}) {
    plan.pattern.steps.emplace_back();
    plan.pattern.steps.back().binding = binding;
  }
  const std::vector<Event> events = {{events::TypeId{0}, {0}, {Int{10}}},
                                     {events::TypeId{0}, {0}, {Int{20}}},
                                     {events::TypeId{0}, {0}, {}},
                                     {events::TypeId{0}, {0}, {Int{40}}}};
  const Takes bound = {{0, 0}, {1, 1}, {3, 2}};  // steps 1 and 3 are of one name
  const Scope scope{plan, events, bound, &events[3]};
  const auto value = [&](const Expr& expr) { return shown(evaluate(expr, scope)); };
  EXPECT_EQ(value(field(0)), "int 40");
  EXPECT_EQ(value(field(1)), "null");
  EXPECT_EQ(value(step_field(0, 0)), "int 10");
  EXPECT_EQ(value(step_field(2, 0)), "null");
  EXPECT_EQ(value(make::aggregate(Fn::count, 1)), "int 2");
  EXPECT_EQ(value(make::aggregate(Fn::count, 1, 0)), "int 1");
  EXPECT_EQ(value(make::aggregate(Fn::count, 2)), "int 0");
  EXPECT_EQ(value(make::aggregate(Fn::first, 1, 0)), "int 20");
  EXPECT_EQ(value(make::aggregate(Fn::last, 1, 0)), "null");
  EXPECT_EQ(value(turn_field(1, 0, 0)), "int 20");
  EXPECT_EQ(value(turn_field(1, 1, 0)), "null");
  EXPECT_EQ(value(turn_field(1, -1, 0)), "null");
  EXPECT_EQ(value(turn_field(1, -2, 0)), "int 20");
  EXPECT_EQ(value(turn_field(1, 2, 0)), "null");
  EXPECT_EQ(value(turn_field(1, -3, 0)), "null");
  EXPECT_EQ(value(turn_field(2, 0, 0)), "null");
}

}  // namespace
}  // namespace tocsin::oracle
