#include "cli/test_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/load_rules.hpp"
#include "rules/columns.hpp"

namespace tocsin::cli {

namespace {

constexpr std::size_t kTitleColumns = 60;

std::string painted(const char* word, const char* code, bool color) {
  return color ? fmt::format("\033[{}m{}\033[0m", code, word) : word;
}

std::string what_of(const events::Message& message) {
  switch (message.kind) {
    case events::Message::Kind::alert:
      return (message.state == events::AlertState::once || message.state == events::AlertState::firing
                  ? "alert "
                  : std::string(name_of(message.state)) + " ") +
             message.rule;
    case events::Message::Kind::action:
      return "action " + message.action;
    case events::Message::Kind::event:
      break;
  }
  return "emit " + message.type;
}

std::string shown(const events::NamedValue& value) {
  return fmt::format("  {}={}", value.first, events::to_text(value.second));
}

}  // namespace

std::string place_line(const rules::Sources& sources, const rules::Span& span) {
  return fmt::format("{}:{}", sources[span.file].name, rules::place_of(sources[span.file], span.begin).line);
}

std::string output_line(const events::Message& message, events::Time start) {
  std::string line = fmt::format("{}  {}", events::format_duration(message.time - start), what_of(message));
  for (const events::NamedValue& part : message.key) line += shown(part);
  for (const events::NamedValue& field : message.fields)  // a part of the key is often a field too
    if (std::find(message.key.begin(), message.key.end(), field) == message.key.end()) line += shown(field);
  if (message.repeat > 0) line += fmt::format("  repeat={}", message.repeat);
  if (message.suppressed > 0) line += fmt::format("  suppressed={}", message.suppressed);
  if (message.kind == events::Message::Kind::alert)
    line += fmt::format("  {} \"{}\"", name_of(message.severity), message.text);
  if (!message.reason.empty()) line += "  (" + message.reason + ")";
  return rules::without_controls(line);
}

std::vector<std::string> failure_lines(const engine::TestFailure& failure, events::Time start) {
  std::vector<std::string> lines;
  for (const events::Message& output : failure.outputs) lines.push_back("+ " + output_line(output, start));
  for (const std::string& line : failure.why) lines.push_back(rules::without_controls(line));
  return lines;
}

std::string human_outcome(const TestOutcome& outcome, const rules::Sources& sources, const TestLayout& layout) {
  const engine::TestReport& report = outcome.report;
  const rules::TestPlan& test = *report.test;
  const std::string head = fmt::format("{}  {}: {}", place_line(sources, test.span), test.rule, test.title);
  std::string text =
      fmt::format("{} {:<{}}  {:>4.0f} ms\n",
                  report.passed() ? painted("PASS", "32", layout.color) : painted("FAIL", "31", layout.color), head,
                  kTitleColumns + 10, outcome.milliseconds);
  for (const engine::TestFailure& failure : report.failures) {
    text += fmt::format("  {}: {}\n", place_line(sources, failure.span), failure.message);
    for (const std::string& line : failure_lines(failure, test.start)) text += "  " + line + "\n";
  }
  if (!report.passed())
    for (const std::string& late : report.late) text += "  too late: " + late + "\n";
  if (!layout.verbose) return text;
  for (const events::Message& output : report.outputs) text += "    " + output_line(output, test.start) + "\n";
  if (report.outputs.empty()) text += "    no outputs\n";
  return text;
}

std::string human_sum(const std::vector<TestOutcome>& outcomes) {
  const auto failed = std::count_if(outcomes.begin(), outcomes.end(),
                                    [](const TestOutcome& outcome) { return !outcome.report.passed(); });
  return fmt::format("{}: {} passed, {} failed\n", counted(outcomes.size(), "test"),
                     outcomes.size() - static_cast<std::size_t>(failed), failed);
}

}  // namespace tocsin::cli
