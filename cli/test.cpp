// `tocsin test`: runs the `test` blocks of rules, on a virtual clock.
#include <chrono>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/talk.hpp"
#include "engine/rule_tests.hpp"

namespace tocsin::cli {

namespace {

std::string place(const rules::Sources& sources, rules::Span span) {
  return fmt::format("{}:{}", sources[span.file].name, rules::place_of(sources[span.file], span.begin).line);
}

void print_output(const events::Message& message) {
  const std::string when = events::format_duration(message.time - rules::kTestStart);
  const bool alert = message.kind == events::Message::Kind::alert;
  put("  + {}  {} {}", when, alert ? "alert" : "emit", alert ? message.rule : message.type);
  for (const auto& [name, value] : message.key) put("  {}={}", name, events::to_text(value));
  for (const auto& [name, value] : message.fields) put("  {}={}", name, events::to_text(value));
  if (alert) put("  \"{}\"", message.text);
  put("\n");
}

}  // namespace

int test(const TestOptions& options, bool color_out, bool color) {
  const auto loaded = load_rules(options.rules, color);
  if (!loaded) return loaded.error();
  std::size_t failed = 0;
  for (const rules::TestPlan& plan : loaded->set.tests) {
    const auto begin = std::chrono::steady_clock::now();
    const engine::TestReport report = engine::run_test(loaded->set, plan);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    const char* word =
        report.passed() ? (color_out ? "\033[32mPASS\033[0m" : "PASS") : (color_out ? "\033[31mFAIL\033[0m" : "FAIL");
    put("{} {}  {}: {}  {:.0f} ms\n", word, place(loaded->sources, plan.span), plan.rule, plan.title, took.count());
    if (report.passed()) continue;
    ++failed;
    for (const engine::TestFailure& failure : report.failures) {
      put("  {}: {}\n", place(loaded->sources, failure.span), failure.message);
      for (const events::Message& output : failure.outputs) print_output(output);
    }
  }
  const std::size_t count = loaded->set.tests.size();
  put("{}: {} passed, {} failed\n", counted(count, "test"), count - failed, failed);
  if (count == 0) say("note: these rules have no `test` blocks\n");
  return failed == 0 ? kOk : kFindings;
}

}  // namespace tocsin::cli
