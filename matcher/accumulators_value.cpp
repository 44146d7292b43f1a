// What an aggregate gives: its value from the accumulators of a block.
#include <algorithm>
#include <cmath>
#include <limits>

#include "events/assert.hpp"
#include "matcher/accumulators.hpp"
#include "matcher/kept_values.hpp"
#include "matcher/list_values.hpp"
#include "matcher/moments.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;
using rules::AggregateFn;

namespace {

/// What is read for one value.
struct Reading {
  const AggregateValue& value;
  const Accumulator& accumulator;
  const Slot* words;    ///< of the accumulator
  std::uint64_t count;  ///< values
  const KeptValues& kept;
  rules::Texts& texts;
  std::uint64_t& nulls;

  Cell null_counted() const {
    ++nulls;
    return {};
  }
  Cell of_float(double result) const {
    if (!std::isfinite(result)) return null_counted();
    return {events::slot_of(result), true};
  }
  Cell of_bool(bool result) const { return {events::slot_of(result), true}; }
  double parameter(std::size_t i) const {
    const events::Value& given = value.parameters[i];
    if (const auto* whole = std::get_if<std::int64_t>(&given)) return static_cast<double>(*whole);
    return std::get<double>(given);
  }
};

Int128 whole_sum(const Slot* words) { return static_cast<Int128>((UInt128{words[1]} << 64) | words[0]); }
double float_sum(const Slot* words) { return events::float_of(words[0]) + events::float_of(words[1]); }

Cell sum(const Reading& of) {
  if (of.accumulator.type == Type::floating) return of.of_float(float_sum(of.words));
  const Int128 total = whole_sum(of.words);
  if (total < std::numeric_limits<std::int64_t>::min() || total > std::numeric_limits<std::int64_t>::max())
    return of.null_counted();
  return {events::slot_of(static_cast<std::int64_t>(total)), true};
}

Cell average(const Reading& of) {
  if (of.accumulator.type == Type::floating) return of.of_float(float_sum(of.words) / static_cast<double>(of.count));
  const Int128 total = whole_sum(of.words);
  constexpr Int128 kExact = Int128{1} << 53;
  if (of.value.type == Type::floating && total >= -kExact && total <= kExact)
    return of.of_float(static_cast<double>(static_cast<std::int64_t>(total)) / static_cast<double>(of.count));
  const auto count = static_cast<Int128>(of.count);
  const Int128 whole = total / count;
  const Int128 rest = total % count;
  if (of.value.type == Type::duration) {  // to the nearest, halves away from zero
    const Int128 away = 2 * (rest < 0 ? -rest : rest) >= count ? 1 : 0;
    return {events::slot_of(static_cast<std::int64_t>(total < 0 ? whole - away : whole + away)), true};
  }
  return of.of_float(rounded(to_double_double(whole) + to_double_double(rest) / static_cast<double>(of.count)));
}

Cell slope(const Reading& of) {
  if (of.count < 2) return {};
  const CentredLine line = centred(of.words, of.count);
  if (rounded(line.tt) == 0) return {};
  return of.of_float(rounded(line.tx / line.tt * 1e9));
}

Cell trend(const Reading& of) {
  if (of.count < 3) return {};
  const CentredLine line = centred(of.words, of.count);
  const DoubleDouble squared = line.tx * line.tx;
  const DoubleDouble rest = line.tt * line.xx - squared;
  const double outside = rounded(squared * static_cast<double>(of.count - 2) - rest * 4.0);
  if (!std::isfinite(outside)) return of.null_counted();
  const bool steady = rounded(line.tx) == 0 || outside <= 0;
  const char* const said = steady ? "steady" : line.tx.high > 0 ? "rising" : "falling";
  return {of.texts.store(said), true};
}

/// zscore, anomaly, spike: the newest value against the others.
Cell against_others(const Reading& of) {
  const std::uint64_t others = of.count - 1;
  if (of.count < 4) return {};
  const Type type = of.accumulator.type;
  const double distance = distance_from_mean(of.words, others, type, of.words[kMomentsWords]);
  if (of.value.fn == AggregateFn::spike) {
    const double mean = mean_of(of.words, others, type);
    if (!std::isfinite(distance) || !std::isfinite(mean)) return of.null_counted();
    return of.of_bool(std::fabs(distance) > of.parameter(0) * std::fabs(mean));
  }
  const double deviation = std::sqrt(variance_of(of.words, others));
  if (!std::isfinite(distance) || !std::isfinite(deviation)) return of.null_counted();
  if (of.value.fn == AggregateFn::anomaly) return of.of_bool(std::fabs(distance) > of.parameter(0) * deviation);
  return deviation == 0 ? Cell{} : of.of_float(distance / deviation);
}

Cell text_kept(const Reading& of, Slot slot) {
  if (!of.accumulator.pooled) return {slot, true};
  return {of.texts.store(std::string(of.kept.objects().texts.text(slot))), true};
}

}  // namespace

Cell value_of(const AccumulatorSet& set, std::size_t index, const Slot* block, const KeptValues& kept,
              rules::Texts& texts, std::uint64_t& nulls) {
  const AggregateValue& value = set.values[index];
  const Accumulator& accumulator = set.accumulators[value.from.front()];
  if (accumulator.kind == Accumulator::Kind::rows) return {block[0], true};
  const Reading of{value, accumulator, block + accumulator.at, block[accumulator.values_at], kept, texts, nulls};
  if (value.fn == AggregateFn::count) return {of.count, true};
  if (of.count == 0) {
    if (value.fn == AggregateFn::sum) return {0, true};
    if (value.fn == AggregateFn::collect) return {texts.store({}), true};
    return {};
  }
  switch (value.fn) {
    case AggregateFn::sum:
      return sum(of);
    case AggregateFn::avg:
      return average(of);
    case AggregateFn::min:
    case AggregateFn::max:
      return {of.words[0], true};
    case AggregateFn::first:
    case AggregateFn::last:
      return text_kept(of, of.words[0]);
    case AggregateFn::stddev:
      return of.of_float(std::sqrt(variance_of(of.words, of.count)));
    case AggregateFn::variance:
      return of.of_float(variance_of(of.words, of.count));
    case AggregateFn::slope:
      return slope(of);
    case AggregateFn::trend:
      return trend(of);
    case AggregateFn::zscore:
    case AggregateFn::anomaly:
    case AggregateFn::spike:
      return against_others(of);
    case AggregateFn::ewma:
      if (accumulator.kind == Accumulator::Kind::ewma) return of.of_float(events::float_of(of.words[1]));
      [[fallthrough]];
    default:
      return value_of_kept(value, accumulator, of.words[0], kept, texts, nulls);
  }
}

}  // namespace tocsin::matcher
