#include "transports/format_options.hpp"

#include <algorithm>
#include <utility>

#include "transports/near.hpp"

namespace tocsin::transports {
namespace {

using events::Csv;
using events::Format;
using events::MappedJson;
using events::Mapping;
using events::TimeUnit;

constexpr std::string_view kTypeHelp =
    "say of which type the events are: `type=NAME`, or `type_field=FIELD` where each tells it";

const std::string* find(const std::vector<Option>& options, std::string_view name) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const Option& each) { return each.name == name; });
  return found == options.end() ? nullptr : &found->value;
}

Result<TimeUnit> parse_time_unit(const std::string& text) {
  const std::vector<std::string> names{"rfc3339", "s", "ms", "us", "ns"};
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end())
    return refuse("option `time_unit` is one of " + listed(names) + ", not " + quoted(text) +
                  did_you_mean(text, names));
  return static_cast<TimeUnit>(found - names.begin());
}

Result<char> parse_delimiter(const std::string& text) {
  if (text == "tab" || text == "\\t") return '\t';
  const bool fits = text.size() == 1 && static_cast<unsigned char>(text[0]) < 0x80 && text[0] != '"' &&
                    text[0] != '\n' && text[0] != '\r';
  if (!fits) return refuse("option `delimiter` is one character (`;`, `|`, …) or `tab`, not " + quoted(text));
  return text[0];
}

Result<Mapping> parse_mapping(const std::vector<Option>& options, InputKind kind) {
  Mapping mapping;
  const auto take = [&](std::string_view name, std::string& member) {
    if (const std::string* value = find(options, name)) member = *value;
  };
  take("type", mapping.type);
  take("type_field", mapping.type_field);
  take("time_field", mapping.time_field);
  take("id_field", mapping.id_field);
  take("source_field", mapping.source_field);
  take("data", mapping.data);
  if (mapping.type.empty() && mapping.type_field.empty()) return refuse(std::string(kTypeHelp));
  if (!mapping.type.empty() && !mapping.type_field.empty())
    return refuse("`type` and `type_field` contradict each other");
  if (mapping.time_field.empty() && kind == InputKind::stream)
    return refuse("say where the time of an event stands: `time_field=FIELD`");
  if (const std::string* unit = find(options, "time_unit")) {
    const Result<TimeUnit> parsed = parse_time_unit(*unit);
    if (!parsed) return refuse(parsed.error());
    mapping.time_unit = *parsed;
  }
  return mapping;
}

/// Options that say nothing, or belong to another format.
Result<void> judge(const std::vector<Option>& options, const std::string& format) {
  for (auto option = options.begin(); option != options.end(); ++option) {
    const auto same = [&](const Option& each) { return each.name == option->name; };
    if (std::find_if(options.begin(), option, same) != option) return refuse(quoted(option->name) + " is given twice");
    if (option->value.empty()) return refuse("option " + quoted(option->name) + " is empty");
    if (option->name == "format") continue;
    if (format == "cloudevents")
      return refuse(quoted(option->name) + " is for `format=json` and `format=csv`; CloudEvents have an envelope");
    if (option->name == "data" && format == "csv") return refuse("`data` is for `format=json`: a row has no parts");
    if (option->name == "delimiter" && format == "json") return refuse("`delimiter` is for `format=csv`");
  }
  return {};
}

}  // namespace

const std::vector<std::string>& format_options() {
  static const std::vector<std::string> kNames{"format",   "type",         "type_field", "time_field", "time_unit",
                                               "id_field", "source_field", "data",       "delimiter"};
  return kNames;
}

bool is_format_option(const std::string& name) {
  return std::find(format_options().begin(), format_options().end(), name) != format_options().end();
}

Result<Format> parse_format_options(const std::vector<Option>& options, InputKind kind) {
  const std::vector<std::string> formats{"cloudevents", "json", "csv"};
  const std::string* format = find(options, "format");
  if (format == nullptr) {
    if (options.empty()) return events::CloudEvents{};
    return refuse(quoted(options.front().name) + " needs `format=json` or `format=csv` beside it");
  }
  if (std::find(formats.begin(), formats.end(), *format) == formats.end())
    return refuse("option `format` is one of " + listed(formats) + ", not " + quoted(*format) +
                  did_you_mean(*format, formats));
  if (const Result<void> good = judge(options, *format); !good) return refuse(good.error());
  if (*format == "cloudevents") return events::CloudEvents{};
  if (*format == "csv" && kind == InputKind::socket)
    return refuse("CSV has a header line and so is for files and stdin; messages may be `format=json`");
  Result<Mapping> mapping = parse_mapping(options, kind);
  if (!mapping) return refuse(mapping.error());
  if (*format == "json") return MappedJson{std::move(*mapping)};
  Csv csv{std::move(*mapping), ','};
  if (const std::string* delimiter = find(options, "delimiter")) {
    const Result<char> parsed = parse_delimiter(*delimiter);
    if (!parsed) return refuse(parsed.error());
    csv.delimiter = *parsed;
  }
  return csv;
}

}  // namespace tocsin::transports
