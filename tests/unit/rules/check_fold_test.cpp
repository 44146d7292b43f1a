// Constants are folded by the operators that events are judged by: two-valued logic, overflow, division by zero.
#include <limits>

#include "rules/operation.hpp"
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

const Expr& field_of(const Checked& checked) {
  return std::get<AlertPlan>(checked.set->rules[0].outputs[0].node).fields[0].expr;
}

/// The value of an expression of constants, null where it is; a part that is null stays an operator when it is checked.
events::Value value_of(Expr expr) {
  for (Expr& arg : expr.args) {
    events::Value value = value_of(arg);
    const Type type = arg.type;
    arg = Expr{};
    arg.type = type;
    arg.value = std::move(value);
  }
  return value_of_constants(expr);
}

struct FoldCase {
  const char* text;
  events::Value value;  ///< null: always null, which is warned of
};

TEST(CheckFold, Values) {
  const auto list = [](Type element, const std::vector<events::Value>& items) {
    return events::Value(events::make_list(element, items));
  };
  const FoldCase cases[] = {
      {"3 in [1, 2, 3]", true},
      {"3 in [1, 3.0]", true},
      {"3.5 in [3, 4]", false},
      {"9007199254740992.0 in [9007199254740993]", false},
      {"9007199254740993 in [1.5, 9007199254740992.0]", false},
      {"\"a\" not in [\"b\"]", true},
      {"high in [high, critical]", true},
      {"3 in [1, 2, 3] and 4 in [1, 2, 3]", false},
      {"2 between 2 and 3", true},
      {"2.5 not between 2 and 3", false},
      {"\"10.1.2.3\" in \"10.0.0.0/8\"", true},
      {"\"abc\" like \"a*\"", true},
      {"\"abc\" matches \"^b\"", false},
      {"2 in [[1, 2], [3]][0]", true},
      {"if 3 > 2 then \"yes\" else \"no\"", std::string("yes")},
      {"if false then 1.5 else 2", 2.0},
      {"[1, 2.5]", list(Type::floating, {1.0, 2.5})},
      {"[\"a\", \"b\"][-1]", std::string("b")},
      {"[1, 2][2]", {}},
      {"[1, 2][-3]", {}},
      {"[1, 2] == [1, 2]", true},
      {"[1, 2] == [1.0, 2.0]", true},
      {"[1, 2] != [1]", true},
      {"low < critical", true},
      {"info >= low", false},
      {"format(\"{1.25:.1f}|{high}|{[1, 2]}\")", std::string("1.2|high|[1, 2]")},
      {"format(\"{time(\\\"2024-01-01T00:00:00Z\\\"):%Y}\")", std::string("2024")},
      {"has(3)", true},
      {"upper(\"abc\")", std::string("ABC")},
      {"sqrt(16)", 4.0},
      {"sqrt(-1)", {}},
      {"round(2.5)", std::int64_t{3}},
      {"hour(time(\"2024-07-01T12:00:00Z\"), \"Europe/Berlin\")", std::int64_t{14}},
      {"split(\"a,b\", \",\")[1]", std::string("b")},
      {"length([1, 2, 3])", std::int64_t{3}},
      {"9223372036854775807 + 1", {}},
      {"-9223372036854775807 - 2", {}},
      {"-(-9223372036854775807 - 1)", {}},
      {"9223372036854775807 * 2", {}},
      {"1 / 0", {}},
      {"1.0 / 0.0", {}},
      {"0 / 0", {}},
      {"5 % 0", {}},
      {"5.5 % 0", {}},
      {"1e308 * 10", {}},
      {"1h / 0", {}},
      {"1h / 0s", {}},
      {"106751d * 2", {}},
      {"true and not false", true},
      {"false or false", false},
  };
  for (const FoldCase& each : cases) {
    SCOPED_TRACE(each.text);
    const Checked checked = check_text(kTypes + output(each.text));
    ASSERT_TRUE(checked.set) << checked.rendered;
    const Expr& expr = field_of(checked);
    if (events::is_null(each.value)) {
      EXPECT_NE(expr.op, Op::constant);
      EXPECT_NE(checked.rendered.find("W0203"), std::string::npos) << checked.rendered;
      continue;
    }
    EXPECT_EQ(expr.op, Op::constant) << checked.rendered;
    EXPECT_EQ(expr.value, each.value) << events::to_text(expr.value);
  }
}

/// A null comes of `1 / 0`: comparisons with it are false, a null bool counts as false, `??` stands in.
TEST(CheckFold, TwoValuedLogic) {
  const FoldCase cases[] = {
      {"1 / 0 > 3", false},
      {"not (1 / 0 > 3)", true},
      {"1 / 0 == 1 / 0", false},
      {"1 / 0 != 1 / 0", false},
      {"1 / 0 is null", true},
      {"1 / 0 is not null", false},
      {"has(1 / 0)", false},
      {"(1 / 0) ?? 2.5", 2.5},
      {"1 / 0 in [1, 2]", false},
      {"1 / 0 not in [1, 2]", true},
      {"1 / 0 between 1 and 2", false},
      {"1 / 0 not between 1 and 2", true},
      {"if 1 / 0 > 3 then 1 else 2", std::int64_t{2}},
      {"if [true][1] then 1 else 2", std::int64_t{2}},
      {"not [true][1]", true},
      {"[true][1] or true", true},
      {"[true][1] and true", false},
      {"[\"a\"][1] like \"*\"", false},
      {"[\"a\"][1] not like \"*\"", true},
      {"[\"a\"][1] matches \".*\"", false},
      {"[\"a\"][1] in \"0.0.0.0/0\"", false},
      {"format(\"{1 / 0}\")", std::string("null")},
  };
  for (const FoldCase& each : cases) {
    SCOPED_TRACE(each.text);
    const Checked checked = check_text(kTypes + output(each.text));
    ASSERT_TRUE(checked.set) << checked.rendered;
    const RulePlan& plan = checked.set->rules[0];
    const Expr& expr = field_of(checked);
    // What is null stays an operator; what is made of it is evaluated as events are.
    EXPECT_EQ(value_of(expr), each.value) << dump(expr, plan, checked.set->schema);
  }
}

/// Every pair of edges through every operator, against the arithmetic on slots.
TEST(CheckFold, AgreesWithArithmetic) {
  const std::pair<const char*, std::int64_t> ints[] = {
      {"0", 0},
      {"1", 1},
      {"(-1)", -1},
      {"7", 7},
      {"(-3)", -3},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"(-9223372036854775807 - 1)", std::numeric_limits<std::int64_t>::min()}};
  const std::pair<const char*, double> floats[] = {{"0.0", 0.0},     {"1.5", 1.5},         {"(-2.5)", -2.5},
                                                   {"1e308", 1e308}, {"(-1e308)", -1e308}, {"1e-300", 1e-300}};
  const std::pair<const char*, Op> operators[] = {
      {"+", Op::add}, {"-", Op::sub}, {"*", Op::mul}, {"/", Op::div}, {"%", Op::rem}};
  std::string fields;
  std::vector<events::Value> expected;
  const auto add = [&](const char* left, Type left_type, Slot a, const char* op, Op code, const char* right,
                       Type right_type, Slot b) {
    Slot slot = 0;
    const bool ints_only = left_type == Type::integer && right_type == Type::integer && code != Op::div;
    const std::string name = "f" + std::to_string(expected.size());
    if (!arithmetic(code, left_type, a, right_type, b, slot))
      expected.emplace_back();
    else
      expected.push_back(ints_only ? events::Value(events::int_of(slot)) : events::Value(events::float_of(slot)));
    fields += (fields.empty() ? "" : ", ") + name + ": " + left + " " + op + " " + right;
  };
  for (const auto& [op, code] : operators) {
    for (const auto& [left, a] : ints) {
      for (const auto& [right, b] : ints)
        add(left, Type::integer, events::slot_of(a), op, code, right, Type::integer, events::slot_of(b));
      for (const auto& [right, b] : floats) {
        add(left, Type::integer, events::slot_of(a), op, code, right, Type::floating, events::slot_of(b));
        add(right, Type::floating, events::slot_of(b), op, code, left, Type::integer, events::slot_of(a));
      }
    }
    for (const auto& [left, a] : floats)
      for (const auto& [right, b] : floats)
        add(left, Type::floating, events::slot_of(a), op, code, right, Type::floating, events::slot_of(b));
  }
  const Checked checked = check_text(kTypes + pattern("t: Temperature", "alert info \"x\" { " + fields + " }"));
  ASSERT_TRUE(checked.set) << checked.rendered;
  const RulePlan& plan = checked.set->rules[0];
  const auto& alert = std::get<AlertPlan>(plan.outputs[0].node);
  ASSERT_EQ(alert.fields.size(), expected.size());
  std::size_t nulls = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(dump(alert.fields[i].expr, plan, checked.set->schema));
    const bool null = events::is_null(expected[i]);
    nulls += null ? 1 : 0;
    EXPECT_EQ(alert.fields[i].expr.op == Op::constant, !null);
    if (!null) {
      EXPECT_EQ(alert.fields[i].expr.value, expected[i]);
    }
  }
  EXPECT_GT(nulls, 50U);
}

}  // namespace
}  // namespace tocsin::rules
