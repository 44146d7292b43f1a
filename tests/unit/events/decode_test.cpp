// Good events: every way to write one, what is read of it, and what is passed over.
#include <gtest/gtest.h>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

constexpr std::string_view kRow =
    "Temperature 2024-01-01T00:00:00Z id=1 source=/s at 1:0 device=d celsius=1.5 note=null";

TEST(Decode, WritesOneRow) {
  const std::vector<std::string> texts = {
      temperature("1"),
      temperature("1") + "\n",
      temperature("1") + "\r\n\r\n",
      temperature("1") + "  \n\t\n",
      // any order of attributes, data first
      R"({"data":{"celsius":1.5,"device":"d"},"time":"2024-01-01T00:00:00Z","source":"/s","type":"Temperature","id":"1"})",
      // attributes and fields that nobody asks for
      R"({"specversion":"1.0","id":"1","x":[1,{"y":[]},{}],"source":"/s","type":"Temperature","subject":null,)"
      R"("time":"2024-01-01T00:00:00Z","data":{"z":{"device":"no"},"device":"d","celsius":1.5,"w":[[["celsius"]]]},"e":{}})",
      // escapes in keys and values
      R"({"\u0069d":"\u0031","s\u006furce":"\/s","\u0074ype":"Temper\u0061ture","time":"2024-01-01T00:00:00\u005a",)"
      R"("d\u0061ta":{"devic\u0065":"\u0064","\u0063elsius":1.5}})",
      // white space and lines inside
      "{\n  \"id\" : \"1\" ,\n\t\"source\": \"/s\",\r\n \"type\":\"Temperature\",\"time\":\"2024-01-01T00:00:00Z\",\n"
      "\"data\":\n{ \"device\" : \"d\" , \"celsius\" : 1.5 }\n}\n",
      // null is the same as not given
      temperature("1", R"({"device":"d","celsius":15e-1,"note":null})"),
      R"({"id":"1","source":"/s","type":"Temperature","time":"2024-01-01T00:00:00Z","correlationid":null,)"
      R"("traceparent":null,"data":{"device":"d","celsius":1.5,"unread":7}})",
  };
  for (const std::string& text : texts) {
    const Result result = decode(text);
    EXPECT_EQ(result.rows, std::vector<std::string>{std::string(kRow)}) << text;
    EXPECT_EQ(result.text(), std::string(kRow) + "\n") << text;
    EXPECT_EQ(result.counts.events, 1U) << text;
  }
}

TEST(Decode, NothingIsNothing) {
  for (const std::string_view text : {"", "\n", " \t\r\n\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n", "[]", " [ \n ] \n"})
    EXPECT_EQ(decode(text).text(), "") << text;
}

TEST(Decode, ByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(decode("\xEF\xBB\xBF" + temperature("1")).rows.size(), 1U);
  EXPECT_EQ(decode(temperature("1") + "\n\xEF\xBB\xBF" + temperature("2")).reasons(),
            std::vector<std::string>{"not_json"});
}

TEST(Decode, EveryType) {
  const Result result = decode(
      R"({"id":"1","type":"all.types","time":"2024-02-29T23:59:59.5+01:00","correlationid":"c","traceparent":"00-ab-cd-01",)"
      R"("data":{"b":true,"i":-5.0,"f":3,"s":"ü\n\"😀","t":"1970-01-01T00:00:01Z","d":"1h30m"}})");
  EXPECT_EQ(result.text(),
            "Everything 2024-02-29T22:59:59.500Z id=1 source= at 1:0 correlation=c trace=00-ab-cd-01 b=true i=-5 f=3 "
            "s=ü\n\"😀 t=1970-01-01T00:00:01Z d=1h30m\n");
}

TEST(Decode, Pointers) {
  const auto nested = [](std::string_view data) {
    return decode(fmt::format(R"({{"id":"1","type":"nested","time":"2024-01-01T00:00:00Z","data":{}}})", data)).text();
  };
  constexpr std::string_view kStart = "Nested 2024-01-01T00:00:00Z id=1 source= at 1:0 ";
  EXPECT_EQ(nested(R"({"outer":{"no":[],"inner":{"x":5}},"list":["a","b",{"a_rather_long_key_of_an_object":9}]})"),
            std::string(kStart) + "x=5 second=b odd=null deep=9\n");
  EXPECT_EQ(nested(R"({"list":[],"outer":{"inner":{"x":5}},"a/b~c":{"key \"quoted\"":7}})"),
            std::string(kStart) + "x=5 second=null odd=7 deep=null\n");
  EXPECT_EQ(nested(R"({"list":{"1":"object","2":0},"outer":{"inner":{"x":5}}})"),
            std::string(kStart) + "x=5 second=object odd=null deep=null\n");
  EXPECT_EQ(nested(R"({"list":7,"outer":{"inner":{"x":5}}})"),
            std::string(kStart) + "x=5 second=null odd=null deep=null\n");
  EXPECT_NE(nested(R"({"outer":{"inner":[5]}})").find("missing_field `x` of Nested is missing"), std::string::npos);
  EXPECT_NE(nested(R"({"outer":{"inner":{"x":1}},"outer":{"inner":{"x":1}}})").find("duplicate_field"),
            std::string::npos);
}

TEST(Decode, TypesWithoutFieldsTakeAnyData) {
  for (const std::string_view data : {"{}", "[]", "5", "\"text\"", "null", R"({"a":1,"a":2})"})
    EXPECT_EQ(decode(fmt::format(R"({{"id":"1","type":"bare","time":"2024-01-01T00:00:00Z","data":{}}})", data)).text(),
              "Bare 2024-01-01T00:00:00Z id=1 source= at 1:0\n")
        << data;
  EXPECT_EQ(decode(R"({"id":"1","type":"bare","time":"2024-01-01T00:00:00Z"})").rows.size(), 1U);
}

TEST(Decode, IdIsMadeOfTheBytesWhereNoneIsGiven) {
  const std::string event = R"({"type":"bare","time":"2024-01-01T00:00:00Z"})";
  const Result alone = decode(event);
  ASSERT_EQ(alone.rows.size(), 1U);
  const std::string id = alone.rows[0].substr(alone.rows[0].find("id=") + 3, 32);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  EXPECT_EQ(alone.raw[0], event);
  for (const std::string& text : {"  " + event + "\r\n", "[" + event + "]", event + event.substr(0, 0) + "\n"})
    EXPECT_NE(decode(text).rows.at(0).find("id=" + id), std::string::npos) << text;
  EXPECT_EQ(decode(R"({"id":null,"type":"bare","time":"2024-01-01T00:00:01Z"})").rows.at(0).find("id=" + id),
            std::string::npos);
}

TEST(Decode, ArrivalTimeStandsIn) {
  Options options;
  options.arrival = Time{5'000'000'000};
  EXPECT_EQ(decode(R"({"id":"1","type":"bare"})", options).text(), "Bare 1970-01-01T00:00:05Z id=1 source= at 1:0\n");
  EXPECT_EQ(decode(R"({"id":"1","type":"bare","time":"2024-01-01T00:00:00Z"})", options).text(),
            "Bare 2024-01-01T00:00:00Z id=1 source= at 1:0\n");
  EXPECT_EQ(decode(R"({"id":"1","type":"bare","time":"yesterday"})", options).reasons(),
            std::vector<std::string>{"bad_time"});
}

TEST(Decode, UndeclaredTypesAreIgnoredAndCounted) {
  const std::string text = R"({"id":"1","type":"other","time":"2024-01-01T00:00:00Z","data":{"a":1,"a":[{}]}})"
                           "\n"
                           R"({"id":"2","type":"other","time":"never","data":5})"
                           "\n"
                           R"({"id":"3","type":"other"})"
                           "\n"
                           R"({"data":[],"id":4,"time":7,"type":"third"})"
                           "\n"
                           R"({"id":"5","type":"derived","time":"2024-01-01T00:00:01Z","data":{"x":"text"}})";
  const Result result = decode(text);
  EXPECT_EQ(result.text(),
            "- 2024-01-01T00:00:00Z id=1 source= at 1:0\n"
            "- 2024-01-01T00:00:01Z id=5 source= at 5:" +
                std::to_string(text.rfind("{\"id\":\"5\"")) + "\nderived: 1\nother: 3\nthird: 1\n");
  EXPECT_EQ(result.counts.ignored, 5U);
}

TEST(Decode, UndeclaredTypesAreCountedByNameUpToALimit) {
  Options options;
  options.limits.unknown_types = 2;
  std::string text;
  for (int i = 0; i < 10; ++i) text += fmt::format("{{\"id\":\"1\",\"type\":\"t{}\"}}\n", i % 5);
  const Result result = decode(text, options);
  EXPECT_EQ(result.text(), "(other): 6\nt0: 2\nt1: 2\n");
}

TEST(Decode, ManyValuesInManyForms) {
  const std::vector<std::pair<std::string, std::string>> joins = {
      {"\n", ""}, {" ", ""}, {"", ""}, {"\r\n\r\n", ""}, {",", "[]"}, {" ,\n ", "[]"}, {",\n", "[]"}};
  for (const auto& [between, brackets] : joins) {
    std::string text = brackets.substr(0, brackets.size() / 2);
    constexpr int kMany = 500;
    for (int i = 0; i < kMany; ++i) text += (i == 0 ? "" : between) + temperature(std::to_string(i));
    text += brackets.substr(brackets.size() / 2);
    for (const std::uint32_t max_rows : {1U, 7U, 1024U}) {
      Options options;
      options.max_rows = max_rows;
      const Result result = decode(text, options);
      ASSERT_EQ(result.letters.size(), 0U) << result.text();
      ASSERT_EQ(result.rows.size(), static_cast<std::size_t>(kMany)) << between;
      for (int i = 0; i < kMany; ++i)
        ASSERT_NE(result.rows[static_cast<std::size_t>(i)].find(fmt::format(" id={} ", i)), std::string::npos);
    }
  }
}

TEST(Decode, PositionsCountLinesAndBytes) {
  const std::string a = temperature("1");
  const Result result = decode("\n\n " + a + "\n" + a + " " + a + "\nbad\n" + a);
  ASSERT_EQ(result.rows.size(), 4U);
  const std::size_t n = a.size();
  const std::vector<std::string> places = {" at 3:3 ", fmt::format(" at 4:{} ", n + 4),
                                           fmt::format(" at 4:{} ", 2 * n + 5), fmt::format(" at 6:{} ", 3 * n + 10)};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NE(result.rows[i].find(places[i]), std::string::npos) << result.rows[i];
  ASSERT_EQ(result.letters.size(), 1U);
  EXPECT_EQ(result.letters[0].position.line, 5U);
  EXPECT_EQ(result.letters[0].position.offset, 3 * n + 6);
}

TEST(Decode, FramesBeginAnew) {
  const Schema types = schema();
  SymbolTable symbols;
  Letters letters;
  Decoder decoder(types, symbols, "test", {}, letters);
  Batch batch(types);
  for (const std::uint64_t message : {7U, 9U}) {
    decoder.begin({message, 0});
    const std::string_view bytes = batch.arena.store("[" + temperature("1") + (message == 7 ? "" : "]"));
    EXPECT_EQ(decoder.decode(bytes, true, std::nullopt, 1024, batch), bytes.size());
  }
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch.origins[0].position.line, 7U);
  EXPECT_EQ(batch.origins[1].position.line, 9U);
  EXPECT_EQ(batch.origins[1].position.offset, 1U);
  ASSERT_EQ(letters.letters.size(), 1U);
  EXPECT_EQ(name_of(letters.letters[0].reason), "truncated");
  EXPECT_EQ(letters.letters[0].position.line, 7U);
  EXPECT_EQ(letters.letters[0].input, "test");
}

}  // namespace
}  // namespace tocsin::events::testing
