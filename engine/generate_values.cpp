#include "engine/generate_values.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/generate_world.hpp"
#include "rules/functions.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::engine {

namespace {

using events::Type;
using events::Value;
using rules::Expr;
using rules::Function;
using rules::overloaded;

/// Every expression of a rule that decides whether it fires.
template <class Visit>
void each_expr(const std::vector<rules::Element>& elements, const Visit& visit) {
  for (const rules::Element& element : elements) {
    const auto singles = [&](const std::vector<rules::Single>& fits) {
      for (const rules::Single& single : fits)
        if (single.condition) visit(*single.condition);
    };
    std::visit(overloaded{[&](const rules::Absent& absent) {
                            singles(absent.fits);
                            if (absent.span) visit(*absent.span);
                          },
                          [&](const rules::Group& group) {
                            singles(group.until);
                            each_expr(group.elements, visit);
                          },
                          [](const rules::Take&) {}, [](const rules::Either&) {},
                          [&](const auto& joined) {
                            for (const auto& side : joined.sides) each_expr(side, visit);
                          }},
               element.node);
  }
}

template <class Visit>
void each_expr(const rules::WindowPlan& window, const Visit& visit) {
  for (const rules::Side& side : window.sides)
    for (const rules::Single& single : side.fits)
      if (single.condition) visit(*single.condition);
  if (window.join && window.join->on) visit(*window.join->on);
  if (window.when) visit(*window.when);
  for (const rules::Aggregate& aggregate : window.aggregates)
    for (const Expr& argument : aggregate.argument) visit(argument);
}

template <class Visit>
void each_expr(const rules::RulePlan& rule, const Visit& visit) {
  each_expr(rule.pattern.elements, visit);
  for (const rules::Step& step : rule.pattern.steps)
    for (const auto* fits : {&step.fits, &step.until})
      for (const rules::Single& single : *fits)
        if (single.condition) visit(*single.condition);
  for (const rules::KeyPart& part : rule.key)
    for (const Expr& expr : part.exprs) visit(expr);
  if (rule.window) each_expr(*rule.window, visit);
  for (const rules::OutputPlan& output : rule.outputs) {
    if (output.condition) visit(*output.condition);
    if (const auto* emit = std::get_if<rules::EmitPlan>(&output.node))
      for (const Expr& expr : emit->fields) visit(expr);
    if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node)) visit(alert->severity);
  }
}

const std::string* text_of(const Expr& expr) {
  return expr.op == rules::Op::constant ? std::get_if<std::string>(&expr.value) : nullptr;
}

}  // namespace

Pool::Pool(const rules::RuleSet& set, const Sketch& sketch, Random& random) : random_(random) {
  std::vector<const rules::RulePlan*> seen;
  for (const Instance& instance : sketch.instances) {
    if (std::find(seen.begin(), seen.end(), instance.rule) != seen.end()) continue;
    seen.push_back(instance.rule);
    each_expr(*instance.rule, [&](const Expr& expr) { add_expr(expr); });
    if (instance.rule->within) add(*instance.rule->within);
  }
  for (const Instance& instance : sketch.instances)
    for (const Turn& turn : instance.turns)
      for (const Span& span : turn.spans) {
        add(span.bound.least);
        add(span.bound.most);
      }
  if (!set.zone.empty()) add(set.zone);
  add(std::int64_t{0});
  add(1.0);
  add(std::string("x"));
  for (const bool each : {false, true}) add(each);
  for (std::size_t i = 0; i < events::kSeverityNames.size(); ++i) add(static_cast<events::Severity>(i));
  add_lengths();
}

void Pool::add(Value value) {
  if (events::is_null(value)) return;
  if (const auto* list = std::get_if<events::List>(&value)) {
    for (Value& item : events::items_of(*list)) add(std::move(item));
    return;
  }
  std::vector<Value>& of_type = values_[static_cast<std::size_t>(events::type_of(value))];
  if (std::find(of_type.begin(), of_type.end(), value) == of_type.end()) of_type.push_back(std::move(value));
}

void Pool::add_expr(const Expr& expr) {
  if (expr.op == rules::Op::constant) add(expr.value);
  if (expr.op == rules::Op::call) add_call(expr);
  if (expr.op == rules::Op::lookup) add_keys(*expr.table);
  for (const Expr& arg : expr.args) add_expr(arg);
}

/// Keys that a table has rows for.
void Pool::add_keys(const rules::Table& table) {
  constexpr std::size_t kMost = 50;
  for (std::size_t i = 0; i < std::min(table.rows.size(), kMost); ++i)
    for (const std::uint32_t field : table.key) add(table.rows[i][field]);
}

/// Texts that fit patterns, and parts put together.
void Pool::add_call(const Expr& call) {
  if (call.args.size() < 2) return;
  const std::string* text = text_of(call.args[1]);
  if (text == nullptr) return;
  for (int i = 0; i < 6; ++i) {
    if (call.function == Function::like) add(text_like(*text, random_));
    if (call.function == Function::matches) add(text_matching(*text, random_));
    if (call.function == Function::in_network) add(address_in(*text, random_));
  }
  if (call.function == Function::contains) add("a" + *text + "b");
  if (call.function == Function::starts_with) add(*text + "x");
  if (call.function == Function::ends_with) add("x" + *text);
  if (call.function == Function::split) add("x" + *text + "y" + *text + "z");
}

/// Numbers are lengths too.
void Pool::add_lengths() {
  constexpr std::int64_t kLongest = 300;
  const std::vector<Value> numbers = values_[static_cast<std::size_t>(Type::integer)];
  for (const Value& number : numbers) {
    const std::int64_t length = std::get<std::int64_t>(number);
    if (length < 0 || length > kLongest) continue;
    for (std::int64_t each = std::max<std::int64_t>(length, 1) - 1; each <= length + 1; ++each)
      add(std::string(static_cast<std::size_t>(each), 'a'));
  }
}

Value Pool::pick(Type type) {
  if (events::is_list(type)) {
    std::vector<Value> items;
    for (std::size_t left = random_.below(4); left > 0; --left)
      if (Value item = pick(events::element_of(type)); !events::is_null(item)) items.push_back(std::move(item));
    return events::make_list(events::element_of(type), items);
  }
  const std::vector<Value>& of_type = values_[static_cast<std::size_t>(type)];
  const bool mixes = (type == Type::integer || type == Type::floating) && random_.chance(20);
  const Type from = mixes ? (type == Type::integer ? Type::floating : Type::integer) : type;
  const std::vector<Value>& source = mixes ? values_[static_cast<std::size_t>(from)] : of_type;
  if (source.empty()) return {};
  const std::vector<Value> near = around(as_type(source[random_.below(source.size())], type));
  if (near.empty()) return {};
  Value value = near[random_.below(near.size())];
  if (auto* text = std::get_if<std::string>(&value); text != nullptr && random_.chance(15) && text->size() < 100)
    *text += std::get<std::string>(of_type[random_.below(of_type.size())]);
  return value;
}

std::vector<Value> around(const Value& value) {
  return std::visit(
      overloaded{[](std::monostate) { return std::vector<Value>{}; },
                 [](bool v) {
                   return std::vector<Value>{v, !v};
                 },
                 [](std::int64_t v) {
                   return std::vector<Value>{v, events::saturating_add(v, 1), events::saturating_add(v, -1)};
                 },
                 [](double v) {
                   std::vector<Value> near{v, v + 1, v - 1, v + 0.5, v - 0.5};
                   constexpr double kMost = std::numeric_limits<double>::max();
                   near.emplace_back(v < kMost ? std::nextafter(v, kMost) : v);
                   near.emplace_back(v > -kMost ? std::nextafter(v, -kMost) : v);
                   return near;
                 },
                 [](events::Time v) {
                   return std::vector<Value>{v, v + events::Duration{1}, v - events::Duration{1}, v + events::kSecond};
                 },
                 [](events::Duration v) {
                   return std::vector<Value>{v, events::Duration{events::saturating_add(v.ns, 1)},
                                             events::Duration{events::saturating_add(v.ns, -1)},
                                             events::Duration{events::saturating_add(v.ns, events::kSecond.ns)}};
                 },
                 [](events::Severity v) { return std::vector<Value>{v}; },
                 [](const auto& v) { return std::vector<Value>{v}; }},
      value);
}

Value as_type(const Value& value, Type type) {
  if (events::is_null(value)) return {};
  const Type own = events::type_of(value);
  if (own == type) return value;
  if (own == Type::integer && type == Type::floating) return static_cast<double>(std::get<std::int64_t>(value));
  if (own == Type::floating && type == Type::integer) {
    const double number = std::floor(std::get<double>(value));
    return std::abs(number) < 9e18 ? Value{static_cast<std::int64_t>(number)} : Value{};
  }
  return {};
}

Value plain_value(const Variable& variable, std::size_t number, events::Time base) {
  const bool key = variable.role == Variable::Role::key;
  if (variable.role == Variable::Role::gap) return events::kSecond;
  if (variable.role == Variable::Role::start) return events::Duration{0};
  if (variable.optional && !variable.read) return {};
  // Of rows the first number stays, so that what compares with it is as with one row alone.
  std::int64_t by = 0;
  if (variable.profile == Profile::rising) by = static_cast<std::int64_t>(variable.row);
  if (variable.profile == Profile::falling) by = -static_cast<std::int64_t>(variable.row);
  if (variable.profile == Profile::zigzag) by = static_cast<std::int64_t>(variable.row % 2);
  if (!key) number += static_cast<std::size_t>(std::abs(by));
  const auto ending = [&](std::string_view with) { return variable.name.ends_with(with); };
  switch (variable.type) {
    case Type::boolean:
      return true;
    case Type::integer:
      return key ? static_cast<std::int64_t>(1000 + number) : 1 + by;
    case Type::floating:
      return 1.0 + static_cast<double>(by);
    case Type::string: {
      if (ending("ip") || ending("address") || ending("addr"))
        return fmt::format("10.{}.{}.{}", number / 62500 % 250, number / 250 % 250, 1 + number % 250);
      const std::size_t dot = variable.name.rfind('.');
      std::string_view bare = variable.name;
      bare.remove_prefix(dot == std::string::npos ? 0 : dot + 1);
      if (bare.starts_with('@')) bare.remove_prefix(1);
      return fmt::format("{}-{}", bare, number);
    }
    case Type::time:
      return key ? base + events::Duration{static_cast<std::int64_t>(number) * events::kSecond.ns} : base;
    case Type::duration:
      return events::kSecond;
    case Type::severity:
      return events::Severity::medium;
    default:
      return events::make_list(events::element_of(variable.type), {});
  }
}

}  // namespace tocsin::engine
