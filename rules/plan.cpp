// Plans as text: names in the place of ids, an indented line for each part. The canonical form of a rule.
//
// Types come with their wire names and the fields that the rule reads with their places in the data, so that what
// decides about a match is all in it.
#include "rules/plan.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "rules/plan_text.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules {

namespace {

struct PlanText {
  const RulePlan& plan;
  const events::Schema& schema;
  std::string out;

  std::string text(const Expr& expr, events::TypeId candidate = events::kNoType) const {
    return text_of(expr, plan, schema, candidate);
  }
  void line(int depth, std::string_view content) { out += fmt::format("{:{}}{}\n", "", depth * 2, content); }

  void input(events::TypeId type, const std::set<std::uint32_t>& fields) {
    line(2, fmt::format("{} {}", schema[type].name, quoted_text(schema[type].wire)));
    std::map<std::string, std::string> lines;  // by name: the order of declarations is no part of the meaning
    for (const std::uint32_t index : fields) {
      const events::Field& field = schema[type].fields[index];
      std::string entry = fmt::format("{}: {}{}", field.name, events::name_of(field.type), field.optional ? "?" : "");
      if (field.path != std::vector<std::string>{field.name}) {
        std::string pointer;
        for (const std::string& token : field.path) pointer += "/" + escaped(token);
        entry += " from " + quoted_text(pointer);
      }
      lines[field.name] = entry;
    }
    for (const auto& [name, entry] : lines) line(3, entry);
  }
  static std::string escaped(std::string_view token) {
    std::string text;
    for (const char c : token) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return text;
  }
  void inputs() {
    auto reads = fields_read(plan);
    std::map<std::string, events::TypeId> by_name;
    for (const events::TypeId type : plan.inputs) by_name[schema[type].name] = type;
    line(1, "input");
    for (const auto& [name, type] : by_name) input(type, reads[type]);
  }
  void key() {
    for (const KeyPart& part : plan.key) {
      std::map<std::string, std::string> places;
      for (std::size_t i = 0; i < part.field.size(); ++i) {
        const events::EventType& type = schema[plan.inputs[i]];
        places[type.name] = type.fields[part.field[i]].name;
      }
      std::string where;
      for (const auto& [type, field] : places) where += (where.empty() ? "" : ", ") + type + "." + field;
      line(1, fmt::format("by {}: {} of {}", part.name, events::name_of(part.type), where));
    }
  }
  std::string singles(const std::vector<Single>& fits) const {
    std::string all;
    for (const Single& fit : fits) all += (all.empty() ? "" : " or ") + dump(fit, plan, schema);
    return fits.size() > 1 ? "(" + all + ")" : all;
  }
  static std::string turns(const Step& step) {
    if (step.min == 1 && step.max == 1U) return {};
    if (!step.max) return fmt::format("{{{},}}", step.min);
    if (step.min == *step.max) return fmt::format("{{{}}}", step.min);
    return fmt::format("{{{},{}}}", step.min, *step.max);
  }
  void pattern() {
    line(1, "match");
    for (const Element& element : plan.pattern.elements) {
      const std::string arrow = element.arrow ? std::string(name_of(*element.arrow)) + " " : "";
      if (const auto* take = std::get_if<Take>(&element.node)) {
        const Step& step = plan.pattern.steps[take->step];
        const std::string name = step.name.empty() ? "" : step.name + ": ";
        line(2, fmt::format("{}{}{}{}", arrow, name, singles(step.fits), turns(step)));
      } else {
        line(2, fmt::format("{}not {}", arrow, singles(std::get<Absent>(element.node).fits)));
      }
    }
  }
  void operator()(const AlertPlan& alert) {
    std::string message;
    for (const MessagePart& part : alert.message) {
      if (const auto* expr = std::get_if<Expr>(&part.node))
        message += "{" + text(*expr) + (part.format.empty() ? "" : ":" + part.format) + "}";
      else
        message += braces_doubled(std::get<std::string>(part.node));
    }
    line(1, fmt::format("alert {} {}", events::name_of(alert.severity), quoted_message(message)));
    for (const NamedExpr& field : alert.fields) field_line(field.name, field.expr);
  }
  void operator()(const EmitPlan& emit) {
    const events::EventType& type = schema[emit.type];
    line(1, fmt::format("emit {} {}", type.name, quoted_text(type.wire)));
    for (std::size_t i = 0; i < emit.fields.size(); ++i) field_line(type.fields[i].name, emit.fields[i]);
  }
  void field_line(const std::string& name, const Expr& expr) {
    line(2, fmt::format("{}: {} = {}", name, typed(expr), text(expr)));
  }
  static std::string typed(const Expr& expr) {
    return std::string(events::name_of(expr.type)) + (expr.nullable ? "?" : "");
  }
  static std::string braces_doubled(std::string_view text) {
    std::string out_text;
    for (const char c : text) out_text += c == '{' ? "{{" : c == '}' ? "}}" : std::string(1, c);
    return out_text;
  }
  /// Quotes inside braces stay as they are: expressions have their own.
  static std::string quoted_message(std::string_view text) { return quoted_text(text); }

  void whole() {
    line(0, "rule " + plan.name + (plan.description.empty() ? "" : " " + quoted_text(plan.description)));
    if (!plan.version.empty()) line(1, "version " + plan.version);
    if (plan.layer > 0) line(1, fmt::format("layer {}", plan.layer));
    inputs();
    key();
    pattern();
    if (plan.within) line(1, "within " + events::format_duration(*plan.within));
    line(1, "after match skip past last");
    line(1, fmt::format("limit runs {}", plan.limit_runs));
    for (const OutputPlan& output : plan.outputs) std::visit(*this, output.node);
  }
};

}  // namespace

std::string dump(const RulePlan& plan, const events::Schema& schema) {
  PlanText text{plan, schema, {}};
  text.whole();
  return std::move(text.out);
}

}  // namespace tocsin::rules
