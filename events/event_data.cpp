// The data of an event of a declared type, and what is skipped.
#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "events/event_reader.hpp"
#include "events/json_class.hpp"

namespace tocsin::events {
EventReader::Token EventReader::fail_field(Token at, std::uint32_t field, Reason reason, std::string_view what) {
  const EventType& type = schema_[wire_->type];
  const Field& declared = type.fields[field];
  switch (reason) {
    case Reason::missing_field:
      return fail(at, reason, fmt::format("`{}` of {} is {}", declared.name, type.name, what));
    case Reason::duplicate_field:
      return fail(at, reason, fmt::format("`{}` of {} is given twice", declared.name, type.name));
    default:
      return fail(at, reason, fmt::format("`{}` is {}, declared {}", declared.name, what, name_of(declared.type)));
  }
}

EventReader::Token EventReader::fail_depth(Token at) {
  return fail(at, Reason::too_deep, fmt::format("nested deeper than {}", limits_.depth));
}

/// Forgets the fields of the event before.
void EventReader::begin_data() {
  tree_ = trees_[index_of(wire_->type)].get();
  const std::size_t fields = tree_->fields;
  if (given_.size() < fields) {
    given_.resize(fields);
    slots_.resize(fields);
  }
  std::fill_n(given_.begin(), fields, Given::no);
}

EventReader::Token EventReader::read_data(Token at) {
  const char first = char_at(at);
  if (first == '{') return read_object(at, 0, data_depth_);
  if (is_null(at) || tree_->nodes.size() == 1) return skip_value(at, data_depth_ - 1);
  if (skip_value(at, data_depth_ - 1) == nullptr) return nullptr;
  return fail(
      at, Reason::wrong_field,
      fmt::format("`{}` is {}, not an object", mapping_ == nullptr ? "data" : mapping_->data, kind_of_value(first)));
}

/// An object that is the `depth`th container around its members.
EventReader::Token EventReader::read_object(Token at, std::int32_t node_index, std::size_t depth) {
  if (depth > limits_.depth) return fail_depth(at);
  FieldTree::Node& node = tree_->nodes[static_cast<std::size_t>(node_index)];
  ++at;
  if (char_at(at) == '}') return at + 1;
  const auto look_up = [&](std::string_view raw) {
    if (raw.find('\\') == std::string_view::npos) return node.find(raw);
    return index_->unescape(raw, scratch_) ? node.find(scratch_) : FieldTree::kNothing;
  };
  for (std::size_t place = 0;; ++place) {
    if (!at_key(at)) return fail_grammar(at);
    at = read_value(at + 2, node.trail.find(place, cursor(at), look_up), depth);
    if (at == nullptr) return nullptr;
    const char next = char_at(at);
    if (next == '}') return at + 1;
    if (next != ',') return fail_grammar(at);
    ++at;
  }
}

EventReader::Token EventReader::read_array(Token at, std::int32_t node_index, std::size_t depth) {
  if (depth > limits_.depth) return fail_depth(at);
  const FieldTree::Node& node = tree_->nodes[static_cast<std::size_t>(node_index)];
  auto wanted = node.elements.begin();
  ++at;
  if (char_at(at) == ']') return at + 1;
  for (std::uint64_t i = 0;; ++i) {
    std::int32_t child = FieldTree::kNothing;
    if (wanted != node.elements.end() && wanted->index == i) child = wanted++->node;
    at = read_value(at, child, depth);
    if (at == nullptr) return nullptr;
    const char next = char_at(at);
    if (next == ']') return at + 1;
    if (next != ',') return fail_grammar(at);
    ++at;
  }
}

/// The value of a member or element inside `depth` containers.
EventReader::Token EventReader::read_value(Token at, std::int32_t node_index, std::size_t depth) {
  if (node_index == FieldTree::kNothing) return skip_value(at, depth);
  const FieldTree::Node& node = tree_->nodes[static_cast<std::size_t>(node_index)];
  if (!node.fields.empty()) {
    if (tree_ == places_.get()) return note_place(at, node, node_index, depth);
    Token behind = nullptr;
    for (const std::uint32_t field : node.fields) {
      behind = read_field(at, field, depth);
      if (behind == nullptr) return nullptr;
    }
    return behind;
  }
  if (char_at(at) == '{') return read_object(at, node_index, depth + 1);
  if (char_at(at) == '[') return read_array(at, node_index, depth + 1);
  return skip_value(at, depth);
}

EventReader::Token EventReader::read_field(Token at, std::uint32_t field, std::size_t depth) {
  if (given_[field] != Given::no) return fail_field(at, field, Reason::duplicate_field, "");
  const Field& declared = schema_[wire_->type].fields[field];
  Slot& slot = slots_[field];
  const char first = char_at(at);
  given_[field] = Given::yes;
  if (first == '"') return read_string(at, field, declared, slot);
  if (first == '[' && is_list(declared.type)) return read_list(at, declared, slot, depth);
  if (first == '{' || first == '[') return fail_field(at, field, Reason::wrong_field, kind_of_value(first));
  if (!is_scalar(first)) return fail_grammar(at);
  if (first == '-' || first <= '9') return read_number(at, field, declared.type, slot);
  const std::string_view text = cursor(at).scalar(at);
  if (text == "null") {
    if (!declared.optional) return fail_field(at, field, Reason::missing_field, "null");
    given_[field] = Given::null;
    slot = 0;
    return at + 1;
  }
  if (text != "true" && text != "false") return fail_grammar(at);
  if (declared.type != Type::boolean) return fail_field(at, field, Reason::wrong_field, "a boolean");
  slot = slot_of(first == 't');
  return at + 1;
}

EventReader::Token EventReader::read_number(Token at, std::uint32_t field, Type type, Slot& slot) {
  const std::string_view text = cursor(at).scalar(at);
  const Misfit misfit = slot_of_number(type, text, time_form_, slot);
  if (misfit == Misfit::none) return at + 1;
  if (misfit == Misfit::not_json) return fail_grammar(at);
  return fail_field(at, field, misfit == Misfit::wrong ? Reason::wrong_field : Reason::out_of_range,
                    what_of_number(type, text, misfit));
}

EventReader::Token EventReader::read_string(Token at, std::uint32_t field, const Field& declared, Slot& slot) {
  Text text;
  if (read_text(at, scratch_, text) == nullptr) return nullptr;
  if (declared.type == Type::string) {
    if (declared.stored) slot = slot_of(symbols_.intern(text.text));
    return at + 1;
  }
  const Misfit misfit = slot_of_text(declared.type, text.text, time_form_, slot);
  if (misfit == Misfit::none) return at + 1;
  return fail_field(at, field, misfit == Misfit::wrong ? Reason::wrong_field : Reason::out_of_range,
                    what_of_text(declared.type, text.text, misfit));
}

EventReader::Token EventReader::read_list(Token at, const Field& declared, Slot& slot, std::size_t depth) {
  const Token behind = lists_.read(base_, *index_, at, declared.type, depth);
  if (behind != nullptr) {
    if (declared.stored) slot = slot_of(symbols_.intern(lists_.bytes()));
    return behind;
  }
  if (lists_.reason() == Reason::too_deep) return fail_depth(lists_.at());
  if (lists_.reason() != Reason::not_json)
    return fail(
        lists_.at(), lists_.reason(),
        fmt::format("`{}{}` is {}, declared {}", declared.name, lists_.place(), lists_.what(), name_of(declared.type)));
  return lists_.what().empty() ? fail_grammar(lists_.at()) : fail(lists_.at(), Reason::not_json, lists_.what());
}

EventReader::Token EventReader::skip_other(Token at, std::size_t depth) {
  const char first = char_at(at);
  if (first == '{' || first == '[') return skip_container(at, depth);
  return skip_scalar(at);
}

EventReader::Token EventReader::skip_scalar(Token at) {
  if (!is_scalar(char_at(at))) return fail_grammar(at);
  const std::string_view text = cursor(at).scalar(at);
  if (!std::all_of(text.begin(), text.end(), is_scalar)) return fail_grammar(at);
  return at + 1;
}

EventReader::Token EventReader::skip_container(Token at, std::size_t depth) {
  open_.clear();
  for (;;) {
    bool opened = false;
    const char first = char_at(at);
    if (first == '{' || first == '[') {
      if (depth + open_.size() == limits_.depth) return fail_depth(at);
      open_.push_back(first == '{' ? '}' : ']');
      ++at;
      opened = true;
    } else {
      at = first == '"' ? at + 1 : skip_scalar(at);
      if (at == nullptr) return nullptr;
    }
    // behind a value, or behind an opening bracket
    for (; !open_.empty() && char_at(at) == open_.back(); ++at) {
      open_.pop_back();
      opened = false;
    }
    if (open_.empty()) return at;
    if (!opened && char_at(at++) != ',') return fail_grammar(at - 1);
    if (open_.back() == '}') {
      if (!at_key(at)) return fail_grammar(at);
      at += 2;
    }
  }
}

}  // namespace tocsin::events
