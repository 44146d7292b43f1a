// An event as CloudEvents JSON, as input has it. Messages of rules: events/message.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/schema.hpp"

namespace tocsin::events {

/// A line of CloudEvents JSON and a newline, that a decoder reads `values` of: by field of `type`, attributes too; null
/// ones are left out.
void append_event_json(std::string& out, const EventType& type, Time time, std::string_view id, std::string_view source,
                       const std::vector<Value>& values);

}  // namespace tocsin::events
