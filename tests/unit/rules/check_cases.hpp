// Rule text in, codes out: the tables of the checker's tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "rules/compile.hpp"

namespace tocsin::rules {

/// Types that the tables' rules read.
inline constexpr const char* kTypes = R"(
event Temperature "sensor.temperature" {
  device: string, celsius: float, level: int?, count: int, on: bool, at: time, lasted: duration
}
event Cooling { device: string, on: bool, level: int }
event Order { id: string, total: float }
event Payment { order: string, at: time }
)";

struct CheckCase {
  const char* name;
  std::string text;                ///< after kTypes
  std::vector<std::string> codes;  ///< of all problems, by place; those of kUsual that it doesn't name left out
  std::string says = {};           ///< part of some message, label or help
};

/// What short rules are often warned of.
inline const std::vector<std::string> kUsual = {"W0201", "W0301", "W0305", "W0310"};

struct Checked {
  std::optional<RuleSet> set;
  Diagnostics diagnostics;
  std::string rendered;
};

/// `files`: of tables, by path.
inline Checked check_text(const std::string& text, const std::map<std::string, std::string>& files = {}) {
  const Sources sources = {{"rules", text}};
  Checked checked;
  Result<RuleSet> set =
      compile(sources, checked.diagnostics, [&](const std::string& path) -> tl::expected<std::string, std::string> {
        const auto file = files.find(path);
        if (file == files.end()) return tl::unexpected(std::string("no such file"));
        return file->second;
      });
  if (set)
    checked.set = std::move(*set);
  else
    checked.diagnostics = std::move(set.error());
  checked.rendered = render(checked.diagnostics, sources, false);
  return checked;
}

inline void run(const CheckCase& test) {
  SCOPED_TRACE(std::string(test.name) + "\n" + test.text);
  const Checked checked = check_text(kTypes + test.text);
  std::vector<std::string> codes;
  const auto left_out = [&](const std::string& code) {
    return std::find(kUsual.begin(), kUsual.end(), code) != kUsual.end() &&
           std::find(test.codes.begin(), test.codes.end(), code) == test.codes.end();
  };
  for (const Diagnostic& diagnostic : checked.diagnostics)
    if (!left_out(diagnostic.code)) codes.push_back(diagnostic.code);
  EXPECT_EQ(codes, test.codes) << checked.rendered;
  const bool has_error =
      std::any_of(test.codes.begin(), test.codes.end(), [](const std::string& code) { return code[0] == 'E'; });
  EXPECT_EQ(checked.set.has_value(), !has_error) << checked.rendered;
  EXPECT_NE(checked.rendered.find(test.says), std::string::npos) << "missing: " << test.says << "\n"
                                                                 << checked.rendered;
}

/// A rule around a pattern.
inline std::string pattern(const std::string& match, const std::string& output = "alert info \"x\"") {
  return "rule r {\n  match " + match + "\n  within 5m\n  " + output + "\n}\n";
}
/// A rule of one step with a condition.
inline std::string condition(const std::string& text) { return pattern("t: Temperature(" + text + ")"); }
/// A rule whose alert has the expression as a field.
inline std::string output(const std::string& text, const std::string& match = "t: Temperature -> c: Cooling") {
  return pattern(match, "alert info \"x\" { value: " + text + " }");
}

}  // namespace tocsin::rules
