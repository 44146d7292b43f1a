// Diagnostics in the forms that machines read; rules::render() is the one for people. Described in docs/diagnostics.md.
#pragma once

#include <cstdint>
#include <string>

#include "cli/json_writer.hpp"
#include "cli/rule_class.hpp"
#include "rules/diagnostic.hpp"

namespace tocsin::cli {

/// `human`: for people, on stderr. The others are data.
enum class DiagnosticForm : std::uint8_t { human, short_lines, json, sarif };

struct Counts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
};
Counts count(const rules::Diagnostics& diagnostics);

/// A line each: `file:line:column: error[E0203]: message`, as editors' quickfix reads it.
std::string short_lines(const rules::Diagnostics& diagnostics, const rules::Sources& sources);

/// One object, indented, with a line end.
std::string json_form(const rules::Diagnostics& diagnostics, const rules::Sources& sources,
                      const std::vector<RuleClass>& classes);
/// What json_form() has under `diagnostics`: an array, as a value of a document that is being written.
void put_diagnostics(JsonWriter& json, const rules::Diagnostics& diagnostics, const rules::Sources& sources);

/// A log of SARIF 2.1.0 (OASIS, 2020) with one run: rules with their help, artifacts, results with regions and fixes.
std::string sarif_form(const rules::Diagnostics& diagnostics, const rules::Sources& sources);

}  // namespace tocsin::cli
