// A value of the rule language outside the hot path: constants, tests, outputs, the reference matcher.
// Inside a batch values are typed 8-byte slots (batch.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "events/time.hpp"

namespace tocsin::events {

enum class Type : std::uint8_t { boolean, integer, floating, string, time, duration };

/// The type's name in the rule language: `bool`, `int`, `float`, `string`, `time`, `duration`.
constexpr std::string_view name_of(Type type) {
  constexpr std::string_view kNames[] = {"bool", "int", "float", "string", "time", "duration"};
  return kNames[static_cast<std::size_t>(type)];
}

/// std::monostate is null. A double is always finite.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Time, Duration>;

inline bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

/// As a person reads it in a message: `null`, `true`, `42`, `80.5`, text as it is, RFC 3339, `1h30m`.
std::string to_text(const Value& value);

}  // namespace tocsin::events
