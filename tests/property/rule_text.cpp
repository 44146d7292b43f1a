// Plan → text. Every operation gets its parentheses, so that precedence plays no part.
#include "tests/property/rule_text.hpp"

#include <algorithm>
#include <charconv>

#include "tests/property/edit_pattern.hpp"

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
    const std::string turn = expr.op == Op::turn_field ? "[" + std::to_string(expr.turn) + "]" : "";
    return step.name + turn + "." + schema[step.types.front()].fields[field].name;
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
      case Op::turn_field:
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
        return "(if " + (*this)(expr.args[0]) + " then " + (*this)(expr.args[1]) + " else " + (*this)(expr.args[2]) +
               ")";
      case Op::call:
        if (expr.function == rules::Function::in_list)
          return "(" + (*this)(expr.args[0]) + " in " + (*this)(expr.args[1]) + ")";
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

struct PatternText {
  const RulePlan& plan;
  const Schema& schema;

  std::string condition(const Single& single) const {
    if (!single.condition) return "";
    const std::string text = ExprText{plan, schema, single.type}(*single.condition);
    return text.front() == '(' ? text : "(" + text + ")";
  }

  /// Types that differ, with one condition.
  bool are_alike(const std::vector<Single>& singles) const {
    std::vector<TypeId> types = types_of(singles);
    return std::unique(types.begin(), types.end()) == types.end() &&
           std::all_of(singles.begin(), singles.end(),
                       [&](const Single& single) { return condition(single) == condition(singles.front()); });
  }
  static std::vector<TypeId> types_of(const std::vector<Single>& singles) {
    std::vector<TypeId> types;
    for (const Single& single : singles) types.push_back(single.type);
    std::sort(types.begin(), types.end());
    return types;
  }

  /// `A|B(…)`
  std::string alike(const std::vector<Single>& singles) const {
    std::string text;
    for (const Single& single : singles) text += (text.empty() ? "" : "|") + schema[single.type].name;
    return text + condition(singles.front());
  }

  /// `A(…)`, `(A(…) or B(…))`
  std::string absence(const std::vector<Single>& singles) const {
    std::string text;
    for (const Single& single : singles)
      text += (text.empty() ? "" : " or ") + schema[single.type].name + condition(single);
    return singles.size() > 1 ? "(" + text + ")" : text;
  }

  std::string step(std::uint32_t number) const {
    const rules::Step& step = plan.pattern.steps[number];
    const std::string name = step.name.empty() ? "" : step.name + ": ";
    if (are_alike(step.fits)) return name + alike(step.fits) + loop(step, types_of(step.fits));
    std::string text;
    for (const Single& single : step.fits)
      text += (text.empty() ? "" : " or ") + name + schema[single.type].name + condition(single);
    return "(" + text + ")" + loop(step, types_of(step.fits));
  }

  /// Quantifier and what stands behind it; `own`: the types of what loops, sorted.
  std::string loop(const rules::Loop& loop, const std::vector<TypeId>& own) const {
    std::string text = quantifier(loop);
    if (loop.greed != rules::Greed::greedy) text += loop.greed == rules::Greed::reluctant ? "?" : "+";
    if (loop.mode != rules::Arrow::followed_by) text += loop.mode == rules::Arrow::next ? " strict" : " any";
    if (loop.gap) text += " [" + events::format_duration(*loop.gap) + "]";
    if (loop.until.empty()) return text;
    text += " until ";
    const bool of_own = loop.until.front().condition && types_of(loop.until) == own;
    return text + (of_own ? condition(loop.until.front()) : alike(loop.until));
  }

  static std::string quantifier(const rules::Loop& loop) {
    if (loop.max == 1U) return loop.min == 1 ? "" : "?";
    if (!loop.max && loop.min < 2) return loop.min == 0 ? "*" : "+";
    std::string text = "{" + std::to_string(loop.min);
    if (!loop.max) return text + ",}";
    if (*loop.max != loop.min) text += "," + std::to_string(*loop.max);
    return text + "}";
  }

  std::string group(const rules::Group& group) const {
    std::string text = "(" + sequence(group.elements) + ")";
    if (group.span) text += "[" + events::format_duration(*group.span) + "]";
    return text + loop(group, types_taken(plan.pattern, group.elements));
  }

  std::string sides(const std::vector<Elements>& sides, std::string_view word) const {
    std::string text;
    for (const Elements& side : sides) {
      const bool plain = side.size() == 1 && (std::holds_alternative<rules::Take>(side.front().node) ||
                                              std::holds_alternative<rules::Group>(side.front().node));
      if (!text.empty()) text += word;
      text += plain ? sequence(side) : "(" + sequence(side) + ")";
    }
    return "(" + text + ")";
  }

  std::string either(const rules::Either& either) const {
    std::string text;
    for (const rules::Take& take : either.takes) text += (text.empty() ? "" : " or ") + step(take.step);
    return "(" + text + ")";
  }

  std::string absent(const rules::Absent& absent) const {
    std::string text = "not " + absence(absent.fits);
    if (!absent.span) return text;
    const auto* fixed = std::get_if<events::Duration>(&absent.span->value);
    text += " for ";
    if (absent.span->op == Op::constant && fixed != nullptr)
      text += events::format_duration(*fixed);
    else
      text += "(" + ExprText{plan, schema, events::kNoType}(*absent.span) + ")";
    if (absent.every) text += " every " + events::format_duration(*absent.every);
    return text;
  }

  std::string arrow(const rules::Element& element) const {
    if (!element.arrow) return "";
    std::string text = " " + std::string(name_of(*element.arrow));
    if (!element.bound) return text + " ";
    text += "[";
    if (element.bound->least.ns > 0) text += events::format_duration(element.bound->least) + ", ";
    return text + events::format_duration(element.bound->most) + "] ";
  }

  std::string sequence(const Elements& elements) const {
    std::string text;
    for (const rules::Element& element : elements) {
      text += arrow(element);
      if (const auto* node = std::get_if<rules::Take>(&element.node)) text += step(node->step);
      if (const auto* node = std::get_if<rules::Absent>(&element.node)) text += absent(*node);
      if (const auto* node = std::get_if<rules::Group>(&element.node)) text += group(*node);
      if (const auto* node = std::get_if<rules::Either>(&element.node)) text += either(*node);
      if (const auto* node = std::get_if<rules::Choice>(&element.node)) text += sides(node->sides, " or ");
      if (const auto* node = std::get_if<rules::Both>(&element.node)) text += sides(node->sides, " and ");
    }
    return text;
  }
};

std::string policy_text(const RulePlan& plan) {
  using Policy = rules::AfterMatch::Policy;
  switch (plan.after.policy) {
    case Policy::skip_past_last:
      return "";
    case Policy::skip_to_next:
      return "\n  after match skip to next";
    case Policy::skip_to_first:
      return "\n  after match skip to first " + plan.pattern.steps[plan.after.step].name;
    case Policy::skip_to_last:
      return "\n  after match skip to last " + plan.pattern.steps[plan.after.step].name;
    case Policy::keep:
      break;
  }
  return "\n  after match keep";
}

std::string_view match_text(const rules::Matching& matching) {
  return matching.mode == rules::Matching::Mode::one ? "match " : "match all ";
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
  text += "rule " + plan.name + " {\n  ";
  text += plan.matching.mode == rules::Matching::Mode::up_to ? "match up to " + std::to_string(plan.matching.most) + " "
                                                             : std::string(match_text(plan.matching));
  text += PatternText{plan, schema}.sequence(plan.pattern.elements);
  text += "\n  from ";
  for (const TypeId type : plan.inputs) text += (type == plan.inputs.front() ? "" : ", ") + schema[type].name;
  if (plan.within) text += "\n  within " + events::format_duration(*plan.within);
  text += policy_text(plan);
  if (plan.limit_runs != rules::kDefaultLimitRuns) text += "\n  limit runs " + std::to_string(plan.limit_runs);
  if (plan.limit_matches) text += "\n  limit matches " + std::to_string(*plan.limit_matches);
  for (const rules::OutputPlan& output : plan.outputs)
    text += output.timeout ? "\n  timeout alert info \"\"" : "\n  alert info \"\"";
  return text + "\n}\n";
}

std::string test_text(const RulePlan& plan, const std::vector<oracle::Event>& stream, const Schema& schema) {
  return "test " + plan.name + " \"random\" {\n" + stream_text(stream, schema) + "}\n";
}

std::string stream_text(const std::vector<oracle::Event>& stream, const Schema& schema) {
  std::string text;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const events::EventType& type = schema[stream[i].type];
    text += "  at " + events::format_duration({stream[i].time.ns}) + "  " + type.name + " {";
    const char* between = " ";
    for (std::size_t f = 0; f < stream[i].fields.size(); ++f) {
      if (events::is_null(stream[i].fields[f])) continue;
      text += between + type.fields[f].name + ": " + value_text(stream[i].fields[f]);
      between = ", ";
    }
    text += " }  // " + std::to_string(i) + "\n";
  }
  return text;
}

}  // namespace tocsin::property
