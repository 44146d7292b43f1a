// Text → checked rules: the stages of rules/ in a row.
//
//   parse : Source → syntax tree      (grammar*.cpp, Spirit X3 over tokens of lexer.cpp)
//   check : syntax trees → RuleSet    (names, types, layers, tests)
#pragma once

#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "rules/diagnostic.hpp"
#include "rules/plan.hpp"
#include "rules/source.hpp"
#include "rules/syntax.hpp"

namespace tocsin::rules {

/// The text of a file by its path; an error is one line for a person.
using ReadFile = std::function<tl::expected<std::string, std::string>(const std::string& path)>;

/// Always gives a tree, of what could be understood; problems are added to `diagnostics`. At most 20 a file.
syntax::Tree parse(const Sources& sources, FileId file, Diagnostics& diagnostics);

/// Null if there was an error. Warnings are added too. Declarations marked broken are known by name and not judged.
/// `trees` are those of `sources`, whose names are the paths that relative ones of the rules start from. `read` gives
/// the files of tables; without it there are none.
std::optional<RuleSet> check(const std::vector<syntax::Tree>& trees, const Sources& sources, Diagnostics& diagnostics,
                             const ReadFile& read = {});

/// Both, over all files of a set, with the diagnostics sorted. `warnings` gets what doesn't stop it.
Result<RuleSet> compile(const Sources& sources, Diagnostics& warnings, const ReadFile& read = {});

}  // namespace tocsin::rules
