// The outcome of rule tests as JSON and as JUnit's XML.
#include <map>

#include <fmt/format.h>

#include "cli/json_writer.hpp"
#include "cli/test_report.hpp"
#include "rules/columns.hpp"

namespace tocsin::cli {

namespace {

void put_place(JsonWriter& json, const rules::Sources& sources, const rules::Span& span) {
  const rules::LineColumn at = rules::place_of(sources[span.file], span.begin);
  json.member("file", sources[span.file].name).member("line", at.line).member("column", at.column);
}

/// Each with its time after the test's start, and the message as `tocsin run` writes it.
void put_outputs(JsonWriter& json, const std::vector<events::Message>& outputs, events::Time start) {
  json.key("outputs").begin_array();
  for (const events::Message& output : outputs) {
    std::string encoded;
    events::append_json(encoded, output);
    while (encoded.ends_with('\n')) encoded.pop_back();
    json.begin_object().member("at", events::format_duration(output.time - start));
    json.key("message").raw(encoded, rapidjson::kObjectType).end_object();
  }
  json.end_array();
}

/// Text in XML: its five signs, and no control character, which XML can't hold.
std::string xml(std::string_view text) {
  std::string result;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); at += length) {
    length = rules::length_at(text, at);
    const std::string_view character = text.substr(at, length);
    if (character == "&")
      result += "&amp;";
    else if (character == "<")
      result += "&lt;";
    else if (character == ">")
      result += "&gt;";
    else if (character == "\"")
      result += "&quot;";
    else if (character == "\n")
      result += '\n';
    else
      result += rules::is_control(character) ? std::string_view("\xEF\xBF\xBD") : character;
  }
  return result;
}

std::string junit_case(const TestOutcome& outcome, const rules::Sources& sources) {
  const rules::TestPlan& test = *outcome.report.test;
  const rules::LineColumn at = rules::place_of(sources[test.span.file], test.span.begin);
  std::string text =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3f}\"", xml(test.rule),
                  xml(test.title), xml(sources[test.span.file].name), at.line, outcome.milliseconds / 1000);
  if (outcome.report.passed()) return text + "/>\n";
  text += ">\n";
  for (const engine::TestFailure& failure : outcome.report.failures) {
    std::string lines = place_line(sources, failure.span) + ": " + failure.message + "\n";
    for (const std::string& line : failure_lines(failure, test.start)) lines += line + "\n";
    text += fmt::format("      <failure message=\"{}\" type=\"expectation\">{}</failure>\n", xml(failure.message),
                        xml(lines));
  }
  return text + "    </testcase>\n";
}

struct Sum {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  double seconds = 0;
};

}  // namespace

std::string json_outcomes(const std::vector<TestOutcome>& outcomes, const rules::Sources& sources,
                          const rules::Diagnostics& diagnostics) {
  std::size_t failed = 0;
  for (const TestOutcome& outcome : outcomes) failed += outcome.report.passed() ? 0 : 1;
  JsonWriter json;
  json.begin_object().member("version", 1).member("tests", outcomes.size());
  json.member("passed", outcomes.size() - failed).member("failed", failed).key("results").begin_array();
  for (const TestOutcome& outcome : outcomes) {
    const rules::TestPlan& test = *outcome.report.test;
    json.begin_object().member("rule", test.rule).member("title", test.title);
    put_place(json, sources, test.span);
    json.key("passed").boolean(outcome.report.passed()).key("milliseconds").real(outcome.milliseconds);
    json.key("failures").begin_array();
    for (const engine::TestFailure& failure : outcome.report.failures) {
      json.begin_object().member("message", failure.message);
      put_place(json, sources, failure.span);
      json.key("lines").begin_array();
      for (const std::string& line : failure_lines(failure, test.start)) json.text(line);
      json.end_array();
      put_outputs(json, failure.outputs, test.start);
      json.end_object();
    }
    json.end_array();
    put_outputs(json, outcome.report.outputs, test.start);
    json.key("late").begin_array();
    for (const std::string& late : outcome.report.late) json.text(late);
    json.end_array().end_object();
  }
  json.end_array();
  put_diagnostics(json.key("diagnostics"), diagnostics, sources);
  json.end_object();
  return json.str();
}

std::string junit_errors(const rules::Diagnostics& errors, const rules::Sources& sources) {
  const std::string figures = "tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.000\"";
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tocsin\" {0}>\n  <testsuite name=\"rules\" "
      "{0}>\n    <testcase classname=\"rules\" name=\"check\" time=\"0.000\">\n      <error message=\"{1}\" "
      "type=\"{2}\">{3}</error>\n    </testcase>\n  </testsuite>\n</testsuites>\n",
      figures, xml(errors.front().message), errors.front().code, xml(short_lines(errors, sources)));
}

std::string junit_outcomes(const std::vector<TestOutcome>& outcomes, const rules::Sources& sources) {
  std::map<rules::FileId, Sum> files;
  Sum all;
  for (const TestOutcome& outcome : outcomes) {
    Sum& file = files[outcome.report.test->span.file];
    file.cases += junit_case(outcome, sources);
    for (Sum* sum : {&file, &all}) {
      ++sum->tests;
      sum->failures += outcome.report.passed() ? 0 : 1;
      sum->seconds += outcome.milliseconds / 1000;
    }
  }
  const auto figures = [](const Sum& sum) {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"{:.3f}\"", sum.tests,
                       sum.failures, sum.seconds);
  };
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tocsin\" " + figures(all) + ">\n";
  for (const auto& [file, sum] : files)
    text += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", xml(sources[file].name), figures(sum),
                        sum.cases);
  return text + "</testsuites>\n";
}

}  // namespace tocsin::cli
