// Any bytes as a rule file: at most 20 diagnostics, each with a code of the table, a message of one line and places
// inside the file, in order; every form of them can be written; a set without errors can be dumped. In a second.
#include <algorithm>

#include "rules/codes.hpp"
#include "rules/compile.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace tocsin;
using fuzz::require;

constexpr std::size_t kLargest = 64U << 10;

void require_place(const rules::Span& span, const rules::Sources& sources, const std::string& code) {
  require(span.file < sources.size(), "a place in no file", code);
  require(span.begin <= span.end && span.end <= sources[span.file].text.size(), "a place outside the file",
          code + " " + std::to_string(span.begin) + " to " + std::to_string(span.end));
}

void require_line(const std::string& text, const char* what, const std::string& code) {
  require(text.find('\n') == std::string::npos, what, code + ": " + text);
}

void judge(const rules::Diagnostic& diagnostic, const rules::Sources& sources) {
  const std::string& code = diagnostic.code;
  require(!rules::title_of(code).empty(), "a code that isn't in the table", code);
  require((code.front() == 'E') == (diagnostic.level == rules::Level::error), "a level that isn't its code's", code);
  require(!diagnostic.message.empty(), "an empty message", code);
  require_line(diagnostic.message, "a message of several lines", code);
  require_line(diagnostic.label, "a label of several lines", code);
  require_place(diagnostic.span, sources, code);
  for (const rules::Related& related : diagnostic.related) require_place(related.span, sources, code);
  for (const rules::Suggestion& help : diagnostic.helps) {
    require(!help.help.empty(), "an empty help", code);
    require_line(help.help, "a help of several lines", code);
    if (help.span) require_place(*help.span, sources, code);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLargest) return 0;
  const rules::Sources sources{{"f.rules", std::string(reinterpret_cast<const char*>(data), size)}};
  rules::Diagnostics diagnostics;
  const fuzz::CpuLimit limit("slow");
  const auto set = rules::compile(sources, diagnostics);
  if (!set) {
    diagnostics = set.error();
    require(rules::has_errors(diagnostics), "refused without an error");
  }
  require(diagnostics.size() <= rules::kMaxDiagnostics, "too many diagnostics", std::to_string(diagnostics.size()));
  for (const rules::Diagnostic& diagnostic : diagnostics) judge(diagnostic, sources);
  require(std::is_sorted(diagnostics.begin(), diagnostics.end(),
                         [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; }),
          "diagnostics out of order");
  const std::string text = rules::render(diagnostics, sources, false);
  require(text.find('\x1b') == std::string::npos, "a control character on the terminal");
  if (set)
    for (const rules::RulePlan& plan : set->rules) require(!rules::dump(plan, set->schema).empty(), "an empty dump");
  return 0;
}
