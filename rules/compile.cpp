// Text → checked rules: parse each file, check them together, sort what was found, no more than a person reads.
#include "rules/compile.hpp"

namespace tocsin::rules {

Result<RuleSet> compile(const Sources& sources, Diagnostics& warnings, const ReadFile& read) {
  Diagnostics found;
  std::vector<syntax::Tree> trees;
  for (std::size_t file = 0; file < sources.size(); ++file)
    trees.push_back(parse(sources, static_cast<FileId>(file), found));
  std::optional<RuleSet> set = check(trees, sources, found, read);
  sort_diagnostics(found);
  limit_diagnostics(found);
  if (!set) return tl::unexpected(std::move(found));
  warnings.insert(warnings.end(), found.begin(), found.end());
  return std::move(*set);
}

}  // namespace tocsin::rules
