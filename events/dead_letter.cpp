// Dead letters as lines of JSON.
#include "events/dead_letter.hpp"

#include <simdjson.h>

#include <absl/strings/escaping.h>

#include "events/json_text.hpp"

namespace tocsin::events {

bool is_utf8(std::string_view text) { return text.empty() || simdjson::validate_utf8(text.data(), text.size()); }

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::not_json:
      return "not_json";
    case Reason::not_csv:
      return "not_csv";
    case Reason::not_utf8:
      return "not_utf8";
    case Reason::not_an_event:
      return "not_an_event";
    case Reason::no_type:
      return "no_type";
    case Reason::no_time:
      return "no_time";
    case Reason::bad_time:
      return "bad_time";
    case Reason::bad_attribute:
      return "bad_attribute";
    case Reason::missing_field:
      return "missing_field";
    case Reason::wrong_field:
      return "wrong_field";
    case Reason::duplicate_field:
      return "duplicate_field";
    case Reason::out_of_range:
      return "out_of_range";
    case Reason::too_large:
      return "too_large";
    case Reason::too_deep:
      return "too_deep";
    case Reason::truncated:
      return "truncated";
    case Reason::late:
      return "late";
    case Reason::future:
      return "future";
  }
  TOCSIN_ASSERT(false && "an unknown reason");
}

void append_json(std::string& out, const DeadLetter& letter) {
  StringStream stream{out};
  JsonWriter writer(stream);
  writer.StartObject();
  put_key(writer, "reason");
  put_string(writer, name_of(letter.reason));
  put_key(writer, "detail");
  put_string(writer, letter.detail);
  put_key(writer, "input");
  put_string(writer, letter.input);
  put_key(writer, "line");
  writer.Uint64(letter.position.line);
  put_key(writer, "offset");
  writer.Uint64(letter.position.offset);
  put_key(writer, "size");
  writer.Uint64(letter.size);
  if (is_utf8(letter.bytes)) {
    put_key(writer, "bytes");
    put_string(writer, letter.bytes);
  } else {
    put_key(writer, "bytes_base64");
    put_string(writer, absl::Base64Escape(letter.bytes));
  }
  writer.EndObject();
  out.push_back('\n');
}

}  // namespace tocsin::events
