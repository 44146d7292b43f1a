// Expressions of plans as text, and the names of operators.
#include <fmt/format.h>

#include "rules/overloaded.hpp"
#include "rules/plan_text.hpp"

namespace tocsin::rules {

std::string_view name_of(Op op) {
  constexpr std::string_view kNames[] = {
      "constant", "field",   "key_part",    "step_field", "aggregate", "-",    "not",   "+",    "-",     "*",
      "/",        "%",       "==",          "!=",         "<",         "<=",   ">",     ">=",   "and",   "or",
      "??",       "is null", "is not null", "if",         "in",        "list", "index", "call", "format"};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view name_of(AggregateFn fn) {
  constexpr std::string_view kNames[] = {"count", "sum", "avg", "min", "max", "first", "last", "stddev"};
  return kNames[static_cast<std::size_t>(fn)];
}

std::string_view name_of(Arrow arrow) { return arrow == Arrow::next ? "=>" : "->"; }

std::string quoted_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else
      out += c;
  }
  return out + "\"";
}

namespace {

std::string constant_text(const events::Value& value) {
  return std::visit(overloaded{
                        [](std::monostate) { return std::string("null"); },
                        [](const std::string& text) { return quoted_text(text); },
                        [](events::Time time) { return "time(\"" + events::format_rfc3339(time) + "\")"; },
                        [](double number) {
                          std::string text = fmt::format("{}", number);
                          if (text.find_first_of(".en") == std::string::npos) text += ".0";
                          return text;
                        },
                        [](const auto& other) { return events::to_text(events::Value(other)); },
                    },
                    value);
}

/// Binding power as in the language, loosest first; operands of lower power stand in parentheses.
int power_of(Op op) {
  switch (op) {
    case Op::logical_or:
      return 1;
    case Op::logical_and:
      return 2;
    case Op::logical_not:
      return 3;
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::is_null:
    case Op::is_not_null:
      return 4;
    case Op::coalesce:
      return 5;
    case Op::add:
    case Op::sub:
      return 6;
    case Op::mul:
    case Op::div:
    case Op::rem:
      return 7;
    case Op::negate:
      return 8;
    default:
      return 9;
  }
}

/// A negative constant is written as a negation.
int power_of(const Expr& expr) {
  if (expr.op != Op::constant) return power_of(expr.op);
  const std::string text = constant_text(expr.value);
  return text.front() == '-' ? power_of(Op::negate) : power_of(expr.op);
}

struct ExprText {
  const RulePlan& plan;
  const events::Schema& schema;
  events::TypeId candidate;

  std::string step_name(std::uint32_t step) const {
    const std::string& name = plan.pattern.steps[step].name;
    return name.empty() ? fmt::format("#{}", step) : name;
  }
  std::string step_field(std::uint32_t step, std::uint32_t field) const {
    const events::TypeId type = plan.pattern.steps[step].fits.front().type;
    return step_name(step) + "." + schema[type].fields[field].name;
  }
  std::string within(const Expr& expr, int power) const {
    const std::string text = (*this)(expr);
    return power_of(expr) < power ? "(" + text + ")" : text;
  }
  std::string joined(const Expr& expr) const {
    const int power = power_of(expr.op);
    const bool chains = expr.op == Op::logical_and || expr.op == Op::logical_or;
    const bool from_right = expr.op == Op::coalesce;
    std::string text;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      const bool looser = chains ? false : from_right ? i + 1 == expr.args.size() : (i == 0 && power > 4);
      if (i > 0) text += fmt::format(" {} ", name_of(expr.op));
      text += within(expr.args[i], looser ? power : power + 1);
    }
    return text;
  }
  std::string operator()(const Expr& expr) const {
    switch (expr.op) {
      case Op::constant:
        return constant_text(expr.value);
      case Op::field:
        return candidate == events::kNoType ? fmt::format("field {}", expr.field)
                                            : schema[candidate].fields[expr.field].name;
      case Op::key_part:
        return plan.key[expr.field].name;
      case Op::step_field:
        return step_field(expr.step, expr.field);
      case Op::aggregate:
        return fmt::format("{}({})", name_of(expr.fn),
                           expr.field == kNoField ? step_name(expr.step) : step_field(expr.step, expr.field));
      case Op::negate:
        return "-" + within(expr.args[0], power_of(Op::negate) + 1);
      case Op::logical_not:
        return "not " + within(expr.args[0], power_of(Op::logical_not));
      case Op::is_null:
      case Op::is_not_null:
        return fmt::format("{} {}", within(expr.args[0], power_of(expr.op) + 1), name_of(expr.op));
      default:
        return joined(expr);
    }
  }
};

}  // namespace

std::string text_of(const Expr& expr, const RulePlan& plan, const events::Schema& schema, events::TypeId candidate) {
  return ExprText{plan, schema, candidate}(expr);
}

std::string dump(const Expr& expr, const RulePlan& plan, const events::Schema& schema) {
  return text_of(expr, plan, schema, events::kNoType);
}

std::string dump(const Single& single, const RulePlan& plan, const events::Schema& schema) {
  const std::string& type = schema[single.type].name;
  return single.condition ? type + "(" + text_of(*single.condition, plan, schema, single.type) + ")" : type;
}

}  // namespace tocsin::rules
