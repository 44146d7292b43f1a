// Warnings: what is allowed and hardly meant. Only what is clear from the rule alone; a rule with errors has none.
#include <algorithm>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

using events::Type;

/// A comparison's value is null because something isn't there, not because it overflows.
bool may_be_absent(const Expr& expr) {
  switch (expr.op) {
    case Op::field:
    case Op::step_field:
      return expr.nullable;
    case Op::aggregate:
      return expr.nullable && expr.fn != AggregateFn::sum && expr.fn != AggregateFn::avg &&
             expr.fn != AggregateFn::stddev;
    case Op::coalesce:
      return may_be_absent(expr.args[1]);
    case Op::negate:
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
    case Op::rem:
      return std::any_of(expr.args.begin(), expr.args.end(), may_be_absent);
    default:
      return false;
  }
}

bool asks_for_null(const Expr& expr) {
  return expr.op == Op::is_null || expr.op == Op::is_not_null ||
         std::any_of(expr.args.begin(), expr.args.end(), asks_for_null);
}

/// `not (x > 3)` holds for an x that isn't there.
bool denies_absent(const Expr& expr) {
  if (expr.op == Op::logical_not) {
    const Expr& denied = expr.args[0];
    const bool comparison = denied.op >= Op::eq && denied.op <= Op::ge;
    if (comparison ? std::any_of(denied.args.begin(), denied.args.end(), may_be_absent) : may_be_absent(denied))
      return true;
  }
  return std::any_of(expr.args.begin(), expr.args.end(), denies_absent);
}

/// What a condition reads of other steps.
struct LooksBack {
  std::vector<const Expr*> reads;
  void operator()(const Expr& expr, std::optional<std::uint32_t> own) {
    if (expr.op == Op::step_field || (expr.op == Op::aggregate && expr.step != own)) reads.push_back(&expr);
    for (const Expr& arg : expr.args) (*this)(arg, own);
  }
};

std::vector<const Expr*> conjuncts(const Expr& expr) {
  if (expr.op != Op::logical_and) return {&expr};
  std::vector<const Expr*> all;
  for (const Expr& arg : expr.args) all.push_back(&arg);
  return all;
}

struct RuleLint {
  Draft& draft;
  const RuleDraft& rule;

  void conditions() const {
    std::size_t index = 0;
    for (const syntax::Element& element : rule.match->pattern.elements) {
      const Element& plan = rule.plan.pattern.elements[index++];
      if (const auto* step = std::get_if<syntax::Step>(&element.node)) {
        const std::uint32_t id = std::get<Take>(plan.node).step;
        condition(step->event, rule.plan.pattern.steps[id].fits.front());
        tie(step->event, id);
      } else {
        const auto& absent = std::get<syntax::Absent>(element.node);
        for (std::size_t i = 0; i < absent.events.size(); ++i)
          condition(absent.events[i], std::get<Absent>(plan.node).fits[i]);
      }
    }
  }

  void condition(const syntax::EventRef& written, const Single& single) const {
    if (!single.condition) return;
    const Span span = written.condition->span;
    lint_condition(draft, *single.condition, span);
    if (denies_absent(*single.condition) && !asks_for_null(*single.condition)) {
      Diagnostic& problem = warning(draft, "W0303", span, "`not` also holds where the value is absent",
                                    "a comparison with null is false");
      help(problem, "say which is meant: `x is null or …`, or `x is not null and …`");
    }
  }

  /// `b: B(user == a.user)` without `by user`.
  void tie(const syntax::EventRef& written, std::uint32_t own) const {
    const std::optional<Expr>& condition = rule.plan.pattern.steps[own].fits.front().condition;
    if (!condition || !rule.plan.key.empty()) return;
    LooksBack back;
    back(*condition, own);
    if (back.reads.size() != 1) return;
    for (const Expr* part : conjuncts(*condition)) {
      if (part->op != Op::eq) continue;
      for (const bool swapped : {false, true}) {
        const Expr& field = part->args[swapped ? 1 : 0];
        const Expr& other = part->args[swapped ? 0 : 1];
        if (field.op == Op::field && other.op == Op::step_field) report_tie(written, own, field, other);
      }
    }
  }

  void report_tie(const syntax::EventRef& written, std::uint32_t own, const Expr& field, const Expr& other) const {
    if (field.type == Type::floating || field.type == Type::duration || field.type != other.type) return;
    const events::EventType& left = draft.schema[rule.plan.pattern.steps[other.step].fits.front().type];
    const events::EventType& right = draft.schema[rule.plan.pattern.steps[own].fits.front().type];
    const std::string& left_name = left.fields[other.field].name;
    const std::string& right_name = right.fields[field.field].name;
    const bool everywhere = std::all_of(rule.plan.inputs.begin(), rule.plan.inputs.end(), [&](events::TypeId type) {
      const int found = draft.schema[type].find(right_name);
      return found >= 0 && draft.schema[type].fields[static_cast<std::size_t>(found)].type == field.type;
    });
    std::string key;
    if (left_name == right_name && everywhere)
      key = "by " + right_name;
    else if (rule.plan.inputs.size() == 2 && left.name != right.name)
      key = "by " + left.name + "." + left_name + " == " + right.name + "." + right_name;
    else
      return;
    Diagnostic& problem = warning(draft, "W0304", written.condition->span,
                                  "an equality ties this step to an earlier one, and the rule has no key",
                                  "a match of one value ends the runs of all others");
    help(problem, "let each value have its own: " + quoted(key));
  }

  /// A run can stay open, and nothing ends it.
  void unbounded() const {
    if (rule.plan.within) return;
    const std::vector<Step>& steps = rule.plan.pattern.steps;
    bool waits = false;
    for (std::size_t i = 0; i < steps.size(); ++i) waits = waits || steps[i].min > 1 || (steps[i].min == 1 && i > 0);
    if (!waits) return;
    Diagnostic& problem =
        warning(draft, "W0301", rule.written->name.span,
                "nothing ends what rule " + quoted(rule.written->name.text) + " waits for", "no `within`");
    help(problem, "bound the time from first to last event, for example `within 5m`");
  }

  /// With `=>` every event of the rule's input is a neighbour, also those that only an absence names.
  void neighbours() const {
    std::vector<events::TypeId> taken;
    for (const Step& step : rule.plan.pattern.steps) taken.push_back(step.fits.front().type);
    for (std::size_t i = 0; i < rule.plan.pattern.elements.size(); ++i) {
      const Element& element = rule.plan.pattern.elements[i];
      if (element.arrow != Arrow::next || !std::holds_alternative<Take>(element.node)) continue;
      for (const events::TypeId type : rule.plan.inputs) {
        if (std::find(taken.begin(), taken.end(), type) != taken.end()) continue;
        Diagnostic& problem =
            warning(draft, "W0307", rule.match->pattern.elements[i].arrow_span,
                    "an event of " + quoted(draft.schema[type].name) + " also stands between neighbours",
                    "next of all events the rule reads");
        help(problem, "types that only a `not` names are part of the rule's input");
      }
      return;
    }
  }
};

}  // namespace

void lint_rule(Draft& draft, const RuleDraft& rule) {
  const RuleLint lint{draft, rule};
  lint.conditions();
  lint.unbounded();
  lint.neighbours();
}

void lint_unused(Draft& draft) {
  if (draft.rules.empty() || draft.incomplete || has_errors(draft.diagnostics)) return;
  for (std::size_t i = 0; i < draft.types.size(); ++i) {
    const TypeDraft& type = draft.types[i];
    if (!type.declared || type.used) continue;
    warning(draft, "W0201", type.place, "no rule or test names event type " + quoted(draft.schema.types[i].name),
            "never used");
  }
}

}  // namespace tocsin::rules::checking
