// Each expression three ways, as constants, as code for one event, and by column: all give what the table says.
#include <gtest/gtest.h>

#include "matcher/conditions.hpp"
#include "tests/unit/matcher/evaluation.hpp"

namespace tocsin::matcher::testing {
namespace {

using events::Duration;
using events::Severity;
using events::Time;

const Value kNull{};
constexpr std::int64_t operator""_i(unsigned long long value) { return static_cast<std::int64_t>(value); }
Value text(std::string_view value) { return std::string(value); }
Value ints(std::vector<Value> items) { return events::make_list(Type::integer, items); }

// The fields of an event that is asked.
const Expr kInt = field(0, Type::integer);
const Expr kFloat = field(1, Type::floating);
const Expr kText = field(2, Type::string);
const Expr kTime = field(3, Type::time);
const Expr kSpan = field(4, Type::duration);
const Expr kBool = field(5, Type::boolean);
const Expr kSeverity = field(6, Type::severity);
const Expr kInts = field(7, events::list_of(Type::integer));
const Expr kTexts = field(8, events::list_of(Type::string));
const Expr kNothing = field(9, Type::integer);  // always null
const Expr kNoText = field(10, Type::string);   // always null

const std::vector<Value> kValues = {
    5_i,
    2.5,
    text("Größe 10"),
    *events::parse_rfc3339("2024-07-31T13:05:09Z"),
    Duration{90'000'000'000},
    true,
    Severity::high,
    ints({4_i, 5_i}),
    events::make_list(Type::string, {text("a"), text("Größe 10")}),
    kNull,
    kNull,
};

events::Schema schema_of_values() {
  events::Schema schema;
  events::EventType type{"E", "e", {}, false};
  const std::vector<Type> types = {Type::integer,
                                   Type::floating,
                                   Type::string,
                                   Type::time,
                                   Type::duration,
                                   Type::boolean,
                                   Type::severity,
                                   events::list_of(Type::integer),
                                   events::list_of(Type::string),
                                   Type::integer,
                                   Type::string};
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::string name = "f" + std::to_string(i);
    type.fields.push_back({name, types[i], true, {name}, true});
  }
  schema.types.push_back(std::move(type));
  return schema;
}

Value by_code(const Expr& expr, const events::Batch& batch, events::SymbolTable& symbols) {
  RegisterFile registers;
  const Code code = compile(expr, registers, symbols);
  rules::Texts texts(symbols);
  std::uint64_t nulls = 0;
  const Cell cell = evaluate(code, {.table = &batch.tables[0], .index = 0, .texts = &texts}, nulls);
  return cell.valid ? texts.value_of(expr.type, cell.slot) : kNull;
}

bool by_column(const Expr& condition, const events::Batch& batch, events::SymbolTable& symbols) {
  Conditions conditions;
  const ConditionId id = conditions.add(events::TypeId{0}, condition, symbols);
  ConditionBits bits;
  evaluate(conditions, batch, symbols, bits);
  return bits.test(id, 0);
}

struct Case {
  std::string name;
  Expr expr;
  Value expected;
};

void expect_all(const std::vector<Case>& cases) {
  const events::Schema schema = schema_of_values();
  events::SymbolTable symbols;
  events::Batch batch(schema);
  events::append_event(batch, schema, symbols, events::TypeId{0}, {0}, "i", "s", kValues);
  for (const Case& test : cases) {
    const auto told = [&](const char* how, const Value& got) {
      return test.name + ", " + how + "\nexpected: " + events::to_text(test.expected) +
             "\ngot: " + events::to_text(got);
    };
    const Value constants = folded(test.expr, kValues);
    EXPECT_EQ(constants, test.expected) << told("as constants", constants);
    const Value code = by_code(test.expr, batch, symbols);
    EXPECT_EQ(code, test.expected) << told("as code", code);
    EXPECT_EQ(by_column(op(Op::is_null, Type::boolean, {test.expr}), batch, symbols), events::is_null(test.expected))
        << test.name << " is null, by column";
    const Expr equal = op(Op::eq, Type::boolean, {test.expr, constant(test.expected, test.expr.type)});
    EXPECT_EQ(by_column(equal, batch, symbols), !events::is_null(test.expected))
        << test.name << " == " << events::to_text(test.expected) << ", by column";
    if (test.expr.type == Type::boolean) {
      const bool truth = test.expected == Value{true};
      EXPECT_EQ(by_column(test.expr, batch, symbols), truth) << test.name << ", by column";
      EXPECT_EQ(by_column(op(Op::logical_not, Type::boolean, {test.expr}), batch, symbols), !truth)
          << "not " << test.name << ", by column";
    }
  }
}

Expr in(std::vector<Expr> args) { return op(Op::in, Type::boolean, std::move(args)); }
Expr is(Op comparison, Expr left, Expr right) {
  return op(comparison, Type::boolean, {std::move(left), std::move(right)});
}

TEST(Evaluation, In) {
  std::vector<Expr> numbers = {kInt};
  std::vector<Expr> texts = {kText};
  std::vector<Value> names;
  for (std::int64_t i = 0; i < 30; ++i) {
    numbers.push_back(constant(i * 5 + 1));
    names.emplace_back("n" + std::to_string(i));
    texts.push_back(constant(names.back()));
  }
  std::vector<Expr> numbers_and_more = numbers;
  numbers_and_more.push_back(kInt);
  std::vector<Expr> texts_and_more = texts;
  texts_and_more.push_back(constant(text("Größe 10")));
  names.push_back(text("Größe 10"));
  expect_all({
      {"few", in({kInt, constant(4_i), constant(5_i)}), true},
      {"none of few", in({kInt, constant(4_i), constant(6_i)}), false},
      {"int and floats", in({kInt, constant(4.5), constant(5.0)}), true},
      {"float", in({kFloat, constant(2_i), constant(2.5)}), true},
      {"fields", in({kInt, kFloat, kInt}), true},
      {"nulls", in({kInt, kNothing, constant(kNull, Type::integer)}), false},
      {"of null", in({kNothing, constant(1_i), kNothing}), false},
      {"of a null text", in({kNoText, constant(text("")), constant(text("a"))}), false},
      {"texts", in({kText, constant(text("a")), constant(text("Größe 10"))}), true},
      {"severities", in({kSeverity, constant(Severity::low), constant(Severity::high)}), true},
      {"bools", in({kBool, constant(false)}), false},
      {"lists", in({kInts, constant(ints({4_i, 5_i}))}), true},
      {"many", in(numbers), false},
      {"many and a field", in(numbers_and_more), true},
      {"many texts", in(texts), false},
      {"many texts, one of them", in(texts_and_more), true},
      {"of a made text", in({call(Function::lower, Type::string, {kText}), constant(text("größe 10"))}), true},
      {"member of a list", call(Function::in_list, Type::boolean, {kInt, kInts}), true},
      {"member of a constant list", call(Function::in_list, Type::boolean, {kInt, constant(ints({1_i, 5_i}))}), true},
      {"member of a long list",
       call(Function::in_list, Type::boolean, {kText, constant(events::make_list(Type::string, names))}), true},
      {"of null in a list", call(Function::in_list, Type::boolean, {kNothing, kInts}), false},
      {"float in a list of ints", call(Function::in_list, Type::boolean, {kFloat, constant(ints({2_i, 3_i}))}), false},
  });
}

TEST(Evaluation, Lists) {
  const Type of_ints = events::list_of(Type::integer);
  const Type of_texts = events::list_of(Type::string);
  const Expr split = call(Function::split, of_texts, {kText, constant(text(" "))});
  expect_all({
      {"made", op(Op::list, of_ints, {constant(4_i), kInt}), ints({4_i, 5_i})},
      {"made equal", is(Op::eq, op(Op::list, of_ints, {constant(4_i), kInt}), kInts), true},
      {"made unequal", is(Op::ne, op(Op::list, of_ints, {kInt}), kInts), true},
      {"with null", op(Op::list, of_ints, {kInt, kNothing}), kNull},
      {"empty", op(Op::list, of_ints, {}), ints({})},
      {"of texts", op(Op::list, of_texts, {constant(text("a")), kText}), kValues[8]},
      {"index", op(Op::index, Type::integer, {kInts, constant(1_i)}), 5_i},
      {"index from the end", op(Op::index, Type::integer, {kInts, constant(-2_i)}), 4_i},
      {"index beyond", op(Op::index, Type::integer, {kInts, kInt}), kNull},
      {"index of a text", op(Op::index, Type::string, {kTexts, constant(1_i)}), text("Größe 10")},
      {"index of null", op(Op::index, Type::integer, {kInts, kNothing}), kNull},
      {"index of what was made", op(Op::index, Type::string, {split, constant(-1_i)}), text("10")},
      {"compared with a field", is(Op::eq, op(Op::index, Type::string, {kTexts, constant(1_i)}), kText), true},
      {"length", call(Function::length, Type::integer, {split}), 2_i},
      {"contains", call(Function::contains, Type::boolean, {kTexts, kText}), true},
      {"sums", op(Op::add, Type::integer, {op(Op::index, Type::integer, {kInts, constant(0_i)}), kInt}), 9_i},
  });
}

TEST(Evaluation, Choices) {
  const Expr null_truth = is(Op::gt, kNothing, constant(0_i));
  const auto choose = [](Type type, Expr condition, Expr yes, Expr no) {
    return op(Op::conditional, type, {std::move(condition), std::move(yes), std::move(no)});
  };
  const Expr parity = choose(Type::string, is(Op::eq, op(Op::rem, Type::integer, {kInt, constant(2_i)}), constant(0_i)),
                             constant(text("even")), constant(text("odd")));
  expect_all({
      {"then", choose(Type::integer, kBool, kInt, constant(1_i)), 5_i},
      {"else", choose(Type::integer, null_truth, kInt, constant(1_i)), 1_i},
      {"null condition", choose(Type::integer, constant(kNull, Type::boolean), kInt, constant(1_i)), 1_i},
      {"null result", choose(Type::integer, kBool, kNothing, constant(1_i)), kNull},
      {"int as float", choose(Type::floating, kBool, kInt, kFloat), 5.0},
      {"float", choose(Type::floating, null_truth, kInt, kFloat), 2.5},
      {"nested", choose(Type::integer, kBool, choose(Type::integer, null_truth, kInt, constant(2_i)), kInt), 2_i},
      {"text", parity, text("odd")},
      {"compared", is(Op::eq, parity, constant(text("odd"))), true},
      {"bool", choose(Type::boolean, kBool, null_truth, kBool), false},
      {"int ?? float", op(Op::coalesce, Type::floating, {kInt, kFloat}), 5.0},
      {"null ?? float", op(Op::coalesce, Type::floating, {kNothing, kFloat}), 2.5},
      {"float ?? int", op(Op::coalesce, Type::floating, {kFloat, kInt}), 2.5},
      {"null ?? text", op(Op::coalesce, Type::string, {kNoText, call(Function::upper, Type::string, {kText})}),
       text("GRÖßE 10")},
      {"severities", is(Op::ge, kSeverity, constant(Severity::medium)), true},
      {"severity chosen",
       choose(Type::severity, is(Op::gt, kInt, constant(3_i)), constant(Severity::critical), constant(Severity::low)),
       Severity::critical},
  });
}

TEST(Evaluation, Functions) {
  const Expr broken = call(Function::sqrt, Type::floating, {op(Op::negate, Type::integer, {kInt})});
  Expr format = op(Op::format, Type::string, {kInt, kFloat, kNothing, kTime});
  format.texts = {"i=", "03", " f=", ".2f", " n=", "", " t=", "%H:%M", ""};
  format.zone = "Europe/Berlin";
  Expr hour = call(Function::hour, Type::integer, {kTime});
  hour.zone = "Asia/Tokyo";
  expect_all({
      {"abs", call(Function::abs, Type::integer, {op(Op::negate, Type::integer, {kInt})}), 5_i},
      {"no root", broken, kNull},
      {"no root ?? 1", op(Op::coalesce, Type::floating, {broken, constant(1.0)}), 1.0},
      {"no root is less", is(Op::lt, broken, constant(1.0)), false},
      {"of null", call(Function::lower, Type::string, {kNoText}), kNull},
      {"lower", call(Function::lower, Type::string, {kText}), text("größe 10")},
      {"lower of upper", call(Function::lower, Type::string, {call(Function::upper, Type::string, {kText})}),
       text("größe 10")},
      {"made texts in order",
       is(Op::lt, call(Function::lower, Type::string, {kText}), call(Function::upper, Type::string, {kText})), false},
      {"like", call(Function::like, Type::boolean, {kText, constant(text("Gr??e*"))}), true},
      {"like null", call(Function::like, Type::boolean, {kNoText, constant(text("*"))}), false},
      {"matches", call(Function::matches, Type::boolean, {kText, constant(text("^\\pL+ [0-9]+$"))}), true},
      {"like and matches",
       op(Op::logical_and, Type::boolean,
          {call(Function::like, Type::boolean, {kText, constant(text("*10"))}),
           call(Function::matches, Type::boolean, {kText, constant(text("^x"))}), kBool}),
       false},
      {"like or",
       op(Op::logical_or, Type::boolean, {call(Function::like, Type::boolean, {kText, constant(text("x*"))}), kBool}),
       true},
      {"in a network", call(Function::in_network, Type::boolean, {kText, constant(text("10.0.0.0/8"))}), false},
      {"hour", hour, 22_i},
      {"clamp", call(Function::clamp, Type::floating, {kInt, constant(0_i), kFloat}), 2.5},
      {"hash",
       call(Function::substring, Type::string, {call(Function::hash, Type::string, {kText}), constant(0_i), kInt}),
       text("95a5e")},
      {"format", format, text("i=005 f=2.50 n=null t=15:05")},
      {"duration", call(Function::abs, Type::duration, {op(Op::negate, Type::duration, {kSpan})}),
       Duration{90'000'000'000}},
  });
}

}  // namespace
}  // namespace tocsin::matcher::testing
