// The declared fields of an event type as a tree over their JSON pointers, for one walk over an event's data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/key_trail.hpp"
#include "events/schema.hpp"

namespace tocsin::events {

struct FieldTree {
  static constexpr std::int32_t kNothing = -1;
  struct Child {
    std::string name;
    std::int32_t node = 0;
  };
  struct Element {
    std::uint64_t index = 0;
    std::int32_t node = 0;
  };
  struct Node {
    std::vector<Child> children;        ///< by name
    std::vector<Element> elements;      ///< those of them whose names are array indices, by index
    std::vector<std::uint32_t> fields;  ///< declared at this very place
    KeyTrail trail;

    /// Node of the child called `name`, or kNothing.
    std::int32_t find(std::string_view name) const;
  };

  explicit FieldTree(const EventType& type);

  std::vector<Node> nodes;              ///< 0 is the data itself
  std::size_t fields = 0;               ///< of the type
  std::vector<std::uint32_t> stored;    ///< fields with a column
  std::vector<std::uint32_t> required;  ///< fields that aren't optional
};

}  // namespace tocsin::events
