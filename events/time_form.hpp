// How times are written in inputs that aren't CloudEvents: RFC 3339 as people write it (the offset or the whole time
// of day may be missing: UTC, midnight), or a count since 1970-01-01T00:00:00Z where the input says of what.
#pragma once

#include <cstdint>
#include <string_view>

#include "events/time.hpp"

namespace tocsin::events {

/// What a number means where a time is asked for. Text of RFC 3339 is a time with any.
enum class TimeUnit : std::uint8_t { rfc3339, s, ms, us, ns };

/// A number as text (`1700000000.25`), exact to the nanosecond, what is finer cut off.
TimeFault parse_count(std::string_view text, TimeUnit unit, Time& time);

/// Text that is a number of `unit`, or a time.
TimeFault parse_loose_time(std::string_view text, TimeUnit unit, Time& time);

}  // namespace tocsin::events
