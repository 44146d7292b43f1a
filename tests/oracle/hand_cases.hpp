// Cases decided by hand from the text of the semantics, sections 2 to 4, edges first: the reference matcher is judged
// by them, and the engine too.
#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "tests/oracle/hand_cases_absence.hpp"
#include "tests/oracle/hand_cases_loops.hpp"
#include "tests/oracle/hand_cases_order.hpp"
#include "tests/oracle/hand_cases_sides.hpp"
#include "tests/oracle/hand_cases_taken.hpp"

namespace tocsin::oracle {

inline const std::vector<HandCase> kHandCases = [] {
  std::vector<HandCase> all;
  for (const std::span<const HandCase> some : std::initializer_list<std::span<const HandCase>>{
           kOrderCases, kLoopCases, kSideCases, kAbsenceCases, kTakenCases})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}();

}  // namespace tocsin::oracle
