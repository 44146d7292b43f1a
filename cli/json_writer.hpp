// JSON for people and machines: RapidJSON's writer with an indentation of two, and members in one call.
#pragma once

#include <string>
#include <string_view>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

namespace tocsin::cli {

/// A document is built by calls in its order; `str()` gives it with a line end.
class JsonWriter {
 public:
  JsonWriter() { writer_.SetIndent(' ', 2); }

  JsonWriter& key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
  }
  JsonWriter& text(std::string_view value) {
    writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    return *this;
  }
  JsonWriter& number(std::uint64_t value) { return writer_.Uint64(value), *this; }
  JsonWriter& real(double value) { return writer_.Double(value), *this; }
  JsonWriter& boolean(bool value) { return writer_.Bool(value), *this; }
  /// JSON that is there already.
  JsonWriter& raw(std::string_view json, rapidjson::Type type) {
    return writer_.RawValue(json.data(), json.size(), type), *this;
  }
  JsonWriter& begin_object() { return writer_.StartObject(), *this; }
  JsonWriter& end_object() { return writer_.EndObject(), *this; }
  JsonWriter& begin_array() { return writer_.StartArray(), *this; }
  JsonWriter& end_array() { return writer_.EndArray(), *this; }

  JsonWriter& member(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& member(std::string_view name, std::uint64_t value) { return key(name).number(value); }

  std::string str() const { return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n"; }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace tocsin::cli
