// What lies in a KeptValues: lists, counted sets and sketches, each owned by one word of one block, and texts.
//
// A word is the object's number, 0 where there is none yet. Texts that needn't be symbols are kept once each and
// counted by references; a slot of one has its highest bit set, as those of Texts have.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "matcher/accumulators.hpp"
#include "matcher/ddsketch.hpp"
#include "matcher/hyperloglog.hpp"
#include "matcher/space_saving.hpp"
#include "matcher/value_list.hpp"

namespace tocsin::matcher {

/// Texts, each once.
class TextPool {
 public:
  /// With one reference for the caller.
  events::Slot intern(std::string_view text);
  /// Of a text that is there; nothing where there is none.
  const events::Slot* find(std::string_view text) const;
  void retain(events::Slot slot) { ++texts_[slot & ~kMade].references; }
  void release(events::Slot slot);
  std::string_view text(events::Slot slot) const { return texts_[slot & ~kMade].text; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  static constexpr events::Slot kMade = events::Slot{1} << 63;
  struct Text {
    std::string text;
    std::uint64_t references = 0;
  };
  std::deque<Text> texts_;  ///< stay where they are
  std::vector<events::Slot> free_;
  absl::flat_hash_map<std::string_view, events::Slot> places_;
  std::uint64_t bytes_ = 0;
};

/// Objects by number, from 1.
template <class T>
class Numbered {
 public:
  T& operator[](events::Slot number) const { return *all_[number - 1]; }
  events::Slot make() {
    if (free_.empty()) {
      all_.push_back(std::make_unique<T>());
      return all_.size();
    }
    const events::Slot number = free_.back();
    free_.pop_back();
    all_[number - 1] = std::make_unique<T>();
    return number;
  }
  void free(events::Slot number) {
    all_[number - 1].reset();
    free_.push_back(number);
  }

 private:
  std::vector<std::unique_ptr<T>> all_;
  std::vector<events::Slot> free_;
};

using ValueCounts = absl::flat_hash_map<events::Slot, std::uint64_t>;

template <class Object>
std::uint64_t bytes_of(const Object& object) {
  return object.bytes();
}
inline std::uint64_t bytes_of(const ValueCounts& counts) {
  return sizeof counts + counts.capacity() * (sizeof(ValueCounts::value_type) + 1);
}

struct KeptValues::Objects {
  TextPool texts;
  Numbered<ValueList> lists;
  Numbered<ValueCounts> counts;
  Numbered<HyperLogLog> hyperloglogs;
  Numbered<DDSketch> ddsketches;
  Numbered<SpaceSaving> space_savings;
  std::uint64_t bytes = 0;            ///< of all but texts
  std::vector<events::Slot> scratch;  ///< for what is read within one call
};

/// -0 is 0: the slot that stands for a value where equal ones are one.
inline events::Slot unified(events::Type type, events::Slot value) {
  return type == events::Type::floating && events::float_of(value) == 0 ? 0 : value;
}

/// Calls `take` with each value that stands in the object of `word`, which must be one; in no order that matters.
template <class Take>
void each_value(const Accumulator& accumulator, events::Slot word, const KeptValues& kept, const Take& take) {
  const KeptValues::Objects& objects = kept.objects();
  if (accumulator.kind == Accumulator::Kind::list)
    for (const events::Slot value : objects.lists[word].values()) take(value);
  if (accumulator.kind == Accumulator::Kind::counts)
    for (const auto& [value, count] : objects.counts[word]) take(value);
  if (accumulator.kind == Accumulator::Kind::space_saving)
    for (const SpaceSaving::Counted& counted : objects.space_savings[word].counted()) take(counted.value);
}

/// A text that the accumulator keeps.
std::string_view text_of(const Accumulator& accumulator, events::Slot value, const KeptValues& kept);
/// Texts by their bytes.
bool is_less(const Accumulator& accumulator, events::Slot a, events::Slot b, const KeptValues& kept);

/// A value joins what `word` stands for. Texts are looked up in `texts`.
void keep(const Accumulator& accumulator, events::Slot& word, events::Slot value, events::Time time, KeptValues& kept,
          const rules::Texts& texts);
/// Nothing of `later` changes.
void merge_kept(const Accumulator& accumulator, events::Slot& into, events::Slot later, KeptValues& kept);
/// Takes the oldest value back, which is `value`: of lists and counts.
void drop_kept(const Accumulator& accumulator, events::Slot word, events::Slot value, KeptValues& kept,
               const rules::Texts& texts);
void free_kept(const Accumulator& accumulator, events::Slot word, KeptValues& kept);

}  // namespace tocsin::matcher
