#include "tests/unit/matcher/accumulating.hpp"

#include <algorithm>
#include <deque>

#include "events/assert.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;
using rules::AggregateFn;

namespace {

Type result_of(AggregateFn fn, Type type) {
  switch (fn) {
    case AggregateFn::count:
    case AggregateFn::distinct:
    case AggregateFn::approx_distinct:
      return Type::integer;
    case AggregateFn::collect:
    case AggregateFn::approx_top:
      return events::list_of(type);
    case AggregateFn::sum:
    case AggregateFn::min:
    case AggregateFn::max:
    case AggregateFn::first:
    case AggregateFn::last:
      return type;
    case AggregateFn::trend:
      return Type::string;
    case AggregateFn::anomaly:
    case AggregateFn::spike:
    case AggregateFn::seasonal:
      return Type::boolean;
    default:
      return type == Type::duration ? type : Type::floating;
  }
}

std::vector<std::uint32_t> arguments_of(const std::vector<TestAggregate>& aggregates) {
  return std::vector<std::uint32_t>(aggregates.size(), 0);
}
std::vector<Type> types_of(const std::vector<TestAggregate>& aggregates, Type type) {
  return std::vector<Type>(aggregates.size(), type);
}

/// The slot of a value as a row's argument.
Slot argument_slot(const events::Value& value, bool made, rules::Texts& texts, events::SymbolTable& symbols) {
  if (is_null(value)) return 0;
  return made ? texts.slot_of(value) : events::to_slot(value, symbols);
}

events::Value value_at(const AccumulatorSet& set, std::size_t i, const Slot* block, const KeptValues& kept,
                       rules::Texts& texts, std::uint64_t& nulls) {
  texts.clear();
  const Cell cell = value_of(set, i, block, kept, texts, nulls);
  return cell.valid ? texts.value_of(set.values[i].type, cell.slot) : events::Value{};
}

}  // namespace

rules::WindowPlan plan_of(const std::vector<TestAggregate>& aggregates, Type type, bool made) {
  rules::WindowPlan plan;
  for (const TestAggregate& aggregate : aggregates) {
    rules::Expr argument;
    argument.op = made ? rules::Op::call : rules::Op::field;
    argument.type = type;
    plan.aggregates.push_back({aggregate.fn, result_of(aggregate.fn, type), {}, aggregate.parameters});
    if (!aggregate.rows) plan.aggregates.back().argument.push_back(argument);
  }
  return plan;
}

Accumulating::Accumulating(const std::vector<TestAggregate>& aggregates, Type type, bool made, bool out_of_order)
    : plan_(plan_of(aggregates, type, made)),
      set_(compile_accumulators(plan_, arguments_of(aggregates), types_of(aggregates, type), out_of_order)),
      made_(made),
      texts_(symbols_),
      kept_(symbols_) {}

void Accumulating::add(Block& block, const TestRow& row) {
  texts_.clear();
  const Cell cell{argument_slot(row.value, made_, texts_, symbols_), !is_null(row.value)};
  add_row(set_, block.data(), kept_, &cell, {row.time_ns}, texts_);
}

void Accumulating::save_and_restore(Block& block) {
  std::string bytes;
  write_block(set_, block.data(), kept_, bytes);
  clear(block);
  std::string_view rest = bytes;
  events::ByteReader in{rest};
  read_block(set_, block.data(), kept_, in, symbols_);
  TOCSIN_ASSERT(in.good && rest.empty());
  std::string again;
  write_block(set_, block.data(), kept_, again);
  TOCSIN_ASSERT(again == bytes);
}

std::vector<events::Value> Accumulating::values(const Block& block) {
  std::vector<events::Value> all;
  for (std::size_t i = 0; i < set_.values.size(); ++i)
    all.push_back(value_at(set_, i, block.data(), kept_, texts_, nulls));
  return all;
}

std::vector<events::Value> Accumulating::in_one_pass(const std::vector<TestRow>& rows) {
  Block all = block();
  for (const TestRow& row : rows) add(all, row);
  std::vector<events::Value> result = values(all);
  clear(all);
  return result;
}

std::vector<events::Value> Accumulating::in_pieces(const std::vector<TestRow>& rows, std::mt19937_64& random) {
  std::vector<Block> pieces{block()};
  const std::uint64_t length = 1 + random() % 20;
  for (const TestRow& row : rows) {
    if (random() % length == 0) pieces.push_back(block());
    add(pieces.back(), row);
  }
  while (pieces.size() > 1) {
    const std::size_t left = random() % (pieces.size() - 1);
    if (random() % 4 == 0) save_and_restore(pieces[left + random() % 2]);
    merge(pieces[left], pieces[left + 1]);
    clear(pieces[left + 1]);
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(left) + 1);
  }
  save_and_restore(pieces[0]);
  std::vector<events::Value> result = values(pieces[0]);
  clear(pieces[0]);
  return result;
}

std::vector<std::vector<events::Value>> rolled(const std::vector<TestAggregate>& aggregates, Type type, bool made,
                                               const std::vector<TestRow>& rows, std::size_t width) {
  const rules::WindowPlan plan = plan_of(aggregates, type, made);
  const RollingAccumulators sets =
      compile_rolling_accumulators(plan, arguments_of(aggregates), types_of(aggregates, type));
  events::SymbolTable symbols;
  rules::Texts texts(symbols);
  KeptValues kept(symbols);
  std::vector<Slot> dropped(sets.dropped.words, 0);
  std::vector<std::vector<events::Value>> results;
  std::uint64_t nulls = 0;
  const auto cell_of = [&](const TestRow& row) {
    return Cell{argument_slot(row.value, made, texts, symbols), !is_null(row.value)};
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    texts.clear();
    const Cell cell = cell_of(rows[i]);
    add_row(sets.dropped, dropped.data(), kept, &cell, {rows[i].time_ns}, texts);
    if (i >= width) {
      const Cell oldest = cell_of(rows[i - width]);
      drop_oldest_row(sets.dropped, dropped.data(), kept, &oldest, texts);
    }
    std::vector<Slot> whole = dropped;
    std::vector<Slot> stacked(sets.stacked.words, 0);
    std::vector<Slot> one(sets.stacked.words, 0);
    for (std::size_t j = i < width ? 0 : i - width + 1; j <= i; ++j) {
      texts.clear();
      const Cell each = cell_of(rows[j]);
      add_row(sets.stacked, one.data(), kept, &each, {rows[j].time_ns}, texts);
      merge_blocks(sets.stacked, stacked.data(), one.data(), kept);
      clear_block(sets.stacked, one.data(), kept);
    }
    whole.insert(whole.end(), stacked.begin(), stacked.end());
    results.emplace_back();
    for (std::size_t a = 0; a < aggregates.size(); ++a)
      results.back().push_back(value_at(sets.whole, a, whole.data(), kept, texts, nulls));
    clear_block(sets.stacked, stacked.data(), kept);
  }
  clear_block(sets.dropped, dropped.data(), kept);
  TOCSIN_ASSERT(kept.bytes() == 0);
  return results;
}

}  // namespace tocsin::matcher
