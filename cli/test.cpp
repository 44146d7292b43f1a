// `tocsin test`: runs the `test` blocks of rules, on a virtual clock; with --watch again and again.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <re2/re2.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/read_file.hpp"
#include "cli/stop_signal.hpp"
#include "cli/talk.hpp"
#include "cli/test_report.hpp"
#include "cli/watch.hpp"

namespace tocsin::cli {

namespace {

class TestRun {
 public:
  TestRun(const TestOptions& options, bool color_out, bool color)
      : options_(options), color_out_(color_out), color_(color), wanted_(options.regex, re2::RE2::Quiet) {}

  /// Reads, compiles and runs; gives the exit code.
  int once() {
    const auto sources = read_rules(options_.rules);
    if (!sources) {
      say("error: {}\n", sources.error());
      return kInputOutput;
    }
    const Compiled compiled = compile_and_tell(*sources, color_);
    loaded_.clear();
    if (!compiled.set) return tell_errors(compiled.diagnostics, *sources);
    const std::vector<TestOutcome> outcomes = run(*compiled.set, *sources);
    if (options_.form == TestForm::human) put("{}", human_sum(outcomes));
    if (options_.form == TestForm::json) put("{}", json_outcomes(outcomes, *sources, compiled.diagnostics));
    if (options_.form == TestForm::junit) put("{}", junit_outcomes(outcomes, *sources));
    return verdict(outcomes, compiled.set->tests.size());
  }

  /// Files that tables and tests of the last run load.
  const std::vector<std::string>& loaded() const { return loaded_; }

 private:
  int tell_errors(const rules::Diagnostics& errors, const rules::Sources& sources) const {
    if (options_.form == TestForm::json) put("{}", json_outcomes({}, sources, errors));
    if (options_.form == TestForm::junit) put("{}", junit_errors(errors, sources));
    return kFindings;
  }

  std::vector<TestOutcome> run(const rules::RuleSet& set, const rules::Sources& sources) {
    std::vector<TestOutcome> outcomes;
    for (const auto& table : set.tables)
      if (!table->path.empty()) loaded_.push_back(table->path);
    for (const rules::TestPlan& plan : set.tests) {
      for (const rules::TestLoad& load : plan.loads) loaded_.push_back(load.path);
      if (!re2::RE2::PartialMatch(plan.rule, wanted_) && !re2::RE2::PartialMatch(plan.title, wanted_)) continue;
      const auto begin = std::chrono::steady_clock::now();
      TestOutcome& outcome = outcomes.emplace_back();
      outcome.report = engine::run_test(set, plan, read_file);
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
      outcome.milliseconds = took.count();
      if (options_.form == TestForm::human)
        put("{}", human_outcome(outcome, sources, {.verbose = options_.verbose, .color = color_out_}));
    }
    return outcomes;
  }

  int verdict(const std::vector<TestOutcome>& outcomes, std::size_t tests) const {
    if (tests == 0) say("note: these rules have no `test` blocks\n");
    if (tests > 0 && outcomes.empty()) {
      say("error: of {} none has `{}` in its title or rule\n", counted(tests, "test"), options_.regex);
      return kUsage;
    }
    const bool passed = std::all_of(outcomes.begin(), outcomes.end(),
                                    [](const TestOutcome& outcome) { return outcome.report.passed(); });
    return passed ? kOk : kFindings;
  }

  const TestOptions& options_;
  bool color_out_;
  bool color_;
  re2::RE2 wanted_;
  std::vector<std::string> loaded_;
};

/// Until a signal comes. A path that isn't there ends it at the start only: later it may be on its way.
int watch(TestRun& tests, const std::vector<std::string>& paths) {
  constexpr std::chrono::milliseconds kSettle{200};
  StopSignal stop;
  FileWatch files;
  for (bool first = true;; first = false) {
    bool all = true;
    for (const std::string& path : paths) all &= files.add(path);
    const int code = tests.once();
    if (first && (!all || code == kInputOutput || code == kUsage)) return code == kOk ? kInputOutput : code;
    for (const std::string& path : tests.loaded()) files.add(path);
    std::fflush(stdout);
    say("watching; Ctrl-C ends it\n");
    if (stop.stopped() || files.wait(stop.descriptor(), kSettle) == FileWatch::Woken::stopped) return kOk;
    put("\n");
  }
}

}  // namespace

int test(const TestOptions& options, bool color_out, bool color) {
  TestRun tests(options, color_out, color);
  return options.watch ? watch(tests, options.rules) : tests.once();
}

}  // namespace tocsin::cli
