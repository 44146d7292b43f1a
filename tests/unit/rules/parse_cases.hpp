// One clause of a rule through parse(): its tree as a line, and the problems by column.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "rules/compile.hpp"

namespace tocsin::rules {

struct Parsed {
  std::string dump;      ///< of the tree, without places
  std::string problems;  ///< "E0101 1:5, …" in order of place
};

inline Parsed parse_rule(const std::string& clauses) {
  const Sources sources{{"test.rules", "rule r { " + clauses + " }"}};
  Diagnostics diagnostics;
  const syntax::Tree tree = parse(sources, 0, diagnostics);
  sort_diagnostics(diagnostics);
  Parsed parsed;
  for (const Diagnostic& diagnostic : diagnostics) {
    const LineColumn at = place_of(sources[0], diagnostic.span.begin);
    parsed.problems += (parsed.problems.empty() ? "" : ", ") + diagnostic.code + " " + std::to_string(at.column);
  }
  const std::string dump = syntax::dump(tree, sources[0]);
  for (std::size_t at = 0; at < dump.size();) {
    const std::size_t end = dump.find('\n', at);
    parsed.dump += dump.substr(at, dump.rfind("  ", end) - at) + "\n";
    at = end + 1;
  }
  return parsed;
}

/// The lines of one clause, without their indentation: `step A {2} | -> step B`.
inline std::string clause_of(const std::string& clause) {
  const Parsed parsed = parse_rule(clause);
  EXPECT_EQ(parsed.problems, "") << clause;
  std::string out;
  for (std::size_t at = parsed.dump.find('\n') + 1; at < parsed.dump.size();) {
    const std::size_t end = parsed.dump.find('\n', at);
    const std::size_t begin = parsed.dump.find_first_not_of(' ', at);
    out += (out.empty() ? "" : " | ") + parsed.dump.substr(begin, end - begin);
    at = end + 1;
  }
  return out;
}

}  // namespace tocsin::rules
