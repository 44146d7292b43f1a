// Opening of byte streams.
#include "transports/files.hpp"

#include <unistd.h>

#include <utility>

#include "transports/stream.hpp"

namespace tocsin::transports {

tl::expected<std::unique_ptr<Source>, std::string> open_file_source(const std::string& path) {
  tl::expected<Descriptor, std::string> file = open_to_read(path);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<StreamSource>(std::move(*file), decompressor_for(path));
}

tl::expected<std::unique_ptr<Sink>, std::string> open_file_sink(const std::string& path) {
  tl::expected<Descriptor, std::string> file = open_to_write(path);
  if (!file) return tl::unexpected(file.error());
  return std::make_unique<StreamSink>(std::move(*file), compressor_for(path));
}

std::unique_ptr<Source> open_stdin() {
  return std::make_unique<StreamSource>(Descriptor(STDIN_FILENO, false, "stdin"), Plain());
}

std::unique_ptr<Sink> open_stdout() {
  return std::make_unique<StreamSink>(Descriptor(STDOUT_FILENO, false, "stdout"), Plain());
}

}  // namespace tocsin::transports
