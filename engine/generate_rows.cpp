// Windows of a sketch: their times, their rows, and what must hold of them.
#include <algorithm>

#include "engine/generate_window.hpp"
#include "engine/generate_world.hpp"

namespace tocsin::engine {

namespace {

using events::Duration;
using events::Time;
using events::Value;
using Kind = rules::WindowPlan::Kind;

constexpr std::int64_t kDayNs = 86'400 * events::kSecond.ns;

/// The multiple of `unit` since the epoch at or before `ns`.
std::int64_t floor_to(std::int64_t ns, std::int64_t unit) {
  const std::int64_t over = ns % unit;
  return ns - (over < 0 ? over + unit : over);
}

}  // namespace

WindowTimes World::window_of(const Instance& instance) const {
  const rules::WindowPlan& window = *instance.rule->window;
  const Time first = times_[instance.turns.front().event];
  const Time last = times_[instance.turns.back().event];
  constexpr Duration kBefore{1};
  const auto aligned = [&](Duration size, std::int64_t start) {
    const Time end{events::saturating_add(start, size.ns)};
    return WindowTimes{Time{start}, end, end - kBefore};
  };
  if (instance.grain.ns > 0) return aligned(instance.grain, floor_to(first.ns, instance.grain.ns));
  switch (window.kind) {
    case Kind::tumbling:
      // A calendar's days end no later than two after those of UTC.
      if (!window.zone.empty())
        return aligned({events::saturating_add(window.size.ns, 2 * kDayNs)}, floor_to(first.ns, kDayNs));
      return aligned(window.size, floor_to(first.ns, window.size.ns));
    case Kind::sliding:  // the first that has all
      return aligned(window.size, floor_to(last.ns - window.size.ns, window.every.ns) + window.every.ns);
    case Kind::session:
      return {first, last + window.size, last + window.size};
    case Kind::rolling:
      return {last - window.size, last, last};
    case Kind::global:
      if (!window.early) break;
      return {first, last, Time{floor_to(last.ns - 1, window.early->ns) + window.early->ns}};
    default:
      break;
  }
  return {first, last, last};
}

/// The end of a left side that stays alone, where each row is told by itself.
events::Time World::told_alone(const Instance& instance) const {
  const rules::WindowPlan& window = *instance.rule->window;
  const Time last = times_[instance.turns.back().event];
  return window.join->last ? last : (last + window.size) + window.every;
}

events::Time World::window_completion(const Instance& instance) const {
  const rules::WindowPlan& window = *instance.rule->window;
  Time time = window_of(instance).completion;
  const bool alone = window.join && instance.turns.front().step == instance.turns.back().step;
  if (instance.empty) {
    // Of calendar days and of rollups the next one may be longer.
    const Duration size = instance.grain.ns > 0 ? window.grains.back() : window.size;
    time = (time + size) + (window.zone.empty() ? window.every : Duration{kDayNs});
  }
  if (!window.aggregated) time = alone ? told_alone(instance) : times_[instance.turns.back().event];
  Duration hold{0};
  for (std::size_t i = 0; i < instance.rule->outputs.size(); ++i)
    if (const auto* alert = std::get_if<rules::AlertPlan>(&instance.rule->outputs[i].node);
        alert != nullptr && (instance.output == kNone || instance.output == i))
      hold = std::max(hold, alert->hold);
  return time + hold;
}

std::vector<World::Row> World::rows_of(const Frame& frame) {
  const rules::WindowPlan& window = *frame.instance->rule->window;
  std::vector<Row> rows;
  if (frame.instance->empty) return rows;
  if (!window.join) {
    for (const std::size_t event : frame.taken[0]) rows.push_back({event, kNone});
    if (window.kind == Kind::last && rows.size() > window.count)
      rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(window.count));
    return rows;
  }
  for (const std::size_t left : frame.taken[0]) {
    for (const std::size_t right : frame.taken[1]) rows.push_back({left, right});
    if (frame.taken[1].empty()) rows.push_back({left, kNone});
  }
  return rows;
}

Value World::window_value(const rules::Aggregate& aggregate, const Frame& frame) {
  std::vector<RowValue> values;
  const rules::RulePlan& rule = *frame.instance->rule;
  for (const Row& row : rows_of(frame)) {
    ++work_;
    RowValue& value = values.emplace_back();
    value.time = times_[row[1] == kNone ? row[0] : std::max(row[0], row[1])];
    if (aggregate.argument.empty()) continue;
    Frame of_row = frame_of(frame, row);
    std::size_t input = 0;
    if (!rule.window->join) {
      const auto at = std::lower_bound(rule.inputs.begin(), rule.inputs.end(), sketch_.events[row[0]].type);
      input = static_cast<std::size_t>(at - rule.inputs.begin());
    }
    value.value = this->value(aggregate.argument[std::min(input, aggregate.argument.size() - 1)], of_row);
  }
  return window_aggregate(aggregate, values);
}

Frame World::frame_of(const Frame& frame, const Row& row) {
  Frame of_row;
  of_row.instance = frame.instance;
  of_row.taken.resize(frame.taken.size());
  of_row.current.assign(frame.current.size(), kNone);
  of_row.candidate = row[0];
  if (frame.instance->rule->window->join) {
    of_row.candidate = kNone;
    of_row.current = {row[0], row[1]};
  }
  return of_row;
}

/// How much farther than it may be the turn is from what came before it.
double World::out_of_window(const Instance& instance, std::size_t number) const {
  if (number == 0) return 0;
  const rules::WindowPlan& window = *instance.rule->window;
  const Time first = times_[instance.turns.front().event];
  const Time before = times_[instance.turns[number - 1].event];
  const Time time = times_[instance.turns[number].event];
  const auto over = [](std::int64_t ns) { return ns > 0 ? static_cast<double>(ns) : 0.0; };
  if (instance.grain.ns > 0 || (window.kind == Kind::tumbling && window.zone.empty())) {
    const std::int64_t size = instance.grain.ns > 0 ? instance.grain.ns : window.size.ns;
    return over((time - Time{floor_to(first.ns, size) + size - 1}).ns);
  }
  switch (window.kind) {
    case Kind::tumbling:
      return over((time - Time{floor_to(first.ns, kDayNs) + kDayNs / 4}).ns);
    case Kind::sliding:
      return over((time - Time{floor_to(first.ns, window.every.ns) + window.size.ns - 1}).ns);
    case Kind::session:
      return over((time - before).ns - window.size.ns);
    case Kind::rolling:
      return over((time - first).ns - window.size.ns + 1);
    default:
      return window.join && window.join->within ? over((time - first).ns - window.join->within->ns) : 0;
  }
}

Value World::lookup(const rules::Expr& expr, const Frame& frame) {
  const rules::Table& table = *expr.table;
  std::vector<Value> key;
  for (const rules::Expr& arg : expr.args) key.push_back(value(arg, frame));
  work_ += table.rows.size() / 16;
  for (const std::vector<Value>& row : table.rows) {
    bool same = true;
    for (std::size_t i = 0; i < key.size() && same; ++i) same = row[table.key[i]] == key[i];
    if (same) return row[expr.field];
  }
  return {};
}

}  // namespace tocsin::engine
