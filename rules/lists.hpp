// The elements of a list's canonical bytes (events::List) as slots and texts, and the way back.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "rules/arithmetic.hpp"

namespace tocsin::rules {

/// A string or list has a text; all else a slot.
struct Item {
  Slot slot = 0;
  std::string_view text;
};

/// Bytes of one element; 0: they differ.
constexpr std::size_t element_width(Type element) {
  if (element == Type::string || events::is_list(element)) return 0;
  return element == Type::boolean || element == Type::severity ? 1 : 8;
}

/// Takes the first element off the front of `bytes`, which isn't empty.
inline Item take_item(Type element, std::string_view& bytes) {
  Item result;
  std::size_t width = element_width(element);
  if (width == 0) {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    result.text = bytes.substr(sizeof size, size);
    width = sizeof size + size;
  } else {
    std::memcpy(&result.slot, bytes.data(), width);
  }
  bytes.remove_prefix(width);
  return result;
}

inline void append_text_element(std::string& bytes, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes.append(text);
}

inline void append_element(std::string& bytes, Type element, Slot slot, const Texts& texts) {
  if (is_text(element)) return append_text_element(bytes, texts.text(slot));
  if (element == Type::floating && events::float_of(slot) == 0) slot = 0;
  bytes.append(reinterpret_cast<const char*>(&slot), element_width(element));
}

inline std::size_t count_elements(Type element, std::string_view bytes) {
  if (element_width(element) != 0) return bytes.size() / element_width(element);
  std::size_t count = 0;
  for (; !bytes.empty(); ++count) take_item(element, bytes);
  return count;
}

/// Item `index`, from 0, negative ones from the end. False: there is none.
inline bool element_at(Type element, std::string_view bytes, std::int64_t index, Item& out) {
  const auto count = static_cast<std::int64_t>(count_elements(element, bytes));
  if (index < -count || index >= count) return false;
  auto skipped = static_cast<std::size_t>(index < 0 ? index + count : index);
  if (const std::size_t width = element_width(element); width != 0) {
    bytes.remove_prefix(skipped * width);
    skipped = 0;
  }
  for (;; --skipped) {
    out = take_item(element, bytes);
    if (skipped == 0) return true;
  }
}

/// Whether an element of the list equals the value, int and float exactly compared.
inline bool has_element(Type element, std::string_view bytes, Type type, Slot slot, const Texts& texts) {
  const bool is_texts = is_text(element);
  const std::string_view wanted = is_texts ? texts.text(slot) : std::string_view();
  while (!bytes.empty()) {
    const Item each = take_item(element, bytes);
    if (is_texts ? each.text == wanted : order_of(element, each.slot, type, slot) == 0) return true;
  }
  return false;
}

}  // namespace tocsin::rules
