// A case decided by hand from the text of the semantics, sections 2 to 4, in the notation of pattern_text.hpp.
#pragma once

#include <string>

#include "tests/oracle/pattern_text.hpp"

namespace tocsin::oracle {

struct HandCase {
  std::string why;
  std::string pattern;
  std::string stream;
  std::string expected;
  double within = -1;        ///< seconds; negative: none
  std::string also = "";     ///< further types of the rule's input
  std::string clauses = "";  ///< as plan_of takes them
};

inline rules::RulePlan plan_for(const HandCase& test) {
  rules::RulePlan plan = plan_of(test.pattern, test.also, test.clauses);
  if (test.within >= 0) plan.within = events::Duration{static_cast<std::int64_t>(test.within * 1e9)};
  return plan;
}

}  // namespace tocsin::oracle
