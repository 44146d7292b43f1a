// Random rules with look-back conditions, and streams that have a fair chance to match them.
#pragma once

#include <string>
#include <vector>

#include "tests/property/check_case.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {

/// 1 to 6 steps over 2 to 4 types with the fields `v: int` and `w: float?`; 1 to 14 events.
Case random_case(Random& random);

/// What of the language the rule uses, each once: `->`, `=> not`, `*`, `look-back`, `within` …
std::vector<std::string> operators_of(const rules::RulePlan& plan);

}  // namespace tocsin::property
