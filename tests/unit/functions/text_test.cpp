// Functions of texts: code points, not bytes; and what texts are like.
#include <limits>

#include "rules/letter_case.hpp"
#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using enum Function;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Text, LetterCase) {
  expect({
      {lower, {text("")}, text("")},
      {lower, {text("MiXed 123 _-")}, text("mixed 123 _-")},
      {lower, {text("ÄÖÜ ÉÈ ŁŻ ČĐ ÅØÆ")}, text("äöü éè łż čđ åøæ")},
      {lower, {text("ΑΒΓΣ ΏΆ")}, text("αβγσ ώά")},
      {lower, {text("ЖЩЯ ЁЄІ")}, text("жщя ёєі")},
      {lower, {text("ẞ")}, text("ß")},
      {lower, {text("İ")}, text("İ")},  // would be two letters
      {lower, {text("Ÿ")}, text("ÿ")},
      {lower, {text("漢字 🙂 Ա")}, text("漢字 🙂 Ա")},
      {upper, {text("straße")}, text("STRAßE")},
      {upper, {text("äöü ñ ÿ ç")}, text("ÄÖÜ Ñ Ÿ Ç")},
      {upper, {text("σς ώ")}, text("ΣΣ Ώ")},
      {upper, {text("ё ж ї")}, text("Ё Ж Ї")},
      {upper, {text("ŉ ﬁ ǆ")}, text("ŉ ﬁ Ǆ")},
      {upper, {text("a\xff\xc3")}, text("A\xff\xc3")},  // no UTF-8: stays
      {upper, {kNull}, kNull},
  });
}

TEST(Text, LettersGoOneWayAndBack) {
  std::size_t letters = 0;
  for (char32_t c = 0; c < 0x20000; ++c) {
    const char32_t low = lower_of(c);
    if (low == c) continue;
    ++letters;
    EXPECT_EQ(lower_of(low), low) << std::hex << static_cast<std::uint32_t>(c);
    EXPECT_EQ(lower_of(upper_of(low)), low) << std::hex << static_cast<std::uint32_t>(c);
  }
  EXPECT_GT(letters, 800U);
}

TEST(Text, Trim) {
  expect({
      {trim, {text("")}, text("")},
      {trim, {text("  a b \t\r\n")}, text("a b")},
      {trim, {text(" \n ")}, text("")},
      {trim, {text("\u00a0\u3000ä\u2009")}, text("ä")},
      {trim, {text("\u200b")}, text("\u200b")},  // zero width space is no white space
      {trim, {kNull}, kNull},
  });
}

TEST(Text, Length) {
  expect({
      {length, {text("")}, 0_i},
      {length, {text("abc")}, 3_i},
      {length, {text("äö漢🙂")}, 4_i},
      {length, {text("e\u0301")}, 2_i},       // a letter and its accent are two code points
      {length, {text("\xff\xfe\xe6")}, 3_i},  // no UTF-8: one each
      {length, {text("\xf0\x9f\x99")}, 3_i},
      {length, {kNull}, kNull},
  });
}

TEST(Text, Parts) {
  expect({
      {contains, {text("abc"), text("bc")}, true},
      {contains, {text("abc"), text("")}, true},
      {contains, {text(""), text("a")}, false},
      {contains, {text("abc"), text("BC")}, false},
      {contains, {text("abc"), kNull}, kNull},
      {starts_with, {text("äbc"), text("ä")}, true},
      {starts_with, {text("a"), text("ab")}, false},
      {starts_with, {text(""), text("")}, true},
      {ends_with, {text("abc"), text("bc")}, true},
      {ends_with, {text("c"), text("bc")}, false},
      {ends_with, {kNull, text("c")}, kNull},
  });
}

TEST(Text, Replace) {
  expect({
      {replace, {text("a-b-c"), text("-"), text("+")}, text("a+b+c")},
      {replace, {text("aaa"), text("aa"), text("b")}, text("ba")},
      {replace, {text("aaa"), text("a"), text("")}, text("")},
      {replace, {text("a"), text("a"), text("aa")}, text("aa")},
      {replace, {text("äöä"), text("ä"), text("漢")}, text("漢ö漢")},
      {replace, {text("abc"), text("x"), text("y")}, text("abc")},
      {replace, {text(""), text("x"), text("y")}, text("")},
      {replace, {text("abc"), text(""), text("y")}, text("abc")},
      {replace, {text("abc"), text("b"), kNull}, kNull},
      {replace, {std::string(2000, 'a'), text("a"), std::string(1000, 'b')}, kNull},  // a MiB at most
      {replace, {std::string(2000, 'a'), text("a"), std::string(500, 'b')}, std::string(1'000'000, 'b')},
  });
}

TEST(Text, Substring) {
  expect({
      {substring, {text("abcdef"), 2_i}, text("cdef")},
      {substring, {text("abcdef"), 2_i, 3_i}, text("cde")},
      {substring, {text("abcdef"), 0_i, 0_i}, text("")},
      {substring, {text("abcdef"), 4_i, 100_i}, text("ef")},
      {substring, {text("abcdef"), 6_i}, text("")},
      {substring, {text("abcdef"), 7_i}, text("")},
      {substring, {text("abcdef"), kMax, kMax}, text("")},
      {substring, {text("abcdef"), -2_i}, text("ef")},
      {substring, {text("abcdef"), -3_i, 2_i}, text("de")},
      {substring, {text("abcdef"), -6_i, 1_i}, text("a")},
      {substring, {text("abcdef"), -7_i, 2_i}, text("ab")},
      {substring, {text("abcdef"), kMin}, text("abcdef")},
      {substring, {text("abcdef"), 1_i, -1_i}, text("")},
      {substring, {text("äö漢🙂x"), 1_i, 3_i}, text("ö漢🙂")},
      {substring, {text("äö漢🙂x"), -2_i}, text("🙂x")},
      {substring, {text(""), 0_i}, text("")},
      {substring, {text(""), -1_i}, text("")},
      {substring, {text("abc"), kNull}, kNull},
      {substring, {text("abc"), 1_i, kNull}, kNull},
  });
}

TEST(Text, Split) {
  const auto texts = [](const std::vector<Value>& items) { return list(Type::string, items); };
  expect({
      {split, {text("a,b,c"), text(",")}, texts({text("a"), text("b"), text("c")})},
      {split, {text(""), text(",")}, texts({text("")})},
      {split, {text(","), text(",")}, texts({text(""), text("")})},
      {split, {text("abc"), text("::")}, texts({text("abc")})},
      {split, {text("a::b:"), text("::")}, texts({text("a"), text("b:")})},
      {split, {text("ä→b→"), text("→")}, texts({text("ä"), text("b"), text("")})},
      {split, {text("abc"), text("")}, kNull},
      {split, {kNull, text(",")}, kNull},
  });
}

TEST(Text, Secrets) {
  expect({
      {hash, {text("")}, text("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")},
      {hash, {text("abc")}, text("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")},
      {hash, {kNull}, kNull},
      {mask, {text("4111111111111111"), 4_i}, text("************1111")},
      {mask, {text("äöü"), 1_i}, text("**ü")},
      {mask, {text("abc"), 0_i}, text("***")},
      {mask, {text("abc"), 3_i}, text("abc")},
      {mask, {text("abc"), kMax}, text("abc")},
      {mask, {text(""), 2_i}, text("")},
      {mask, {text("abc"), -1_i}, text("***")},
      {redact, {text("secret")}, text("[redacted]")},
      {redact, {text("")}, text("[redacted]")},
      {redact, {kNull}, kNull},
  });
}

TEST(Text, Like) {
  expect({
      {like, {text(""), text("")}, true},
      {like, {text("a"), text("")}, false},
      {like, {text(""), text("*")}, true},
      {like, {text(""), text("?")}, false},
      {like, {text("abc"), text("abc")}, true},
      {like, {text("abc"), text("ab")}, false},
      {like, {text("abc"), text("a*")}, true},
      {like, {text("abc"), text("*c")}, true},
      {like, {text("abc"), text("*b*")}, true},
      {like, {text("abc"), text("a*c")}, true},
      {like, {text("ac"), text("a*c")}, true},
      {like, {text("a"), text("a*a")}, false},
      {like, {text("aba"), text("ab*ba")}, false},
      {like, {text("abba"), text("ab*ba")}, true},
      {like, {text("abcbc"), text("*bc")}, true},
      {like, {text("aXbXc"), text("a*X*c")}, true},
      {like, {text("abc"), text("a?c")}, true},
      {like, {text("äöü"), text("ä?ü")}, true},
      {like, {text("漢字"), text("??")}, true},
      {like, {text("漢字"), text("???")}, false},
      {like, {text("x漢字"), text("*?字")}, true},
      {like, {text("aab"), text("*?ab*")}, true},
      {like, {text("ab"), text("*?ab*")}, false},
      {like, {text("a.c"), text("a.c")}, true},
      {like, {text("abc"), text("a.c")}, false},
      {like, {text("ABC"), text("abc")}, false},
      {like, {text("a%_[b]"), text("a%_[b]")}, true},
      {like, {text("\n"), text("?")}, true},
      {like, {text("mississippi"), text("m*iss*ip*i")}, true},
      {like, {text("mississippi"), text("m*iss*ss*ss*")}, false},
      {like, {text("abcabd"), text("*ab?*ab?")}, true},
      {like, {text("ab"), text("**")}, true},
      {like, {text("ab"), text("*?*?*")}, true},
      {like, {text("a"), text("*?*?*")}, false},
      {like, {text("\xff"), text("?")}, true},
      {like, {kNull, text("*")}, false},
      {like, {text("a"), kNull}, false},
      // what a backtracking matcher never ends on
      {like, {std::string(100'000, 'a'), text("*a*a*a*a*a*a*a*a*a*b")}, false},
      {like, {std::string(20'000, 'a'), text("*a?a?*a?a?*a?a?b*")}, false},
  });
}

/// The definition, by all ways to cut: the judge of small cases.
bool is_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') return is_like(text, pattern.substr(1)) || (!text.empty() && is_like(text.substr(1), pattern));
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) && is_like(text.substr(1), pattern.substr(1));
}

std::vector<std::string> all_of(std::string_view letters, std::size_t longest) {
  std::vector<std::string> texts = {""};
  for (std::size_t from = 0; from < texts.size() && texts[from].size() < longest; ++from)
    for (const char letter : letters) texts.push_back(texts[from] + letter);
  return texts;
}

TEST(Text, LikeOfAllSmallPatterns) {
  const std::vector<std::string> texts = all_of("ab", 5);
  for (const std::string& pattern : all_of("ab*?", 4))
    for (const std::string& each : texts) expect({{like, {each, pattern}, is_like(each, pattern)}});
}

TEST(Text, Matches) {
  expect({
      {matches, {text("error 42"), text("[0-9]+")}, true},
      {matches, {text("error"), text("[0-9]+")}, false},
      {matches, {text(""), text("")}, true},
      {matches, {text(""), text("^$")}, true},
      {matches, {text("abc"), text("^b")}, false},
      {matches, {text("äöü"), text("^...$")}, true},
      {matches, {text("ÄB"), text("(?i)äb")}, true},
      {matches, {text("a\nb"), text("a.b")}, false},
      {matches, {text("a\nb"), text("(?s)a.b")}, true},
      {matches, {text("漢字"), text("\\p{Han}{2}")}, true},
      {matches, {std::string(100'000, 'a'), text("(a*)*b")}, false},
      {matches, {kNull, text("a")}, false},
      {matches, {text("a"), kNull}, false},
  });
}

TEST(Text, BadPatterns) {
  const auto problem = [](const Call& call) {
    const std::optional<BadConstant> bad = bad_constant(expr_of(call));
    return bad ? bad->message : "";
  };
  EXPECT_EQ(problem({matches, {text("a"), text("(a")}, {}}), "`(a` is no regular expression: missing ): (a");
  EXPECT_EQ(problem({matches, {text("a"), text("(?=a)")}, {}}),
            "`(?=a)` is no regular expression: invalid perl operator: (?=");
  EXPECT_EQ(problem({matches, {text("a"), text("a+")}, {}}), "");
  EXPECT_NE(problem({matches, {text("a"), text("((a{100}){100}){100}")}, {}}), "");
  EXPECT_EQ(problem({like, {text("a"), text("[(*")}, {}}), "");
  Expr expr = expr_of({like, {text("a"), text("b")}, {}});
  expr.args[1].op = Op::field;
  EXPECT_EQ(bad_constant(expr)->message, "the pattern after `like` must be a constant");
  EXPECT_EQ(bad_constant(expr)->arg, 1U);
}

}  // namespace
}  // namespace tocsin::rules::testing
