// One case: a rule, a stream; the engine's matches against the reference matcher's, and a report when they differ.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/schema.hpp"
#include "tests/oracle/oracle.hpp"
#include "tests/property/run_matcher.hpp"

namespace tocsin::property {

struct Case {
  events::Schema schema;
  rules::RulePlan plan;
  std::vector<oracle::Event> stream;
  oracle::Surroundings around{};
};

/// How the engine is fed.
struct Feeding {
  std::vector<std::size_t> cuts;
  Between between;
};

/// The engine's matches, or what went wrong.
struct Outcome {
  std::vector<oracle::Match> matches;
  std::string error;  ///< empty: none
  bool operator==(const Outcome&) const = default;
};
Outcome run_engine(const Case& test, events::SymbolTable& symbols, const Feeding& feeding);

/// Makes the case smaller as long as engine and reference differ: fewer events, earlier ones, fewer steps, sides,
/// conditions, absences, bounds and turns, no clause that isn't needed.
Case shrink(Case test, events::SymbolTable& symbols, const Feeding& feeding);

/// Rule and stream as a file for `tocsin test`, what was expected, and what came.
std::string report(const Case& test, events::SymbolTable& symbols, const Feeding& feeding);

/// `start 0 at 5s by 3: 0|1,2|-`: for each match and step the numbers of its events; `-`: left out.
std::string matches_text(const std::vector<oracle::Match>& matches);

/// Gives the plan an alert, so that the engine keeps the events of a match, and the input its types ask for.
void complete_plan(rules::RulePlan& plan);

}  // namespace tocsin::property
