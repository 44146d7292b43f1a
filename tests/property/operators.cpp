// What of the language a rule uses, by name, and of what a run must have enough.
#include <algorithm>

#include "tests/property/edit_pattern.hpp"
#include "tests/property/random_case.hpp"

namespace tocsin::property {
namespace {

using rules::Arrow;
using rules::Expr;
using rules::Op;

bool any_of_tree(const Expr& expr, const auto& holds) {
  return holds(expr) ||
         std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return any_of_tree(arg, holds); });
}

class Names {
 public:
  explicit Names(const rules::RulePlan& plan) : plan_(plan) {}

  std::vector<std::string> all() {
    clauses();
    sequence(plan_.pattern.elements, 0);
    for (std::uint32_t i = 0; i < plan_.pattern.steps.size(); ++i) step(i);
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    return std::move(names_);
  }

 private:
  void add(bool used, std::string name) {
    if (used) names_.push_back(std::move(name));
  }

  void clauses() {
    using Mode = rules::Matching::Mode;
    using Policy = rules::AfterMatch::Policy;
    add(plan_.within.has_value(), "within");
    add(plan_.matching.mode == Mode::one, "match");
    add(plan_.matching.mode == Mode::all, "match all");
    add(plan_.matching.mode == Mode::up_to, "match up to");
    add(plan_.after.policy == Policy::skip_past_last, "skip past last");
    add(plan_.after.policy == Policy::skip_to_next, "skip to next");
    add(plan_.after.policy == Policy::skip_to_first, "skip to first");
    add(plan_.after.policy == Policy::skip_to_last, "skip to last");
    add(plan_.after.policy == Policy::keep, "keep");
    add(plan_.limit_matches.has_value(), "limit matches");
    add(plan_.limit_runs != rules::kDefaultLimitRuns, "limit runs");
    add(plan_.outputs.size() > 1, "timeout");
  }

  void singles(const std::vector<rules::Single>& singles) {
    for (const rules::Single& single : singles) {
      if (!single.condition) continue;
      names_.emplace_back("condition");
      expression(*single.condition);
    }
  }

  void expression(const Expr& expr) {
    const bool aggregates = any_of_tree(expr, [](const Expr& e) { return e.op == Op::aggregate; });
    const bool turns = any_of_tree(expr, [](const Expr& e) { return e.op == Op::turn_field; });
    const bool fields = any_of_tree(expr, [](const Expr& e) { return e.op == Op::step_field; });
    add(aggregates, "aggregate");
    add(turns, "s[n].x");
    add(aggregates || turns || fields, "look-back");
  }

  void loop(const rules::Loop& loop, const std::string& of) {
    if (!loop.max)
      names_.push_back(of + (loop.min == 0 ? "*" : loop.min == 1 ? "+" : "{n,}"));
    else if (*loop.max == 1)
      add(loop.min == 0, of + "?");
    else
      names_.push_back(of + (*loop.max == loop.min ? "{n}" : "{n,m}"));
    add(loop.greed == rules::Greed::reluctant, of + "reluctant");
    add(loop.greed == rules::Greed::possessive, of + "possessive");
    add(loop.mode == Arrow::next, of + "strict");
    add(loop.mode == Arrow::any, of + "any");
    add(loop.gap.has_value(), of + "[gap]");
    add(!loop.until.empty(), of + "until");
    singles(loop.until);
  }

  void step(std::uint32_t number) {
    const rules::Step& step = plan_.pattern.steps[number];
    loop(step, "");
    singles(step.fits);
    add(step.fits.size() > 1, "or of one step");
    add(step.binding != number, "one name on several sides");
    add(step.name.empty(), "step without a name");
  }

  void absent(const rules::Absent& absent, const rules::Element& element, int depth, bool first, bool last) {
    singles(absent.fits);
    const std::string arrow = element.arrow == Arrow::next ? "=> not" : "-> not";
    if (absent.span) expression(*absent.span);
    add(depth > 0, "not in a group or side");
    add(absent.span && absent.span->op != Op::constant, "not for (expression)");
    add(absent.every.has_value(), "every");
    const std::string place = depth == 0 && first ? "leading " : depth == 0 && last ? "closing " : "";
    names_.push_back(place + (place == "leading " ? "not" : arrow) + (absent.span ? " for" : ""));
  }

  void sequence(const Elements& elements, int depth) {
    for (const rules::Element& element : elements) {
      const bool first = &element == &elements.front();
      const bool last = &element == &elements.back();
      if (const auto* node = std::get_if<rules::Absent>(&element.node)) {
        absent(*node, element, depth, first, last);
        continue;
      }
      if (element.arrow) {
        const std::string bound = !element.bound ? "" : element.bound->least.ns > 0 ? "[a, b]" : "[d]";
        names_.push_back(std::string(name_of(*element.arrow)));
        add(element.bound.has_value(), "arrow " + bound);
      }
      if (const auto* group = std::get_if<rules::Group>(&element.node)) {
        add(true, depth > 0 ? "group in a group or side" : "group");
        add(group->span.has_value(), "group [span]");
        loop(*group, "group ");
      }
      add(std::holds_alternative<rules::Either>(element.node), "or of steps");
      add(std::holds_alternative<rules::Choice>(element.node), "or of patterns");
      add(std::holds_alternative<rules::Both>(element.node), "and");
      for (const Elements* inner : inner_of(element)) sequence(*inner, depth + 1);
    }
  }

  const rules::RulePlan& plan_;
  std::vector<std::string> names_{};
};

}  // namespace

std::vector<std::string> operators_of(const rules::RulePlan& plan) { return Names(plan).all(); }

std::vector<std::string> wanted_operators() {
  return {"->",
          "=>",
          "~>",
          "arrow [d]",
          "arrow [a, b]",
          "?",
          "*",
          "+",
          "{n}",
          "{n,}",
          "{n,m}",
          "reluctant",
          "possessive",
          "strict",
          "any",
          "[gap]",
          "until",
          "group",
          "group in a group or side",
          "group [span]",
          "group ?",
          "group *",
          "group +",
          "group {n}",
          "group {n,}",
          "group {n,m}",
          "group reluctant",
          "group strict",
          "group any",
          "group [gap]",
          "group until",
          "or of one step",
          "or of steps",
          "or of patterns",
          "one name on several sides",
          "and",
          "step without a name",
          "-> not",
          "=> not",
          "-> not for",
          "not for (expression)",
          "not in a group or side",
          "leading not for",
          "closing -> not for",
          "closing -> not",
          "closing => not",
          "every",
          "condition",
          "look-back",
          "aggregate",
          "s[n].x",
          "within",
          "match",
          "match all",
          "match up to",
          "skip past last",
          "skip to next",
          "skip to first",
          "skip to last",
          "keep",
          "timeout",
          "limit matches",
          "limit runs"};
}

}  // namespace tocsin::property
