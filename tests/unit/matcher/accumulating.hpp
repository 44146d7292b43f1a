// Rows put through accumulators in several ways: in one pass, in pieces that are merged, through bytes and back, behind
// each other's time, and as a window that rows leave; all must give the same.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "events/batch.hpp"
#include "matcher/accumulators.hpp"
#include "rules/plan.hpp"

namespace tocsin::matcher {

struct TestRow {
  std::int64_t time_ns = 0;
  events::Value value;  ///< monostate: null
};

struct TestAggregate {
  rules::AggregateFn fn = rules::AggregateFn::count;
  std::vector<events::Value> parameters{};
  bool rows = false;  ///< count(): without an argument
};

/// The aggregates of one argument of `type`; `made`: texts are no symbols.
rules::WindowPlan plan_of(const std::vector<TestAggregate>& aggregates, events::Type type, bool made);

/// A set with what its blocks keep.
class Accumulating {
 public:
  Accumulating(const std::vector<TestAggregate>& aggregates, events::Type type, bool made = false,
               bool out_of_order = false);

  using Block = std::vector<events::Slot>;
  Block block() const { return Block(set_.words, 0); }
  void add(Block& block, const TestRow& row);
  void merge(Block& into, const Block& later) { merge_blocks(set_, into.data(), later.data(), kept_); }
  void clear(Block& block) { clear_block(set_, block.data(), kept_); }
  /// Written, cleared and read again.
  void save_and_restore(Block& block);
  /// Of each aggregate.
  std::vector<events::Value> values(const Block& block);

  /// All rows in one pass.
  std::vector<events::Value> in_one_pass(const std::vector<TestRow>& rows);
  /// In pieces of random length, of which neighbours are merged in random order; some go through bytes.
  std::vector<events::Value> in_pieces(const std::vector<TestRow>& rows, std::mt19937_64& random);

  const AccumulatorSet& set() const { return set_; }
  KeptValues& kept() { return kept_; }
  std::uint64_t nulls = 0;

 private:
  events::Slot slot_of(const events::Value& value);

  rules::WindowPlan plan_;
  AccumulatorSet set_;
  bool made_;
  events::SymbolTable symbols_;
  rules::Texts texts_;
  KeptValues kept_;
};

/// A window over the `width` newest rows: the values after each row.
std::vector<std::vector<events::Value>> rolled(const std::vector<TestAggregate>& aggregates, events::Type type,
                                               bool made, const std::vector<TestRow>& rows, std::size_t width);

}  // namespace tocsin::matcher
