// `alert`: severity, message, fields. Formats are judged by {fmt} itself, once, here.
#include <fmt/format.h>

#include <cctype>
#include <map>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr int kMaxFormatNumber = 200;

/// A number above the limit anywhere in the format: widths and precisions must not fill the memory.
bool has_large_number(const std::string& format) {
  int number = 0;
  for (const char c : format) {
    number = std::isdigit(static_cast<unsigned char>(c)) ? number * 10 + (c - '0') : 0;
    if (number > kMaxFormatNumber) return true;
  }
  return false;
}

/// A step's field as it was written; all else stands as `x`.
std::string shown(const syntax::Expr& expr) {
  const auto* member = std::get_if<syntax::Member>(&expr.node);
  const auto* of = member ? std::get_if<syntax::Reference>(&member->object->node) : nullptr;
  return of ? of->name.text + "." + member->field.text : "x";
}

void check_format(Draft& draft, const syntax::MessagePart& part, const Expr& expr) {
  if (part.format.empty()) return;
  const std::string problem = format_problem(part.format, expr.type);
  if (problem.empty()) return;
  Diagnostic& reported = error(draft, "E0403", part.span, "the format " + quoted(part.format) + " " + problem,
                               "the value is " + a_type(expr.type));
  if (expr.type == events::Type::integer && format_problem(part.format, events::Type::floating).empty())
    return help(reported, "`x * 1.0` makes a float of an int: `{" + shown(std::get<syntax::Expr>(part.node)) +
                              " * 1.0:" + part.format + "}`");
  help(reported, "for example `{x:.1f}`: one decimal of a number; `{x:>8}`: to the right of 8 columns");
}

MessagePart check_part(Draft& draft, const syntax::MessagePart& part, const Scope& scope) {
  MessagePart result;
  result.format = part.format;
  if (const auto* text = std::get_if<std::string>(&part.node)) {
    result.node = *text;
  } else if (std::optional<Expr> expr = check_expr(std::get<syntax::Expr>(part.node), scope)) {
    check_format(draft, part, *expr);
    result.node = std::move(*expr);
  }
  return result;
}

AlertPlan check_alert(Draft& draft, const syntax::Alert& written, const Scope& scope) {
  AlertPlan plan;
  plan.severity = written.severity;
  for (const syntax::MessagePart& part : written.message.parts) plan.message.push_back(check_part(draft, part, scope));
  std::map<std::string, Span> names;
  for (const syntax::NamedExpr& field : written.fields) {
    const auto [first, is_new] = names.try_emplace(field.name.text, field.name.span);
    if (!is_new)
      also(error(draft, "E0402", field.name.span, "two fields are called " + quoted(field.name.text),
                 "second field of this name"),
           first->second, "the first one");
    if (std::optional<Expr> expr = check_field_value(field, scope))
      plan.fields.push_back({field.name.text, std::move(*expr)});
  }
  return plan;
}

}  // namespace

std::string format_problem(const std::string& format, events::Type type) {
  using events::Type;
  if (type != Type::integer && type != Type::floating && type != Type::string) return "is for numbers and strings only";
  if (format.find_first_of("{}") != std::string::npos) return "has braces in it";
  if (has_large_number(format)) return "asks for more than " + std::to_string(kMaxFormatNumber) + " columns";
  const char last = format.back();
  if (last == 'L' || (type == Type::integer && last == 'c')) return "does not fit " + a_type(type);
  try {
    const std::string whole = "{:" + format + "}";
    if (type == Type::integer) return (void)fmt::format(fmt::runtime(whole), std::int64_t{1}), std::string();
    if (type == Type::floating) return (void)fmt::format(fmt::runtime(whole), 1.5), std::string();
    return (void)fmt::format(fmt::runtime(whole), std::string_view("x")), std::string();
  } catch (const fmt::format_error&) {
    return "does not fit " + a_type(type);
  }
}

void check_outputs(Draft& draft, std::size_t index) {
  RuleDraft& rule = draft.rules[index];
  const auto steps = static_cast<std::uint32_t>(rule.plan.pattern.steps.size());
  const Scope scope{draft, Place::output, &rule, events::kNoType, steps, std::nullopt};
  for (const syntax::Clause* clause : rule.outputs) {
    if (const auto* alert = std::get_if<syntax::Alert>(&clause->node))
      rule.plan.outputs.push_back({check_alert(draft, *alert, scope)});
    else
      check_emit(draft, index, std::get<syntax::Emit>(clause->node));
  }
}

}  // namespace tocsin::rules::checking
