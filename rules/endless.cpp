// A walk over the elements that knows what may have come before, which span runs, and whether anything is needed
// behind.
//
// Under `match` a pattern is complete as soon as it can be, so that what may be left out at its end is never waited
// for; under `match all` it is.
#include "rules/endless.hpp"

#include <algorithm>

#include "rules/elements.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::rules {

namespace {

using Elements = std::vector<Element>;

/// Whether a run may wait for an event without end: no bound of its arrow, its loop or a group's span.
struct Endless {
  const RulePlan& plan;
  const Pattern& pattern;

  struct Here {
    bool preceded = false;  ///< an event may have come before; in a span: before the turn
    bool spanned = false;   ///< a group's span has begun to run
    bool in_span = false;   ///< it begins with the first event here
    bool last = true;       ///< nothing is needed behind
    bool head_bounded = false;
  };

  bool completes_early() const { return plan.matching.mode == Matching::Mode::one; }

  /// No event, and no absence that holds the match up.
  bool is_skipped(const Element& element) const {
    return !std::holds_alternative<Absent>(element.node) && may_take_nothing(pattern, element);
  }

  bool operator()(const Elements& elements, const Here& here) const {
    for (auto element = elements.begin(); element != elements.end(); ++element) {
      if (!may_take(*element)) continue;
      Here at = here;
      at.preceded = here.preceded ||
                    (!here.in_span &&
                     std::any_of(elements.begin(), element, [](const Element& before) { return may_take(before); }));
      at.spanned = here.spanned || (here.in_span && std::any_of(elements.begin(), element, [&](const Element& before) {
                                      return !may_take_nothing(pattern, before);
                                    }));
      at.last = here.last &&
                std::all_of(element + 1, elements.end(), [&](const Element& behind) { return is_skipped(behind); });
      at.head_bounded = element == elements.begin() && !element->bound ? here.head_bounded : element->bound.has_value();
      if (at.preceded && at.last && completes_early() && is_skipped(*element)) continue;
      if (waits(*element, at)) return true;
    }
    return false;
  }

  bool waits(const Element& element, const Here& at) const {
    const bool head_waits = at.preceded && !at.head_bounded && !at.spanned;
    return std::visit(overloaded{
                          [&](const Take& take) { return head_waits || turns_wait(pattern.steps[take.step], at); },
                          [](const Absent&) { return false; },
                          [&](const Group& group) { return waits(group, at); },
                          [&](const Either&) { return head_waits; },
                          [&](const Choice& choice) {
                            return std::any_of(choice.sides.begin(), choice.sides.end(),
                                               [&](const Elements& side) { return (*this)(side, at); });
                          },
                          [&](const Both& both) { return waits(both, at); },
                      },
                      element.node);
  }

  /// For a further turn.
  bool turns_wait(const Loop& loop, const Here& at) const {
    if (!loop.loops() || loop.gap || at.spanned || at.in_span) return false;
    return !(at.last && completes_early() && loop.min <= 1);
  }

  bool waits(const Group& group, const Here& at) const {
    Here inside = at;
    inside.in_span = at.in_span || group.span.has_value();
    inside.last = at.last && group.min <= 1;
    if ((*this)(group.elements, inside)) return true;
    if (!group.loops()) return false;
    if (at.last && completes_early() && group.min <= 1) return false;
    Here again = inside;
    again.preceded = true;
    again.head_bounded = group.gap.has_value();
    again.spanned = at.spanned || at.in_span;
    return (*this)(group.elements, again);
  }

  bool waits(const Both& both, const Here& at) const {
    for (const Elements& side : both.sides) {
      Here one = at;
      for (const Elements& other : both.sides) {
        if (&other == &side) continue;
        one.head_bounded = one.head_bounded && at.preceded;
        one.preceded = one.preceded || (!at.in_span && may_take(other));
        one.spanned = one.spanned || (at.in_span && !may_take_nothing(pattern, other));
        one.last = one.last && may_take_nothing(pattern, other);
      }
      if ((*this)(side, one)) return true;
    }
    return false;
  }
};

}  // namespace

bool may_wait_without_end(const RulePlan& plan) {
  return !plan.within && Endless{plan, plan.pattern}(plan.pattern.elements, {});
}

}  // namespace tocsin::rules
