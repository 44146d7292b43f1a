// The envelope: attributes in any order, the type found, the row made. Data: event_data.cpp.
#include "events/event_reader.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include <fmt/format.h>

#include "events/json_class.hpp"
#include "events/same_text.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kLongestCountedName = 256;
constexpr std::string_view kAttributeNames[] = {"id", "source", "type", "time", "correlationid", "traceparent"};

}  // namespace

EventReader::EventReader(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts)
    : schema_(schema), symbols_(symbols), limits_(limits), counts_(counts) {
  for (std::uint32_t i = 0; i < schema.types.size(); ++i) {
    const EventType& type = schema.types[i];
    if (type.derived) continue;
    const auto [entry, is_new] = wire_types_.try_emplace(type.wire);
    if (!is_new) continue;
    trees_.push_back(std::make_unique<FieldTree>(type));
    entry->second = {TypeId{i}, trees_.back().get(), nullptr};
  }
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
  const char* const begin = cursor.place();
  const Token end = read_envelope(cursor.at);
  cursor.at = end != nullptr ? end : fault_at_;
  if (end == nullptr) return false;
  const auto size = static_cast<std::size_t>(base_ + end[-1] + 1 - begin);
  const std::string_view bytes(target.bytes + (begin - base_), size);

  if (wire_ == nullptr) {
    if (texts_[kType].text.empty())
      return fail(end, Reason::no_type, "`type` is missing, empty or not a string") != nullptr;
    wire_ = find_wire_type(texts_[kType].text);
  }
  if (wire_ == nullptr) wire_ = &count_wire_type(texts_[kType].text);
  if (wire_->tree == nullptr) return ignore(target, bytes);
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
    at = read_attribute(at + 2, envelope_.find(place, cursor(at), look_up));
    if (at == nullptr) return nullptr;
    const char next = char_at(at);
    if (next == '}') return at + 1;
    if (next != ',') return fail_grammar(at);
    ++at;
  }
}

std::int32_t EventReader::attribute_of(std::string_view name) {
  for (std::int32_t i = 0; i < kTexts; ++i)
    if (kAttributeNames[i] == name) return i;
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
  wire_ = find_wire_type(texts_[kType].text);
  if (wire_ == nullptr || wire_->tree == nullptr) return skip_value(at, 1);
  begin_data();
  return read_data(at);
}

EventReader::Token EventReader::read_escaped(Token at, std::string& scratch, Text& text) {
  if (!index_->unescape(text.text, scratch)) return fail(at, Reason::not_json, "a string has a bad escape");
  text = {scratch, true, true};
  return at + 1;
}

EventReader::WireType* EventReader::find_wire_type(std::string_view name) {
  if (last_wire_ != nullptr && same_text(name, last_wire_name_)) return last_wire_;
  const auto found = wire_types_.find(absl::string_view(name.data(), name.size()));
  if (found == wire_types_.end()) return nullptr;
  last_wire_ = &found->second;
  last_wire_name_ = name;
  return last_wire_;
}

EventReader::WireType& EventReader::count_wire_type(std::string_view name) {
  if (counts_.unknown_types.size() < limits_.unknown_types && name.size() <= kLongestCountedName) {
    WireType& wire = wire_types_[std::string(name)];
    wire.ignored = &counts_.unknown_types[std::string(name)];
    return wire;
  }
  if (beyond_limit_.ignored == nullptr) beyond_limit_.ignored = &counts_.unknown_types["(other)"];
  return beyond_limit_;
}

bool EventReader::ignore(const Target& target, std::string_view bytes) {
  ++counts_.ignored;
  ++*wire_->ignored;
  std::optional<Time> time = target.arrival;
  if (texts_[kTime].given) time = parse_rfc3339(texts_[kTime].text);
  if (time) add_row(target, kNoType, *time, bytes);
  return true;
}

bool EventReader::commit(const Target& target, std::string_view bytes) {
  const auto refuse = [this](Reason reason, std::string detail) {
    return fail(fault_at_, reason, std::move(detail)) != nullptr;
  };
  const Text& time_text = texts_[kTime];
  Time time;
  if (time_text.given) {
    if (parse_rfc3339(time_text.text, time) != TimeFault::none)
      return refuse(Reason::bad_time, "`time` is not a time of RFC 3339 between the years 1677 and 2262");
  } else if (target.arrival) {
    time = *target.arrival;
  } else {
    return refuse(Reason::no_time, "`time` is missing");
  }
  if (!attribute_fault_.empty()) return refuse(Reason::bad_attribute, attribute_fault_);
  if (!check_missing()) return false;

  add_row(target, wire_->type, time, bytes);
  Table& table = target.batch.tables[index_of(wire_->type)];
  for (const std::uint32_t field : wire_->tree->stored)
    table.columns[field].push(slots_[field], given_[field] == Given::yes);
  return true;
}

bool EventReader::check_missing() {
  for (const std::uint32_t field : wire_->tree->required)
    if (given_[field] == Given::no) return fail_field(fault_at_, field, Reason::missing_field, "missing") != nullptr;
  return true;
}

void EventReader::add_row(const Target& target, TypeId type, Time time, std::string_view bytes) {
  RowOrigin& origin = target.batch.begin_row(type, time);
  const Source& source = source_of(texts_[kSource].text);
  origin.source = source.symbol;
  origin.id = in_batch(target, texts_[kId]);
  if (origin.id.empty()) {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    char hex[33];
    fmt::format_to_n(hex, 32, "{:016x}{:016x}", hash.high64, hash.low64);
    origin.id = target.batch.arena.store({hex, 32});
  }
  origin.id_hash = hash_of_id(source.hash, origin.id);
  origin.position = target.position;
  origin.bytes = bytes;
  origin.correlation_id = in_batch(target, texts_[kCorrelationId]);
  origin.trace_parent = in_batch(target, texts_[kTraceParent]);
  ++counts_.events;
}

std::string_view EventReader::in_batch(const Target& target, const Text& text) {
  if (text.text.empty()) return {};
  if (text.owned) return target.batch.arena.store(text.text);
  return {target.bytes + (text.text.data() - base_), text.text.size()};
}

const EventReader::Source& EventReader::source_of(std::string_view name) {
  const std::size_t place = name.empty() ? 0 : name.size() + static_cast<unsigned char>(name.back());
  Source& last = last_sources_[place % last_sources_.size()];
  // A symbol freed by a sweep has another text or none, so that asking the table is safe; only the hash of none isn't.
  if (!same_text(name, symbols_.text(last.symbol)) || name.empty())
    last = {symbols_.intern(name), hash_of_source(name)};
  return last;
}

}  // namespace tocsin::events
