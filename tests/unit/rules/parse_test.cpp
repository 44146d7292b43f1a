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
      {"a in b or c", "(a in b) or c"},
      {"not a in b + c", "not (a in (b + c))"},
      {"a between b and c and d", "(a between b and c) and d"},
      {"a not like b ?? c and d", "(a not like (b ?? c)) and d"},
      {"if a or b then c else d + 1", "if (a or b) then c else (d + 1)"},
      {"-a[0].b", "-((a[0]).b)"},
      {"a.@time - b.@meta.x", "(a.@time) - (b.@meta.x)"},
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
       {"event", "rule", "test",  "match",    "by",      "within",   "alert",  "emit",     "on",    "last",
        "limit", "all",  "up",    "to",       "any",     "for",      "every",  "x",        "at",    "expect",
        "r",     "list", "owner", "tags",     "runbook", "priority", "shadow", "disabled", "let",   "fn",
        "from",  "each", "per",   "throttle", "resolve", "format",   "meta",   "severity", "action"}) {
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

TEST(Parse, ConstantsStandForDurationsAndCounts) {
  const std::pair<std::string, std::string> cases[] = {
      {"within limit", "  within limit"},
      {"limit runs limit", "  limit runs limit"},
      {"throttle n per m each x", "  throttle n per m\n    name x"},
      {"match A{n,m}", "  match\n    step A {n,m}"},
      {"match (A){n}", "  match\n    group {n}\n      step A"},
      {"match A{n,}", "  match\n    step A {n,}"},
      {"alert low \"\" resolve after n", "  alert\n    name low\n    message\n    resolve after n"},
  };
  for (const auto& [clause, shown] : cases) {
    const Parsed parsed = parse_text("rule r { " + clause + " }");
    EXPECT_EQ(parsed.problems, "") << clause;
    EXPECT_EQ(parsed.dump, "rule r\n" + shown + "\n") << clause;
  }
}

TEST(Parse, AFormatBeginsAtTheFirstColonOutsideBracketsAndTexts) {
  const std::pair<std::string, std::string> cases[] = {
      // what is in the braces, the format after the colon
      {"a", ""},
      {"a:>5", ">5"},
      {"a.at:%H:%M:%S", "%H:%M:%S"},
      {"f(a)[0]:.1f", ".1f"},
      {R"(f(\":\", \"}\"):x)", "x"},
      {R"(if a then \":\" else \"b\":s)", "s"},
      {R"(format(\"{a:.1f}:{b:d}\"):>9)", ">9"},
  };
  for (const auto& [hole, format] : cases) {
    const Parsed parsed = parse_text("rule r { alert low \"{" + hole + "}\" }");
    ASSERT_EQ(parsed.problems, "") << hole;
    const auto& clause = std::get<syntax::Rule>(parsed.tree.declarations.front().node).clauses.front();
    const auto& parts = std::get<syntax::Alert>(clause.node).message.parts;
    ASSERT_EQ(parts.size(), 1U) << hole;
    EXPECT_EQ(parts[0].format, format) << hole;
  }
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
      {"rule r { limit runs n }", ""},
      {"rule r { match A{5,99999999999999999999} }", "E0108 1:20"},
      {"rule r { match A{5,5000000000} }", "E0108 1:20"},
      {"rule r { match A alert high \"x }\nevent B { y: int }", "E0102 1:29"},
      {"rule r \"open {\n match A\n alert high \"x\"\n emit X { a: 1 }\n}\nevent B { y: int }", "E0102 1:8"},
      {"test r \"open {\n at 1s A {}\n expect alert r { x: 1 }\n}\nevent B { y: int }", "E0102 1:8"},
      {"event A \"open { x: int }\nevent B { y: int }", "E0102 1:9"},
      {"let a = \"open\nlet b = 1", "E0102 1:9"},
      {"rule r { alert high \"x\" { a: \"open }\n by k\n}\nevent B {}", "E0102 1:30"},
      {"let a =\nlet b = 2\nevent A {}", "E0101 1:7"},
      {"let a = 1 +\n\nrule r { match A }", "E0101 1:11"},
      {"fn f(x: int) =\ntest r \"t\" {}", "E0101 1:14"},
      {"let a = b c\nlet d = 1", "E0101 1:11"},
      {"let a = 1 let b = 2 event A {}", ""},
      {"event A { x: list<> }", "E0105 1:18"},
      {"event A { x: lst<int>, y: }", "E0101 1:14, E0101 1:27"},
      {"rule r { match A resolve B }", "E0101 1:18"},
      {"rule r { alert", "E0101 1:10"},
      {"rule r { match", "E0101 1:10"},
      {"test r \"t\" { at 1s", "E0101 1:17"},
      {"test r \"t\" { expect 3", "E0101 1:21"},
      {"rule r { alert high \"x\" if (a) if (b) if (c) }", "E0101 1:32, E0101 1:39"},
      {"rule r { emit X { a: { b: , c: 1 }, d: } }", "E0101 1:27, E0101 1:40"},
      {"test r \"t\" {\n at 1s wiat\n at 2s ariving 3s A {}\n at 3s A { x: { y 1 } }\n expct alert r\n}",
       "E0112 2:8, E0112 3:8, E0101 4:19, E0112 5:2"},
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
