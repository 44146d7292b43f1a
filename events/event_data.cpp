// The data of an event of a declared type, and what is skipped.
#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "events/event_reader.hpp"
#include "events/json_class.hpp"
#include "events/number.hpp"

namespace tocsin::events {

bool EventReader::fail_field(std::uint32_t field, Reason reason, std::string_view what) {
  const EventType& type = schema_[wire_->type];
  const Field& declared = type.fields[field];
  switch (reason) {
    case Reason::missing_field:
      return fail(reason, fmt::format("`{}` of {} is {}", declared.name, type.name, what));
    case Reason::duplicate_field:
      return fail(reason, fmt::format("`{}` of {} is given twice", declared.name, type.name));
    default:
      return fail(reason, fmt::format("`{}` is {}, declared {}", declared.name, what, name_of(declared.type)));
  }
}

/// Forgets the fields of the event before.
void EventReader::begin_data() {
  const std::size_t fields = schema_[wire_->type].fields.size();
  given_.assign(fields, Given::no);
  if (slots_.size() < fields) slots_.resize(fields);
}

bool EventReader::read_data() {
  const char first = cursor_.peek();
  if (first == '{') return read_object(0, 2);
  if (first == '[') return read_array(0, 2);
  if (first == 'n' && cursor_.scalar(cursor_.at) == "null") return skip_value(1);
  if (wire_->tree->nodes.size() == 1) return skip_value(1);
  const char kind = cursor_.peek();
  if (!skip_value(1)) return false;
  return fail(Reason::wrong_field, fmt::format("`data` is {}, not an object", kind_of_value(kind)));
}

bool EventReader::read_object(std::int32_t node_index, std::size_t depth) {
  if (!open_bracket(depth - 1)) return false;
  FieldTree::Node& node = wire_->tree->nodes[static_cast<std::size_t>(node_index)];
  ++cursor_.at;
  if (cursor_.peek() == '}') {
    ++cursor_.at;
    return true;
  }
  const auto look_up = [&](std::string_view raw) {
    if (raw.find('\\') == std::string_view::npos) return node.find(raw);
    return index_->unescape(raw, scratch_) ? node.find(scratch_) : FieldTree::kNothing;
  };
  for (std::size_t place = 0;; ++place) {
    if (cursor_.peek() != '"' || cursor_.base[cursor_.at[1]] != ':') return fail_grammar();
    const std::int32_t child = node.trail.find(place, cursor_, look_up);
    cursor_.at += 2;
    if (!read_value(child, depth)) return false;
    const char next = cursor_.peek();
    if (next != ',' && next != '}') return fail_grammar();
    ++cursor_.at;
    if (next == '}') return true;
  }
}

bool EventReader::read_array(std::int32_t node_index, std::size_t depth) {
  if (!open_bracket(depth - 1)) return false;
  const FieldTree::Node& node = wire_->tree->nodes[static_cast<std::size_t>(node_index)];
  auto wanted = node.elements.begin();
  ++cursor_.at;
  if (cursor_.peek() == ']') {
    ++cursor_.at;
    return true;
  }
  for (std::uint64_t i = 0;; ++i) {
    std::int32_t child = FieldTree::kNothing;
    if (wanted != node.elements.end() && wanted->index == i) child = wanted++->node;
    if (!read_value(child, depth)) return false;
    const char next = cursor_.peek();
    if (next != ',' && next != ']') return fail_grammar();
    ++cursor_.at;
    if (next == ']') return true;
  }
}

/// The value of a member or element in a container of `depth`.
bool EventReader::read_value(std::int32_t node_index, std::size_t depth) {
  if (node_index == FieldTree::kNothing) return skip_value(depth);
  const FieldTree::Node& node = wire_->tree->nodes[static_cast<std::size_t>(node_index)];
  if (!node.fields.empty()) {
    for (const std::uint32_t field : node.fields)
      if (!read_field(field)) return false;
    ++cursor_.at;  // a field that was read is one token
    return true;
  }
  if (cursor_.peek() == '{') return read_object(node_index, depth + 1);
  if (cursor_.peek() == '[') return read_array(node_index, depth + 1);
  return skip_value(depth);
}

/// Leaves the cursor where it is.
bool EventReader::read_field(std::uint32_t field) {
  if (given_[field] != Given::no) return fail_field(field, Reason::duplicate_field, "");
  const Field& declared = schema_[wire_->type].fields[field];
  Slot& slot = slots_[field];
  const char first = cursor_.peek();
  given_[field] = Given::yes;
  if (first == '"') return read_string(field, declared, slot);
  if (first == '{' || first == '[') return fail_field(field, Reason::wrong_field, kind_of_value(first));
  if (!is_scalar(first)) return fail_grammar();
  const std::string_view text = cursor_.scalar(cursor_.at);
  if (text == "null") {
    if (!declared.optional) return fail_field(field, Reason::missing_field, "null");
    given_[field] = Given::null;
    slot = 0;
    return true;
  }
  if (text == "true" || text == "false") {
    if (declared.type != Type::boolean) return fail_field(field, Reason::wrong_field, "a boolean");
    slot = slot_of(first == 't');
    return true;
  }
  return read_number(field, declared.type, slot);
}

bool EventReader::read_number(std::uint32_t field, Type type, Slot& slot) {
  const std::string_view text = cursor_.scalar(cursor_.at);
  std::int64_t integer = 0;
  double real = 0;
  NumberFault fault = NumberFault::none;
  if (type == Type::integer) {
    fault = parse_integer(text, integer);
    slot = slot_of(integer);
  } else {
    fault = parse_float(text, real);
    slot = slot_of(real);
  }
  if (fault == NumberFault::not_a_number) return fail_grammar();
  if (type != Type::integer && type != Type::floating) return fail_field(field, Reason::wrong_field, "a number");
  if (fault == NumberFault::none) return true;
  constexpr std::size_t kShown = 32;
  const std::string shown = text.size() <= kShown ? std::string(text) : fmt::format("{}…", text.substr(0, kShown));
  return fail_field(field, fault == NumberFault::fraction ? Reason::wrong_field : Reason::out_of_range, shown);
}

bool EventReader::read_string(std::uint32_t field, const Field& declared, Slot& slot) {
  Text text;
  if (!read_text(scratch_, text)) return false;
  switch (declared.type) {
    case Type::string:
      if (declared.stored) slot = slot_of(symbols_.intern(text.text));
      return true;
    case Type::time: {
      const std::optional<Time> time = parse_rfc3339(text.text);
      if (!time) return fail_field(field, Reason::wrong_field, "a string that is no time of RFC 3339");
      slot = slot_of(time->ns);
      return true;
    }
    case Type::duration: {
      const std::optional<Duration> duration = parse_duration(text.text);
      if (!duration) return fail_field(field, Reason::wrong_field, "a string that is no duration");
      slot = slot_of(duration->ns);
      return true;
    }
    default:
      return fail_field(field, Reason::wrong_field, "a string");
  }
}

/// Whether a container may open inside `depth` others.
bool EventReader::open_bracket(std::size_t depth) {
  if (depth < limits_.depth) return true;
  return fail(Reason::too_deep, fmt::format("nested deeper than {}", limits_.depth));
}

/// Passes over a value inside `depth` containers.
bool EventReader::skip_value(std::size_t depth) {
  const char first = cursor_.peek();
  if (first == '"') {
    ++cursor_.at;
    return true;
  }
  if (first == '{' || first == '[') return skip_container(depth);
  return skip_scalar();
}

bool EventReader::skip_scalar() {
  if (!is_scalar(cursor_.peek())) return fail_grammar();
  const std::string_view text = cursor_.scalar(cursor_.at);
  if (!std::all_of(text.begin(), text.end(), is_scalar)) return fail_grammar();
  ++cursor_.at;
  return true;
}

bool EventReader::skip_container(std::size_t depth) {
  open_.clear();
  for (;;) {
    // at a value
    const char first = cursor_.peek();
    bool opened = false;
    if (first == '{' || first == '[') {
      if (!open_bracket(depth + open_.size())) return false;
      open_.push_back(first == '{' ? '}' : ']');
      ++cursor_.at;
      opened = true;
    } else if (first == '"') {
      ++cursor_.at;
    } else if (!skip_scalar()) {
      return false;
    }
    // behind a value, or behind an opening bracket
    while (!open_.empty() && cursor_.peek() == open_.back()) {
      open_.pop_back();
      ++cursor_.at;
      opened = false;
    }
    if (open_.empty()) return true;
    if (!opened) {
      if (cursor_.peek() != ',') return fail_grammar();
      ++cursor_.at;
    }
    if (open_.back() == '}') {
      if (cursor_.peek() != '"' || cursor_.base[cursor_.at[1]] != ':') return fail_grammar();
      cursor_.at += 2;
    }
  }
}

}  // namespace tocsin::events
