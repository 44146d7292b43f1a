// Warnings of patterns: what stands between neighbours, what is compared in pairs, what mixes events that should be
// apart. Choices are in lint_choices.cpp, waiting in lint_waits.cpp.
#include <algorithm>
#include <map>
#include <set>

#include "rules/check_rule.hpp"
#include "rules/elements.hpp"

namespace tocsin::rules::checking {
namespace {

using events::Type;

/// The first `=>` before a step, or `strict`.
std::optional<Span> next_arrow(const std::vector<syntax::Element>& elements) {
  for (const syntax::Element& element : elements) {
    if (element.arrow == syntax::Arrow::next && !std::holds_alternative<syntax::Absent>(element.node))
      return element.arrow_span;
    const std::optional<Span> found = std::visit(overloaded{
                                                     [](const syntax::Step& step) { return step.loop.strict; },
                                                     [](const syntax::Absent&) { return std::optional<Span>(); },
                                                     [](const syntax::Group& group) {
                                                       const std::optional<Span> inner = next_arrow(group.elements);
                                                       return inner ? inner : group.loop.strict;
                                                     },
                                                     [](const auto& split) { return next_arrow(split.sides); },
                                                 },
                                                 element.node);
    if (found) return found;
  }
  return std::nullopt;
}

bool reads_step(const Expr& expr, std::uint32_t step) {
  return (expr.op == Op::step_field && expr.step == step) ||
         std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return reads_step(arg, step); });
}

/// It asks for more or less than `step` had.
bool compares_with(const Expr& expr, std::uint32_t step) {
  if (expr.op >= Op::lt && expr.op <= Op::ge && reads_step(expr, step)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return compares_with(arg, step); });
}

bool reads_any_step(const Expr& expr) {
  return expr.op == Op::step_field || expr.op == Op::turn_field || expr.op == Op::aggregate ||
         std::any_of(expr.args.begin(), expr.args.end(), reads_any_step);
}

void add_fields(const Expr& expr, std::set<std::uint32_t>& fields) {
  if (expr.op == Op::field) fields.insert(expr.field);
  for (const Expr& arg : expr.args) add_fields(arg, fields);
}

struct PatternLint {
  Draft& draft;
  const RuleDraft& rule;

  /// Types that the pattern takes, or ends loops with.
  std::set<events::TypeId> taken() const {
    std::set<events::TypeId> types;
    const auto add = [&](const std::vector<Single>& fits) {
      for (const Single& single : fits) types.insert(single.type);
    };
    for (const Step& step : rule.plan.pattern.steps) {
      add(step.fits);
      add(step.until);
    }
    each_element(rule.plan.pattern.elements, [&](const Element& element) {
      if (const auto* group = std::get_if<Group>(&element.node)) add(group->until);
    });
    return types;
  }

  /// For `=>` and `strict` every event of the rule's input is a neighbour, also those that only an absence names.
  void neighbours() const {
    const std::optional<Span> next = rule.from ? std::nullopt : next_arrow(rule.match->pattern.elements);
    if (!next) return;
    const std::set<events::TypeId> types = taken();
    for (const events::TypeId type : rule.patterns) {
      if (types.contains(type)) continue;
      Diagnostic& problem = warning(
          draft, "W0307", *next, "an event of " + quoted(draft.schema[type].name) + " also stands between neighbours",
          "next of all events the rule reads");
      help(problem,
           "types that only a `not` names are part of the rule's input; a `from` with them says that it is meant");
      help(problem, "what is to end a loop is said by `until`: `A+ strict until X`");
    }
  }

  /// `a: T -> b: T(x > a.x)` judges the first with the second, the third with the fourth.
  void pairs() const {
    const Pattern& pattern = rule.plan.pattern;
    if (rule.plan.after.policy != AfterMatch::Policy::skip_past_last) return;
    if (pattern.steps.size() != 2 || pattern.elements.size() != 2) return;
    const Step& first = pattern.steps[0];
    const Step& second = pattern.steps[1];
    const auto is_single = [](const Step& step) { return step.min == 1 && step.max == 1U && step.fits.size() == 1; };
    if (!is_single(first) || !is_single(second) || first.types != second.types || second.name.empty()) return;
    const std::optional<Expr>& compares = second.fits.front().condition;
    if (!compares || !compares_with(*compares, 0)) return;
    // No event could be the second of one pair and the first of the next.
    if (exclude_each_other(first.fits.front().condition, compares)) return;
    Diagnostic& problem = warning(draft, "W0308", rule.match->pattern.span,
                                  "an event that completes a match here is not compared with the one after it",
                                  "the next match begins behind " + quoted(second.name));
    help(problem, "`after match skip to last " + second.name +
                      "` compares each event with the one before; this is right as it is if pairs are meant");
  }

  /// Several events, of types that share a field, and nothing that says whose events belong together.
  void partition() const {
    if (rule.by || is_of_one_event()) return;
    std::map<events::TypeId, std::set<std::uint32_t>> asked;
    for (const JudgedCondition& condition : rule.conditions) {
      if (reads_any_step(condition.expr)) return;
      add_fields(condition.expr, asked[condition.type]);
    }
    for (const events::Field& field : draft.schema[rule.patterns.front()].fields) {
      if (field.optional || is_of_a_life(field.name) || !shared(field.name, asked)) continue;
      Diagnostic& problem = warning(draft, "W0310", rule.match->pattern.span,
                                    "events of every " + quoted(field.name) + " are matched together",
                                    "no `by` in rule " + quoted(rule.written->name.text));
      help(problem, "let each value have its own matches: " + quoted("by " + field.name));
      return;
    }
  }
  bool is_of_one_event() const {
    const Pattern& pattern = rule.plan.pattern;
    const bool one = rule.plan.matching.mode == Matching::Mode::one && !waits_behind_first(pattern);
    return rule.absences.empty() && (one || takes_one_event(pattern));
  }
  /// Of alerts as events: no two of them belong together by these.
  bool is_of_a_life(std::string_view name) const {
    return draft.of(rule.patterns.front()).alerts_of && (name == "alert" || name == "state");
  }
  /// Each type has it as a text of its own, and no condition asks for one of its values.
  bool shared(const std::string& name, const std::map<events::TypeId, std::set<std::uint32_t>>& asked) const {
    return std::all_of(rule.patterns.begin(), rule.patterns.end(), [&](events::TypeId type) {
      const int found = draft.schema[type].find(name);
      if (found < 0) return false;
      const auto index = static_cast<std::uint32_t>(found);
      const events::Field& field = draft.schema[type].fields[index];
      const auto conditions = asked.find(type);
      return field.type == Type::string && !field.attribute &&
             (conditions == asked.end() || !conditions->second.contains(index));
    });
  }
};

}  // namespace

void lint_pattern(Draft& draft, const RuleDraft& rule) {
  const PatternLint lint{draft, rule};
  lint.neighbours();
  lint.pairs();
  lint.partition();
}

}  // namespace tocsin::rules::checking
