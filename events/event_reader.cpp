// The envelope of CloudEvents: attributes in any order, the type found, the row made. Data: event_data.cpp; other
// envelopes: event_places.cpp.
#include "events/event_reader.hpp"

#include <fmt/format.h>

#include "events/json_class.hpp"

namespace tocsin::events {
namespace {

constexpr std::string_view kAttributeNames[] = {"id", "source", "type", "time", "correlationid", "traceparent"};

}  // namespace

EventReader::EventReader(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts,
                         const Mapping* mapping)
    : schema_(schema),
      symbols_(symbols),
      limits_(limits),
      rows_(schema, symbols, limits, counts),
      trees_(schema.types.size()),
      mapping_(mapping),
      time_form_{mapping != nullptr, mapping != nullptr ? mapping->time_unit : TimeUnit::rfc3339},
      lists_(limits.depth, time_form_),
      extensions_(rows_.extensions().size()),
      extension_texts_(extensions_.size()) {
  for (const EventType& type : schema.types) {
    const EventRows::WireType* wire = rows_.find(type.wire);
    if (wire == nullptr) continue;
    std::unique_ptr<FieldTree>& tree = trees_[index_of(wire->type)];
    if (tree == nullptr) tree = std::make_unique<FieldTree>(schema[wire->type]);
  }
  if (mapping != nullptr) make_places();
}

EventReader::Token EventReader::fail(Token at, Reason reason, std::string detail) {
  fault_ = {reason, std::move(detail)};
  fault_at_ = at;
  return nullptr;
}

EventReader::Token EventReader::fail_grammar(Token at) { return fail(at, Reason::not_json, "the text is not JSON"); }

void EventReader::note_attribute(std::string_view problem) {
  if (attribute_fault_.empty()) attribute_fault_ = problem;
}

bool EventReader::read(Cursor& cursor, const StructuralIndex& index, const Target& target) {
  base_ = cursor.base;
  index_ = &index;
  wire_ = nullptr;
  data_ = nullptr;
  data_given_ = false;
  if (!attribute_fault_.empty()) attribute_fault_.clear();
  for (Text& text : texts_) text = {};
  for (EventRows::Extension& extension : extensions_) extension.reset();
  const char* const begin = cursor.place();
  const Token end = mapping_ == nullptr ? read_envelope(cursor.at) : read_places(cursor.at);
  cursor.at = end != nullptr ? end : fault_at_;
  if (end == nullptr) return false;
  fault_at_ = end;
  const auto size = static_cast<std::size_t>(base_ + end[-1] + 1 - begin);
  return read_event(target, {target.bytes + (begin - base_), size});
}

/// What is left when the envelope is known.
bool EventReader::read_event(const Target& target, std::string_view bytes) {
  if (mapping_ != nullptr && !take_places()) return false;
  if (wire_ == nullptr) {
    const std::string_view type = texts_[kType].text;
    if (type.empty()) {
      const std::string_view place = mapping_ == nullptr ? "type" : std::string_view(mapping_->type_field);
      return fail(fault_at_, Reason::no_type, fmt::format("`{}` is missing, empty or not a string", place)) != nullptr;
    }
    wire_ = rows_.find(type);
    if (wire_ == nullptr) wire_ = &rows_.count_by_name(type);
  }
  if (wire_->type == kNoType) {
    ignore(target, bytes);
    return true;
  }
  if (!data_given_ || data_ != nullptr) begin_data();
  if (data_ != nullptr && read_data(data_) == nullptr) return false;
  return commit(target, bytes);
}

EventReader::Token EventReader::read_envelope(Token at) {
  ++at;
  if (char_at(at) == '}') return at + 1;
  const auto look_up = [this](std::string_view raw) { return look_up_attribute(raw); };
  for (std::size_t place = 0;; ++place) {
    if (!at_key(at)) return fail_grammar(at);
    at = read_attribute(at + 2, envelope_keys_.find(place, cursor(at), look_up));
    if (at == nullptr) return nullptr;
    const char next = char_at(at);
    if (next == '}') return at + 1;
    if (next != ',') return fail_grammar(at);
    ++at;
  }
}

std::int32_t EventReader::attribute_of(std::string_view name) const {
  for (std::int32_t i = 0; i < kTexts; ++i)
    if (kAttributeNames[i] == name) return i;
  for (std::size_t i = 0; i < rows_.extensions().size(); ++i)
    if (rows_.extensions()[i] == name) return kExtensions + static_cast<std::int32_t>(i);
  return name == "data" ? kData : kOther;
}

std::int32_t EventReader::look_up_attribute(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return attribute_of(raw);
  return index_->unescape(raw, scratch_) ? attribute_of(scratch_) : kOther;
}

/// At the attribute's value.
EventReader::Token EventReader::read_attribute(Token at, std::int32_t attribute) {
  if (attribute == kOther) return skip_value(at, 1);
  if (attribute == kData) return read_first_data(at);
  if (attribute >= kExtensions) return read_extension(at, static_cast<std::size_t>(attribute - kExtensions));
  Text& text = texts_[static_cast<std::size_t>(attribute)];
  if (char_at(at) != '"' || text.given) return read_odd_attribute(at, attribute);
  return read_text(at, unescaped_[static_cast<std::size_t>(attribute)], text);
}

/// One that is given twice or isn't a string.
EventReader::Token EventReader::read_odd_attribute(Token at, std::int32_t attribute) {
  const std::string_view name = kAttributeNames[attribute];
  if (texts_[static_cast<std::size_t>(attribute)].given) {
    note_attribute(fmt::format("`{}` is given twice", name));
  } else if (is_null(at)) {
    return at + 1;  // as CloudEvents has it, the same as not given
  } else if (attribute != kType) {
    if (attribute == kTime) texts_[kTime].given = true;  // with a text that isn't a time
    note_attribute(fmt::format("`{}` is {}, not a string", name, kind_of_value(char_at(at))));
  }
  return skip_value(at, 1);
}

/// One that rules read: text, or a scalar as it stands.
EventReader::Token EventReader::read_extension(Token at, std::size_t extension) {
  EventRows::Extension& value = extensions_[extension];
  const std::string& name = rows_.extensions()[extension];
  if (value) note_attribute(fmt::format("`{}` is given twice", name));
  if (is_null(at)) return at + 1;
  if (char_at(at) == '"') {
    Text text;
    if (read_text(at, extension_texts_[extension], text) == nullptr) return nullptr;
    value = text.text;
    return at + 1;
  }
  if (is_scalar(char_at(at))) {
    value = cursor(at).scalar(at);
  } else {
    note_attribute(fmt::format("`{}` is {}, not a string", name, kind_of_value(char_at(at))));
  }
  return skip_value(at, 1);
}

EventReader::Token EventReader::read_first_data(Token at) {
  if (data_given_) {
    note_attribute("`data` is given twice");
    return skip_value(at, 1);
  }
  data_given_ = true;
  if (!texts_[kType].given) {
    data_ = at;
    return skip_value(at, 1);
  }
  wire_ = rows_.find(texts_[kType].text);
  if (wire_ == nullptr || wire_->type == kNoType) return skip_value(at, 1);
  begin_data();
  return read_data(at);
}

EventReader::Token EventReader::read_escaped(Token at, std::string& scratch, Text& text) {
  if (!index_->unescape(text.text, scratch)) return fail(at, Reason::not_json, "a string has a bad escape");
  text = {scratch, true, true};
  return at + 1;
}

std::optional<TimeFault> EventReader::time_of_event(Time& time) {
  if (mapping_ != nullptr) return mapped_time(time);
  if (!texts_[kTime].given) return std::nullopt;
  return parse_rfc3339(texts_[kTime].text, time);
}

inline std::string_view EventReader::in_batch(const Target& target, const Text& text) {
  if (text.text.empty()) return {};
  if (text.owned) return target.batch.arena.store(text.text);
  return {target.bytes + (text.text.data() - base_), text.text.size()};
}

inline Envelope EventReader::envelope(const Target& target, Time time, std::string_view bytes) {
  return {time,
          texts_[kSource].text,
          in_batch(target, texts_[kId]),
          in_batch(target, texts_[kCorrelationId]),
          in_batch(target, texts_[kTraceParent]),
          bytes,
          target.position};
}

void EventReader::ignore(const Target& target, std::string_view bytes) {
  Time time;
  std::optional<Time> known = target.arrival;
  if (const auto fault = time_of_event(time)) {
    known.reset();
    if (*fault == TimeFault::none) known = time;
  }
  Envelope ignored = envelope(target, time, bytes);
  rows_.ignore(*wire_, target.batch, known, ignored);
}

bool EventReader::commit(const Target& target, std::string_view bytes) {
  const auto refuse = [this](Reason reason, std::string detail) {
    return fail(fault_at_, reason, std::move(detail)) != nullptr;
  };
  Time time;
  if (const auto fault = time_of_event(time)) {
    if (*fault != TimeFault::none) return refuse(Reason::bad_time, why_bad_time());
  } else if (target.arrival) {
    time = *target.arrival;
  } else {
    return refuse(Reason::no_time, fmt::format("`{}` is missing", mapping_ == nullptr ? "time" : mapping_->time_field));
  }
  if (!attribute_fault_.empty()) return refuse(Reason::bad_attribute, attribute_fault_);
  if (!check_missing()) return false;

  Table& table = rows_.add(wire_->type, target.batch, envelope(target, time, bytes), extensions_);
  for (const std::uint32_t field : tree_->stored) table.columns[field].push(slots_[field], given_[field] == Given::yes);
  return true;
}

bool EventReader::check_missing() {
  for (const std::uint32_t field : tree_->required)
    if (given_[field] == Given::no) return fail_field(fault_at_, field, Reason::missing_field, "missing") != nullptr;
  return true;
}

}  // namespace tocsin::events
