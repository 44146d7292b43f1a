// Calls as tables: a function, its arguments, what it gives.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/operation.hpp"

namespace tocsin::rules::testing {

using events::Value;

inline const Value kNull{};
constexpr std::int64_t operator""_i(unsigned long long value) { return static_cast<std::int64_t>(value); }
inline Value text(std::string_view value) { return std::string(value); }

inline Expr constant(const Value& value, Type otherwise = Type::string) {
  Expr expr;
  expr.type = events::is_null(value) ? otherwise : events::type_of(value);
  expr.value = value;
  return expr;
}

inline Value list(Type element, const std::vector<Value>& items) { return events::make_list(element, items); }

struct Call {
  Function function;
  std::vector<Value> args;
  Value expected;
  std::string zone{};
};

inline Expr expr_of(const Call& call) {
  Expr expr;
  expr.op = Op::call;
  expr.function = call.function;
  expr.zone = call.zone;
  std::vector<Type> types;
  for (const Value& arg : call.args) {
    expr.args.push_back(constant(arg));
    types.push_back(expr.args.back().type);
  }
  // A null has no type; what is called with one gives the same type with any other value there.
  expr.type = signature_of(call.function, types)
                  .result.value_or(events::is_null(call.expected) ? Type::string : events::type_of(call.expected));
  return expr;
}

inline std::string text_of(const Call& call) {
  std::string result = std::string(name_of(call.function)) + "(";
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    const bool quoted = std::holds_alternative<std::string>(call.args[i]);
    result +=
        (i > 0 ? ", " : "") + std::string(quoted ? "\"" : "") + events::to_text(call.args[i]) + (quoted ? "\"" : "");
  }
  return result + ")" + (call.zone.empty() ? "" : " in " + call.zone);
}

inline void expect(const std::vector<Call>& calls) {
  for (const Call& call : calls) {
    const Value got = value_of_constants(expr_of(call));
    EXPECT_EQ(got, call.expected) << text_of(call) << "\nexpected: " << events::to_text(call.expected)
                                  << "\ngot: " << events::to_text(got);
  }
}

}  // namespace tocsin::rules::testing
