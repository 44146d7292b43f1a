// `from`, `window`, `rollup`, `every`, `late` and `forget` → what a window rule gathers and when it tells it.
#include "rules/check_window.hpp"

#include <algorithm>
#include <numeric>

#include "rules/check_pattern.hpp"

namespace tocsin::rules::checking {
namespace {

using events::Duration;
using Kind = WindowPlan::Kind;

constexpr std::int64_t kDay = 86'400'000'000'000;
constexpr Duration kMaxSpan{36'500 * kDay};
constexpr std::uint64_t kMaxEvents = 1'000'000;
constexpr std::int64_t kMaxPanes = 1'000'000;  ///< windows over one event, or steps of a rolling one

Kind kind_of_window(syntax::Window::Kind kind) {
  constexpr Kind kKinds[] = {Kind::tumbling, Kind::sliding, Kind::session, Kind::rolling,
                             Kind::last,     Kind::batch,   Kind::global};
  return kKinds[static_cast<std::size_t>(kind)];
}

// ---- from

/// Single events of the source, with their conditions.
void add_fits(Draft& draft, RuleDraft& rule, const syntax::Source& source, Side& side, WindowDraft& window) {
  std::vector<events::TypeId> types;
  for (const syntax::Name& name : source.event.types) {
    const events::TypeId type = draft.type_called(name.text);
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  }
  std::vector<std::optional<Expr>> conditions(types.size());
  if (source.event.condition) {
    Scope scope{draft, Place::event, &rule};
    scope.window = &window;
    conditions = check_condition_of_each(*source.event.condition, scope, types);
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i] == events::kNoType) continue;
    if (conditions[i]) rule.conditions.push_back({&source.event, types[i], std::nullopt, *conditions[i]});
    side.fits.push_back({types[i], std::move(conditions[i])});
  }
}

/// Each side of a join has a name of its own.
void check_side_name(Draft& draft, RuleDraft& rule, const syntax::Source& source) {
  if (!source.alias) {
    Diagnostic& problem = error(draft, "E0346", source.span, "a side of a join needs a name", "how is it read?");
    const std::string type = source.event.types.empty() ? "A" : source.event.types.front().text;
    const Span end{source.span.file, source.span.end, source.span.end};
    help(problem, "its fields are read through it", end, " as " + lowered(type.substr(0, 1)));
    rule.partial = true;
    return;
  }
  const syntax::Source& first = rule.from->sources.front();
  if (&source == &first || !first.alias || first.alias->text != source.alias->text) return;
  also(error(draft, "E0346", source.alias->span, "both sides of the join are called " + quoted(source.alias->text),
             "the second one"),
       first.alias->span, "the first one");
}

// ---- window

struct Timing {
  Draft& draft;
  RuleDraft& rule;
  WindowPlan& plan;

  /// Above nothing and not beyond all use; empty: reported.
  std::optional<Duration> span(const syntax::DurationOf& written, std::string_view what) const {
    const std::optional<Duration> length = check_period(draft, written, what);
    if (!length || length->ns <= kMaxSpan.ns) return length;
    error(draft, "E0351", written.span, std::string(what) + " must be at most 36500 days", "too long");
    return std::nullopt;
  }

  std::uint64_t count(const syntax::CountOf& written, std::string_view what) const {
    const std::optional<std::uint64_t> events = count_of(draft, written);
    if (events == 0U)
      error(draft, "E0316", written.span, std::string(what) + " must be at least 1", "no event would do");
    else if (events && *events > kMaxEvents)
      error(draft, "E0351", written.span, std::string(what) + " must be at most 1000000", "more than are kept");
    return events.value_or(1);
  }

  /// An event stands in no more of them, or a window has no more of them, than are kept.
  void parts(const syntax::DurationOf& step, const char* message) const {
    if (plan.size.ns > 0 && plan.every.ns > 0 && (plan.size.ns - 1) / plan.every.ns >= kMaxPanes)
      error(draft, "E0351", step.span, message, "too short for a window of " + events::format_duration(plan.size));
    else if (plan.kind == Kind::sliding && plan.size.ns > 0 && plan.every.ns > 0)
      common_part(step);
  }

  /// Sliding windows are made of parts that all of them share.
  void common_part(const syntax::DurationOf& step) const {
    const std::int64_t part = std::gcd(plan.size.ns, plan.every.ns);
    if ((plan.size.ns - 1) / part < kMaxPanes) return;
    Diagnostic& problem = error(draft, "E0351", step.span, "a sliding window has at most 1000000 parts",
                                "in common with the length: " + quoted(events::format_duration(Duration{part})));
    help(problem,
         "windows are made of parts as long as what their length and `every` have in common; let one divide "
         "the other");
  }

  void zone(const syntax::Window& written) const {
    plan.zone = *written.zone;
    Expr call;
    call.op = Op::call;
    call.function = Function::hour;
    call.type = events::Type::integer;
    call.args = {constant(events::Time{}), constant(*written.zone)};
    if (const std::optional<BadConstant> bad = bad_constant(call)) {
      Diagnostic& problem = error(draft, "E0352", written.zone_span, bad->message, "no time zone");
      help(problem, "zones are called as in the time zone database: `Europe/Berlin`, `America/New_York`, `UTC`");
    } else if (plan.kind == Kind::tumbling && plan.size.ns > 0 && plan.size.ns % kDay != 0) {
      Diagnostic& problem = error(draft, "E0352", written.size->span, "a calendar has whole days", "not whole days");
      help(problem, "for example `tumbling 1d in \"" + *written.zone +
                        "\"`; hours are the same in all zones of whole "
                        "hours, without `in`");
    }
  }

  void window(const syntax::Window& written) const {
    plan.kind = kind_of_window(written.kind);
    const std::string_view what = plan.kind == Kind::session ? "the gap of a session" : "the length of a window";
    if (written.size) plan.size = span(*written.size, what).value_or(Duration{});
    if (written.every) {
      const bool rolling = plan.kind == Kind::rolling;
      plan.every = span(*written.every, rolling ? "the step of a window" : "the time from window to window")
                       .value_or(Duration{});
      parts(*written.every,
            rolling ? "a window has at most 1000000 steps" : "an event stands in at most 1000000 windows");
    }
    if (written.count) plan.count = count(*written.count, "the number of events of a window");
    if (written.zone) zone(written);
  }

  void rollup(const syntax::Rollup& written) const {
    plan.kind = Kind::tumbling;
    for (const syntax::DurationOf& grain : written.grains) {
      const std::optional<Duration> length = span(grain, "a grain of a rollup");
      if (!length) continue;
      const auto is_same = [&](Duration each) { return each.ns == length->ns; };
      if (std::any_of(plan.grains.begin(), plan.grains.end(), is_same))
        error(draft, "E0353", grain.span, "the grain " + quoted(events::format_duration(*length)) + " stands twice",
              "a second time");
      else
        plan.grains.push_back(*length);
    }
    std::sort(plan.grains.begin(), plan.grains.end(), [](Duration a, Duration b) { return a.ns < b.ns; });
  }

  // ---- every, late

  void early(const syntax::Every& written) const {
    const auto* period = std::get_if<syntax::DurationOf>(&written.period);
    if (plan.kind == Kind::rolling || plan.kind == Kind::last) {
      Diagnostic& problem =
          error(draft, "E0336", clause_of(rule, rule.every).span,
                "a " + quoted(name_of(plan.kind)) + " window gives a result at each event already", "nothing is early");
      help(problem, plan.kind == Kind::rolling
                        ? "`window sliding 10m every 1m` gives one each minute; `throttle` lets fewer through"
                        : "`window batch 100` gives one for each hundred; `throttle` lets fewer through");
      return;
    }
    if (period)
      plan.early = span(*period, "the time from result to result");
    else
      plan.early_events =
          count(std::get<syntax::CountOf>(written.period), "the number of events from result to result");
  }

  void late(const syntax::Late& written) const {
    plan.late = span(written.span, "how long a closed window takes late events");
    const bool ends_by_time = plan.kind == Kind::tumbling || plan.kind == Kind::sliding || plan.kind == Kind::session;
    if (ends_by_time && !plan.join) return;
    Diagnostic& problem = error(
        draft, "E0338", clause_of(rule, rule.late).span,
        plan.join ? "a join takes no late events" : "a " + quoted(name_of(plan.kind)) + " window takes no late events",
        "no closed window waits for them");
    help(problem, plan.join ? "an input's `lateness` makes all rules wait for them"
                            : "tumbling, sliding and session windows and rollups do; an input's `lateness` makes all "
                              "rules wait for them");
    plan.late.reset();
  }

  void forget() const {
    const std::int64_t reach = reach_of(plan).ns + (plan.late ? plan.late->ns : 0);
    rule.plan.forget.ns = std::max(kDefaultForget.ns, reach_of(plan).ns) + (plan.late ? plan.late->ns : 0);
    if (!rule.forget) return;
    const std::optional<Duration> written =
        check_period(draft, rule.forget->span, "the time after which a key is forgotten");
    if (!written) return;
    rule.plan.forget = *written;
    if (written->ns >= reach) return;
    Diagnostic& problem = warning(draft, "W0315", rule.forget->span.span, "a key is forgotten before its windows end",
                                  "shorter than " + events::format_duration(Duration{reach}));
    help(problem, "what a silent key gathered in a window that is still open is dropped without a result");
  }
};

}  // namespace

Duration reach_of(const WindowPlan& window) {
  constexpr std::int64_t kShift = 2 * 3'600'000'000'000;  // by which a calendar's days differ from 24 hours
  if (window.kind == Kind::rows) return window.join && window.join->within ? *window.join->within : Duration{};
  if (!window.grains.empty()) return window.grains.back();
  return Duration{window.size.ns + (window.zone.empty() ? 0 : kShift)};
}

void check_sides(Draft& draft, RuleDraft& rule) {
  WindowPlan& plan = rule.plan.window.emplace();
  rule.window_draft.plan = &plan;
  const syntax::From& from = *rule.from;
  Side& first = plan.sides.emplace_back();
  if (from.sources.front().alias) first.name = from.sources.front().alias->text;
  for (const syntax::Source& source : from.sources) add_fits(draft, rule, source, plan.sides[0], rule.window_draft);
  if (from.joins.empty()) return;
  check_side_name(draft, rule, from.sources.front());
  const syntax::Join& written = from.joins.front();
  check_side_name(draft, rule, written.source);
  Side& second = plan.sides.emplace_back();
  if (written.source.alias) second.name = written.source.alias->text;
  add_fits(draft, rule, written.source, plan.sides[1], rule.window_draft);
  Join& join = plan.join.emplace();
  join.left = written.left;
  join.last = written.last;
  if (from.joins.size() > 1)
    help(error(draft, "E0345", from.joins[1].span, "a rule joins two sides, and this is a third", "a second join"),
         "let one rule `emit` the pairs of two sides, and another join that with the third");
}

void check_timing(Draft& draft, RuleDraft& rule) {
  const Timing timing{draft, rule, *rule.plan.window};
  if (rule.window)
    timing.window(*rule.window);
  else if (rule.rollup)
    timing.rollup(*rule.rollup);
  else
    rule.plan.window->kind = Kind::rows;
  if (rule.every) timing.early(*rule.every);
  if (rule.late) timing.late(*rule.late);
  if (rule.plan.window->kind == Kind::global && !rule.every && !rule.partial)
    help(error(draft, "E0337", rule.window_place, "a `global` window never ends, so that it needs `every`",
               "no result would be given"),
         "for example `every 1m`, or `every 100 events`");
  timing.forget();
}

}  // namespace tocsin::rules::checking
