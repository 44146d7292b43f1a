// render(), places in files, sorting, and "did you mean".
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rules/diagnostic.hpp"

namespace tocsin::rules {
namespace {

/// The span of the first `part` in file `file`.
Span find(const Sources& sources, FileId file, const std::string& part) {
  const std::size_t at = sources[file].text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + part.size())};
}

TEST(Render, PlaceRelatedAndHelp) {
  const Sources sources{{"rules/types.rules", "// types\n\nevent Temperature { device: string, celsius: float }\n"},
                        {"rules/boiler.rules", std::string(11, '\n') + "  match t: Temperature(celcius > 80)\n"}};
  const Diagnostic diagnostic{"E0203",
                              Level::error,
                              find(sources, 1, "celcius"),
                              "event type `Temperature` has no field `celcius`",
                              "unknown field",
                              {{find(sources, 0, "Temperature"), "declared here"}},
                              {{"a field with a similar name exists", find(sources, 1, "celcius"), "celsius"}}};
  EXPECT_EQ(render({diagnostic}, sources, false), R"(error[E0203]: event type `Temperature` has no field `celcius`
  --> rules/boiler.rules:12:24
   |
12 |   match t: Temperature(celcius > 80)
   |                        ^^^^^^^ unknown field
   |
  ::: rules/types.rules:3:7
 3 | event Temperature { device: string, celsius: float }
   |       ----------- declared here
help: a field with a similar name exists
12 |   match t: Temperature(celsius > 80)
   |                        +++++++
)");
}

TEST(Render, OneLine) {
  struct Case {
    std::string name;
    std::string text;
    std::uint32_t begin;
    std::uint32_t end;
    std::string shown;
  };
  const Case cases[] = {
      {"a tab is four columns", "a\tb c", 2, 3, " --> f:1:3\n  |\n1 | a    b c\n  |      ^ x\n"},
      {"a tab underlined", "a\tb", 0, 3, " --> f:1:1\n  |\n1 | a    b\n  | ^^^^^^ x\n"},
      {"columns are code points", "é€ b", 6, 7, " --> f:1:4\n  |\n1 | é€ b\n  |    ^ x\n"},
      {"UTF-8 underlined", "é€ b", 0, 5, " --> f:1:1\n  |\n1 | é€ b\n  | ^^ x\n"},
      {"an empty span", "abc", 1, 1, " --> f:1:2\n  |\n1 | abc\n  |  ^ x\n"},
      {"the end of the file", "abc\n", 4, 4, " --> f:2:1\n  |\n2 |\n  | ^ x\n"},
      {"after the last letter", "abc", 3, 3, " --> f:1:4\n  |\n1 | abc\n  |    ^ x\n"},
      {"several lines: to the first's end", "ab cd\nef", 3, 8, " --> f:1:4\n  |\n1 | ab cd\n  |    ^^ x\n"},
      {"a line end of two characters", "ab\r\ncd\r\n", 4, 6, " --> f:2:1\n  |\n2 | cd\n  | ^^ x\n"},
      {"a control character", "a\x1b[1mb", 1, 2, " --> f:1:2\n  |\n1 | a�[1mb\n  |  ^ x\n"},
      {"wide characters are two columns", "温度 x", 7, 8, " --> f:1:4\n  |\n1 | 温度 x\n  |      ^ x\n"},
      {"wide characters underlined", "温度", 0, 6, " --> f:1:1\n  |\n1 | 温度\n  | ^^^^ x\n"},
      {"an accent of its own is none", "e\u0301 x", 4, 5, " --> f:1:4\n  |\n1 | e\u0301 x\n  |   ^ x\n"},
      {"what turns the writing", "a\u202eb", 4, 5, " --> f:1:3\n  |\n1 | a\uFFFDb\n  |   ^ x\n"},
      {"no UTF-8", "a\xff", 1, 2, " --> f:1:2\n  |\n1 | a\uFFFD\n  |  ^ x\n"},
      {"an empty file", "", 0, 0, " --> f:1:1\n  |\n1 |\n  | ^ x\n"},
  };
  for (const Case& c : cases) {
    const Sources sources{{"f", c.text}};
    EXPECT_EQ(render({{"W0101", Level::warning, {0, c.begin, c.end}, "m", "x", {}, {}}}, sources, false),
              "warning[W0101]: m\n" + c.shown)
        << c.name;
  }
}

TEST(Render, Helps) {
  const Sources sources{{"f", "one two three\nfour"}};
  const auto help = [&](std::uint32_t begin, std::uint32_t end, const std::string& replacement) {
    const std::string text = render(
        {{"E0101", Level::error, {0, 0, 3}, "m", "", {}, {{"so", Span{0, begin, end}, replacement}}}}, sources, false);
    return text.substr(text.find("help"));
  };
  EXPECT_EQ(help(4, 7, "zwei"), "help: so\n1 | one zwei three\n  |     ++++\n");
  EXPECT_EQ(help(4, 4, "and "), "help: so\n1 | one and two three\n  |     ++++\n");
  EXPECT_EQ(help(3, 7, ""), "help: so\n1 | one three\n");
  EXPECT_EQ(help(13, 13, "\n  by x"), "help: so\n1 | one two three\n2 |   by x\n  | ++++++\n");
  EXPECT_EQ(help(8, 18, "!"), "help: so\n1 | one two !\n  |         +\n");
}

TEST(Render, AVeryLongLineIsCut) {
  const Sources sources{{"f", std::string(100'000, 'a') + "X" + std::string(100'000, 'b')}};
  const std::string text =
      render({{"E0101", Level::error, {0, 100'000, 100'001}, "m", "here", {}, {}}}, sources, false);
  EXPECT_LT(text.size(), 500U);
  const std::size_t line = text.find("1 | ") + 4;
  const std::string shown = text.substr(line, text.find('\n', line) - line);
  const std::size_t caret = text.find('^') - (text.find('\n', line) + 1) - 4;
  EXPECT_EQ(shown.substr(0, 3), "…");
  EXPECT_EQ(shown[caret + 2], 'X') << text;  // the mark of the cut is three bytes and one column
}

TEST(Render, Colors) {
  const Sources sources{{"f", "abc"}};
  const Diagnostics one{{"E0101", Level::error, {0, 0, 1}, "m", "x", {}, {}}};
  std::string colored = render(one, sources, true);
  EXPECT_NE(colored.find("\x1b[1;31merror[E0101]\x1b[0m"), std::string::npos);
  for (std::size_t at; (at = colored.find('\x1b')) != std::string::npos;)
    colored.erase(at, colored.find('m', at) - at + 1);
  EXPECT_EQ(colored, render(one, sources, false));
}

TEST(Diagnostics, SortedByPlaceWithoutRepetitions) {
  const auto at = [](FileId file, std::uint32_t begin, const char* code) {
    return Diagnostic{code, Level::warning, {file, begin, begin + 1}, "m", "", {}, {}};
  };
  Diagnostics list{at(1, 0, "E0101"), at(0, 5, "E0102"), at(0, 5, "E0101"), at(0, 2, "E0109"), at(0, 5, "E0102")};
  sort_diagnostics(list);
  std::string order;
  for (const Diagnostic& d : list)
    order += std::to_string(d.span.file) + ":" + std::to_string(d.span.begin) + d.code + " ";
  EXPECT_EQ(order, "0:2E0109 0:5E0101 0:5E0102 1:0E0101 ");
  EXPECT_FALSE(has_errors(list));
  list.back().level = Level::error;
  EXPECT_TRUE(has_errors(list));
}

TEST(Diagnostics, AtMostTwentyOfAFile) {
  struct Case {
    std::size_t errors, warnings;
    std::size_t kept_errors, kept_warnings;
    std::string last;
  };
  const Case cases[] = {
      {0, 0, 0, 0, ""},        {20, 0, 20, 0, "E0101"}, {21, 0, 20, 0, "E0115"},
      {5, 15, 5, 15, "W0201"}, {5, 16, 5, 15, "W0115"}, {40, 40, 20, 0, "E0115"},
  };
  for (const Case& c : cases) {
    Diagnostics list;
    for (std::uint32_t i = 0; i < std::max(c.errors, c.warnings); ++i) {
      if (i < c.errors) list.push_back({"E0101", Level::error, {0, 2 * i, 2 * i + 1}, "m", "", {}, {}});
      if (i < c.warnings) list.push_back({"W0201", Level::warning, {0, 2 * i + 1, 2 * i + 2}, "m", "", {}, {}});
    }
    const Diagnostic other{"E0102", Level::error, {1, 0, 1}, "in another file", "", {}, {}};
    list.push_back(other);
    sort_diagnostics(list);
    limit_diagnostics(list);
    EXPECT_EQ(list.back().message, other.message);
    list.pop_back();
    const auto errors = static_cast<std::size_t>(
        std::count_if(list.begin(), list.end(), [](const Diagnostic& d) { return d.level == Level::error; }));
    const std::string what = std::to_string(c.errors) + " errors, " + std::to_string(c.warnings) + " warnings";
    EXPECT_EQ(errors, c.kept_errors) << what;
    EXPECT_EQ(list.size() - errors, c.kept_warnings) << what;
    const auto more = std::find_if(list.begin(), list.end(), [&](const Diagnostic& d) { return d.code == c.last; });
    EXPECT_EQ(more == list.end(), c.last.empty()) << what;
  }
}

TEST(Nearest, FindsWhatWasMeant) {
  struct Case {
    std::string name;
    std::vector<std::string> candidates;
    std::string meant;
  };
  const Case cases[] = {
      {"witin", {"with", "within", "match"}, "within"},
      {"wihtin", {"within"}, "within"},
      {"mtach", {"match", "matches"}, "match"},
      {"celcius", {"celsius", "kelvin"}, "celsius"},
      {"evnt", {"rule", "event"}, "event"},
      {"at", {"as"}, ""},
      {"By", {"at", "by"}, "by"},
      {"ab", {"ba"}, "ba"},
      {"a", {"b"}, ""},
      {"abcd", {"abxy"}, ""},
      {"device", {"Device", "devices"}, "Device"},
      {"temperature", {"pressure"}, ""},
      {"within", {"within"}, "within"},
      {"x", {}, ""},
  };
  for (const Case& c : cases) EXPECT_EQ(nearest(c.name, c.candidates), c.meant) << c.name;
}

}  // namespace
}  // namespace tocsin::rules
