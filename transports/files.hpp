// Plain files, .gz and .zst, and the process's own streams: which descriptor, which (de)compressor.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "transports/transport.hpp"

namespace tocsin::transports {

tl::expected<std::unique_ptr<Source>, std::string> open_file_source(const std::string& path);
tl::expected<std::unique_ptr<Sink>, std::string> open_file_sink(const std::string& path);
std::unique_ptr<Source> open_stdin();
std::unique_ptr<Sink> open_stdout();

}  // namespace tocsin::transports
