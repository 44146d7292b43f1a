// Conditions by column over many rows: what is skipped, what is counted, and which conditions are the same.
#include "matcher/conditions.hpp"

#include <gtest/gtest.h>

#include "tests/unit/matcher/evaluation.hpp"

namespace tocsin::matcher::testing {
namespace {

constexpr events::TypeId kE{0};
constexpr std::int64_t operator""_i(unsigned long long value) { return static_cast<std::int64_t>(value); }

const Expr kInt = field(0, Type::integer);
const Expr kText = field(1, Type::string);

events::Schema schema_of_rows() {
  events::Schema schema;
  schema.types.push_back(
      {"E", "e", {{"i", Type::integer, true, {"i"}, true}, {"s", Type::string, true, {"s"}, true}}, false});
  return schema;
}

/// Row i: the int i % 5, the text "t0" … "t6"; every seventh int and every tenth text is null.
struct Rows {
  events::Schema schema = schema_of_rows();
  events::SymbolTable symbols;
  events::Batch batch{schema};
  std::vector<std::vector<Value>> values;

  explicit Rows(std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
      values.push_back(
          {i % 7 == 6 ? Value() : Value(i % 5), i % 10 == 9 ? Value() : Value("t" + std::to_string(i % 7))});
      events::append_event(batch, schema, symbols, kE, {0}, "i", "s", values.back());
    }
  }

  ConditionBits ask(const Expr& condition) {
    Conditions conditions;
    conditions.add(kE, condition, symbols);
    ConditionBits bits;
    evaluate(conditions, batch, symbols, bits);
    return bits;
  }
};

Expr both(Expr a, Expr b) { return op(Op::logical_and, Type::boolean, {std::move(a), std::move(b)}); }
Expr either(Expr a, Expr b) { return op(Op::logical_or, Type::boolean, {std::move(a), std::move(b)}); }
Expr is(Op comparison, Expr left, const Value& right) {
  return op(comparison, Type::boolean, {std::move(left), constant(right)});
}
Expr inverse() { return op(Op::div, Type::floating, {constant(12_i), kInt}); }
Expr like(const char* pattern) { return call(Function::like, Type::boolean, {kText, constant(std::string(pattern))}); }
Expr root() { return call(Function::sqrt, Type::floating, {op(Op::sub, Type::integer, {kInt, constant(2_i)})}); }

TEST(Conditions, OfManyRows) {
  const std::vector<std::pair<const char*, Expr>> conditions{
      {"compared", is(Op::gt, kInt, 2_i)},
      {"not compared", op(Op::logical_not, Type::boolean, {is(Op::gt, kInt, 2_i)})},
      {"null", op(Op::is_null, Type::boolean, {kText})},
      {"like", like("t*")},
      {"not like", op(Op::logical_not, Type::boolean, {like("t3")})},
      {"both", both(like("t?"), is(Op::eq, kInt, 3_i))},
      {"either", either(like("t2"), is(Op::eq, kInt, 3_i))},
      {"either of both", either(both(like("t2"), is(Op::gt, kInt, 1_i)), both(like("t5"), is(Op::lt, kInt, 3_i)))},
      {"not both", op(Op::logical_not, Type::boolean, {both(like("t2"), is(Op::gt, kInt, 1_i))})},
      {"root", is(Op::ge, root(), 1.0)},
      {"guarded", both(is(Op::ne, kInt, 0_i), is(Op::gt, inverse(), 4_i))},
      {"of two fields", is(Op::eq, call(Function::substring, Type::string, {kText, kInt}), std::string("3"))},
      {"in", op(Op::in, Type::boolean, {kText, constant(std::string("t1")), constant(std::string("t4"))})},
  };
  for (const std::int64_t count : {1, 63, 64, 65, 128, 200}) {
    Rows rows(count);
    for (const auto& [name, condition] : conditions) {
      const ConditionBits bits = rows.ask(condition);
      for (std::uint32_t i = 0; i < rows.values.size(); ++i)
        EXPECT_EQ(bits.test(0, i), folded(condition, rows.values[i]) == Value{true})
            << name << ", row " << i << " of " << count;
      EXPECT_EQ(bits.words(0).size(), (static_cast<std::size_t>(count) + 63) / 64);
    }
  }
}

/// Of 70 rows 60 have an int; of those 12 have 0, and 12 each 1, 2, 3 and 4.
TEST(Conditions, CountWhatIsAskedOnly) {
  Rows rows(70);
  EXPECT_EQ(rows.ask(is(Op::gt, inverse(), 4_i)).nulls(), 12U);
  EXPECT_EQ(rows.ask(both(is(Op::ne, kInt, 0_i), is(Op::gt, inverse(), 4_i))).nulls(), 0U);
  EXPECT_EQ(rows.ask(either(is(Op::eq, kInt, 0_i), is(Op::gt, inverse(), 4_i))).nulls(), 0U);
  EXPECT_EQ(rows.ask(is(Op::gt, op(Op::coalesce, Type::integer, {kInt, op(Op::div, Type::integer, {kInt, kInt})}), 4_i))
                .nulls(),
            0U);
  EXPECT_EQ(
      rows.ask(op(Op::conditional, Type::boolean, {is(Op::gt, kInt, 0_i), is(Op::gt, inverse(), 4_i), constant(false)}))
          .nulls(),
      0U);
  // functions are asked last, wherever they stand
  EXPECT_EQ(rows.ask(is(Op::gt, root(), 0.0)).nulls(), 24U);
  EXPECT_EQ(rows.ask(both(is(Op::gt, root(), 0.0), is(Op::ge, kInt, 2_i))).nulls(), 0U);
  EXPECT_EQ(rows.ask(both(is(Op::gt, root(), 0.0), is(Op::le, kInt, 0_i))).nulls(), 12U);
}

/// The answer for a text is remembered within a batch, and what it counted with it.
TEST(Conditions, CountForEachRow) {
  Rows rows(70);
  const Expr broken =
      call(Function::ln, Type::floating,
           {op(Op::sub, Type::integer, {call(Function::length, Type::integer, {kText}), constant(2_i)})});
  EXPECT_EQ(rows.ask(is(Op::gt, broken, 0.0)).nulls(), 63U);
}

TEST(Conditions, SameOnes) {
  events::SymbolTable symbols;
  Conditions conditions;
  const auto add = [&](const Expr& expr) { return conditions.add(kE, expr, symbols); };
  const auto hour_in = [](const char* zone) {
    Expr hour = call(Function::hour, Type::integer, {field(2, Type::time)});
    hour.zone = zone;
    return is(Op::gt, std::move(hour), 8_i);
  };
  const auto among = [](std::vector<Value> values) {
    std::vector<Expr> args = {kInt};
    for (const Value& value : values) args.push_back(constant(value));
    return op(Op::in, Type::boolean, std::move(args));
  };
  EXPECT_EQ(add(like("a*")), add(like("a*")));
  EXPECT_NE(add(like("a*")), add(like("b*")));
  EXPECT_NE(add(like("a*")), add(call(Function::matches, Type::boolean, {kText, constant(std::string("a*"))})));
  EXPECT_NE(add(hour_in("Europe/Berlin")), add(hour_in("Asia/Tokyo")));
  EXPECT_EQ(add(hour_in("Europe/Berlin")), add(hour_in("Europe/Berlin")));
  EXPECT_EQ(add(among({1_i, 2_i})), add(among({2_i, 1_i, 2_i})));
  EXPECT_NE(add(among({1_i, 2_i})), add(among({1_i, 3_i})));
  EXPECT_EQ(add(both(like("a*"), is(Op::gt, kInt, 1_i))), add(both(is(Op::gt, kInt, 1_i), like("a*"))));
  EXPECT_NE(conditions.add(events::TypeId{1}, like("a*"), symbols), add(like("a*")));
}

}  // namespace
}  // namespace tocsin::matcher::testing
