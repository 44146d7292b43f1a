#include "matcher/table_index.hpp"

#include <algorithm>

#include <xxhash.h>

#include "events/assert.hpp"

namespace tocsin::matcher {

using events::Slot;

namespace {

std::uint64_t hash_of(const Slot* key, std::size_t width) { return XXH3_64bits(key, width * sizeof(Slot)); }

std::size_t places_for(std::size_t rows) {
  std::size_t places = 16;
  while (places < 2 * rows) places *= 2;
  return places;
}

}  // namespace

TableIndex::TableIndex(std::shared_ptr<const rules::Table> table, events::SymbolTable& symbols)
    : table_(std::move(table)),
      width_(table_->key.size()),
      places_(places_for(table_->rows.size())),
      columns_(table_->fields.size()) {
  TOCSIN_ASSERT(table_->type == events::kNoType && table_->rows.size() < 0xffff'ffffU);
  keys_.reserve(table_->rows.size() * width_);
  const std::size_t mask = places_.size() - 1;
  for (std::size_t row = 0; row < table_->rows.size(); ++row) {
    for (const std::uint32_t field : table_->key) keys_.push_back(events::to_slot(table_->rows[row][field], symbols));
    std::size_t place = hash_of(key_of(row), width_) & mask;
    while (places_[place] != 0) place = (place + 1) & mask;
    places_[place] = static_cast<std::uint32_t>(row + 1);
  }
}

void TableIndex::add_field(std::uint32_t field, events::SymbolTable& symbols) {
  if (columns_[field]) return;
  events::Column column;
  column.slots.reserve(table_->rows.size());
  for (const std::vector<events::Value>& row : table_->rows) {
    const bool valid = !events::is_null(row[field]);
    column.push(valid ? events::to_slot(row[field], symbols) : Slot{0}, valid);
  }
  columns_[field] = std::move(column);
}

bool TableIndex::is_key(std::size_t row, const Slot* key) const { return std::equal(key, key + width_, key_of(row)); }

rules::Cell TableIndex::read(const Slot* key, std::uint32_t field) const {
  const std::size_t mask = places_.size() - 1;
  for (std::size_t place = hash_of(key, width_) & mask; places_[place] != 0; place = (place + 1) & mask) {
    const std::uint32_t row = places_[place] - 1;
    if (!is_key(row, key)) continue;
    const events::Column& column = *columns_[field];
    return {column.slots[row], column.is_valid(row)};
  }
  return {};
}

std::shared_ptr<const TableIndex> TableIndexes::of(const std::shared_ptr<const rules::Table>& table,
                                                   std::uint32_t field, events::SymbolTable& symbols) {
  auto known = std::find_if(files_.begin(), files_.end(), [&](const Known& each) { return each.table == table; });
  if (known == files_.end()) known = files_.insert(files_.end(), {table, std::make_shared<TableIndex>(table, symbols)});
  known->index->add_field(field, symbols);
  return known->index;
}

std::uint32_t TableIndexes::number_of(const std::shared_ptr<const rules::Table>& table, std::uint32_t field) {
  auto known = std::find_if(streams_.begin(), streams_.end(), [&](const Stream& each) { return each.table == table; });
  if (known == streams_.end()) known = streams_.insert(streams_.end(), {table});
  const auto place = std::lower_bound(known->fields.begin(), known->fields.end(), field);
  if (place == known->fields.end() || *place != field) known->fields.insert(place, field);
  return static_cast<std::uint32_t>(known - streams_.begin());
}

bool reads_stream(const rules::Expr& expr) {
  if (expr.op == rules::Op::lookup && expr.table->type != events::kNoType) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), reads_stream);
}

}  // namespace tocsin::matcher
