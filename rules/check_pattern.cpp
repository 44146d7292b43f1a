// `match`: steps with their types, names and turns, then conditions, then what may stand where.
//
// Steps are numbered before any condition is read, so that a step that comes later is told from one that isn't there.
#include <algorithm>
#include <map>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr std::uint32_t kMaxTurns = 1'000'000;
constexpr std::size_t kMaxWays = 50'000;  ///< the automaton numbers its states with 16 bits

void check_quantifier(Draft& draft, const syntax::Quantifier& written, Step& step) {
  step.min = written.min;
  step.max = written.max;
  if (written.max && *written.max < written.min) {
    const std::string turned = "{" + std::to_string(*written.max) + "," + std::to_string(written.min) + "}";
    help(error(draft, "E0307", written.span, "the lower bound is above the upper one", "can't be fulfilled"),
         "bounds stand in order", written.span, turned);
  } else if (written.max && *written.max == 0) {
    help(error(draft, "E0307", written.span, "a step that is never taken", "no turn"),
         "leave the step out, or write `not` for events that must not come");
  } else if (std::max(written.min, written.max.value_or(0)) > kMaxTurns) {
    help(error(draft, "E0307", written.span, "more turns than can be counted", "too many"),
         "a step takes up to 1000000 events; `{n,}` has no upper bound");
  }
}

void declare_step(Draft& draft, RuleDraft& rule, const syntax::Step& written, std::map<std::string, Span>& names) {
  Step step;
  step.fits.push_back({find_type(draft, written.event.type), std::nullopt});
  if (step.fits.front().type == events::kNoType) rule.partial = true;
  if (written.quantifier) check_quantifier(draft, *written.quantifier, step);
  if (written.name) {
    const auto [first, is_new] = names.try_emplace(written.name->text, written.name->span);
    if (is_new)
      step.name = written.name->text;
    else
      also(error(draft, "E0301", written.name->span, "two steps are called " + quoted(written.name->text),
                 "second step of this name"),
           first->second, "the first one");
  }
  rule.step_places.push_back(written.name ? written.name->span : written.event.span);
  rule.plan.pattern.steps.push_back(std::move(step));
}

std::optional<Arrow> arrow_of(const syntax::Element& element) {
  if (!element.arrow) return std::nullopt;
  return *element.arrow == syntax::Arrow::next ? Arrow::next : Arrow::followed_by;
}

void declare_elements(Draft& draft, RuleDraft& rule) {
  std::map<std::string, Span> names;
  Pattern& pattern = rule.plan.pattern;
  for (const syntax::Element& element : rule.match->pattern.elements) {
    if (const auto* step = std::get_if<syntax::Step>(&element.node)) {
      pattern.elements.push_back({arrow_of(element), Take{static_cast<std::uint32_t>(pattern.steps.size())}});
      declare_step(draft, rule, *step, names);
    } else if (const auto* absent = std::get_if<syntax::Absent>(&element.node)) {
      Absent none;
      for (const syntax::EventRef& event : absent->events)
        none.fits.push_back({find_type(draft, event.type), std::nullopt});
      pattern.elements.push_back({arrow_of(element), std::move(none)});
    }
  }
}

/// `at`: the steps before it; `own`: the step it belongs to.
void judge(Draft& draft, const RuleDraft& rule, const syntax::EventRef& event, Single& single, std::uint32_t at,
           std::optional<std::uint32_t> own) {
  if (!event.condition) return;
  const Scope scope{draft, Place::condition, &rule, single.type, at, own};
  single.condition = check_condition(*event.condition, scope);
}

void judge_conditions(Draft& draft, RuleDraft& rule) {
  std::uint32_t steps = 0;
  std::size_t index = 0;
  for (const syntax::Element& element : rule.match->pattern.elements) {
    if (const auto* step = std::get_if<syntax::Step>(&element.node)) {
      judge(draft, rule, step->event, rule.plan.pattern.steps[steps].fits.front(), steps, steps);
      ++steps;
      ++index;
    } else if (const auto* absent = std::get_if<syntax::Absent>(&element.node)) {
      std::vector<Single>& fits = std::get<Absent>(rule.plan.pattern.elements[index].node).fits;
      for (std::size_t i = 0; i < fits.size(); ++i) judge(draft, rule, absent->events[i], fits[i], steps, std::nullopt);
      ++index;
    }
  }
}

/// An absence stands between an event before it and one behind it.
void check_absences(Draft& draft, const RuleDraft& rule) {
  const Pattern& pattern = rule.plan.pattern;
  const std::vector<syntax::Element>& written = rule.match->pattern.elements;
  const auto is_required = [&](const Element& element) {
    const auto* take = std::get_if<Take>(&element.node);
    return take && pattern.steps[take->step].min > 0;
  };
  const auto required = [&](auto from, auto to) { return std::any_of(from, to, is_required); };
  for (std::size_t i = 0; i < pattern.elements.size(); ++i) {
    if (!std::holds_alternative<Absent>(pattern.elements[i].node)) continue;
    const auto here = pattern.elements.begin() + static_cast<std::ptrdiff_t>(i);
    if (!required(pattern.elements.begin(), here)) {
      Diagnostic& problem = error(draft, "E0305", written[i].span,
                                  i == 0 ? "a pattern can't begin with `not`" : "`not` may have no event before it",
                                  i == 0 ? "absent since when?" : "all steps before it may be left out");
      help(problem, "`not` stands between two steps: `a -> not X -> b`");
    } else if (!required(here, pattern.elements.end())) {
      Diagnostic& problem =
          error(draft, "E0901", written[i].span, "an absence at the end of a pattern can't be used yet",
                "not available in this version");
      if (i + 1 < pattern.elements.size())
        help(problem, "all steps behind it may be left out, so that it would close the pattern");
    }
  }
}

void check_not_empty(Draft& draft, const RuleDraft& rule) {
  const std::vector<Step>& steps = rule.plan.pattern.steps;
  const auto takes = [](const Step& step) { return step.min > 0 || step.max == 0U; };  // {0} has its own error
  if (steps.empty() || std::any_of(steps.begin(), steps.end(), takes)) return;
  help(
      error(draft, "E0306", rule.match->pattern.span, "a pattern that can match nothing", "every step may be left out"),
      "one step at least must take an event: `+` instead of `*`");
}

/// An automaton waits for each step, for its further turns, and once more for each way to it past optional steps with
/// an absence on the way.
void check_size(Draft& draft, const RuleDraft& rule) {
  std::size_t ways = 0;
  std::size_t behind = 0;  // steps from the last one that can't be left out up to here: each may be the one before
  bool guarded = false;
  for (const Element& element : rule.plan.pattern.elements) {
    const auto* take = std::get_if<Take>(&element.node);
    guarded |= take == nullptr;
    if (take == nullptr) continue;
    ways += 3 + (guarded ? behind : 0);
    const bool optional = rule.plan.pattern.steps[take->step].min == 0;
    behind = optional ? behind + 1 : 1;
    if (!optional) guarded = false;
  }
  if (ways <= kMaxWays) return;
  help(error(draft, "E0317", rule.match->pattern.span, "a pattern with too many steps",
             std::to_string(ways) + " ways from step to step; there may be " + std::to_string(kMaxWays)),
       "fewer steps, fewer of them optional, or fewer absences between optional ones");
}

}  // namespace

void check_pattern(Draft& draft, RuleDraft& rule) {
  declare_elements(draft, rule);
  rule.plan.inputs = rule.reads;
  judge_conditions(draft, rule);
  const bool whole = rule.plan.pattern.elements.size() == rule.match->pattern.elements.size();
  if (!whole) return;
  check_absences(draft, rule);
  check_not_empty(draft, rule);
  check_size(draft, rule);
}

}  // namespace tocsin::rules::checking
