// `tocsin fmt`: rule files in the one layout, to stdout or in place, or which of them aren't.
//
// A file is replaced as a whole or not at all: the text goes to a file beside it, which then takes its name and mode.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/talk.hpp"
#include "rules/layout.hpp"

namespace tocsin::cli {

namespace {

namespace fs = std::filesystem;

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Null, or what went wrong, from errno. A link's target is replaced, not the link.
const char* replace_file(const std::string& name, const std::string& text) {
  std::error_code error;
  const std::string path = fs::canonical(name, error).string();
  struct stat before {};
  if (error || ::stat(path.c_str(), &before) != 0) return std::strerror(error ? error.value() : errno);
  if (::access(path.c_str(), W_OK) != 0) return std::strerror(errno);
  std::string beside = path + ".XXXXXX";
  const int file = ::mkstemp(beside.data());
  if (file < 0) return std::strerror(errno);
  const bool written = write_all(file, text) && ::fchmod(file, before.st_mode & 07777) == 0 && ::fsync(file) == 0;
  int failure = written ? 0 : errno;
  if (::close(file) != 0 && failure == 0) failure = errno;
  if (failure == 0 && ::rename(beside.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return nullptr;
  ::unlink(beside.c_str());
  return std::strerror(failure);
}

/// The text of each source, laid out; of those that can't be read, none. Problems go to stderr.
std::vector<std::optional<std::string>> all_laid_out(const rules::Sources& sources, bool color) {
  std::vector<std::optional<std::string>> texts(sources.size());
  rules::Diagnostics diagnostics;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::size_t before = diagnostics.size();
    const rules::syntax::Tree tree = rules::parse(sources, static_cast<rules::FileId>(i), diagnostics);
    if (diagnostics.size() == before) texts[i] = rules::lay_out(sources[i], tree);
  }
  rules::sort_diagnostics(diagnostics);
  if (!diagnostics.empty()) say("{}", rules::render(diagnostics, sources, color));
  return texts;
}

}  // namespace

int format(const FormatOptions& options, bool color) {
  const auto sources = read_rules(options.rules);
  if (!sources) {
    say("error: {}\n", sources.error());
    return kInputOutput;
  }
  if (sources->size() > 1 && !options.write && !options.check) {
    say("error: {} files: only one goes to stdout; -w writes them in place, --check names those that differ\n",
        sources->size());
    return kUsage;
  }
  const auto texts = all_laid_out(*sources, color);
  int code = kOk;
  for (std::size_t i = 0; i < sources->size(); ++i) {
    const rules::Source& source = (*sources)[i];
    if (!texts[i]) {
      code = code == kOk ? kFindings : code;
    } else if (options.check) {
      if (*texts[i] == source.text) continue;
      put("{}\n", source.name);
      code = kFindings;
    } else if (!options.write) {
      put("{}", *texts[i]);
    } else if (*texts[i] != source.text) {
      const char* failure = replace_file(source.name, *texts[i]);
      if (failure == nullptr) continue;
      say("error: cannot write `{}`: {}\n", source.name, failure);
      code = kInputOutput;
    }
  }
  return code;
}

}  // namespace tocsin::cli
