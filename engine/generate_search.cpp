#include "engine/generate_search.hpp"

#include <algorithm>
#include <cmath>

#include "engine/generate_window.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::engine {

namespace {

using events::Duration;
using events::Type;
using events::Value;
using rules::Expr;
using rules::Op;

constexpr std::size_t kMovesWithoutGain = 600;  // then everything begins anew

/// `value` moved by `by` of its numbers (of times and durations: seconds).
Value moved(const Value& value, double by) {
  if (!std::isfinite(by) || std::abs(by) > 9e9) by = by > 0 ? 9e9 : -9e9;
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return events::saturating_add(*whole, static_cast<std::int64_t>(std::llround(by)));
  if (const auto* real = std::get_if<double>(&value)) return *real + by;
  const auto ns = static_cast<std::int64_t>(std::clamp(by * 1e9, -9e18, 9e18));
  if (const auto* time = std::get_if<events::Time>(&value)) return *time + Duration{ns};
  if (const auto* span = std::get_if<Duration>(&value)) return Duration{events::saturating_add(span->ns, ns)};
  return value;
}

bool is_number(Type type) {
  return type == Type::integer || type == Type::floating || type == Type::time || type == Type::duration;
}

bool is_possible(const Variable& variable, const Value& value) {
  if (events::is_null(value)) return variable.optional;
  if (variable.role == Variable::Role::gap) return std::get<Duration>(value).ns >= 0;
  const auto* real = std::get_if<double>(&value);
  return real == nullptr || std::isfinite(*real);
}

}  // namespace

Search::Search(const rules::RuleSet& set, Sketch& sketch, World& world, Random& random, std::size_t number,
               events::Time base)
    : sketch_(sketch), world_(world), random_(random), pool_(set, sketch, random), number_(number), base_(base) {
  for (const SketchEvent& event : sketch.events)
    for (const events::Field& field : set.schema[event.type].fields)
      reads_time_ |= field.type == Type::time && field.stored;
}

void Search::begin() {
  std::size_t next = number_;
  for (Variable& variable : sketch_.variables) {
    variable.value = plain_value(variable, variable.role == Variable::Role::key ? next++ : number_, base_);
    if (variable.role != Variable::Role::gap) continue;
    // The whole must fit into the shortest span around it.
    Duration shortest = events::kLongest;
    Duration period{0};
    for (const Instance& instance : sketch_.instances) {
      if (instance.rule->within) shortest = std::min(shortest, *instance.rule->within);
      if (instance.rule->window) shortest = std::min(shortest, reach_of(*instance.rule));
      period = std::max(period, period_of(*instance.rule));
    }
    const auto events = static_cast<std::int64_t>(sketch_.events.size());
    const Duration gap{shortest.ns / (2 * events)};
    if (gap < events::kSecond) variable.value = gap;
    if (period.ns > 0) variable.value = std::min(period, Duration{shortest.ns / (events + 1)});
  }
  for (const Instance& instance : sketch_.instances)
    for (const Turn& turn : instance.turns)
      for (const Span& span : turn.spans) keep_in(instance, turn, span);
}

/// Gaps that are likely to keep a bound: all of it right behind the event it counts from, parts of it farther off.
void Search::keep_in(const Instance& instance, const Turn& turn, const Span& span) {
  const std::size_t first = instance.turns[span.since].event;
  const std::size_t steps = turn.event - first;
  for (std::size_t event = first + 1; event <= turn.event; ++event) {
    if (sketch_.events[event].gap == kNone) continue;
    Value& value = sketch_.variables[sketch_.events[event].gap].value;
    const Duration most{span.bound.most.ns / static_cast<std::int64_t>(steps)};
    const Duration least{event == turn.event ? span.bound.least.ns : 0};
    value = std::clamp(std::get<Duration>(value), std::min(least, most), most);
  }
}

void Search::variables_of(std::size_t event, std::vector<std::size_t>& out) const {
  const SketchEvent& sketched = sketch_.events[event];
  if (sketched.instance != kNone) {
    for (const Turn& turn : sketch_.instances[sketched.instance].turns) variables_of(turn.event, out);
    return;
  }
  for (const std::size_t variable : sketched.variables)
    if (variable != kNone && sketch_.variables[variable].read) out.push_back(variable);
  if (!reads_time_) return;
  out.push_back(sketched.gap);
  out.push_back(sketch_.start);
}

void Search::variables_read(const Expr& expr, const Frame& frame, std::vector<std::size_t>& out) const {
  const auto one = [&](std::size_t event) {
    if (event == kNone) return;
    const bool own = sketch_.events[event].instance == kNone && expr.fields.empty() && expr.field != rules::kNoField;
    const std::size_t variable = own ? sketch_.events[event].variables[expr.field] : kNone;
    if (variable != kNone)
      out.push_back(variable);
    else
      variables_of(event, out);
  };
  if (expr.op == Op::field) one(frame.candidate);
  if (expr.op == Op::step_field) one(frame.current[expr.step]);
  if (expr.op == Op::window_value) {
    const auto& aggregate = frame.instance->rule->window->aggregates[expr.field];
    for (const World::Row& row : world_.rows_of(frame)) {
      const Frame of_row = World::frame_of(frame, row);
      for (const Expr& argument : aggregate.argument) variables_read(argument, of_row, out);
    }
  }
  if (expr.op == Op::window_start || expr.op == Op::window_end) out.push_back(sketch_.start);
  if (expr.op == Op::key_part) variables_of(frame.instance->turns.front().event, out);
  if (expr.op == Op::aggregate || expr.op == Op::turn_field)
    for (const std::size_t event : frame.taken[expr.step]) one(event);
  for (const Expr& arg : expr.args) variables_read(arg, frame, out);
}

std::vector<std::size_t> Search::movable(const Unmet& unmet) const {
  std::vector<std::size_t> out;
  if (unmet.expr != nullptr) {
    variables_read(*unmet.expr, unmet.frame, out);
  } else if (unmet.turn != kNone && !unmet.of_time) {
    variables_of(unmet.frame.candidate, out);
    variables_of(unmet.frame.instance->turns.front().event, out);
  } else {
    for (const SketchEvent& event : sketch_.events)
      if (event.gap != kNone) out.push_back(event.gap);
  }
  return out;
}

/// What comparisons and functions of `expr` have on their sides.
void Search::sides(const Expr& expr, const Frame& frame, std::vector<Value>& out) {
  const bool tells = rules::is_comparison(expr.op) || expr.op == Op::in || expr.op == Op::call;
  for (const Expr& arg : expr.args) {
    if (tells)
      if (Value value = world_.value(arg, frame); !events::is_null(value)) {
        if (const auto* list = std::get_if<events::List>(&value))
          for (Value& item : events::items_of(*list)) out.push_back(std::move(item));
        out.push_back(std::move(value));
      }
    sides(arg, frame, out);
  }
}

/// Mostly one of the first three: the others are farther off, or less plain to read.
Value Search::one_of(const std::vector<Value>& near) {
  const std::size_t few = random_.chance(80) ? std::min<std::size_t>(near.size(), 3) : near.size();
  return near[random_.below(few)];
}

const Expr* Search::a_comparison(const Expr& expr) {
  if (rules::is_comparison(expr.op)) return &expr;
  if (expr.args.empty()) return nullptr;
  const std::size_t first = random_.below(expr.args.size());
  for (std::size_t i = 0; i < expr.args.size(); ++i)
    if (const Expr* found = a_comparison(expr.args[(first + i) % expr.args.size()])) return found;
  return nullptr;
}

/// Where the two sides of a comparison would meet if their difference were a straight line of the variable.
Value Search::straight(std::size_t index, const Unmet& unmet, bool together) {
  if (unmet.expr == nullptr || !is_number(sketch_.variables[index].type)) return {};
  const Expr* comparison = a_comparison(*unmet.expr);
  if (comparison == nullptr) return {};
  const auto difference = [&] {
    return as_number(world_.value(comparison->args[0], unmet.frame)) -
           as_number(world_.value(comparison->args[1], unmet.frame));
  };
  const Value kept = sketch_.variables[index].value;
  const std::vector<std::size_t> moves = together ? all_alike(index) : std::vector<std::size_t>{index};
  std::vector<Value> before;
  for (const std::size_t each : moves) before.push_back(sketch_.variables[each].value);
  set_all(moves, kept);
  if (together) world_.score();
  const double here = difference();
  set_all(moves, moved(kept, 1));
  world_.score();
  const double there = difference();
  for (std::size_t i = 0; i < moves.size(); ++i) sketch_.variables[moves[i]].value = std::move(before[i]);
  world_.score();
  const double slope = there - here;
  if (!std::isfinite(slope) || slope == 0) return {};
  const std::vector<Value> near = around(moved(kept, -here / slope));
  return near.empty() ? Value{} : one_of(near);
}

Value Search::tweak(std::size_t index) {
  const Variable& variable = sketch_.variables[index];
  if (variable.type == Type::boolean) return random_.chance(50);
  if (is_number(variable.type)) {
    const double size = std::pow(10.0, static_cast<double>(random_.below(5)) - 1);
    return moved(variable.value, random_.chance(50) ? size : -size);
  }
  if (const auto* text = std::get_if<std::string>(&variable.value); text != nullptr && text->size() < 200) {
    const Value more = pool_.pick(Type::string);
    const std::size_t kind = random_.below(3);
    if (kind == 0) return text->substr(0, text->size() / 2);
    return kind == 1 || events::is_null(more) ? *text + "x" : *text + std::get<std::string>(more);
  }
  return pool_.pick(variable.type);
}

/// The variables of one field of a window's rows.
std::vector<std::size_t> Search::all_alike(std::size_t index) const {
  const std::size_t alike = sketch_.variables[index].alike;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < sketch_.variables.size(); ++i)
    if (sketch_.variables[i].alike == alike) all.push_back(i);
  return all;
}

void Search::set_all(const std::vector<std::size_t>& variables, const Value& value) {
  for (const std::size_t index : variables) sketch_.variables[index].value = value;
}

Value Search::proposal(std::size_t index, const Unmet& unmet, bool together) {
  const Variable& variable = sketch_.variables[index];
  if (variable.role == Variable::Role::start)
    return Duration{static_cast<std::int64_t>(random_.below(168)) * 3'600 * events::kSecond.ns};
  if (variable.optional && random_.chance(10)) return {};
  if (random_.chance(10)) {
    const Variable& other = sketch_.variables[random_.below(sketch_.variables.size())];
    if (other.type == variable.type && other.role != Variable::Role::gap && !events::is_null(other.value))
      return other.value;
  }
  const std::size_t kind = random_.below(10);
  if (kind < 4 && unmet.expr != nullptr) {
    std::vector<Value> wanted;
    sides(*unmet.expr, unmet.frame, wanted);
    if (!wanted.empty()) {
      const std::vector<Value> near = around(as_type(wanted[random_.below(wanted.size())], variable.type));
      if (!near.empty()) return one_of(near);
    }
  }
  if (kind < 6)
    if (Value value = straight(index, unmet, together); !events::is_null(value)) return value;
  if (variable.type == Type::time && random_.chance(30))
    return base_ + Duration{static_cast<std::int64_t>(random_.below(168)) * 3'600 * events::kSecond.ns};
  if (kind < 9)
    if (Value value = pool_.pick(variable.type); !events::is_null(value)) return value;
  return tweak(index);
}

bool Search::solve(std::uint64_t work, Unmet& unmet) {
  const std::uint64_t end = world_.work() + work;
  Score best;
  while (world_.work() < end) {
    begin();
    Unmet now;
    Score score = world_.score(&now);
    for (std::size_t idle = 0; !score.solved() && idle < kMovesWithoutGain && world_.work() < end; ++idle) {
      world_.spend();
      const std::vector<std::size_t> variables = movable(now);
      if (variables.empty()) break;
      const std::size_t index = variables[random_.below(variables.size())];
      // Rows of a window are moved one by one, or all to one value.
      const bool together = sketch_.variables[index].alike != kNone && random_.chance(60);
      Value value = proposal(index, now, together);
      if ((value == sketch_.variables[index].value && !together) || !is_possible(sketch_.variables[index], value))
        continue;
      const std::vector<std::size_t> moves = together ? all_alike(index) : std::vector<std::size_t>{index};
      std::vector<Value> kept;
      for (const std::size_t each : moves) kept.push_back(sketch_.variables[each].value);
      set_all(moves, value);
      Unmet next;
      const Score tried = world_.score(&next);
      if (!tried.no_worse_than(score)) {
        for (std::size_t i = 0; i < moves.size(); ++i) sketch_.variables[moves[i]].value = std::move(kept[i]);
        continue;
      }
      if (tried.held > score.held || tried.cost < score.cost) idle = 0;
      score = tried;
      now = std::move(next);
    }
    if (score.solved()) return true;
    if (best.solved() || score.held >= best.held) {
      best = score;
      unmet = std::move(now);
    }
  }
  return false;
}

bool Search::turn_to(const Unmet& aim, std::size_t event, std::uint64_t work, bool in_order) {
  std::vector<std::size_t> variables;
  variables_of(event, variables);
  std::erase_if(variables, [&](std::size_t index) { return sketch_.variables[index].role == Variable::Role::key; });
  if (variables.empty()) return false;
  const std::uint64_t end = world_.work() + work;
  double least = world_.cost(*aim.expr, aim.want, aim.frame);
  if (least == 0) return true;
  while (world_.work() < end) {
    world_.spend();
    Variable& variable = sketch_.variables[variables[random_.below(variables.size())]];
    Value value = proposal(static_cast<std::size_t>(&variable - sketch_.variables.data()), aim, false);
    if (!is_possible(variable, value)) continue;
    std::swap(variable.value, value);
    Unmet now;
    world_.score(&now);
    const double cost = world_.cost(*aim.expr, aim.want, aim.frame);
    const bool is_first = now.expr == aim.expr && now.instance == aim.instance && now.turn == aim.turn;
    if (cost == 0 && (is_first || !in_order)) return true;
    if (cost <= least && cost != 0)
      least = cost;
    else
      std::swap(variable.value, value);
  }
  return false;
}

}  // namespace tocsin::engine
