// `test` blocks → TestPlan: its start, and events with their values written out in order of arrival. What is expected
// of them is in check_expect.cpp.
#include <algorithm>

#include "rules/check_tests.hpp"

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
    for (const std::vector<events::TypeId>* types : {&draft.rules[next].reads, &draft.rules[next].table_types})
      for (const events::TypeId type : *types)
        for (const std::size_t emitter : draft.types[events::index_of(type)].emitters) open.push_back(emitter);
  }
  return run;
}

/// What an event of a test says of its times. Empty: reported.
struct Times {
  events::Duration at;
  events::Duration arriving;
  events::Duration every;
  std::uint64_t count = 1;

  TestEvent event(std::uint64_t i) const {
    const auto later = static_cast<std::int64_t>(i) * every.ns;
    return {events::Duration{at.ns + later}, events::Duration{arriving.ns + later}, events::kNoType, {}};
  }
};

struct TestChecker {
  Testing& test;
  Draft& draft;
  TestPlan& plan;
  std::uint64_t events = 0;
  const syntax::TestStart* start = nullptr;
  const syntax::TestLateness* lateness = nullptr;

  explicit TestChecker(Testing& testing) : test(testing), draft(testing.draft), plan(testing.plan) {}

  // ---- values

  void check_fields(const syntax::TestEvent& event, events::TypeId type, std::vector<events::Value>& values) {
    check_field_names(draft, event.fields);
    std::vector<std::optional<Span>> places(values.size());
    for (const syntax::NamedExpr& field : event.fields) {
      const std::optional<std::uint32_t> index = find_field(draft, type, field.name);
      if (!index || places[*index]) continue;
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
    for (std::size_t i = 0; i < places.size(); ++i) {
      const events::Field& field = draft.schema[type].fields[i];
      if (!places[i] && !field.optional && !field.attribute && !draft.of(type).fields[i].bad)
        missing.push_back(field.name);
    }
    for (const syntax::NamedExpr& field : event.fields)
      if (draft.schema[type].find(field.name.text) < 0) std::erase(missing, nearest(field.name.text, missing));
    if (missing.empty() || draft.of(type).broken) return;
    Diagnostic& problem =
        error(draft, "E0501", event.type.span, "this " + quoted(event.type.text) + " has no " + listed(missing),
              "a field without `?` is missing");
    also(problem, draft.of(type).place, "declared here");
  }

  // ---- times

  bool in_time(events::Duration at, Span span) {
    if (at.ns <= events::kLatest.ns - std::max<std::int64_t>(plan.start.ns, 0)) return true;
    error(draft, "E0508", span, "this is after the end of time", "later than the year 2262");
    return false;
  }

  bool check_count(std::uint64_t count, Span span) {
    if (count == 0) {
      error(draft, "E0508", span, "an event that comes `x 0` times never comes", "at least `x 1`");
      return false;
    }
    const std::uint64_t before = events;
    events += std::min(count, kMaxTestEvents + 1);
    if (events <= kMaxTestEvents) return true;
    if (before <= kMaxTestEvents)
      error(draft, "E0507", span, "a test has at most 1000000 events", "too many with this one");
    return false;
  }

  std::optional<Times> check_times(const syntax::TestEvent& event) {
    const std::optional<events::Duration> at = test_time(draft, event.at);
    const std::optional<events::Duration> arriving = event.arriving ? test_time(draft, *event.arriving) : at;
    const std::optional<std::uint64_t> count = event.repeat ? count_of(draft, *event.repeat) : std::uint64_t{1};
    const std::optional<events::Duration> every = event.every ? test_time(draft, *event.every) : events::Duration{};
    if (!at || !arriving || !count || !every || !check_count(*count, event.span)) return std::nullopt;
    if (*arriving < *at) {
      Diagnostic& problem =
          error(draft, "E0510", event.arriving->span, "an event can't arrive before its time", "earlier than its `at`");
      also(problem, event.at.span, "its time");
      help(problem, "`at 3s arriving 70s` happens at 3 s and comes 67 s late");
      return std::nullopt;
    }
    std::int64_t last = 0;
    const bool off = __builtin_mul_overflow(every->ns, static_cast<std::int64_t>(*count - 1), &last) ||
                     __builtin_add_overflow(last, arriving->ns, &last);
    if (!in_time(off ? events::Duration{events::kLatest.ns} : events::Duration{last}, event.span)) return std::nullopt;
    return Times{*at, *arriving, *every, *count};
  }

  // ---- items

  void operator()(const syntax::TestEvent& event) {
    const std::optional<Times> times = check_times(event);
    if (times)
      plan.end = std::max(plan.end, times->event(times->count - 1).arriving);
    else
      test.whole = false;
    const events::TypeId type = find_type(draft, event.type);
    if (type == events::kNoType) return;
    std::vector<events::Value> values(draft.schema[type].fields.size());
    check_fields(event, type, values);
    if (!times) return;
    for (std::uint64_t i = 0; i < times->count; ++i) {
      TestEvent& each = plan.events.emplace_back(times->event(i));
      each.type = type;
      each.values = values;
    }
  }

  void operator()(const syntax::TestWait& wait) {
    const std::optional<events::Duration> at = test_time(draft, wait.at);
    if (at && in_time(*at, wait.span))
      plan.end = std::max(plan.end, *at);
    else
      test.whole = false;
  }

  void operator()(const syntax::TestLoad& load) {
    test.whole = false;  // what is recorded may go on for longer
    if (load.path.empty()) {
      error(draft, "E0511", load.path_span, "`load` needs the name of a file", "empty");
      return;
    }
    const std::string& file = draft.sources[load.span.file].name;
    const std::size_t folder = file.rfind('/');
    const bool absolute = load.path.front() == '/';
    plan.loads.push_back(
        {absolute || folder == std::string::npos ? load.path : file.substr(0, folder + 1) + load.path, load.path_span});
  }

  // What these say must be known before any time is judged.
  void operator()(const syntax::TestStart&) {}
  void operator()(const syntax::TestLateness&) {}

  void operator()(const syntax::Expect& expect) { check_expectation(test, expect); }

  template <class Node>
  void once(const Node*& place, const Node& node, Span span, std::string_view word) {
    if (place)
      also(error(draft, "E0313", span, "this test has a second " + quoted(word), "it stands once"), place->span,
           "the first one");
    else
      place = &node;
  }

  void set_up(const syntax::Test& written) {
    for (const auto& item : written.items) {
      if (const auto* node = std::get_if<syntax::TestStart>(&item)) once(start, *node, node->span, "start");
      if (const auto* node = std::get_if<syntax::TestLateness>(&item)) once(lateness, *node, node->span, "lateness");
    }
    if (lateness) plan.lateness = test_time(draft, lateness->lateness).value_or(events::Duration{});
    if (!start) return;
    if (const std::optional<events::Time> time = events::parse_rfc3339(start->time)) {
      plan.start = *time;
      return;
    }
    Diagnostic& problem = error(draft, "E0216", start->time_span, quoted(start->time) + " is no time", "not RFC 3339");
    help(problem, "times are written like `2024-01-01T00:00:00Z` or `2024-01-01T02:00:00.5+02:00`");
  }
};

}  // namespace

std::optional<events::Duration> test_time(Draft& draft, const syntax::DurationOf& written) {
  const std::optional<events::Duration> time = duration_of(draft, written);
  if (!time || time->ns >= 0) return time;
  error(draft, "E0508", written.span, "times of a test aren't negative, and this is " + events::format_duration(*time),
        "before the test's start");
  return std::nullopt;
}

std::optional<events::Value> check_value(Draft& draft, const syntax::NamedExpr& given, events::Type type, Span declared,
                                         std::string_view field) {
  const syntax::Expr& written = given.expr;
  if (is_null_literal(written)) return events::Value();
  std::optional<Expr> expr = check_field_value(given, Scope{draft}, type);
  if (!expr) return std::nullopt;
  if (!fits(*expr, type)) {
    Diagnostic& problem = error(draft, "E0503", written.span,
                                quoted(field) + " is " + a_type(type) + ", and this is " + a_type(expr->type),
                                std::string(events::name_of(expr->type)));
    also(problem, declared, "declared here");
    return std::nullopt;
  }
  return constant_value(draft, *expr, written.span);
}

std::optional<events::Value> constant_value(Draft& draft, const Expr& expr, Span span) {
  if (expr.op == Op::constant) return expr.value;
  error(draft, "E0502", span, "this is not a constant", "a test gives values");
  return std::nullopt;
}

void check_tests(Draft& draft) {
  for (const syntax::Tree& tree : draft.trees) {
    for (const syntax::Declaration& declaration : tree.declarations) {
      const auto* written = std::get_if<syntax::Test>(&declaration.node);
      if (!written) continue;
      TestPlan& plan = draft.tests.emplace_back();
      plan.rule = written->rule.text;
      plan.title = written->title;
      plan.span = declaration.span;
      Testing test{draft, plan};
      if (const std::optional<std::size_t> rule = find_rule(draft, written->rule)) test.runs = rules_run(draft, *rule);
      test.whole = !written->broken;
      TestChecker checker(test);
      checker.set_up(*written);
      for (const auto& item : written->items) std::visit(checker, item);
      check_ends(test);
      std::stable_sort(plan.events.begin(), plan.events.end(),
                       [](const TestEvent& a, const TestEvent& b) { return a.arriving < b.arriving; });
    }
  }
}

}  // namespace tocsin::rules::checking
