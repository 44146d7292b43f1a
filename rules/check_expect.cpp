// `expect`: what a test's rules can give at all, and values for the fields that they have.
#include <algorithm>

#include "rules/check_tests.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr std::string_view kRunsHelp = "a test runs its rule, and the rules whose events that reads";

/// A field that an output gives.
struct Given {
  std::string name;
  events::Type type;
};

/// What is expected, and of which fields. A rule that gives it in part wrongly is not asked for more.
struct Expected {
  Testing& test;
  const syntax::Expect& expect;
  Expectation& plan;
  Draft& draft;

  Expected(Testing& testing, const syntax::Expect& written, Expectation& to)
      : test(testing), expect(written), plan(to), draft(testing.draft) {}

  // ---- alerts

  void alert() const {
    const std::optional<std::size_t> found = find_rule(draft, expect.name);
    if (!found) return;
    const RuleDraft& rule = draft.rules[*found];
    if (!test.may_run(*found)) {
      help(error(draft, "E0504", expect.name.span, "this test doesn't run rule " + quoted(expect.name.text),
                 "another rule"),
           std::string(kRunsHelp));
      return;
    }
    if (rule.partial || rule.plan.outputs.size() != rule.outputs.size()) return;
    std::vector<const AlertPlan*> alerts;
    for (const OutputPlan& output : rule.plan.outputs)
      if (const auto* each = std::get_if<AlertPlan>(&output.node)) alerts.push_back(each);
    if (alerts.empty()) {
      Diagnostic& problem = error(draft, "E0504", expect.name.span,
                                  "rule " + quoted(expect.name.text) + " gives no alert", "it has no `alert`");
      also(problem, rule.written->name.span, "declared here");
      return;
    }
    if (needs_life() && !has_life(rule, alerts)) return report_lifeless(rule);
    alert_fields(rule, alerts);
  }

  bool needs_life() const {
    return expect.what == syntax::Expect::What::resolved || expect.what == syntax::Expect::What::updated;
  }
  /// In a window rule alerts resolve by themselves, and only those that share a life are updated.
  bool has_life(const RuleDraft& rule, const std::vector<const AlertPlan*>& alerts) const {
    if (rule.plan.window && !rule.plan.window->aggregated) return false;
    if (rule.plan.window && expect.what == syntax::Expect::What::resolved) return true;
    return std::any_of(alerts.begin(), alerts.end(), [&](const AlertPlan* alert) {
      return rule.plan.window ? alert->dedup.has_value() : alert->resolve.has_value();
    });
  }
  void report_lifeless(const RuleDraft& rule) const {
    const std::string name = quoted(rule.written->name.text);
    if (rule.plan.window && rule.plan.window->aggregated)
      return help(error(draft, "E0512", expect.name.span, "alerts of " + name + " are never updated",
                        "fired and resolved only"),
                  "a window's alert says nothing while it lasts; with `dedup by` further keys are told as updates");
    Diagnostic& problem = error(draft, "E0512", expect.name.span,
                                "alerts of " + name + " have no life: each is given once", "never resolved or updated");
    for (const syntax::Clause* clause : rule.outputs)
      if (std::holds_alternative<syntax::Alert>(clause->node))
        also(problem, clause->keyword, rule.plan.window ? "of each row" : "without `resolve`");
    help(problem, rule.plan.window
                      ? "with an aggregate, as `count() > 0`, an alert lasts while `when` is true"
                      : "an alert with `resolve X`, `resolve not X for 15m` or `resolve after 1h` lives until that");
  }

  /// The output's own field stands before a part of the key of the same name, and that before what every alert tells.
  static void add_given(const RuleDraft& rule, const std::vector<NamedExpr>& fields, std::vector<Given> others,
                        std::vector<Given>& given) {
    std::vector<Given> own;
    for (const NamedExpr& has : fields) own.push_back({has.name, has.expr.type});
    for (const KeyPart& part : rule.plan.key) others.insert(others.begin(), {part.name, part.type});
    for (const Given& other : others)
      if (std::none_of(own.begin(), own.end(), [&](const Given& field) { return field.name == other.name; }))
        own.push_back(other);
    given.insert(given.end(), own.begin(), own.end());
  }

  /// What every message of such a rule may tell.
  static void add_told(const RuleDraft& rule, std::vector<Given>& given) {
    given.push_back({"suppressed", events::Type::integer});
    if (!rule.plan.window) return given.push_back({"repeat", events::Type::integer});
    given.push_back({"early", events::Type::integer});
    given.push_back({"revision", events::Type::integer});
    given.push_back({"withdrawn", events::Type::boolean});
  }

  void alert_fields(const RuleDraft& rule, const std::vector<const AlertPlan*>& alerts) const {
    std::vector<Given> given;
    std::vector<Given> others = {{"severity", events::Type::severity}, {"message", events::Type::string}};
    add_told(rule, others);
    for (const AlertPlan* each : alerts) add_given(rule, each->fields, others, given);
    for (const syntax::NamedExpr& field : expect.fields)
      if (!is_bad_field<syntax::Alert>(rule, field.name.text))
        this->field(field, given, "alerts of " + quoted(rule.written->name.text), rule.written->name.span);
  }

  /// The rule gives it, but what it gives is wrong and reported.
  template <class Node>
  static bool is_bad_field(const RuleDraft& rule, std::string_view name) {
    for (std::size_t i = 0; i < rule.outputs.size(); ++i) {
      const auto* written = std::get_if<Node>(&rule.outputs[i]->node);
      if (!written) continue;
      const std::vector<NamedExpr>& good = fields_of(rule.plan.outputs[i]);
      const auto is_called = [&](const auto& field) { return name_of_field(field) == name; };
      if (std::any_of(written->fields.begin(), written->fields.end(), is_called) &&
          std::none_of(good.begin(), good.end(), is_called))
        return true;
    }
    return false;
  }
  static const std::string& name_of_field(const syntax::NamedExpr& field) { return field.name.text; }
  static const std::string& name_of_field(const NamedExpr& field) { return field.name; }
  static const std::vector<NamedExpr>& fields_of(const OutputPlan& output) {
    const auto* alert = std::get_if<AlertPlan>(&output.node);
    return alert ? alert->fields : std::get<ActionPlan>(output.node).fields;
  }

  // ---- actions

  void action() const {
    std::vector<Given> given;
    std::vector<std::string> names;
    const RuleDraft* first = nullptr;
    bool bad = false;
    for (std::size_t i = 0; i < draft.rules.size(); ++i) {
      const RuleDraft& rule = draft.rules[i];
      if (!test.may_run(i)) continue;
      bad = bad || rule.partial || rule.plan.outputs.size() != rule.outputs.size();
      for (const OutputPlan& output : rule.plan.outputs) {
        const auto* each = std::get_if<ActionPlan>(&output.node);
        if (!each) continue;
        names.push_back(each->name);
        if (each->name != expect.name.text) continue;
        first = first ? first : &rule;
        std::vector<Given> others;
        add_told(rule, others);
        add_given(rule, each->fields, others, given);
      }
    }
    if (!first && !bad) {
      Diagnostic& problem = error(draft, "E0513", expect.name.span,
                                  "no rule of this test gives an action " + quoted(expect.name.text), "not given");
      if (!did_you_mean(problem, expect.name, names, "an action")) help(problem, std::string(kRunsHelp));
    }
    if (!first || bad) return;
    for (const syntax::NamedExpr& field : expect.fields)
      if (!is_bad_field<syntax::Action>(*first, field.name.text))
        this->field(field, given, "actions " + quoted(expect.name.text), first->written->name.span);
  }

  // ---- fields of alerts and actions

  void field(const syntax::NamedExpr& field, const std::vector<Given>& given, const std::string& whose,
             Span declared) const {
    std::vector<std::string> names;
    std::vector<events::Type> types;
    for (const Given& each : given) {
      names.push_back(each.name);
      if (each.name == field.name.text) types.push_back(each.type);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (types.empty()) {
      Diagnostic& problem =
          error(draft, "E0506", field.name.span, whose + " have no field " + quoted(field.name.text), "unknown field");
      also(problem, declared, "declared here");
      if (!did_you_mean(problem, field.name, names, "a field") && !names.empty())
        help(problem, "their fields are " + listed(names));
      return;
    }
    if (is_null_literal(field.expr)) {
      plan.fields.emplace_back(field.name.text, events::Value());
      return;
    }
    std::optional<Expr> expr = check_field_value(field, Scope{draft}, types.front());
    if (!expr) return;
    if (std::none_of(types.begin(), types.end(), [&](events::Type type) { return fits(*expr, type); })) {
      also(error(draft, "E0503", field.expr.span,
                 quoted(field.name.text) + " is " + a_type(types.front()) + ", and this is " + a_type(expr->type),
                 std::string(events::name_of(expr->type))),
           declared, "declared here");
      return;
    }
    if (std::optional<events::Value> value = constant_value(draft, *expr, field.expr.span))
      plan.fields.emplace_back(field.name.text, std::move(*value));
  }

  // ---- derived events

  void emit() const {
    if (expect.name.text.starts_with("alert.")) {
      const std::string rule = expect.name.text.substr(6);
      Diagnostic& problem = error(draft, "E0505", expect.name.span, "alerts are expected as alerts", "not emitted");
      help(problem, "write `expect alert " + rule + " { … }`");
      return;
    }
    const events::TypeId type = find_type(draft, expect.name);
    if (type == events::kNoType) return;
    const std::vector<std::size_t>& emitters = draft.of(type).emitters;
    if (std::none_of(emitters.begin(), emitters.end(), [&](std::size_t rule) { return test.may_run(rule); })) {
      if (std::any_of(draft.rules.begin(), draft.rules.end(), [](const RuleDraft& rule) { return rule.partial; }))
        return;
      Diagnostic& problem = error(draft, "E0505", expect.name.span,
                                  "no rule of this test emits " + quoted(expect.name.text), "not emitted");
      help(problem, std::string(kRunsHelp));
      return;
    }
    for (const syntax::NamedExpr& field : expect.fields) {
      const std::optional<std::uint32_t> index = find_field(draft, type, field.name);
      if (!index) continue;
      const events::Field& known = draft.schema[type].fields[*index];
      std::optional<events::Value> value =
          check_value(draft, field, known.type, draft.of(type).fields[*index].place, known.name);
      if (value) plan.fields.emplace_back(known.name, std::move(*value));
    }
  }
};

}  // namespace

void check_expectation(Testing& test, const syntax::Expect& expect) {
  using What = syntax::Expect::What;
  Expectation plan;
  plan.what = static_cast<Expectation::What>(expect.what);
  if (expect.at) plan.at = test_time(test.draft, *expect.at);
  if (expect.count) plan.count = count_of(test.draft, *expect.count);
  plan.name = expect.name.text;
  plan.span = expect.span;
  check_field_names(test.draft, expect.fields);
  const Expected expected(test, expect, plan);
  if (expect.what == What::emit)
    expected.emit();
  else if (expect.what == What::action)
    expected.action();
  else if (expect.what != What::nothing_else)
    expected.alert();
  test.expected.push_back(&expect);
  test.plan.expectations.push_back(std::move(plan));
}

void check_ends(Testing& test) {
  if (!test.whole) return;
  for (std::size_t i = 0; i < test.expected.size(); ++i) {
    const std::optional<events::Duration>& at = test.plan.expectations[i].at;
    if (!at || *at <= test.plan.end) continue;
    Diagnostic& problem =
        error(test.draft, "E0509", test.expected[i]->span,
              "the test ends at " + events::format_duration(test.plan.end) + ", before " + events::format_duration(*at),
              "nothing happens then");
    help(problem, "let time go on: `at " + events::format_duration(*at) + " wait`");
  }
}

}  // namespace tocsin::rules::checking
