// Lists, severities, fields of nested objects, and attributes of the envelope.
#include <gtest/gtest.h>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

Schema types() {
  Schema made;
  const auto list = [](std::string name, Type element, bool stored = true) {
    return Field{name, list_of(element), true, {name}, stored};
  };
  made.types.push_back(
      {"Lists",
       "lists",
       {list("b", Type::boolean), list("i", Type::integer), list("f", Type::floating), list("s", Type::string),
        list("t", Type::time), list("d", Type::duration), list("v", Type::severity), list("ii", list_of(Type::integer)),
        list("unread", Type::integer, false), Field{"severity", Type::severity, true, {"severity"}, true},
        Field{"in.list", list_of(Type::integer), true, {"in", "list"}, true}},
       false});
  const auto attribute = [](std::string name, std::string key, Type type = Type::string) {
    return Field{"@" + name, type, false, {key}, true, true};
  };
  made.types.push_back(
      {"Read",
       "read",
       {Field{"n", Type::integer, false, {"n"}, true}, attribute("time", "time", Type::time), attribute("id", "id"),
        attribute("source", "source"), attribute("type", "type"), attribute("subject", "subject"),
        attribute("meta.correlationid", "correlationid"), attribute("meta.sequence", "sequence")},
       false});
  return made;
}

std::string lists(std::string_view data) {
  return fmt::format(R"({{"id":"1","type":"lists","time":"2024-01-01T00:00:00Z","data":{{{}}}}})", data);
}

/// The fields of the one row, or reason and detail of the one letter.
std::string outcome(const std::string& event) {
  Options options;
  options.types = types();
  const Result result = decode(event, options);
  if (result.rows.size() == 1 && result.letters.empty())
    return result.rows[0].substr(result.rows[0].find(" at 1:0") + 7);
  if (result.rows.empty() && result.letters.size() == 1)
    return fmt::format("{}: {}", name_of(result.letters[0].reason), result.letters[0].detail);
  return "OTHER: " + result.text();
}

/// Without what is null.
std::string given(std::string text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(" ", at + 1), text.size());
    const std::string item = text.substr(at, end - at);
    if (!item.ends_with("=null")) out += item;
    at = end;
  }
  return out;
}

TEST(DecodeList, Table) {
  const struct {
    std::string data;
    std::string want;
  } cases[] = {
      {R"("i":[1,-2,3])", " i=[1, -2, 3]"},
      {R"("i":[])", " i=[]"},
      {R"("i":null)", ""},
      {R"("i":[1.0])", " i=[1]"},
      {R"("b":[true,false])", " b=[true, false]"},
      {R"("f":[1,2.5,-0.0])", " f=[1, 2.5, 0]"},
      {R"("s":["a","\u00e4",""])", " s=[a, ä, ]"},
      {R"("t":["2024-01-01T00:00:00Z"])", " t=[2024-01-01T00:00:00Z]"},
      {R"("d":["1m","2s"])", " d=[1m, 2s]"},
      {R"("v":["low","critical"])", " v=[low, critical]"},
      {R"("ii":[[1],[],[2,3]])", " ii=[[1], [], [2, 3]]"},
      {R"("unread":[1])", ""},
      {R"("severity":"high")", " severity=high"},
      {R"("in":{"list":[7]})", " in.list=[7]"},
      {R"("in":{})", ""},
      {R"("in":null)", ""},
  };
  for (const auto& each : cases) EXPECT_EQ(given(outcome(lists(each.data))), each.want) << each.data;
}

TEST(DecodeList, Faults) {
  const struct {
    std::string data;
    std::string want;
  } cases[] = {
      {R"("i":1)", "wrong_field: `i` is a number, declared list<int>"},
      {R"("i":"[1]")", "wrong_field: `i` is a string, declared list<int>"},
      {R"("i":{})", "wrong_field: `i` is an object, declared list<int>"},
      {R"("i":true)", "wrong_field: `i` is a boolean, declared list<int>"},
      {R"("i":[1,null])", "wrong_field: `i[1]` is null, declared list<int>"},
      {R"("i":[1,2,"3"])", "wrong_field: `i[2]` is a string, declared list<int>"},
      {R"("i":[1,[2]])", "wrong_field: `i[1]` is an array, declared list<int>"},
      {R"("i":[1.5])", "wrong_field: `i[0]` is 1.5, declared list<int>"},
      {R"("i":[9223372036854775808])", "out_of_range: `i[0]` is 9223372036854775808, declared list<int>"},
      {R"("s":[1])", "wrong_field: `s[0]` is a number, declared list<string>"},
      {R"("s":[true])", "wrong_field: `s[0]` is a boolean, declared list<string>"},
      {R"("b":[0])", "wrong_field: `b[0]` is a number, declared list<bool>"},
      {R"("t":["noon"])", "wrong_field: `t[0]` is a string that is no time of RFC 3339, declared list<time>"},
      {R"("v":["high","grave"])", "wrong_field: `v[1]` is a string that is no severity, declared list<severity>"},
      {R"("ii":[[1],[2,"x"]])", "wrong_field: `ii[1][1]` is a string, declared list<list<int>>"},
      {R"("ii":[1])", "wrong_field: `ii[0]` is a number, declared list<list<int>>"},
      {R"("unread":["x"])", "wrong_field: `unread[0]` is a string, declared list<int>"},
      {R"("in":{"list":[1,null]})", "wrong_field: `in.list[1]` is null, declared list<int>"},
      {R"("i":[1],"i":[1])", "duplicate_field: `i` of Lists is given twice"},
      {R"("i":[1,])", "not_json: the text is not JSON"},
      {R"("i":[01])", "not_json: the text is not JSON"},
      {R"("s":["\q"])", "not_json: a string has a bad escape"},
      {R"("severity":"grave")", "wrong_field: `severity` is a string that is no severity, declared severity"},
      {R"("severity":3)", "wrong_field: `severity` is a number, declared severity"},
  };
  for (const auto& each : cases) EXPECT_EQ(outcome(lists(each.data)), each.want) << each.data;
}

TEST(DecodeList, CountsAsDepth) {
  Options options;
  options.types = types();
  options.limits.depth = 3;
  EXPECT_EQ(decode(lists(R"("i":[1])"), options).letters.size(), 0U);
  EXPECT_EQ(decode(lists(R"("ii":[[1]])"), options).reasons(), std::vector<std::string>{"too_deep"});
}

std::string read(std::string_view attributes) {
  return fmt::format(R"({{"id":"e1","source":"/s","type":"read","time":"2024-01-01T00:00:00Z",{}"data":{{"n":1}}}})",
                     attributes);
}

TEST(DecodeAttributes, Table) {
  const std::string known = " @time=2024-01-01T00:00:00Z @id=e1 @source=/s @type=read";
  const struct {
    std::string attributes;
    std::string want;
  } cases[] = {
      {"", " n=1" + known + " @subject=null @meta.correlationid=null @meta.sequence=null"},
      {R"("subject":"x",)", " n=1" + known + " @subject=x @meta.correlationid=null @meta.sequence=null"},
      {R"("subject":"",)", " n=1" + known + " @subject= @meta.correlationid=null @meta.sequence=null"},
      {R"("subject":null,)", " n=1" + known + " @subject=null @meta.correlationid=null @meta.sequence=null"},
      {R"("subject":"a\nb","sequence":42,)",
       " n=1" + known + " @subject=a\nb @meta.correlationid=null @meta.sequence=42"},
      {R"("sequence":true,)", " n=1" + known + " @subject=null @meta.correlationid=null @meta.sequence=true"},
      {R"("correlationid":"c",)",
       " correlation=c n=1" + known + " @subject=null @meta.correlationid=c @meta.sequence=null"},
      {R"("subject":["x"],)", "bad_attribute: `subject` is an array, not a string"},
      {R"("subject":{"x":1},)", "bad_attribute: `subject` is an object, not a string"},
      {R"("subject":"x","subject":"y",)", "bad_attribute: `subject` is given twice"},
  };
  for (const auto& each : cases) EXPECT_EQ(outcome(read(each.attributes)), each.want) << each.attributes;
}

}  // namespace
}  // namespace tocsin::events::testing
