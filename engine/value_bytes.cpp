#include "engine/value_bytes.hpp"

#include <cmath>

namespace tocsin::engine {

using events::Value;

void put_value(std::string& out, const Value& value) {
  out.push_back(static_cast<char>(value.index()));
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>) {
          events::put_text(out, v);
        } else if constexpr (std::is_same_v<T, events::List>) {
          events::put(out, static_cast<std::uint32_t>(v.bytes.size() + 1));
          events::put(out, static_cast<std::uint8_t>(v.element));
          out += v.bytes;
        } else if constexpr (std::is_same_v<T, events::Severity>) {
          events::put(out, std::uint32_t{1});
          events::put(out, static_cast<std::uint8_t>(v));
        } else if constexpr (std::is_same_v<T, events::Time> || std::is_same_v<T, events::Duration>) {
          events::put(out, std::uint32_t{8});
          events::put(out, v.ns);
        } else if constexpr (!std::is_same_v<T, std::monostate>) {
          events::put(out, static_cast<std::uint32_t>(sizeof v));
          events::put(out, v);
        }
      },
      value);
}

namespace {

template <class T>
T number(std::string_view bytes, events::ByteReader& in) {
  T value{};
  if (bytes.size() != sizeof value)
    in.good = false;
  else
    std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// Are these the bytes of a list of `element`s?
bool is_list_of(events::Type element, std::string_view bytes) {
  events::ByteReader in{bytes};
  while (in.good && !bytes.empty()) {
    if (events::is_list(element)) {
      in.good = is_list_of(events::element_of(element), in.text()) && in.good;
    } else if (element == events::Type::string) {
      in.text();
    } else if (element == events::Type::boolean) {
      if (in.get<std::uint8_t>() > 1) in.good = false;
    } else if (element == events::Type::severity) {
      if (in.get<std::uint8_t>() >= events::kSeverityNames.size()) in.good = false;
    } else if (element == events::Type::floating) {
      if (!std::isfinite(in.get<double>())) in.good = false;
    } else {
      in.get<std::int64_t>();
    }
  }
  return in.good;
}

Value list_of_bytes(events::ByteReader& in, std::string_view bytes) {
  if (bytes.empty()) return in.good = false, Value{};
  const auto element = static_cast<std::uint8_t>(bytes[0]);
  const bool known = element % events::kListStep <= static_cast<std::uint8_t>(events::Type::severity) &&
                     element / events::kListStep < events::kMaxListDepth;
  const auto type = static_cast<events::Type>(element);
  if (!known || !is_list_of(type, bytes.substr(1))) return in.good = false, Value{};
  return events::List{type, std::string(bytes.substr(1))};
}

}  // namespace

Value take_value(events::ByteReader& in) {
  const auto tag = in.get<std::uint8_t>();
  if (!in.good || tag == 0) return {};
  const std::string_view bytes = in.text();
  if (!in.good) return {};
  switch (tag) {
    case 1: {
      const auto truth = number<std::uint8_t>(bytes, in);
      if (truth > 1) in.good = false;
      return truth == 1;
    }
    case 2:
      return number<std::int64_t>(bytes, in);
    case 3: {
      const auto value = number<double>(bytes, in);
      if (!std::isfinite(value)) in.good = false;
      return value;
    }
    case 4:
      return std::string(bytes);
    case 5:
      return events::Time{number<std::int64_t>(bytes, in)};
    case 6:
      return events::Duration{number<std::int64_t>(bytes, in)};
    case 7: {
      const auto severity = number<std::uint8_t>(bytes, in);
      if (severity >= events::kSeverityNames.size()) return in.good = false, Value{};
      return static_cast<events::Severity>(severity);
    }
    case 8:
      return list_of_bytes(in, bytes);
    default:
      in.good = false;
      return {};
  }
}

}  // namespace tocsin::engine
