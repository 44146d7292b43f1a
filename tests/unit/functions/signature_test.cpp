// Which functions there are, which types they take, what they give.
#include <algorithm>

#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using events::list_of;

TEST(Signature, Names) {
  const std::vector<std::string> names = function_names();
  EXPECT_EQ(names.size(), 30U);
  for (const std::string& name : names) {
    const std::optional<Function> function = function_called(name);
    ASSERT_TRUE(function) << name;
    EXPECT_EQ(name_of(*function), name);
    EXPECT_FALSE(is_operator(*function)) << name;
    EXPECT_TRUE(signature_of(*function, {}).usage.starts_with(name + "(")) << name;
    EXPECT_FALSE(signature_of(*function, {}).result) << name;
  }
  for (const char* name : {"like", "matches", "in_network", "in_list", "", "Abs", "format", "has", "count"})
    EXPECT_FALSE(function_called(name)) << name;
  for (const Function function : {Function::like, Function::matches, Function::in_network, Function::in_list})
    EXPECT_TRUE(is_operator(function));
}

TEST(Signature, Types) {
  constexpr Type kInt = Type::integer;
  constexpr Type kFloat = Type::floating;
  constexpr Type kText = Type::string;
  constexpr Type kTime = Type::time;
  constexpr Type kSpan = Type::duration;
  constexpr Type kBool = Type::boolean;
  struct Case {
    Function function;
    std::vector<Type> args;
    std::optional<Type> result;
  };
  const std::optional<Type> none;
  using enum Function;
  const std::vector<Case> cases{
      {abs, {kInt}, kInt},
      {abs, {kSpan}, kSpan},
      {abs, {kTime}, none},
      {abs, {kInt, kInt}, none},
      {floor, {kFloat}, kInt},
      {floor, {kInt}, kInt},
      {floor, {kText}, none},
      {round, {kFloat}, kInt},
      {round, {kInt}, kInt},
      {round, {kInt, kInt}, kFloat},
      {round, {kFloat, kFloat}, none},
      {round, {kText}, none},
      {sqrt, {kInt}, kFloat},
      {pow, {kInt, kFloat}, kFloat},
      {pow, {kInt}, none},
      {clamp, {kInt, kInt, kInt}, kInt},
      {clamp, {kInt, kFloat, kInt}, kFloat},
      {clamp, {kSpan, kSpan, kSpan}, kSpan},
      {clamp, {kSpan, kInt, kSpan}, none},
      {clamp, {kTime, kTime, kTime}, none},
      {lower, {kText}, kText},
      {lower, {kInt}, none},
      {length, {kText}, kInt},
      {length, {list_of(list_of(kText))}, kInt},
      {length, {kInt}, none},
      {contains, {kText, kText}, kBool},
      {contains, {list_of(kText), kText}, kBool},
      {contains, {list_of(kInt), kFloat}, kBool},
      {contains, {list_of(kInt), kText}, none},
      {contains, {kText, list_of(kText)}, none},
      {replace, {kText, kText, kText}, kText},
      {replace, {kText, kText}, none},
      {substring, {kText, kInt}, kText},
      {substring, {kText, kInt, kInt}, kText},
      {substring, {kText, kFloat}, none},
      {substring, {kText}, none},
      {split, {kText, kText}, list_of(kText)},
      {hour, {kTime}, kInt},
      {weekday, {kTime, kText}, kInt},
      {date, {kTime}, kText},
      {date, {kText}, none},
      {cidr, {kText, kInt}, kText},
      {cidr, {kText}, none},
      {distance, {kFloat, kInt, kFloat, kInt}, kFloat},
      {distance, {kFloat, kInt, kFloat}, none},
      {inside, {list_of(kFloat), list_of(list_of(kFloat))}, kBool},
      {inside, {list_of(kInt), list_of(list_of(kFloat))}, kBool},
      {inside, {list_of(kFloat), list_of(kFloat)}, none},
      {inside, {list_of(kText), list_of(list_of(kFloat))}, none},
      {hash, {kText}, kText},
      {mask, {kText, kInt}, kText},
      {redact, {kText}, kText},
      {like, {kText, kText}, kBool},
      {in_list, {kInt, list_of(kFloat)}, kBool},
      {in_list, {kText, list_of(kText)}, kBool},
      {in_list, {kText, kText}, none},
  };
  for (const Case& each : cases) {
    std::string given;
    for (const Type type : each.args) given += " " + std::string(events::name_of(type));
    EXPECT_EQ(signature_of(each.function, each.args).result, each.result) << name_of(each.function) << given;
  }
}

/// What isn't partial never gives null, whatever it is given.
TEST(Signature, Partial) {
  using enum Function;
  for (const Function function : {lower, upper, trim, hash, redact})
    for (const char* value : {"", "a", "\xff"}) {
      EXPECT_FALSE(signature_of(function, {}).partial) << name_of(function);
      EXPECT_FALSE(events::is_null(value_of_constants(expr_of({function, {text(value)}, text("")}))))
          << name_of(function);
    }
  for (const Function function : {abs, sqrt, clamp, replace, split, cidr, distance, inside})
    EXPECT_TRUE(signature_of(function, {}).partial) << name_of(function);
}

}  // namespace
}  // namespace tocsin::rules::testing
