// Values as a person reads them. Floats: the shortest digits that read back as the same value (fmt).
#include "events/value.hpp"

#include <fmt/format.h>

namespace tocsin::events {
namespace {

struct Text {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(Time value) const { return format_rfc3339(value); }
  std::string operator()(Duration value) const { return format_duration(value); }
};

}  // namespace

std::string to_text(const Value& value) { return std::visit(Text{}, value); }

}  // namespace tocsin::events
