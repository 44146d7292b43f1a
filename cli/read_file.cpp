#include "cli/read_file.hpp"

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "transports/files.hpp"
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

using Opened = tl::expected<std::unique_ptr<transports::Source>, std::string>;

tl::expected<std::string, std::string> text_of(const std::string& path, const Opened& source) {
  if (!source) return tl::unexpected(source.error());
  try {
    std::string text = read_all(**source);
    if (text.size() <= kLargestLoad) return text;
    return tl::unexpected(fmt::format("`{}` has more than {} MiB", path, kLargestLoad >> 20));
  } catch (const transports::TransportError& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace

tl::expected<std::string, std::string> read_file(const std::string& path) {
  transports::Sockets sockets;
  return text_of(path, transports::open_source(path, sockets));
}

tl::expected<std::string, std::string> read_table(const std::string& path) {
  return text_of(path, transports::open_file_source(path));
}

}  // namespace tocsin::cli
