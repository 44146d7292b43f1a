#include "engine/keys.hpp"

#include <algorithm>

#include <xxhash.h>

#include "events/assert.hpp"

namespace tocsin::engine {

using events::Slot;

Keying Keying::of(const rules::RulePlan& plan, const events::Schema& schema, events::SymbolTable& symbols,
                  std::shared_ptr<matcher::TableIndexes> tables) {
  Keying keying;
  keying.fields.resize(schema.types.size());
  keying.computed.resize(schema.types.size());
  matcher::RegisterFile registers(tables != nullptr ? std::move(tables) : std::make_shared<matcher::TableIndexes>());
  for (const rules::KeyPart& part : plan.key) {
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
      const std::size_t type = events::index_of(plan.inputs[i]);
      keying.fields[type].push_back(part.exprs.empty() ? part.field[i] : rules::kNoField);
      if (part.exprs.empty()) continue;
      const rules::Expr& expr = part.exprs[i];
      keying.computed[type].push_back(
          {keying.types.size(), rules::dump(expr, plan, schema), matcher::compile(expr, registers, symbols)});
    }
    keying.types.push_back(part.type);
  }
  TOCSIN_ASSERT(registers.all().empty());
  return keying;
}

bool Keying::merge(const Keying& other) {
  if (types != other.types) return false;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (!fields[i].empty() && !other.fields[i].empty() &&
        (fields[i] != other.fields[i] || computed[i] != other.computed[i]))
      return false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].empty()) continue;
    fields[i] = other.fields[i];
    computed[i] = other.computed[i];
  }
  return true;
}

std::uint64_t KeyTable::hash(const Slot* key, std::size_t width) { return XXH3_64bits(key, width * sizeof(Slot)); }

std::uint32_t KeyTable::intern(const Slot* key) {
  const auto found = ids_.find(Probe{key});
  if (found != ids_.end()) return *found;
  std::uint32_t id = end_;
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
  } else {
    ++end_;
    slots_.resize(std::size_t{end_} * width_);
  }
  std::copy(key, key + width_, slots_.begin() + static_cast<std::ptrdiff_t>(id * width_));
  ids_.insert(id);
  return id;
}

namespace {

/// Where the key of each type stands in one batch; types without a key read a null from `kNothing`.
struct KeyColumn {
  const Slot* slots = nullptr;
  const std::uint64_t* valid = nullptr;
  std::uint32_t mask = 0;  ///< of the row: all ones, or 0
};
constexpr Slot kNothing = 0;

void find_columns(const Keying& keying, const events::Batch& batch, std::vector<KeyColumn>& columns) {
  columns.assign(keying.fields.size(), {&kNothing, &kNothing, 0});
  for (std::size_t t = 0; t < keying.fields.size(); ++t) {
    if (keying.fields[t].empty() || batch.tables[t].size() == 0) continue;
    const events::Column& column = batch.tables[t].columns[keying.fields[t][0]];
    columns[t] = {column.slots.data(), column.valid.data(), ~std::uint32_t{0}};
  }
}

/// Room for all is made first and what isn't kept is written over, so that random types cost no branch.
void route_symbols(const Keying& keying, const std::vector<Item>& items, Routed& out,
                   std::vector<std::uint64_t>& null_keys) {
  const auto partitions = static_cast<std::uint32_t>(out.partitions.size());
  std::vector<KeyColumn> columns;
  const LoadedBatch* loaded = nullptr;
  const events::RowHead* heads = nullptr;
  std::vector<KeyedItem>& first = out.partitions[0];
  first.resize(items.size());
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    if (items[i].loaded != loaded) {
      loaded = items[i].loaded;
      heads = loaded->batch.heads.data();
      find_columns(keying, loaded->batch, columns);
    }
    const events::RowHead& head = heads[items[i].row];
    if (head.type == events::kNoType) continue;
    const KeyColumn& column = columns[events::index_of(head.type)];
    const std::uint32_t row = head.index & column.mask;
    const bool valid = ((column.valid[row >> 6] >> (row & 63)) & 1) != 0;
    if (!valid && column.mask != 0) ++null_keys[events::index_of(head.type)];
    const auto symbol = static_cast<std::uint32_t>(column.slots[row]);
    if (partitions == 1) {
      first[kept] = {i, symbol};
      kept += valid ? 1 : 0;
    } else if (valid) {
      const std::uint32_t partition = symbol % partitions;
      if (partition == 0)
        first[kept++] = {i, symbol / partitions};
      else
        out.partitions[partition].push_back({i, symbol / partitions});
    }
  }
  first.resize(kept);
}

/// The computed parts of an event's key go to their places in `key`. False: one is null. `bindings`: of the event.
bool compute(const std::vector<ComputedPart>& parts, const matcher::Bindings& bindings, events::SymbolTable& symbols,
             std::vector<Slot>& key, std::uint64_t& nulls) {
  for (const ComputedPart& part : parts) {
    const rules::Cell cell = evaluate(part.code, bindings, nulls);
    if (!cell.valid) return false;
    const bool made = part.code.type == events::Type::string && rules::Texts::is_made(cell.slot);
    key[part.part] = made ? events::slot_of(symbols.intern(bindings.texts->text(cell.slot))) : cell.slot;
  }
  return true;
}

void route_tuples(const Keying& keying, const std::vector<Item>& items, std::vector<std::unique_ptr<KeyTable>>& tables,
                  events::SymbolTable& symbols, Routed& out, std::vector<std::uint64_t>& null_keys,
                  const matcher::StreamRows* rows, std::uint64_t first_order) {
  const std::size_t width = keying.types.size();
  std::vector<Slot> key(width);
  rules::Texts texts(symbols);
  matcher::Bindings bindings;
  bindings.tables = rows;
  bindings.texts = &texts;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    const events::RowHead& head = items[i].head();
    if (head.type == events::kNoType) continue;
    const auto& fields = keying.fields[events::index_of(head.type)];
    if (fields.empty()) continue;
    const events::Table& table = items[i].loaded->batch.tables[events::index_of(head.type)];
    bool null = false;
    for (std::size_t part = 0; part < width; ++part) {
      if (fields[part] == rules::kNoField) continue;
      const events::Column& column = table.columns[fields[part]];
      null |= !column.is_valid(head.index);
      key[part] = column.slots[head.index];
    }
    const std::vector<ComputedPart>& computed = keying.computed[events::index_of(head.type)];
    bindings.table = &table;
    bindings.index = head.index;
    bindings.as_of = {items[i].time(), first_order + i};
    if (null || !compute(computed, bindings, symbols, key, out.nulls)) {
      ++null_keys[events::index_of(head.type)];
      continue;
    }
    const std::size_t partition =
        out.partitions.size() == 1 ? 0 : KeyTable::hash(key.data(), width) % out.partitions.size();
    out.partitions[partition].push_back({i, tables[partition]->intern(key.data())});
  }
}

}  // namespace

void route(const Keying& keying, const std::vector<Item>& items, std::vector<std::unique_ptr<KeyTable>>& tables,
           events::SymbolTable& symbols, Routed& out, std::vector<std::uint64_t>& null_keys,
           const matcher::StreamRows* rows, std::uint64_t first_order) {
  out.nulls = 0;
  out.partitions.resize(tables.size());
  for (auto& partition : out.partitions) partition.clear();
  TOCSIN_ASSERT(!keying.keyless());
  if (keying.single_symbol())
    route_symbols(keying, items, out, null_keys);
  else
    route_tuples(keying, items, tables, symbols, out, null_keys, rows, first_order);
}

void key_slots(const Keying& keying, const KeyTable& table, std::uint32_t id, std::uint32_t partition,
               std::uint32_t partitions, std::vector<Slot>& out) {
  out.clear();
  if (keying.keyless()) return;
  if (keying.single_symbol()) {
    out.push_back(Slot{id} * partitions + partition);
    return;
  }
  out.assign(table.slots(id), table.slots(id) + keying.types.size());
}

KeyPlace place_key(const Keying& keying, std::vector<std::unique_ptr<KeyTable>>& tables, const std::vector<Slot>& key) {
  const auto partitions = static_cast<std::uint32_t>(tables.size());
  if (keying.single_symbol()) {
    const auto symbol = static_cast<std::uint32_t>(key[0]);
    return {symbol % partitions, symbol / partitions};
  }
  const auto partition =
      static_cast<std::uint32_t>(partitions == 1 ? 0 : KeyTable::hash(key.data(), key.size()) % partitions);
  return {partition, tables[partition]->intern(key.data())};
}

}  // namespace tocsin::engine
