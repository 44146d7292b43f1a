#include "cli/read_file.hpp"

#include <vector>

#include <fmt/format.h>

#include "transports/transport.hpp"

namespace tocsin::cli {

namespace {

std::string read_all(transports::Source& source) {
  std::string text;
  events::Arena arena;
  std::vector<transports::Frame> frames;
  while (text.size() <= kLargestLoad) {
    arena.clear();
    frames.clear();
    if (source.read(arena, {}, frames) == transports::ReadStatus::end) break;
    for (const transports::Frame& frame : frames) text += frame.bytes;
  }
  return text;
}

}  // namespace

tl::expected<std::string, std::string> read_file(const std::string& path) {
  transports::Sockets sockets;
  const auto source = transports::open_source(path, sockets);
  if (!source) return tl::unexpected(source.error());
  try {
    std::string text = read_all(**source);
    if (text.size() <= kLargestLoad) return text;
    return tl::unexpected(fmt::format("`{}` has more than {} MiB", path, kLargestLoad >> 20));
  } catch (const transports::TransportError& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace tocsin::cli
