// Event time: points and spans on a 64-bit nanosecond axis, and their text forms.
//
// Time counts nanoseconds since 1970-01-01T00:00:00Z (UTC, leap seconds folded as in POSIX), which
// covers 1677-09-21 to 2262-04-11. Text: RFC 3339 for times, the rule language's units for spans.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::events {

struct Duration {
  std::int64_t ns = 0;
  auto operator<=>(const Duration&) const = default;
};

struct Time {
  std::int64_t ns = 0;
  auto operator<=>(const Time&) const = default;
};

inline constexpr Time kEarliest{std::numeric_limits<std::int64_t>::min()};
inline constexpr Time kLatest{std::numeric_limits<std::int64_t>::max()};
inline constexpr Duration kLongest{std::numeric_limits<std::int64_t>::max()};

/// Sums that would leave the axis stop at its ends: a deadline past the end of time never comes.
constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}
constexpr std::int64_t saturating_sub(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}
constexpr Time operator+(Time t, Duration d) { return {saturating_add(t.ns, d.ns)}; }
constexpr Time operator-(Time t, Duration d) { return {saturating_sub(t.ns, d.ns)}; }
constexpr Duration operator-(Time a, Time b) { return {saturating_sub(a.ns, b.ns)}; }

inline constexpr Duration kSecond{1'000'000'000};

enum class TimeFault : std::uint8_t {
  none,
  not_a_time,  ///< or not a duration: another form, or a date that doesn't exist
  off_axis,    ///< of the right form, but 64 bits of nanoseconds don't reach there
};

/// RFC 3339 section 5.6 with 0 to 9 decimals of a second and `Z` or a numeric offset; `t`, `z` and a space for `T` are
/// taken too. No time is anything else, dates that don't exist, and times off the axis. A leap second (`:60`) is
/// taken as the first instant of the next minute.
std::optional<Time> parse_rfc3339(std::string_view text);
/// The same for hot paths. With a fault, `time` is not to be used.
TimeFault parse_rfc3339(std::string_view text, Time& time);

/// UTC with `Z` and as many decimals (0, 3, 6 or 9) as the value needs.
std::string format_rfc3339(Time time);

/// `1h30m`, `250ms`, `0s`, `-5s`: whole numbers with units d h m s ms us ns, in falling order, each at most once.
std::optional<Duration> parse_duration(std::string_view text);
TimeFault parse_duration(std::string_view text, Duration& duration);
std::string format_duration(Duration duration);

}  // namespace tocsin::events
