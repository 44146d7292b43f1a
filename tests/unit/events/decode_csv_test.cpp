// CSV with a header line → events.
#include <gtest/gtest.h>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

Schema types() {
  Schema made;
  const auto field = [](std::string name, Type type) { return Field{name, type, true, {name}, true}; };
  made.types.push_back(
      {"Sensor",
       "sensor",
       {Field{"n", Type::integer, false, {"n"}, true}, field("f", Type::floating), field("b", Type::boolean),
        field("s", Type::string), field("t", Type::time), field("d", Type::duration), field("v", Type::severity),
        field("l", list_of(Type::integer)), Field{"geo.lat", Type::floating, true, {"geo", "lat"}, true},
        Field{"odd", Type::string, true, {"odd name/x"}, true},
        Field{"@subject", Type::string, true, {"subject"}, true, true}},
       false});
  return made;
}

Options options(std::string type = "sensor") {
  Options made;
  made.types = types();
  Csv csv;
  csv.mapping.type = std::move(type);
  csv.mapping.type_field = csv.mapping.type.empty() ? "kind" : "";
  csv.mapping.time_field = "at";
  csv.mapping.time_unit = TimeUnit::s;
  made.format = csv;
  return made;
}

/// What one row under a header gives: its fields that aren't null, or reason and detail.
std::string outcome(const std::string& header, const std::string& row) {
  const Result result = decode(header + "\n" + row + "\n", options());
  if (!result.failure.empty()) return "FAILURE: " + result.failure;
  if (result.rows.size() == 1 && result.letters.empty()) {
    std::string out;
    std::string text = result.rows[0].substr(result.rows[0].find(" at 2:") + 4);
    text = text.substr(text.find(' ') + 1) + " ";
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find(' ', at);
      if (!text.substr(at, end - at).ends_with("=null")) out += text.substr(at, end + 1 - at);
      at = end + 1;
    }
    return out;
  }
  if (result.rows.empty() && result.letters.size() == 1)
    return fmt::format("{}: {}", name_of(result.letters[0].reason), result.letters[0].detail);
  return "OTHER: " + result.text();
}

TEST(DecodeCsv, Cells) {
  const struct {
    std::string header;
    std::string row;
    std::string want;
  } cases[] = {
      {"at,n", "1,5", "n=5 "},
      {"n,at", " 5 , 1 ", "n=5 "},
      {"at,n", "1,5.0", "n=5 "},
      {"at,n", "1,-7", "n=-7 "},
      {"at,n,f", "1,5,", "n=5 "},
      {"at,n,f", "1,5,1e3", "n=5 f=1000 "},
      {"at,n,f", "1,5, ", "n=5 "},
      {"at,n,b", "1,5,true", "n=5 b=true "},
      {"at,n,b", "1,5,0", "n=5 b=false "},
      {"at,n,b", "1,5,False", "n=5 b=false "},
      {"at,n,s", "1,5,\"a,b\"", "n=5 s=a,b "},
      {"at,n,s", "1,5,\"a\"\"b\"", "n=5 s=a\"b "},
      {"at,n,s", "1,5,\"\"", "n=5 "},
      {"at,n,t", "1,5,10", "n=5 t=1970-01-01T00:00:10Z "},
      {"at,n,t", "1,5,2024-01-01", "n=5 t=2024-01-01T00:00:00Z "},
      {"at,n,d", "1,5,1h", "n=5 d=1h "},
      {"at,n,v", "1,5,high", "n=5 v=high "},
      {"at,n,l", "1,5,\"[1,2]\"", "n=5 l=[1, 2] "},
      {"at,n,l", "1,5,[]", "n=5 l=[] "},
      {"at,n,geo.lat", "1,5,47.5", "n=5 geo.lat=47.5 "},
      {"at,n,odd name/x", "1,5,o", "n=5 odd=o "},
      {"at,n,subject", "1,5,o", "n=5 @subject=o "},
      {"at,n,extra", "1,5,ignored", "n=5 "},
      {"at,n", "1", "not_csv: 1 cells, where the header has 2"},
      {"at,n", "1,2,3", "not_csv: 3 cells, where the header has 2"},
      {"at,n", "1,x", "wrong_field: `n` is `x`, declared int"},
      {"at,n", "1,5.5", "wrong_field: `n` is `5.5`, declared int"},
      {"at,n", "1,007", "wrong_field: `n` is `007`, declared int"},
      {"at,n", "1,9223372036854775808", "out_of_range: `n` is `9223372036854775808`, declared int"},
      {"at,n", "1,", "missing_field: `n` of Sensor is empty"},
      {"at,n,b", "1,5,yes", "wrong_field: `b` is `yes`, declared bool"},
      {"at,n,t", "1,5,noon", "wrong_field: `t` is `noon`, declared time"},
      {"at,n,v", "1,5,grave", "wrong_field: `v` is `grave`, declared severity"},
      {"at,n,l", "1,5,\"[1,x]\"",
       "wrong_field: `l[1]` is `[1,x]`, declared list<int>: a list is written as in JSON, [1, 2]"},
      {"at,n,l", "1,5,\"[1,\"\"x\"\"]\"",
       "wrong_field: `l[1]` is `[1,\"x\"]`, declared list<int>: a list is written as in JSON, [1, 2]"},
      {"at,n,l", "1,5,\"[1] 2\"",
       "wrong_field: `l` is `[1] 2`, declared list<int>: a list is written as in JSON, [1, 2]"},
      {"at,n", ",5", "no_time: `at` is empty"},
      {"at,n", "noon,5",
       "bad_time: `at` is `noon`, no time between the years 1677 and 2262 as a number of time_unit or RFC 3339 text"},
      {"at,n", "1,\xff", "not_utf8: the text is not UTF-8"},
      {"at,n", "1,\"5\" ",
       "not_csv: a quote stands in the middle of a cell; quotes go around a whole cell, and are doubled inside"},
      {"at,n", "1,\"5", "truncated: a quote that opens in this row is never closed"},
      {"n", "5", "FAILURE: the header has no column `at`, which is the time_field; it has `n`"},
      {"at,x", "1,5", "FAILURE: the header has no column `n`, which Sensor declares without `?`; it has `at`, `x`"},
      {"at,n,n", "1,5,5", "FAILURE: the header names the column `n` twice"},
  };
  for (const auto& each : cases)
    EXPECT_EQ(outcome(each.header, each.row), each.want) << each.header << "\n" << each.row;
}

TEST(DecodeCsv, EnvelopeOfColumns) {
  Options given = options("");
  Csv& csv = std::get<Csv>(given.format);
  csv.mapping.id_field = "id";
  csv.mapping.source_field = "host";
  csv.delimiter = ';';
  const Result result = decode("id;kind;host;at;n\n\"a\"\"b\";sensor;h;1.5;2\nx;other;h;2;y\nz;;h;3;1\n", given);
  EXPECT_EQ(result.text(),
            "Sensor 1970-01-01T00:00:01.500Z id=a\"b source=h at 2:18 n=2 f=null b=null s=null t=null d=null v=null "
            "l=null geo.lat=null odd=null @subject=null\n"
            "- 1970-01-01T00:00:02Z id=x source=h at 3:40\n"
            "no_type `kind` is empty 4:54 8 [z;;h;3;1]\n"
            "other: 1\n");
}

/// Rows with all that can go wrong between good ones.
const std::string kMixed =
    "\xEF\xBB\xBF"
    "at,n,s\r\n"
    "1,1,plain\r\n"
    "\r\n"
    "2,2,\"over\r\ntwo lines\"\r\n"
    "3,x,wrong\n"
    "4,4,a\"b\n"
    "5,5,\"never closed\n"
    "6,6,good again\n"
    "7,7,\"quo\"\"ted\"\n"
    "8,8,short,long\n"
    "9,9,\"open at the end\n"
    "10,10,last";

TEST(DecodeCsv, BadRowsEndNothing) {
  const Result result = decode(kMixed, options());
  std::vector<std::string> got;
  for (const std::string& raw : result.raw) got.push_back(raw);
  EXPECT_EQ(got, (std::vector<std::string>{"1,1,plain", "2,2,\"over\r\ntwo lines\"", "6,6,good again",
                                           "7,7,\"quo\"\"ted\"", "10,10,last"}));
  std::vector<std::string> letters;
  for (const DeadLetter& letter : result.letters)
    letters.push_back(
        fmt::format("{} {}:{} {}", name_of(letter.reason), letter.position.line, letter.position.offset, letter.bytes));
  EXPECT_EQ(letters, (std::vector<std::string>{"wrong_field 6:47 3,x,wrong", "not_csv 7:57 4,4,a\"b",
                                               "not_csv 8:65 5,5,\"never closed", "not_csv 11:113 8,8,short,long",
                                               "truncated 12:128 9,9,\"open at the end"}));
}

TEST(DecodeCsv, AnyCutGivesTheSame) {
  const std::string whole = decode(kMixed, options()).text();
  for (std::size_t cut = 0; cut <= kMixed.size(); ++cut) {
    const std::string_view text = kMixed;
    EXPECT_EQ(decode({text.substr(0, cut), text.substr(cut)}, options()).text(), whole) << "cut at " << cut;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < kMixed.size(); ++i) bytes.push_back(std::string_view(kMixed).substr(i, 1));
  EXPECT_EQ(decode(bytes, options()).text(), whole);
  Options few = options();
  few.max_rows = 1;
  EXPECT_EQ(decode(kMixed, few).text(), whole);
}

TEST(DecodeCsv, RowsTooLargeAreSkipped) {
  Options small = options();
  small.limits.event_bytes = 64;
  const std::string text = "at,n,s\n1,1," + std::string(100, 'x') + "\n2,2,\"open\n3,3,c\n" +
                           std::string("4,4,dddddddddddddddddddddddddddd\n5,5,eeeeeeeeeeeeeeeeeeeeeeee\n");
  const Result result = decode(text, small);
  EXPECT_EQ(result.reasons(), (std::vector<std::string>{"too_large", "too_large"})) << result.text();
  EXPECT_EQ(result.raw.size(), 3U) << result.text();
}

TEST(DecodeCsv, NothingToRead) {
  EXPECT_EQ(decode("", options()).failure, "there is no header line: the input is empty");
  EXPECT_EQ(decode("\n\n", options()).failure, "there is no header line: the input is empty");
  EXPECT_EQ(decode("at,n\n", options()).text(), "");
}

/// Quotes that open and never close: each line is looked at a bounded number of times.
TEST(DecodeCsv, WorkOnBadQuotesIsLinear) {
  for (const std::string_view line : {"1,1,\"\n", "1,\",\n", "\"\n", "\",\"\n", "1,1,\"a\nb\n", "1,2,x\n\"\n"}) {
    std::string text = "at,n,s\n";
    while (text.size() < 400'000) text += line;
    const Result result = decode(text, options());
    EXPECT_LT(result.counts.scanned, 8 * text.size()) << line;
  }
}

}  // namespace
}  // namespace tocsin::events::testing
