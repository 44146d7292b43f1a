// Partition keys: what of each type's events makes a rule's key, and dense ids for the keys met.
//
// A key of one field that is a string is its symbol; other keys are interned in a table of slot tuples. Keys are spread
// over partitions by id; in a partition they are dense, so that a rule's state is found by an index. Parts of a key
// that are computed (`by name = expression`) are evaluated while events are routed, by the one thread that may intern.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "engine/reorder.hpp"
#include "matcher/code.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

/// A part of a key that is no field.
struct ComputedPart {
  std::size_t part = 0;
  std::string text;  ///< of the expression: equal ones are the same part
  matcher::Code code;
  bool operator==(const ComputedPart& other) const { return part == other.part && text == other.text; }
};

/// How events are keyed; rules whose keys are the same share one.
struct Keying {
  std::vector<events::Type> types;  ///< of the parts; empty: one partition for all
  /// By TypeId: the parts' fields, rules::kNoField where they are computed; empty: no input of these rules.
  std::vector<std::vector<std::uint32_t>> fields;
  std::vector<std::vector<ComputedPart>> computed;  ///< by TypeId

  bool keyless() const { return types.empty(); }
  bool computes() const {
    return std::any_of(computed.begin(), computed.end(), [](const auto& parts) { return !parts.empty(); });
  }
  bool single_symbol() const { return types.size() == 1 && types[0] == events::Type::string && !computes(); }
  /// The keying of `plan`. Strings of its expressions become symbols of `symbols`, which are to be pinned. `tables`: of
  /// the rule set; null: its own.
  static Keying of(const rules::RulePlan& plan, const events::Schema& schema, events::SymbolTable& symbols,
                   std::shared_ptr<matcher::TableIndexes> tables = nullptr);
  /// Takes `other` in if both key every common type by the same fields and expressions. False: they differ.
  bool merge(const Keying& other);
};

/// Tuples of slots with dense ids; ids of forgotten keys are used again.
class KeyTable {
 public:
  explicit KeyTable(std::size_t width) : width_(width), ids_(0, Hash{this}, Equal{this}) {}
  KeyTable(const KeyTable&) = delete;
  KeyTable& operator=(const KeyTable&) = delete;

  std::uint32_t intern(const events::Slot* key);
  const events::Slot* slots(std::uint32_t id) const { return slots_.data() + id * width_; }
  /// Frees every key for which `is_live(id)` is false.
  template <class IsLive>
  void sweep(IsLive is_live) {
    for (auto at = ids_.begin(); at != ids_.end();) {
      const std::uint32_t id = *at;
      if (is_live(id)) {
        ++at;
      } else {
        ids_.erase(at++);
        free_.push_back(id);
      }
    }
    sweep_at_ = std::max<std::size_t>(1U << 16, 2 * ids_.size());
  }
  bool wants_sweep() const { return ids_.size() > sweep_at_; }
  std::size_t size() const { return ids_.size(); }
  template <class Visit>
  void each(Visit visit) const {
    for (const std::uint32_t id : ids_) visit(id);
  }

  static std::uint64_t hash(const events::Slot* key, std::size_t width);

 private:
  struct Probe {
    const events::Slot* key;
  };
  struct Hash {
    using is_transparent = void;
    const KeyTable* table;
    std::size_t operator()(std::uint32_t id) const { return KeyTable::hash(table->slots(id), table->width_); }
    std::size_t operator()(Probe probe) const { return KeyTable::hash(probe.key, table->width_); }
  };
  struct Equal {
    using is_transparent = void;
    const KeyTable* table;
    bool same(const events::Slot* a, const events::Slot* b) const {
      for (std::size_t i = 0; i < table->width_; ++i)
        if (a[i] != b[i]) return false;
      return true;
    }
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(std::uint32_t a, Probe b) const { return same(table->slots(a), b.key); }
    bool operator()(Probe a, std::uint32_t b) const { return same(table->slots(b), a.key); }
  };

  std::size_t width_;
  std::vector<events::Slot> slots_;
  std::vector<std::uint32_t> free_;
  absl::flat_hash_set<std::uint32_t, Hash, Equal> ids_;
  std::uint32_t end_ = 0;
  std::size_t sweep_at_ = 1U << 16;
};

/// An item with its key in the partition.
struct KeyedItem {
  std::uint32_t item = 0;  ///< index into the items of the round
  std::uint32_t key = 0;   ///< dense id in the partition
};

/// What one keying made of the items of a round: for each partition its items in order.
struct Routed {
  std::vector<std::vector<KeyedItem>> partitions;
  std::uint64_t nulls = 0;  ///< results in expressions of keys that were null by overflow, a zero divisor or the like
};

/// Spreads `items` over `tables.size()` partitions; `tables[p]` interns the keys of partition p (not used by keys of
/// one symbol). Items of types that the keying doesn't read are left out, those with a null in the key are counted by
/// TypeId. Texts that expressions of keys make are interned in `symbols`. `rows`: of the stream tables that these look
/// up, as of each item's place; the first has the order `first_order`.
void route(const Keying& keying, const std::vector<Item>& items, std::vector<std::unique_ptr<KeyTable>>& tables,
           events::SymbolTable& symbols, Routed& out, std::vector<std::uint64_t>& null_keys,
           const matcher::StreamRows* rows = nullptr, std::uint64_t first_order = 0);

/// The slots of key `id` of partition `partition` of `partitions`.
void key_slots(const Keying& keying, const KeyTable& table, std::uint32_t id, std::uint32_t partition,
               std::uint32_t partitions, std::vector<events::Slot>& out);
/// Where a key lives: partition and dense id. For reading state back.
struct KeyPlace {
  std::uint32_t partition = 0;
  std::uint32_t id = 0;
};
KeyPlace place_key(const Keying& keying, std::vector<std::unique_ptr<KeyTable>>& tables,
                   const std::vector<events::Slot>& key);

}  // namespace tocsin::engine
