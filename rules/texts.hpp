// What slots of strings and lists stand for while an expression is evaluated: symbols, and what functions made.
//
// A function that gives a new text stores it here: nothing is interned while partitions run, since they share the
// symbol table. Such a slot has its highest bit set and is good until clear(), where it isn't held. What leaves an
// evaluation is a value (value_of), never such a slot. One thread uses a Texts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/batch.hpp"
#include "events/symbol.hpp"

namespace tocsin::rules {

/// A slot, or null. `Cell{}` is null; arrays of cells cost nothing to make.
struct Cell {
  events::Slot slot;
  bool valid;
};

class Texts {
 public:
  explicit Texts(const events::SymbolTable& symbols) : symbols_(&symbols) {}
  /// Where there are no symbols: constants. All its slots are made.
  Texts() = default;

  std::string_view text(events::Slot slot) const {
    return is_made(slot) ? std::string_view(*made_[slot & ~kMade]) : symbols_->text(events::symbol_of(slot));
  }
  events::Slot store(std::string text) {
    events::Slot slot = 0;
    make(slot) = std::move(text);
    return slot;
  }
  /// A new text, empty, to be written in place; the memory of one forgotten is used again.
  std::string& make(events::Slot& slot) {
    if (used_ == made_.size()) made_.push_back(std::make_unique<std::string>());
    slot = kMade | used_;
    std::string& text = *made_[used_++];
    text.clear();
    return text;
  }
  /// All that was made and isn't held is forgotten; memory stays for the next.
  void clear() { used_ = held_; }
  /// What was made up to now outlives clear(), until release().
  void hold() { held_ = used_; }
  /// Nothing is held any more, and all that was made is forgotten.
  void release() { used_ = held_ = 0; }

  /// The same text, or a list of the same elements.
  bool equal(events::Slot a, events::Slot b) const {
    return a == b || ((is_made(a) || is_made(b)) && text(a) == text(b));
  }
  static bool is_made(events::Slot slot) { return (slot & kMade) != 0; }
  const events::SymbolTable& symbols() const { return *symbols_; }

  events::Value value_of(events::Type type, events::Slot slot) const;
  /// The slot of `value`, which must not be null; texts and lists are stored here.
  events::Slot slot_of(const events::Value& value);

 private:
  static constexpr events::Slot kMade = events::Slot{1} << 63;

  const events::SymbolTable* symbols_ = nullptr;
  std::vector<std::unique_ptr<std::string>> made_;
  std::size_t used_ = 0;
  std::size_t held_ = 0;  ///< of these
};

}  // namespace tocsin::rules
