// Messages and dead letters as JSON: the very bytes, what another library reads of them, and what our decoder reads
// back.
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <nlohmann/json.hpp>

#include "events/message.hpp"
#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

Message alert() {
  Message message;
  message.id = "0123456789abcdef0123456789abcdef";
  message.type = "tocsin.alert";
  message.rule = "overheat";
  message.time = Time{1'500'000'000};
  message.severity = Severity::high;
  message.version = "00ff";
  message.text = "\"press\" is at 80.5 °C\n";
  message.key = {{"device", std::string("press")}};
  message.fields = {{"peak", 80.0}, {"none", std::monostate()}, {"n", std::int64_t{-9'007'199'254'740'993}}};
  message.causes = {{"/s", "e1"}, {"/s", "e2"}};
  message.causes_total = 2;
  message.start = Time{0};
  message.end = Time{1'500'000'000};
  return message;
}

TEST(Encode, Alert) {
  std::string out;
  append_json(out, alert());
  EXPECT_EQ(
      out,
      R"({"specversion":"1.0","id":"0123456789abcdef0123456789abcdef","source":"/tocsin/overheat","type":"tocsin.alert",)"
      R"("time":"1970-01-01T00:00:01.500Z","datacontenttype":"application/json","data":{"rule":"overheat","version":"00ff",)"
      R"("severity":"high","state":"once","message":"\"press\" is at 80.5 °C\n","key":{"device":"press"},)"
      R"("fields":{"peak":80.0,"none":null,"n":-9007199254740993},"start":"1970-01-01T00:00:00Z",)"
      R"("end":"1970-01-01T00:00:01.500Z","causes":[{"source":"/s","id":"e1"},{"source":"/s","id":"e2"}],"causes_total":2}})"
      "\n");
  EXPECT_EQ(nlohmann::json::parse(out)["data"]["message"], "\"press\" is at 80.5 °C\n");
}

std::string data_of(const Message& message) {
  std::string out;
  append_json(out, message);
  const std::size_t begin = out.find(R"("data":)") + 7;
  return out.substr(begin, out.size() - begin - 2);
}

TEST(Encode, AlertWithALife) {
  Message message = alert();
  message.state = AlertState::resolved;
  message.alert = "life";
  message.reason = "rule changed";
  message.runbook = "https://example.org/r";
  message.repeat = 2;
  message.suppressed = 3;
  message.causes.clear();
  message.fields.clear();
  EXPECT_EQ(
      data_of(message),
      R"({"rule":"overheat","version":"00ff","severity":"high","state":"resolved","alert":"life","reason":"rule changed",)"
      R"("message":"\"press\" is at 80.5 °C\n","key":{"device":"press"},"fields":{},"start":"1970-01-01T00:00:00Z",)"
      R"("end":"1970-01-01T00:00:01.500Z","causes":[],"causes_total":2,"repeat":2,"suppressed":3,"runbook":"https://example.org/r"})");
}

TEST(Encode, WhichOfAWindowsResults) {
  Message message = alert();
  message.early = 2;
  EXPECT_NE(data_of(message).find(R"("causes_total":2,"early":2})"), std::string::npos) << data_of(message);
  message.early = 0;
  message.revision = 3;
  message.withdrawn = true;
  message.suppressed = 4;
  EXPECT_NE(data_of(message).find(R"("causes_total":2,"revision":3,"withdrawn":true,"suppressed":4})"),
            std::string::npos)
      << data_of(message);
  message.kind = Message::Kind::event;
  message.type = "E";
  std::string out;
  append_json(out, message);
  const nlohmann::json event = nlohmann::json::parse(out);
  EXPECT_EQ(event["revision"], 3);
  EXPECT_EQ(event["withdrawn"], true);
  EXPECT_FALSE(event.contains("early"));
  EXPECT_FALSE(event["data"].contains("revision"));
}

TEST(Encode, Action) {
  Message message = alert();
  message.kind = Message::Kind::action;
  message.type = "tocsin.action";
  message.action = "cool";
  message.fields = {{"speed", std::int64_t{3}}};
  message.repeat = 4;
  EXPECT_EQ(data_of(message),
            R"({"rule":"overheat","version":"00ff","action":"cool","key":{"device":"press"},"fields":{"speed":3},)"
            R"("start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:00:01.500Z",)"
            R"("causes":[{"source":"/s","id":"e1"},{"source":"/s","id":"e2"}],"causes_total":2,"repeat":4})");
}

TEST(Encode, FieldsOfObjectsAndLists) {
  const List inner = make_list(Type::integer, {std::int64_t{1}, std::int64_t{2}});
  const struct {
    std::vector<NamedValue> fields;
    std::string want;
  } cases[] = {
      {{{"a.b", std::int64_t{1}}, {"c", true}, {"a.d", std::int64_t{2}}}, R"({"a":{"b":1,"d":2},"c":true})"},
      {{{"a.b.c", std::int64_t{1}}, {"a.b.d", Value()}}, R"({"a":{"b":{"c":1,"d":null}}})"},
      {{{"a", std::int64_t{1}}, {"a.b", std::int64_t{2}}}, R"({"a":1,"a.b":2})"},
      {{{"a.b", std::int64_t{2}}, {"a", std::int64_t{1}}}, R"({"a.b":2,"a":1})"},
      {{{"ab", std::int64_t{1}}, {"a.b", std::int64_t{2}}}, R"({"ab":1,"a":{"b":2}})"},
      {{{"l", inner}, {"n", make_list(list_of(Type::integer), {inner})}, {"e", make_list(Type::string, {})}},
       R"({"l":[1,2],"n":[[1,2]],"e":[]})"},
      {{{"f", make_list(Type::floating, {1.0})},
        {"v", make_list(Type::severity, {Severity::low})},
        {"s", Severity::critical},
        {"d", make_list(Type::duration, {Duration{1'000'000'000}})}},
       R"({"f":[1.0],"v":["low"],"s":"critical","d":["1s"]})"},
  };
  for (const auto& each : cases) {
    Message message = alert();
    message.kind = Message::Kind::action;
    message.key.clear();
    message.fields = each.fields;
    const std::string data = data_of(message);
    const std::size_t begin = data.find(R"("fields":)") + 9;
    EXPECT_EQ(data.substr(begin, data.find(R"(,"start")") - begin), each.want);
  }
}

TEST(Encode, DerivedEventIsReadBack) {
  Message message;
  message.kind = Message::Kind::event;
  message.id = "id";
  message.type = "all.types";
  message.rule = "r";
  message.time = Time{1};
  message.correlation_id = "corr";
  message.trace_parent = "00-00-00-00";
  message.causes = {{"/s", "first"}, {"/s", "last"}};
  message.fields = {{"b", true},
                    {"i", std::numeric_limits<std::int64_t>::min()},
                    {"f", 0.1},
                    {"s", std::string("a\x01\"\\ß")},
                    {"t", Time{-1}},
                    {"d", Duration{-90'000'000'000}},
                    {"absent", std::monostate()}};
  std::string out;
  append_json(out, message);
  const nlohmann::json json = nlohmann::json::parse(out);
  EXPECT_EQ(json["causationid"], "last");
  EXPECT_FALSE(json["data"].contains("absent"));
  EXPECT_EQ(decode(out).text(),
            "Everything 1970-01-01T00:00:00.000000001Z id=id source=/tocsin/r at 1:0 correlation=corr "
            "trace=00-00-00-00 b=true "
            "i=-9223372036854775808 f=0.1 s=a\x01\"\\ß t=1969-12-31T23:59:59.999999999Z d=-1m30s\n");
}

struct PlacesCase {
  std::vector<std::vector<std::string>> paths;
  std::vector<bool> null;  ///< by field; the others have their index as value
  std::string data;
  bool in_conflict = false;  ///< no object of JSON has these places
};

// Fields a, b, c, … at these places: what is written is what the same declaration reads.
TEST(Encode, DerivedEventHasItsFieldsAtTheirPlaces) {
  const std::vector<PlacesCase> cases = {
      {{{"a"}, {"b"}}, {}, R"({"a":0,"b":1})"},
      {{{"a"}, {"deep", "v"}}, {}, R"({"a":0,"deep":{"v":1}})"},
      {{{"other"}}, {}, R"({"other":0})"},
      {{{"b"}, {"a"}}, {}, R"({"b":0,"a":1})"},
      {{{"x", "p"}, {"b"}, {"x", "q"}}, {}, R"({"x":{"p":0,"q":2},"b":1})"},
      {{{"x", "y", "p"}, {"z"}, {"x", "q"}, {"x", "y", "r"}, {"x", "s"}},
       {},
       R"({"x":{"y":{"p":0,"r":3},"q":2,"s":4},"z":1})"},
      {{{"x", "y", "p"}, {"x", "y", "q"}, {"x", "p"}}, {true, true, false}, R"({"x":{"p":2}})"},
      {{{"x", "y", "p"}, {"x", "z", "p"}, {"x", "y", "q"}}, {false, true, false}, R"({"x":{"y":{"p":0,"q":2}}})"},
      {{{"x", "p"}}, {true}, "{}"},
      {{{"list", "1"}, {"", "~/"}, {"list", "0"}}, {}, R"({"list":{"1":0,"0":2},"":{"~/":1}})"},
      {{{"x", "p"}, {"x", "p", "q"}}, {}, R"({"a":0,"b":1})", true},
      {{{"x", "p", "q"}, {"x"}}, {}, R"({"a":0,"b":1})", true},
      {{{"x", "p"}, {"x", "p"}}, {}, R"({"a":0,"b":1})", true},
  };
  for (const PlacesCase& c : cases) {
    Schema types;
    types.types.push_back({"E", "wire.e", {}, false});
    Message message;
    message.kind = Message::Kind::event;
    message.type = "wire.e";
    message.rule = "r";
    for (std::size_t i = 0; i < c.paths.size(); ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      types.types[0].fields.push_back({name, Type::integer, true, c.paths[i], true});
      message.fields.emplace_back(name, !c.null.empty() && c.null[i] ? Value{} : Value{static_cast<std::int64_t>(i)});
    }
    message.places = places_of(types.types[0]);
    std::string out;
    append_json(out, message);
    const std::size_t data = out.find("\"data\":") + 7;
    EXPECT_EQ(out.substr(data, out.size() - data - 2), c.data);

    SymbolTable symbols;
    Letters letters;
    Decoder decoder(types, symbols, "test", {}, letters);
    Batch batch(types);
    decoder.decode(batch.arena.store(out), true, std::nullopt, 10, batch);
    ASSERT_EQ(batch.size(), 1U) << out;
    if (c.in_conflict) continue;
    for (std::size_t i = 0; i < c.paths.size(); ++i) {
      const Column& column = batch.tables[0].columns[i];
      const Value read = column.is_valid(0) ? to_value(Type::integer, column.slots[0], symbols) : Value{};
      EXPECT_EQ(to_text(read), to_text(message.fields[i].second)) << out << message.fields[i].first;
    }
  }
}

TEST(Encode, ValuesReadBackTheSame) {
  const std::vector<std::pair<Value, std::string>> cases = {
      {std::monostate(), "null"},
      {true, "true"},
      {std::int64_t{9'223'372'036'854'775'807}, "9223372036854775807"},
      {80.0, "80.0"},
      {-0.0, "-0.0"},
      {1e21, "1e+21"},
      {5e-324, "5e-324"},
      {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
      {std::string("\t/<\x7f"), "\"\\t/<\x7f\""},
      {std::string(), "\"\""},
      {Time{0}, "\"1970-01-01T00:00:00Z\""},
      {Duration{0}, "\"0s\""},
  };
  for (const auto& [value, text] : cases) {
    std::string out;
    append_json(out, value);
    EXPECT_EQ(out, text);
    const nlohmann::json json = nlohmann::json::parse(out);
    if (const auto* wanted = std::get_if<double>(&value)) {
      EXPECT_TRUE(json.is_number_float()) << out;
      EXPECT_EQ(std::bit_cast<std::uint64_t>(json.get<double>()), std::bit_cast<std::uint64_t>(*wanted)) << out;
    }
  }
}

TEST(Encode, DeadLetters) {
  DeadLetter letter{
      Reason::wrong_field, "`celsius` is a string, declared float", "a.ndjson", {3, 70}, "{\"x\":\"ü\"}\n", 11};
  std::string out;
  append_json(out, letter);
  EXPECT_EQ(out,
            R"({"reason":"wrong_field","detail":"`celsius` is a string, declared float","input":"a.ndjson","line":3,)"
            R"("offset":70,"size":11,"bytes":"{\"x\":\"ü\"}\n"})"
            "\n");
  letter.bytes = std::string("\xff\0x", 3);
  out.clear();
  append_json(out, letter);
  const nlohmann::json json = nlohmann::json::parse(out);
  EXPECT_EQ(json["bytes_base64"], "/wB4");
  EXPECT_FALSE(json.contains("bytes"));
}

// A letter that was cut inside a character must still be a line of JSON.
TEST(Encode, LettersOfTheDecoderAreJson) {
  std::string text = "nonsense ";
  while (text.size() < 2 * kDeadLetterBytes) text += "€";
  const Result result = decode(text + "\n{\"x\":\"\xff\"}\n");
  ASSERT_EQ(result.letters.size(), 2U);
  for (const DeadLetter& letter : result.letters) {
    std::string out;
    append_json(out, letter);
    EXPECT_EQ(nlohmann::json::parse(out)["reason"], name_of(letter.reason)) << out;
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  }
}

TEST(Encode, EveryReasonHasItsName) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kReasons; ++i) names.push_back(name_of(static_cast<Reason>(i)));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace tocsin::events::testing
