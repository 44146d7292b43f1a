#include "matcher/accumulators.hpp"

#include <algorithm>

#include "events/assert.hpp"
#include "matcher/kept_values.hpp"
#include "matcher/moments.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;
using Kind = Accumulator::Kind;

namespace {

UInt128 wide(const Slot* at) { return (UInt128{at[1]} << 64) | at[0]; }
void put_wide(Slot* at, UInt128 value) {
  at[0] = static_cast<Slot>(value);
  at[1] = static_cast<Slot>(value >> 64);
}
/// An int with its sign, modulo 2^128.
UInt128 widened(Slot value) { return static_cast<UInt128>(Int128{events::int_of(value)}); }

/// Neumaier's sum: what was rounded off is kept in the second word.
void add_float(Slot* at, double value) {
  const DoubleDouble sum = two_sum(events::float_of(at[0]), value);
  at[0] = events::slot_of(sum.high);
  at[1] = events::slot_of(events::float_of(at[1]) + sum.low);
}

bool less(Type type, Slot a, Slot b) {
  if (type == Type::floating) return events::float_of(a) < events::float_of(b);
  return events::int_of(a) < events::int_of(b);
}

/// a^n by squaring: the same on every machine.
double power(double a, std::uint64_t n) {
  double result = 1;
  for (; n > 0; n >>= 1) {
    if ((n & 1) != 0) result *= a;
    a *= a;
  }
  return result;
}

Slot text_to_keep(const Accumulator& accumulator, KeptValues& kept, Slot value, const rules::Texts& texts) {
  if (!accumulator.pooled) return value;
  return kept.objects().texts.intern(texts.text(value));
}

/// first and last: `words` gets another value.
void replace(const AccumulatorSet& set, const Accumulator& accumulator, Slot* words, Slot value, Slot time, bool held,
             KeptValues& kept) {
  if (accumulator.pooled && held) kept.objects().texts.release(words[0]);
  words[0] = value;
  if (set.out_of_order) words[1] = time;
}

/// The newest of the values that came before becomes one of the others.
void push_to_others(Slot* words, std::uint64_t count, Type type, Slot value) {
  if (count > 0) add_to_moments(words, count - 1, type, words[kMomentsWords]);
  words[kMomentsWords] = value;
}

void add_to_others(const AccumulatorSet& set, Slot* words, std::uint64_t count, Type type, Slot value,
                   events::Time time) {
  if (!set.out_of_order) return push_to_others(words, count, type, value);
  Slot& newest = words[kMomentsWords + 1];
  if (count > 0 && time.ns < events::int_of(newest)) return add_to_moments(words, count - 1, type, value);
  push_to_others(words, count, type, value);
  newest = events::slot_of(time.ns);
}

/// Both counts above 0.
void merge_others(const AccumulatorSet& set, Slot* words, std::uint64_t count, const Slot* later,
                  std::uint64_t later_count, Type type) {
  const Slot older = words[kMomentsWords];
  const bool keeps =
      set.out_of_order && events::int_of(later[kMomentsWords + 1]) < events::int_of(words[kMomentsWords + 1]);
  const Slot one_more = keeps ? later[kMomentsWords] : older;
  if (later_count > 1 && count > 1)
    merge_moments(words, later, later_count - 1, type);
  else if (later_count > 1)
    std::copy_n(later, kMomentsWords, words);
  add_to_moments(words, count - 1 + later_count - 1, type, one_more);
  if (keeps) return;
  words[kMomentsWords] = later[kMomentsWords];
  if (set.out_of_order) words[kMomentsWords + 1] = later[kMomentsWords + 1];
}

/// A value joins the `count` before it.
void add_value(const AccumulatorSet& set, const Accumulator& accumulator, Slot* words, std::uint64_t count, Slot value,
               events::Time time, KeptValues& kept, const rules::Texts& texts) {
  switch (accumulator.kind) {
    case Kind::rows:
    case Kind::values:
      return;
    case Kind::sum:
      if (accumulator.type == Type::floating)
        add_float(words, events::float_of(value));
      else
        put_wide(words, wide(words) + widened(value));
      return;
    case Kind::min:
      if (count == 0 || less(accumulator.type, value, words[0])) words[0] = value;
      return;
    case Kind::max:
      if (count == 0 || less(accumulator.type, words[0], value)) words[0] = value;
      return;
    case Kind::first:
      if (count > 0 && (!set.out_of_order || time.ns >= events::int_of(words[1]))) return;
      return replace(set, accumulator, words, text_to_keep(accumulator, kept, value, texts), events::slot_of(time.ns),
                     count > 0, kept);
    case Kind::last:
      if (count > 0 && set.out_of_order && time.ns < events::int_of(words[1])) return;
      return replace(set, accumulator, words, text_to_keep(accumulator, kept, value, texts), events::slot_of(time.ns),
                     count > 0, kept);
    case Kind::moments:
      return add_to_moments(words, count, accumulator.type, value);
    case Kind::line:
      return add_to_line(words, count, accumulator.type, value, time);
    case Kind::ewma: {
      const double x = rules::as_float(accumulator.type, value);
      const double weight = accumulator.parameter;
      words[1] = events::slot_of(count == 0 ? x : weight * x + (1 - weight) * events::float_of(words[1]));
      if (count == 0) words[0] = events::slot_of(x);
      return;
    }
    case Kind::others:
      return add_to_others(set, words, count, accumulator.type, value, time);
    case Kind::list:
    case Kind::counts:
    case Kind::hyperloglog:
    case Kind::ddsketch:
    case Kind::space_saving:
      return keep(accumulator, words[0], value, time, kept, texts);
  }
}

/// `later` has `later_count` > 0 values.
void merge_values(const AccumulatorSet& set, const Accumulator& accumulator, Slot* words, std::uint64_t count,
                  const Slot* later, std::uint64_t later_count, KeptValues& kept) {
  const auto take = [&] {
    if (accumulator.pooled) kept.objects().texts.retain(later[0]);
    replace(set, accumulator, words, later[0], set.out_of_order ? later[1] : 0, count > 0, kept);
  };
  switch (accumulator.kind) {
    case Kind::rows:
    case Kind::values:
      return;
    case Kind::sum:
      if (accumulator.type != Type::floating) return put_wide(words, wide(words) + wide(later));
      add_float(words, events::float_of(later[0]));
      words[1] = events::slot_of(events::float_of(words[1]) + events::float_of(later[1]));
      return;
    case Kind::min:
      if (count == 0 || less(accumulator.type, later[0], words[0])) words[0] = later[0];
      return;
    case Kind::max:
      if (count == 0 || less(accumulator.type, words[0], later[0])) words[0] = later[0];
      return;
    case Kind::first:
      if (count == 0 || (set.out_of_order && events::int_of(later[1]) < events::int_of(words[1]))) take();
      return;
    case Kind::last:
      if (count == 0 || !set.out_of_order || events::int_of(later[1]) >= events::int_of(words[1])) take();
      return;
    case Kind::moments:
      if (count > 0) return merge_moments(words, later, later_count, accumulator.type);
      break;
    case Kind::line:
      if (count > 0) return merge_line(words, later, later_count, accumulator.type);
      break;
    case Kind::ewma:
      if (count > 0) {
        const double before = events::float_of(words[1]) - events::float_of(later[0]);
        words[1] = events::slot_of(events::float_of(later[1]) + power(1 - accumulator.parameter, later_count) * before);
        return;
      }
      break;
    case Kind::others:
      if (count > 0) return merge_others(set, words, count, later, later_count, accumulator.type);
      break;
    case Kind::list:
    case Kind::counts:
    case Kind::hyperloglog:
    case Kind::ddsketch:
    case Kind::space_saving:
      return merge_kept(accumulator, words[0], later[0], kept);
  }
  // What is left is merged into nothing.
  constexpr std::uint32_t kLongest = std::max(kLineWords, kMomentsWords + 2);
  static_assert(kLongest == kLineWords);
  const std::uint32_t size = accumulator.kind == Kind::line      ? kLineWords
                             : accumulator.kind == Kind::moments ? kMomentsWords
                             : accumulator.kind == Kind::ewma    ? 2
                                                                 : kMomentsWords + (set.out_of_order ? 2 : 1);
  std::copy_n(later, size, words);
}

}  // namespace

namespace {

[[gnu::noinline]] void add_to_any(const AccumulatorSet& set, Slot* block, KeptValues& kept, const Cell* arguments,
                                  events::Time time, const rules::Texts& texts) {
  for (const ArgumentAccumulators& of : set.by_argument) {
    const Cell cell = arguments[of.argument];
    if (!cell.valid) continue;
    const std::uint64_t count = block[of.values_at]++;
    for (std::uint32_t i = of.first; i < of.end; ++i) {
      const Accumulator& accumulator = set.accumulators[i];
      add_value(set, accumulator, block + accumulator.at, count, cell.slot, time, kept, texts);
    }
  }
}

[[gnu::noinline]] void merge_any(const AccumulatorSet& set, Slot* into, const Slot* later, KeptValues& kept) {
  for (const ArgumentAccumulators& of : set.by_argument) {
    const std::uint64_t later_count = later[of.values_at];
    if (later_count == 0) continue;
    const std::uint64_t count = into[of.values_at];
    into[of.values_at] += later_count;
    for (std::uint32_t i = of.first; i < of.end; ++i) {
      const Accumulator& accumulator = set.accumulators[i];
      merge_values(set, accumulator, into + accumulator.at, count, later + accumulator.at, later_count, kept);
    }
  }
}

}  // namespace

void add_row(const AccumulatorSet& set, Slot* block, KeptValues& kept, const Cell* arguments, events::Time time,
             const rules::Texts& texts) {
  using Shape = AccumulatorSet::Shape;
  ++block[0];
  if (set.shape == Shape::any) return add_to_any(set, block, kept, arguments, time, texts);
  if (set.shape == Shape::rows) return;
  const Cell cell = arguments[set.by_argument.front().argument];
  if (!cell.valid) return;
  ++block[1];
  if (set.shape == Shape::float_sum)
    add_float(block + 2, events::float_of(cell.slot));
  else
    put_wide(block + 2, wide(block + 2) + widened(cell.slot));
}

void merge_blocks(const AccumulatorSet& set, Slot* into, const Slot* later, KeptValues& kept) {
  using Shape = AccumulatorSet::Shape;
  into[0] += later[0];
  if (set.shape == Shape::any) return merge_any(set, into, later, kept);
  if (set.shape == Shape::rows) return;
  into[1] += later[1];
  if (set.shape == Shape::float_sum) {
    add_float(into + 2, events::float_of(later[2]));
    into[3] = events::slot_of(events::float_of(into[3]) + events::float_of(later[3]));
  } else {
    put_wide(into + 2, wide(into + 2) + wide(later + 2));
  }
}

void drop_oldest_row(const AccumulatorSet& dropped, Slot* block, KeptValues& kept, const Cell* arguments,
                     const rules::Texts& texts) {
  --block[0];
  for (const ArgumentAccumulators& of : dropped.by_argument) {
    const Cell cell = arguments[of.argument];
    if (!cell.valid) continue;
    --block[of.values_at];
    for (std::uint32_t i = of.first; i < of.end; ++i) {
      const Accumulator& accumulator = dropped.accumulators[i];
      Slot* words = block + accumulator.at;
      if (accumulator.kind == Kind::sum)
        put_wide(words, wide(words) - widened(cell.slot));
      else
        drop_kept(accumulator, words[0], cell.slot, kept, texts);
    }
  }
}

void clear_block(const AccumulatorSet& set, Slot* block, KeptValues& kept) {
  if (!set.plain) {
    for (const Accumulator& accumulator : set.accumulators) {
      if (accumulator.kind >= Kind::list)
        free_kept(accumulator, block[accumulator.at], kept);
      else if (accumulator.pooled && block[accumulator.values_at] > 0)
        kept.objects().texts.release(block[accumulator.at]);
    }
  }
  std::fill_n(block, set.words, Slot{0});
}

}  // namespace tocsin::matcher
