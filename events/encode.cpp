// Messages → CloudEvents JSON lines. The order of attributes is fixed, so that equal messages are equal bytes.
#include <algorithm>
#include <string>

#include "events/json_text.hpp"
#include "events/message.hpp"

namespace tocsin::events {
namespace {

struct PutValue {
  JsonWriter& writer;
  void operator()(std::monostate) const { writer.Null(); }
  void operator()(bool value) const { writer.Bool(value); }
  void operator()(std::int64_t value) const { writer.Int64(value); }
  void operator()(double value) const { put_float(writer, value); }
  void operator()(const std::string& value) const { put_string(writer, value); }
  void operator()(Time value) const { put_string(writer, format_rfc3339(value)); }
  void operator()(Duration value) const { put_string(writer, format_duration(value)); }
};

void put_value(JsonWriter& writer, const Value& value) { std::visit(PutValue{writer}, value); }

void put(JsonWriter& writer, std::string_view name, std::string_view text) {
  put_key(writer, name);
  put_string(writer, text);
}

void put_fields(JsonWriter& writer, const std::vector<NamedValue>& fields, bool with_nulls) {
  writer.StartObject();
  for (const auto& [name, value] : fields) {
    if (is_null(value) && !with_nulls) continue;
    put_key(writer, name);
    put_value(writer, value);
  }
  writer.EndObject();
}

std::size_t common_prefix(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

/// Objects are opened and closed along the paths; one without a value isn't opened.
void put_at_places(JsonWriter& writer, const std::vector<NamedValue>& fields, const FieldPlaces& places) {
  writer.StartObject();
  const FieldPlace* last = nullptr;
  std::size_t open = 0;  // objects of the last path
  for (const FieldPlace& place : places) {
    const Value& value = fields[place.field].second;
    if (is_null(value)) continue;
    const std::size_t common = last == nullptr ? 0 : common_prefix(last->path, place.path);
    for (; open > common; --open) writer.EndObject();
    for (; open + 1 < place.path.size(); ++open) {
      put_key(writer, place.path[open]);
      writer.StartObject();
    }
    put_key(writer, place.path.back());
    put_value(writer, value);
    last = &place;
  }
  for (; open > 0; --open) writer.EndObject();
  writer.EndObject();
}

void put_alert_data(JsonWriter& writer, const Message& message) {
  writer.StartObject();
  put(writer, "rule", message.rule);
  put(writer, "version", message.version);
  put(writer, "severity", name_of(message.severity));
  put(writer, "state", "once");
  put(writer, "message", message.text);
  put_key(writer, "key");
  put_fields(writer, message.key, true);
  put_key(writer, "fields");
  put_fields(writer, message.fields, true);
  put(writer, "start", format_rfc3339(message.start));
  put(writer, "end", format_rfc3339(message.end));
  put_key(writer, "causes");
  writer.StartArray();
  for (const Cause& cause : message.causes) {
    writer.StartObject();
    put(writer, "source", cause.source);
    put(writer, "id", cause.id);
    writer.EndObject();
  }
  writer.EndArray();
  put_key(writer, "causes_total");
  writer.Uint64(message.causes_total);
  writer.EndObject();
}

}  // namespace

std::shared_ptr<const FieldPlaces> places_of(const EventType& type) {
  FieldPlaces places;
  bool by_name = true;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    by_name = by_name && field.path.size() == 1 && field.path[0] == field.name;
    std::size_t most = 0;
    auto behind = places.end();
    for (auto at = places.begin(); at != places.end(); ++at) {
      const std::size_t common = common_prefix(at->path, field.path);
      if (common == std::min(at->path.size(), field.path.size())) return nullptr;
      if (common > 0 && common >= most) {
        most = common;
        behind = at + 1;
      }
    }
    places.insert(behind, {i, field.path});
  }
  if (by_name) return nullptr;
  return std::make_shared<const FieldPlaces>(std::move(places));
}

void append_json(std::string& out, const Value& value) {
  StringStream stream{out};
  JsonWriter writer(stream);
  put_value(writer, value);
}

void append_json(std::string& out, const Message& message) {
  StringStream stream{out};
  JsonWriter writer(stream);
  writer.StartObject();
  put(writer, "specversion", "1.0");
  put(writer, "id", message.id);
  put(writer, "source", "/tocsin/" + message.rule);
  put(writer, "type", message.type);
  put(writer, "time", format_rfc3339(message.time));
  put(writer, "datacontenttype", "application/json");
  if (!message.correlation_id.empty()) put(writer, "correlationid", message.correlation_id);
  if (message.kind == Message::Kind::event && !message.causes.empty())
    put(writer, "causationid", message.causes.back().id);
  if (!message.trace_parent.empty()) put(writer, "traceparent", message.trace_parent);
  put_key(writer, "data");
  if (message.kind == Message::Kind::alert) {
    put_alert_data(writer, message);
  } else if (message.places != nullptr) {
    put_at_places(writer, message.fields, *message.places);
  } else {
    put_fields(writer, message.fields, false);
  }
  writer.EndObject();
  out.push_back('\n');
}

}  // namespace tocsin::events
