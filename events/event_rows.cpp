#include "events/event_rows.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::events {
namespace {

constexpr std::size_t kLongestCountedName = 256;

}  // namespace

EventRows::EventRows(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts)
    : schema_(schema), symbols_(symbols), limits_(limits), counts_(counts), attributes_(schema.types.size()) {
  for (std::uint32_t i = 0; i < schema.types.size(); ++i) {
    const EventType& type = schema.types[i];
    if (type.derived) continue;
    const auto [entry, is_new] = wire_types_.try_emplace(type.wire);
    if (!is_new) continue;
    entry->second = {TypeId{i}, nullptr};
    for (std::uint32_t f = 0; f < type.fields.size(); ++f)
      if (type.fields[f].attribute) attributes_[i].push_back(column_of(f, type.fields[f]));
  }
}

EventRows::AttributeColumn EventRows::column_of(std::uint32_t index, const Field& field) {
  constexpr std::pair<std::string_view, Attribute> kKnown[] = {{"time", Attribute::time},
                                                               {"id", Attribute::id},
                                                               {"source", Attribute::source},
                                                               {"type", Attribute::type},
                                                               {"correlationid", Attribute::correlation_id},
                                                               {"traceparent", Attribute::trace_parent}};
  const std::string& name = field.path.front();
  for (const auto& [known, attribute] : kKnown)
    if (known == name) return {index, attribute, 0};
  const auto found = std::find(extensions_.begin(), extensions_.end(), name);
  const auto place = static_cast<std::uint32_t>(found - extensions_.begin());
  if (found == extensions_.end()) extensions_.push_back(name);
  return {index, Attribute::extension, place};
}

EventRows::WireType* EventRows::look_up(std::string_view wire) {
  const auto found = wire_types_.find(absl::string_view(wire.data(), wire.size()));
  if (found == wire_types_.end()) return nullptr;
  last_wire_ = &found->second;
  last_wire_name_ = wire;
  return last_wire_;
}

EventRows::WireType& EventRows::count_by_name(std::string_view wire) {
  if (counts_.unknown_types.size() < limits_.unknown_types && wire.size() <= kLongestCountedName) {
    WireType& type = wire_types_[std::string(wire)];
    type.ignored = &counts_.unknown_types[std::string(wire)];
    return type;
  }
  if (beyond_limit_.ignored == nullptr) beyond_limit_.ignored = &counts_.unknown_types["(other)"];
  return beyond_limit_;
}

void EventRows::ignore(WireType& wire, Batch& batch, const std::optional<Time>& time, Envelope& envelope) {
  ++counts_.ignored;
  ++*wire.ignored;
  if (!time) return;
  envelope.time = *time;
  begin_row(batch, kNoType, envelope);
}

void EventRows::fill_attributes(const std::vector<AttributeColumn>& columns, TypeId type, Time time,
                                const RowOrigin& origin, std::span<const Extension> extensions, Table& table) {
  for (const AttributeColumn& column : columns) {
    const auto push = [&](Slot slot) { table.columns[column.field].push(slot, true); };
    const auto push_text = [&](Extension text) {
      table.columns[column.field].push(text ? slot_of(symbols_.intern(*text)) : 0, text.has_value());
    };
    const auto if_given = [](std::string_view text) { return text.empty() ? Extension() : Extension(text); };
    switch (column.attribute) {
      case Attribute::time:
        push(slot_of(time.ns));
        break;
      case Attribute::id:
        push_text(origin.id);
        break;
      case Attribute::source:
        push(slot_of(origin.source));
        break;
      case Attribute::type:
        push_text(schema_[type].wire);
        break;
      case Attribute::correlation_id:
        push_text(if_given(origin.correlation_id));
        break;
      case Attribute::trace_parent:
        push_text(if_given(origin.trace_parent));
        break;
      case Attribute::extension:
        push_text(extensions[column.extension]);
        break;
    }
  }
}

std::string_view EventRows::id_of_bytes(Batch& batch, std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  char hex[33];
  fmt::format_to_n(hex, 32, "{:016x}{:016x}", hash.high64, hash.low64);
  return batch.arena.store({hex, 32});
}

}  // namespace tocsin::events
