// `tocsin check`: compiles rules and tells what is wrong with them, and what each keeps.
#include <chrono>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/read_file.hpp"
#include "cli/rule_class.hpp"
#include "cli/talk.hpp"

namespace tocsin::cli {

namespace {

void show(const rules::Diagnostics& diagnostics, const rules::Sources& sources, const std::vector<RuleClass>& classes,
          DiagnosticForm form, bool color) {
  switch (form) {
    case DiagnosticForm::human:
      if (!diagnostics.empty()) say("{}", rules::render(diagnostics, sources, color));
      put("{}", rule_table(classes));
      break;
    case DiagnosticForm::short_lines:
      put("{}", short_lines(diagnostics, sources));
      break;
    case DiagnosticForm::json:
      put("{}", json_form(diagnostics, sources, classes));
      break;
    case DiagnosticForm::sarif:
      put("{}", sarif_form(diagnostics, sources));
      break;
  }
  std::fflush(stdout);
}

/// The first error's code or, where there is none, the first warning's.
std::string tells_more(const rules::Diagnostics& diagnostics) {
  if (diagnostics.empty()) return {};
  const rules::Diagnostic* first = &diagnostics.front();
  for (const rules::Diagnostic& diagnostic : diagnostics)
    if (first->level != rules::Level::error && diagnostic.level == rules::Level::error) first = &diagnostic;
  return fmt::format(". `tocsin explain {}` tells more.", first->code);
}

}  // namespace

int check(const CheckOptions& options, bool color) {
  const auto begin = std::chrono::steady_clock::now();
  const auto sources = read_rules(options.rules);
  if (!sources) {
    say("error: {}\n", sources.error());
    return kInputOutput;
  }
  rules::Diagnostics diagnostics;
  const auto set = rules::compile(*sources, diagnostics, read_table);
  if (!set) diagnostics = set.error();
  const std::vector<RuleClass> classes = set ? classify(*set) : std::vector<RuleClass>();
  show(diagnostics, *sources, classes, options.form, color);
  const Counts counts = count(diagnostics);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const std::string rule_count = set ? ", " + counted(set->rules.size(), "rule") : "";
  say("checked {}{}: {}, {} ({:.2f} s){}\n", counted(sources->size(), "file"), rule_count,
      counted(counts.errors, "error"), counted(counts.warnings, "warning"), took.count(), tells_more(diagnostics));
  if (counts.errors > 0) return kFindings;
  return counts.warnings > 0 && options.deny_warnings ? kWarnings : kOk;
}

}  // namespace tocsin::cli
