// Random expressions on random values: the engine's evaluation by column, its evaluation of one event, and the folding
// of constants give what the reference matcher's walk of the tree gives; and so do conditions that look back.
#include <gtest/gtest.h>

#include <iostream>

#include "matcher/code.hpp"
#include "matcher/conditions.hpp"
#include "rules/operation.hpp"
#include "tests/oracle/expression.hpp"
#include "tests/oracle/make.hpp"
#include "tests/oracle/pattern_text.hpp"
#include "tests/property/check_case.hpp"
#include "tests/property/environment.hpp"
#include "tests/property/random_expr.hpp"
#include "tests/property/rule_text.hpp"

namespace tocsin::property {
namespace {

using events::Type;
using events::Value;
using rules::Expr;

constexpr std::uint64_t kSeed = 20'240'101;
constexpr std::uint64_t kCases = 100'000;
constexpr int kDepth = 4;
constexpr events::TypeId kE{0};

struct Subject {
  events::Schema schema = every_field();
  events::SymbolTable symbols;
  rules::RulePlan plan;  // names the steps that are read
};

std::string shown(const Value& value) {
  return is_null(value) ? "null" : expr_text(oracle::make::constant(value), {}, {}, kE);
}

bool same(const Value& a, const Value& b) { return a == b; }

/// Fields become constants, and every operation is folded.
Value folded(const Expr& expr, const std::vector<Value>& fields) {
  Expr constants = expr;
  if (expr.op == rules::Op::field) return fields[expr.field];
  for (Expr& arg : constants.args) {
    Value value = folded(arg, fields);
    const Type type = arg.type;
    arg = oracle::make::constant(std::move(value));
    arg.type = type;
  }
  return rules::value_of_constants(constants);
}

struct Row {
  std::vector<Value> fields;
  Value expected;
};

/// What differs for the row, or nothing.
std::string scalar_difference(const Expr& expr, const Row& row, const matcher::Code& code,
                              const matcher::Bindings& bindings) {
  std::uint64_t nulls = 0;
  const matcher::Cell cell = matcher::evaluate(code, bindings, nulls);
  const Value got = cell.valid ? bindings.texts->value_of(expr.type, cell.slot) : Value{};
  if (!same(got, row.expected)) return "evaluated for one event: " + shown(got);
  const Value constant = folded(expr, row.fields);
  return same(constant, row.expected) ? "" : "folded: " + shown(constant);
}

/// Conditions that ask a column for the expected values: `e` or `e == spare`, and `e is null`.
std::vector<Expr> questions(const Expr& expr) {
  using namespace oracle::make;
  const Expr spare = field(spare_field_of(expr.type), expr.type, true);
  std::vector<Expr> asked = {truth(Op::is_null, {expr}), truth(Op::eq, {expr, spare}), truth(Op::eq, {spare, expr})};
  if (expr.type == Type::boolean) asked.push_back(expr);
  return asked;
}

bool answer(std::size_t question, const Value& expected) {
  if (question == 0) return is_null(expected);
  return question == 3 ? expected == Value{true} : !is_null(expected);
}

/// False when something differs.
bool try_expr(std::uint64_t seed, Subject& subject, std::uint64_t& values) {
  Random random(seed);
  const Expr expr = random_expr(random, random_type(random), 1 + static_cast<int>(random.below(kDepth)));
  std::vector<Row> rows(random.chance(5) ? 60 + random.below(80) : 1 + random.below(12));
  events::Batch batch(subject.schema);
  for (Row& row : rows) {
    const oracle::Event event{kE, {0}, random_fields(random)};
    row.fields = event.fields;
    row.expected = oracle::evaluate(expr, {subject.plan, {}, {}, &event});
    row.fields[spare_field_of(expr.type)] = row.expected;
    events::append_event(batch, subject.schema, subject.symbols, kE, {0}, "i", "s", row.fields);
  }
  const auto fail = [&](std::size_t row, const std::string& what) {
    ADD_FAILURE() << expr_text(expr, {}, subject.schema, kE) << "\n"
                  << stream_text({{kE, {0}, rows[row].fields}}, subject.schema) << "row " << row << " of "
                  << rows.size() << "\nexpected: " << shown(rows[row].expected) << "\n"
                  << what << "\n"
                  << run_again("property_expressions", seed);
    return false;
  };

  matcher::RegisterFile registers;
  const matcher::Code code = matcher::compile(expr, registers, subject.symbols);
  matcher::Conditions conditions;
  const std::vector<Expr> asked = questions(expr);
  std::vector<matcher::ConditionId> ids;
  for (const Expr& question : asked) ids.push_back(conditions.add(kE, question, subject.symbols));
  matcher::ConditionBits bits;
  matcher::evaluate(conditions, batch, subject.symbols, bits);
  rules::Texts texts(subject.symbols);
  values += rows.size();
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const matcher::Bindings bindings{.table = &batch.tables[events::index_of(kE)], .index = i, .texts = &texts};
    const std::string difference = scalar_difference(expr, rows[i], code, bindings);
    if (!difference.empty()) return fail(i, difference);
    for (std::size_t q = 0; q < asked.size(); ++q)
      if (bits.test(ids[q], i) != answer(q, rows[i].expected))
        return fail(i, "by column: " + expr_text(asked[q], {}, subject.schema, kE) + " is not " +
                           (answer(q, rows[i].expected) ? "true" : "false"));
  }
  return true;
}

TEST(RandomExpressions, ColumnEventAndConstantsAgree) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = number_from_environment("TOCSIN_CASES", kCases);
  Subject subject;
  std::uint64_t values = 0;
  for (std::uint64_t i = 0; i < cases; ++i)
    if (!try_expr(seed + i, subject, values)) break;
  std::cout << cases << " expressions from seed " << seed << ", " << values << " values\n";
}

/// `one: E -> many: E{n} -> last: E(condition)` on as many events: matches where the condition holds.
Case look_back_case(Random& random, const events::Schema& schema) {
  Case test{schema, {}, {}};
  const auto turns = static_cast<std::uint32_t>(2 + random.below(4));
  rules::Pattern& pattern = test.plan.pattern;
  for (std::size_t i = 0; i < 3; ++i) {
    pattern.steps.push_back(oracle::step_of(i, {{kE, {}}}));
    pattern.steps.back().binding = static_cast<std::uint32_t>(i);
  }
  pattern.steps[1].min = turns;
  pattern.steps[1].max = turns;
  pattern.steps[2].fits[0].condition = random_expr(random, Type::boolean, kDepth, {{0}, {1}});
  for (std::uint32_t i = 0; i < 3; ++i)
    pattern.elements.push_back(
        {i == 0 ? std::nullopt : std::optional(rules::Arrow::next), std::nullopt, rules::Take{i}});
  test.plan.name = "looks_back";
  complete_plan(test.plan);
  for (std::uint32_t i = 0; i < turns + 2; ++i) test.stream.push_back({kE, {0}, random_fields(random)});
  return test;
}

TEST(RandomExpressions, ConditionsThatLookBackAgree) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t cases = number_from_environment("TOCSIN_CASES", kCases);
  Subject subject;
  std::uint64_t matched = 0;
  const Feeding feeding{{}, {.write_and_read = true}};
  for (std::uint64_t i = 0; i < cases; ++i) {
    Random random(seed + i);
    const Case test = look_back_case(random, subject.schema);
    const auto expected = oracle::matches(test.plan, test.stream);
    matched += expected->size();
    if (run_engine(test, subject.symbols, feeding) == Outcome{*expected, ""}) continue;
    ADD_FAILURE() << report(shrink(test, subject.symbols, feeding), subject.symbols, feeding)
                  << run_again("property_expressions", seed + i);
    break;
  }
  std::cout << cases << " rules from seed " << seed << ", " << matched << " matched\n";
  if (!HasFailure() && cases >= 1000) {
    EXPECT_GT(matched * 10, cases);
    EXPECT_LT(matched * 10, cases * 9);
  }
}

}  // namespace
}  // namespace tocsin::property
