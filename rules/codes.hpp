// The codes of diagnostics with their titles. Codes are permanent: a code that is no longer given keeps its line.
//
// E01xx reading the text · E02xx and up what it means · E09xx what this version can't do yet · Wxxxx warnings.
// Sorted by code; `tocsin explain CODE` prints the title and docs/diagnostics.md has a paragraph for each.
#pragma once

#include <string_view>

namespace tocsin::rules {

struct CodeTitle {
  std::string_view code;
  std::string_view title;
};

inline constexpr CodeTitle kCodes[] = {
    {"E0101", "something else was expected here"},
    {"E0102", "a string is not closed"},
    {"E0103", "a comment is not closed"},
    {"E0104", "an unknown escape in a string"},
    {"E0105", "a character that has no meaning here"},
    {"E0106", "a number or duration that can't be read"},
    {"E0107", "units of a duration out of order"},
    {"E0108", "a number that is too large"},
    {"E0109", "comparisons don't chain"},
    {"E0110", "nested too deeply"},
    {"E0111", "an expression that is too long"},
    {"E0112", "an unknown word"},
    {"E0113", "a file that is too large"},
    {"E0114", "a file that is not UTF-8"},
    {"E0115", "too many problems in one file"},
    {"E0116", "braces in a message that don't match"},
    {"E0117", "a reserved word as a name"},
    {"E0118", "a second quantifier"},
    {"E0901", "a part of the language that can't be used yet"},
};

/// Empty for a code that isn't one.
constexpr std::string_view title_of(std::string_view code) {
  for (const CodeTitle& entry : kCodes)
    if (entry.code == code) return entry.title;
  return {};
}

}  // namespace tocsin::rules
