// Bad events: one table of what is wrong and the reason it gets. Good events stand around each and must come through.
#include <gtest/gtest.h>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

struct FaultCase {
  std::string bytes;
  std::string reason;
  std::string detail;  ///< must be part of the letter's
};

std::string event(std::string_view attributes) {
  return fmt::format(R"({{"id":"1","type":"Temperature","time":"2024-01-01T00:00:00Z",{}}})", attributes);
}
std::string everything(std::string_view field, std::string_view value) {
  std::string data;
  const std::vector<std::pair<std::string_view, std::string_view>> good = {
      {"b", "true"}, {"i", "1"}, {"f", "1"}, {"s", "\"\""}, {"t", "\"2024-01-01T00:00:00Z\""}, {"d", "\"1s\""}};
  for (const auto& [name, text] : good)
    data += fmt::format("{}\"{}\":{}", data.empty() ? "" : ",", name, name == field ? value : text);
  return fmt::format(R"({{"id":"1","type":"all.types","time":"2024-01-01T00:00:00Z","data":{{{}}}}})", data);
}
std::string nested(std::size_t depth, char open, char close) {
  return std::string(depth, open) + std::string(depth, close);
}

const std::vector<FaultCase>& cases() {
  static const std::vector<FaultCase> kCases = {
      // no JSON
      {"hello", "not_json", ""},
      {"}", "not_json", ""},
      {",", "not_json", ""},
      {"]", "not_json", ""},
      {"tru", "not_json", ""},
      {"01", "not_json", ""},
      {R"({"id":"1" "type":"Temperature"})", "not_json", ""},
      {R"({"id":"1",})", "not_json", ""},
      {R"({,"id":"1"})", "not_json", ""},
      {R"({"id"})", "not_json", ""},
      {R"({"id":})", "not_json", ""},
      {R"({id:"1"})", "not_json", ""},
      {R"({'id':'1'})", "not_json", ""},
      {R"({"id":"1)", "not_json", ""},
      {"{\"id\":\"a\tb\"}", "not_json", ""},
      {R"({"x":[1,2})", "not_json", ""},
      {R"({"x":{"y":1]})", "not_json", ""},
      {R"({"x":[1 2]})", "not_json", ""},
      {R"({"x":[1,]})", "not_json", ""},
      {R"({"x":[,1]})", "not_json", ""},
      {R"({"x":{"y"}})", "not_json", ""},
      {R"({"x":{1:2}})", "not_json", ""},
      {R"({"x":1\})", "not_json", ""},
      {R"({"x":a"b"})", "not_json", ""},
      {event(R"("data":{"device":"d","celsius":01})"), "not_json", ""},
      {event(R"("data":{"device":"d","celsius":1.})"), "not_json", ""},
      {event(R"("data":{"device":"d","celsius":NaN})"), "not_json", ""},
      {event(R"("data":{"device":"d","celsius":nul})"), "not_json", ""},
      {event(R"("data":{"device":"\q","celsius":1})"), "not_json", "escape"},
      {event(R"("data":{"device":"\ud800","celsius":1})"), "not_json", "escape"},
      {event(R"("data":{"device":"\udc00","celsius":1})"), "not_json", "escape"},
      {event(R"("data":{"device":"\u12","celsius":1})"), "not_json", "escape"},
      {event(R"("data":{"device":"d","celsius":1,"z":[{"a":[}]})"), "not_json", ""},
      {event(R"("data":{"device":"d","celsius":1,"z":[{"a":[]}}})"), "not_json", ""},
      {event(R"("data":{"device":"d","celsius":1,"z":{"a" 1}})"), "not_json", ""},
      // not UTF-8: in a value that is read, in one that is skipped, in a key, outside of strings
      {event("\"data\":{\"device\":\"\xff\",\"celsius\":1}"), "not_utf8", ""},
      {event("\"data\":{\"device\":\"d\",\"celsius\":1,\"z\":\"\xc3\x28\"}"), "not_utf8", ""},
      {event("\"data\":{\"device\":\"d\",\"celsius\":1,\"\xed\xa0\x80\":1}"), "not_utf8", ""},
      {event("\"data\":{\"device\":\"d\",\"celsius\":1,\"z\":\"\xf8\x88\x80\x80\x80\"}"), "not_utf8", ""},
      {"{\"x\":\xff}", "not_utf8", "UTF-8"},
      {"\xff\xfe", "not_utf8", "the text is not UTF-8"},
      {"\xc3", "not_utf8", ""},
      {"nonsense \xe2\x82", "not_utf8", ""},
      {"{\"id\":\"1\",} \xff", "not_utf8", ""},
      {std::string(2 * kDeadLetterBytes, 'x') + "\xff", "not_json", ""},
      {std::string(kDeadLetterBytes - 1, 'x') + "€", "not_json", ""},
      {std::string(kDeadLetterBytes - 2, 'x') + "€", "not_json", ""},
      {std::string(kDeadLetterBytes - 3, 'x') + "€ and", "not_json", ""},
      {std::string(kDeadLetterBytes - 1, 'x') + "\xff and", "not_utf8", ""},
      {std::string(kDeadLetterBytes - 3, 'x') + "\xe2\x82 and", "not_utf8", ""},
      // not an object
      {"5", "not_an_event", "a number"},
      {"-0.5e10", "not_an_event", "a number"},
      {"\"text\"", "not_an_event", "a string"},
      {"null", "not_an_event", "null"},
      {"true", "not_an_event", "a boolean"},
      // the envelope
      {"{}", "no_type", "`type`"},
      {R"({"id":"1","time":"2024-01-01T00:00:00Z"})", "no_type", ""},
      {R"({"id":"1","type":null})", "no_type", ""},
      {R"({"id":"1","type":5})", "no_type", ""},
      {R"({"id":"1","type":"","time":"2024-01-01T00:00:00Z"})", "no_type", "empty"},
      {R"({"data":{},"type":"","time":"2024-01-01T00:00:00Z"})", "no_type", ""},
      {R"({"id":"1","type":["Temperature"]})", "no_type", ""},
      {R"({"id":"1","type":"bare"})", "no_time", "`time`"},
      {R"({"id":"1","type":"bare","time":null})", "no_time", ""},
      {R"({"id":"1","type":"bare","time":""})", "bad_time", ""},
      {R"({"id":"1","type":"bare","time":1700000000})", "bad_time", ""},
      {R"({"id":"1","type":"bare","time":"2024-02-30T00:00:00Z"})", "bad_time", ""},
      {R"({"id":"1","type":"bare","time":"2024-01-01"})", "bad_time", ""},
      {R"({"id":"1","type":"bare","time":"9999-12-31T23:59:59Z"})", "bad_time", ""},
      {R"({"id":5,"type":"bare","time":"2024-01-01T00:00:00Z"})", "bad_attribute", "`id` is a number"},
      {R"({"id":"1","source":{},"type":"bare","time":"2024-01-01T00:00:00Z"})", "bad_attribute",
       "`source` is an object"},
      {R"({"traceparent":true,"type":"bare","time":"2024-01-01T00:00:00Z"})", "bad_attribute",
       "`traceparent` is a boolean"},
      {R"({"id":"1","id":"1","type":"bare","time":"2024-01-01T00:00:00Z"})", "bad_attribute", "`id` is given twice"},
      {R"({"id":"1","type":"bare","type":"bare","time":"2024-01-01T00:00:00Z"})", "bad_attribute",
       "`type` is given twice"},
      {R"({"time":"2024-01-01T00:00:00Z","type":"bare","time":"2024-01-01T00:00:00Z"})", "bad_attribute",
       "`time` is given twice"},
      {R"({"source":"a","source":"b","type":"bare","time":"2024-01-01T00:00:00Z"})", "bad_attribute",
       "`source` is given twice"},
      {R"({"data":{},"type":"bare","data":{},"time":"2024-01-01T00:00:00Z"})", "bad_attribute",
       "`data` is given twice"},
      // fields
      {event(R"("data":{"celsius":1})"), "missing_field", "`device` of Temperature is missing"},
      {event(R"("data":{"device":null,"celsius":1})"), "missing_field", "`device` of Temperature is null"},
      {event(R"("data":{})"), "missing_field", ""},
      {event(R"("data":null)"), "missing_field", ""},
      {event(R"("x":1)"), "missing_field", ""},
      {event(R"("data":[1,2])"), "wrong_field", "`data` is an array, not an object"},
      {event(R"("data":[])"), "wrong_field", "`data` is an array, not an object"},
      {event(R"("data":[1})"), "not_json", ""},
      {R"({"id":"1","type":"loose","time":"2024-01-01T00:00:00Z","data":[1]})", "wrong_field", "`data` is an array"},
      {R"({"id":"1","type":"loose","time":"2024-01-01T00:00:00Z","data":[1,2]})", "wrong_field", "`data` is an array"},
      {R"({"id":"1","type":"loose","time":"2024-01-01T00:00:00Z","data":5})", "wrong_field", "`data` is a number"},
      {R"({"data":["d"],"type":"Temperature","time":"2024-01-01T00:00:00Z"})", "wrong_field", "`data` is an array"},
      {event(R"("data":5)"), "wrong_field", "`data` is a number, not an object"},
      {event(R"("data":"{}")"), "wrong_field", "`data` is a string, not an object"},
      {event(R"("data":{"device":"d","celsius":"80"})"), "wrong_field", "`celsius` is a string, declared float"},
      {event(R"("data":{"device":"d","celsius":1,"note":5})"), "wrong_field", "`note` is a number, declared string"},
      {event(R"("data":{"device":"d","celsius":1,"unread":"5"})"), "wrong_field", "`unread` is a string, declared int"},
      {event(R"("data":{"device":"d","celsius":1,"unread":0.5})"), "wrong_field", "`unread` is 0.5, declared int"},
      {event(R"("data":{"device":["d"],"celsius":1})"), "wrong_field", "`device` is an array, declared string"},
      {everything("b", "1"), "wrong_field", "`b` is a number, declared bool"},
      {everything("b", "\"true\""), "wrong_field", "`b` is a string, declared bool"},
      {everything("i", "1.5"), "wrong_field", "`i` is 1.5, declared int"},
      {everything("i", "true"), "wrong_field", "`i` is a boolean, declared int"},
      {everything("f", "{}"), "wrong_field", "`f` is an object, declared float"},
      {everything("s", "1"), "wrong_field", "`s` is a number, declared string"},
      {everything("t", "\"2024-01-01\""), "wrong_field", "`t` is a string that is no time"},
      {everything("t", "1"), "wrong_field", "`t` is a number, declared time"},
      {everything("d", "\"1h 30m\""), "wrong_field", "`d` is a string that is no duration"},
      {everything("d", "1"), "wrong_field", "`d` is a number, declared duration"},
      {everything("i", "9223372036854775808"), "out_of_range", "`i` is 9223372036854775808, declared int"},
      {everything("i", "1e19"), "out_of_range", ""},
      {everything("f", "1e309"), "out_of_range", "`f` is 1e309, declared float"},
      {everything("f", "-1e309"), "out_of_range", ""},
      {everything("t", "\"0001-01-01T00:00:00Z\""), "out_of_range", "`t` is 0001-01-01T00:00:00Z, declared time"},
      {everything("t", "\"2262-04-11T23:47:16.854775808Z\""), "out_of_range", "declared time"},
      {everything("t", "\"9999-02-30T00:00:00Z\""), "wrong_field", "no time"},
      {everything("d", "\"106752d\""), "out_of_range", "`d` is 106752d, declared duration"},
      {everything("d", "\"-9223372036854775809ns\""), "out_of_range", ""},
      {everything("d", "\"99999999999999999999999999d1s\""), "out_of_range", ""},
      {everything("d", "\"213504d\""), "out_of_range", ""},
      {everything("d", "\"99999999999999999999999999x\""), "wrong_field", "no duration"},
      {event(R"("data":{"device":"d","celsius":1,"device":"d"})"), "duplicate_field",
       "`device` of Temperature is given twice"},
      {event(R"("data":{"device":"d","celsius":1,"note":null,"note":null})"), "duplicate_field", "`note`"},
      {event(R"("data":{"device":"d","celsius":1,"d\u0065vice":"d"})"), "duplicate_field", "`device`"},
      // depth: the event's own object is 1
      {"{\"x\":" + nested(64, '[', ']') + "}", "too_deep", "64"},
      {event("\"data\":{\"device\":\"d\",\"celsius\":1,\"z\":" + nested(63, '[', ']') + "}"), "too_deep", ""},
      {"{\"x\":" + std::string(100'000, '[') + "}", "too_deep", ""},
  };
  return kCases;
}

// Each bad value on a line between good ones: the good ones come through, the letter has the reason and the very bytes.
TEST(DecodeFault, ReasonDetailPositionAndBytes) {
  const std::string before = temperature("before");
  for (const FaultCase& c : cases()) {
    const Result result = decode(before + "\n" + c.bytes + "\r\n" + temperature("after") + "\n");
    ASSERT_EQ(result.rows.size(), 2U) << c.bytes << "\n" << result.text();
    EXPECT_NE(result.rows[1].find("id=after"), std::string::npos) << result.rows[1];
    ASSERT_EQ(result.letters.size(), 1U) << c.bytes << "\n" << result.text();
    const DeadLetter& letter = result.letters[0];
    EXPECT_EQ(name_of(letter.reason), c.reason) << c.bytes << "\n" << letter.detail;
    EXPECT_NE(letter.detail.find(c.detail), std::string::npos) << c.bytes << "\n" << letter.detail;
    EXPECT_EQ(letter.bytes, c.bytes.substr(0, kDeadLetterBytes));
    EXPECT_EQ(letter.size, c.bytes.size());
    EXPECT_EQ(letter.position.line, 2U) << c.bytes;
    EXPECT_EQ(letter.position.offset, before.size() + 1) << c.bytes;
  }
}

TEST(DecodeFault, TheEndOfInputDoesNotChangeTheReason) {
  for (const FaultCase& c : cases()) {
    const Result result = decode(c.bytes);
    ASSERT_EQ(result.letters.size(), 1U) << c.bytes << "\n" << result.text();
    const bool cut = c.bytes == R"({"id":"1)";
    EXPECT_EQ(name_of(result.letters[0].reason), cut ? "truncated" : c.reason) << c.bytes;
    EXPECT_EQ(result.rows.size(), 0U) << c.bytes;
  }
}

TEST(DecodeFault, EveryReasonOfTheDecoderIsInTheTable) {
  const std::vector<Reason> elsewhere = {Reason::not_csv, Reason::too_large, Reason::truncated, Reason::late,
                                         Reason::future};
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    const bool in_table =
        std::any_of(cases().begin(), cases().end(), [&](const FaultCase& c) { return c.reason == name_of(reason); });
    EXPECT_NE(in_table, std::count(elsewhere.begin(), elsewhere.end(), reason) == 1) << name_of(reason);
  }
}

TEST(DecodeFault, AsDeepAsAllowed) {
  EXPECT_EQ(decode(event("\"data\":{\"device\":\"d\",\"celsius\":1,\"z\":" + nested(62, '[', ']') + "}")).rows.size(),
            1U);
  EXPECT_EQ(decode("{\"type\":\"x\",\"x\":" + nested(63, '[', ']') + "}").counts.ignored, 1U);
}

// Scalars in what is skipped aren't judged: producers write NaN where nobody reads it.
TEST(DecodeFault, SkippedScalarsAreNotJudged) {
  EXPECT_EQ(decode(event(R"("x":NaN,"data":{"device":"d","celsius":1,"z":[Infinity,01]})")).rows.size(), 1U);
}

TEST(DecodeFault, GarbageBehindAValueSwallowsNoValue) {
  const Result result = decode(temperature("1") + " garbage {\"x\":1}\n" + temperature("2") + "}\n" + temperature("3"));
  EXPECT_EQ(result.rows.size(), 3U) << result.text();
  ASSERT_EQ(result.reasons(), (std::vector<std::string>{"not_json", "not_json"}));
  EXPECT_EQ(result.letters[0].bytes, "garbage {\"x\":1}");
  EXPECT_EQ(result.letters[1].bytes, "}");
}

TEST(DecodeFault, ABadFieldLeavesTheRestOfItsLine) {
  const Result result = decode(temperature("1", "{}") + temperature("2") + temperature("3", "5") + "\n");
  EXPECT_EQ(result.rows.size(), 1U) << result.text();
  EXPECT_EQ(result.reasons(), (std::vector<std::string>{"missing_field", "wrong_field"}));
}

TEST(DecodeFault, ALineThatWasCutOffSwallowsNoOther) {
  const std::string whole = temperature("9");
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    const Result result = decode(temperature("1") + "\n" + whole.substr(0, cut) + "\n" + temperature("2") + "\n" +
                                 temperature("3") + "\n");
    EXPECT_EQ(result.rows.size(), 3U) << whole.substr(0, cut) << "\n" << result.text();
    ASSERT_EQ(result.letters.size(), 1U) << whole.substr(0, cut) << "\n" << result.text();
    EXPECT_EQ(result.letters[0].bytes, whole.substr(0, cut));
  }
}

TEST(DecodeFault, TheEndOfInputInsideAValueIsTruncated) {
  const std::string whole = temperature("9");
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    const Result result = decode(temperature("1") + "\n" + whole.substr(0, cut));
    EXPECT_EQ(result.rows.size(), 1U);
    EXPECT_EQ(result.reasons(), std::vector<std::string>{"truncated"}) << whole.substr(0, cut);
  }
}

TEST(DecodeFault, Arrays) {
  const std::string a = temperature("1");
  const std::vector<std::tuple<std::string, std::size_t, std::vector<std::string>>> arrays = {
      {"[" + a + "," + a + "]", 2, {}},
      {"[" + a + ",5,[" + a + "],\"x\"," + a + "]\n" + a, 3, {"not_an_event", "not_an_event", "not_an_event"}},
      {"[" + a + "," + temperature("2", "{}") + "," + a + "]", 2, {"missing_field"}},
      {"[" + a + ",]\n" + a, 2, {"not_json"}},
      {"[," + a + "]\n" + a, 1, {"not_json"}},
      {"[" + a + " " + a + "]\n" + a, 2, {"not_json"}},
      {"[\n" + a + ",\nbad,\n" + a + "\n]\n" + a, 3, {"not_json"}},
      {"[\n" + a + ",\n{\"x\":\n" + a + ",\n" + a + "\n]\n" + a, 4, {"not_json"}},
      {"[" + a + ",", 1, {"truncated"}},
      {"[", 0, {"truncated"}},
      {"[" + a + ",{\"id\":", 1, {"truncated"}},
      {a + "]\n" + a, 2, {"not_json"}},
      {"[]" + a + "[" + a + "]", 2, {}},
  };
  for (const auto& [text, rows, reasons] : arrays) {
    const Result result = decode(text);
    EXPECT_EQ(result.rows.size(), rows) << text << "\n" << result.text();
    EXPECT_EQ(result.reasons(), reasons) << text << "\n" << result.text();
  }
}

TEST(DecodeFault, TooLarge) {
  Options options;
  options.limits.event_bytes = 1000;
  const std::string large = temperature("9", "{\"device\":\"" + std::string(1000, 'x') + "\",\"celsius\":1}");
  const std::string text = temperature("1") + "\n" + large + "\n" + temperature("2");
  std::vector<std::string_view> bytewise;
  for (std::size_t i = 0; i < text.size(); ++i) bytewise.push_back(std::string_view(text).substr(i, 1));
  const Result whole = decode(text, options);
  EXPECT_EQ(whole.rows.size(), 2U) << whole.text();
  ASSERT_EQ(whole.reasons(), std::vector<std::string>{"too_large"});
  EXPECT_EQ(whole.letters[0].bytes, large);
  EXPECT_EQ(whole.letters[0].size, large.size());
  EXPECT_EQ(decode(bytewise, options).text(), whole.text());

  const std::string exact =
      temperature("9", "{\"device\":\"" + std::string(1000 - temperature("9").size() + 1, 'x') + "\",\"celsius\":1.5}");
  EXPECT_EQ(exact.size(), 1000U);
  EXPECT_EQ(decode(exact, options).rows.size(), 1U);
}

}  // namespace
}  // namespace tocsin::events::testing
