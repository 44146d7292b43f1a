// Samples of events → declarations: tables of what each value becomes, and what is left out.
#include "events/infer.hpp"

#include <gtest/gtest.h>

#include "tests/unit/events/decoding.hpp"

namespace tocsin::events::testing {
namespace {

struct Inferred {
  std::string text;
  std::uint64_t beyond_types = 0;
};

Inferred infer(std::string_view text, const Format& format = CloudEvents{}, InferLimits limits = {},
               std::uint64_t most = 1000) {
  const Schema none;
  SymbolTable symbols;
  Letters letters;
  Decoder decoder(none, symbols, "test", {}, letters, format);
  decoder.begin({1, 0});
  Inference inference(format, limits);
  for (bool more = true; more;) {
    Batch batch(none);
    const std::string_view bytes = batch.arena.store(text);
    text.remove_prefix(decoder.decode(bytes, true, std::nullopt, 2, batch));
    more = !batch.empty();
    most -= inference.add(batch, decoder.header(), most);
  }
  return {declarations_of(inference.found()), inference.beyond_types()};
}

std::string event(std::string_view data, std::string_view type = "t") {
  return fmt::format(R"({{"id":"1","type":"{}","time":"2024-01-01T00:00:00Z","data":{}}})"
                     "\n",
                     type, data);
}

/// The lines between the braces of the one type, of one event for each text of `data`.
std::string fields(const std::vector<std::string>& data) {
  std::string events;
  for (const std::string& each : data) events += event(each);
  std::string text = infer(events).text;
  const std::size_t first = text.find('\n') + 1;
  return text.substr(first, text.rfind("}\n") - first);
}

TEST(Infer, Fields) {
  const struct {
    std::vector<std::string> data;
    std::string want;
  } cases[] = {
      {{R"({"a":1})"}, "  a: int,\n"},
      {{R"({"a":1})", R"({"a":2.5})"}, "  a: float,\n"},
      {{R"({"a":1.0})"}, "  a: float,\n"},
      {{R"({"a":1e3})"}, "  a: float,\n"},
      {{R"({"a":9223372036854775808})"}, "  a: float,\n"},
      {{R"({"a":true})", R"({"a":false})"}, "  a: bool,\n"},
      {{R"({"a":"x"})"}, "  a: string,\n"},
      {{R"({"a":"x"})", R"({"a":"y"})", R"({"a":"x"})", R"({"a":"y"})"}, "  a: string,  // \"x\" \"y\"\n"},
      {{R"({"a":"x\n\u0001\"\\"})", R"({"a":"x\n\u0001\"\\"})"}, "  a: string,  // \"x\\n\\u{1}\\\"\\\\\"\n"},
      {{R"({"a":"2024-01-01T00:00:00Z"})"}, "  a: time,\n"},
      {{R"({"a":"2024-01-01T00:00:00Z"})", R"({"a":"now"})"}, "  a: string,\n"},
      {{R"({"a":"2024-01-01"})"}, "  a: string,\n"},
      {{R"({"a":"1m30s"})", R"({"a":"5s"})"}, "  a: duration,\n"},
      {{R"({"a":[1,2]})", R"({"a":[]})"}, "  a: list<int>,\n"},
      {{R"({"a":[1,2.5]})"}, "  a: list<float>,\n"},
      {{R"({"a":["x"]})", R"({"a":["x"]})"}, "  a: list<string>,  // \"x\"\n"},
      {{R"({"a":[[1],[2]]})"}, "  a: list<list<int>>,\n"},
      {{R"({"a":{"b":1,"c":{"d":"x"}}})"}, "  a: {\n    b: int,\n    c: {\n      d: string,\n    },\n  },\n"},
      // optional where absent or null somewhere
      {{R"({"a":1,"b":1})", R"({"a":1})"}, "  a: int,\n  b: int?,\n"},
      {{R"({"a":1})", R"({"a":1,"b":1})"}, "  a: int,\n  b: int?,\n"},
      {{R"({"a":1})", R"({"a":null})"}, "  a: int?,\n"},
      {{R"({"a":{"b":1}})", R"({"a":{"b":1,"c":2}})", R"({})"}, "  a: {\n    b: int,\n    c: int?,\n  }?,\n"},
      {{R"({"a":1})", "null"}, "  a: int?,\n"},
      // names
      {{R"({"a b":1})"}, "  a_b: int from \"/a b\",\n"},
      {{R"({"a/b~c":1})"}, "  a_b_c: int from \"/a~1b~0c\",\n"},
      {{R"({"1":1})"}, "  _1: int from \"/1\",\n"},
      {{R"({"":1})"}, "  field: int from \"/\",\n"},
      {{R"({"ä":1})"}, "  field_: int from \"/ä\",\n"},
      {{R"({"in":1,"null":2})"}, "  in_: int from \"/in\",\n  null_: int from \"/null\",\n"},
      {{R"({"a-b":1,"a_b":2,"a.b":3})"}, "  a_b2: int from \"/a-b\",\n  a_b: int,\n  a_b3: int from \"/a.b\",\n"},
      {{R"({"a b":{"c d":1,"e":2}})"}, "  a_b: {\n    c_d: int from \"/a b/c d\",\n    e: int,\n  } from \"/a b\",\n"},
      // left out
      {{R"({"a":1})", R"({"a":"x"})"}, "  // \"a\": left out: int 1 times, string 1 times\n"},
      {{R"({"a":1})", R"({"a":{}})"}, "  // \"a\": left out: int 1 times, an object 1 times\n"},
      {{R"({"a":null})"}, "  // \"a\": left out: always null\n"},
      {{R"({"a":[]})"}, "  // \"a\": left out: lists without elements\n"},
      {{R"({"a":[1,null]})"}, "  // \"a\": left out: lists with nulls in them\n"},
      {{R"({"a":[{}]})"}, "  // \"a\": left out: lists of objects\n"},
      {{R"({"a":[1,"x"]})"}, "  // \"a\": left out: lists with int 1 times, string 1 times\n"},
      {{R"({"a":[[[[1]]]]})"}, "  // \"a\": left out: lists nested too deeply\n"},
      {{R"({"a":{}})"}, "  // \"a\": an object without fields that can be declared\n"},
      {{R"({"a":1,"a":2})"}, "  // \"a\": left out: stands twice in an object\n"},
      {{R"({"a":1e999})"}, "  // \"a\": left out: no value 1 times\n"},
      {{R"({"a":"\q"})"}, "  // \"a\": left out: no value 1 times\n"},
      {{"[]"}, ""},
      {{"{}"}, ""},
  };
  for (const auto& each : cases) EXPECT_EQ(fields(each.data), each.want) << each.data[0];
}

TEST(Infer, TypesAndTheirNames) {
  const std::vector<std::string> wires = {"sshd.failed_password", "Temperature", "a", "a.", "4624", "ünïcode", "-",
                                          "with \\\"quotes\\\""};
  std::string events;
  for (const std::string& wire : wires) events += event("{}", wire);
  EXPECT_EQ(infer(events + event("{}", "a")).text,
            "event SshdFailedPassword \"sshd.failed_password\" {  // 1 event\n}\n\n"
            "event Temperature {  // 1 event\n}\n\n"
            "event A \"a\" {  // 2 events\n}\n\n"
            "event A2 \"a.\" {  // 1 event\n}\n\n"
            "event Event4624 \"4624\" {  // 1 event\n}\n\n"
            "event NCode \"ünïcode\" {  // 1 event\n}\n\n"
            "event Event \"-\" {  // 1 event\n}\n\n"
            "event WithQuotes \"with \\\"quotes\\\"\" {  // 1 event\n}\n");
}

TEST(Infer, DataThatIsNoObject) {
  EXPECT_EQ(infer(event(R"({"a":1})") + event("[1]")).text,
            "event T \"t\" {  // 2 events; the data of 1 is no object: no fields can be declared\n}\n");
}

TEST(Infer, Bounds) {
  std::string events;
  for (int i = 0; i < 5; ++i)
    events += event(fmt::format(R"({{"a":1,"k{}":{{"x":1}}}})", i), fmt::format("t{}", i % 3));
  const Inferred got = infer(events, CloudEvents{}, {.types = 2, .places = 3});
  EXPECT_EQ(got.beyond_types, 1U);
  EXPECT_EQ(
      got.text,
      "event T0 \"t0\" {  // 2 events; only the first 3 fields are here\n  a: int,\n  k0: {\n    x: int,\n  }?,\n}\n\n"
      "event T1 \"t1\" {  // 2 events; only the first 3 fields are here\n  a: int,\n  k1: {\n    x: int,\n  }?,\n}\n");
  EXPECT_EQ(infer(events, CloudEvents{}, {}, 1).text,
            "event T0 \"t0\" {  // 1 event\n  a: int,\n  k0: {\n    x: int,\n  },\n}\n");
}

TEST(Infer, MappedJson) {
  Mapping mapping;
  mapping.type_field = "kind";
  mapping.time_field = "/at/ms";
  mapping.time_unit = TimeUnit::ms;
  mapping.id_field = "nr";
  const std::string events = R"({"kind":"door","at":{"ms":1,"zone":"x"},"nr":1,"day":"2024-01-01"}
{"kind":4624,"at":{"ms":1},"open":true}
)";
  EXPECT_EQ(infer(events, MappedJson{mapping}).text,
            "event Door \"door\" {  // 1 event\n  // \"kind\": rules read it as `@type`\n  at: {\n    // \"ms\": rules "
            "read it as `@time`\n    zone: string,\n  },\n  nr: int,\n  day: time,\n}\n\n"
            "event Event4624 \"4624\" {  // 1 event\n  // \"kind\": rules read it as `@type`\n  // \"at\": an object "
            "without fields that can be declared\n  open: bool,\n}\n");
}

TEST(Infer, CsvColumns) {
  const struct {
    std::vector<std::string> cells;
    std::string want;
  } cases[] = {
      {{"1", "2"}, "c: int,"},         {{"1", "2.5"}, "c: float,"},
      {{"1e3"}, "c: float,"},          {{"007"}, "c: string,"},
      {{"true", "false"}, "c: bool,"}, {{"True", "0"}, "c: bool,"},
      {{"0", "1"}, "c: int,"},         {{"2024-01-01 00:00:00"}, "c: time,"},
      {{"5s", "1m"}, "c: duration,"},  {{"5", "", "6"}, "c: int?,"},
      {{"5", " "}, "c: int?,"},        {{"", ""}, "// \"c\": left out: always empty"},
      {{"1", "x"}, "c: string,"},      {{"\"a,b\"", "\"a,b\""}, "c: string,  // \"a,b\""},
  };
  Csv csv;
  csv.mapping.type = "row";
  csv.mapping.time_field = "at";
  for (const auto& each : cases) {
    std::string text = "at,c\n";
    for (const std::string& cell : each.cells) text += "2024-01-01," + cell + "\n";
    EXPECT_EQ(infer(text, csv).text,
              fmt::format("event Row \"row\" {{  // {} event{}\n  // \"at\": rules read it as `@time`\n  {}\n}}\n",
                          each.cells.size(), each.cells.size() == 1 ? "" : "s", each.want))
        << each.cells[0];
  }
  EXPECT_EQ(
      infer("at,geo.lat,\n2024-01-01,1,x\n", csv).text,
      "event Row \"row\" {  // 1 event\n  // \"at\": rules read it as `@time`\n  geo_lat: int from \"/geo.lat\",\n"
      "  // \"\": left out: a column without a name\n}\n");
}

}  // namespace
}  // namespace tocsin::events::testing
