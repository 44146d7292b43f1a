// A value of the rule language outside the hot path: constants, tests, outputs, the reference matcher.
// Inside a batch values are typed 8-byte slots (batch.hpp).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/time.hpp"

namespace tocsin::events {

/// A type of the rule language. The values named here are those without parts; `list<T>` is T + kListStep, so that
/// `list<list<float>>` is a type like any other (list_of, element_of). Lists nest at most kMaxListDepth deep.
enum class Type : std::uint8_t { boolean, integer, floating, string, time, duration, severity };

inline constexpr std::uint8_t kListStep = 16;
inline constexpr int kMaxListDepth = 3;

constexpr int list_depth(Type type) { return static_cast<int>(type) / kListStep; }
constexpr bool is_list(Type type) { return list_depth(type) > 0; }
constexpr Type list_of(Type element) { return static_cast<Type>(static_cast<std::uint8_t>(element) + kListStep); }
/// `list` must be one.
constexpr Type element_of(Type list) { return static_cast<Type>(static_cast<std::uint8_t>(list) - kListStep); }

/// The type's name in the rule language: `bool`, `int`, `float`, `string`, `time`, `duration`, `severity`, `list<int>`.
constexpr std::string_view name_of(Type type) {
  constexpr std::array<std::array<std::string_view, 7>, kMaxListDepth + 1> kNames{{
      {"bool", "int", "float", "string", "time", "duration", "severity"},
      {"list<bool>", "list<int>", "list<float>", "list<string>", "list<time>", "list<duration>", "list<severity>"},
      {"list<list<bool>>", "list<list<int>>", "list<list<float>>", "list<list<string>>", "list<list<time>>",
       "list<list<duration>>", "list<list<severity>>"},
      {"list<list<list<bool>>>", "list<list<list<int>>>", "list<list<list<float>>>", "list<list<list<string>>>",
       "list<list<list<time>>>", "list<list<list<duration>>>", "list<list<list<severity>>>"},
  }};
  return kNames[static_cast<std::size_t>(list_depth(type))][static_cast<std::size_t>(type) % kListStep];
}

/// How grave an alert is, in order.
enum class Severity : std::uint8_t { info, low, medium, high, critical };
inline constexpr std::array<std::string_view, 5> kSeverityNames = {"info", "low", "medium", "high", "critical"};

/// `info`, `low`, `medium`, `high`, `critical`
constexpr std::string_view name_of(Severity severity) { return kSeverityNames[static_cast<std::size_t>(severity)]; }

/// A list as canonical bytes: equal lists of one element type have equal bytes, so that a list is interned and compared
/// as a string is. Layout: the elements in order: bool and severity 1 byte; int, time, duration 8 bytes, little-endian;
/// float 8 bytes, its bits, -0 written as 0; string and list a little-endian u32 of bytes, then these. No element is
/// null.
struct List {
  Type element = Type::boolean;
  std::string bytes;
  bool operator==(const List&) const = default;
  std::strong_ordering operator<=>(const List&) const = default;  ///< a fixed order, of no meaning
};

/// std::monostate is null. A double is always finite.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Time, Duration, Severity, List>;

inline bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

/// The type of `value`, which must not be null.
Type type_of(const Value& value);

/// `items` must be of type `element`, none null.
List make_list(Type element, const std::vector<Value>& items);
std::vector<Value> items_of(const List& list);
/// The same of bytes that lie elsewhere.
std::vector<Value> items_of(Type element, std::string_view bytes);

/// As a person reads it in a message: `null`, `true`, `42`, `80.5`, text as it is, RFC 3339, `1h30m`, `high`, `[1, 2]`.
std::string to_text(const Value& value);

}  // namespace tocsin::events
