// `tocsin check`: compiles rules and tells what is wrong with them.
#include <chrono>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/talk.hpp"

namespace tocsin::cli {

int check(const CheckOptions& options, bool color) {
  const auto begin = std::chrono::steady_clock::now();
  auto sources = read_rules(options.rules);
  if (!sources) {
    say("error: {}\n", sources.error());
    return kInputOutput;
  }
  rules::Diagnostics diagnostics;
  const auto set = rules::compile(*sources, diagnostics);
  if (!set) diagnostics = set.error();
  if (!diagnostics.empty()) say("{}", rules::render(diagnostics, *sources, color));
  std::size_t errors = 0;
  for (const rules::Diagnostic& diagnostic : diagnostics) errors += diagnostic.level == rules::Level::error ? 1 : 0;
  const std::size_t warnings = diagnostics.size() - errors;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const std::string rule_count = set ? ", " + counted(set->rules.size(), "rule") : "";
  say("checked {}{}: {}, {} ({:.2f} s)\n", counted(sources->size(), "file"), rule_count, counted(errors, "error"),
      counted(warnings, "warning"), took.count());
  if (errors > 0) return kFindings;
  return warnings > 0 && options.deny_warnings ? kWarnings : kOk;
}

}  // namespace tocsin::cli
