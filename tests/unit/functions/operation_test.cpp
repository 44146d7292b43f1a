// The operators beyond those of two numbers, on constants: `in`, lists, indices, `if`, `??` and formats.
#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using events::Duration;
using events::Severity;

Value ints(const std::vector<std::int64_t>& items) { return list(Type::integer, {items.begin(), items.end()}); }

struct Case {
  Op op;
  Type type;
  std::vector<Value> args;
  Value expected;
};

Expr expr_of(const Case& test) {
  Expr expr;
  expr.op = test.op;
  expr.type = test.type;
  for (const Value& arg : test.args) expr.args.push_back(constant(arg, test.type));
  return expr;
}

void expect_all(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    const Value got = value_of_constants(expr_of(test));
    std::string shown(name_of(test.op));
    for (const Value& arg : test.args) shown += " " + events::to_text(arg);
    EXPECT_EQ(got, test.expected) << shown << " gave " << events::to_text(got);
  }
}

TEST(Operation, In) {
  const auto in = [](std::vector<Value> args, bool expected) {
    return Case{Op::in, Type::boolean, std::move(args), expected};
  };
  std::vector<Value> many = {7_i};
  for (std::int64_t i = 0; i < 40; ++i) many.emplace_back(i * 2);
  std::vector<Value> many_more = many;
  many_more.emplace_back(7.0);
  std::vector<Value> many_texts = {text("x39")};
  for (std::int64_t i = 0; i < 40; ++i) many_texts.emplace_back("x" + std::to_string(i));
  expect_all({
      in({1_i, 1_i}, true),
      in({1_i, 2_i, 3_i}, false),
      in({1_i, 2.0, 1.0}, true),
      in({1.0, 1_i}, true),
      in({-0.0, 0.0}, true),
      in({text("a"), text("b"), text("a")}, true),
      in({text(""), text("b")}, false),
      in({kNull, 1_i}, false),
      in({kNull, kNull}, false),
      in({1_i, kNull, 1_i}, true),
      in({1_i, kNull}, false),
      in({Severity::high, Severity::low, Severity::high}, true),
      in({ints({1}), ints({}), ints({1})}, true),
      in(many, false),
      in(many_more, true),
      in(many_texts, true),
  });
}

TEST(Operation, Lists) {
  const Type of_ints = events::list_of(Type::integer);
  const Type of_floats = events::list_of(Type::floating);
  expect_all({
      {Op::list, of_ints, {}, ints({})},
      {Op::list, of_ints, {1_i, 2_i}, ints({1, 2})},
      {Op::list, of_ints, {1_i, kNull}, kNull},
      {Op::list, of_floats, {1_i, -0.0}, list(Type::floating, {1.0, 0.0})},
      {Op::list, events::list_of(Type::string), {text(""), text("ä")}, list(Type::string, {text(""), text("ä")})},
      {Op::list, events::list_of(of_ints), {ints({}), ints({1})}, list(of_ints, {ints({}), ints({1})})},
  });
}

TEST(Operation, Index) {
  const Value texts = list(Type::string, {text("a"), text("bc"), text("")});
  expect_all({
      {Op::index, Type::integer, {ints({5, 6, 7}), 0_i}, 5_i},
      {Op::index, Type::integer, {ints({5, 6, 7}), 2_i}, 7_i},
      {Op::index, Type::integer, {ints({5, 6, 7}), 3_i}, kNull},
      {Op::index, Type::integer, {ints({5, 6, 7}), -1_i}, 7_i},
      {Op::index, Type::integer, {ints({5, 6, 7}), -3_i}, 5_i},
      {Op::index, Type::integer, {ints({5, 6, 7}), -4_i}, kNull},
      {Op::index, Type::integer, {ints({}), 0_i}, kNull},
      {Op::index, Type::integer, {ints({5}), std::numeric_limits<std::int64_t>::min()}, kNull},
      {Op::index, Type::string, {texts, 1_i}, text("bc")},
      {Op::index, Type::string, {texts, -1_i}, text("")},
      {Op::index, Type::string, {texts, 3_i}, kNull},
      {Op::index, Type::boolean, {list(Type::boolean, {false, true}), 1_i}, true},
      {Op::index, Type::severity, {list(Type::severity, {Severity::low}), 0_i}, Severity::low},
      {Op::index,
       events::list_of(Type::integer),
       {list(events::list_of(Type::integer), {ints({}), ints({4})}), 1_i},
       ints({4})},
      {Op::index, Type::integer, {kNull, 0_i}, kNull},
      {Op::index, Type::integer, {ints({5}), kNull}, kNull},
  });
}

TEST(Operation, Choices) {
  expect_all({
      {Op::conditional, Type::integer, {true, 1_i, 2_i}, 1_i},
      {Op::conditional, Type::integer, {false, 1_i, 2_i}, 2_i},
      {Op::conditional, Type::integer, {kNull, 1_i, 2_i}, 2_i},
      {Op::conditional, Type::integer, {true, kNull, 2_i}, kNull},
      {Op::conditional, Type::floating, {true, 1_i, 2.5}, 1.0},
      {Op::coalesce, Type::floating, {kNull, 2_i}, 2.0},
      {Op::coalesce, Type::floating, {1_i, 2.5}, 1.0},
      {Op::coalesce, Type::integer, {kNull, kNull}, kNull},
      {Op::lt, Type::boolean, {Severity::low, Severity::high}, true},
      {Op::ge, Type::boolean, {Severity::critical, Severity::critical}, true},
      {Op::eq, Type::boolean, {ints({1, 2}), ints({1, 2})}, true},
      {Op::ne, Type::boolean, {ints({1, 2}), ints({2, 1})}, true},
      {Op::eq, Type::boolean, {ints({1, 2}), kNull}, false},
  });
}

TEST(Operation, Format) {
  Expr expr = expr_of({Op::format, Type::string, {80.25, kNull, text("x"), Duration{1'000'000'000}}, {}});
  expr.texts = {"t=", ".1f", " n=", "", " s=", ">3", " d=", "", "!"};
  EXPECT_EQ(events::to_text(value_of_constants(expr)), "t=80.2 n=null s=  x d=1s!");
  expr.args.clear();
  expr.texts = {"nothing"};
  EXPECT_EQ(events::to_text(value_of_constants(expr)), "nothing");
}

/// Texts and lists that an evaluation made are its own: they don't outlive clear(), and their memory is used again.
TEST(Operation, Texts) {
  events::SymbolTable symbols;
  Texts texts(symbols);
  const Slot symbol = events::slot_of(symbols.intern("abc"));
  const Slot made = texts.store("abc");
  EXPECT_FALSE(Texts::is_made(symbol));
  EXPECT_TRUE(Texts::is_made(made));
  EXPECT_TRUE(texts.equal(symbol, made));
  EXPECT_FALSE(texts.equal(symbol, texts.store("abd")));
  EXPECT_EQ(texts.value_of(Type::string, made), text("abc"));
  EXPECT_EQ(texts.value_of(Type::string, symbol), text("abc"));
  texts.clear();
  Slot next = 0;
  EXPECT_TRUE(texts.make(next).empty());
  EXPECT_EQ(next, made);
  for (const Value& value : {Value{true}, Value{-3_i}, Value{0.5}, Value{events::Time{-7}}, Value{Duration{7}},
                             Value{Severity::medium}, text("ä"), ints({1, 2})})
    EXPECT_EQ(texts.value_of(events::type_of(value), texts.slot_of(value)), value) << events::to_text(value);
}

}  // namespace
}  // namespace tocsin::rules::testing
