// Options of a run → a file that it would write while that is also read or written otherwise.
//
// What a run writes it empties first; one that was given twice by mistake would be lost. Devices and pipes may repeat.
#pragma once

#include <string>

#include "cli/commands.hpp"

namespace tocsin::cli {

/// One line for a person; empty: there is none. URIs must be valid.
std::string clash(const RunOptions& options);

}  // namespace tocsin::cli
