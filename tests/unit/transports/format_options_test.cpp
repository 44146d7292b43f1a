// Options of a URI that tell how events are written: what they mean, and what is said of wrong ones.
#include "transports/format_options.hpp"

#include <gtest/gtest.h>

#include "transports/uri.hpp"

namespace tocsin::transports {
namespace {

std::string text_of(const events::Mapping& mapping) {
  const char* const units[] = {"rfc3339", "s", "ms", "us", "ns"};
  std::string text;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(" ") + name + "=" + value;
  };
  add("type", mapping.type);
  add("type_field", mapping.type_field);
  add("time_field", mapping.time_field);
  add("unit", mapping.time_unit == events::TimeUnit::rfc3339 ? "" : units[static_cast<std::size_t>(mapping.time_unit)]);
  add("id", mapping.id_field);
  add("source", mapping.source_field);
  add("data", mapping.data);
  return text;
}

std::string meaning_of(const std::string& uri) {
  const auto format = parse_format(uri);
  if (!format) return format.error();
  if (const auto* json = std::get_if<events::MappedJson>(&*format)) return "json" + text_of(json->mapping);
  if (const auto* csv = std::get_if<events::Csv>(&*format))
    return std::string("csv ") + csv->delimiter + text_of(csv->mapping);
  return "cloudevents";
}

TEST(FormatOptions, Meanings) {
  const struct {
    std::string uri;
    std::string want;
  } cases[] = {
      {"-", "cloudevents"},
      {"a.ndjson", "cloudevents"},
      {"what?", "cloudevents"},
      {"a?b.ndjson", "cloudevents"},
      {"a.json?format=cloudevents", "cloudevents"},
      {"a?format=json&type=t&time_field=ts", "json type=t time_field=ts"},
      {"-?format=json&type_field=/a/b&time_field=ts&time_unit=ms&id_field=i&source_field=s&data=/p",
       "json type_field=/a/b time_field=ts unit=ms id=i source=s data=/p"},
      {"-?format=json&type=a%26b%20c&time_field=ts&time_unit=rfc3339", "json type=a&b c time_field=ts"},
      {"x.csv.gz?format=csv&type=t&time_field=at", "csv , type=t time_field=at"},
      {"x.csv?format=csv&type=t&time_field=at&delimiter=;&time_unit=s", "csv ; type=t time_field=at unit=s"},
      {"x?format=csv&type=t&time_field=at&delimiter=tab", "csv \t type=t time_field=at"},
      {"x?format=csv&type=t&time_field=at&delimiter=%7C", "csv | type=t time_field=at"},
      {"file:///tmp/a%3Fb.csv?format=csv&type=t&time_field=at", "csv , type=t time_field=at"},
      {"zmq+pull://127.0.0.1:1?format=json&type=t", "json type=t"},
      {"zmq+sub://127.0.0.1:1?topic=a&format=json&type=t&hwm=5", "json type=t"},
      {"zmq+sub://127.0.0.1:1?topic=a", "cloudevents"},
  };
  for (const auto& each : cases) EXPECT_EQ(meaning_of(each.uri), each.want) << each.uri;
}

TEST(FormatOptions, PathsAreWithoutThem) {
  const struct {
    std::string uri;
    std::string path;
  } cases[] = {{"a?format=cloudevents", "a"},
               {"what?", "what?"},
               {"a?b?format=cloudevents", "a?b"},
               {"file://a%3Fformat=x?format=cloudevents", "a?format=x"}};
  for (const auto& each : cases) {
    const auto address = parse_uri(each.uri, Direction::source);
    ASSERT_TRUE(address.has_value()) << address.error();
    EXPECT_EQ(std::get<FileAddress>(*address).path, each.path) << each.uri;
  }
  EXPECT_EQ(std::get<FileAddress>(*parse_uri("out?format=x", Direction::sink)).path, "out?format=x");
}

TEST(FormatOptions, Errors) {
  const std::string all = "format, type, type_field, time_field, time_unit, id_field, source_field, data, delimiter";
  const struct {
    std::string uri;
    std::string want;
  } cases[] = {
      {"x.csv",
       "`x.csv`: how are the rows events? Write ?format=csv&type=NAME&time_field=COLUMN behind the name (or "
       "type_field=COLUMN where each row has its type)"},
      {"a?typ=x", "`a?typ=x`: unknown option `typ` (did you mean `type`?); a file and stdin take " + all},
      {"-?format=json&time_filed=x&type=t",
       "`-?format=json&time_filed=x&type=t`: unknown option `time_filed` (did you mean `time_field`?); a file and "
       "stdin "
       "take " +
           all},
      {"-?type=t", "`-?type=t`: `type` needs `format=json` or `format=csv` beside it"},
      {"-?format=jsn",
       "`-?format=jsn`: option `format` is one of cloudevents, json, csv, not `jsn` (did you mean `json`?)"},
      {"-?format=json",
       "`-?format=json`: say of which type the events are: `type=NAME`, or `type_field=FIELD` where each "
       "tells it"},
      {"-?format=json&type=a&type_field=b&time_field=c",
       "`-?format=json&type=a&type_field=b&time_field=c`: `type` and `type_field` contradict each other"},
      {"-?format=json&type=a", "`-?format=json&type=a`: say where the time of an event stands: `time_field=FIELD`"},
      {"-?format=json&type=a&time_field=t&time_unit=sec",
       "`-?format=json&type=a&time_field=t&time_unit=sec`: option `time_unit` is one of rfc3339, s, ms, us, ns, not "
       "`sec`"},
      {"-?format=json&type=a&time_field=t&delimiter=;",
       "`-?format=json&type=a&time_field=t&delimiter=;`: `delimiter` is for `format=csv`"},
      {"-?format=csv&type=a&time_field=t&data=x",
       "`-?format=csv&type=a&time_field=t&data=x`: `data` is for `format=json`: a row has no parts"},
      {"-?format=cloudevents&type=a",
       "`-?format=cloudevents&type=a`: `type` is for `format=json` and `format=csv`; CloudEvents have an envelope"},
      {"-?format=csv&type=a&time_field=t&delimiter=ab",
       "`-?format=csv&type=a&time_field=t&delimiter=ab`: option `delimiter` is one character (`;`, `|`, …) or `tab`, "
       "not "
       "`ab`"},
      {"-?format=json&type=a&type=b&time_field=t", "`-?format=json&type=a&type=b&time_field=t`: `type` is given twice"},
      {"-?format=json&type=&time_field=t", "`-?format=json&type=&time_field=t`: option `type` is empty"},
      {"-?format=json&type", "`-?format=json&type`: option `type` has no value: write `name=value`, `&` between two"},
      {"zmq+pull://127.0.0.1:1?format=csv&type=t",
       "`zmq+pull://127.0.0.1:1?format=csv&type=t`: CSV has a header line and so is for files and stdin; messages may "
       "be "
       "`format=json`"},
      {"zmq+pull://127.0.0.1:1?formt=json",
       "`zmq+pull://127.0.0.1:1?formt=json`: unknown option `formt` (did you mean `format`?); pull takes bind, "
       "connect, "
       "hwm, insecure, and for the format of its events " +
           all},
  };
  for (const auto& each : cases) EXPECT_EQ(meaning_of(each.uri), each.want) << each.uri;
}

}  // namespace
}  // namespace tocsin::transports
