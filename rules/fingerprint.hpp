// A rule's fingerprint: the same for the same meaning, whatever the layout, the files, or the rules beside it.
#pragma once

#include <string>
#include <string_view>

#include "rules/plan.hpp"

namespace tocsin::rules {

/// 16 hex digits: XXH3 (64 bit) over the plan's dump without description, version, tags, owner and layer. `zone`: the
/// set's, which counts where messages tell times.
std::string fingerprint(const RulePlan& plan, const events::Schema& schema, std::string_view zone);

}  // namespace tocsin::rules
