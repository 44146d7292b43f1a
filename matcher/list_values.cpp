#include "matcher/list_values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "events/assert.hpp"
#include "matcher/between.hpp"
#include "matcher/kept_values.hpp"
#include "matcher/moments.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;
using rules::AggregateFn;
using Kind = Accumulator::Kind;

namespace {

constexpr std::size_t kFewestOthers = 3;  ///< that a value is judged against

double number_of(const events::Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return std::get<double>(value);
}

/// low + hundredths / 100 · (high - low), to the nearest, halves away from zero.
std::int64_t between_ints(std::int64_t low, std::int64_t high, double hundredths) {
  if (hundredths == 50) {
    const Int128 sum = Int128{low} + high;
    return static_cast<std::int64_t>(sum % 2 == 0 ? sum / 2 : (sum + (sum < 0 ? -1 : 1)) / 2);
  }
  const double part = hundredths * static_cast<double>(Int128{high} - low) / 100;
  const double whole = std::floor(part);
  Int128 result = Int128{low} + static_cast<Int128>(whole);
  if (part - whole > 0.5 || (part - whole == 0.5 && result >= 0)) ++result;
  return static_cast<std::int64_t>(std::min<Int128>(result, high));
}

/// Between the ranks that `percent` of the way from the first to the last lies between (type 7).
Slot percentile(std::span<const Slot> sorted, double percent, Type type) {
  const Rank rank = rank_of(sorted.size(), percent);
  const Slot low = sorted[rank.low];
  const Slot high = sorted[std::min(rank.low + 1, sorted.size() - 1)];
  if (type == Type::duration)
    return events::slot_of(between_ints(events::int_of(low), events::int_of(high), rank.hundredths));
  if (type == Type::integer && rank.hundredths == 50)
    return events::slot_of(static_cast<double>(Int128{events::int_of(low)} + events::int_of(high)) / 2);
  return events::slot_of(between(rules::as_float(type, low), rules::as_float(type, high), rank.hundredths / 100));
}

/// The median of |x - median|. The values nearest to the median lie side by side in `sorted`: the first of the `most`
/// nearest ones is searched for by halves.
double deviation_from_median(std::span<const Slot> sorted, Type type) {
  const double median = events::float_of(percentile(sorted, 50, type));
  const auto value = [&](std::size_t i) { return rules::as_float(type, sorted[i]); };
  const auto nearest = [&](std::size_t most) {
    std::size_t low = 0;
    std::size_t high = sorted.size() - most;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (median - value(middle) > value(middle + most) - median)
        low = middle + 1;
      else
        high = middle;
    }
    return std::max(median - value(low), value(low + most - 1) - median);
  };
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? nearest(half + 1) : between(nearest(half), nearest(half + 1), 0.5);
}

/// Σ of what `term` gives for 0 … count - 1, by Neumaier.
template <class Term>
double compensated_sum(std::size_t count, const Term& term) {
  DoubleDouble sum;
  for (std::size_t i = 0; i < count; ++i) {
    const DoubleDouble more = two_sum(sum.high, term(i));
    sum = {more.high, sum.low + more.low};
  }
  return rounded(sum);
}

std::optional<double> autocorrelation(std::span<const Slot> values, Type type, std::size_t lag) {
  if (values.size() < lag + 2) return {};
  std::vector<double> centred(values.size());  // first about the first value, so that an offset costs no digits
  for (std::size_t i = 0; i < values.size(); ++i) centred[i] = rounded(difference(type, values[i], values[0]));
  const double mean =
      compensated_sum(centred.size(), [&](std::size_t i) { return centred[i]; }) / static_cast<double>(centred.size());
  for (double& x : centred) x -= mean;
  const double squares = compensated_sum(centred.size(), [&](std::size_t i) { return centred[i] * centred[i]; });
  if (squares == 0) return {};
  return compensated_sum(centred.size() - lag, [&](std::size_t i) { return centred[i] * centred[i + lag]; }) / squares;
}

/// The newest value against those that came last in the same phase of each period before.
std::optional<bool> seasonal(const ValueList& list, Type type, std::int64_t period, double limit, bool& finite) {
  const std::span<const Slot> values = list.values();
  const std::span<const std::int64_t> times = list.times();
  const std::int64_t newest = times.back();
  Slot moments[kMomentsWords] = {};
  std::uint64_t count = 0;
  const Int128 reach = Int128{newest} - times.front();
  for (Int128 phase = 1; phase * period <= reach; ++phase) {
    const auto until = static_cast<std::int64_t>(newest - phase * period);
    const auto behind = std::upper_bound(times.begin(), times.end(), until);
    const std::int64_t last = *(behind - 1);  // there is one: the first isn't after `until`
    const Int128 phases_back = (Int128{newest} - last) / period;
    if (phases_back > phase) {  // nothing in this period, nor in those up to that of `last`
      phase = phases_back - 1;
      continue;
    }
    add_to_moments(moments, count++, type, values[static_cast<std::size_t>(behind - times.begin() - 1)]);
  }
  if (count < kFewestOthers) return {};
  const double distance = std::fabs(distance_from_mean(moments, count, type, values.back()));
  const double deviation = std::sqrt(variance_of(moments, count));
  finite = std::isfinite(distance) && std::isfinite(deviation);
  return distance > limit * deviation;
}

double smoothed(std::span<const Slot> values, Type type, double weight) {
  double result = rules::as_float(type, values[0]);
  for (const Slot value : values.subspan(1)) result = weight * rules::as_float(type, value) + (1 - weight) * result;
  return result;
}

/// As an element of a list's bytes (events::List).
void put_item(std::string& out, Type type, Slot value, const Accumulator& accumulator, const KeptValues& kept) {
  if (rules::is_text(type))
    events::put_text(out, text_of(accumulator, value, kept));
  else if (type == Type::boolean || type == Type::severity)
    events::put(out, static_cast<std::uint8_t>(value));
  else
    events::put(out, unified(type, value));
}

Cell list_of(std::span<const Slot> values, const Accumulator& accumulator, const KeptValues& kept,
             rules::Texts& texts) {
  Slot made = 0;
  std::string& out = texts.make(made);
  for (const Slot value : values) put_item(out, accumulator.type, value, accumulator, kept);
  return {made, true};
}

Cell most_frequent_of(std::vector<SpaceSaving::Counted> all, double most, const Accumulator& accumulator,
                      const KeptValues& kept, rules::Texts& texts) {
  std::vector<Slot> values;
  const auto less = [&](Slot a, Slot b) { return is_less(accumulator, a, b, kept); };
  for (const SpaceSaving::Counted& counted : most_frequent(std::move(all), static_cast<std::size_t>(most), less))
    values.push_back(counted.value);
  return list_of(values, accumulator, kept, texts);
}

Cell finite_or_null(double value, std::uint64_t& nulls) {
  if (std::isfinite(value)) return {events::slot_of(value), true};
  ++nulls;
  return {};
}

Cell value_of_list(const AggregateValue& value, const Accumulator& accumulator, ValueList& list, const KeptValues& kept,
                   rules::Texts& texts, std::uint64_t& nulls) {
  const Type type = accumulator.type;
  const auto sorted = [&] {
    KeptValues::Objects& objects = kept.objects();
    objects.bytes -= list.bytes();
    const std::span<const Slot> values = list.sorted(type, objects.scratch);
    objects.bytes += list.bytes();
    return values;
  };
  switch (value.fn) {
    case AggregateFn::collect:
      if (list.size() <= rules::kMaxCollected && list.cut == 0) return list_of(list.values(), accumulator, kept, texts);
      ++nulls;
      return {};
    case AggregateFn::median:
      return {percentile(sorted(), 50, type), true};
    case AggregateFn::percentile:
    case AggregateFn::approx_percentile:
      return {percentile(sorted(), number_of(value.parameters[0]), type), true};
    case AggregateFn::mad:
      return finite_or_null(deviation_from_median(sorted(), type), nulls);
    case AggregateFn::autocorrelation: {
      const auto lag = static_cast<std::size_t>(std::get<std::int64_t>(value.parameters[0]));
      const std::optional<double> result = autocorrelation(list.values(), type, lag);
      return result ? finite_or_null(*result, nulls) : Cell{};
    }
    case AggregateFn::seasonal: {
      bool finite = true;
      const std::optional<bool> result = seasonal(list, type, std::get<events::Duration>(value.parameters[0]).ns,
                                                  number_of(value.parameters[1]), finite);
      if (!finite) ++nulls;
      return result && finite ? Cell{events::slot_of(*result), true} : Cell{};
    }
    case AggregateFn::ewma:
      return finite_or_null(smoothed(list.values(), type, number_of(value.parameters[0])), nulls);
    default:
      TOCSIN_ASSERT(value.fn == AggregateFn::collect);
      return {};
  }
}

}  // namespace

Cell value_of_kept(const AggregateValue& value, const Accumulator& accumulator, Slot word, const KeptValues& kept,
                   rules::Texts& texts, std::uint64_t& nulls) {
  const KeptValues::Objects& objects = kept.objects();
  switch (accumulator.kind) {
    case Kind::list:
      return value_of_list(value, accumulator, objects.lists[word], kept, texts, nulls);
    case Kind::counts: {
      const ValueCounts& counts = objects.counts[word];
      if (value.fn != AggregateFn::approx_top) return {counts.size(), true};
      std::vector<SpaceSaving::Counted> all;
      for (const auto& [counted, count] : counts) all.push_back({counted, count});
      return most_frequent_of(std::move(all), number_of(value.parameters[0]), accumulator, kept, texts);
    }
    case Kind::hyperloglog:
      return {objects.hyperloglogs[word].estimate(), true};
    case Kind::ddsketch: {
      const double result = objects.ddsketches[word].percentile(number_of(value.parameters[0]));
      if (accumulator.type != Type::duration) return finite_or_null(result, nulls);
      std::int64_t ns = 0;
      if (!rules::round_to_int(result, ns)) ns = std::numeric_limits<std::int64_t>::max();
      return {events::slot_of(ns), true};
    }
    case Kind::space_saving:
      return most_frequent_of(objects.space_savings[word].counted(), number_of(value.parameters[0]), accumulator, kept,
                              texts);
    default:
      TOCSIN_ASSERT(accumulator.kind == Kind::list);
      return {};
  }
}

}  // namespace tocsin::matcher
