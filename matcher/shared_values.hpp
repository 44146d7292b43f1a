// Lists and sets of values that runs have collected, as `collect` and `distinct` ask for them: persistent, so that the
// copy of a run shares what it has in common with the other, and counted by references.
//
// A list is a chain of nodes, newest first. A set is a Patricia trie over its values' mixed bits, whose shape depends
// on nothing but the values (Morrison, JACM 15 (1968); Okasaki and Gill, 1998). Of equal nodes there is only one, found
// by hash (Filliâtre and Conchon, 2006): so two lists or sets are equal exactly where their ids are, whichever runs
// they belong to and however they came about. Adding to a list costs one lookup, to a set one for each level of the
// trie. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "events/batch.hpp"
#include "events/bytes.hpp"
#include "events/symbol.hpp"

namespace tocsin::matcher {

/// A list or a set in a SharedValues; the empty ones are kNoValues. A register holds it in its slot.
using ValuesId = std::uint32_t;
inline constexpr ValuesId kNoValues = 0;

class SharedValues {
 public:
  enum class Kind : std::uint8_t { list, set };

  SharedValues();
  SharedValues(const SharedValues&) = delete;
  SharedValues& operator=(const SharedValues&) = delete;

  /// `values` with one value more, of type `type`, as all others in it are. The caller's reference to `values` becomes
  /// one to what is returned. A set that has the value already is returned as it is; -0 is 0 there.
  ValuesId append(ValuesId values, events::Type type, events::Slot value);
  ValuesId insert(ValuesId values, events::Type type, events::Slot value);

  void retain(ValuesId values) {
    if (values != kNoValues) ++nodes_[values].references;
  }
  void release(ValuesId values) {
    if (values != kNoValues && --nodes_[values].references == 0) free(values);
  }

  /// Values in it.
  std::uint32_t size(ValuesId values) const { return values == kNoValues ? 0 : nodes_[values].size; }
  /// `values` must not be empty.
  Kind kind_of(ValuesId values) const { return nodes_[values].form == Form::cell ? Kind::list : Kind::set; }
  events::Type type_of(ValuesId values) const { return nodes_[values].type; }
  /// Of a list in order, oldest first; of a set in an order that only its values decide.
  std::vector<events::Slot> values_of(ValuesId values) const;
  /// The list without its newest value.
  ValuesId before(ValuesId list) const { return nodes_[list].left; }
  events::Slot newest(ValuesId list) const { return nodes_[list].slot; }

  /// Sets bit i of `held` for each symbol i that stands in it.
  void mark_symbols(std::vector<std::uint64_t>& held) const;
  /// Nodes that something refers to, and their memory.
  std::size_t live() const { return nodes_.size() - 1 - free_.size(); }
  std::size_t bytes() const { return live() * (sizeof(Node) + sizeof(ValuesId) + 1); }

 private:
  enum class Form : std::uint8_t { cell, leaf, branch };
  struct Node {
    ValuesId left = kNoValues;   ///< cell: the list before; branch: values whose bit isn't set
    ValuesId right = kNoValues;  ///< branch: values whose bit is set
    events::Slot slot = 0;       ///< cell, leaf: the value; branch: the bit, alone
    std::uint32_t references = 0;
    std::uint32_t size = 0;
    Form form = Form::cell;
    events::Type type = events::Type::boolean;
    bool same(const Node& other) const {
      return left == other.left && right == other.right && slot == other.slot && form == other.form &&
             type == other.type;
    }
  };
  struct Hash {
    using is_transparent = void;
    const SharedValues* owner;
    std::size_t operator()(const Node& node) const;
    std::size_t operator()(ValuesId id) const { return (*this)(owner->nodes_[id]); }
  };
  struct Same {
    using is_transparent = void;
    const SharedValues* owner;
    const Node& node(const Node& it) const { return it; }
    const Node& node(ValuesId id) const { return owner->nodes_[id]; }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return node(a).same(node(b));
    }
  };

  /// The node like `wanted`, with a reference for the caller; what it refers to is retained where it is new.
  ValuesId make(const Node& wanted);
  ValuesId make_branch(std::uint64_t bit, ValuesId clear, ValuesId set);
  /// With a reference for the caller; none of `at` is taken. `bit`: the highest in which the value differs from those
  /// that it is nearest to.
  ValuesId insert_below(ValuesId at, const Node& leaf, std::uint64_t mixed, std::uint64_t bit);
  void free(ValuesId id);

  std::vector<Node> nodes_;  ///< the first stands for the empty ones
  std::vector<ValuesId> free_;
  absl::flat_hash_set<ValuesId, Hash, Same> known_;
};

/// Lists and sets as bytes, each once: add() all, then put() the table; a register is written as its place().
//
// Grammar: table := u32 entries  entry*
//          entry := u8 kind  u8 type  list: u32 place of the list before, kNoPlace where it is empty  value
//                                     set: u32 values  value*, in order, so that equal states have equal bytes
//          value := u64, or text where it is a string or a list
class ValuesWriter {
 public:
  static constexpr std::uint32_t kNoPlace = 0xffff'ffff;

  explicit ValuesWriter(const SharedValues& values) : values_(values) {}
  void add(ValuesId values);
  void put(std::string& out, const events::SymbolTable& symbols) const;
  /// kNoPlace: it is empty.
  std::uint32_t place(ValuesId values) const { return values == kNoValues ? kNoPlace : places_.at(values); }

 private:
  const SharedValues& values_;
  std::unordered_map<ValuesId, std::uint32_t> places_;
  std::vector<ValuesId> order_;  ///< each list behind the one before
};

/// What ValuesWriter wrote; holds all of it until it goes.
class ValuesReader {
 public:
  explicit ValuesReader(SharedValues& values) : values_(values) {}
  ~ValuesReader();
  ValuesReader(const ValuesReader&) = delete;
  ValuesReader& operator=(const ValuesReader&) = delete;

  /// False: the bytes are cut short, or say what can't be; what was read is still held.
  bool read(events::ByteReader& in, events::SymbolTable& symbols);
  /// The list or set at `place`, with a reference of its own for the caller, in `out`. False: there is none of this
  /// kind and type.
  bool take(std::uint32_t place, SharedValues::Kind kind, events::Type type, ValuesId& out);

 private:
  bool read_entry(events::ByteReader& in, events::SymbolTable& symbols);

  SharedValues& values_;
  std::vector<ValuesId> entries_;
};

}  // namespace tocsin::matcher
