// Warnings of waiting: what nothing ends, what time can't end, what is complete before it has what it asks for.
#include <algorithm>

#include "rules/check_rule.hpp"
#include "rules/elements.hpp"
#include "rules/endless.hpp"

namespace tocsin::rules::checking {
namespace {

/// Whether time can end a run without a match.
bool can_time_out(const RulePlan& plan) {
  bool bounded = plan.within.has_value();
  each_element(plan.pattern.elements, [&](const Element& element) {
    const auto* group = std::get_if<Group>(&element.node);
    bounded = bounded || element.bound || (group && (group->span || group->gap));
  });
  return bounded || std::any_of(plan.pattern.steps.begin(), plan.pattern.steps.end(),
                                [](const Step& step) { return step.gap.has_value(); });
}

bool reads(const Expr& expr, std::uint32_t binding) {
  const bool of_step = expr.op == Op::step_field || expr.op == Op::aggregate || expr.op == Op::turn_field;
  return (of_step && expr.step == binding) ||
         std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return reads(arg, binding); });
}

struct WaitLint {
  Draft& draft;
  const RuleDraft& rule;
  const RulePlan& plan;
  const Pattern& pattern;

  void unbounded() const {
    if (!may_wait_without_end(plan)) return;
    Diagnostic& problem =
        warning(draft, "W0301", rule.written->name.span,
                "nothing ends what rule " + quoted(rule.written->name.text) + " waits for", "no `within`");
    help(problem, "bound the time from first to last event, for example `within 5m`");
  }

  void timeouts() const {
    if (can_time_out(plan)) return;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
      if (!plan.outputs[i].timeout) continue;
      Diagnostic& problem = warning(draft, "W0314", rule.outputs[i]->keyword, "this timeout never comes",
                                    "no time ends what the rule waits for");
      help(problem, "say how long it waits: `within 5m`, or a bound of an arrow: `->[10s]`");
    }
  }

  void dropped() const {
    if (plan.matching.mode == Matching::Mode::one || plan.after.policy == AfterMatch::Policy::keep) return;
    if (takes_one_event(pattern)) return;
    const bool all = plan.matching.mode == Matching::Mode::all;
    Diagnostic& problem = warning(draft, "W0313", rule.match->pattern.span,
                                  std::string(all ? "`match all`" : "`match up to`") + " gives one match a start here",
                                  "the first match drops the others of its start");
    help(problem, "`after match keep` drops none");
  }

  /// The absences that close the pattern, all with a time; empty: there is none, or not so.
  std::vector<const Absent*> timed_closings() const {
    std::vector<const Absent*> closings;
    for (auto element = pattern.elements.rbegin(); element != pattern.elements.rend(); ++element) {
      const auto* absent = std::get_if<Absent>(&element->node);
      if (!absent) break;
      if (!absent->span || element->arrow == Arrow::next) return {};
      closings.push_back(absent);
    }
    return closings;
  }

  /// A further event of the steps may be one that the absences speak of: then it ends the way that does without.
  bool broken_by(const std::vector<const Absent*>& closings, const std::vector<std::uint32_t>& steps) const {
    const auto both = [](const Single& a, const Single& b) {
      return a.type == b.type && !exclude_each_other(a.condition, b.condition);
    };
    return std::any_of(closings.begin(), closings.end(), [&](const Absent* absent) {
      return std::any_of(absent->fits.begin(), absent->fits.end(), [&](const Single& absence) {
        return std::any_of(steps.begin(), steps.end(), [&](std::uint32_t step) {
          const std::vector<Single>& fits = pattern.steps[step].fits;
          return std::any_of(fits.begin(), fits.end(), [&](const Single& fit) { return both(fit, absence); });
        });
      });
    });
  }

  bool speaks_of(const std::vector<const Absent*>& closings, const std::vector<std::uint32_t>& steps) const {
    const auto of_any = [&](const Expr& expr) {
      return std::any_of(steps.begin(), steps.end(),
                         [&](std::uint32_t step) { return reads(expr, pattern.steps[step].binding); });
    };
    return std::any_of(closings.begin(), closings.end(), [&](const Absent* absent) {
      return of_any(*absent->span) || std::any_of(absent->fits.begin(), absent->fits.end(), [&](const Single& single) {
               return single.condition && of_any(*single.condition);
             });
    });
  }

  /// `a -> b? -> not c for 10m` is complete ten minutes after a, with a b or without.
  void closed_early() const {
    const std::vector<const Absent*> closings = timed_closings();
    if (closings.empty() || closings.size() == pattern.elements.size() || plan.matching.mode != Matching::Mode::one)
      return;
    const Element& last = pattern.elements[pattern.elements.size() - closings.size() - 1];
    const auto* take = std::get_if<Take>(&last.node);
    const auto* group = std::get_if<Group>(&last.node);
    const Loop* loop = take ? &pattern.steps[take->step] : static_cast<const Loop*>(group);
    if (!loop || loop->greed != Greed::greedy || loop->max == loop->min) return;
    std::vector<std::uint32_t> steps = own_steps(last);
    if (group)
      each_element(group->elements, [&](const Element& element) {
        for (const std::uint32_t step : own_steps(element)) steps.push_back(step);
      });
    if (steps.empty() || speaks_of(closings, steps) || broken_by(closings, steps)) return;
    Diagnostic& problem = warning(
        draft, "W0312", place_of(last), "the match doesn't wait for this",
        loop->min == 0 ? "complete as soon as it is without it" : "complete as soon as it is with the least turns");
    also(problem, rule.absences.back().place, "the earliest end of this completes the match");
    if (take) help(problem, "a possessive loop takes all that come: `" + possessive(*loop) + "`");
    help(problem, loop->min == 1 ? std::string("leave out the quantifier")
                  : loop->min == 0
                      ? "leave it out, or let it be there at least once"
                      : "ask for as many turns as are needed: " + quoted("{" + std::to_string(loop->min) + "}"));
  }

  static std::string possessive(const Loop& loop) {
    if (loop.min == 0 && loop.max == 1U) return "?+";
    if (!loop.max && loop.min <= 1) return loop.min == 0 ? "*+" : "++";
    return "{" + std::to_string(loop.min) + "," + (loop.max ? std::to_string(*loop.max) : "") + "}+";
  }

  Span place_of(const Element& element) const {
    if (const auto* take = std::get_if<Take>(&element.node)) return rule.step_places[take->step];
    std::uint32_t groups = 0;
    Span place = rule.match->pattern.span;
    each_element(pattern.elements, [&](const Element& each) {
      if (!std::holds_alternative<Group>(each.node)) return;
      if (&each == &element) place = rule.group_places[groups];
      ++groups;
    });
    return place;
  }

  /// A turn takes an event; these have none.
  void turnless() const {
    std::uint32_t groups = 0;
    each_element(pattern.elements, [&](const Element& each) {
      if (!std::holds_alternative<Group>(each.node)) return;
      const Span place = rule.group_places[groups++];
      if (may_take(each)) return;
      Diagnostic& problem = warning(draft, "W0311", place, "this group never has a turn", "it takes no event");
      help(problem, "an absence has no turns: leave out the quantifier");
    });
  }
};

}  // namespace

void lint_waits(Draft& draft, const RuleDraft& rule) {
  const WaitLint lint{draft, rule, rule.plan, rule.plan.pattern};
  lint.unbounded();
  lint.timeouts();
  lint.dropped();
  lint.closed_early();
  lint.turnless();
}

}  // namespace tocsin::rules::checking
