// Functions of the language over values, none of them null, each as plainly as it can be said. `hash` isn't among them:
// SHA-256 has published test vectors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/value.hpp"
#include "rules/plan.hpp"

namespace tocsin::oracle {

using Args = std::vector<events::Value>;

/// Of numbers and durations, times and places; nothing where `function` is none of these.
std::optional<events::Value> numeric(rules::Function function, const Args& args);
std::optional<events::Value> temporal(rules::Function function, const Args& args);
std::optional<events::Value> spatial(rules::Function function, const Args& args);
/// Of strings and lists.
std::optional<events::Value> textual(rules::Function function, const Args& args);
/// Of internet addresses.
std::optional<events::Value> network(rules::Function function, const Args& args);

}  // namespace tocsin::oracle
