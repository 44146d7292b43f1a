// One scalar as an input writes it → the slot of its declared type, or why it doesn't fit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/batch.hpp"
#include "events/number.hpp"
#include "events/time_form.hpp"

namespace tocsin::events {

enum class Misfit : std::uint8_t {
  none,
  not_json,      ///< not a number of the JSON grammar
  wrong,         ///< of another type
  out_of_range,  ///< of the type, but it can't hold it
};

/// How an input writes times.
struct TimeForm {
  bool loose = false;  ///< parse_loose_time() instead of RFC 3339 to the letter
  TimeUnit unit = TimeUnit::rfc3339;
};

constexpr Misfit misfit_of(NumberFault fault) {
  constexpr Misfit kMisfits[] = {Misfit::none, Misfit::not_json, Misfit::wrong, Misfit::out_of_range};
  return kMisfits[static_cast<std::size_t>(fault)];
}

Misfit slot_of_odd_number(Type type, std::string_view text, TimeForm form, Slot& slot);
/// Of a JSON number.
inline Misfit slot_of_number(Type type, std::string_view text, TimeForm form, Slot& slot) {
  if (type == Type::floating) {
    double value = 0;
    const NumberFault fault = parse_float(text, value);
    slot = slot_of(value);
    return misfit_of(fault);
  }
  if (type != Type::integer) return slot_of_odd_number(type, text, form, slot);
  std::int64_t value = 0;
  const NumberFault fault = parse_integer(text, value);
  slot = slot_of(value);
  return misfit_of(fault);
}
/// Of a string, for a type other than string itself: time, duration, severity.
Misfit slot_of_text(Type type, std::string_view text, TimeForm form, Slot& slot);

/// What is wrong with a number, or with a string, after Misfit::wrong or out_of_range: `a number`, `1.5`, `a string
/// that is no duration`.
std::string what_of_number(Type type, std::string_view text, Misfit misfit);
std::string what_of_text(Type type, std::string_view text, Misfit misfit);

/// `true`, `false`, `null` or a number.
bool is_json_scalar(std::string_view text);

/// Without white space around it.
std::string_view trimmed(std::string_view text);
/// As programs that write tables spell it: `true`, `True`, `TRUE`, `1`, ….
std::optional<bool> truth_of(std::string_view text);

/// The beginning of a text, for a person.
std::string shown(std::string_view text);

}  // namespace tocsin::events
