// A rule's alerts as an event type of its own, `alert.rule`, that other rules read.
//
// All alerts of the rule are of the one type: their fields together, each nullable where an alert lacks it.
#include <algorithm>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr std::string_view kOwn[] = {"alert", "state", "severity"};

/// One rule's alerts, written and planned side by side.
struct Alerts {
  std::vector<const syntax::Alert*> written;
  std::vector<AlertPlan*> plans;
};

Alerts alerts_of(RuleDraft& rule) {
  Alerts alerts;
  for (std::size_t i = 0; i < rule.plan.outputs.size(); ++i) {
    auto* plan = std::get_if<AlertPlan>(&rule.plan.outputs[i].node);
    if (!plan) continue;
    alerts.plans.push_back(plan);
    alerts.written.push_back(&std::get<syntax::Alert>(rule.outputs[i]->node));
  }
  return alerts;
}

std::uint32_t place_in(const AlertPlan& plan, std::string_view name) {
  for (std::size_t i = 0; i < plan.fields.size(); ++i)
    if (plan.fields[i].name == name) return static_cast<std::uint32_t>(i);
  return kNoField;
}

struct AlertType {
  Draft& draft;
  events::EventType& type;
  TypeDraft& known;

  void add(std::string name, events::Type of, bool optional, Span place, bool bad) {
    std::vector<std::string> path = path_of(name);
    type.fields.push_back({std::move(name), of, optional, std::move(path), false});
    known.fields.push_back({place, bad});
  }

  void own_fields(const RuleDraft& rule) {
    const Span place = rule.written->name.span;
    add("alert", events::Type::string, false, place, false);
    add("state", events::Type::string, false, place, false);
    add("severity", events::Type::severity, false, place, false);
    for (std::size_t i = 0; i < rule.plan.key.size(); ++i) {
      const KeyPart& part = rule.plan.key[i];
      const Span written = i < rule.by->parts.size() ? rule.by->parts[i].span : place;
      if (is_own(part.name)) refuse_own(part.name, written);
      add(part.name, part.type, false, written, false);
    }
  }

  static bool is_own(std::string_view name) {
    return std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn);
  }

  void refuse_own(const std::string& name, Span place) {
    Diagnostic& problem =
        error(draft, "E0409", place, "every alert has a field " + quoted(name) + " of its own where rules read it",
              "this one couldn't be read");
    help(problem, "rules read these alerts as " + quoted(type.name) + "; call the field otherwise");
  }

  /// A field of an alert that has no place yet, or that must agree with the one of another alert.
  void alert_field(const syntax::NamedExpr& written, const AlertPlan& plan, std::size_t key_end) {
    const std::string& name = written.name.text;
    const std::uint32_t place = place_in(plan, name);
    const int found = type.find(name);
    if (is_own(name)) return refuse_own(name, written.name.span);
    if (found >= 0 && static_cast<std::size_t>(found) < key_end) return;
    if (found < 0) {
      const Expr* expr = place == kNoField ? nullptr : &plan.fields[place].expr;
      return add(name, expr ? expr->type : events::Type::boolean, expr && expr->nullable, written.name.span, !expr);
    }
    const auto index = static_cast<std::size_t>(found);
    if (place == kNoField || known.fields[index].bad) return;
    const Expr& expr = plan.fields[place].expr;
    events::Field& field = type.fields[index];
    field.optional = field.optional || expr.nullable;
    if (expr.type == field.type) return;
    Diagnostic& problem = error(draft, "E0404", written.name.span,
                                quoted(type.name + "." + name) + " is " + a_type(field.type) + " in one alert and " +
                                    a_type(expr.type) + " in another",
                                a_type(expr.type) + " here");
    also(problem, known.fields[index].place, a_type(field.type));
    help(problem, "a rule reads all alerts of another as events of one type");
  }
};

}  // namespace

std::vector<std::string> path_of(std::string_view field) {
  std::vector<std::string> path(1);
  for (const char c : field) {
    if (c == '.')
      path.emplace_back();
    else
      path.back() += c;
  }
  return path;
}

void settle_alerts(Draft& draft, events::TypeId id) {
  TypeDraft& known = draft.of(id);
  RuleDraft& rule = draft.rules[*known.alerts_of];
  const Alerts alerts = alerts_of(rule);
  known.broken = known.broken || rule.partial;
  AlertType making{draft, draft.schema.types[events::index_of(id)], known};
  making.own_fields(rule);
  const std::size_t key_end = making.type.fields.size();
  for (std::size_t i = 0; i < alerts.plans.size(); ++i)
    for (const syntax::NamedExpr& field : alerts.written[i]->fields)
      making.alert_field(field, *alerts.plans[i], key_end);
  for (AlertPlan* plan : alerts.plans) {
    plan->event.type = id;
    for (std::size_t i = key_end; i < making.type.fields.size(); ++i) {
      plan->event.fields.push_back(place_in(*plan, making.type.fields[i].name));
      if (plan->event.fields.back() == kNoField) making.type.fields[i].optional = true;
    }
  }
}

}  // namespace tocsin::rules::checking
