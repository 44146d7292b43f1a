// How the parts of a plan are written, for dumps.
#pragma once

#include "rules/plan.hpp"

namespace tocsin::rules {

/// In double quotes, with escapes.
std::string quoted_text(std::string_view text);
/// As an author would write it, with as few parentheses as the binding powers allow. `candidate` is the type that bare
/// fields are of; kNoType in outputs.
std::string text_of(const Expr& expr, const RulePlan& plan, const events::Schema& schema, events::TypeId candidate);

std::string text_of(const Aggregate& aggregate, const RulePlan& plan, const events::Schema& schema);
/// The lines of a window rule's window, each with its depth.
std::vector<std::pair<int, std::string>> window_lines(const RulePlan& plan, const events::Schema& schema);

}  // namespace tocsin::rules
