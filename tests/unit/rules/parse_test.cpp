// parse(): which tree a text gives, and which problems at which places. Trees at length are golden tests.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "rules/codes.hpp"
#include "rules/compile.hpp"

namespace tocsin::rules {
namespace {

struct Parsed {
  std::string dump;      ///< of the tree, without places
  std::string problems;  ///< "E0101 1:5, …" in order of place
  syntax::Tree tree;
};

Parsed parse_text(const std::string& text) {
  const Sources sources{{"test.rules", text}};
  Diagnostics diagnostics;
  Parsed parsed;
  parsed.tree = parse(sources, 0, diagnostics);
  sort_diagnostics(diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    const LineColumn at = place_of(sources[0], diagnostic.span.begin);
    if (!parsed.problems.empty()) parsed.problems += ", ";
    parsed.problems += diagnostic.code + " " + std::to_string(at.line) + ":" + std::to_string(at.column);
    EXPECT_LE(diagnostic.span.begin, diagnostic.span.end) << text;
    EXPECT_LE(diagnostic.span.end, text.size()) << text;
    EXPECT_FALSE(diagnostic.message.empty()) << text;
    EXPECT_FALSE(title_of(diagnostic.code).empty()) << diagnostic.code;
  }
  const std::string dump = syntax::dump(parsed.tree, sources[0]);
  for (std::size_t at = 0; at < dump.size();) {
    const std::size_t end = dump.find('\n', at);
    parsed.dump += dump.substr(at, dump.rfind("  ", end) - at) + "\n";
    at = end + 1;
  }
  return parsed;
}

Parsed parse_condition(const std::string& condition) { return parse_text("rule r { match A(" + condition + ") }"); }

TEST(Parse, ExpressionsBindAsTheirParenthesesSay) {
  const std::pair<std::string, std::string> cases[] = {
      {"a or b and c", "a or (b and c)"},
      {"a and b or c", "(a and b) or c"},
      {"a or b or c", "(a or b) or c"},
      {"not a and b", "(not a) and b"},
      {"not a == b", "not (a == b)"},
      {"not not a", "not (not a)"},
      {"a + b * c", "a + (b * c)"},
      {"a - b - c", "(a - b) - c"},
      {"a / b % c * d", "((a / b) % c) * d"},
      {"a * b + c * d", "(a * b) + (c * d)"},
      {"-a * b", "(-a) * b"},
      {"- -a", "-(-a)"},
      {"-a.b", "-(a.b)"},
      {"a ?? b ?? c", "a ?? (b ?? c)"},
      {"a ?? b + c", "a ?? (b + c)"},
      {"a + b ?? c", "(a + b) ?? c"},
      {"a ?? b == c", "(a ?? b) == c"},
      {"a < b + 1 and c", "(a < (b + 1)) and c"},
      {"a is null or b", "(a is null) or b"},
      {"a + 1 is not null", "(a + 1) is not null"},
      {"not a is null", "not (a is null)"},
      {"a.b.c == f(x).d", "((a.b).c) == (f(x).d)"},
      {"a\n-\nb // end of it\n", "(a - b)"},
  };
  for (const auto& [plain, bracketed] : cases) {
    const Parsed one = parse_condition(plain);
    const Parsed other = parse_condition(bracketed);
    EXPECT_EQ(one.problems, "") << plain;
    // a comment is a line of the dump too
    EXPECT_EQ(one.dump.substr(0, one.dump.find("comment")), other.dump) << plain << " against " << bracketed;
  }
}

TEST(Parse, Literals) {
  const std::pair<std::string, std::string> cases[] = {
      {"7", "7"},
      {"007", "7"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"1.5", "1.5"},
      {"2e3", "2000"},
      {"25E-1", "2.5"},
      {"1h30m", "1h30m"},
      {"90m", "1h30m"},
      {"250ms", "250ms"},
      {"true", "true"},
      {"null", "null"},
      {R"("a\n\t\"\\\u{48}")", R"("a\n\t\"\\H")"},
      {R"(r"a\d")", R"("a\\d")"},
      {R"("")", R"("")"},
  };
  for (const auto& [text, shown] : cases) {
    const Parsed parsed = parse_condition(text);
    EXPECT_EQ(parsed.problems, "") << text;
    EXPECT_EQ(parsed.dump, "rule r\n  match\n    step A\n      literal " + shown + "\n") << text;
  }
}

TEST(Parse, OnlyTheReservedWordsAreNoNames) {
  for (const std::string word :
       {"event", "rule", "test", "match", "by",    "within", "alert", "emit",   "on", "last",     "limit", "all",
        "up",    "to",   "any",  "for",   "every", "x",      "at",    "expect", "r",  "severity", "list"}) {
    EXPECT_EQ(parse_text("event " + word + " { " + word + ": int }").problems, "") << word;
    EXPECT_EQ(parse_text("rule " + word + " { match " + word + ": " + word + "(" + word + " == 1)\n by " + word + " }")
                  .problems,
              "")
        << word;
  }
  for (const std::string word :
       {"and", "or", "not", "in", "is", "null", "true", "false", "like", "matches", "between", "if", "then", "else"})
    EXPECT_EQ(parse_text("event A { " + word + ": int }").problems, "E0117 1:11") << word;
}

TEST(Parse, OneRootCauseIsOneProblem) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"\xEF\xBB\xBF"
       "event A {}",
       ""},
      {"event A { x: int, }", ""},
      {"event A { x: int y: int }", "E0101 1:18"},
      {"event { x: int }\nevent B {}", "E0101 1:7"},
      {"}", "E0101 1:1"},
      {"let a = 1\nfn f(x: int) = x\nrule r { match A }", ""},
      {"rule r {\n match A(x >\n by k\n}", "E0101 2:12"},
      {"rule r {\n match A(\n by k\n}", "E0101 2:9"},
      {"rule r {\n match A(x > ]\n within 5x\n}", "E0101 2:14, E0106 3:9"},
      {"rule r {\n by\n}", "E0101 2:2"},
      {"rule r { match A", "E0101 1:8"},
      {"rule r {\n match A\nrule s { match B }", "E0101 1:8"},
      {"rule r { alert high \"{a b}\" }", "E0101 1:25"},
      {"rule r { alert high \"{a b} {c d}\" }", "E0101 1:25, E0101 1:31"},
      {"rule r { match A(1 < 2 < 3 < 4) }", "E0109 1:24, E0109 1:28"},
      {"rule r { match A(x = 1) }", "E0101 1:20"},
      {"rule r { match A(x == \"a) }", "E0102 1:23"},
      {"/* open", "E0103 1:1"},
      {"rule r { match A{99999999999} }", "E0108 1:18"},
      {"rule r { match A(x == -(9223372036854775808)) }", "E0108 1:25"},
      {"rule r { match A(x == 1 - 9223372036854775808) }", "E0108 1:27"},
      {"rule r { within 5 }", "E0106 1:17"},
      {"rule r { limit runs n }", "E0901 1:21"},
      {"test r \"t\" {\n at 5 A {}\n at 1s A { x: 1 } x 5\n expect nothing\n expect no alert r\n}",
       "E0106 2:5, E0101 3:21, E0101 4:9"},
  };
  for (const auto& [text, problems] : cases) EXPECT_EQ(parse_text(text).problems, problems) << text;
}

TEST(Parse, WhatIsReadAroundAProblemIsKept) {
  const Parsed parsed = parse_text(
      "rule r {\n match A\n witin 5m\n by k\n emit X { a: 1, b: , c: 3 }\n}\nevnt E { x: int }\nrule s {}\nrule { }");
  EXPECT_EQ(parsed.problems, "E0112 3:2, E0101 5:20, E0112 7:1, E0101 9:6");
  EXPECT_EQ(parsed.dump,
            "rule r broken\n  match\n    step A\n  by\n    key k\n  emit X\n    field a\n      literal 1\n    field c\n"
            "      literal 3\nevent E broken\nrule s\n");
}

TEST(Parse, ProblemsAreCapped) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "rule r" + std::to_string(i) + " { within }\n";
  Diagnostics diagnostics;
  parse({{"many.rules", text}}, 0, diagnostics);
  ASSERT_EQ(diagnostics.size(), 20U);
  EXPECT_EQ(diagnostics.back().code, "E0115");
}

TEST(Parse, TooLargeAFileIsRefused) {
  Diagnostics diagnostics;
  const syntax::Tree tree = parse({{"large.rules", std::string((16U << 20) + 1, ' ')}}, 0, diagnostics);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].code, "E0113");
}

TEST(Parse, EveryCodeHasAGoldenCase) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(TOCSIN_SOURCE_DIR "/tests/golden/syntax")) {
    if (entry.path().extension() != ".expected") continue;
    std::ifstream in(entry.path());
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  for (const CodeTitle& entry : kCodes) {
    if (!entry.code.starts_with("E01") || entry.code == "E0113") continue;  // a file of 16 MiB: above
    EXPECT_NE(all.find("[" + std::string(entry.code) + "]"), std::string::npos) << entry.code;
  }
}

}  // namespace
}  // namespace tocsin::rules
