// parse() on texts that are large or made to break it: no crash, problems instead, no runaway time.
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "rules/compile.hpp"

namespace tocsin::rules {
namespace {

constexpr std::size_t kMegabyte = 1U << 20;

std::string repeat(const std::string& unit, std::size_t size = kMegabyte) {
  std::string text;
  text.reserve(size + unit.size());
  while (text.size() < size) text += unit;
  return text;
}

/// CPU seconds, so that other work on the machine doesn't count.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

TEST(ParseSize, HostileTextsGiveProblems) {
  const std::string in_match = "rule r {\n match A(x == ";
  const std::string in_message = "rule r {\n alert high \"";
  const std::pair<const char*, std::string> cases[] = {
      {"open parentheses", in_match + repeat("(")},
      {"parentheses", in_match + repeat("(") + repeat(")")},
      {"open brackets", in_match + repeat("[")},
      {"braces", repeat("{")},
      {"closing braces", repeat("}")},
      {"blocks in blocks", "event A { a: " + repeat("{ a: ")},
      {"lists of lists", "event A { a: " + repeat("list<")},
      {"not", in_match + repeat("not ")},
      {"minus", in_match + repeat("- ")},
      {"if", in_match + repeat("if ")},
      {"choices", in_match + repeat("if a then b else ")},
      {"lists", in_match + "[" + repeat("1,") + "$"},
      {"attributes", in_match + "a" + repeat(".@b")},
      {"alternatives", "rule r {\n match A" + repeat("|A") + "|"},
      {"groups in groups", "rule r {\n match " + repeat("(A -> ")},
      {"groups in a row", "rule r {\n match (A)" + repeat("{2} -> (A)") + " ->"},
      {"key of many parts", "rule r {\n by a" + repeat(".a") + " == "},
      {"key equalities", "rule r {\n by a.b" + repeat(" == a.b") + " == 1"},
      {"values in values", "test t \"\" { at 1s A " + repeat("{ a: ")},
      {"many values", "test t \"\" { at 1s A {" + repeat("a: 1,") + " a: }"},
      {"conditions of an output", "rule r { emit X {}" + repeat(" if (a)") + " $"},
      {"members", in_match + "a" + repeat(".b")},
      {"indices", in_match + "a" + repeat("[0]")},
      {"indices in indices", in_match + repeat("a[")},
      {"calls", in_match + repeat("f(")},
      {"a million sums", in_match + "a" + repeat("+b-c", 2 * kMegabyte)},
      {"coalesce", in_match + "a" + repeat(" ?? b")},
      {"and or", in_match + "a" + repeat(" and b or c")},
      {"comparisons", in_match + "a" + repeat(" < b")},
      {"groups", "rule r {\n match " + repeat("(")},
      {"arrows", "rule r {\n match A" + repeat(" ->")},
      {"quantifiers", "rule r {\n match A" + repeat("+*")},
      {"choices of steps", "rule r {\n match A" + repeat(" or B") + " or"},
      {"interleavings", "rule r {\n match A" + repeat(" and B or C") + " and"},
      {"groups of sides", "rule r {\n match " + repeat("(A or (B and ")},
      {"bounds", "rule r {\n match A" + repeat(" ->[1s, 2s] A") + " ->["},
      {"loop words", "rule r {\n match A+" + repeat(" strict any [5s] until B")},
      {"until until", "rule r {\n match A+" + repeat(" until until")},
      {"absences", "rule r {\n match A" + repeat(" -> not B for 5s every 5s") + " ->"},
      {"absent sides", "rule r {\n match not (A" + repeat(" or A") + " or"},
      {"spans", "rule r {\n match (A)" + repeat("[5s]")},
      {"timeouts", "rule r {" + repeat(" timeout emit X {}") + " timeout"},
      {"limits", "rule r {" + repeat(" limit memory 1KB") + " limit"},
      {"open comment", "rule r { /*" + repeat("* /")},
      {"open text", "rule r { alert high \"" + repeat("a")},
      {"holes", in_message + repeat("{a b}") + "\" }"},
      {"open holes", in_message + repeat("{ ") + "x\" }"},
      {"rule rule", repeat("rule ")},
      {"broken rules", repeat("rule r {\n within\n")},
      {"escapes", in_match + "\"" + repeat("\\q")},
      {"stray signs", repeat("$")},
      {"foreign letters", repeat("é")},
      {"digits", in_match + repeat("9")},
      {"a name, then rubbish", repeat("a ") + "$"},
      {"quotes of another kind", repeat("'")},
      {"zero bytes", std::string(kMegabyte, '\0')},
  };
  for (const auto& [name, text] : cases) {
    SCOPED_TRACE(name);
    const Sources sources{{"hostile.rules", text}};
    Diagnostics diagnostics;
    parse(sources, 0, diagnostics);
    EXPECT_FALSE(diagnostics.empty());
    EXPECT_LE(diagnostics.size(), 20U);
    EXPECT_LT(render(diagnostics, sources, false).size(), 20'000U);
  }
}

TEST(ParseSize, AsDeepAndLongAsAllowed) {
  const Sources sources{{"deep.rules", "rule r { match A(" + std::string(99, '(') + "a" + repeat(" + b", 4 * 1000 - 1) +
                                           std::string(99, ')') + ") }"}};
  Diagnostics diagnostics;
  parse(sources, 0, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << render(diagnostics, sources, false);
}

TEST(ParseSize, TwoThousandRules) {
  std::string text = "event Reading { device: string, celsius: float, on: bool }\n";
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    text += "rule r" + n + " \"Rule " + n + "\" {\n  match  a: Reading(celsius > " + n +
            " and not on) -> b: Reading(celsius > (last(b.celsius) ?? a.celsius)){3} -> not Reading(on) => c: Reading\n"
            "  by     device\n  within 5m\n  alert  high \"{a.device} at {max(b.celsius):.1f}\" { device, peak: "
            "max(b.celsius) }\n}\n";
  }
  const Sources sources{{"many.rules", text}};
  Diagnostics diagnostics;
  const double begin = cpu_seconds();
  const syntax::Tree tree = parse(sources, 0, diagnostics);
  RecordProperty("cpu_ms", static_cast<int>((cpu_seconds() - begin) * 1000));
  EXPECT_TRUE(diagnostics.empty()) << render(diagnostics, sources, false);
  ASSERT_EQ(tree.declarations.size(), 2001U);
  for (std::size_t i = 1; i < tree.declarations.size(); ++i) {
    const auto& rule = std::get<syntax::Rule>(tree.declarations[i].node);
    ASSERT_EQ(rule.clauses.size(), 4U) << rule.name.text;
    ASSERT_FALSE(rule.broken);
  }
}

}  // namespace
}  // namespace tocsin::rules
