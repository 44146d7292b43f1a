#include "events/scalar.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/json_class.hpp"
#include "events/number.hpp"

namespace tocsin::events {
namespace {

Misfit misfit_of(TimeFault fault) {
  switch (fault) {
    case TimeFault::none:
      return Misfit::none;
    case TimeFault::off_axis:
      return Misfit::out_of_range;
    case TimeFault::not_a_time:
      break;
  }
  return Misfit::wrong;
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 40;
  if (text.size() <= kShown) return std::string(text);
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // no half characters
  return fmt::format("{}…", text.substr(0, end));
}

bool is_json_scalar(std::string_view text) {
  double value = 0;
  return text == "true" || text == "false" || text == "null" || parse_float(text, value) != NumberFault::not_a_number;
}

/// Where neither an integer nor a float is asked for.
Misfit slot_of_odd_number(Type type, std::string_view text, TimeForm form, Slot& slot) {
  double value = 0;
  if (parse_float(text, value) == NumberFault::not_a_number) return Misfit::not_json;
  if (type != Type::time || !form.loose) return Misfit::wrong;
  Time time;
  const TimeFault time_fault = parse_count(text, form.unit, time);
  slot = slot_of(time.ns);
  return misfit_of(time_fault);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<bool> truth_of(std::string_view text) {
  if (text == "true" || text == "1" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "0" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

Misfit slot_of_text(Type type, std::string_view text, TimeForm form, Slot& slot) {
  switch (type) {
    case Type::time: {
      Time time;
      const TimeFault fault = form.loose ? parse_loose_time(text, form.unit, time) : parse_rfc3339(text, time);
      slot = slot_of(time.ns);
      return misfit_of(fault);
    }
    case Type::duration: {
      Duration duration;
      const TimeFault fault = parse_duration(text, duration);
      slot = slot_of(duration.ns);
      return misfit_of(fault);
    }
    case Type::severity: {
      const auto* const name = std::find(kSeverityNames.begin(), kSeverityNames.end(), text);
      slot = slot_of(std::int64_t{name - kSeverityNames.begin()});
      return name == kSeverityNames.end() ? Misfit::wrong : Misfit::none;
    }
    default:
      return Misfit::wrong;
  }
}

std::string what_of_number(Type type, std::string_view text, Misfit misfit) {
  if (misfit == Misfit::out_of_range || type == Type::integer) return shown(text);
  return "a number";
}

std::string what_of_text(Type type, std::string_view text, Misfit misfit) {
  if (misfit == Misfit::out_of_range) return shown(text);
  switch (type) {
    case Type::time:
      return "a string that is no time of RFC 3339";
    case Type::duration:
      return "a string that is no duration";
    case Type::severity:
      return "a string that is no severity";
    default:
      return "a string";
  }
}

}  // namespace tocsin::events
