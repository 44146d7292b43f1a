// Options of an input's URI that tell how its events are written → the format.
//
//   ?format=json&type_field=kind&time_field=ts&time_unit=ms     ?format=csv&type=Sensor&time_field=at&delimiter=;
#pragma once

#include <string>
#include <vector>

#include "events/format.hpp"
#include "transports/query.hpp"

namespace tocsin::transports {

/// Names of the options.
const std::vector<std::string>& format_options();
bool is_format_option(const std::string& name);

/// Whether the input is a file or stdin, where no arrival time stands in for an event's own.
enum class InputKind : std::uint8_t { stream, socket };

/// `options` are all format options.
Result<events::Format> parse_format_options(const std::vector<Option>& options, InputKind kind);

}  // namespace tocsin::transports
