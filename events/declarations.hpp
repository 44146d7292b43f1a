// What was found out about event types → their declarations in the rule language, as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/value.hpp"

namespace tocsin::events {

struct FoundField {
  std::string key;           ///< in JSON, or the column
  std::optional<Type> type;  ///< none: an object, or left out
  bool is_object = false;
  bool optional = false;
  std::string comment;  ///< one line; of a field that is left out: why. May be empty
  std::vector<FoundField> inner;
};

struct FoundType {
  std::string wire;
  std::uint64_t events = 0;
  std::string comment;
  std::vector<FoundField> fields;
};

/// Names that rules can use are made of those on the wire: unique, and where they differ the declaration says from
/// what. An object without a field that can be declared is left out.
std::string declarations_of(const std::vector<FoundType>& types);

/// A text as a literal of the rule language.
std::string literal_of(std::string_view text);

}  // namespace tocsin::events
