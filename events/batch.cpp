// Batches: columns, their arena, and rows made of values.
#include "events/batch.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "events/assert.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kKeptBytes = 4U << 20;  ///< of an arena's blocks, when it is cleared

struct ToSlot {
  SymbolTable& symbols;
  Slot operator()(std::monostate) const { TOCSIN_ASSERT(false && "a null has no slot"); }
  Slot operator()(bool value) const { return slot_of(value); }
  Slot operator()(std::int64_t value) const { return slot_of(value); }
  Slot operator()(double value) const { return slot_of(value); }
  Slot operator()(const std::string& value) const { return slot_of(symbols.intern(value)); }
  Slot operator()(Time value) const { return slot_of(value.ns); }
  Slot operator()(Duration value) const { return slot_of(value.ns); }
  Slot operator()(Severity value) const { return slot_of(static_cast<std::int64_t>(value)); }
  Slot operator()(const List& value) const { return slot_of(symbols.intern(value.bytes)); }
};

/// Of an attribute that every event has; null: of another.
Value attribute_of_row(std::string_view name, const EventType& type, Time time, std::string_view id,
                       std::string_view source) {
  if (name == "@time") return time;
  if (name == "@id") return std::string(id);
  if (name == "@source") return std::string(source);
  if (name == "@type") return type.wire;
  return {};
}

}  // namespace

Slot to_slot(const Value& value, SymbolTable& symbols) { return std::visit(ToSlot{symbols}, value); }

Value to_value(Type type, Slot slot, const SymbolTable& symbols) {
  if (is_list(type)) return List{element_of(type), std::string(symbols.text(symbol_of(slot)))};
  switch (type) {
    case Type::boolean:
      return slot != 0;
    case Type::integer:
      return int_of(slot);
    case Type::floating:
      return float_of(slot);
    case Type::string:
      return std::string(symbols.text(symbol_of(slot)));
    case Type::time:
      return Time{int_of(slot)};
    case Type::duration:
      return Duration{int_of(slot)};
    case Type::severity:
      return static_cast<Severity>(slot);
  }
  TOCSIN_ASSERT(false && "an unknown type");
}

std::uint64_t hash_of_id(std::string_view source, std::string_view id) {
  return hash_of_id(hash_of_source(source), id);
}

std::uint64_t hash_of_source(std::string_view source) { return XXH3_64bits(source.data(), source.size()); }

std::uint64_t hash_of_id(std::uint64_t source_hash, std::string_view id) {
  return XXH3_64bits_withSeed(id.data(), id.size(), source_hash);
}

char* Arena::allocate(std::size_t size) {
  while (current_ < blocks_.size() && blocks_[current_].size - at_ < size) {
    ++current_;
    at_ = 0;
  }
  if (current_ == blocks_.size()) {
    const std::size_t block = std::max(size, kBlock);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(block + kPadding), block});
    std::memset(blocks_.back().bytes.get() + block, 0, kPadding);
    at_ = 0;
  }
  char* place = blocks_[current_].bytes.get() + at_;
  at_ += size;
  used_ += size;
  return place;
}

void Arena::clear() {
  std::size_t kept = 0;
  std::size_t blocks = 0;
  while (blocks < blocks_.size() && kept + blocks_[blocks].size <= kKeptBytes) kept += blocks_[blocks++].size;
  blocks_.resize(blocks);
  current_ = at_ = used_ = 0;
}

Batch::Batch(const Schema& schema) : tables(schema.types.size()) {
  for (std::size_t i = 0; i < tables.size(); ++i) tables[i].columns.resize(schema.types[i].fields.size());
}

void Batch::clear() {
  for (const RowHead& head : heads) {
    if (head.type == kNoType) continue;
    Table& table = tables[events::index_of(head.type)];
    if (table.rows.empty()) continue;
    table.rows.clear();
    for (Column& column : table.columns) {
      column.slots.clear();
      column.valid.clear();
    }
  }
  heads.clear();
  origins.clear();
  arena.clear();
}

Row append_event(Batch& batch, const Schema& schema, SymbolTable& symbols, TypeId type, Time time, std::string_view id,
                 std::string_view source, const std::vector<Value>& values) {
  const EventType& event_type = schema[type];
  TOCSIN_ASSERT(values.size() <= event_type.fields.size());
  RowOrigin origin;
  origin.id = batch.arena.store(id);
  origin.id_hash = hash_of_id(source, id);
  origin.source = symbols.intern(source);
  const Row row = batch.begin_row(type, time, origin);
  Table& table = batch.tables[index_of(type)];
  for (std::size_t i = 0; i < event_type.fields.size(); ++i) {
    const Field& field = event_type.fields[i];
    Value value = i < values.size() ? values[i] : Value();
    if (field.attribute && is_null(value)) value = attribute_of_row(field.name, event_type, time, id, source);
    const bool given = !is_null(value);
    TOCSIN_ASSERT(!given || type_of(value) == field.type);
    if (field.stored) table.columns[i].push(given ? to_slot(value, symbols) : 0, given);
  }
  return row;
}

}  // namespace tocsin::events
