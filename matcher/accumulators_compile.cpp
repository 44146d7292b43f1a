// Which accumulators a window's aggregates need, each once, and where their words lie.
#include <algorithm>
#include <optional>

#include "events/assert.hpp"
#include "matcher/accumulators.hpp"
#include "matcher/moments.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

using events::Type;
using rules::AggregateFn;
using Kind = Accumulator::Kind;

namespace {

/// SpaceSaving counts so many values for each that is asked for, and at least kLeastCounted.
constexpr double kCountedForEach = 10;
constexpr double kLeastCounted = 1000;

enum class Use : std::uint8_t { in_order, out_of_order, rolling };

double number_of(const events::Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return std::get<double>(value);
}

/// What evaluating `expr` gives is a symbol where it is a text, never one that a function made.
bool gives_symbols(const rules::Expr& expr) {
  return expr.op == rules::Op::field || expr.op == rules::Op::step_field || expr.op == rules::Op::constant;
}

bool takes_rows_back(const Accumulator& accumulator) {
  switch (accumulator.kind) {
    case Kind::rows:
    case Kind::values:
    case Kind::list:
    case Kind::counts:
      return true;
    case Kind::sum:
      return accumulator.type != Type::floating;
    default:
      return false;
  }
}

Accumulator list_of(bool timed, double needed = 0) { return {.kind = Kind::list, .parameter = needed, .timed = timed}; }

/// But for type and argument.
Accumulator accumulator_for(const rules::Aggregate& aggregate, Use use) {
  const bool rolling = use == Use::rolling;
  const bool timed = use == Use::out_of_order;
  const auto parameter = [&] { return number_of(aggregate.parameters.front()); };
  switch (aggregate.fn) {
    case AggregateFn::count:
      return {.kind = aggregate.argument.empty() ? Kind::rows : Kind::values};
    case AggregateFn::sum:
    case AggregateFn::avg:
      return {.kind = Kind::sum};
    case AggregateFn::min:
      return {.kind = Kind::min};
    case AggregateFn::max:
      return {.kind = Kind::max};
    case AggregateFn::first:
      return {.kind = Kind::first};
    case AggregateFn::last:
      return {.kind = Kind::last};
    case AggregateFn::stddev:
    case AggregateFn::variance:
      return {.kind = Kind::moments};
    case AggregateFn::distinct:
      return {.kind = Kind::counts};
    case AggregateFn::collect:
      return list_of(timed, rolling ? 0 : rules::kMaxCollected + 1.0);
    case AggregateFn::median:
    case AggregateFn::percentile:
    case AggregateFn::mad:
    case AggregateFn::autocorrelation:
      return list_of(timed);
    case AggregateFn::seasonal:
      return list_of(true);
    case AggregateFn::slope:
    case AggregateFn::trend:
      return {.kind = Kind::line};
    case AggregateFn::ewma:
      if (timed) return list_of(true);
      return {.kind = Kind::ewma, .parameter = parameter()};
    case AggregateFn::zscore:
    case AggregateFn::anomaly:
    case AggregateFn::spike:
      return {.kind = Kind::others};
    case AggregateFn::approx_distinct:
      return {.kind = rolling ? Kind::counts : Kind::hyperloglog};
    case AggregateFn::approx_percentile:
      return {.kind = rolling ? Kind::list : Kind::ddsketch};
    case AggregateFn::approx_top:
      if (rolling) return {.kind = Kind::counts};
      return {.kind = Kind::space_saving, .parameter = std::max(kLeastCounted, kCountedForEach * parameter())};
  }
  TOCSIN_ASSERT(aggregate.fn <= AggregateFn::seasonal);
  return {};
}

std::uint32_t words_of(const Accumulator& accumulator, bool out_of_order) {
  switch (accumulator.kind) {
    case Kind::sum:
    case Kind::ewma:
      return 2;
    case Kind::first:
    case Kind::last:
      return out_of_order ? 2 : 1;
    case Kind::moments:
      return kMomentsWords;
    case Kind::line:
      return kLineWords;
    case Kind::others:
      return kMomentsWords + (out_of_order ? 2 : 1);
    default:
      return 1;
  }
}

/// Collects accumulators, each once, in the order in which they are asked for; finish() lays them out.
class Layout {
 public:
  explicit Layout(bool out_of_order) { set_.out_of_order = out_of_order; }

  /// Its place among `wanted`.
  std::size_t require(const Accumulator& accumulator) {
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      Accumulator& known = wanted_[i];
      if (known.kind != accumulator.kind || known.argument != accumulator.argument) continue;
      if (known.kind == Kind::list) {  // one list serves all that read it
        known.timed = known.timed || accumulator.timed;
        known.parameter = known.parameter == 0 || accumulator.parameter == 0 ? 0 : known.parameter;
        return i;
      }
      if (known.parameter == accumulator.parameter) return i;
    }
    wanted_.push_back(accumulator);
    return wanted_.size() - 1;
  }

  AccumulatorSet finish() {
    set_.accumulators.push_back({});
    place_.assign(wanted_.size(), 0);
    for (std::size_t i = 0; i < wanted_.size(); ++i)
      if (wanted_[i].kind != Kind::rows && !is_laid(wanted_[i].argument)) lay(wanted_[i].argument, wanted_[i].type);
    set_.shape = shape();
    for (const Accumulator& accumulator : set_.accumulators) {
      const bool by_time =
          accumulator.kind == Kind::first || accumulator.kind == Kind::last || accumulator.kind == Kind::others;
      if (accumulator.kind >= Kind::list || accumulator.pooled) set_.plain = false;
      if (accumulator.kind == Kind::line || accumulator.timed || (by_time && set_.out_of_order)) set_.time_read = true;
    }
    return set_;
  }
  /// Of what require() gave, in the finished set.
  std::uint32_t index_of(std::size_t wanted) const { return place_[wanted]; }

 private:
  AccumulatorSet::Shape shape() const {
    using Shape = AccumulatorSet::Shape;
    const std::vector<Accumulator>& all = set_.accumulators;
    if (all.size() == 1) return Shape::rows;
    if (all.size() != 3 || all[2].kind != Kind::sum) return Shape::any;
    TOCSIN_ASSERT(all[1].at == 1 && all[2].at == 2);
    return all[2].type == Type::floating ? Shape::float_sum : Shape::int_sum;
  }
  bool is_laid(std::uint32_t argument) const {
    return std::any_of(set_.by_argument.begin(), set_.by_argument.end(),
                       [&](const ArgumentAccumulators& laid) { return laid.argument == argument; });
  }
  std::uint32_t put(Accumulator accumulator, std::uint32_t values_at) {
    accumulator.at = set_.words;
    accumulator.values_at = values_at;
    set_.words += words_of(accumulator, set_.out_of_order);
    set_.accumulators.push_back(accumulator);
    return static_cast<std::uint32_t>(set_.accumulators.size() - 1);
  }
  void lay(std::uint32_t argument, Type type) {
    const std::uint32_t values_at = set_.words;
    const std::uint32_t values = put({.kind = Kind::values, .type = type, .argument = argument}, values_at);
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (wanted_[i].kind == Kind::rows || wanted_[i].argument != argument) continue;
      place_[i] = wanted_[i].kind == Kind::values ? values : put(wanted_[i], values_at);
    }
    set_.by_argument.push_back({.argument = argument,
                                .values_at = values_at,
                                .first = values + 1,
                                .end = static_cast<std::uint32_t>(set_.accumulators.size())});
  }

  AccumulatorSet set_;
  std::vector<Accumulator> wanted_;
  std::vector<std::uint32_t> place_;  ///< of each wanted one in the set
};

struct Wanted {
  Accumulator accumulator;
  AggregateValue value;
};

Wanted wanted_by(const rules::Aggregate& aggregate, std::uint32_t argument, Type type, Use use) {
  Accumulator accumulator = accumulator_for(aggregate, use);
  accumulator.type = type;
  accumulator.argument = argument;
  accumulator.pooled = rules::is_text(type) && accumulator.kind != Kind::rows && accumulator.kind != Kind::values &&
                       !std::all_of(aggregate.argument.begin(), aggregate.argument.end(), gives_symbols);
  return {
      accumulator,
      {.fn = aggregate.fn, .type = aggregate.type, .argument = type, .from = {}, .parameters = aggregate.parameters}};
}

}  // namespace

AccumulatorSet compile_accumulators(const rules::WindowPlan& window, const std::vector<std::uint32_t>& arguments,
                                    const std::vector<Type>& types, bool out_of_order) {
  Layout layout(out_of_order);
  std::vector<AggregateValue> values;
  std::vector<std::size_t> required;
  for (std::size_t i = 0; i < window.aggregates.size(); ++i) {
    Wanted wanted =
        wanted_by(window.aggregates[i], arguments[i], types[i], out_of_order ? Use::out_of_order : Use::in_order);
    required.push_back(layout.require(wanted.accumulator));
    values.push_back(std::move(wanted.value));
  }
  AccumulatorSet set = layout.finish();
  for (std::size_t i = 0; i < values.size(); ++i) values[i].from = {layout.index_of(required[i])};
  set.values = std::move(values);
  return set;
}

RollingAccumulators compile_rolling_accumulators(const rules::WindowPlan& window,
                                                 const std::vector<std::uint32_t>& arguments,
                                                 const std::vector<Type>& types) {
  Layout dropped(false);
  Layout stacked(false);
  struct Required {
    bool drops = false;
    std::size_t place = 0;
  };
  std::vector<Required> required;
  RollingAccumulators all;
  for (std::size_t i = 0; i < window.aggregates.size(); ++i) {
    Wanted wanted = wanted_by(window.aggregates[i], arguments[i], types[i], Use::rolling);
    const bool drops = takes_rows_back(wanted.accumulator);
    required.push_back({drops, (drops ? dropped : stacked).require(wanted.accumulator)});
    all.whole.values.push_back(std::move(wanted.value));
  }
  all.dropped = dropped.finish();
  all.stacked = stacked.finish();
  const auto before = static_cast<std::uint32_t>(all.dropped.accumulators.size());
  for (std::size_t i = 0; i < required.size(); ++i) {
    const auto [drops, place] = required[i];
    all.whole.values[i].from = {drops ? dropped.index_of(place) : before + stacked.index_of(place)};
  }
  all.whole.words = all.dropped.words + all.stacked.words;
  all.whole.plain = all.dropped.plain && all.stacked.plain;
  all.whole.time_read = all.dropped.time_read || all.stacked.time_read;
  all.whole.accumulators = all.dropped.accumulators;
  all.whole.by_argument = all.dropped.by_argument;
  for (Accumulator accumulator : all.stacked.accumulators) {
    accumulator.at += all.dropped.words;
    accumulator.values_at += all.dropped.words;
    all.whole.accumulators.push_back(accumulator);
  }
  for (ArgumentAccumulators argument : all.stacked.by_argument) {
    argument.values_at += all.dropped.words;
    argument.first += before;
    argument.end += before;
    all.whole.by_argument.push_back(argument);
  }
  return all;
}

}  // namespace tocsin::matcher
