// Rule files and folders → sources → a checked rule set, with diagnostics shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "rules/compile.hpp"

namespace tocsin::cli {

/// Reads files as named and all `*.rules` of folders (not below), by name. A file given twice is read once. The error
/// is one line for a person.
tl::expected<rules::Sources, std::string> read_rules(const std::vector<std::string>& paths);

struct Compiled {
  std::optional<rules::RuleSet> set;  ///< none: there were errors
  rules::Diagnostics diagnostics;     ///< errors and warnings
};
/// Compiles; diagnostics go to stderr in the form for people.
Compiled compile_and_tell(const rules::Sources& sources, bool color);

struct LoadedRules {
  rules::Sources sources;
  rules::RuleSet set;
  std::size_t warnings = 0;
};

/// Reads and compiles; diagnostics go to stderr. On failure gives the exit code.
tl::expected<LoadedRules, int> load_rules(const std::vector<std::string>& paths, bool color);

/// `1 error`, `2 errors`
std::string counted(std::size_t count, const char* what);

}  // namespace tocsin::cli
