// Messages → CloudEvents JSON lines. The order of attributes is fixed, so that equal messages are equal bytes.
#include <algorithm>
#include <string>

#include "events/encode.hpp"
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
  void operator()(Severity value) const { put_string(writer, name_of(value)); }
  void operator()(const List& list) const {
    writer.StartArray();
    for (const Value& item : items_of(list)) std::visit(*this, item);
    writer.EndArray();
  }
};

void put_value(JsonWriter& writer, const Value& value) { std::visit(PutValue{writer}, value); }

void put(JsonWriter& writer, std::string_view name, std::string_view text) {
  put_key(writer, name);
  put_string(writer, text);
}

/// A field on its way into the object of its name's first part.
struct Member {
  std::string_view name;  ///< what is left of it
  const Value* value = nullptr;
};

/// Fields called `a.b` stand in an object `a`; where a field is called `a` itself, under their names as they are.
void put_members(JsonWriter& writer, const std::vector<Member>& members) {
  writer.StartObject();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string_view head = members[i].name.substr(0, members[i].name.find('.'));
    const auto has_head = [&](const Member& member) {
      return member.name.size() > head.size() && member.name.starts_with(head) && member.name[head.size()] == '.';
    };
    const auto is_head = [&](const Member& member) { return member.name == head; };
    if (head.size() == members[i].name.size() || std::any_of(members.begin(), members.end(), is_head)) {
      put_key(writer, members[i].name);
      put_value(writer, *members[i].value);
      continue;
    }
    const auto begin = members.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(members.begin(), begin, has_head)) continue;
    std::vector<Member> inner;
    for (auto at = begin; at != members.end(); ++at)
      if (has_head(*at)) inner.push_back({at->name.substr(head.size() + 1), at->value});
    put_key(writer, head);
    put_members(writer, inner);
  }
  writer.EndObject();
}

void put_nested(JsonWriter& writer, const std::vector<NamedValue>& fields) {
  std::vector<Member> members;
  for (const auto& [name, value] : fields) members.push_back({name, &value});
  put_members(writer, members);
}

void put_given(JsonWriter& writer, const std::vector<NamedValue>& fields) {
  writer.StartObject();
  for (const auto& [name, value] : fields) {
    if (is_null(value)) continue;
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

void put_causes(JsonWriter& writer, const Message& message) {
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
}

void put_number(JsonWriter& writer, std::string_view name, std::uint64_t number) {
  if (number == 0) return;
  put_key(writer, name);
  writer.Uint64(number);
}

/// Which of a window's results it is.
void put_kind(JsonWriter& writer, const Message& message) {
  put_number(writer, "early", message.early);
  put_number(writer, "revision", message.revision);
  if (!message.withdrawn) return;
  put_key(writer, "withdrawn");
  writer.Bool(true);
}

/// What alerts and actions have in common behind what tells them apart.
void put_match(JsonWriter& writer, const Message& message) {
  put_key(writer, "key");
  put_nested(writer, message.key);
  put_key(writer, "fields");
  put_nested(writer, message.fields);
  put(writer, "start", format_rfc3339(message.start));
  put(writer, "end", format_rfc3339(message.end));
  put_causes(writer, message);
  put_number(writer, "repeat", message.repeat);
  put_kind(writer, message);
  put_number(writer, "suppressed", message.suppressed);
}

void put_alert_data(JsonWriter& writer, const Message& message) {
  writer.StartObject();
  put(writer, "rule", message.rule);
  put(writer, "version", message.version);
  put(writer, "severity", name_of(message.severity));
  put(writer, "state", name_of(message.state));
  if (!message.alert.empty()) put(writer, "alert", message.alert);
  if (!message.reason.empty()) put(writer, "reason", message.reason);
  put(writer, "message", message.text);
  put_match(writer, message);
  if (!message.runbook.empty()) put(writer, "runbook", message.runbook);
  writer.EndObject();
}

void put_action_data(JsonWriter& writer, const Message& message) {
  writer.StartObject();
  put(writer, "rule", message.rule);
  put(writer, "version", message.version);
  put(writer, "action", message.action);
  put_match(writer, message);
  writer.EndObject();
}

}  // namespace

std::shared_ptr<const FieldPlaces> places_of(const EventType& type) {
  FieldPlaces places;
  bool by_name = true;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    if (field.attribute) continue;
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
  if (message.kind == Message::Kind::event) put_kind(writer, message);
  put_key(writer, "data");
  if (message.kind == Message::Kind::alert) {
    put_alert_data(writer, message);
  } else if (message.kind == Message::Kind::action) {
    put_action_data(writer, message);
  } else if (message.places != nullptr) {
    put_at_places(writer, message.fields, *message.places);
  } else {
    put_given(writer, message.fields);
  }
  writer.EndObject();
  out.push_back('\n');
}

void append_event_json(std::string& out, const EventType& type, Time time, std::string_view id, std::string_view source,
                       const std::vector<Value>& values) {
  StringStream stream{out};
  JsonWriter writer(stream);
  writer.StartObject();
  put(writer, "specversion", "1.0");
  put(writer, "id", id);
  put(writer, "source", source);
  put(writer, "type", type.wire);
  put(writer, "time", format_rfc3339(time));
  std::vector<NamedValue> fields;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    fields.emplace_back(field.name, i < values.size() && !field.attribute ? values[i] : Value{});
    const bool told = field.name == "@id" || field.name == "@source" || field.name == "@type" || field.name == "@time";
    if (!field.attribute || told || i >= values.size() || is_null(values[i])) continue;
    put_key(writer, field.path.back());
    put_value(writer, values[i]);
  }
  put_key(writer, "data");
  if (const auto places = places_of(type))
    put_at_places(writer, fields, *places);
  else
    put_given(writer, fields);
  writer.EndObject();
  out.push_back('\n');
}

}  // namespace tocsin::events
