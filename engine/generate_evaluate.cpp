// Expressions on the events of a sketch, by the house's own operators on constants, and how far conditions are from
// holding.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/generate_window.hpp"
#include "engine/generate_world.hpp"
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

}  // namespace

double as_number(const Value& value) {
  return std::visit(rules::overloaded{[](std::int64_t v) { return static_cast<double>(v); }, [](double v) { return v; },
                                      [](events::Time v) { return static_cast<double>(v.ns) / 1e9; },
                                      [](events::Duration v) { return static_cast<double>(v.ns) / 1e9; },
                                      [](events::Severity v) { return static_cast<double>(v); },
                                      [](const auto&) { return std::nan(""); }},
                    value);
}

Value converted(Value value, events::Type to) {
  if (const auto* whole = std::get_if<std::int64_t>(&value); whole != nullptr && to == events::Type::floating)
    return static_cast<double>(*whole);
  return value;
}

double distance(Op op, bool want, double l, double r) {
  if (std::isnan(l) || std::isnan(r)) return 1;
  const bool equality = op == Op::eq || op == Op::ne;
  if (equality && want == (op == Op::ne)) return 0.5;  // they are equal: any step will do
  const double scaled = std::log1p(std::abs(l - r));
  return 0.01 + 0.98 * scaled / (1 + scaled);
}

Value World::field_of(const Expr& expr, std::size_t event, const Frame& frame) const {
  if (event == kNone) return {};
  std::uint32_t field = expr.field;
  if (!expr.fields.empty()) {
    const std::vector<events::TypeId> types = types_read(*frame.instance->rule, expr.step);
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
  return plain_aggregate(expr.fn, expr.type, std::move(given));
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
    case Op::turn_field: {
      const std::vector<std::size_t>& taken = frame.taken[expr.step];
      const auto size = static_cast<std::int64_t>(taken.size());
      const std::int64_t turn = expr.turn < 0 ? size + expr.turn : expr.turn;
      return turn < 0 || turn >= size ? Value{} : field_of(expr, taken[static_cast<std::size_t>(turn)], frame);
    }
    case Op::aggregate:
      return aggregate(expr, frame);
    case Op::lookup:
      return lookup(expr, frame);
    case Op::window_value:
      return window_value(frame.instance->rule->window->aggregates[expr.field], frame);
    case Op::window_start:
      return window_of(*frame.instance).start;
    case Op::window_end:
      return window_of(*frame.instance).end;
    case Op::window_grain:
      return frame.instance->grain;
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

}  // namespace tocsin::engine
