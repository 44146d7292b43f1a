// What can be told of a pattern's elements alone: what stands inside them, what may be left out, what comes first.
//
// Elements of a plan → yes or no. Own recursion over groups and sides, so that checker, lint and texts need no
// automaton. Any thread.
#pragma once

#include <vector>

#include "rules/plan.hpp"

namespace tocsin::rules {

/// The sequences right inside an element: a group's elements, each side of a choice or an interleaving.
std::vector<const std::vector<Element>*> inner(const Element& element);
std::vector<std::vector<Element>*> inner(Element& element);

/// The steps that an element takes itself: of a Take its one, of an Either all.
std::vector<std::uint32_t> own_steps(const Element& element);

/// Calls `visit` with each element, outer before inner, left before right.
template <class Elements, class Visit>
void each_element(Elements& elements, const Visit& visit) {
  for (auto& element : elements) {
    visit(element);
    for (auto* sequence : inner(element)) each_element(*sequence, visit);
  }
}

/// Without any event: all of it may be left out, or is absences.
bool may_take_nothing(const Pattern& pattern, const Element& element);
bool may_take_nothing(const Pattern& pattern, const std::vector<Element>& elements);
/// Some event may be taken: there is a step in it.
bool may_take(const Element& element);
bool may_take(const std::vector<Element>& elements);

/// Every match begins with an event of the binding `step`. Not of a pattern that may take nothing.
bool always_begins_with(const Pattern& pattern, std::uint32_t step);
/// The binding never has more than one event.
bool has_one_event(const Pattern& pattern, std::uint32_t step);

/// Some first event leaves the pattern in need of another.
bool waits_behind_first(const Pattern& pattern);
/// No match has more than one event.
bool takes_one_event(const Pattern& pattern);

}  // namespace tocsin::rules
