// The one layout: twice is once, tokens and comments stay, the meaning stays, and blanks don't matter.
//
// Texts are all rule files of the repository, the blocks of its documents, the goldens' inputs and some written for
// comments in odd places, each also with its blanks and line ends mangled and comments put in. TOCSIN_CASES: mangled
// copies of each text.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "rules/compile.hpp"
#include "rules/layout.hpp"
#include "rules/lexer.hpp"
#include "tests/property/environment.hpp"

namespace tocsin::property {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kSeed = 20'240'101;

struct Text {
  std::string name;
  std::string text;
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void add_blocks(const fs::path& path, std::vector<Text>& texts) {
  const std::string page = read_file(path);
  const std::string_view open = "```rules\n";
  for (std::size_t at = page.find(open); at != page.npos; at = page.find(open, at)) {
    at += open.size();
    const std::size_t end = page.find("```", at);
    texts.push_back({path.filename().string() + ":" + std::to_string(at), page.substr(at, end - at)});
  }
}

const char* const kOddComments[] = {
    "",
    "\n\n",
    "// alone",
    "/* one */ /* two */ // three\n\n\n/* four\n   lines */",
    "// first\nevent A { x: int } // behind\n// between\n\n\n\nevent Bcd { y: int }\n// last\n",
    "event A { // open\n  x: int, // x\n  // own\n  y: int /* y */ } // close\nevent B {}\n",
    "event /* a */ A /* b */ { /* c */ x /* d */ : /* e */ int /* f */ } /* g */",
    "rule r // name\n{ // open\n match // m\n a: A // a\n -> // arrow\n b: B // b\n by k // k\n // end\n}",
    "rule r {\n\n\n  // above\n\n\n  match A\n\n\n  // below\n\n\n}\n/* x */ rule s { match A }",
    "rule r { alert high /* s */ \"m\" /* t */ { a: 1, // a\n b: 2 /* b */ } // c\n if (x) // d\n }",
    "rule r { alert high \"m\" { // first\n // own\n a: 1\n // after\n } if /* i */ (x) }",
    "rule r { emit X { // only\n } emit Y { /* only */ } emit Z {} }",
    "test t \"x\" { // open\n at 1s // time\n A { x: 1 } // item\n /* own */ at 20s wait\n expect nothing else // "
    "end\n}",
    "rule empty {}\nrule commented { // nothing\n}\nrule owned {\n// nothing\n}\ntest t \"\" {}",
    "let a = 1 // one\nlet b = // two\n  a + // three\n  2\nfn f(x: int /* x */, // next\n y: int?) = // is\n x\n",
    "rule r { match A\n /* block\n of lines */ by k /* inside\n two */ within 5s }",
    "\xEF\xBB\xBF// with a mark\r\nrule r {\r\n  match A // a \r\n}\r\n",
    "rule r {\n match all // a\n a :A->[ /* b */ 5s,10s ] // c\n b: B{2}+ /* d */ strict any [5s] until // e\n (x>1) "
    "timeout // f\n alert low \"x\" // g\n if (a.x) timeout emit Y {} after // h\n match skip to // i\n last b }",
    "rule r { match up to n(A or(B and C{2}+)?? ->[5s] A)[10s]{3}[1m] any -> not(A or B(x))for(a.x*2)every 5m limit "
    "memory 64MB "
    "}",
    "rule r { match up to /* n */ 10 ((A+ strict [5s] -> not B for 5s) and C *? until D|E (x)) ~>[limit] _ forget 1d }",
    "rule r { match not A for 5s -> B{2,3}? any strict [n] -> (C -> D)+[5s] until E => F++ limit matches 5 }",
    "rule r { from A // a\n as a // b\n left // c\n join // d\n B as b on // e\n a.x == b.x // f\n within // g\n 5s\n "
    "window // w\n tumbling // t\n 1d /* x */ in \"Z\" // z\n rollup 1s, // r\n 1m every // v\n 10 // n\n events }",
    "rule r { from A(x>1)|B(y), C window sliding 10m every 1m every 1 event late 1m when(avg(x)>3) emit X{s:@start}}",
    "rule left { from left left join join on(left.a==join.b)join last last as l on l.x is null window rolling 1d step "
    "1m }",
    "rule r { from A as a join B as b on a.x==b.x within d window last n by a alert high \"x\" hold keep keep hold "
    "dedup "
    "by(x)+1 if(y) }",
    "table /* a */ sites /* b */ from \"x.csv\" // c\nkey /* k */ a, // l\nb{ // f\na:int,b:list<int>? // i\n}table t "
    "from T // t\n key // k\n a, b.c",
    "rule long {\n  match a: A(first_field == \"a long text to make it wide\" and second_field == \"another long "
    "text\" or "
    "third_field not in [1, 2, 3]) // and it goes on\n by k\n}",
};

std::vector<Text> all_texts() {
  const fs::path root = TOCSIN_SOURCE_DIR;
  std::vector<Text> texts;
  for (const char* folder : {"samples", "tests/golden", "tests/semantics"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.path().extension() == ".rules") texts.push_back({entry.path().string(), read_file(entry.path())});
  add_blocks(root / "README.md", texts);
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") add_blocks(entry.path(), texts);
  for (const char* text : kOddComments) texts.push_back({"odd comments", text});
  return texts;
}

/// The tree without places and comments; empty if there are problems.
std::string tree_of(const std::string& text) {
  const rules::Sources sources{{"layout.rules", text}};
  rules::Diagnostics diagnostics;
  rules::syntax::Tree tree = rules::parse(sources, 0, diagnostics);
  if (!diagnostics.empty()) return {};
  tree.comments.clear();
  const std::string dump = rules::syntax::dump(tree, sources[0]);
  std::string out = "tree\n";
  for (std::size_t at = 0; at < dump.size();) {
    const std::size_t end = dump.find('\n', at);
    out += dump.substr(at, dump.rfind("  ", end) - at) + "\n";
    at = end + 1;
  }
  return out;
}

std::string laid_out(const std::string& text) {
  const rules::Sources sources{{"layout.rules", text}};
  rules::Diagnostics diagnostics;
  const rules::syntax::Tree tree = rules::parse(sources, 0, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << rules::render(diagnostics, sources, false) << text;
  return rules::lay_out(sources[0], tree);
}

/// Plans, or the codes of the problems.
std::string meaning_of(const std::string& text) {
  rules::Diagnostics found;
  const auto set = rules::compile({{"layout.rules", text}}, found);
  std::string out;
  if (set)
    for (const rules::RulePlan& plan : set->rules) out += dump(plan, set->schema);
  for (const rules::Diagnostic& problem : set ? found : set.error()) out += problem.code + " " + problem.message + "\n";
  return out;
}

/// Tokens and comments in order of place, without the blanks at the end of lines.
std::string sequence_of(const std::string& text) {
  rules::Diagnostics none;
  rules::Problems problems(0, none);
  std::vector<rules::syntax::Comment> comments;
  const std::uint32_t from = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const rules::Tokens lexed =
      rules::lex(text, from, static_cast<std::uint32_t>(text.size()), rules::Quotes::plain, problems, &comments);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spans;
  for (const rules::Token& token : lexed.tokens) spans.emplace_back(token.begin, token.end);
  for (const rules::syntax::Comment& comment : comments) spans.emplace_back(comment.span.begin, comment.span.end);
  std::sort(spans.begin(), spans.end());
  std::string out;
  for (const auto& [begin, end] : spans) {
    std::string part = text.substr(begin, end - begin);
    std::erase(part, '\r');
    while (!part.empty() && part.back() == ' ') part.pop_back();
    out += part + "\n";
  }
  return out;
}

void expect_good_lines(const std::string& text) {
  EXPECT_TRUE(text.empty() || (text.ends_with("\n") && !text.ends_with("\n\n"))) << text;
  EXPECT_FALSE(text.starts_with("\n")) << text;
  EXPECT_EQ(text.find("\n\n\n"), text.npos) << text;
  EXPECT_EQ(text.find(" \n"), text.npos) << text;
}

void expect_laid_out_well(const std::string& text) {
  const std::string once = laid_out(text);
  EXPECT_EQ(laid_out(once), once) << "twice isn't once, of\n" << text;
  EXPECT_EQ(sequence_of(once), sequence_of(text)) << "another row of tokens, of\n" << text;
  EXPECT_EQ(tree_of(once), tree_of(text)) << "another tree, of\n" << text;
  expect_good_lines(once);
}

TEST(Layout, TwiceIsOnceAndTheMeaningStays) {
  std::size_t tried = 0;
  for (const Text& each : all_texts()) {
    if (tree_of(each.text).empty()) continue;
    SCOPED_TRACE(each.name);
    ++tried;
    expect_laid_out_well(each.text);
    EXPECT_EQ(meaning_of(laid_out(each.text)), meaning_of(each.text));
  }
  EXPECT_GE(tried, 100U);
}

/// Puts other blanks and, with `comments`, comments between the tokens. What was glued stays so mostly; blank lines are
/// made only with `comments`.
std::string mangled(const std::string& text, bool comments, std::mt19937_64& random) {
  rules::Diagnostics none;
  rules::Problems problems(0, none);
  const rules::Tokens lexed =
      rules::lex(text, 0, static_cast<std::uint32_t>(text.size()), rules::Quotes::plain, problems, nullptr);
  const auto chance = [&](std::uint64_t in) { return random() % in == 0; };
  std::string out;
  for (std::size_t i = 1; i + 1 < lexed.tokens.size(); ++i) {
    const rules::Token& token = lexed.tokens[i];
    const bool line_end = i > 1 && (token.first_of_line || (!token.glued && chance(6)));
    if (line_end)
      out += "\n";
    else if (i > 1 && (!token.glued || chance(20)))
      out += chance(4) ? "\t  " : " ";
    if (comments && chance(12)) {
      constexpr const char* kComments[] = {" // c\n", "\n// own\n",    " /* in */ ",
                                           "\n\n\n",  "\n/* own */\n", "/* l\n l */"};
      out += kComments[random() % std::size(kComments)];
    }
    out.append(text, token.begin, token.end - token.begin);
  }
  return out;
}

TEST(Layout, BlanksDoNotMatterAndCommentsStay) {
  const std::uint64_t seed = number_from_environment("TOCSIN_SEED", kSeed);
  const std::uint64_t copies = std::max<std::uint64_t>(1, number_from_environment("TOCSIN_CASES", 100'000) / 10'000);
  std::size_t tried = 0;
  std::size_t unusable = 0;
  std::uint64_t number = 0;
  for (const Text& each : all_texts()) {
    const std::string tree = tree_of(each.text);
    if (tree.empty()) continue;
    std::string plain_layout;
    for (std::uint64_t i = 0; i < copies; ++i) {
      std::mt19937_64 random(seed + number++);
      SCOPED_TRACE(each.name + ", copy " + std::to_string(i) + ", TOCSIN_SEED=" + std::to_string(seed));
      const std::string with_comments = mangled(each.text, true, random);
      const std::string plain = mangled(each.text, false, random);
      ++tried;
      if (tree_of(plain) == tree) {
        const std::string once = laid_out(plain);
        if (plain_layout.empty()) plain_layout = once;
        EXPECT_EQ(once, plain_layout) << "another layout, of\n" << plain;
      }
      if (tree_of(with_comments) != tree)
        ++unusable;  // a line end or blank gave it another meaning
      else
        expect_laid_out_well(with_comments);
      if (HasFailure()) return;
    }
  }
  std::cout << tried << " mangled texts, " << unusable << " of them with another meaning\n";
  EXPECT_LT(unusable, tried / 2);
}

TEST(Layout, LinesAreNoWiderThanTheyMustBe) {
  const std::string wide_list = [] {
    std::string list = "let xs = [1";
    for (int i = 2; i < 200; ++i) list += ", " + std::to_string(i);
    return list + "]";
  }();
  const std::string fields = [] {
    std::string block = "{ f0: g0.x + 1";
    for (int i = 1; i < 30; ++i) block += ", f" + std::to_string(i) + ": g" + std::to_string(i) + ".x + 1";
    return block + " }";
  }();
  for (const std::string& text :
       {wide_list, "rule r { emit X " + fields + " }", "test t \"x\" { at 1s A " + fields + " x 5 every 1s }",
        "rule r { match A(" + std::string(150, 'x') + " == 1 and y == 2) by k }",
        "rule r { alert high \"m\" " + fields + " if (a.x > 1) resolve not A for 5m }",
        "rule r { alert high \"m\" " + fields + " hold 5m dedup by lower(a.long_name + a.longer_name) keep 5m }",
        "table t from \"a.csv\" key f0, f1 { f0: string" +
            [] {
              std::string more;
              for (int i = 1; i < 40; ++i) more += ", f" + std::to_string(i) + ": list<int>?";
              return more + " }";
            }(),
        "rule r { from Order(total > 100) as o" +
            [] {
              std::string joins;
              for (int i = 0; i < 9; ++i)
                joins += " left join last Payment(ok and amount > 1000) as p" + std::to_string(i) +
                         " on o.id == payment.order and payment.amount >= o.total and payment.late within 5s";
              return joins;
            }() +
            " window tumbling 1m }",
        "rule r { match (A -> B){2} " +
            [] {
              std::string arrows;
              for (int i = 0; i < 40; ++i) arrows += " -> C(x == " + std::to_string(i) + ")";
              return arrows;
            }() +
            " }",
        "rule r { match all " +
            [] {
              std::string sides = "(A and B)[5s]{2}+ any [1m]";
              for (int i = 0; i < 40; ++i)
                sides += (i % 3 == 0 ? " or C(x == " : " and D{2,3}? until (x == ") + std::to_string(i) + ")";
              return sides;
            }() +
            " ->[5s, 10s] not (A or B) for (a.x * 2) every 5m }"}) {
    const std::string once = laid_out(text);
    EXPECT_EQ(laid_out(once), once);
    for (std::size_t at = 0; at < once.size();) {
      const std::size_t end = once.find('\n', at);
      const std::string line = once.substr(at, end - at);
      const bool one_name = line.find("xxxx") != line.npos;
      EXPECT_TRUE(one_name || line.size() <= rules::kLayoutColumns) << line;
      at = end + 1;
    }
  }
}

}  // namespace
}  // namespace tocsin::property
