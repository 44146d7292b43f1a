// How an input writes its events: CloudEvents, other JSON objects by a mapping, or CSV with a header line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/time_form.hpp"

namespace tocsin::events {

/// Where an event's envelope stands. A place in JSON is a name in the event's object, or a JSON pointer (RFC 6901); in
/// CSV it is a column's name. Empty: there is none.
struct Mapping {
  std::string type;        ///< of all events; empty: it stands in type_field
  std::string type_field;  ///< not given where `type` is
  std::string time_field;
  TimeUnit time_unit = TimeUnit::rfc3339;
  std::string id_field;
  std::string source_field;
  std::string data;  ///< JSON: the object with the declared fields; empty: the event's own
};

struct CloudEvents {};

struct MappedJson {
  Mapping mapping;
};

/// RFC 4180 with any delimiter. The declared field `a.b` is the column of that name.
struct Csv {
  Mapping mapping;
  char delimiter = ',';
};

using Format = std::variant<CloudEvents, MappedJson, Csv>;

/// A JSON pointer's tokens, unescaped; what doesn't begin with `/` is one token as it is.
std::vector<std::string> tokens_of_place(std::string_view place);

}  // namespace tocsin::events
