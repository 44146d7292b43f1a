// What a rule makes of its matches: how many of a start, what they end, how much is kept.
#include <algorithm>

#include "rules/check_pattern.hpp"
#include "rules/elements.hpp"

namespace tocsin::rules::checking {
namespace {

using Policy = AfterMatch::Policy;

Policy policy_of(syntax::AfterMatchPolicy written) {
  switch (written) {
    case syntax::AfterMatchPolicy::skip_past_last:
      return Policy::skip_past_last;
    case syntax::AfterMatchPolicy::skip_to_next:
      return Policy::skip_to_next;
    case syntax::AfterMatchPolicy::skip_to_first:
      return Policy::skip_to_first;
    case syntax::AfterMatchPolicy::skip_to_last:
      return Policy::skip_to_last;
    case syntax::AfterMatchPolicy::keep:
      break;
  }
  return Policy::keep;
}

/// The binding; empty: there is none, which is reported.
std::optional<std::uint32_t> find_target(Draft& draft, const RuleDraft& rule, const syntax::Name& name) {
  std::vector<std::string> names;
  for (const Step& step : rule.plan.pattern.steps) {
    if (step.name == name.text) return step.binding;
    if (!step.name.empty() && std::find(names.begin(), names.end(), step.name) == names.end())
      names.push_back(step.name);
  }
  if (rule.partial && nearest(name.text, names).empty()) return std::nullopt;
  Diagnostic& problem = error(draft, "E0205", name.span, "no step is called " + quoted(name.text), "unknown step");
  if (!did_you_mean(problem, name, names, "a step"))
    help(problem, names.empty() ? "give the step a name: `match " + name.text + ": …`"
                                : "the steps with names are " + listed(names));
  return std::nullopt;
}

/// Starts at the event would be dropped, and it is the match's own: nothing would be.
void refuse_own_start(Draft& draft, const RuleDraft& rule, const syntax::Name& name) {
  const Pattern& pattern = rule.plan.pattern;
  const AfterMatch& after = rule.plan.after;
  if (may_take_nothing(pattern, pattern.elements) || !always_begins_with(pattern, after.step)) return;
  if (after.policy == Policy::skip_to_last && !has_one_event(pattern, after.step)) return;
  Diagnostic& problem =
      error(draft, "E0327", name.span, quoted(name.text) + " always begins the match itself", "the match's own start");
  also(problem, rule.step_places[after.step], "the first step");
  help(problem, "`after match skip to next` drops what starts with the same event");
}

void check_after(Draft& draft, RuleDraft& rule) {
  rule.plan.after.policy = policy_of(rule.after->policy);
  if (!rule.after->step) return;
  const std::optional<std::uint32_t> step = find_target(draft, rule, *rule.after->step);
  if (!step) return;
  rule.plan.after.step = *step;
  refuse_own_start(draft, rule, *rule.after->step);
}

void check_matching(Draft& draft, RuleDraft& rule) {
  Matching& matching = rule.plan.matching;
  if (rule.match->all) matching.mode = Matching::Mode::all;
  if (!rule.match->up_to) return;
  matching.mode = Matching::Mode::up_to;
  const std::optional<std::uint64_t> most = count_of(draft, *rule.match->up_to);
  if (most == 0U)
    error(draft, "E0316", rule.match->up_to->span, "`match up to` must allow at least 1", "no match could be given");
  matching.most = most.value_or(1);
}

}  // namespace

void check_policies(Draft& draft, RuleDraft& rule) {
  check_matching(draft, rule);
  if (rule.after) check_after(draft, rule);
  if (rule.limit_matches) {
    const std::optional<std::uint64_t> matches = count_of(draft, rule.limit_matches->matches);
    if (matches == 0U)
      error(draft, "E0316", rule.limit_matches->matches.span, "`limit matches` must be at least 1",
            "no match could be given");
    rule.plan.limit_matches = matches;
  }
  if (rule.forget)
    rule.plan.forget =
        check_period(draft, rule.forget->span, "the time after which a key is forgotten").value_or(kDefaultForget);
}

}  // namespace tocsin::rules::checking
