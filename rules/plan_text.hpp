// How the parts of a plan are written, for dumps.
#pragma once

#include "rules/plan.hpp"

namespace tocsin::rules {

/// In double quotes, with escapes.
std::string quoted_text(std::string_view text);
/// As an author would write it, with as few parentheses as the binding powers allow. `candidate` is the type that bare
/// fields are of; kNoType in outputs.
std::string text_of(const Expr& expr, const RulePlan& plan, const events::Schema& schema, events::TypeId candidate);

}  // namespace tocsin::rules
