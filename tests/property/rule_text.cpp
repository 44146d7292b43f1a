// Plan → text. Every operation gets its parentheses, so that precedence plays no part.
#include "tests/property/rule_text.hpp"

#include <charconv>

namespace tocsin::property {
namespace {

using events::Schema;
using events::TypeId;
using rules::Expr;
using rules::Op;
using rules::RulePlan;
using rules::Single;

std::string float_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string value_text(const events::Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return float_text(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return '"' + *text + '"';
  if (std::holds_alternative<events::Time>(value)) return "time(\"" + events::to_text(value) + "\")";
  return events::to_text(value);
}

std::string_view symbol_of(Op op) {
  switch (op) {
    case Op::add:
      return " + ";
    case Op::sub:
      return " - ";
    case Op::mul:
      return " * ";
    case Op::div:
      return " / ";
    case Op::rem:
      return " % ";
    case Op::eq:
      return " == ";
    case Op::ne:
      return " != ";
    case Op::lt:
      return " < ";
    case Op::le:
      return " <= ";
    case Op::gt:
      return " > ";
    case Op::ge:
      return " >= ";
    case Op::logical_and:
      return " and ";
    case Op::logical_or:
      return " or ";
    case Op::coalesce:
      return " ?? ";
    default:
      return " ";
  }
}

struct ExprText {
  const RulePlan& plan;
  const Schema& schema;
  TypeId candidate;

  std::string of_step(const Expr& expr) const {
    const rules::Step& step = plan.pattern.steps[expr.step];
    if (expr.field == rules::kNoField) return step.name;
    const std::uint32_t field = expr.fields.empty() ? expr.field : expr.fields.front();
    return step.name + "." + schema[step.types.front()].fields[field].name;
  }

  /// As a call, whatever it is called: no rule of the tests has one.
  std::string call_text(std::string_view name, const Expr& expr) const {
    std::string text(name);
    text += '(';
    for (const Expr& arg : expr.args) text += (text.back() == '(' ? "" : ", ") + (*this)(arg);
    return text + ")";
  }

  std::string operator()(const Expr& expr) const {
    switch (expr.op) {
      case Op::constant:
        return value_text(expr.value);
      case Op::field:
        return schema[candidate].fields[expr.field].name;
      case Op::key_part:
        return plan.key[expr.field].name;
      case Op::step_field:
        return of_step(expr);
      case Op::aggregate:
        return std::string(name_of(expr.fn)) + "(" + of_step(expr) + ")";
      case Op::negate:
        return "(-" + (*this)(expr.args[0]) + ")";
      case Op::logical_not:
        return "(not " + (*this)(expr.args[0]) + ")";
      case Op::is_null:
        return "(" + (*this)(expr.args[0]) + " is null)";
      case Op::is_not_null:
        return "(" + (*this)(expr.args[0]) + " is not null)";
      case Op::in:
        return call_text("in", expr);
      case Op::list:
        return call_text("list", expr);
      case Op::index:
        return call_text("index", expr);
      case Op::conditional:
        return call_text("if", expr);
      case Op::call:
        return call_text(name_of(expr.function), expr);
      default:
        break;
    }
    std::string text = "(";
    for (const Expr& arg : expr.args) {
      if (text.size() > 1) text += symbol_of(expr.op);
      text += (*this)(arg);
    }
    return text + ")";
  }
};

std::string condition_text(const Single& single, const RulePlan& plan, const Schema& schema) {
  if (!single.condition) return "";
  const std::string condition = ExprText{plan, schema, single.type}(*single.condition);
  return condition.front() == '(' ? condition : "(" + condition + ")";
}

/// `A|B(…)`: all types have the condition of the first.
std::string fits_text(const std::vector<Single>& singles, const RulePlan& plan, const Schema& schema) {
  std::string text;
  for (const Single& single : singles) text += (text.empty() ? "" : "|") + schema[single.type].name;
  return text + condition_text(singles.front(), plan, schema);
}

/// `A(…)`, `(A(…) or B(…))`
std::string absence_text(const std::vector<Single>& singles, const RulePlan& plan, const Schema& schema) {
  std::string text;
  for (const Single& single : singles) {
    if (!text.empty()) text += " or ";
    text += schema[single.type].name + condition_text(single, plan, schema);
  }
  return singles.size() > 1 ? "(" + text + ")" : text;
}

template <class Looped>
std::string quantifier_text(const Looped& step) {
  if (step.max == 1U) return step.min == 1 ? "" : "?";
  if (!step.max && step.min < 2) return step.min == 0 ? "*" : "+";
  std::string text = "{" + std::to_string(step.min);
  if (!step.max) return text + ",}";
  if (*step.max != step.min) text += "," + std::to_string(*step.max);
  return text + "}";
}

std::string element_text(const rules::Element& element, const RulePlan& plan, const Schema& schema);

std::string elements_text(const std::vector<rules::Element>& elements, const RulePlan& plan, const Schema& schema) {
  std::string text;
  for (const rules::Element& element : elements) text += element_text(element, plan, schema);
  return text;
}

std::string element_text(const rules::Element& element, const RulePlan& plan, const Schema& schema) {
  std::string text;
  if (element.arrow) text = *element.arrow == rules::Arrow::next ? " => " : " -> ";
  if (const auto* absent = std::get_if<rules::Absent>(&element.node))
    return text + "not " + absence_text(absent->fits, plan, schema);
  if (const auto* group = std::get_if<rules::Group>(&element.node))
    return text + "(" + elements_text(group->elements, plan, schema) + ")" + quantifier_text(*group);
  const rules::Step& step = plan.pattern.steps[std::get<rules::Take>(element.node).step];
  return text + step.name + ": " + fits_text(step.fits, plan, schema) + quantifier_text(step);
}

}  // namespace

std::string expr_text(const Expr& expr, const RulePlan& plan, const Schema& schema, TypeId candidate) {
  return ExprText{plan, schema, candidate}(expr);
}

std::string rule_text(const RulePlan& plan, const Schema& schema) {
  std::string text;
  for (const events::EventType& type : schema.types) {
    text += "event " + type.name + " {";
    for (const events::Field& field : type.fields)
      text += (&field == type.fields.data() ? " " : ", ") + field.name + ": " + std::string(name_of(field.type)) +
              (field.optional ? "?" : "");
    text += " }\n";
  }
  text += "rule " + plan.name + " {\n  match ";
  text += elements_text(plan.pattern.elements, plan, schema);
  if (plan.within) text += "\n  within " + events::format_duration(*plan.within);
  return text + "\n  alert info \"\"\n}\n";
}

std::string stream_text(const std::vector<oracle::Event>& stream, const Schema& schema) {
  std::string text;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const events::EventType& type = schema[stream[i].type];
    text += "  " + std::to_string(i) + "  at " + events::format_duration({stream[i].time.ns}) + "  " + type.name + " {";
    for (std::size_t f = 0; f < stream[i].fields.size(); ++f) {
      text += f == 0 ? " " : ", ";
      text += type.fields[f].name + ": " + value_text(stream[i].fields[f]);
    }
    text += " }\n";
  }
  return text;
}

}  // namespace tocsin::property
