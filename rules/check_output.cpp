// Outputs: alerts with severity, message, fields and life; actions; conditions of outputs; `throttle`. Emits are in
// check_emit.cpp.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

std::optional<Expr> check_severity(const syntax::Expr& written, const Scope& scope) {
  Scope grave = scope;
  grave.grave = true;
  std::optional<Expr> expr = check_expr(written, grave);
  if (!expr || expr->type == events::Type::severity) return expr;
  Diagnostic& problem = error(scope.draft, "E0408", written.span,
                              "an alert needs a severity, and this is " + a_type(expr->type), a_type(expr->type));
  help(problem,
       "the severities are `info`, `low`, `medium`, `high` and `critical`, or an expression of them: "
       "`if x > 100 then critical else high`");
  return std::nullopt;
}

/// Single events of the rule's key. Their conditions read the event alone: the life outlasts the match.
std::vector<Single> check_resolving(const std::vector<syntax::EventRef>& written, RuleDraft& rule, const Scope& scope) {
  std::vector<Single> fits;
  for (const syntax::EventRef& event : written) {
    std::vector<events::TypeId> types;
    if (event.any) types = rule.patterns;
    for (const syntax::Name& name : event.types) {
      const events::TypeId type = find_type(scope.draft, name);
      if (type != events::kNoType && std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    }
    std::vector<std::optional<Expr>> conditions(types.size());
    if (event.condition)
      conditions = check_condition_of_each(*event.condition, Scope{scope.draft, Place::event, &rule}, types);
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (conditions[i]) rule.conditions.push_back({&event, types[i], std::nullopt, *conditions[i]});
      fits.push_back({types[i], std::move(conditions[i])});
    }
  }
  return fits;
}

Resolve check_resolve(const syntax::Resolve& written, RuleDraft& rule, const Scope& scope) {
  Resolve plan;
  plan.kind = !written.span ? Resolve::Kind::on : written.events.empty() ? Resolve::Kind::after : Resolve::Kind::absent;
  plan.fits = check_resolving(written.events, rule, scope);
  if (!written.span) return plan;
  const std::optional<events::Duration> span = duration_of(scope.draft, *written.span);
  if (span && span->ns <= 0)
    error(scope.draft, "E0316", written.span->span, "an alert must live longer than nothing", "more than `0s`");
  plan.span = span.value_or(events::Duration{1});
  return plan;
}

/// `hold`, `keep` and `dedup by`, and what a rule of its kind takes of them.
void check_life(const syntax::Alert& written, const RuleDraft& rule, const Scope& scope, AlertPlan& plan) {
  Draft& draft = scope.draft;
  const bool of_window = rule.plan.window.has_value();
  const auto span = [&](const std::optional<syntax::DurationOf>& length, Span place, std::string_view word) {
    if (!length) return events::Duration{};
    if (!of_window)
      help(error(draft, "E0339", place, quoted(word) + " is of alerts in rules with a window",
                 "a match has no duration that it could be counted in"),
           "a pattern waits with `not X for 2m`, and its alerts live with `resolve`");
    const std::optional<events::Duration> value = duration_of(draft, *length);
    if (value && value->ns <= 0)
      error(draft, "E0316", length->span, quoted(word) + " must be longer than nothing", "more than `0s`");
    return value.value_or(events::Duration{1});
  };
  plan.hold = span(written.hold, written.hold_span, "hold");
  plan.keep = span(written.keep, written.keep_span, "keep");
  if (of_window && written.resolve)
    help(error(draft, "E0340", written.resolve->place, "an alert of a window resolves by itself",
               "when `when` is no longer true"),
         "`keep 5m` lets it live until `when` was false for so long");
  if (!written.dedup) return;
  if (!of_window && !written.resolve)
    help(error(draft, "E0341", written.dedup_span, "`dedup by` is of alerts that have a life",
               "each is given once, and none is alike"),
         "an alert with `resolve X`, `resolve not X for 15m` or `resolve after 1h` lives until that; "
         "`throttle 1 per 10m each x` bounds those without");
  plan.dedup = check_expr(*written.dedup, scope);
  if (plan.dedup && events::is_list(plan.dedup->type))
    error(draft, "E0309", written.dedup->span, "a list can't tell lives apart", a_type(plan.dedup->type));
}

AlertPlan check_alert(const syntax::Alert& written, RuleDraft& rule, const Scope& scope) {
  AlertPlan plan;
  plan.severity = check_severity(written.severity, scope).value_or(constant(events::Severity::info));
  plan.message = check_message(written.message, scope);
  plan.fields = check_fields(scope.draft, written.fields, scope);
  if (written.resolve && !rule.plan.window) plan.resolve = check_resolve(*written.resolve, rule, scope);
  check_life(written, rule, scope, plan);
  return plan;
}

void check_throttle(const syntax::Throttle& written, RuleDraft& rule, const Scope& scope) {
  Throttle plan;
  const std::optional<std::uint64_t> count = count_of(scope.draft, written.count);
  const std::optional<events::Duration> per = duration_of(scope.draft, written.per);
  if (count == 0U)
    help(
        error(scope.draft, "E0316", written.count.span, "`throttle` must let at least 1 through", "nothing would come"),
        "`shadow` makes a rule run without putting anything out");
  if (per && per->ns <= 0)
    error(scope.draft, "E0316", written.per.span, "`throttle` counts in a time longer than nothing", "more than `0s`");
  plan.count = count.value_or(1);
  plan.per = per.value_or(events::Duration{1});
  for (const syntax::Expr& each : written.each)
    if (std::optional<Expr> expr = check_expr(each, scope)) plan.each.push_back(std::move(*expr));
  rule.plan.throttle = std::move(plan);
}

/// `pos.lat` and `pos`, one after the other, without the whole name: what must be an object for the name to be a field.
template <class Visit>
void each_object(std::string_view name, Visit visit) {
  for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos; dot = name.rfind('.', dot - 1)) {
    visit(name.substr(0, dot));
    if (dot == 0) return;
  }
}

}  // namespace

void check_field_names(Draft& draft, const std::vector<syntax::NamedExpr>& written) {
  std::unordered_map<std::string_view, Span> fields;
  std::unordered_map<std::string_view, Span> objects;
  const auto clash = [&](const syntax::Name& name, std::string_view object, Span first) {
    const bool same = name.text == object && fields.contains(object);
    also(error(draft, "E0402", name.span,
               same ? "two fields are called " + quoted(name.text)
                    : "field " + quoted(object) + " is a value and an object of other fields",
               same ? "second field of this name" : "the other way here"),
         first, "the first one");
  };
  for (const syntax::NamedExpr& field : written) {
    const std::string_view name = field.name.text;
    if (const auto first = fields.find(name); first != fields.end())
      clash(field.name, name, first->second);
    else if (const auto object = objects.find(name); object != objects.end())
      clash(field.name, name, object->second);
    bool clashes = false;
    each_object(name, [&](std::string_view object) {
      if (const auto first = fields.find(object); first != fields.end() && !std::exchange(clashes, true))
        clash(field.name, object, first->second);
      objects.try_emplace(object, field.name.span);
    });
    fields.try_emplace(name, field.name.span);
  }
}

std::vector<NamedExpr> check_fields(Draft& draft, const std::vector<syntax::NamedExpr>& written, const Scope& scope) {
  check_field_names(draft, written);
  std::vector<NamedExpr> fields;
  for (const syntax::NamedExpr& field : written)
    if (std::optional<Expr> expr = check_field_value(field, scope))
      fields.push_back({field.name.text, std::move(*expr)});
  return fields;
}

void check_outputs(Draft& draft, std::size_t index) {
  RuleDraft& rule = draft.rules[index];
  const auto steps = static_cast<std::uint32_t>(rule.plan.pattern.steps.size());
  Scope scope{draft, rule.plan.window ? Place::window : Place::output, &rule, events::kNoType, steps, std::nullopt};
  if (rule.plan.window) scope.window = &rule.window_draft;
  const auto add = [&](const auto& written, const auto& check) {
    scope.timeout = written.timeout && !rule.plan.window;
    scope.has_rows = !std::is_same_v<std::decay_t<decltype(written)>, syntax::Alert>;
    auto node = check();
    OutputPlan& output = rule.plan.outputs.emplace_back();
    output.node = std::move(node);
    output.timeout = scope.timeout;
    if (written.condition) output.condition = check_condition(*written.condition, scope);
  };
  for (const syntax::Clause* clause : rule.outputs) {
    if (const auto* alert = std::get_if<syntax::Alert>(&clause->node))
      add(*alert, [&] { return check_alert(*alert, rule, scope); });
    if (const auto* emit = std::get_if<syntax::Emit>(&clause->node))
      add(*emit, [&] { return check_emit(draft, index, *emit, scope); });
    if (const auto* action = std::get_if<syntax::Action>(&clause->node))
      add(*action, [&] { return ActionPlan{action->name.text, check_fields(draft, action->fields, scope)}; });
  }
  scope.timeout = false;
  scope.has_rows = false;
  if (rule.throttle) check_throttle(*rule.throttle, rule, scope);
}

}  // namespace tocsin::rules::checking
