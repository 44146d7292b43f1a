// Values as a person reads them, and lists as canonical bytes. Floats: the shortest digits that read back as the same
// value (fmt).
#include "events/value.hpp"

#include <bit>

#include <fmt/format.h>

#include "events/assert.hpp"
#include "events/bytes.hpp"

namespace tocsin::events {
namespace {

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

void put_item(std::string& bytes, const Value& item) {
  std::visit(
      overloaded{[](std::monostate) { TOCSIN_ASSERT(false && "a list holds no null"); },
                 [&](bool value) { put(bytes, std::uint8_t{value}); }, [&](std::int64_t value) { put(bytes, value); },
                 [&](double value) { put(bytes, value == 0 ? 0.0 : value); },
                 [&](const std::string& value) { put_text(bytes, value); }, [&](Time value) { put(bytes, value.ns); },
                 [&](Duration value) { put(bytes, value.ns); },
                 [&](Severity value) { put(bytes, static_cast<std::uint8_t>(value)); },
                 [&](const List& value) { put_text(bytes, value.bytes); }},
      item);
}

Value take_item(Type type, ByteReader& reader) {
  if (is_list(type)) return List{element_of(type), std::string(reader.text())};
  switch (type) {
    case Type::boolean:
      return reader.get<std::uint8_t>() != 0;
    case Type::integer:
      return reader.get<std::int64_t>();
    case Type::floating:
      return reader.get<double>();
    case Type::string:
      return std::string(reader.text());
    case Type::time:
      return Time{reader.get<std::int64_t>()};
    case Type::duration:
      return Duration{reader.get<std::int64_t>()};
    case Type::severity:
      return static_cast<Severity>(reader.get<std::uint8_t>());
  }
  TOCSIN_ASSERT(false && "an unknown type");
}

std::string list_text(const List& list) {
  std::string out = "[";
  for (const Value& item : items_of(list)) {
    if (out.size() > 1) out += ", ";
    out += to_text(item);
  }
  return out + "]";
}

}  // namespace

Type type_of(const Value& value) {
  return std::visit(
      overloaded{[](std::monostate) -> Type { TOCSIN_ASSERT(false && "a null has no type"); },
                 [](bool) { return Type::boolean; }, [](std::int64_t) { return Type::integer; },
                 [](double) { return Type::floating; }, [](const std::string&) { return Type::string; },
                 [](Time) { return Type::time; }, [](Duration) { return Type::duration; },
                 [](Severity) { return Type::severity; }, [](const List& list) { return list_of(list.element); }},
      value);
}

List make_list(Type element, const std::vector<Value>& items) {
  List list{element, {}};
  for (const Value& item : items) {
    TOCSIN_ASSERT(!is_null(item) && type_of(item) == element);
    put_item(list.bytes, item);
  }
  return list;
}

std::vector<Value> items_of(const List& list) { return items_of(list.element, list.bytes); }

std::vector<Value> items_of(Type element, std::string_view bytes) {
  std::vector<Value> items;
  ByteReader reader{bytes};
  while (!bytes.empty()) {
    items.push_back(take_item(element, reader));
    TOCSIN_ASSERT(reader.good);
  }
  return items;
}

std::string to_text(const Value& value) {
  return std::visit(
      overloaded{[](std::monostate) -> std::string { return "null"; },
                 [](bool truth) -> std::string { return truth ? "true" : "false"; },
                 [](std::int64_t number) { return fmt::format("{}", number); },
                 [](double number) { return fmt::format("{}", number); }, [](const std::string& text) { return text; },
                 [](Time time) { return format_rfc3339(time); },
                 [](Duration duration) { return format_duration(duration); },
                 [](Severity severity) { return std::string(name_of(severity)); },
                 [](const List& list) { return list_text(list); }},
      value);
}

}  // namespace tocsin::events
