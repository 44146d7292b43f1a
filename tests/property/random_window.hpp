// Random window rules as texts, and streams that meet their edges: ties, disorder, silence, nulls, several keys and
// types, times exactly at the ends of windows, gaps and deadlines.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/oracle.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {

/// A rule, clause by clause, so that it can be made smaller by leaving some out.
struct WindowRule {
  struct Output {
    std::string head;                                         ///< `emit Out0`, `alert low "m"`, `action act`
    std::vector<std::pair<std::string, std::string>> fields;  ///< name (`p0f1`: field 1 of output 0), expression
    std::vector<std::string> clauses;                         ///< `hold 2s`, `if (count() > 1)`
  };
  std::string from;
  std::vector<std::string> clauses;  ///< `by k`, `window tumbling 5s`, `when …`
  std::vector<Output> outputs;
};

/// With the declarations of the types that streams have.
std::string text_of(const WindowRule& rule);

struct WindowCase {
  WindowRule rule;
  std::vector<oracle::Event> stream;  ///< in order of arrival; types by their place in kWindowTypes
  events::Duration lateness{};
  std::vector<std::string> uses;  ///< what the rule uses, by name: `sliding`, `median`, `late`, `left join` …
};

inline constexpr const char* kWindowTypes[] = {"A", "B", "C"};

WindowCase random_window_case(Random& random);

/// Of which a run must have enough rules.
std::vector<std::string> wanted_in_windows();

}  // namespace tocsin::property
