#include "engine/stream_tables.hpp"

#include <algorithm>

#include <xxhash.h>

#include "events/assert.hpp"

namespace tocsin::engine {

using events::Slot;
using matcher::AsOf;

namespace {

void mark(std::vector<std::uint64_t>& held, Slot symbol) { held[symbol >> 6] |= std::uint64_t{1} << (symbol & 63); }

}  // namespace

StreamTable::StreamTable(const matcher::TableIndexes::Stream& stream, std::size_t most)
    : table_(stream.table),
      fields_(stream.fields),
      width_(table_->key.size()),
      stride_(fields_.size() + (fields_.size() + 63) / 64),
      most_(most),
      ids_(0, Hash{this}, Equal{this}),
      key_(width_) {
  TOCSIN_ASSERT(most_ > 0);
}

std::size_t StreamTable::Hash::operator()(Probe probe) const {
  return XXH3_64bits(probe.key, table->width_ * sizeof(Slot));
}

bool StreamTable::Equal::operator()(Probe a, Probe b) const { return std::equal(a.key, a.key + table->width_, b.key); }

std::uint32_t StreamTable::take_cells() {
  if (!free_cells_.empty()) {
    const std::uint32_t cells = free_cells_.back();
    free_cells_.pop_back();
    return cells;
  }
  const auto cells = static_cast<std::uint32_t>(cells_.size() / stride_);
  cells_.resize(cells_.size() + stride_);
  return cells;
}

/// The row of key_, of which nothing need be present.
StreamTable::Id StreamTable::find_or_add() {
  const auto known = ids_.find(Probe{key_.data()});
  if (known != ids_.end()) return *known;
  Id id = static_cast<Id>(rows_.size());
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
    rows_[id] = {};
  } else {
    rows_.emplace_back();
    keys_.resize(keys_.size() + width_);
  }
  std::copy(key_.begin(), key_.end(), keys_.begin() + static_cast<std::ptrdiff_t>(std::size_t{id} * width_));
  ids_.insert(id);
  return id;
}

void StreamTable::replace(Id id, AsOf place, bool present) {
  Row& row = rows_[id];
  if (!row.touched) touched_.push_back(id);
  row.touched = true;
  Version next{place, present, row.latest.older, 0};
  if (row.latest.present || row.latest.older != kNone) {
    next.older = static_cast<Id>(older_.size());
    older_.push_back(row.latest);
  }
  if (present) next.cells = take_cells();
  row.latest = next;
}

void StreamTable::unlink(Id id) {
  const Row& row = rows_[id];
  (row.before == kNone ? oldest_ : rows_[row.before].newer) = row.newer;
  (row.newer == kNone ? newest_ : rows_[row.newer].before) = row.before;
}

void StreamTable::link_newest(Id id) {
  rows_[id].before = newest_;
  rows_[id].newer = kNone;
  (newest_ == kNone ? oldest_ : rows_[newest_].newer) = id;
  newest_ = id;
}

void StreamTable::evict(AsOf place) {
  const Id id = oldest_;
  unlink(id);
  replace(id, place, false);
  --present_;
  ++evicted_;
}

void StreamTable::enter(const events::Table& of_type, std::uint32_t index, AsOf place) {
  for (std::size_t i = 0; i < width_; ++i) {
    const events::Column& column = of_type.columns[table_->key[i]];
    if (!column.is_valid(index)) return;
    key_[i] = column.slots[index];
  }
  const Id id = find_or_add();
  if (rows_[id].latest.present) {
    unlink(id);
  } else {
    if (present_ == most_) evict(place);
    ++present_;
  }
  link_newest(id);
  replace(id, place, true);
  Slot* const cells = cells_.data() + rows_[id].latest.cells * stride_;
  Slot* const valid = cells + fields_.size();
  std::fill(valid, cells + stride_, Slot{0});
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const events::Column& column = of_type.columns[fields_[i]];
    cells[i] = column.slots[index];
    valid[i >> 6] |= Slot{column.is_valid(index)} << (i & 63);
  }
}

void StreamTable::compact() {
  for (const Version& version : older_)
    if (version.present) free_cells_.push_back(version.cells);
  older_.clear();
  for (const Id id : touched_) {
    Row& row = rows_[id];
    row.touched = false;
    row.latest.older = kNone;
    if (row.latest.present) continue;
    ids_.erase(id);
    free_.push_back(id);
  }
  touched_.clear();
}

rules::Cell StreamTable::read(const Slot* key, std::uint32_t field, AsOf as_of) const {
  const auto known = ids_.find(Probe{key});
  if (known == ids_.end()) return {};
  const Version* version = &rows_[*known].latest;
  while (!(version->written < as_of)) {
    if (version->older == kNone) return {};
    version = &older_[version->older];
  }
  if (!version->present) return {};
  const auto place = std::lower_bound(fields_.begin(), fields_.end(), field);
  TOCSIN_ASSERT(place != fields_.end() && *place == field);
  const auto i = static_cast<std::size_t>(place - fields_.begin());
  const Slot* const cells = cells_.data() + version->cells * stride_;
  return {cells[i], ((cells[fields_.size() + (i >> 6)] >> (i & 63)) & 1) != 0};
}

bool StreamTable::is_text(std::uint32_t field) const {
  const events::Type type = table_->fields[field].type;
  return type == events::Type::string || events::is_list(type);
}

void StreamTable::mark_symbols(std::vector<std::uint64_t>& held) const {
  for (Id id = oldest_; id != kNone; id = rows_[id].newer) {
    for (std::size_t i = 0; i < width_; ++i)
      if (is_text(table_->key[i])) mark(held, key_of(id)[i]);
    const Slot* const cells = cells_.data() + rows_[id].latest.cells * stride_;
    for (std::size_t i = 0; i < fields_.size(); ++i)
      if (is_text(fields_[i])) mark(held, cells[i]);
  }
}

void StreamTable::put(std::uint32_t field, Slot slot, const events::SymbolTable& symbols, std::string& out) const {
  if (is_text(field))
    events::put_text(out, symbols.text(events::symbol_of(slot)));
  else
    events::put(out, slot);
}

Slot StreamTable::take(std::uint32_t field, events::ByteReader& in, events::SymbolTable& symbols) const {
  return is_text(field) ? events::slot_of(symbols.intern(in.text())) : in.get<Slot>();
}

void StreamTable::write(const events::SymbolTable& symbols, std::string& out) const {
  TOCSIN_ASSERT(touched_.empty());
  events::put(out, static_cast<std::uint32_t>(present_));
  for (Id id = oldest_; id != kNone; id = rows_[id].newer) {
    for (std::size_t i = 0; i < width_; ++i) put(table_->key[i], key_of(id)[i], symbols, out);
    const Slot* const cells = cells_.data() + rows_[id].latest.cells * stride_;
    for (std::size_t i = fields_.size(); i < stride_; ++i) events::put(out, cells[i]);
    for (std::size_t i = 0; i < fields_.size(); ++i) put(fields_[i], cells[i], symbols, out);
  }
}

bool StreamTable::read_state(events::ByteReader& in, events::SymbolTable& symbols) {
  TOCSIN_ASSERT(rows_.empty());
  auto rows = in.get<std::uint32_t>();
  if (rows > most_) return false;
  for (; rows > 0 && in.good; --rows) {
    for (std::size_t i = 0; i < width_; ++i) key_[i] = take(table_->key[i], in, symbols);
    const Id id = find_or_add();
    if (rows_[id].latest.present) return false;  // a key stands twice
    rows_[id].latest.present = true;
    rows_[id].latest.cells = take_cells();
    link_newest(id);
    ++present_;
    const std::size_t first = rows_[id].latest.cells * stride_;
    for (std::size_t i = fields_.size(); i < stride_; ++i) cells_[first + i] = in.get<Slot>();
    for (std::size_t i = 0; i < fields_.size(); ++i) cells_[first + i] = take(fields_[i], in, symbols);
  }
  return in.good;
}

StreamTables::StreamTables(const std::vector<matcher::TableIndexes::Stream>& tables,
                           const std::set<events::TypeId>& types, std::size_t most) {
  for (const matcher::TableIndexes::Stream& stream : tables) {
    tables_.emplace_back();
    const events::TypeId type = stream.table->type;
    if (!types.contains(type)) continue;
    tables_.back() = std::make_unique<StreamTable>(stream, most);
    if (by_type_.size() <= events::index_of(type)) by_type_.resize(events::index_of(type) + 1);
    by_type_[events::index_of(type)].push_back(tables_.back().get());
    ++kept_;
  }
}

void StreamTables::enter(const std::vector<Item>& items, std::uint64_t first_order) {
  if (empty()) return;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const events::RowHead& head = items[i].head();
    if (items[i].late || head.type == events::kNoType || events::index_of(head.type) >= by_type_.size()) continue;
    for (StreamTable* table : by_type_[events::index_of(head.type)])
      table->enter(items[i].loaded->batch.tables[events::index_of(head.type)], head.index,
                   {head.time, first_order + i});
  }
}

void StreamTables::compact() {
  for (const auto& table : tables_)
    if (table != nullptr) table->compact();
}

rules::Cell StreamTables::read(std::uint32_t table, const Slot* key, std::uint32_t field, AsOf as_of) const {
  TOCSIN_ASSERT(tables_[table] != nullptr);
  return tables_[table]->read(key, field, as_of);
}

std::size_t StreamTables::rows() const {
  std::size_t all = 0;
  for (const auto& table : tables_)
    if (table != nullptr) all += table->size();
  return all;
}

std::uint64_t StreamTables::evicted() const {
  std::uint64_t all = 0;
  for (const auto& table : tables_)
    if (table != nullptr) all += table->evicted();
  return all;
}

void StreamTables::mark_symbols(std::vector<std::uint64_t>& held) const {
  for (const auto& table : tables_)
    if (table != nullptr) table->mark_symbols(held);
}

void StreamTables::write(const events::SymbolTable& symbols, std::string& out) const {
  events::put(out, static_cast<std::uint32_t>(kept_));
  for (const auto& table : tables_) {
    if (table == nullptr) continue;
    events::put_text(out, table->name());
    table->write(symbols, out);
  }
}

bool StreamTables::read_state(events::ByteReader& in, events::SymbolTable& symbols) {
  if (in.get<std::uint32_t>() != kept_) return false;
  for (const auto& table : tables_)
    if (table != nullptr && (in.text() != table->name() || !table->read_state(in, symbols))) return false;
  return in.good;
}

}  // namespace tocsin::engine
