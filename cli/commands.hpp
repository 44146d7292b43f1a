// The commands, each a function from its options to an exit code. Data goes to stdout, talk to stderr.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/time.hpp"

namespace tocsin::cli {

struct RunOptions {
  std::vector<std::string> rules;
  std::vector<std::string> in{"-"};
  std::vector<std::string> out{"-"};
  events::Duration lateness{0};
  bool drain = true;
  std::uint32_t partitions = 0;
  bool stats = false;
  std::string dead_letters;  ///< file; empty: only counted
};
int run(const RunOptions& options, bool color);

struct CheckOptions {
  std::vector<std::string> rules;
  bool deny_warnings = false;
};
int check(const CheckOptions& options, bool color);

struct TestOptions {
  std::vector<std::string> rules;
};
/// Verdicts go to stdout in color with `color_out`, diagnostics to stderr with `color`.
int test(const TestOptions& options, bool color_out, bool color);

struct ExplainOptions {
  std::string rules;
  std::string rule;  ///< empty: all
  std::string stage = "plan";
  std::string format = "text";
};
int explain(const ExplainOptions& options, bool color);

struct SendOptions {
  std::string uri;
  std::string file = "-";
  std::uint32_t batch = 1;  ///< lines in a message
};
int send(const SendOptions& options);

}  // namespace tocsin::cli
