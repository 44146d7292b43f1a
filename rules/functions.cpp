// The functions by name, and the way from a call to what computes it.
#include "rules/functions.hpp"

#include <array>

#include "events/assert.hpp"

namespace tocsin::rules {

namespace {

// By Function. The last four are operators in what an author writes.
constexpr std::array<std::string_view, 34> kNames = {
    "abs",       "floor", "ceil",   "round",  "sqrt",    "pow",        "exp",         "ln",        "log10",
    "clamp",     "lower", "upper",  "trim",   "length",  "contains",   "starts_with", "ends_with", "replace",
    "substring", "split", "hour",   "minute", "weekday", "date",       "cidr",        "distance",  "inside",
    "hash",      "mask",  "redact", "like",   "matches", "in_network", "in_list"};
constexpr std::size_t kCallable = 30;
static_assert(static_cast<std::size_t>(Function::in_list) + 1 == kNames.size());
static_assert(static_cast<std::size_t>(Function::redact) + 1 == kCallable);

}  // namespace

std::string_view name_of(Function function) { return kNames[static_cast<std::size_t>(function)]; }

std::optional<Function> function_called(std::string_view name) {
  for (std::size_t i = 0; i < kCallable; ++i)
    if (kNames[i] == name) return static_cast<Function>(i);
  return std::nullopt;
}

std::vector<std::string> function_names() { return {kNames.begin(), kNames.begin() + kCallable}; }

}  // namespace tocsin::rules
