// Section 2 of the semantics as statements about a list of takes: which may follow, which lists are matches. For
// patterns of steps and absences alone, that end in a step: a second reading, by which the search (start.hpp) is
// judged.
//
// Every statement about a take speaks of that take and of those before it, never of later ones. So a list of takes is
// a match when each of its takes may follow the ones before it and the whole is complete, and the matches can be found
// by adding one take at a time. Any thread.
#pragma once

#include <vector>

#include "rules/plan.hpp"
#include "tests/oracle/oracle.hpp"

namespace tocsin::oracle {

/// A plan, and the events it is read on: those of the rule's input, of one key, in processing order.
struct Reading {
  Reading(const rules::RulePlan& rule, const std::vector<Event>& events);

  const rules::RulePlan& plan;
  const std::vector<Event>& input;
  std::vector<std::size_t> element_of;  ///< by step: its place in Pattern::elements
};

/// The pattern is one of those that can be read here.
bool is_plain(const rules::Pattern& pattern);

/// Whether `next` may follow the takes `before` it (none: whether it may begin a match).
bool may_take(const Reading& reading, const Takes& before, Take next);

/// Whether the pattern may end after `takes` (at least one), each of which may follow the ones before it.
bool is_complete(const Reading& reading, const Takes& takes);

/// All matches, which are lists of takes for which both hold.
std::vector<Takes> all_matches(const Reading& reading);

}  // namespace tocsin::oracle
