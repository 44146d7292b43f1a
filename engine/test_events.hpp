// The events of a rule test in the order in which they arrive: those that it writes down and those that it loads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "rules/plan.hpp"

namespace tocsin::engine {

/// The bytes of a file of NDJSON, unpacked; or why they can't be had.
using ReadFile = std::function<tl::expected<std::string, std::string>(const std::string& path)>;

struct TestArrival {
  events::Time time;
  events::Time arriving;
  events::TypeId type = events::kNoType;  ///< kNoType: of an undeclared type, which only moves time
  std::vector<events::Value> values;      ///< by field
  std::string id;
  std::string source;
  std::string correlation_id;
  std::string trace_parent;
};

/// A file that can't be read, or an event in it that is none.
struct BadLoad {
  rules::Span span;
  std::string message;
};

struct TestEvents {
  std::vector<TestArrival> arrivals;  ///< by time of arrival; ties: written ones first, then as the files have them
  std::vector<BadLoad> bad;
  events::Time end;  ///< of the test
};

TestEvents test_events(const rules::RuleSet& set, const rules::TestPlan& test, const ReadFile& read);

}  // namespace tocsin::engine
