// The walk, and comparison.
#include "tests/oracle/expression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

namespace tocsin::oracle {
namespace {

using events::Value;
using rules::Expr;
using rules::Op;

Value field_of(const Event& event, std::uint32_t field) {
  return field < event.fields.size() ? event.fields[field] : Value{};
}

bool is_true(const Value& value) {
  const bool* truth = std::get_if<bool>(&value);
  return truth && *truth;
}

Value negated(const Value& value) {
  if (const auto* i = std::get_if<std::int64_t>(&value)) return arithmetic(Op::sub, std::int64_t{0}, *i);
  if (const auto* d = std::get_if<events::Duration>(&value)) return arithmetic(Op::sub, events::Duration{0}, *d);
  if (const auto* f = std::get_if<double>(&value)) return -*f;
  return {};
}

/// Numbers as long double, which holds every int64 and every double exactly.
std::optional<long double> number_of(const Value& value) {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  if (const auto* i = std::get_if<std::int64_t>(&value)) return static_cast<long double>(*i);
  if (const auto* f = std::get_if<double>(&value)) return static_cast<long double>(*f);
  return std::nullopt;
}

bool comparison(Op op, const Value& left, const Value& right) {
  const auto order = compare(left, right);
  if (!order) return false;
  switch (op) {
    case Op::eq:
      return *order == 0;
    case Op::ne:
      return *order != 0;
    case Op::lt:
      return *order < 0;
    case Op::le:
      return *order <= 0;
    case Op::gt:
      return *order > 0;
    default:
      return *order >= 0;
  }
}

/// What `expr` reads of the event that its step took.
Value read_of(const Expr& expr, const Event& event, const Scope& scope) {
  if (expr.field == rules::kNoField) return true;  // count(step) counts turns: any value that isn't null will do
  if (expr.fields.empty()) return field_of(event, expr.field);
  const std::vector<events::TypeId>& types = scope.plan.pattern.steps[expr.step].types;
  const auto type = std::find(types.begin(), types.end(), event.type);
  return field_of(event, expr.fields.at(static_cast<std::size_t>(type - types.begin())));
}

std::vector<Value> turns_of(const Expr& expr, std::size_t since, const Scope& scope) {
  std::vector<Value> turns;
  for (std::size_t i = since; i < scope.bound.size(); ++i)
    if (scope.plan.pattern.steps[scope.bound[i].step].binding == expr.step)
      turns.push_back(read_of(expr, scope.events[scope.bound[i].event], scope));
  return turns;
}

Value step_field(const Expr& expr, const Scope& scope) {
  const auto turns = turns_of(expr, scope.since != nullptr ? (*scope.since)[expr.step] : 0, scope);
  return turns.empty() ? Value{} : turns.back();
}

/// Of a joined row. `fields` goes by the side's types, sorted.
Value side_field(const Expr& expr, const Scope& scope) {
  const Event* event = scope.window->sides[expr.step];
  if (event == nullptr) return {};
  if (expr.fields.empty()) return field_of(*event, expr.field);
  std::set<events::TypeId> types;
  for (const rules::Single& single : scope.plan.window->sides[expr.step].fits) types.insert(single.type);
  return field_of(*event,
                  expr.fields.at(static_cast<std::size_t>(std::distance(types.begin(), types.find(event->type)))));
}

/// The row of a file's table whose key this is.
Value lookup(const Expr& expr, const std::vector<Value>& key) {
  const rules::Table& table = *expr.table;
  if (table.type != events::kNoType) throw std::logic_error("the reference matcher has no stream tables");
  for (const std::vector<Value>& row : table.rows) {
    bool same = true;
    for (std::size_t i = 0; i < key.size(); ++i) same = same && comparison(Op::eq, row[table.key[i]], key[i]);
    if (same) return row[expr.field];
  }
  return {};
}

bool is_rounded(const Expr& expr, const Scope& scope) {
  if (expr.op == Op::window_value) return oracle::is_rounded(scope.plan.window->aggregates.at(expr.field));
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return is_rounded(arg, scope); });
}

/// Notes that the two are as good as equal, where one of them was rounded on the way.
void doubt(const Expr& expr, const Value& left, const Value& right, const Scope& scope) {
  if (scope.unsure == nullptr || !(is_rounded(expr.args[0], scope) || is_rounded(expr.args[1], scope))) return;
  const auto l = number_of(left), r = number_of(right);
  if (!l || !r || *l == *r) return;  // what is rounded rightly is the same for all
  if (std::abs(*l - *r) <= 1e-9L * std::max({1.0L, std::abs(*l), std::abs(*r)})) *scope.unsure = true;
}

Value turn_field(const Expr& expr, const Scope& scope) {
  const auto turns = turns_of(expr, 0, scope);
  const std::int64_t turn = expr.turn < 0 ? expr.turn + static_cast<std::int64_t>(turns.size()) : expr.turn;
  return turn < 0 || turn >= static_cast<std::int64_t>(turns.size()) ? Value{} : turns[static_cast<std::size_t>(turn)];
}

/// An int where a float is asked for is that float.
Value as_type(Value value, events::Type type) {
  const auto* i = std::get_if<std::int64_t>(&value);
  return i && type == events::Type::floating ? Value{static_cast<double>(*i)} : value;
}

Value coalesce(const Expr& expr, const Scope& scope) {
  Value value = evaluate(expr.args[0], scope);
  if (is_null(value)) value = evaluate(expr.args[1], scope);
  return as_type(std::move(value), expr.type);
}

Value list(const Expr& expr, const Scope& scope) {
  std::vector<Value> items;
  for (const Expr& each : expr.args) {
    items.push_back(as_type(evaluate(each, scope), element_of(expr.type)));
    if (is_null(items.back())) return {};
  }
  return make_list(element_of(expr.type), items);
}

/// `list[at]`, from the end when `at` is negative.
Value item(const Value& list, const Value& at) {
  if (is_null(list) || is_null(at)) return {};
  const std::vector<Value> items = items_of(std::get<events::List>(list));
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t i = std::get<std::int64_t>(at);
  if (i < -size || i >= size) return {};
  return items[static_cast<std::size_t>(i < 0 ? i + size : i)];
}

template <typename T>
std::strong_ordering order_of(const T& left, const T& right) {
  if (left < right) return std::strong_ordering::less;
  return right < left ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace

std::optional<std::strong_ordering> compare(const Value& left, const Value& right) {
  if (is_null(left) || is_null(right)) return std::nullopt;
  const auto l = number_of(left), r = number_of(right);
  if (l && r) return order_of(*l, *r);
  if (left.index() != right.index()) throw std::logic_error("values of two types are compared");
  return order_of(left, right);
}

Value evaluate(const Expr& expr, const Scope& scope) {
  const auto arg = [&](std::size_t i) { return evaluate(expr.args[i], scope); };
  const auto arg_holds = [&](const Expr& term) { return holds(term, scope); };
  switch (expr.op) {
    case Op::constant:
      return expr.value;
    case Op::field:
      return field_of(*scope.candidate, expr.field);
    case Op::key_part:
      if (scope.window == nullptr) throw std::logic_error("a part of the key in a condition");
      return scope.window->key.at(expr.field);
    case Op::step_field:
      if (scope.window != nullptr) return side_field(expr, scope);
      return step_field(expr, scope);
    case Op::turn_field:
      return turn_field(expr, scope);
    case Op::aggregate:
      return aggregate(expr.fn, turns_of(expr, 0, scope), expr.type);
    case Op::negate:
      return negated(arg(0));
    case Op::logical_not:
      return !arg_holds(expr.args[0]);
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
    case Op::rem:
      return arithmetic(expr.op, arg(0), arg(1));
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge: {
      const Value left = arg(0), right = arg(1);
      doubt(expr, left, right, scope);
      return comparison(expr.op, left, right);
    }
    case Op::logical_and:
      return std::all_of(expr.args.begin(), expr.args.end(), arg_holds);
    case Op::logical_or:
      return std::any_of(expr.args.begin(), expr.args.end(), arg_holds);
    case Op::coalesce:
      return coalesce(expr, scope);
    case Op::is_null:
      return is_null(arg(0));
    case Op::is_not_null:
      return !is_null(arg(0));
    case Op::conditional:
      return as_type(holds(expr.args[0], scope) ? arg(1) : arg(2), expr.type);
    case Op::in: {
      const Value value = arg(0);
      return std::any_of(expr.args.begin() + 1, expr.args.end(),
                         [&](const Expr& item) { return comparison(Op::eq, value, evaluate(item, scope)); });
    }
    case Op::list:
      return list(expr, scope);
    case Op::index:
      return item(arg(0), arg(1));
    case Op::call: {
      std::vector<Value> args;
      for (const Expr& each : expr.args) args.push_back(evaluate(each, scope));
      return as_type(call(expr.function, args), expr.type);
    }
    case Op::format:
      throw std::logic_error("the reference matcher doesn't write texts");
    case Op::lookup: {
      std::vector<Value> key;
      for (const Expr& each : expr.args) key.push_back(evaluate(each, scope));
      return lookup(expr, key);
    }
    case Op::window_value:
      return scope.window->aggregates.at(expr.field);
    case Op::window_start:
      return scope.window->start;
    case Op::window_end:
      return scope.window->end;
    case Op::window_grain:
      return scope.window->grain;
  }
  throw std::logic_error("an operator that the reference matcher doesn't know");
}

bool holds(const Expr& condition, const Scope& scope) { return is_true(evaluate(condition, scope)); }

}  // namespace tocsin::oracle
