// What may stand where in a pattern: absences between events, something that must be taken, no more than can be run.
//
// What a pattern waits for tells it (waiting.hpp); here it gets its places and words.
#include <algorithm>

#include "rules/check_rule.hpp"
#include "rules/waiting.hpp"

namespace tocsin::rules::checking {
namespace {

/// A place of an absence.
struct Absence {
  Span span;
  bool first = false;  ///< of the whole pattern
  bool last = false;
};

/// In the order they have in the plan. `first`, `last`: nothing of the pattern stands before, behind the elements.
void add_absences(const std::vector<syntax::Element>& elements, std::vector<Absence>& out, bool first, bool last) {
  for (const syntax::Element& element : elements) {
    const bool begins = first && &element == &elements.front();
    const bool ends = last && &element == &elements.back();
    if (std::holds_alternative<syntax::Absent>(element.node)) out.push_back({element.span, begins, ends});
    if (const auto* group = std::get_if<syntax::Group>(&element.node)) add_absences(group->elements, out, begins, ends);
  }
}

/// An absence stands between an event before it and one behind it.
void check_absences(Draft& draft, const RuleDraft& rule, const WaitingPoints& waiting) {
  std::vector<Absence> absences;
  add_absences(rule.match->pattern.elements, absences, true, true);
  std::vector<std::uint32_t> leading_ones = waiting.leading;
  if (rule.plan.pattern.steps.empty() && !absences.empty()) leading_ones = {0};
  for (const std::uint32_t leading : leading_ones) {
    const Absence& at = absences[leading];
    Diagnostic& problem = error(draft, "E0305", at.span,
                                at.first ? "a pattern can't begin with `not`" : "`not` may have no event before it",
                                at.first ? "absent since when?" : "all steps before it may be left out");
    help(problem, "`not` stands between two steps: `a -> not X -> b`");
  }
  for (const std::uint32_t closing : waiting.closing) {
    if (std::binary_search(waiting.leading.begin(), waiting.leading.end(), closing)) continue;
    const Absence& at = absences[closing];
    Diagnostic& problem = error(draft, "E0901", at.span, "an absence at the end of a pattern can't be used yet",
                                "not available in this version");
    if (!at.last) help(problem, "all steps behind it may be left out, so that it would close the pattern");
  }
}

bool takes_something(const std::vector<syntax::Element>& elements) {
  return std::any_of(elements.begin(), elements.end(), [](const syntax::Element& element) {
    const auto* group = std::get_if<syntax::Group>(&element.node);
    return group ? takes_something(group->elements) : std::holds_alternative<syntax::Step>(element.node);
  });
}

/// Groups of absences only: no turn of them can be told from none. Tells whether there are none.
bool check_groups(Draft& draft, const std::vector<syntax::Element>& elements) {
  bool good = true;
  for (const syntax::Element& element : elements) {
    const auto* group = std::get_if<syntax::Group>(&element.node);
    if (!group) continue;
    if (group->quantifier && !takes_something(group->elements)) {
      help(error(draft, "E0306", element.span, "a group that can match nothing", "it takes no event"),
           "an absence has no turns: leave out the quantifier");
      good = false;
    } else {
      good = check_groups(draft, group->elements) && good;
    }
  }
  return good;
}

}  // namespace

void check_shape(Draft& draft, const RuleDraft& rule) {
  const Span place = rule.match->pattern.span;
  if (!check_groups(draft, rule.match->pattern.elements)) return;
  const WaitingPoints waiting = waiting_points(rule.plan.pattern);
  if (!waiting.excess.empty()) {
    help(error(draft, "E0317", place, "a pattern with too many steps", waiting.excess),
         "fewer steps, fewer of them optional, or fewer absences between optional ones");
    return;
  }
  check_absences(draft, rule, waiting);
  if (waiting.can_be_empty && !rule.plan.pattern.steps.empty())
    help(error(draft, "E0306", place, "a pattern that can match nothing", "every step may be left out"),
         "one step at least must take an event: `+` instead of `*`");
}

}  // namespace tocsin::rules::checking
