// One window rule, its parts in their order: input, key, window, what belongs together, `when`, outputs, and whether
// all that fits.
#include "rules/check_window.hpp"

namespace tocsin::rules::checking {

void check_window_rule(Draft& draft, std::size_t index) {
  RuleDraft& rule = draft.rules[index];
  check_sides(draft, rule);
  if (rule.by) check_key(draft, rule);
  if (rule.plan.window->join) check_on(draft, rule);
  check_timing(draft, rule);
  if (rule.when) {
    Scope scope{draft, Place::window, &rule};
    scope.window = &rule.window_draft;
    rule.plan.window->when = check_condition(rule.when->condition, scope);
  }
  check_outputs(draft, index);
  settle_rows(draft, rule);
}

}  // namespace tocsin::rules::checking
