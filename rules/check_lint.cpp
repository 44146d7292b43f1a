// Warnings: what is allowed and hardly meant. Only what is clear from the rule alone; a set with errors has none. Here
// those of conditions; lint_pattern.cpp and lint_names.cpp have the others.
#include <algorithm>

#include "rules/check_window.hpp"

namespace tocsin::rules::checking {
namespace {

using events::Type;

/// A comparison's value is null because something isn't there, not because it overflows.
bool may_be_absent(const Expr& expr) {
  switch (expr.op) {
    case Op::field:
    case Op::step_field:
    case Op::turn_field:
    case Op::lookup:
      return expr.nullable;
    case Op::aggregate:
      return expr.nullable && expr.fn != AggregateFn::sum && expr.fn != AggregateFn::avg &&
             expr.fn != AggregateFn::stddev;
    case Op::coalesce:
      return may_be_absent(expr.args[1]);
    case Op::conditional:
      return may_be_absent(expr.args[1]) || may_be_absent(expr.args[2]);
    case Op::call:
    case Op::index:
    case Op::list:
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
    const bool comparison = (denied.op >= Op::eq && denied.op <= Op::ge) || denied.op == Op::in;
    if (comparison ? std::any_of(denied.args.begin(), denied.args.end(), may_be_absent) : may_be_absent(denied))
      return true;
  }
  return std::any_of(expr.args.begin(), expr.args.end(), denies_absent);
}

/// What a condition reads of other steps.
struct LooksBack {
  std::vector<const Expr*> reads;
  void operator()(const Expr& expr, std::optional<std::uint32_t> own) {
    const bool turns = expr.op == Op::aggregate || expr.op == Op::turn_field;
    if (expr.op == Op::step_field || (turns && expr.step != own)) reads.push_back(&expr);
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
    for (const JudgedCondition& condition : rule.conditions) {
      judge(condition);
      if (condition.own) tie(condition);
    }
  }

  void judge(const JudgedCondition& condition) const {
    const Span span = condition.written->condition->span;
    lint_condition(draft, condition.expr, span);
    if (denies_absent(condition.expr) && !asks_for_null(condition.expr)) {
      Diagnostic& problem = warning(draft, "W0303", span, "`not` also holds where the value is absent",
                                    "a comparison with null is false");
      help(problem, "say which is meant: `x is null or …`, or `x is not null and …`");
    }
  }

  /// `b: B(user == a.user)` without `by user`.
  void tie(const JudgedCondition& condition) const {
    if (!rule.plan.key.empty() || rule.plan.after.policy != AfterMatch::Policy::skip_past_last) return;
    LooksBack back;
    back(condition.expr, condition.own);
    if (back.reads.size() != 1) return;
    for (const Expr* part : conjuncts(condition.expr)) {
      if (part->op != Op::eq) continue;
      for (const bool swapped : {false, true}) {
        const Expr& field = part->args[swapped ? 1 : 0];
        const Expr& other = part->args[swapped ? 0 : 1];
        if (field.op == Op::field && other.op == Op::step_field) report_tie(condition, field, other);
      }
    }
  }

  void report_tie(const JudgedCondition& condition, const Expr& field, const Expr& other) const {
    if (field.type == Type::floating || field.type == Type::duration || field.type != other.type) return;
    const std::vector<events::TypeId>& others = rule.plan.pattern.steps[other.step].types;
    const events::EventType& left = draft.schema[others.front()];
    const events::EventType& right = draft.schema[condition.type];
    const std::string& left_name = left.fields[other.fields.empty() ? other.field : other.fields.front()].name;
    const std::string& right_name = right.fields[field.field].name;
    const bool everywhere = std::all_of(rule.plan.inputs.begin(), rule.plan.inputs.end(), [&](events::TypeId type) {
      const int found = draft.schema[type].find(right_name);
      return found >= 0 && draft.schema[type].fields[static_cast<std::size_t>(found)].type == field.type;
    });
    std::string key;
    if (left_name == right_name && everywhere)
      key = "by " + right_name;
    else if (rule.plan.inputs.size() == 2 && others.size() == 1 && left.name != right.name)
      key = "by " + left.name + "." + left_name + " == " + right.name + "." + right_name;
    else
      return;
    Diagnostic& problem = warning(draft, "W0304", condition.written->condition->span,
                                  "an equality ties this step to an earlier one, and the rule has no key",
                                  "a match of one value ends the runs of all others");
    help(problem, "let each value have its own: " + quoted(key));
  }
};

}  // namespace

void lint_rules(Draft& draft) {
  if (draft.incomplete || has_errors(draft.diagnostics)) return;
  for (const RuleDraft& rule : draft.rules) {
    RuleLint{draft, rule}.conditions();
    if (rule.plan.window) {
      lint_window(draft, rule);
      continue;
    }
    lint_pattern(draft, rule);
    lint_choices(draft, rule);
    lint_waits(draft, rule);
    lint_names(draft, rule);
  }
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
