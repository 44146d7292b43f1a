// What the readers of all formats do alike: which type a wire name is, and a good event's row: its origin, its
// attributes. Events of undeclared types are counted by name. One thread.
//
// Sources are those of the events before most of the time; each such guess costs one compare.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/node_hash_map.h>

#include "events/batch.hpp"
#include "events/decode.hpp"
#include "events/same_text.hpp"

namespace tocsin::events {

/// What of an event's envelope goes into its row. Views are in the batch's bytes, but for `source`.
struct Envelope {
  Time time;
  std::string_view source;
  std::string_view id;  ///< empty: made of the event's bytes
  std::string_view correlation_id;
  std::string_view trace_parent;
  std::string_view bytes;  ///< the whole event
  Position position;
};

class EventRows {
 public:
  struct WireType {
    TypeId type = kNoType;             ///< kNoType: undeclared
    std::uint64_t* ignored = nullptr;  ///< of an undeclared one: how many
  };
  /// Text of an attribute that rules read besides `@time @id @source @type`; may lie anywhere.
  using Extension = std::optional<std::string_view>;

  EventRows(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts);

  /// Null: not declared, and not counted by name yet.
  WireType* find(std::string_view wire) {
    if (last_wire_ != nullptr && same_text(wire, last_wire_name_)) return last_wire_;
    return look_up(wire);
  }
  WireType& count_by_name(std::string_view wire);

  /// An event of an undeclared type. Its row, of no type, moves the watermark; without a time there is none.
  void ignore(WireType& wire, Batch& batch, const std::optional<Time>& time, Envelope& envelope);
  /// Begins the row of an event of a declared type and fills its attributes; its other columns are the caller's.
  [[gnu::always_inline]] Table& add(TypeId type, Batch& batch, const Envelope& envelope,
                                    std::span<const Extension> extensions) {
    const RowOrigin& origin = begin_row(batch, type, envelope);
    Table& table = batch.tables[index_of(type)];
    const auto& columns = attributes_[index_of(type)];
    if (!columns.empty()) fill_attributes(columns, type, envelope.time, origin, extensions, table);
    return table;
  }

  /// The names of the attributes whose texts add() is to be given, in that order.
  const std::vector<std::string>& extensions() const { return extensions_; }

 private:
  struct Source {
    Symbol symbol = kEmptySymbol;
    std::uint64_t hash = hash_of_source({});
  };
  enum class Attribute : std::uint8_t { time, id, source, type, correlation_id, trace_parent, extension };
  struct AttributeColumn {
    std::uint32_t field = 0;
    Attribute attribute = Attribute::extension;
    std::uint32_t extension = 0;
  };

  AttributeColumn column_of(std::uint32_t index, const Field& field);
  WireType* look_up(std::string_view wire);
  void fill_attributes(const std::vector<AttributeColumn>& columns, TypeId type, Time time, const RowOrigin& origin,
                       std::span<const Extension> extensions, Table& table);
  [[gnu::always_inline]] RowOrigin& begin_row(Batch& batch, TypeId type, const Envelope& envelope) {
    RowOrigin& origin = batch.begin_row(type, envelope.time);
    const Source& source = source_of(envelope.source);
    origin.source = source.symbol;
    origin.id = envelope.id.empty() ? id_of_bytes(batch, envelope.bytes) : envelope.id;
    origin.id_hash = hash_of_id(source.hash, origin.id);
    origin.position = envelope.position;
    origin.bytes = envelope.bytes;
    origin.correlation_id = envelope.correlation_id;
    origin.trace_parent = envelope.trace_parent;
    ++counts_.events;
    return origin;
  }
  static std::string_view id_of_bytes(Batch& batch, std::string_view bytes);
  const Source& source_of(std::string_view name) {
    const std::size_t place = name.empty() ? 0 : name.size() + static_cast<unsigned char>(name.back());
    Source& last = last_sources_[place % last_sources_.size()];
    // A symbol freed by a sweep has another text or none, so that asking the table is safe; only the hash of none
    // isn't.
    if (!same_text(name, symbols_.text(last.symbol)) || name.empty())
      last = {symbols_.intern(name), hash_of_source(name)};
    return last;
  }

  const Schema& schema_;
  SymbolTable& symbols_;
  DecodeLimits limits_;
  DecodeCounts& counts_;
  absl::node_hash_map<std::string, WireType> wire_types_;
  WireType* last_wire_ = nullptr;
  std::string last_wire_name_;
  WireType beyond_limit_;
  std::array<Source, 16> last_sources_{};                 ///< by length and last byte
  std::vector<std::vector<AttributeColumn>> attributes_;  ///< by type
  std::vector<std::string> extensions_;
};

}  // namespace tocsin::events
