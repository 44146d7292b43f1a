// `test` blocks → TestPlan: events with their values written out in order of time, and what is expected of them.
#include <algorithm>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr std::uint64_t kMaxTestEvents = 1'000'000;

/// Rules that run in a test of `rule`: it, and those whose events it reads.
std::vector<bool> rules_run(const Draft& draft, std::size_t rule) {
  std::vector<bool> run(draft.rules.size());
  std::vector<std::size_t> open = {rule};
  while (!open.empty()) {
    const std::size_t next = open.back();
    open.pop_back();
    if (run[next]) continue;
    run[next] = true;
    for (const events::TypeId type : draft.rules[next].reads)
      for (const std::size_t emitter : draft.types[events::index_of(type)].emitters) open.push_back(emitter);
  }
  return run;
}

/// Empty: reported. Null stands as monostate.
std::optional<events::Value> check_value(Draft& draft, const syntax::NamedExpr& given, events::Type type, Span declared,
                                         std::string_view field) {
  const syntax::Expr& written = given.expr;
  if (is_null_literal(written)) return events::Value();
  std::optional<Expr> expr = check_field_value(given, Scope{draft});
  if (!expr) return std::nullopt;
  if (!fits(*expr, type)) {
    Diagnostic& problem = error(draft, "E0503", written.span,
                                quoted(field) + " is " + a_type(type) + ", and this is " + a_type(expr->type),
                                std::string(events::name_of(expr->type)));
    also(problem, declared, "declared here");
    return std::nullopt;
  }
  if (expr->op != Op::constant) {
    error(draft, "E0502", written.span, "this is not a constant", "a test gives values");
    return std::nullopt;
  }
  return expr->value;
}

struct TestChecker {
  TestChecker(Draft& shared, TestPlan& to) : draft(shared), plan(to) {}

  Draft& draft;
  TestPlan& plan;
  std::vector<bool> runs;  ///< by rule: it runs in this test; empty where the test's rule isn't known
  std::uint64_t events = 0;
  bool whole = true;  ///< all of its items are known, and so is its end
  std::vector<const syntax::Expect*> expected;

  void check_fields(const syntax::TestEvent& event, events::TypeId type, std::vector<events::Value>& values) {
    std::vector<std::optional<Span>> places(values.size());
    for (const syntax::NamedExpr& field : event.fields) {
      const std::optional<std::uint32_t> index = find_field(draft, type, field.name);
      if (!index) continue;
      if (places[*index]) {
        also(error(draft, "E0402", field.name.span, "two fields are called " + quoted(field.name.text),
                   "second field of this name"),
             *places[*index], "the first one");
        continue;
      }
      places[*index] = field.name.span;
      const events::Field& declared = draft.schema[type].fields[*index];
      const Span place = draft.of(type).fields[*index].place;
      const std::optional<events::Value> value = check_value(draft, field, declared.type, place, declared.name);
      if (value && events::is_null(*value) && !declared.optional)
        also(error(draft, "E0501", field.expr.span, quoted(declared.name) + " must have a value", "null"), place,
             "declared without `?`");
      if (value) values[*index] = *value;
    }
    require_fields(event, type, places);
  }

  void require_fields(const syntax::TestEvent& event, events::TypeId type,
                      const std::vector<std::optional<Span>>& places) {
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < places.size(); ++i)
      if (!places[i] && !draft.schema[type].fields[i].optional && !draft.of(type).fields[i].bad)
        missing.push_back(draft.schema[type].fields[i].name);
    if (missing.empty() || draft.of(type).broken) return;
    Diagnostic& problem =
        error(draft, "E0501", event.type.span, "this " + quoted(event.type.text) + " has no " + listed(missing),
              "a field without `?` is missing");
    also(problem, draft.of(type).place, "declared here");
  }

  /// Tells whether all repetitions have a time.
  bool check_times(const syntax::TestEvent& event) {
    std::int64_t last = 0;
    if (event.repeat == 0) {
      error(draft, "E0508", event.span, "an event that comes `x 0` times never comes", "at least `x 1`");
      return false;
    }
    events += std::min(event.repeat, kMaxTestEvents + 1);
    if (events > kMaxTestEvents) {
      if (events - std::min(event.repeat, kMaxTestEvents + 1) <= kMaxTestEvents)
        error(draft, "E0507", event.span, "a test has at most 1000000 events", "too many with this one");
      return false;
    }
    const bool off = __builtin_mul_overflow(event.every.ns, static_cast<std::int64_t>(event.repeat - 1), &last) ||
                     __builtin_add_overflow(last, event.at.ns, &last) || last > events::kLatest.ns - kTestStart.ns;
    if (off) error(draft, "E0508", event.span, "this event comes after the end of time", "later than the year 2262");
    return !off;
  }

  void operator()(const syntax::TestEvent& event) {
    const bool timed = check_times(event);
    const auto at = [&](std::uint64_t i) {
      return events::Duration{event.at.ns + event.every.ns * static_cast<std::int64_t>(i)};
    };
    if (timed)
      plan.end = std::max(plan.end, at(event.repeat - 1));
    else
      whole = false;
    const events::TypeId type = find_type(draft, event.type);
    if (type == events::kNoType) return;
    std::vector<events::Value> values(draft.schema[type].fields.size());
    check_fields(event, type, values);
    if (!timed) return;
    for (std::uint64_t i = 0; i < event.repeat; ++i) plan.events.push_back({at(i), type, values});
  }

  void operator()(const syntax::TestWait& wait) {
    if (wait.at.ns > events::kLatest.ns - kTestStart.ns)
      error(draft, "E0508", wait.span, "this is after the end of time", "later than the year 2262");
    plan.end = std::max(plan.end, wait.at);
  }

  void operator()(const syntax::NotYet&) { whole = false; }

  void operator()(const syntax::Expect& expect) {
    expected.push_back(&expect);
    Expectation expectation;
    expectation.what = static_cast<Expectation::What>(expect.what);
    expectation.at = expect.at;
    expectation.count = expect.count;
    expectation.name = expect.name.text;
    expectation.span = expect.span;
    if (expect.what == syntax::Expect::What::alert) check_alert(expect, expectation);
    if (expect.what == syntax::Expect::What::emit) check_emit(expect, expectation);
    plan.expectations.push_back(std::move(expectation));
  }

  void check_alert(const syntax::Expect& expect, Expectation& expectation) {
    const std::optional<std::size_t> found = find_rule(draft, expect.name);
    if (!found) return;
    const RuleDraft& rule = draft.rules[*found];
    if (!runs.empty() && !runs[*found]) {
      Diagnostic& problem = error(draft, "E0504", expect.name.span,
                                  "this test doesn't run rule " + quoted(expect.name.text), "another rule");
      help(problem, "a test runs its rule, and the rules whose events that reads");
      return;
    }
    std::vector<const AlertPlan*> alerts;
    for (const OutputPlan& output : rule.plan.outputs)
      if (const auto* alert = std::get_if<AlertPlan>(&output.node)) alerts.push_back(alert);
    if (rule.partial || rule.plan.outputs.size() != rule.outputs.size()) return;
    if (alerts.empty()) {
      Diagnostic& problem = error(draft, "E0504", expect.name.span,
                                  "rule " + quoted(expect.name.text) + " gives no alert", "it has no `alert`");
      also(problem, rule.written->name.span, "declared here");
      return;
    }
    for (const syntax::NamedExpr& field : expect.fields) check_alert_field(field, rule, alerts, expectation);
  }

  static bool gives(const AlertPlan& alert, const std::string& name) {
    return std::any_of(alert.fields.begin(), alert.fields.end(),
                       [&](const NamedExpr& field) { return field.name == name; });
  }

  /// An alert's own field stands before a part of the key of the same name.
  void check_alert_field(const syntax::NamedExpr& field, const RuleDraft& rule,
                         const std::vector<const AlertPlan*>& alerts, Expectation& expectation) {
    std::vector<std::string> names;
    std::vector<events::Type> types;
    const auto add = [&](const std::string& name, events::Type type) {
      names.push_back(name);
      if (name == field.name.text) types.push_back(type);
    };
    for (const AlertPlan* alert : alerts) {
      for (const NamedExpr& has : alert->fields) add(has.name, has.expr.type);
      for (const KeyPart& part : rule.plan.key)
        if (!gives(*alert, part.name)) add(part.name, part.type);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (types.empty()) {
      if (is_bad_field(rule, field.name.text)) return;
      Diagnostic& problem =
          error(draft, "E0506", field.name.span,
                "alerts of " + quoted(rule.written->name.text) + " have no field " + quoted(field.name.text),
                "unknown field");
      also(problem, rule.written->name.span, "declared here");
      if (!did_you_mean(problem, field.name, names, "a field") && !names.empty())
        help(problem, "their fields are " + listed(names));
      return;
    }
    std::optional<Expr> expr;
    const bool null = is_null_literal(field.expr);
    if (!null && !(expr = check_field_value(field, Scope{draft}))) return;
    for (const events::Type type : types)
      if (!null && fits(*expr, type)) return keep(field, *expr, expectation);
    if (null)
      expectation.fields.emplace_back(field.name.text, events::Value());
    else
      also(error(draft, "E0503", field.expr.span,
                 quoted(field.name.text) + " is " + a_type(types.front()) + ", and this is " + a_type(expr->type),
                 std::string(events::name_of(expr->type))),
           rule.written->name.span, "declared here");
  }

  void keep(const syntax::NamedExpr& field, const Expr& expr, Expectation& expectation) {
    if (expr.op == Op::constant)
      expectation.fields.emplace_back(field.name.text, expr.value);
    else
      error(draft, "E0502", field.expr.span, "this is not a constant", "a test gives values");
  }

  /// The rule gives it, but what it gives is wrong and reported.
  static bool is_bad_field(const RuleDraft& rule, std::string_view name) {
    for (const syntax::Clause* clause : rule.outputs)
      if (const auto* alert = std::get_if<syntax::Alert>(&clause->node))
        for (const syntax::NamedExpr& field : alert->fields)
          if (field.name.text == name) return true;
    return false;
  }

  void check_emit(const syntax::Expect& expect, Expectation& expectation) {
    const events::TypeId type = find_type(draft, expect.name);
    if (type == events::kNoType) return;
    const std::vector<std::size_t>& emitters = draft.of(type).emitters;
    const bool run =
        std::any_of(emitters.begin(), emitters.end(), [&](std::size_t rule) { return runs.empty() || runs[rule]; });
    if (!run) {
      const bool partial =
          std::any_of(draft.rules.begin(), draft.rules.end(), [](const RuleDraft& rule) { return rule.partial; });
      if (partial) return;
      Diagnostic& problem = error(draft, "E0505", expect.name.span,
                                  "no rule of this test emits " + quoted(expect.name.text), "not emitted");
      help(problem, "a test runs its rule, and the rules whose events that reads");
      return;
    }
    for (const syntax::NamedExpr& field : expect.fields) {
      const std::optional<std::uint32_t> index = find_field(draft, type, field.name);
      if (!index) continue;
      const events::Field& known = draft.schema[type].fields[*index];
      const std::optional<events::Value> value =
          check_value(draft, field, known.type, draft.of(type).fields[*index].place, known.name);
      if (value) expectation.fields.emplace_back(known.name, *value);
    }
  }

  /// What is expected after the last `at` can't come.
  void check_ends() {
    for (const syntax::Expect* expect : expected) {
      if (!whole || !expect->at || *expect->at <= plan.end) continue;
      Diagnostic& problem = error(
          draft, "E0509", expect->span,
          "the test ends at " + events::format_duration(plan.end) + ", before " + events::format_duration(*expect->at),
          "nothing happens then");
      help(problem, "let time go on: `at " + events::format_duration(*expect->at) + " wait`");
    }
  }
};

}  // namespace

void check_tests(Draft& draft) {
  for (const syntax::Tree& tree : draft.trees) {
    for (const syntax::Declaration& declaration : tree.declarations) {
      const auto* test = std::get_if<syntax::Test>(&declaration.node);
      if (!test) continue;
      TestPlan& plan = draft.tests.emplace_back();
      plan.rule = test->rule.text;
      plan.title = test->title;
      plan.span = declaration.span;
      TestChecker checker(draft, plan);
      if (const std::optional<std::size_t> rule = find_rule(draft, test->rule)) checker.runs = rules_run(draft, *rule);
      checker.whole = !test->broken;
      for (const auto& item : test->items) std::visit(checker, item);
      checker.check_ends();
      std::stable_sort(plan.events.begin(), plan.events.end(),
                       [](const TestEvent& a, const TestEvent& b) { return a.at < b.at; });
    }
  }
}

}  // namespace tocsin::rules::checking
