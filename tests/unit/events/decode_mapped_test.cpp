// JSON objects that a mapping makes events of.
#include <gtest/gtest.h>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

Schema types() {
  Schema made;
  made.types.push_back(
      {"Sensor",
       "sensor",
       {Field{"celsius", Type::floating, false, {"celsius"}, true}, Field{"since", Type::time, true, {"since"}, true},
        Field{"inner", Type::integer, true, {"in", "x"}, true},
        Field{"@subject", Type::string, true, {"subject"}, true, true}},
       false});
  made.types.push_back({"Coded", "4624", {}, false});
  return made;
}

Mapping flat() {
  Mapping mapping;
  mapping.type_field = "kind";
  mapping.time_field = "ts";
  mapping.time_unit = TimeUnit::ms;
  mapping.id_field = "nr";
  mapping.source_field = "host";
  return mapping;
}

Mapping deep() {
  Mapping mapping;
  mapping.type_field = "/meta/kind";
  mapping.time_field = "/meta/times/1";
  mapping.id_field = "/payload/nr";
  mapping.source_field = "/a~1b";
  mapping.data = "/payload";
  return mapping;
}

Mapping fixed() {
  Mapping mapping;
  mapping.type = "sensor";
  mapping.time_field = "ts";
  return mapping;
}

std::string outcome(const std::string& event, Mapping mapping, std::optional<Time> arrival = {}) {
  Options options;
  options.types = types();
  options.format = MappedJson{std::move(mapping)};
  options.arrival = arrival;
  const Result result = decode(event, options);
  if (result.rows.size() == 1 && result.letters.empty()) return result.rows[0];
  if (result.rows.empty() && result.letters.size() == 1)
    return fmt::format("{}: {}", name_of(result.letters[0].reason), result.letters[0].detail);
  return "OTHER: " + result.text();
}

TEST(DecodeMapped, Table) {
  const struct {
    std::string event;
    Mapping mapping;
    std::string want;
  } cases[] = {
      {R"({"kind":"sensor","ts":1700000000123,"nr":"a1","host":"h","celsius":1.5})", flat(),
       "Sensor 2023-11-14T22:13:20.123Z id=a1 source=h at 1:0 celsius=1.5 since=null inner=null @subject=null"},
      {R"({"celsius":2,"nr":7,"host":8,"ts":"1700000000123","kind":"sensor"})", flat(),
       "Sensor 2023-11-14T22:13:20.123Z id=7 source=8 at 1:0 celsius=2 since=null inner=null @subject=null"},
      {R"({"kind":"sensor","ts":"2024-01-01 00:00:00","nr":"a\u0062","celsius":1,"subject":5,"since":1000,"in":{"x":3}})",
       flat(),
       "Sensor 2024-01-01T00:00:00Z id=ab source= at 1:0 celsius=1 since=1970-01-01T00:00:01Z inner=3 @subject=5"},
      {R"({"kind":4624,"ts":0,"nr":"x"})", flat(), "Coded 1970-01-01T00:00:00Z id=x source= at 1:0"},
      {R"({"kind":"other","ts":0,"nr":"x","celsius":"no"})", flat(), "- 1970-01-01T00:00:00Z id=x source= at 1:0"},
      {R"({"meta":{"times":["x","2024-01-01T00:00:00Z"],"kind":"sensor"},"payload":{"nr":3,"celsius":4},"a/b":"s"})",
       deep(), "Sensor 2024-01-01T00:00:00Z id=3 source=s at 1:0 celsius=4 since=null inner=null @subject=null"},
      {R"({"ts":"2024-01-01","celsius":4})", fixed(),
       "Sensor 2024-01-01T00:00:00Z id=95f5faf0ea6ca5a4e7f2ca2a2ee2a4c4 source= at 1:0 celsius=4 since=null inner=null "
       "@subject=null"},
      {R"({"ts":0,"nr":"x","celsius":1})", flat(), "no_type: `kind` is missing, empty or not a string"},
      {R"({"kind":"","ts":0,"celsius":1})", flat(), "no_type: `kind` is missing, empty or not a string"},
      {R"({"kind":null,"ts":0,"celsius":1})", flat(), "no_type: `kind` is missing, empty or not a string"},
      {R"({"kind":["sensor"],"ts":0,"celsius":1})", flat(), "no_type: `kind` is missing, empty or not a string"},
      {R"({"kind":"sensor","celsius":1})", flat(), "no_time: `ts` is missing"},
      {R"({"kind":"sensor","ts":null,"celsius":1})", flat(), "no_time: `ts` is missing"},
      {R"({"kind":"sensor","ts":"noon","celsius":1})", flat(),
       "bad_time: `ts` is not a time between the years 1677 and 2262, as RFC 3339 text or a number of time_unit"},
      {R"({"kind":"sensor","ts":{},"celsius":1})", flat(),
       "bad_time: `ts` is not a time between the years 1677 and 2262, as RFC 3339 text or a number of time_unit"},
      {R"({"ts":1700000000,"celsius":1})", fixed(),
       "bad_time: `ts` is a number; a number is a time where the input says of what: time_unit=s, ms, us or ns"},
      {R"({"kind":"sensor","ts":0,"nr":{},"celsius":1})", flat(),
       "bad_attribute: `nr` is an object, not a string or a number"},
      {R"({"kind":"sensor","kind":"sensor","ts":0,"celsius":1})", flat(),
       "bad_attribute: a part of the envelope is given twice"},
      {R"({"kind":"sensor","ts":0})", flat(), "missing_field: `celsius` of Sensor is missing"},
      {R"({"kind":"sensor","ts":0,"celsius":"x"})", flat(), "wrong_field: `celsius` is a string, declared float"},
      {R"({"meta":{"times":[0,"2024-01-01"],"kind":"sensor"}})", deep(),
       "missing_field: `celsius` of Sensor is missing"},
      {R"({"meta":{"times":[0,"2024-01-01"],"kind":"sensor"},"payload":[]})", deep(),
       "wrong_field: `/payload` is an array, not an object"},
      {R"({"kind":"sensor","ts":0,"celsius":1,"z":[1,}})", flat(), "not_json: the text is not JSON"},
      {R"({"kind":"sensor","ts":00,"celsius":1})", flat(),
       "bad_time: `ts` is not a time between the years 1677 and 2262, as RFC 3339 text or a number of time_unit"},
      {"17", flat(), "not_an_event: a number, not an object"},
  };
  for (const auto& each : cases) {
    std::string got = outcome(each.event, each.mapping);
    const std::size_t id = got.find(" id=");
    if (each.want.find(" id=95f5") != std::string::npos && id != std::string::npos) {
      EXPECT_EQ(got.find(' ', id + 4) - id - 4, 32U) << "an id of its bytes: " << got;
      got.replace(id, 36, " id=95f5faf0ea6ca5a4e7f2ca2a2ee2a4c4");
    }
    EXPECT_EQ(got, each.want) << each.event;
  }
}

TEST(DecodeMapped, ArrivalStandsInForATime) {
  EXPECT_EQ(outcome(R"({"kind":"sensor","nr":1,"celsius":1})", flat(), Time{0}),
            "Sensor 1970-01-01T00:00:00Z id=1 source= at 1:0 celsius=1 since=null inner=null @subject=null");
}

TEST(DecodeMapped, ArraysAndLinesOfThem) {
  Options options;
  options.types = types();
  options.format = MappedJson{flat()};
  const Result result = decode(R"([{"kind":"sensor","ts":0,"celsius":1},{"kind":"sensor","ts":1}]
{"kind":"sensor","ts":2,"celsius":1} nonsense
{"kind":"sensor","ts":3,"celsius":1})",
                               options);
  EXPECT_EQ(result.rows.size(), 3U) << result.text();
  EXPECT_EQ(result.reasons(), (std::vector<std::string>{"missing_field", "not_json"})) << result.text();
}

TEST(TokensOfPlace, Table) {
  const struct {
    std::string place;
    std::vector<std::string> want;
  } cases[] = {{"ts", {"ts"}},     {"/ts", {"ts"}},    {"/a/b", {"a", "b"}}, {"a/b", {"a/b"}},   {"/a~1b", {"a/b"}},
               {"/a~0b", {"a~b"}}, {"/a~01", {"a~1"}}, {"/", {""}},          {"/a/", {"a", ""}}, {"a.b", {"a.b"}}};
  for (const auto& each : cases) EXPECT_EQ(tokens_of_place(each.place), each.want) << each.place;
}

}  // namespace
}  // namespace tocsin::events::testing
