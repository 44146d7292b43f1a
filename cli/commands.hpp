// The commands, each a function from its options to an exit code. Data goes to stdout, talk to stderr.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/diagnostic_forms.hpp"
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
  DiagnosticForm form = DiagnosticForm::human;
};
int check(const CheckOptions& options, bool color);

enum class TestForm : std::uint8_t { human, json, junit };

struct TestOptions {
  std::vector<std::string> rules;
  std::string regex;  ///< of a rule's name or a test's title; empty: all
  bool verbose = false;
  bool watch = false;
  TestForm form = TestForm::human;
};
/// Verdicts go to stdout in color with `color_out`, diagnostics to stderr with `color`.
int test(const TestOptions& options, bool color_out, bool color);

struct FormatOptions {
  std::vector<std::string> rules;
  bool write = false;  ///< in place
  bool check = false;  ///< only names what differs
};
int format(const FormatOptions& options, bool color);

struct ExplainOptions {
  std::string rules;  ///< a path, or the code of a diagnostic
  std::string rule;   ///< empty: all
  std::string stage = "plan";
  std::string format = "text";
};
int explain(const ExplainOptions& options, bool color);

struct GraphOptions {
  std::vector<std::string> rules;
  std::string format = "text";
};
/// The graph goes to stdout.
int graph(const GraphOptions& options, bool color);

struct SendOptions {
  std::string uri;
  std::string file = "-";
  std::uint32_t batch = 1;  ///< lines in a message
};
int send(const SendOptions& options);

struct InferOptions {
  std::string file;
  std::uint64_t events = 0;  ///< the first so many; 0: all
};
/// Declarations go to stdout.
int infer(const InferOptions& options);

struct GenerateOptions {
  std::vector<std::string> rules;
  std::vector<std::string> names;  ///< of rules; empty: all
  std::uint64_t seed = 1;
  bool near = true;  ///< near misses too
  std::string out = "-";
};
/// Events go to `out`, a table of what was found for each rule to stderr.
int generate(const GenerateOptions& options, bool color);

struct CompletionOptions {
  std::string shell;  ///< bash, zsh or fish
};
int completion(const CompletionOptions& options);

}  // namespace tocsin::cli
