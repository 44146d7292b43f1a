// Random rules over the whole pattern language, and streams that have a fair chance to match them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/property/check_case.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {

/// 1 to 8 steps over 2 to 4 types with the fields `v: int` and `w: float?`; 1 to 14 events. A rule that the language
/// allows.
Case random_case(Random& random);

/// What of the language the rule uses, each once: `->`, `=> not`, `*`, `look-back`, `within` …
std::vector<std::string> operators_of(const rules::RulePlan& plan);

/// Those of which a run must have enough rules.
std::vector<std::string> wanted_operators();

}  // namespace tocsin::property
