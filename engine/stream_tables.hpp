// Stream tables: the latest event of each key, for the rules of one layer that look them up.
//
//   enter   : the items of a round, before any rule of the layer sees them → rows, each with the versions of the round
//   read    : a row as it stood at the reader's place in the processing order; any number of threads, between the two
//   compact : behind the round only the latest version of each row is kept
//
// So partitions read what no one writes, and read the same however many they are and however the stream is cut into
// rounds. Of a full table the row that was written longest ago goes, at the place of the event that needs its room.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "engine/reorder.hpp"
#include "events/bytes.hpp"
#include "matcher/stream_rows.hpp"
#include "matcher/table_index.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

inline constexpr std::size_t kMaxStreamRows = 1'000'000;

class StreamTable {
 public:
  StreamTable(const matcher::TableIndexes::Stream& stream, std::size_t most);
  StreamTable(const StreamTable&) = delete;
  StreamTable& operator=(const StreamTable&) = delete;

  events::TypeId type() const { return table_->type; }
  const std::string& name() const { return table_->name; }
  /// Events come in processing order. One with a null in its key is passed over.
  void enter(const events::Table& of_type, std::uint32_t index, matcher::AsOf place);
  void compact();
  rules::Cell read(const events::Slot* key, std::uint32_t field, matcher::AsOf as_of) const;

  std::size_t size() const { return present_; }
  /// Rows that went for want of room.
  std::uint64_t evicted() const { return evicted_; }
  void mark_symbols(std::vector<std::uint64_t>& held) const;
  void write(const events::SymbolTable& symbols, std::string& out) const;
  /// Into an empty table. False: these are no rows of it.
  bool read_state(events::ByteReader& in, events::SymbolTable& symbols);

 private:
  using Id = std::uint32_t;
  static constexpr Id kNone = 0xffff'ffff;

  /// What a row is, or was: where its cells are, and what it replaced.
  struct Version {
    matcher::AsOf written;
    bool present = false;  ///< false: there was no row, or it went
    Id older = kNone;      ///< index into older_
    std::uint32_t cells = 0;
  };
  struct Row {
    Version latest;
    Id newer = kNone;  ///< by time of writing
    Id before = kNone;
    bool touched = false;  ///< in this round
  };
  struct Probe {
    const events::Slot* key;
  };
  struct Hash {
    using is_transparent = void;
    const StreamTable* table;
    std::size_t operator()(Id id) const { return (*this)(Probe{table->key_of(id)}); }
    std::size_t operator()(Probe probe) const;
  };
  struct Equal {
    using is_transparent = void;
    const StreamTable* table;
    bool operator()(Id a, Id b) const { return a == b; }
    bool operator()(Id a, Probe b) const { return (*this)(Probe{table->key_of(a)}, b); }
    bool operator()(Probe a, Id b) const { return (*this)(a, Probe{table->key_of(b)}); }
    bool operator()(Probe a, Probe b) const;
  };

  const events::Slot* key_of(Id id) const { return keys_.data() + std::size_t{id} * width_; }
  Id find_or_add();
  void evict(matcher::AsOf place);
  /// The row's version goes to those before it; a new one stands in its place.
  void replace(Id id, matcher::AsOf place, bool present);
  void unlink(Id id);
  void link_newest(Id id);
  std::uint32_t take_cells();
  bool is_text(std::uint32_t field) const;
  void put(std::uint32_t field, events::Slot slot, const events::SymbolTable& symbols, std::string& out) const;
  events::Slot take(std::uint32_t field, events::ByteReader& in, events::SymbolTable& symbols) const;

  std::shared_ptr<const rules::Table> table_;
  std::vector<std::uint32_t> fields_;  ///< that are looked up: what rows hold
  std::size_t width_;                  ///< of a key
  std::size_t stride_;                 ///< of a row's cells
  std::size_t most_;
  std::vector<events::Slot> keys_;  ///< by id
  std::vector<Row> rows_;           ///< by id
  std::vector<Id> free_;
  absl::flat_hash_set<Id, Hash, Equal> ids_;  ///< also of rows that went in this round
  std::size_t present_ = 0;
  Id newest_ = kNone;
  Id oldest_ = kNone;
  std::vector<events::Slot> cells_;  ///< by version: its fields, then words whose bits say which of them aren't null
  std::vector<std::uint32_t> free_cells_;
  // of the round
  std::vector<Version> older_;
  std::vector<Id> touched_;
  std::vector<events::Slot> key_;  ///< being entered
  std::uint64_t evicted_ = 0;
};

/// The stream tables that the rules of one layer look up.
class StreamTables final : public matcher::StreamRows {
 public:
  /// `tables`: by the number that code knows them by; those of types that aren't among `types` are left out.
  StreamTables(const std::vector<matcher::TableIndexes::Stream>& tables, const std::set<events::TypeId>& types,
               std::size_t most = kMaxStreamRows);

  bool empty() const { return kept_ == 0; }
  /// `first_order`: of the first of `items`.
  void enter(const std::vector<Item>& items, std::uint64_t first_order);
  void compact();
  rules::Cell read(std::uint32_t table, const events::Slot* key, std::uint32_t field,
                   matcher::AsOf as_of) const override;

  std::size_t rows() const;
  std::uint64_t evicted() const;
  void mark_symbols(std::vector<std::uint64_t>& held) const;
  void write(const events::SymbolTable& symbols, std::string& out) const;
  bool read_state(events::ByteReader& in, events::SymbolTable& symbols);

 private:
  std::vector<std::unique_ptr<StreamTable>> tables_;  ///< by number; null: not of this layer
  std::vector<std::vector<StreamTable*>> by_type_;    ///< by TypeId
  std::size_t kept_ = 0;
};

}  // namespace tocsin::engine
