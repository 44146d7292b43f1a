// Event types as rules declare them: what the decoder checks and rules may read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/value.hpp"

namespace tocsin::events {

/// Index into Schema::types.
enum class TypeId : std::uint32_t {};
inline constexpr TypeId kNoType{0xffff'ffff};
constexpr std::size_t index_of(TypeId id) { return static_cast<std::size_t>(id); }

struct Field {
  std::string name;  ///< as rules call it; `outer.inner` in a nested object
  Type type = Type::boolean;
  bool optional = false;          ///< `T?`: may be absent or null
  std::vector<std::string> path;  ///< JSON pointer tokens (RFC 6901, unescaped) inside the event's data; never empty
  bool stored = false;            ///< some rule reads it; the decoder checks all fields and stores these
  /// Not of the event's data but of its envelope: `@time` (time), `@id`, `@source`, `@type` (never null), `@subject`
  /// and any other CloudEvents attribute (string?). The name begins with `@`, the path is that of the event's own
  /// object; always stored. Attributes that rules read stand behind the declared fields. Of a derived event `@source`
  /// is `/tocsin/RULE`.
  bool attribute = false;
};

struct EventType {
  std::string name;           ///< as rules call it; `alert.RULE` for the alerts of a rule
  std::string wire;           ///< CloudEvents `type`
  std::vector<Field> fields;  ///< a field's index here is its column in a batch
  bool derived = false;       ///< defined by `emit`: never decoded from input

  /// Index of the field called `field_name`, or -1.
  int find(std::string_view field_name) const {
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == field_name) return static_cast<int>(i);
    return -1;
  }
};

struct Schema {
  std::vector<EventType> types;

  const EventType& operator[](TypeId id) const { return types[index_of(id)]; }
  /// Type called `name` in rules, or kNoType.
  TypeId find(std::string_view name) const {
    for (std::size_t i = 0; i < types.size(); ++i)
      if (types[i].name == name) return TypeId{static_cast<std::uint32_t>(i)};
    return kNoType;
  }
};

}  // namespace tocsin::events
