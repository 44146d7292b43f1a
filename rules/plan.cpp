// Plans as text: names in the place of ids, an indented line for each part. The canonical form of a rule.
//
// Types come with their wire names and the fields that the rule reads with their places in the data, so that what
// decides about a match is all in it.
#include "rules/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "rules/elements.hpp"
#include "rules/overloaded.hpp"
#include "rules/plan_text.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules {

namespace {

struct PlanText {
  const RulePlan& plan;
  const events::Schema& schema;
  std::string out;
  std::string timeout{};  ///< before the output that is being written

  std::string text(const Expr& expr, events::TypeId candidate = events::kNoType) const {
    return text_of(expr, plan, schema, candidate);
  }
  void line(int depth, std::string_view content) { out += fmt::format("{:{}}{}\n", "", depth * 2, content); }

  void input(events::TypeId type, const std::set<std::uint32_t>& fields) {
    const bool resolving = std::binary_search(plan.only_resolving.begin(), plan.only_resolving.end(), type);
    line(2, fmt::format("{} {}{}", schema[type].name, quoted_text(schema[type].wire), resolving ? " to resolve" : ""));
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
      for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        const events::EventType& type = schema[plan.inputs[i]];
        places[type.name] = part.exprs.empty() ? type.name + "." + type.fields[part.field[i]].name
                                               : type.name + "(" + text(part.exprs[i], plan.inputs[i]) + ")";
      }
      std::string where;
      for (const auto& [type, value] : places) where += (where.empty() ? "" : ", ") + value;
      line(1, fmt::format("by {}: {} of {}", part.name, events::name_of(part.type), where));
    }
  }
  std::string singles(const std::vector<Single>& fits) const {
    std::string all;
    for (const Single& fit : fits) all += (all.empty() ? "" : " or ") + dump(fit, plan, schema);
    return fits.size() > 1 ? "(" + all + ")" : all;
  }
  static std::string turns(const Loop& loop) {
    if (loop.min == 1 && loop.max == 1U) return {};
    if (!loop.max) return fmt::format("{{{},}}", loop.min);
    if (loop.min == *loop.max) return fmt::format("{{{}}}", loop.min);
    return fmt::format("{{{},{}}}", loop.min, *loop.max);
  }
  std::string loop(const Loop& loop) const {
    std::string text = turns(loop);
    if (loop.greed != Greed::greedy) text += loop.greed == Greed::reluctant ? " reluctant" : " possessive";
    if (loop.mode != Arrow::followed_by) text += loop.mode == Arrow::next ? " strict" : " any";
    if (loop.gap) text += " [" + events::format_duration(*loop.gap) + "]";
    if (!loop.until.empty()) text += " until " + singles(loop.until);
    return text;
  }
  static std::string link(const Element& element) {
    if (!element.arrow) return {};
    std::string text(name_of(*element.arrow));
    if (element.bound && element.bound->least.ns != 0)
      text += fmt::format("[{}, {}]", events::format_duration(element.bound->least),
                          events::format_duration(element.bound->most));
    else if (element.bound)
      text += "[" + events::format_duration(element.bound->most) + "]";
    return text + " ";
  }
  std::string take(const Take& take) const {
    const Step& step = plan.pattern.steps[take.step];
    std::string text = (step.name.empty() ? "" : step.name + ": ") + singles(step.fits) + loop(step);
    if (step.binding != take.step) text += fmt::format(" (of step {})", step.binding + 1);
    return text;
  }
  std::string absent(const Absent& absent) const {
    std::string text = "not " + singles(absent.fits);
    if (absent.span)
      text += absent.span->op == Op::constant ? " for " + this->text(*absent.span)
                                              : " for (" + this->text(*absent.span) + ")";
    if (absent.every) text += " every " + events::format_duration(*absent.every);
    return text;
  }
  void sides(std::string_view word, const std::vector<std::vector<Element>>& sides, int depth) {
    for (const std::vector<Element>& side : sides) {
      line(depth, &side == &sides.front() ? "side" : word);
      elements(side, depth + 1);
    }
  }
  void elements(const std::vector<Element>& elements, int depth) {
    for (const Element& element : elements) {
      const std::string before = link(element);
      std::visit(overloaded{
                     [&](const Take& node) { line(depth, before + take(node)); },
                     [&](const Absent& node) { line(depth, before + absent(node)); },
                     [&](const Group& node) {
                       line(depth, before + "group" +
                                       (node.span ? "[" + events::format_duration(*node.span) + "]" : "") + loop(node));
                       this->elements(node.elements, depth + 1);
                     },
                     [&](const Either& node) {
                       line(depth, before + "either");
                       for (const Take& each : node.takes) line(depth + 1, take(each));
                     },
                     [&](const Choice& node) {
                       line(depth, before + "choice");
                       sides("or", node.sides, depth + 1);
                     },
                     [&](const Both& node) {
                       line(depth, before + "both");
                       sides("and", node.sides, depth + 1);
                     },
                 },
                 element.node);
    }
  }
  void match() {
    switch (plan.matching.mode) {
      case Matching::Mode::one:
        line(1, "match");
        break;
      case Matching::Mode::all:
        line(1, "match all");
        break;
      case Matching::Mode::up_to:
        line(1, fmt::format("match up to {}", plan.matching.most));
    }
    elements(plan.pattern.elements, 2);
    if (plan.within) line(1, "within " + events::format_duration(*plan.within));
  }
  void after_match() {
    const auto target = [this] { return plan.pattern.steps[plan.after.step].name; };
    switch (plan.after.policy) {
      case AfterMatch::Policy::skip_past_last:
        return line(1, "after match skip past last");
      case AfterMatch::Policy::skip_to_next:
        return line(1, "after match skip to next");
      case AfterMatch::Policy::skip_to_first:
        return line(1, "after match skip to first " + target());
      case AfterMatch::Policy::skip_to_last:
        return line(1, "after match skip to last " + target());
      case AfterMatch::Policy::keep:
        return line(1, "after match keep");
    }
  }
  void limits() {
    line(1, fmt::format("limit runs {}", plan.limit_runs));
    if (plan.limit_matches) line(1, fmt::format("limit matches {}", *plan.limit_matches));
    if (plan.limit_memory) line(1, fmt::format("limit memory {}B", *plan.limit_memory));
    if (plan.forget.ns != kDefaultForget.ns) line(1, "forget " + events::format_duration(plan.forget));
  }
  void resolve(const Resolve& resolve) {
    std::string text = "resolve";
    if (resolve.kind == Resolve::Kind::absent) text += " not";
    if (resolve.kind != Resolve::Kind::after) text += " " + singles(resolve.fits);
    if (resolve.kind == Resolve::Kind::absent) text += " for " + events::format_duration(resolve.span);
    if (resolve.kind == Resolve::Kind::after) text += " after " + events::format_duration(resolve.span);
    line(2, text);
  }
  void operator()(const AlertPlan& alert) {
    std::string message;
    for (const MessagePart& part : alert.message) {
      if (const auto* expr = std::get_if<Expr>(&part.node))
        message += "{" + text(*expr) + (part.format.empty() ? "" : ":" + part.format) + "}";
      else
        message += braces_doubled(std::get<std::string>(part.node));
    }
    const bool known = alert.severity.op == Op::constant;
    line(1, fmt::format("{}alert {} {}", timeout, known ? text(alert.severity) : "(" + text(alert.severity) + ")",
                        quoted_text(message)));
    fields(alert.fields);
    if (alert.resolve) resolve(*alert.resolve);
    if (alert.hold.ns > 0) line(2, "hold " + events::format_duration(alert.hold));
    if (alert.keep.ns > 0) line(2, "keep " + events::format_duration(alert.keep));
    if (alert.dedup) line(2, "dedup by " + text(*alert.dedup));
  }
  void operator()(const EmitPlan& emit) {
    const events::EventType& type = schema[emit.type];
    line(1, fmt::format("{}emit {} {}", timeout, type.name, quoted_text(type.wire)));
    for (std::size_t i = 0; i < emit.fields.size(); ++i) field_line(type.fields[i].name, emit.fields[i]);
  }
  void operator()(const ActionPlan& action) {
    line(1, timeout + "action " + action.name);
    fields(action.fields);
  }
  void output(const OutputPlan& output) {
    timeout = output.timeout ? "timeout " : "";
    std::visit(*this, output.node);
    if (output.condition) line(2, "if " + text(*output.condition));
  }
  void fields(const std::vector<NamedExpr>& named) {
    for (const NamedExpr& field : named) field_line(field.name, field.expr);
  }
  void field_line(const std::string& name, const Expr& expr) {
    line(2, fmt::format("{}: {} = {}", name, typed(expr), text(expr)));
  }
  void throttle(const Throttle& throttle) {
    std::string each;
    for (const Expr& expr : throttle.each) each += (each.empty() ? " each " : ", ") + text(expr);
    line(1, fmt::format("throttle {} per {}{}", throttle.count, events::format_duration(throttle.per), each));
  }
  void attributes() {
    std::string tags;
    for (const std::string& tag : plan.tags) tags += (tags.empty() ? "" : ", ") + quoted_text(tag);
    if (!tags.empty()) line(1, "tags [" + tags + "]");
    if (!plan.owner.empty()) line(1, "owner " + quoted_text(plan.owner));
    if (!plan.runbook.empty()) line(1, "runbook " + quoted_text(plan.runbook));
    if (plan.priority != 0) line(1, fmt::format("priority {}", plan.priority));
    if (plan.shadow) line(1, "shadow");
    if (plan.disabled) line(1, "disabled");
  }
  static std::string typed(const Expr& expr) {
    return std::string(events::name_of(expr.type)) + (expr.nullable ? "?" : "");
  }
  static std::string braces_doubled(std::string_view text) {
    std::string out_text;
    for (const char c : text) out_text += c == '{' ? "{{" : c == '}' ? "}}" : std::string(1, c);
    return out_text;
  }
  void whole() {
    line(0, "rule " + plan.name + (plan.description.empty() ? "" : " " + quoted_text(plan.description)));
    if (!plan.version.empty()) line(1, "version " + plan.version);
    if (plan.layer > 0) line(1, fmt::format("layer {}", plan.layer));
    inputs();
    key();
    if (plan.window) {
      for (const auto& [depth, text] : window_lines(plan, schema)) line(depth, text);
      if (plan.limit_memory) line(1, fmt::format("limit memory {}B", *plan.limit_memory));
      line(1, "forget " + events::format_duration(plan.forget));
    } else {
      match();
      after_match();
      limits();
    }
    for (const OutputPlan& each : plan.outputs) output(each);
    if (plan.throttle) throttle(*plan.throttle);
    attributes();
  }
};

}  // namespace

std::string dump(const RulePlan& plan, const events::Schema& schema) {
  PlanText text{plan, schema, {}};
  text.whole();
  return std::move(text.out);
}

}  // namespace tocsin::rules
