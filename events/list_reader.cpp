#include "events/list_reader.hpp"

#include <cstring>
#include <utility>

#include "events/bytes.hpp"
#include "events/json_class.hpp"

namespace tocsin::events {

ListReader::Token ListReader::read(const char* base, const StructuralIndex& index, Token at, Type list,
                                   std::size_t depth) {
  base_ = base;
  index_ = &index;
  bytes_.clear();
  place_.clear();
  return read_list(at, list, depth);
}

ListReader::Token ListReader::fail(Token at, Reason reason, std::string what) {
  fault_at_ = at;
  reason_ = reason;
  what_ = std::move(what);
  return nullptr;
}

ListReader::Token ListReader::read_list(Token at, Type list, std::size_t depth) {
  const char first = char_at(at);
  if (first != '[') {
    if (first != '{' && first != '"' && !is_scalar(first)) return fail(at, Reason::not_json, "");
    return fail(at, Reason::wrong_field, std::string(kind_of_value(first)));
  }
  if (depth == depth_) return fail(at, Reason::too_deep, "");
  ++at;
  if (char_at(at) == ']') return at + 1;
  for (std::uint64_t i = 0;; ++i) {
    at = read_element(at, element_of(list), depth + 1);
    if (at == nullptr) {
      place_.insert(0, "[" + std::to_string(i) + "]");
      return nullptr;
    }
    const char next = char_at(at);
    if (next == ']') return at + 1;
    if (next != ',') return fail(at, Reason::not_json, "");
    ++at;
  }
}

ListReader::Token ListReader::read_element(Token at, Type type, std::size_t depth) {
  if (!is_list(type)) return char_at(at) == '"' ? read_string(at, type) : read_scalar(at, type);
  const std::size_t place = bytes_.size();
  put(bytes_, std::uint32_t{0});
  const Token behind = read_list(at, type, depth);
  const auto size = static_cast<std::uint32_t>(bytes_.size() - place - sizeof(std::uint32_t));
  std::memcpy(bytes_.data() + place, &size, sizeof size);
  return behind;
}

ListReader::Token ListReader::read_string(Token at, Type type) {
  std::string_view text = Cursor{base_, at}.raw_string(at);
  if (text.find('\\') != std::string_view::npos) {
    if (!index_->unescape(text, scratch_)) return fail(at, Reason::not_json, "a string has a bad escape");
    text = scratch_;
  }
  if (type == Type::string) {
    put_text(bytes_, text);
    return at + 1;
  }
  Slot slot = 0;
  const Misfit misfit = slot_of_text(type, text, form_, slot);
  if (misfit != Misfit::none)
    return fail(at, misfit == Misfit::wrong ? Reason::wrong_field : Reason::out_of_range,
                what_of_text(type, text, misfit));
  put_slot(type, slot);
  return at + 1;
}

ListReader::Token ListReader::read_scalar(Token at, Type type) {
  const char first = char_at(at);
  if (first == '{' || first == '[') return fail(at, Reason::wrong_field, std::string(kind_of_value(first)));
  if (!is_scalar(first)) return fail(at, Reason::not_json, "");
  const std::string_view text = Cursor{base_, at}.scalar(at);
  if (first == '-' || first <= '9') {
    Slot slot = 0;
    const Misfit misfit = slot_of_number(type, text, form_, slot);
    if (misfit == Misfit::not_json) return fail(at, Reason::not_json, "");
    if (misfit != Misfit::none)
      return fail(at, misfit == Misfit::wrong ? Reason::wrong_field : Reason::out_of_range,
                  what_of_number(type, text, misfit));
    put_slot(type, slot);
    return at + 1;
  }
  const bool truth = text == "true";
  if (!truth && text != "false" && text != "null") return fail(at, Reason::not_json, "");
  if (text == "null" || type != Type::boolean) return fail(at, Reason::wrong_field, std::string(kind_of_value(first)));
  put_slot(type, slot_of(truth));
  return at + 1;
}

void ListReader::put_slot(Type type, Slot slot) {
  if (type == Type::boolean || type == Type::severity)
    put(bytes_, static_cast<std::uint8_t>(slot));
  else
    put(bytes_, type == Type::floating && float_of(slot) == 0 ? Slot{0} : slot);
}

}  // namespace tocsin::events
