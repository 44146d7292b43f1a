#include "engine/generate_world.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rules/operation.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::engine {

namespace {

using events::Value;
using rules::Expr;
using rules::Op;

bool is_true(const Value& value) {
  const bool* truth = std::get_if<bool>(&value);
  return truth != nullptr && *truth;
}

Expr constant(events::Type type, Value value) {
  Expr expr;
  expr.op = Op::constant;
  expr.type = type;
  expr.value = std::move(value);
  return expr;
}

/// As one of type `to`: an int where a float is asked for.
Value converted(Value value, events::Type to) {
  if (const auto* whole = std::get_if<std::int64_t>(&value); whole != nullptr && to == events::Type::floating)
    return static_cast<double>(*whole);
  return value;
}

/// How far `l op r` is from being `want`, in (0, 1); 1 where the sides can't be measured.
double distance(Op op, bool want, double l, double r) {
  if (std::isnan(l) || std::isnan(r)) return 1;
  const bool equality = op == Op::eq || op == Op::ne;
  if (equality && want == (op == Op::ne)) return 0.5;  // they are equal: any step will do
  const double scaled = std::log1p(std::abs(l - r));
  return 0.01 + 0.98 * scaled / (1 + scaled);
}

}  // namespace

double as_number(const Value& value) {
  return std::visit(rules::overloaded{[](std::int64_t v) { return static_cast<double>(v); }, [](double v) { return v; },
                                      [](events::Time v) { return static_cast<double>(v.ns) / 1e9; },
                                      [](events::Duration v) { return static_cast<double>(v.ns) / 1e9; },
                                      [](events::Severity v) { return static_cast<double>(v); },
                                      [](const auto&) { return std::nan(""); }},
                    value);
}

World::World(const rules::RuleSet& set, const Sketch& sketch, events::Time base)
    : set_(set), sketch_(sketch), base_(base), times_(sketch.events.size()), values_(sketch.events.size()) {}

void World::place() {
  const auto span_of = [&](std::size_t variable) {
    const auto* span = std::get_if<events::Duration>(&sketch_.variables[variable].value);
    return span == nullptr ? events::Duration{0} : *span;
  };
  events::Time now = base_ + span_of(sketch_.start);
  for (std::size_t i = 0; i < sketch_.events.size(); ++i) {
    if (i > 0 && sketch_.events[i].gap != kNone) now = now + span_of(sketch_.events[i].gap);
    times_[i] = now;
  }
}

void World::fill(std::size_t event) {
  const SketchEvent& sketched = sketch_.events[event];
  const events::EventType& type = set_.schema[sketched.type];
  std::vector<Value>& values = values_[event];
  values.assign(type.fields.size(), {});
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].name == "@time") values[i] = times_[event];
    if (type.fields[i].name == "@type") values[i] = type.wire;
    if (sketched.variables[i] != kNone) values[i] = sketch_.variables[sketched.variables[i]].value;
  }
  if (sketched.instance != kNone) derive(event);
}

void World::derive(std::size_t event) {
  const SketchEvent& sketched = sketch_.events[event];
  const Instance& instance = sketch_.instances[sketched.instance];
  const events::EventType& type = set_.schema[sketched.type];
  std::vector<Value>& values = values_[event];
  const Frame frame = complete(sketched.instance);
  const auto put = [&](std::size_t field, Value given) {
    values[field] = converted(std::move(given), type.fields[field].type);
  };
  for (std::size_t i = 0; i < type.fields.size(); ++i)
    if (type.fields[i].name == "@source") values[i] = "/tocsin/" + instance.rule->name;
  const rules::OutputPlan& output = instance.rule->outputs[sketched.output];
  if (const auto* emit = std::get_if<rules::EmitPlan>(&output.node)) {
    for (std::size_t i = 0; i < emit->fields.size(); ++i) put(i, value(emit->fields[i], frame));
    return;
  }
  const auto& alert = std::get<rules::AlertPlan>(output.node);
  values[0] = fmt::format("alert-{}", sketched.instance);
  values[1] = std::string(events::name_of(alert.resolve ? events::AlertState::firing : events::AlertState::once));
  values[2] = value(alert.severity, frame);
  if (events::is_null(values[2])) values[2] = events::Severity::info;
  const std::size_t parts = instance.rule->key.size();
  for (std::size_t i = 0; i < parts; ++i) put(3 + i, key_part(instance, instance.turns.front().event, i));
  for (std::size_t i = 0; i < alert.event.fields.size(); ++i)
    if (alert.event.fields[i] != rules::kNoField)
      put(3 + parts + i, value(alert.fields[alert.event.fields[i]].expr, frame));
}

void World::take(Frame& frame, const Turn& turn) const {
  frame.taken[turn.step].push_back(turn.event);
  frame.current[turn.step] = turn.event;
}

Frame World::before(std::size_t index, std::size_t end) const {
  const Instance& instance = sketch_.instances[index];
  Frame frame;
  frame.instance = &instance;
  frame.taken.resize(instance.rule->pattern.steps.size());
  frame.current.assign(instance.rule->pattern.steps.size(), kNone);
  for (std::size_t i = 0; i < std::min(end + 1, instance.turns.size()); ++i) {
    const Turn& turn = instance.turns[i];
    for (const std::uint32_t step : turn.begins) frame.current[step] = kNone;
    if (i < end) take(frame, turn);
  }
  if (end < instance.turns.size()) frame.candidate = instance.turns[end].event;
  return frame;
}

Frame World::complete(std::size_t instance) const { return before(instance, sketch_.instances[instance].turns.size()); }

Value World::field_of(const Expr& expr, std::size_t event, const Frame& frame) const {
  if (event == kNone) return {};
  std::uint32_t field = expr.field;
  if (!expr.fields.empty()) {
    const auto& types = frame.instance->rule->pattern.steps[expr.step].types;
    const auto at = std::lower_bound(types.begin(), types.end(), sketch_.events[event].type);
    field = expr.fields[static_cast<std::size_t>(at - types.begin())];
  }
  return field < values_[event].size() ? values_[event][field] : Value{};
}

Value World::aggregate(const Expr& expr, const Frame& frame) {
  using Fn = rules::AggregateFn;
  const std::vector<std::size_t>& taken = frame.taken[expr.step];
  work_ += taken.size();
  if (expr.fn == Fn::count && expr.field == rules::kNoField) return static_cast<std::int64_t>(taken.size());
  if (expr.fn == Fn::first) return taken.empty() ? Value{} : field_of(expr, taken.front(), frame);
  if (expr.fn == Fn::last) return taken.empty() ? Value{} : field_of(expr, taken.back(), frame);
  std::vector<Value> given;
  for (const std::size_t event : taken)
    if (Value each = field_of(expr, event, frame); !events::is_null(each)) given.push_back(std::move(each));
  const auto count = static_cast<std::int64_t>(given.size());
  if (expr.fn == Fn::count) return count;
  if (expr.fn == Fn::min || expr.fn == Fn::max) {
    if (given.empty()) return {};
    return expr.fn == Fn::min ? *std::min_element(given.begin(), given.end())
                              : *std::max_element(given.begin(), given.end());
  }
  if (expr.fn == Fn::stddev) {
    double n = 0, mean = 0, squares = 0;
    for (const Value& each : given) {
      const double x = as_number(each);
      const double delta = x - mean;
      mean += delta / ++n;
      squares += delta * (x - mean);
    }
    return given.empty() ? Value{} : Value{std::sqrt(squares / n)};
  }
  if (given.empty())
    return expr.fn == Fn::sum
               ? converted(expr.type == events::Type::duration ? Value{events::Duration{0}} : Value{std::int64_t{0}},
                           expr.type)
               : Value{};
  const events::Type type = events::type_of(given.front());
  Value sum = given.front();
  for (std::size_t i = 1; i < given.size() && !events::is_null(sum); ++i) {
    Expr add;
    add.op = Op::add;
    add.type = type;
    add.args = {constant(type, std::move(sum)), constant(type, given[i])};
    sum = rules::value_of_constants(add);
  }
  if (expr.fn == Fn::sum) return sum;
  Expr mean;
  mean.op = Op::div;
  mean.type = expr.type;
  mean.args = {constant(type, std::move(sum)), constant(events::Type::integer, count)};
  return rules::value_of_constants(mean);
}

Value World::key_part(const Instance& instance, std::size_t event, std::size_t part) {
  const rules::RulePlan& rule = *instance.rule;
  const auto at = std::lower_bound(rule.inputs.begin(), rule.inputs.end(), sketch_.events[event].type);
  const auto input = static_cast<std::size_t>(at - rule.inputs.begin());
  const rules::KeyPart& key = rule.key[part];
  if (key.field[input] != rules::kNoField) return values_[event][key.field[input]];
  Frame frame;
  frame.instance = &instance;
  frame.candidate = event;
  return value(key.exprs[input], frame);
}

Value World::value(const Expr& expr, const Frame& frame) {
  ++work_;
  switch (expr.op) {
    case Op::constant:
      return expr.value;
    case Op::field:
      return frame.candidate == kNone ? Value{} : values_[frame.candidate][expr.field];
    case Op::key_part:
      return key_part(*frame.instance, frame.instance->turns.front().event, expr.field);
    case Op::step_field:
      return field_of(expr, frame.current[expr.step], frame);
    case Op::aggregate:
      return aggregate(expr, frame);
    default:
      break;
  }
  Expr node;
  node.op = expr.op;
  node.type = expr.type;
  node.function = expr.function;
  node.texts = expr.texts;
  node.zone = expr.zone;
  node.args.reserve(expr.args.size());
  for (const Expr& arg : expr.args) node.args.push_back(constant(arg.type, value(arg, frame)));
  return rules::value_of_constants(node);
}

double World::cost(const Expr& expr, bool want, const Frame& frame) {
  if (expr.op == Op::logical_not) return cost(expr.args[0], !want, frame);
  if (expr.op == Op::logical_and || expr.op == Op::logical_or) {
    const bool all = (expr.op == Op::logical_and) == want;
    double sum = 0;
    double least = std::numeric_limits<double>::max();
    for (const Expr& arg : expr.args) {
      const double each = cost(arg, want, frame);
      sum += each;
      least = std::min(least, each);
    }
    return all ? sum : least;
  }
  if (rules::is_comparison(expr.op)) {
    const Value left = value(expr.args[0], frame);
    const Value right = value(expr.args[1], frame);
    Expr node;
    node.op = expr.op;
    node.type = expr.type;
    node.args = {constant(expr.args[0].type, left), constant(expr.args[1].type, right)};
    if (is_true(rules::value_of_constants(node)) == want) return 0;
    return distance(expr.op, want, as_number(left), as_number(right));
  }
  return is_true(value(expr, frame)) == want ? 0 : 1;
}

bool World::fits(const rules::Single& single, std::size_t event, Frame frame) {
  if (sketch_.events[event].type != single.type) return false;
  frame.candidate = event;
  return !single.condition || cost(*single.condition, true, frame) == 0;
}

double World::key_cost(const Instance& instance, const Turn& turn) {
  double sum = 0;
  for (std::size_t part = 0; part < instance.rule->key.size(); ++part) {
    const Value own = key_part(instance, turn.event, part);
    if (events::is_null(own) || own != key_part(instance, instance.turns.front().event, part)) sum += 1;
  }
  return sum;
}

double World::output_cost(const Instance& instance, const Frame& frame, const Expr*& which) {
  double least = instance.rule->outputs.empty() ? 0 : std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < instance.rule->outputs.size(); ++i) {
    if (instance.output != kNone && instance.output != i) continue;
    const std::optional<Expr>& condition = instance.rule->outputs[i].condition;
    const double each = condition ? cost(*condition, true, frame) : 0;
    if (each < least) which = condition ? &*condition : nullptr;
    least = std::min(least, each);
  }
  return least;
}

Score World::score(Unmet* unmet) {
  work_ += sketch_.events.size();
  place();
  for (std::size_t i = 0; i < sketch_.events.size(); ++i)
    if (sketch_.events[i].instance == kNone) fill(i);
  Score score;
  const auto must = [&](double cost, const Expr* expr, bool want, const Frame& frame, std::size_t instance,
                        std::size_t turn) {
    if (cost == 0) {
      ++score.held;
      return true;
    }
    score.cost = cost;
    if (unmet != nullptr) *unmet = {expr, want, frame, instance, turn};
    return false;
  };
  for (std::size_t index = 0; index < sketch_.instances.size(); ++index) {
    const Instance& instance = sketch_.instances[index];
    Frame frame = before(index, 0);
    for (std::size_t i = 0; i < instance.turns.size(); ++i) {
      const Turn& turn = instance.turns[i];
      if (sketch_.events[turn.event].instance != kNone) fill(turn.event);
      for (const std::uint32_t step : turn.begins) frame.current[step] = kNone;
      frame.candidate = turn.event;
      if (!must(key_cost(instance, turn), nullptr, true, frame, index, i)) return score;
      const rules::Single& single = instance.rule->pattern.steps[turn.step].fits[turn.fit];
      const Expr* condition = single.condition ? &*single.condition : nullptr;
      if (!must(condition != nullptr ? cost(*condition, true, frame) : 0, condition, true, frame, index, i))
        return score;
      for (const rules::Absent* absent : turn.next)
        for (const rules::Single& none : absent->fits)
          if (none.type == sketch_.events[turn.event].type) {
            const Expr* refused = none.condition ? &*none.condition : nullptr;
            if (!must(refused != nullptr ? cost(*refused, false, frame) : 1, refused, false, frame, index, i))
              return score;
          }
      take(frame, turn);
    }
    frame.candidate = kNone;
    const Expr* which = nullptr;
    const double of_output = output_cost(instance, frame, which);
    if (!must(of_output, which, true, frame, index, kNone)) return score;
    if (!instance.rule->within) continue;
    const events::Duration span = times_[instance.turns.back().event] - times_[instance.turns.front().event];
    const double over = static_cast<double>(span.ns) - static_cast<double>(instance.rule->within->ns);
    if (!must(over <= 0 ? 0 : distance(Op::le, true, over, 0), nullptr, true, frame, index, kNone)) return score;
  }
  return score;
}

}  // namespace tocsin::engine
