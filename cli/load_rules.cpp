#include "cli/load_rules.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "cli/diagnostic_forms.hpp"
#include "cli/exit_code.hpp"
#include "cli/read_file.hpp"
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

Compiled compile_and_tell(const rules::Sources& sources, bool color) {
  Compiled compiled;
  auto set = rules::compile(sources, compiled.diagnostics, read_table);
  if (set)
    compiled.set = std::move(*set);
  else
    compiled.diagnostics = std::move(set.error());
  if (!compiled.diagnostics.empty()) say("{}", rules::render(compiled.diagnostics, sources, color));
  if (!compiled.set)
    say("{} in {}\n", counted(count(compiled.diagnostics).errors, "error"), counted(sources.size(), "file"));
  return compiled;
}

tl::expected<LoadedRules, int> load_rules(const std::vector<std::string>& paths, bool color) {
  auto sources = read_rules(paths);
  if (!sources) {
    say("error: {}\n", sources.error());
    return tl::unexpected(kInputOutput);
  }
  Compiled compiled = compile_and_tell(*sources, color);
  if (!compiled.set) return tl::unexpected(kFindings);
  return LoadedRules{std::move(*sources), std::move(*compiled.set), compiled.diagnostics.size()};
}

}  // namespace tocsin::cli
