// The functions by name, and the way from a call to what computes it.
#include "rules/functions.hpp"

#include <algorithm>
#include <array>

#include "rules/functions_parts.hpp"

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

bool result_of(Function function, const Args& args, Slot& out) {
  switch (function) {
    case Function::length:
    case Function::contains:
      return events::is_list(args.types[0]) ? list_result(function, args, out) : text_result(function, args, out);
    case Function::in_list:
      return list_result(function, args, out);
    case Function::hour:
    case Function::minute:
    case Function::weekday:
    case Function::date:
      return calendar_result(function, args, out);
    case Function::cidr:
    case Function::in_network:
      return address_result(function, args, out);
    case Function::distance:
    case Function::inside:
      return geo_result(function, args, out);
    default:
      return function <= Function::clamp ? number_result(function, args, out) : text_result(function, args, out);
  }
}

}  // namespace

std::string_view name_of(Function function) { return kNames[static_cast<std::size_t>(function)]; }

std::optional<Function> function_called(std::string_view name) {
  for (std::size_t i = 0; i < kCallable; ++i)
    if (kNames[i] == name) return static_cast<Function>(i);
  return std::nullopt;
}

std::vector<std::string> function_names() { return {kNames.begin(), kNames.begin() + kCallable}; }

bool is_operator(Function function) { return static_cast<std::size_t>(function) >= kCallable; }

bool call(Function function, const Prepared* prepared, std::span<const Type> types, std::span<const Cell> args,
          Texts& texts, Slot& out) {
  const bool given = std::all_of(args.begin(), args.end(), [](const Cell& cell) { return cell.valid; });
  if (given && result_of(function, {types, args, prepared, texts}, out)) return true;
  out = 0;
  return is_operator(function);
}

}  // namespace tocsin::rules
