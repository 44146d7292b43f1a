// Envelopes that a mapping describes: a first walk over the event's object finds where its parts stand, then the data
// is read by the type's fields as of any event.
#include <algorithm>

#include <fmt/format.h>

#include "events/event_reader.hpp"
#include "events/json_class.hpp"

namespace tocsin::events {
void EventReader::make_places() {
  EventType places;
  places.fields.resize(kExtensions + rows_.extensions().size());
  const auto put = [&](std::size_t attribute, std::string_view place) {
    if (!place.empty()) places.fields[attribute].path = tokens_of_place(place);
  };
  put(kType, mapping_->type_field);
  put(kTime, mapping_->time_field);
  put(kId, mapping_->id_field);
  put(kSource, mapping_->source_field);
  put(kData, mapping_->data);
  for (std::size_t i = 0; i < rows_.extensions().size(); ++i)
    places.fields[kExtensions + i].path = {rows_.extensions()[i]};
  data_depth_ = 1 + places.fields[kData].path.size();
  for (Field& field : places.fields) field.attribute = field.path.empty();  // no place: not in the tree
  places_ = std::make_unique<FieldTree>(places);
  place_tokens_.resize(places.fields.size());
}

EventReader::Token EventReader::read_places(Token at) {
  std::fill(place_tokens_.begin(), place_tokens_.end(), nullptr);
  tree_ = places_.get();
  const Token end = read_object(at, 0, 1);
  if (mapping_->data.empty()) place_tokens_[kData] = at;
  return end;
}

/// At a value where some attribute stands; there may be others inside.
EventReader::Token EventReader::note_place(Token at, const FieldTree::Node& node, std::int32_t node_index,
                                           std::size_t depth) {
  for (const std::uint32_t attribute : node.fields) {
    if (place_tokens_[attribute] != nullptr) note_attribute("a part of the envelope is given twice");
    place_tokens_[attribute] = at;
  }
  if (!node.children.empty() && char_at(at) == '{') return read_object(at, node_index, depth + 1);
  if (!node.elements.empty() && char_at(at) == '[') return read_array(at, node_index, depth + 1);
  return skip_value(at, depth);
}

/// False: fault() tells what is wrong.
bool EventReader::take_places() {
  if (mapping_->type.empty()) {
    if (!take_text(kType)) return false;
  } else {
    texts_[kType] = {mapping_->type, true, true};
  }
  if (!take_text(kId) || !take_text(kSource)) return false;
  for (std::size_t i = 0; i < extensions_.size(); ++i)
    if (const Token at = place_tokens_[kExtensions + i])
      if (read_extension(at, i) == nullptr) return false;
  data_ = place_tokens_[kData];
  data_given_ = data_ != nullptr;
  return true;
}

/// Text, or a scalar as it stands; null is as good as nothing.
bool EventReader::take_text(std::size_t attribute) {
  const Token at = place_tokens_[attribute];
  if (at == nullptr || is_null(at)) return true;
  const char first = char_at(at);
  Text& text = texts_[attribute];
  if (first == '"') return read_text(at, unescaped_[attribute], text) != nullptr;
  if (is_scalar(first)) {
    text = {cursor(at).scalar(at), true, false};
    return is_json_scalar(text.text) || fail_grammar(at) != nullptr;
  }
  note_attribute(fmt::format("`{}` is {}, not a string or a number",
                             attribute == kId       ? mapping_->id_field
                             : attribute == kSource ? mapping_->source_field
                                                    : mapping_->type_field,
                             kind_of_value(first)));
  return true;
}

std::optional<TimeFault> EventReader::mapped_time(Time& time) {
  const Token at = place_tokens_[kTime];
  if (at == nullptr || is_null(at)) return std::nullopt;
  const char first = char_at(at);
  if (is_scalar(first)) return parse_count(cursor(at).scalar(at), mapping_->time_unit, time);
  if (first != '"') return TimeFault::not_a_time;
  Text text;
  if (read_text(at, unescaped_[kTime], text) == nullptr) return TimeFault::not_a_time;
  return parse_loose_time(text.text, mapping_->time_unit, time);
}

std::string EventReader::why_bad_time() const {
  if (mapping_ == nullptr) return "`time` is not a time of RFC 3339 between the years 1677 and 2262";
  const bool unit = mapping_->time_unit != TimeUnit::rfc3339;
  const Token at = place_tokens_[kTime];
  if (!unit && is_scalar(char_at(at)))
    return fmt::format("`{}` is {}; a number is a time where the input says of what: time_unit=s, ms, us or ns",
                       mapping_->time_field, kind_of_value(char_at(at)));
  return fmt::format("`{}` is not a time between the years 1677 and 2262, as RFC 3339 text{}", mapping_->time_field,
                     unit ? " or a number of time_unit" : "");
}

}  // namespace tocsin::events
