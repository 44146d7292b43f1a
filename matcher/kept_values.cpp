#include "matcher/kept_values.hpp"

#include <xxhash.h>

#include <algorithm>

#include "events/assert.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

using events::Slot;
using Kind = Accumulator::Kind;

KeptValues::KeptValues(const events::SymbolTable& symbols) : symbols_(symbols), objects_(std::make_unique<Objects>()) {}
KeptValues::~KeptValues() = default;

std::uint64_t KeptValues::bytes() const { return objects_->bytes + objects_->texts.bytes(); }

Slot TextPool::intern(std::string_view text) {
  if (const auto found = places_.find(text); found != places_.end()) {
    retain(found->second);
    return found->second;
  }
  Slot place = texts_.size();
  if (free_.empty()) {
    texts_.emplace_back();
  } else {
    place = free_.back();
    free_.pop_back();
  }
  texts_[place] = {std::string(text), 1};
  bytes_ += text.size() + sizeof(Text) + sizeof(std::string_view) + 2 * sizeof(Slot);
  places_.emplace(texts_[place].text, kMade | place);
  return kMade | place;
}

const Slot* TextPool::find(std::string_view text) const {
  const auto found = places_.find(text);
  return found == places_.end() ? nullptr : &found->second;
}

void TextPool::release(Slot slot) {
  const Slot place = slot & ~kMade;
  if (--texts_[place].references > 0) return;
  places_.erase(texts_[place].text);
  bytes_ -= texts_[place].text.size() + sizeof(Text) + sizeof(std::string_view) + 2 * sizeof(Slot);
  texts_[place] = {};
  free_.push_back(place);
}

std::string_view text_of(const Accumulator& accumulator, Slot value, const KeptValues& kept) {
  return accumulator.pooled ? kept.objects().texts.text(value) : kept.symbols().text(events::symbol_of(value));
}

bool is_less(const Accumulator& accumulator, Slot a, Slot b, const KeptValues& kept) {
  if (rules::is_text(accumulator.type)) return text_of(accumulator, a, kept) < text_of(accumulator, b, kept);
  return rules::order_of(accumulator.type, a, accumulator.type, b) < 0;
}

namespace {

/// The object of `word`, made where there is none; `change` changes it, and its bytes are counted.
template <class T, class Change>
void change_object(Numbered<T>& all, Slot& word, std::uint64_t& bytes, const Change& change) {
  std::uint64_t before = 0;
  if (word == 0)
    word = all.make();
  else
    before = bytes_of(all[word]);
  T& object = all[word];
  change(object);
  bytes = bytes - before + bytes_of(object);
}

void drop_front(const Accumulator& accumulator, ValueList& list, KeptValues& kept) {
  const Slot oldest = list.drop_oldest();
  if (accumulator.pooled) kept.objects().texts.release(oldest);
}

void cut_to_bound(const Accumulator& accumulator, ValueList& list, KeptValues& kept) {
  for (; list.size() > kMaxListed; ++list.cut, ++kept.cut) drop_front(accumulator, list, kept);
}

bool has_enough(const Accumulator& accumulator, const ValueList& list) {
  return accumulator.parameter > 0 && static_cast<double>(list.size()) >= accumulator.parameter;
}

void add_to_list(const Accumulator& accumulator, ValueList& list, Slot value, events::Time time, KeptValues& kept,
                 const rules::Texts& texts) {
  if (has_enough(accumulator, list)) return;
  if (accumulator.pooled) value = kept.objects().texts.intern(texts.text(value));
  if (accumulator.timed)
    list.insert(value, time.ns);
  else
    list.append(value);
  cut_to_bound(accumulator, list, kept);
}

void merge_lists(const Accumulator& accumulator, ValueList& list, const ValueList& later, KeptValues& kept) {
  if (has_enough(accumulator, list)) return;
  list.merge(later, accumulator.timed);
  if (accumulator.pooled)
    for (const Slot value : later.values()) kept.objects().texts.retain(value);
  cut_to_bound(accumulator, list, kept);
}

/// `value` with a reference that is taken where it is new.
void add_to_counts(const Accumulator& accumulator, ValueCounts& counts, Slot value, std::uint64_t count,
                   KeptValues& kept) {
  const auto found = counts.find(value);
  if (found != counts.end()) {
    found->second += count;
  } else if (counts.size() == kMaxListed) {
    kept.cut += count;
  } else {
    counts.emplace(value, count);
    return;
  }
  if (accumulator.pooled) kept.objects().texts.release(value);
}

/// The same for equal values, wherever they are met.
std::uint64_t hash_of(const Accumulator& accumulator, Slot value, const rules::Texts& texts) {
  if (rules::is_text(accumulator.type)) {
    const std::string_view text = texts.text(value);
    return XXH3_64bits(text.data(), text.size());
  }
  value = unified(accumulator.type, value);
  return XXH3_64bits(&value, sizeof value);
}

std::size_t capacity_of(const Accumulator& accumulator) { return static_cast<std::size_t>(accumulator.parameter); }

/// `value` with a reference that is taken where it is new; what goes for it is released.
void count_frequent(const Accumulator& accumulator, SpaceSaving& counts, Slot value, KeptValues& kept) {
  const bool known = accumulator.pooled && counts.counts(value);
  Slot gone = value;
  const bool replaced = counts.add(value, capacity_of(accumulator), gone);
  if (accumulator.pooled && (known || replaced)) kept.objects().texts.release(gone);
}

void merge_frequent(const Accumulator& accumulator, SpaceSaving& counts, const SpaceSaving& later, KeptValues& kept) {
  if (accumulator.pooled)
    for (const SpaceSaving::Counted& counted : later.counted())
      if (!counts.counts(counted.value)) kept.objects().texts.retain(counted.value);
  std::vector<Slot> gone;
  const auto less = [&](Slot a, Slot b) { return is_less(accumulator, a, b, kept); };
  counts.merge(later, capacity_of(accumulator), less, gone);
  if (accumulator.pooled)
    for (const Slot value : gone) kept.objects().texts.release(value);
}

}  // namespace

void keep(const Accumulator& accumulator, Slot& word, Slot value, events::Time time, KeptValues& kept,
          const rules::Texts& texts) {
  KeptValues::Objects& objects = kept.objects();
  const auto counted = [&] {
    return accumulator.pooled ? objects.texts.intern(texts.text(value)) : unified(accumulator.type, value);
  };
  switch (accumulator.kind) {
    case Kind::list:
      return change_object(objects.lists, word, objects.bytes,
                           [&](ValueList& list) { add_to_list(accumulator, list, value, time, kept, texts); });
    case Kind::counts:
      return change_object(objects.counts, word, objects.bytes,
                           [&](ValueCounts& counts) { add_to_counts(accumulator, counts, counted(), 1, kept); });
    case Kind::hyperloglog:
      return change_object(objects.hyperloglogs, word, objects.bytes,
                           [&](HyperLogLog& sketch) { sketch.add(hash_of(accumulator, value, texts)); });
    case Kind::ddsketch:
      return change_object(objects.ddsketches, word, objects.bytes,
                           [&](DDSketch& sketch) { sketch.add(rules::as_float(accumulator.type, value)); });
    case Kind::space_saving:
      return change_object(objects.space_savings, word, objects.bytes,
                           [&](SpaceSaving& counts) { count_frequent(accumulator, counts, counted(), kept); });
    default:
      TOCSIN_ASSERT(accumulator.kind >= Kind::list);
  }
}

void merge_kept(const Accumulator& accumulator, Slot& into, Slot later, KeptValues& kept) {
  if (later == 0) return;
  KeptValues::Objects& objects = kept.objects();
  switch (accumulator.kind) {
    case Kind::list:
      return change_object(objects.lists, into, objects.bytes,
                           [&](ValueList& list) { merge_lists(accumulator, list, objects.lists[later], kept); });
    case Kind::counts:
      return change_object(objects.counts, into, objects.bytes, [&](ValueCounts& counts) {
        for (const auto& [value, count] : objects.counts[later]) {
          if (accumulator.pooled) objects.texts.retain(value);
          add_to_counts(accumulator, counts, value, count, kept);
        }
      });
    case Kind::hyperloglog:
      return change_object(objects.hyperloglogs, into, objects.bytes,
                           [&](HyperLogLog& sketch) { sketch.merge(objects.hyperloglogs[later]); });
    case Kind::ddsketch:
      return change_object(objects.ddsketches, into, objects.bytes,
                           [&](DDSketch& sketch) { sketch.merge(objects.ddsketches[later]); });
    case Kind::space_saving:
      return change_object(objects.space_savings, into, objects.bytes, [&](SpaceSaving& counts) {
        merge_frequent(accumulator, counts, objects.space_savings[later], kept);
      });
    default:
      TOCSIN_ASSERT(accumulator.kind >= Kind::list);
  }
}

void drop_kept(const Accumulator& accumulator, Slot word, Slot value, KeptValues& kept, const rules::Texts& texts) {
  KeptValues::Objects& objects = kept.objects();
  if (accumulator.kind == Kind::list) {
    ValueList& list = objects.lists[word];
    if (list.cut > 0) {
      --list.cut;
      return;
    }
    const std::uint64_t before = bytes_of(list);
    drop_front(accumulator, list, kept);
    objects.bytes = objects.bytes - before + bytes_of(list);
    return;
  }
  TOCSIN_ASSERT(accumulator.kind == Kind::counts);
  if (accumulator.pooled) {
    const Slot* known = objects.texts.find(texts.text(value));
    if (known == nullptr) return;  // there was no room for it
    value = *known;
  } else {
    value = unified(accumulator.type, value);
  }
  ValueCounts& counts = objects.counts[word];
  const auto found = counts.find(value);
  if (found == counts.end() || --found->second > 0) return;
  const std::uint64_t before = bytes_of(counts);
  counts.erase(found);
  objects.bytes = objects.bytes - before + bytes_of(counts);
  if (accumulator.pooled) objects.texts.release(value);
}

void free_kept(const Accumulator& accumulator, Slot word, KeptValues& kept) {
  if (word == 0) return;
  KeptValues::Objects& objects = kept.objects();
  if (accumulator.pooled) each_value(accumulator, word, kept, [&](Slot value) { objects.texts.release(value); });
  const auto free = [&](auto& all) {
    objects.bytes -= bytes_of(all[word]);
    all.free(word);
  };
  switch (accumulator.kind) {
    case Kind::list:
      return free(objects.lists);
    case Kind::counts:
      return free(objects.counts);
    case Kind::hyperloglog:
      return free(objects.hyperloglogs);
    case Kind::ddsketch:
      return free(objects.ddsketches);
    case Kind::space_saving:
      return free(objects.space_savings);
    default:
      TOCSIN_ASSERT(accumulator.kind >= Kind::list);
  }
}

}  // namespace tocsin::matcher
