#include "cli/load_rules.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/talk.hpp"

namespace tocsin::cli {

namespace fs = std::filesystem;

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

tl::expected<rules::Sources, std::string> read_rules(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
      return tl::unexpected(fmt::format("cannot read `{}`: no such file or folder", path));
    if (error) return tl::unexpected(fmt::format("cannot read `{}`: {}", path, error.message()));
    if (!fs::is_directory(status)) {
      files.emplace_back(path);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path, error))
      if (entry.path().extension() == ".rules" && !entry.is_directory()) found.push_back(entry.path());
    if (error) return tl::unexpected(fmt::format("cannot read folder `{}`: {}", path, error.message()));
    if (found.empty()) return tl::unexpected(fmt::format("folder `{}` has no `*.rules` files", path));
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  rules::Sources sources;
  std::set<fs::path> seen;
  for (const fs::path& file : files) {
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    if (!error && !seen.insert(real).second) continue;
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (stream) text << stream.rdbuf();
    if (!stream && !(stream.eof() || text.tellp() == 0))
      return tl::unexpected(fmt::format("cannot read `{}`: {}", file.string(), std::strerror(errno)));
    if (!stream.is_open())
      return tl::unexpected(fmt::format("cannot read `{}`: {}", file.string(), std::strerror(errno)));
    sources.push_back({file.string(), std::move(text).str()});
  }
  return sources;
}

tl::expected<LoadedRules, int> load_rules(const std::vector<std::string>& paths, bool color) {
  auto sources = read_rules(paths);
  if (!sources) {
    say("error: {}\n", sources.error());
    return tl::unexpected(kInputOutput);
  }
  rules::Diagnostics warnings;
  auto set = rules::compile(*sources, warnings);
  const rules::Diagnostics& shown = set ? warnings : set.error();
  if (!shown.empty()) say("{}", rules::render(shown, *sources, color));
  if (!set) {
    const auto errors = static_cast<std::size_t>(std::count_if(
        shown.begin(), shown.end(), [](const rules::Diagnostic& d) { return d.level == rules::Level::error; }));
    say("{} in {}\n", counted(errors, "error"), counted(sources->size(), "file"));
    return tl::unexpected(kFindings);
  }
  return LoadedRules{std::move(*sources), std::move(*set), shown.size()};
}

}  // namespace tocsin::cli
