// Files of tables as rows, and what is wrong with them.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "rules/table_file.hpp"

namespace tocsin::rules {
namespace {

using events::Field;
using events::Type;

TableShape shape() {
  TableShape shape;
  shape.name = "t";
  shape.fields = {Field{"k", Type::string, false, {"k"}},
                  Field{"n", Type::integer, true, {"n"}},
                  Field{"x", Type::floating, true, {"deep", "x"}},
                  Field{"b", Type::boolean, true, {"b"}},
                  Field{"t", Type::time, true, {"t"}},
                  Field{"d", Type::duration, true, {"d"}},
                  Field{"s", Type::severity, true, {"s"}},
                  Field{"l", events::list_of(Type::integer), true, {"l"}}};
  shape.key = {0};
  return shape;
}

/// Rows with `,` between their values, then faults; a line each.
std::string told(const TableText& text) {
  std::string all;
  for (const auto& row : text.rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      all += (i > 0 ? "|" : "") + (events::is_null(row[i]) ? std::string() : events::to_text(row[i]));
    all += "\n";
  }
  for (const TableFault& fault : text.faults)
    all += fmt::format("{} {}:{} {}\n", fault.code, fault.line, fault.column, fault.what);
  return all;
}

struct Case {
  const char* name;
  std::string text;
  const char* expected;
};

TEST(TableFile, Csv) {
  const Case cases[] = {
      {"all types", "k,n,deep.x,b,t,d,s,l\na,1,2.5,true,2024-01-01T00:00:00Z,1h30m,high,\"[1, 2]\"\n",
       "a|1|2.5|true|2024-01-01T00:00:00Z|1h30m|high|[1, 2]\n"},
      {"nulls", "k,n,deep.x,b,t,d,s,l\na,,,,,,,\n", "a|||||||\n"},
      {"fewer columns, in another order", "n,other,k\n1,x,a\n2,,b\n", "a|1||||||\nb|2||||||\n"},
      {"no line end behind the last row", "k,n\na,1\nb,2", "a|1||||||\nb|2||||||\n"},
      {"CRLF and empty lines", "k,n\r\n\r\na,1\r\n\r\nb,2\r\n", "a|1||||||\nb|2||||||\n"},
      {"a byte order mark", "\xEF\xBB\xBFk,n\na,1\n", "a|1||||||\n"},
      {"quotes and line ends in cells", "k,n\n\"a\nb\",1\n\"c \"\"d\"\"\",x\n",
       "a\nb|1||||||\nE0603 4:11 `n` is `x`, declared int\n"},
      {"white space around what isn't a string", "k,n\n a , 1 \n", " a |1||||||\n"},
      {"numbers as JSON has them", "k,n,deep.x\na,1e3,.5\nb,01,1\nc,5.0,-0\n",
       "c|5|-0|||||\nE0603 2:7 `x` is `.5`, declared float\nE0603 3:3 `n` is `01`, declared int\n"},
      {"only a header", "k,n\n", ""},
      {"nothing", "", "E0602 1:1 there is no header line: the file is empty\n"},
      {"only empty lines", "\n\n", "E0602 3:1 there is no header line: the file is empty\n"},
      {"no key", "n\n1\n", "E0602 1:1 the header has no column `k`; it has `n`\n"},
      {"an empty key", "k,n\n,1\n", "E0603 2:1 `k` is empty, and it is declared without `?`\n"},
      {"columns are counted in characters", "k,n\näöü,x\n", "E0603 2:5 `n` is `x`, declared int\n"},
      {"a key twice", "k,n\na,1\nb,2\na,3\na,4\n",
       "a|1||||||\nb|2||||||\nE0604 4:1 a second row for the key `a`, which line 2 has\n"
       "E0604 5:1 a second row for the key `a`, which line 2 has\n"},
      {"a quote never closed", "k,n\na,1\n\"b,2\nc,3\n",
       "a|1||||||\nc|3||||||\nE0605 3:1 a quote that opens in this row is never closed\n"},
      {"not UTF-8", "k,n\na\xff,1\n", "E0605 2:2 the text is not UTF-8\n"},
      {"control characters aren't shown", "k,n\na,\"\x1b[31m\x07\"\n", "E0603 2:3 `n` is ` [31m `, declared int\n"},
  };
  for (const Case& test : cases)
    EXPECT_EQ(told(read_csv_table(test.text, shape())), test.expected) << test.name << "\n" << test.text;
}

TEST(TableFile, JsonLines) {
  const Case cases[] = {
      {"all types",
       R"({"k":"a","n":1,"deep":{"x":2.5},"b":true,"t":"2024-01-01T00:00:00Z","d":"1h30m","s":"high","l":[1,2]})",
       "a|1|2.5|true|2024-01-01T00:00:00Z|1h30m|high|[1, 2]\n"},
      {"nulls and what is absent", "{\"k\": \"a\", \"n\": null, \"deep\": null}\n{\"k\": \"b\", \"deep\": {}}\n",
       "a|||||||\nb|||||||\n"},
      {"what isn't declared", "{\"z\": [{}, {\"k\": 1}], \"k\": \"a\", \"y\": {\"n\": \"no\"}}\n", "a|||||||\n"},
      {"escapes", R"({"\u006b": "a\n\u00e4\"", "n": 5.0})", "a\nä\"|5||||||\n"},
      {"lines of white space", "\n  \r\n{\"k\": \"a\"}\r\n\n", "a|||||||\n"},
      {"wrong types",
       R"({"k": 1, "n": "1", "b": 0, "t": 5, "d": true, "s": "grave", "l": [1, "x"], "deep": {"x": [1]}})",
       "E0603 1:7 `k` is a number, declared string\nE0603 1:15 `n` is a string, declared int\n"
       "E0603 1:25 `b` is a number, declared bool\nE0603 1:33 `t` is a number, declared time\n"
       "E0603 1:41 `d` is a boolean, declared duration\nE0603 1:52 `s` is `grave`, declared severity\n"
       "E0603 1:70 `l[1]` is a string, declared list<int>\nE0603 1:90 `x` is an array, declared float\n"},
      {"twice", R"({"k": "a", "k": "b"})", "E0603 1:17 `k` is given twice\n"},
      {"missing", "{\"n\": 1}\n {\"k\": null}\n",
       "E0603 1:1 `k` is missing, and it is declared without `?`\n"
       "E0603 2:8 `k` is null, and it is declared without `?`\n"},
      {"no objects", "[1]\n\"a\"\n7\n",
       "E0605 1:1 the line is not a JSON object\nE0605 2:1 the line is not a JSON object\n"
       "E0605 3:1 the line is not a JSON object\n"},
      {"no JSON",
       "{\"k\": \"a\"\n{\"k\" \"a\"}\n{\"k\": \"a\",}\n{\"k\": nul}\n{\"k\": \"a\"} 5\n{\"k\": \"a\n{k: 1}\n{]\n",
       "E0605 1:1 the line is not JSON\nE0605 2:2 the line is not JSON\nE0605 3:11 the line is not JSON\n"
       "E0605 4:7 the line is not JSON\nE0605 5:12 something stands behind the object\nE0605 6:1 the line is not JSON\n"
       "E0605 7:2 the line is not JSON\nE0605 8:2 the line is not JSON\n"},
      {"out of range", R"({"k": "a", "n": 9223372036854775808, "deep": {"x": 1e400}})",
       "E0603 1:17 `n` is 9223372036854775808, declared int\nE0603 1:52 `x` is 1e400, declared float\n"},
      {"keys of another spelling are others", "{\"k\": \"a\"}\n{\"k\": \"A\"}\n{\"k\": \"\\u0061\"}\n",
       "a|||||||\nA|||||||\nE0604 3:1 a second row for the key `a`, which line 1 has\n"},
  };
  for (const Case& test : cases)
    EXPECT_EQ(told(read_json_table(test.text, shape())), test.expected) << test.name << "\n" << test.text;
}

TEST(TableFile, NoMoreFaultsThanAPersonReads) {
  std::string csv = "k,n\n";
  std::string json;
  for (int i = 0; i < 100; ++i) {
    csv += "a" + std::to_string(i) + ",x\n";
    json += "{\"k\": " + std::to_string(i) + "}\n";
  }
  for (const TableText& text : {read_csv_table(csv, shape()), read_json_table(json, shape())}) {
    EXPECT_EQ(text.faults.size(), kMaxTableFaults);
    EXPECT_TRUE(text.more);
    EXPECT_TRUE(text.rows.empty());
  }
}

TEST(TableFile, NoMoreRowsThanAreTaken) {
  TableShape few = shape();
  few.most = 2;
  EXPECT_EQ(told(read_csv_table("k,n\na,1\nb,2\n", few)), "a|1||||||\nb|2||||||\n");
  EXPECT_EQ(told(read_csv_table("k,n\na,1\nb,2\nc,3\nd,4\n", few)),
            "a|1||||||\nb|2||||||\nE0609 4:1 more than 2 rows\n");
  EXPECT_EQ(told(read_json_table("{\"k\": \"a\"}\n{\"k\": \"b\"}\n{\"k\": \"c\"}\n", few)),
            "a|||||||\nb|||||||\nE0609 3:1 more than 2 rows\n");
}

TEST(TableFile, KeysOfSeveralFieldsAndTypes) {
  TableShape of_all = shape();
  for (Field& field : of_all.fields) field.optional = false;
  of_all.key = {1, 3, 4};
  const std::string head = "k,n,deep.x,b,t,d,s,l\n";
  const auto row = [](const char* n, const char* b, const char* t) {
    return fmt::format("a,{},1,{},{},1s,low,[]\n", n, b, t);
  };
  const TableText text = read_csv_table(head + row("1", "true", "2024-01-01") + row("1", "false", "2024-01-01") +
                                            row("2", "true", "2024-01-01") + row("1", "true", "2024-01-02") +
                                            row("1.0", "1", "2024-01-01T00:00:00Z"),
                                        of_all);
  EXPECT_EQ(text.rows.size(), 4U);
  ASSERT_EQ(text.faults.size(), 1U);
  EXPECT_EQ(text.faults[0].what, "a second row for the key `1, true, 2024-01-01T00:00:00Z`, which line 2 has");
}

}  // namespace
}  // namespace tocsin::rules
