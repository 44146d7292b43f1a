// A batch: the events that one read gave, by column.
//
// Rows stand in arrival order. Each row belongs to the table of its type; a table has one column for each declared
// field that is stored, with an 8-byte slot and a validity bit for each of its rows. The batch owns the bytes it was
// decoded from; text that isn't a symbol is a view into them and dies with the batch.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "events/schema.hpp"
#include "events/symbol.hpp"
#include "events/time.hpp"

namespace tocsin::events {

/// 8 bytes whose meaning the field's type tells: bool 0/1, int64, the bits of a double, ns of a time or duration,
/// the index of a Symbol (of a string, or of a list's bytes), a severity's number.
using Slot = std::uint64_t;

constexpr Slot slot_of(bool value) { return value ? 1 : 0; }
constexpr Slot slot_of(std::int64_t value) { return static_cast<Slot>(value); }
constexpr Slot slot_of(double value) { return std::bit_cast<Slot>(value); }
constexpr Slot slot_of(Symbol symbol) { return index_of(symbol); }
constexpr std::int64_t int_of(Slot slot) { return static_cast<std::int64_t>(slot); }
constexpr double float_of(Slot slot) { return std::bit_cast<double>(slot); }
constexpr Symbol symbol_of(Slot slot) { return Symbol{static_cast<std::uint32_t>(slot)}; }

/// The slot of `value`, which must not be null; strings and the bytes of lists are interned.
Slot to_slot(const Value& value, SymbolTable& symbols);
Value to_value(Type type, Slot slot, const SymbolTable& symbols);

/// Index of a row in its batch.
using Row = std::uint32_t;

/// What every step of a rule reads of an event.
struct RowHead {
  Time time;
  TypeId type = kNoType;
  std::uint32_t index = 0;  ///< row in the table of its type
};

/// Where an event stood in its input: file line and byte, or message number and byte in it. Both count from 1 / 0.
struct Position {
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
};

/// What only a match, a dead letter or a late event reads.
struct RowOrigin {
  std::string_view id;        ///< in the batch's bytes
  std::uint64_t id_hash = 0;  ///< of source and id; never depends on anything else
  Symbol source = kEmptySymbol;
  Position position;
  std::string_view bytes;           ///< the event as it came
  std::string_view correlation_id;  ///< empty: none
  std::string_view trace_parent;    ///< empty: none
};

/// The hash that RowOrigin::id_hash holds (XXH3, 64 bit, of id, with that of source as its seed).
std::uint64_t hash_of_id(std::string_view source, std::string_view id);
std::uint64_t hash_of_source(std::string_view source);
std::uint64_t hash_of_id(std::uint64_t source_hash, std::string_view id);

struct Column {
  std::vector<Slot> slots;
  std::vector<std::uint64_t> valid;  ///< bit i: slot i isn't null; null slots are 0

  bool is_valid(std::uint32_t i) const { return (valid[i >> 6] >> (i & 63)) & 1; }
  /// `slot` must be 0 where it isn't valid.
  void push(Slot slot, bool is_valid) {
    const std::size_t i = slots.size();
    if ((i & 63) == 0) valid.push_back(0);
    valid.back() |= std::uint64_t{is_valid} << (i & 63);
    slots.push_back(slot);
  }
};

struct Table {
  std::vector<Column> columns;  ///< by field index; empty where the field isn't stored
  std::vector<Row> rows;        ///< the table's rows in the batch

  std::uint32_t size() const { return static_cast<std::uint32_t>(rows.size()); }
};

/// Bump-allocated bytes that stay where they are until clear(); 64 readable bytes follow each block (simdjson's
/// padding).
class Arena {
 public:
  static constexpr std::size_t kPadding = 64;
  static constexpr std::size_t kBlock = 256U << 10;

  char* allocate(std::size_t size);
  std::string_view store(std::string_view text) {
    if (text.empty()) return {};
    char* place = allocate(text.size());
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }
  /// Forgets all bytes; keeps the first blocks for reuse.
  void clear();
  std::size_t used() const { return used_; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t current_ = 0;  ///< block being filled
  std::size_t at_ = 0;       ///< next free byte in it
  std::size_t used_ = 0;
};

struct Batch {
  explicit Batch(const Schema& schema);

  std::vector<RowHead> heads;      ///< by row
  std::vector<RowOrigin> origins;  ///< by row
  std::vector<Table> tables;       ///< by TypeId; a type of no row has empty columns
  Arena arena;

  std::uint32_t size() const { return static_cast<std::uint32_t>(heads.size()); }
  bool empty() const { return heads.empty(); }
  /// No rows, no bytes; capacity stays, so that a batch can be filled again without allocating.
  void clear();

  /// Begins a row of `type`. Then each stored field of the type must be given once by columns[field].push().
  Row begin_row(TypeId type, Time time, const RowOrigin& origin) {
    begin_row(type, time) = origin;
    return size() - 1;
  }
  /// The same, with an origin to be filled in place.
  RowOrigin& begin_row(TypeId type, Time time) {
    std::uint32_t index = 0;
    if (type != kNoType) {
      Table& table = tables[events::index_of(type)];
      index = table.size();
      table.rows.push_back(size());
    }
    heads.push_back({time, type, index});
    return origins.emplace_back();
  }
};

/// Appends a row with values by field index (missing ones at the end are null). The columns of `@time`, `@id`,
/// `@source` and `@type` are filled from the arguments where no value is given. For tests and derived events.
Row append_event(Batch& batch, const Schema& schema, SymbolTable& symbols, TypeId type, Time time, std::string_view id,
                 std::string_view source, const std::vector<Value>& values);

}  // namespace tocsin::events
