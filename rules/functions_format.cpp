// `{value:specification}`: what is written, and which specifications there are. Numbers, texts and truth values take
// those of {fmt}, times those of strftime.
#include <fmt/format.h>

#include "rules/functions_parts.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::rules {

namespace {

constexpr std::size_t kLongestSpecification = 100;
constexpr unsigned kWidest = 200;  // width and precision: a message stays readable, and small

std::string written(std::string_view specification, const auto& value) {
  return fmt::format(fmt::runtime("{:" + std::string(specification) + "}"), value);
}

/// RFC 3339 as that place's clocks show it, with as many decimals (0, 3, 6 or 9) as the time needs.
std::string local_text(events::Time time, absl::TimeZone zone) {
  const std::int64_t part = ((time.ns % 1'000'000'000) + 1'000'000'000) % 1'000'000'000;
  const std::string_view seconds = part == 0               ? "%S"
                                   : part % 1'000'000 == 0 ? "%E3S"
                                   : part % 1'000 == 0     ? "%E6S"
                                                           : "%E9S";
  return absl::FormatTime("%Y-%m-%dT%H:%M:" + std::string(seconds) + "%Ez", absl::FromUnixNanos(time.ns), zone);
}

std::string time_text(events::Time time, std::string_view specification, std::string_view zone_name) {
  absl::TimeZone zone;
  const bool utc = zone_name.empty() || zone_name == "UTC" || !load_zone(zone_name, zone);
  if (!specification.empty())
    return absl::FormatTime(std::string(specification), absl::FromUnixNanos(time.ns), utc ? absl::UTCTimeZone() : zone);
  return utc ? events::format_rfc3339(time) : local_text(time, zone);
}

/// What is wrong with `%…` at the front, which is taken off; empty: nothing.
std::string bad_conversion(std::string_view& rest) {
  constexpr std::string_view kPlain = "aAbBdDeFgGhHIjmMnpRrsStTuUVwWyYzZ%";
  constexpr std::string_view kExtended[] = {"%Ez", "%E*z", "%E*S", "%E*f", "%E4Y", "%ET"};
  if (rest.size() >= 2 && kPlain.find(rest[1]) != std::string_view::npos) {
    rest.remove_prefix(2);
    return {};
  }
  for (const std::string_view each : kExtended) {
    if (!rest.starts_with(each)) continue;
    rest.remove_prefix(each.size());
    return {};
  }
  const bool decimals = rest.size() >= 4 && rest[1] == 'E' && rest[2] >= '0' && rest[2] <= '9';
  if (decimals && (rest[3] == 'S' || rest[3] == 'f')) {
    rest.remove_prefix(4);
    return {};
  }
  const std::size_t shown = std::min<std::size_t>(rest.size(), 2);
  return "`" + std::string(rest.substr(0, shown)) + "` is no part of a time: `%Y-%m-%d %H:%M:%S` has the usual ones";
}

std::string bad_time_format(std::string_view specification) {
  if (specification.find('%') == std::string_view::npos) return "a time is written like `%Y-%m-%d` or `%H:%M`";
  while (true) {
    const std::size_t at = specification.find('%');
    if (at == std::string_view::npos) return {};
    specification.remove_prefix(at);
    std::string problem = bad_conversion(specification);
    if (!problem.empty()) return problem;
  }
}

/// Width and precision are numbers; the fill before them may be a digit too.
bool too_wide(std::string_view specification) {
  unsigned number = 0;
  for (const char c : specification) {
    number = c >= '0' && c <= '9' ? number * 10 + static_cast<unsigned>(c - '0') : 0;
    if (number > kWidest) return true;
  }
  return false;
}

template <class T>
std::string bad_plain_format(std::string_view specification, const T& sample, std::string_view of,
                             std::string_view hint) {
  const std::string shown = "`" + std::string(specification) + "`";
  if (too_wide(specification)) return shown + " is too wide: at most " + std::to_string(kWidest);
  // What depends on a place's habits (`L`), addresses (`p`) and single bytes of a number (`c`) has no meaning here.
  const bool odd = specification.find_first_of("{}") != std::string_view::npos ||
                   specification.find_last_of("Lpc") == specification.size() - 1;
  try {
    if (!odd) {
      static_cast<void>(written(specification, sample));
      return {};
    }
  } catch (const fmt::format_error&) {
  }
  return shown + " is no format of " + std::string(of) + "; " + std::string(hint);
}

}  // namespace

std::string formatted(const events::Value& value, std::string_view specification, std::string_view zone) {
  if (const auto* time = std::get_if<events::Time>(&value)) return time_text(*time, specification, zone);
  if (specification.empty()) return events::to_text(value);
  return std::visit(overloaded{
                        [&](bool truth) { return written(specification, truth); },
                        [&](std::int64_t number) { return written(specification, number); },
                        [&](double number) { return written(specification, number); },
                        [&](const std::string& text) { return written(specification, text); },
                        [&](const auto&) { return events::to_text(value); },
                    },
                    value);
}

std::string bad_format(events::Type type, std::string_view specification) {
  if (specification.empty()) return {};
  if (specification.size() > kLongestSpecification) return "the format is longer than 100 bytes";
  switch (type) {
    case Type::boolean:
      return bad_plain_format(specification, true, "a bool", "`{x:>6}` puts it at the end of 6 columns");
    case Type::integer:
      return bad_plain_format(specification, std::int64_t{1}, "an int", "for example `{x:6}`, `{x:06}` or `{x:x}`");
    case Type::floating:
      return bad_plain_format(specification, 1.5, "a float", "for example `{x:.1f}` has one decimal");
    case Type::string:
      return bad_plain_format(specification, std::string("x"), "a string", "for example `{x:<10}` or `{x:.8}`");
    case Type::time:
      return bad_time_format(specification);
    default:
      return "a " + std::string(events::name_of(type)) + " takes no format";
  }
}

}  // namespace tocsin::rules
