// What could not be an event, kept with its reason and its bytes: nothing is lost and nothing becomes a zero.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/batch.hpp"

namespace tocsin::events {

enum class Reason : std::uint8_t {
  not_json,      ///< no JSON value, or text that isn't one
  not_csv,       ///< a row with wrong quotes, or with another number of cells than the header
  not_utf8,      ///< a value, or a line that is no JSON; where a line goes on, its first kDeadLetterBytes are looked at
  not_an_event,  ///< a JSON value other than an object
  no_type,       ///< `type` missing, empty or not a string
  no_time,       ///< `time` missing where arrival time doesn't stand in
  bad_time,      ///< `time` not RFC 3339 or off the time axis
  bad_attribute,    ///< another envelope attribute of a wrong JSON type, or given twice
  missing_field,    ///< a declared field without `?` is absent or null
  wrong_field,      ///< a declared field has another JSON type
  duplicate_field,  ///< a declared field stands twice
  out_of_range,     ///< a number, time or duration that its declared type can't hold
  too_large,        ///< more than DecodeLimits::event_bytes
  too_deep,         ///< nested deeper than DecodeLimits::depth
  truncated,        ///< the input ended inside it
  late,             ///< behind the watermark
  future,           ///< further ahead of the clock than is believed
};
inline constexpr std::size_t kReasons = 17;

/// `not_json`, `too_large`, … as written to dead-letter files and counters.
std::string_view name_of(Reason reason);

struct DeadLetter {
  Reason reason = Reason::not_json;
  std::string detail;  ///< one line for a person; may be empty
  std::string input;   ///< which input, as the user named it
  Position position;
  std::string bytes;       ///< the original, cut at kDeadLetterBytes
  std::uint64_t size = 0;  ///< bytes of the original before cutting
};
inline constexpr std::size_t kDeadLetterBytes = 64U << 10;

/// Takes dead letters one by one; called from the thread that reads.
class DeadLetterSink {
 public:
  virtual ~DeadLetterSink() = default;
  virtual void take(const DeadLetter& letter) = 0;
};

/// One line of JSON with a newline: reason, detail, input, line, offset, size and `bytes`, or `bytes_base64` where they
/// aren't UTF-8.
void append_json(std::string& out, const DeadLetter& letter);

}  // namespace tocsin::events
