// See generate_window.hpp. Which rows a window is to have.
#include "engine/generate_window.hpp"

#include <algorithm>
#include <cmath>

#include "rules/operation.hpp"
#include "rules/reads.hpp"

namespace tocsin::engine {

namespace {

using events::Duration;
using rules::AggregateFn;
using rules::Expr;
using rules::Op;
using rules::RulePlan;
using Kind = rules::WindowPlan::Kind;

constexpr std::size_t kProfiles = 4;
constexpr std::size_t kMostRows = 2'000;
constexpr std::size_t kMostNumbers = 8;

/// The fewest rows that give an aggregate a value of any interest.
std::size_t least_rows(const rules::Aggregate& aggregate) {
  switch (aggregate.fn) {
    case AggregateFn::zscore:
    case AggregateFn::anomaly:
    case AggregateFn::spike:
      return 5;
    case AggregateFn::seasonal:
      return 6;
    case AggregateFn::trend:
      return 4;
    case AggregateFn::slope:
    case AggregateFn::stddev:
    case AggregateFn::variance:
    case AggregateFn::mad:
      return 3;
    case AggregateFn::autocorrelation: {
      const auto* lag = std::get_if<std::int64_t>(&aggregate.parameters.front());
      return lag == nullptr ? 4 : static_cast<std::size_t>(std::clamp<std::int64_t>(*lag, 1, 1'000)) * 2 + 4;
    }
    default:
      return 1;
  }
}

bool counts(const RulePlan& rule, const Expr& expr) {
  if (expr.op != Op::window_value) return false;
  const AggregateFn fn = rule.window->aggregates[expr.field].fn;
  return fn == AggregateFn::count || fn == AggregateFn::distinct || fn == AggregateFn::approx_distinct;
}

/// Numbers that counts are compared with.
struct Counts {
  std::size_t wanted = 0;           ///< the least that lets each comparison hold by itself
  std::vector<std::size_t> others;  ///< the numbers and their neighbours
};

/// The count that `count op number` just lets through; 0: the least will do.
std::size_t just_enough(Op op, bool swapped, std::size_t number) {
  if (op == Op::eq || op == (swapped ? Op::le : Op::ge)) return number;
  return op == (swapped ? Op::lt : Op::gt) ? number + 1 : 0;
}

void add_counts(const RulePlan& rule, const Expr& expr, Counts& found) {
  if (rules::is_comparison(expr.op))
    for (const std::size_t side : {0U, 1U}) {
      const Expr& constant = expr.args[1 - side];
      if (!counts(rule, expr.args[side]) || constant.op != Op::constant) continue;
      double number = -1;
      if (const auto* whole = std::get_if<std::int64_t>(&constant.value)) number = static_cast<double>(*whole);
      if (const auto* real = std::get_if<double>(&constant.value)) number = std::floor(*real);
      if (number < 0 || number > static_cast<double>(kMostRows)) continue;
      const auto compared = static_cast<std::size_t>(number);
      found.wanted = std::max(found.wanted, just_enough(expr.op, side == 1, compared));
      for (const std::size_t each : {compared, compared + 1, compared - std::min<std::size_t>(compared, 1)})
        found.others.push_back(each);
    }
  for (const Expr& arg : expr.args) add_counts(rule, arg, found);
}

/// Alerts are judged on windows without rows, too.
bool tells_of_empty(const RulePlan& rule) {
  const rules::WindowPlan& window = *rule.window;
  const bool goes_on = !window.grains.empty() || window.kind == Kind::tumbling || window.kind == Kind::sliding ||
                       window.kind == Kind::rolling;
  return goes_on && !window.join && std::any_of(rule.outputs.begin(), rule.outputs.end(), [](const auto& output) {
           return std::holds_alternative<rules::AlertPlan>(output.node);
         });
}

/// How many rows to try, in order; 0: a window without any, behind one with a row.
std::vector<std::size_t> row_numbers(const RulePlan& rule) {
  const rules::WindowPlan& window = *rule.window;
  std::size_t least = 1;
  for (const rules::Aggregate& aggregate : window.aggregates) least = std::max(least, least_rows(aggregate));
  Counts compared;
  if (window.when) add_counts(rule, *window.when, compared);
  for (const rules::OutputPlan& output : rule.outputs)
    if (output.condition) add_counts(rule, *output.condition, compared);
  std::vector<std::size_t> numbers{std::max(compared.wanted, least)};
  for (const std::size_t other : compared.others) numbers.push_back(std::max(other, least));
  for (const std::size_t more : {0U, 1U, 2U, 4U, 9U}) numbers.push_back(least + more);
  if (!window.aggregated) numbers = {1};
  if (window.kind == Kind::batch) {
    const auto batch = static_cast<std::size_t>(std::min<std::uint64_t>(window.count, kMostRows + 1));
    numbers.insert(numbers.begin(), batch);
    std::erase_if(numbers, [&](std::size_t number) { return number % batch != 0 && !window.early; });
  }
  if (window.early_events && window.kind == Kind::global) {
    const auto every = static_cast<std::size_t>(std::min<std::uint64_t>(*window.early_events, kMostRows + 1));
    for (std::size_t& number : numbers) number = (number + every - 1) / every * every;
  }
  std::vector<std::size_t> unique;
  for (const std::size_t number : numbers)
    if (number > 0 && unique.size() < kMostNumbers && std::find(unique.begin(), unique.end(), number) == unique.end())
      unique.push_back(number);
  const bool few = std::find(compared.others.begin(), compared.others.end(), 0) != compared.others.end();
  if (tells_of_empty(rule)) unique.insert(few && compared.wanted == 0 ? unique.begin() : unique.end(), 0);
  return unique;
}

}  // namespace

Profile profile_of(Shape shape) { return static_cast<Profile>(shape.side % kProfiles); }

std::size_t shapes_of(const RulePlan& rule) { return row_numbers(rule).size() * kProfiles; }

std::optional<Instance> rows(const RulePlan& rule, Shape shape, std::string& why) {
  const rules::WindowPlan& window = *rule.window;
  const std::vector<std::size_t> numbers = row_numbers(rule);
  const std::size_t number = numbers[shape.side / kProfiles % numbers.size()];
  const bool empty = number == 0;
  if (number > kMostRows) {
    why = "it takes more than 2000 events";
    return std::nullopt;
  }
  Instance instance;
  instance.rule = &rule;
  instance.empty = empty;
  if (!window.grains.empty()) instance.grain = window.grains[shape.side % window.grains.size()];
  const auto add = [&](std::uint32_t side, std::size_t index) {
    Turn turn;
    turn.step = side;
    turn.fit = static_cast<std::uint32_t>(shape.side == 0 ? 0 : index % window.sides[side].fits.size());
    instance.turns.push_back(std::move(turn));
  };
  // A left side that stays alone is the other thing that a left join tells.
  const bool alone = window.join && window.join->left && shape.side % 2 == 1;
  if (!window.join || alone) {
    for (std::size_t i = 0; i < std::max<std::size_t>(number, 1); ++i) add(0, i);
    return instance;
  }
  const std::uint32_t once = window.join->last ? 1 : 0;
  add(once, 0);
  for (std::size_t i = 0; i < number; ++i) add(1 - once, i);
  return instance;
}

const rules::Single& fit_of(const Instance& instance, const Turn& turn) {
  const RulePlan& rule = *instance.rule;
  return rule.window ? rule.window->sides[turn.step].fits[turn.fit] : rule.pattern.steps[turn.step].fits[turn.fit];
}

std::size_t places_of(const RulePlan& rule) {
  return rule.window ? rule.window->sides.size() : rule.pattern.steps.size();
}

std::vector<events::TypeId> types_read(const RulePlan& rule, std::uint32_t step) {
  return rule.window ? rules::types_of(rule.window->sides[step]) : rule.pattern.steps[step].types;
}

Duration alignment_of(const RulePlan& rule) {
  if (!rule.window) return {0};
  const rules::WindowPlan& window = *rule.window;
  if (!window.grains.empty()) return window.grains.back();
  if (window.kind == Kind::tumbling) return window.size;
  if (window.kind == Kind::sliding || window.kind == Kind::rolling) return window.every;
  return {0};
}

Duration reach_of(const RulePlan& rule) {
  if (!rule.window) return events::kLongest;
  const rules::WindowPlan& window = *rule.window;
  if (!window.grains.empty()) return window.grains.front();
  if (window.join && window.join->within) return *window.join->within;
  if (window.kind == Kind::sliding) return std::min(window.size, window.every);
  return window.size.ns > 0 ? window.size : events::kLongest;
}

Duration repeat_after(const RulePlan& rule) {
  if (!rule.window) return {0};
  const rules::WindowPlan& window = *rule.window;
  if (!window.grains.empty()) return window.grains.back();
  if (window.kind == Kind::tumbling || window.kind == Kind::sliding) return window.size;
  return window.kind == Kind::rolling ? Duration{window.size.ns / 2} : Duration{0};
}

Duration hold_of(const RulePlan& rule) {
  Duration hold{0};
  for (const rules::OutputPlan& output : rule.outputs)
    if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node)) hold = std::max(hold, alert->hold);
  return hold;
}

Duration period_of(const RulePlan& rule) {
  if (!rule.window) return {0};
  for (const rules::Aggregate& aggregate : rule.window->aggregates)
    if (aggregate.fn == AggregateFn::seasonal)
      if (const auto* period = std::get_if<Duration>(&aggregate.parameters.front())) return *period;
  return {0};
}

}  // namespace tocsin::engine
