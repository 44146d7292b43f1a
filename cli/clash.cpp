#include "cli/clash.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "transports/uri.hpp"

namespace tocsin::cli {

namespace {

namespace fs = std::filesystem;

/// A file of the command line, and the words that gave it.
struct Place {
  fs::path path;
  std::string given;
};

std::vector<Place> files_of(const std::vector<std::string>& uris, const char* option, transports::Direction direction) {
  std::vector<Place> files;
  for (const std::string& uri : uris) {
    const auto address = transports::parse_uri(uri, direction);
    if (!address) continue;
    if (const auto* file = std::get_if<transports::FileAddress>(&*address))
      files.push_back({file->path, fmt::format("{} {}", option, uri)});
  }
  return files;
}

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  if (fs::exists(a, error) && fs::exists(b, error)) return fs::is_regular_file(a, error) && fs::equivalent(a, b, error);
  return fs::weakly_canonical(fs::absolute(a), error) == fs::weakly_canonical(fs::absolute(b), error);
}

/// The file itself, or one of the rule files of a folder.
bool holds(const fs::path& rules, const fs::path& file) {
  if (same_file(rules, file)) return true;
  std::error_code error;
  return file.extension() == ".rules" && fs::equivalent(rules, fs::absolute(file, error).parent_path(), error);
}

}  // namespace

std::string clash(const RunOptions& options) {
  for (const auto* uris : {&options.in, &options.out})
    if (std::count(uris->begin(), uris->end(), "-") > 1)
      return fmt::format("`-` is given twice by {}", uris == &options.in ? "--in" : "--out");
  const std::vector<Place> read = files_of(options.in, "--in", transports::Direction::source);
  std::vector<Place> written = files_of(options.out, "--out", transports::Direction::sink);
  if (!options.dead_letters.empty())
    written.push_back({options.dead_letters, "--dead-letters " + options.dead_letters});
  for (std::size_t i = 0; i < written.size(); ++i) {
    const Place& out = written[i];
    for (const Place& in : read)
      if (same_file(out.path, in.path)) return fmt::format("`{}` would overwrite what `{}` reads", out.given, in.given);
    for (const std::string& rules : options.rules)
      if (holds(rules, out.path)) return fmt::format("`{}` would overwrite rules", out.given);
    for (std::size_t j = 0; j < i; ++j)
      if (same_file(out.path, written[j].path))
        return fmt::format("`{}` and `{}` would write to one file", written[j].given, out.given);
  }
  return {};
}

}  // namespace tocsin::cli
