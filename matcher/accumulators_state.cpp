// Blocks as bytes and back, and the symbols in them.
//
// Grammar: block := u64 rows  accumulator*, in the set's order
//          values := u64     words := u64*     first, last of texts := text, nothing where there are no values
//          list, counts, sketch := u8 0, or u8 1 and what it holds
//          list := u64 cut  u32 size  (value  [i64 time])*
//          counts := u32 size  (value  u64 count)*, by value    space_saving := u64 floor  u32 size  (value  u64
//          count)* value := u64, or text
#include <algorithm>
#include <cmath>

#include "matcher/accumulators.hpp"
#include "matcher/kept_values.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;
using Kind = Accumulator::Kind;

namespace {

bool keeps_symbols(const Accumulator& accumulator) { return rules::is_text(accumulator.type) && !accumulator.pooled; }

/// first and last of texts: their first word is one, where there are values.
bool is_text_word(const Accumulator& accumulator) {
  return rules::is_text(accumulator.type) && (accumulator.kind == Kind::first || accumulator.kind == Kind::last);
}

/// Words of its own; those of the set end where it does.
std::uint32_t words_of(const AccumulatorSet& set, std::size_t i) {
  const std::uint32_t end = i + 1 < set.accumulators.size() ? set.accumulators[i + 1].at : set.words;
  return end - set.accumulators[i].at;
}

struct Writer {
  const Accumulator& accumulator;
  const KeptValues& kept;
  std::string& out;

  void value(Slot slot) const {
    if (rules::is_text(accumulator.type))
      events::put_text(out, text_of(accumulator, slot, kept));
    else
      events::put(out, slot);
  }
  void counted(const std::vector<SpaceSaving::Counted>& all) const {
    events::put(out, static_cast<std::uint32_t>(all.size()));
    for (const SpaceSaving::Counted& each : all) {
      value(each.value);
      events::put(out, each.count);
    }
  }
  void object(Slot word) const {
    events::put(out, static_cast<std::uint8_t>(word == 0 ? 0 : 1));
    if (word == 0) return;
    const KeptValues::Objects& objects = kept.objects();
    switch (accumulator.kind) {
      case Kind::list:
        return list(objects.lists[word]);
      case Kind::counts: {
        std::vector<SpaceSaving::Counted> all;
        for (const auto& [each, count] : objects.counts[word]) all.push_back({each, count});
        std::sort(all.begin(), all.end(), [&](const SpaceSaving::Counted& a, const SpaceSaving::Counted& b) {
          return is_less(accumulator, a.value, b.value, kept);
        });
        return counted(all);
      }
      case Kind::hyperloglog:
        return objects.hyperloglogs[word].write(out);
      case Kind::ddsketch:
        return objects.ddsketches[word].write(out);
      default:
        events::put(out, objects.space_savings[word].floor());
        return counted(objects.space_savings[word].counted());
    }
  }
  void list(const ValueList& all) const {
    events::put(out, all.cut);
    events::put(out, static_cast<std::uint32_t>(all.size()));
    for (std::size_t i = 0; i < all.size(); ++i) {
      value(all.values()[i]);
      if (accumulator.timed) events::put(out, all.times()[i]);
    }
  }
};

struct Reader {
  const Accumulator& accumulator;
  KeptValues& kept;
  events::ByteReader& in;
  events::SymbolTable& symbols;

  bool possible(Slot slot) const {
    if (accumulator.type == Type::boolean) return slot <= 1;
    if (accumulator.type == Type::severity) return slot < events::kSeverityNames.size();
    return accumulator.type != Type::floating || std::isfinite(events::float_of(slot));
  }
  /// With a reference for the caller where it is pooled.
  Slot value() const {
    if (!rules::is_text(accumulator.type)) {
      const auto slot = in.get<Slot>();
      in.good = in.good && possible(slot);
      return in.good ? slot : 0;
    }
    const std::string_view text = in.text();
    return accumulator.pooled ? kept.objects().texts.intern(text) : events::slot_of(symbols.intern(text));
  }
  std::vector<SpaceSaving::Counted> counted(std::size_t most) const {
    std::vector<SpaceSaving::Counted> all;
    const auto size = in.get<std::uint32_t>();
    in.good = in.good && size <= most;
    for (std::uint32_t i = 0; i < size && in.good; ++i) {
      const Slot each = value();
      all.push_back({each, in.get<std::uint64_t>()});
      in.good = in.good && all.back().count > 0;
    }
    return all;
  }
  void list(ValueList& all) const {
    all.cut = in.get<std::uint64_t>();
    const auto size = in.get<std::uint32_t>();
    in.good = in.good && size <= kMaxListed;
    for (std::uint32_t i = 0; i < size && in.good; ++i) {
      const Slot each = value();
      if (!accumulator.timed) {
        all.append(each);
        continue;
      }
      const auto time = in.get<std::int64_t>();
      in.good = in.good && (i == 0 || all.times().back() <= time);
      all.insert(each, time);
    }
  }
  /// `count`: values that it stands for.
  Slot object(std::uint64_t count) const {
    const auto there = in.get<std::uint8_t>();
    in.good = in.good && there <= 1 && (there == 1 || count == 0);
    if (!in.good || there == 0) return 0;
    KeptValues::Objects& objects = kept.objects();
    Slot word = 0;
    bool empty = false;
    const auto read = [&](auto& all, const auto& into) {
      word = all.make();
      into(all[word]);
      objects.bytes += bytes_of(all[word]);
    };
    switch (accumulator.kind) {
      case Kind::list:
        read(objects.lists, [&](ValueList& all) {
          list(all);
          empty = all.size() == 0;
          in.good = in.good && (accumulator.parameter > 0 || all.size() + all.cut == count);
        });
        break;
      case Kind::counts:
        read(objects.counts, [&](ValueCounts& all) {
          for (const auto& [each, times] : counted(kMaxListed)) in.good = all.emplace(each, times).second && in.good;
          empty = all.empty();
        });
        break;
      case Kind::hyperloglog:
        read(objects.hyperloglogs, [&](HyperLogLog& sketch) {
          sketch.read(in);
          empty = sketch.empty();
        });
        break;
      case Kind::ddsketch:
        read(objects.ddsketches, [&](DDSketch& sketch) {
          sketch.read(in);
          empty = sketch.empty();
        });
        break;
      default:
        read(objects.space_savings, [&](SpaceSaving& sketch) {
          const auto floor = in.get<std::uint64_t>();
          in.good = sketch.restore(counted(static_cast<std::size_t>(accumulator.parameter)), floor) && in.good;
          empty = sketch.counted().empty();
        });
    }
    in.good = in.good && (count == 0 || !empty);
    return word;
  }
};

}  // namespace

void mark_symbols(const AccumulatorSet& set, const Slot* block, const KeptValues& kept,
                  std::vector<std::uint64_t>& held) {
  const auto mark = [&](Slot symbol) { held[symbol >> 6] |= std::uint64_t{1} << (symbol & 63); };
  for (const Accumulator& accumulator : set.accumulators) {
    if (!keeps_symbols(accumulator) || block[accumulator.values_at] == 0) continue;
    if (is_text_word(accumulator))
      mark(block[accumulator.at]);
    else if (accumulator.kind >= Kind::list)
      each_value(accumulator, block[accumulator.at], kept, mark);
  }
}

void write_block(const AccumulatorSet& set, const Slot* block, const KeptValues& kept, std::string& out) {
  for (std::size_t i = 0; i < set.accumulators.size(); ++i) {
    const Accumulator& accumulator = set.accumulators[i];
    const Writer writer{accumulator, kept, out};
    const Slot* words = block + accumulator.at;
    if (accumulator.kind >= Kind::list) {
      writer.object(words[0]);
      continue;
    }
    const bool text = is_text_word(accumulator);
    if (text && block[accumulator.values_at] > 0) writer.value(words[0]);
    for (std::uint32_t word = text ? 1 : 0; word < words_of(set, i); ++word) events::put(out, words[word]);
  }
}

void read_block(const AccumulatorSet& set, Slot* block, KeptValues& kept, events::ByteReader& in,
                events::SymbolTable& symbols) {
  for (std::size_t i = 0; i < set.accumulators.size(); ++i) {
    const Accumulator& accumulator = set.accumulators[i];
    const Reader reader{accumulator, kept, in, symbols};
    Slot* words = block + accumulator.at;
    if (accumulator.kind >= Kind::list) {
      words[0] = reader.object(block[accumulator.values_at]);
      continue;
    }
    const bool text = is_text_word(accumulator);
    if (text && block[accumulator.values_at] > 0) words[0] = reader.value();
    for (std::uint32_t word = text ? 1 : 0; word < words_of(set, i); ++word) words[word] = in.get<Slot>();
    const bool value = accumulator.kind == Kind::min || accumulator.kind == Kind::max ||
                       accumulator.kind == Kind::first || accumulator.kind == Kind::last;
    if (value && !text) in.good = in.good && reader.possible(words[0]);
    if (accumulator.kind == Kind::values) in.good = in.good && words[0] <= block[0];
  }
}

}  // namespace tocsin::matcher
