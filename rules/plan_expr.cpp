// Expressions of plans as text, and the names of operators.
#include <fmt/format.h>

#include "rules/functions.hpp"
#include "rules/overloaded.hpp"
#include "rules/plan_text.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules {

std::string_view name_of(Op op) {
  constexpr std::string_view kNames[] = {"constant", "field", "key_part", "step_field", "aggregate", "turn_field",
                                         "-",        "not",   "+",        "-",          "*",         "/",
                                         "%",        "==",    "!=",       "<",          "<=",        ">",
                                         ">=",       "and",   "or",       "??",         "is null",   "is not null",
                                         "if",       "in",    "list",     "index",      "lookup",    "window_value",
                                         "@start",   "@end",  "@grain",   "call",       "format"};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view name_of(AggregateFn fn) {
  constexpr std::string_view kNames[] = {"count",
                                         "sum",
                                         "avg",
                                         "min",
                                         "max",
                                         "first",
                                         "last",
                                         "stddev",
                                         "distinct",
                                         "collect",
                                         "variance",
                                         "median",
                                         "percentile",
                                         "slope",
                                         "ewma",
                                         "zscore",
                                         "mad",
                                         "autocorrelation",
                                         "approx_distinct",
                                         "approx_percentile",
                                         "approx_top",
                                         "anomaly",
                                         "spike",
                                         "trend",
                                         "seasonal"};
  return kNames[static_cast<std::size_t>(fn)];
}

std::string_view name_of(Arrow arrow) {
  constexpr std::string_view kNames[] = {"->", "=>", "~>"};
  return kNames[static_cast<std::size_t>(arrow)];
}

std::string_view name_of(WindowPlan::Kind kind) {
  constexpr std::string_view kNames[] = {"tumbling", "sliding", "session", "rolling",
                                         "last",     "batch",   "global",  "rows"};
  return kNames[static_cast<std::size_t>(kind)];
}

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
                        [](const events::List& list) {
                          std::string text;
                          for (const events::Value& item : events::items_of(list))
                            text += (text.empty() ? "" : ", ") + constant_text(item);
                          return "[" + text + "]";
                        },
                        [](const auto& other) { return events::to_text(events::Value(other)); },
                    },
                    value);
}

/// Binding power as in the language, loosest first; operands of lower power stand in parentheses.
int power_of(Op op) {
  switch (op) {
    case Op::conditional:
      return 0;
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
    case Op::in:
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

/// The word between the two sides.
std::string_view operator_of(Function function) {
  return function == Function::like || function == Function::matches ? name_of(function) : "in";
}

std::string braces_doubled(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '{' || c == '}' ? std::string(2, c) : std::string(1, c);
  return out;
}

/// A negative constant is written as a negation.
int power_of(const Expr& expr) {
  if (expr.op == Op::call && is_operator(expr.function)) return power_of(Op::in);
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
  /// Of a joined row; in all types of the side the field is called the same.
  std::string side_field(const Expr& expr) const {
    const Side& side = plan.window->sides[expr.step];
    const std::uint32_t field = expr.fields.empty() ? expr.field : expr.fields.front();
    return side.name + "." + schema[types_of(side).front()].fields[field].name;
  }
  std::string lookup(const Expr& expr) const {
    return fmt::format("{}[{}].{}", expr.table->name, listed(expr.args, 0), expr.table->fields[expr.field].name);
  }
  /// In all types that the step takes, the field is called the same.
  std::string step_field(const Expr& expr) const {
    if (plan.window) return side_field(expr);
    const Step& step = plan.pattern.steps[expr.step];
    const events::TypeId type = expr.fields.empty() ? step.fits.front().type : step.types.front();
    const std::uint32_t field = expr.fields.empty() ? expr.field : expr.fields.front();
    return step_name(expr.step) + "." + schema[type].fields[field].name;
  }
  std::string turn_field(const Expr& expr) const {
    const std::string read = step_field(expr);
    return fmt::format("{}[{}]{}", step_name(expr.step), expr.turn, read.substr(read.find('.')));
  }
  std::string listed(const std::vector<Expr>& exprs, std::size_t from) const {
    std::string text;
    for (std::size_t i = from; i < exprs.size(); ++i) text += (i == from ? "" : ", ") + (*this)(exprs[i]);
    return text;
  }
  std::string call(const Expr& expr) const {
    const int power = power_of(Op::in) + 1;
    if (is_operator(expr.function))
      return fmt::format("{} {} {}", within(expr.args[0], power), operator_of(expr.function),
                         within(expr.args[1], power));
    const std::string zone = expr.zone.empty() ? "" : ", " + quoted_text(expr.zone);
    return fmt::format("{}({}{})", name_of(expr.function), listed(expr.args, 0), zone);
  }
  std::string format(const Expr& expr) const {
    std::string text = braces_doubled(expr.texts[0]);
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      const std::string& specification = expr.texts[2 * i + 1];
      text += "{" + (*this)(expr.args[i]) + (specification.empty() ? "" : ":" + specification) + "}" +
              braces_doubled(expr.texts[2 * i + 2]);
    }
    return "format(" + quoted_text(text) + (expr.zone.empty() ? "" : ", " + quoted_text(expr.zone)) + ")";
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
        return step_field(expr);
      case Op::aggregate:
        return fmt::format("{}({})", name_of(expr.fn),
                           expr.field == kNoField ? step_name(expr.step) : step_field(expr));
      case Op::turn_field:
        return turn_field(expr);
      case Op::negate:
        return "-" + within(expr.args[0], power_of(Op::negate) + 1);
      case Op::logical_not:
        return "not " + within(expr.args[0], power_of(Op::logical_not));
      case Op::is_null:
      case Op::is_not_null:
        return fmt::format("{} {}", within(expr.args[0], power_of(expr.op) + 1), name_of(expr.op));
      case Op::conditional:
        return fmt::format("if {} then {} else {}", (*this)(expr.args[0]), (*this)(expr.args[1]),
                           (*this)(expr.args[2]));
      case Op::in:
        return fmt::format("{} in [{}]", within(expr.args[0], power_of(Op::in) + 1), listed(expr.args, 1));
      case Op::list:
        return "[" + listed(expr.args, 0) + "]";
      case Op::index:
        return fmt::format("{}[{}]", within(expr.args[0], power_of(Op::index)), (*this)(expr.args[1]));
      case Op::lookup:
        return lookup(expr);
      case Op::window_value:
        return text_of(plan.window->aggregates[expr.field], plan, schema);
      case Op::window_start:
      case Op::window_end:
      case Op::window_grain:
        return std::string(name_of(expr.op));
      case Op::call:
        return call(expr);
      case Op::format:
        return format(expr);
      default:
        return joined(expr);
    }
  }
};

}  // namespace

std::string text_of(const Expr& expr, const RulePlan& plan, const events::Schema& schema, events::TypeId candidate) {
  return ExprText{plan, schema, candidate}(expr);
}

std::string text_of(const Aggregate& aggregate, const RulePlan& plan, const events::Schema& schema) {
  std::string of;
  std::string first;
  for (std::size_t i = 0; i < aggregate.argument.size(); ++i) {
    const events::TypeId type = plan.window->join ? events::kNoType : plan.inputs[i];
    const std::string text = text_of(aggregate.argument[i], plan, schema, type);
    if (i == 0) first = text;
    if (i == 0 || text != first) of += (i == 0 ? "" : " | ") + text;
  }
  for (const events::Value& parameter : aggregate.parameters) of += ", " + constant_text(parameter);
  return fmt::format("{}({})", name_of(aggregate.fn), of);
}

std::string dump(const Expr& expr, const RulePlan& plan, const events::Schema& schema) {
  return text_of(expr, plan, schema, events::kNoType);
}

std::string dump(const Single& single, const RulePlan& plan, const events::Schema& schema) {
  const std::string& type = schema[single.type].name;
  return single.condition ? type + "(" + text_of(*single.condition, plan, schema, single.type) + ")" : type;
}

}  // namespace tocsin::rules
