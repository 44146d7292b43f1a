// Functions over a window's rows: `avg(celsius)`, `percentile(size, 99)`, `count()`, in a join `sum(a.price * b.rate)`.
//
// Each distinct one stands once in the plan, however often it is written. Its argument reads the event of a row; what
// stands behind the argument is constant.
#include <algorithm>
#include <cmath>
#include <limits>

#include "rules/check_aggregate.hpp"
#include "rules/check_window.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

enum class Parameter : std::uint8_t { percent, weight, lag, most, factor, period };

std::vector<Parameter> parameters_of(AggregateFn fn) {
  switch (fn) {
    case AggregateFn::percentile:
    case AggregateFn::approx_percentile:
      return {Parameter::percent};
    case AggregateFn::ewma:
      return {Parameter::weight};
    case AggregateFn::autocorrelation:
      return {Parameter::lag};
    case AggregateFn::approx_top:
      return {Parameter::most};
    case AggregateFn::anomaly:
    case AggregateFn::spike:
      return {Parameter::factor};
    case AggregateFn::seasonal:
      return {Parameter::period, Parameter::factor};
    default:
      return {};
  }
}

constexpr std::int64_t kMaxLag = 1'000'000;
constexpr std::int64_t kMaxTop = 1'000;

Type type_of(Parameter parameter) {
  if (parameter == Parameter::period) return Type::duration;
  return parameter == Parameter::lag || parameter == Parameter::most ? Type::integer : Type::floating;
}

bool is_in_range(Parameter parameter, const events::Value& value) {
  const auto between = [](auto number, auto least, auto most) { return number >= least && number <= most; };
  switch (parameter) {
    case Parameter::percent:
      return between(std::get<double>(value), 0.0, 100.0);
    case Parameter::weight:
      return std::get<double>(value) > 0 && std::get<double>(value) <= 1;
    case Parameter::lag:
      return between(std::get<std::int64_t>(value), std::int64_t{1}, kMaxLag);
    case Parameter::most:
      return between(std::get<std::int64_t>(value), std::int64_t{1}, kMaxTop);
    case Parameter::factor:
      return between(std::get<double>(value), 0.0, std::numeric_limits<double>::max());
    case Parameter::period:
      break;
  }
  return std::get<events::Duration>(value).ns > 0;
}

/// What it must be.
std::string_view text_of(Parameter parameter) {
  switch (parameter) {
    case Parameter::percent:
      return "a number from 0 to 100";
    case Parameter::weight:
      return "a number above 0, up to 1";
    case Parameter::lag:
      return "a number of rows, from 1 to 1000000";
    case Parameter::most:
      return "a number of values, from 1 to 1000";
    case Parameter::factor:
      return "a number from 0 on";
    case Parameter::period:
      break;
  }
  return "a duration above 0";
}

std::string_view name_of(Parameter parameter) {
  switch (parameter) {
    case Parameter::percent:
      return "percentage";
    case Parameter::weight:
      return "weight";
    case Parameter::lag:
      return "lag";
    case Parameter::most:
      return "number";
    case Parameter::factor:
      return "factor";
    case Parameter::period:
      break;
  }
  return "period";
}

/// 99 is meant.
void judge_share(Parameter parameter, const events::Value& value, Span span, const Scope& scope) {
  if (parameter != Parameter::percent) return;
  const double share = std::get<double>(value);
  if (share <= 0 || share >= 1) return;
  Diagnostic& problem =
      warning(scope.draft, "W0317", span, "a percentage goes from 0 to 100, and this is less than one", "of a hundred");
  help(problem, "if a share is meant", span, events::to_text(events::Value(std::round(share * 1e9) / 1e7)));
}

/// Empty: reported.
std::optional<events::Value> check_parameter(AggregateFn fn, Parameter parameter, const syntax::Expr& written,
                                             const Scope& scope) {
  std::optional<Expr> expr = check_expr(written, Scope{scope.draft, Place::constant});
  if (!expr) return std::nullopt;
  const bool known = fits(*expr, type_of(parameter)) && expr->op == Op::constant && !events::is_null(expr->value);
  if (known && is_in_range(parameter, expr->value)) {
    judge_share(parameter, expr->value, written.span, scope);
    return expr->value;
  }
  Diagnostic& problem = error(scope.draft, "E0347", written.span,
                              "the " + std::string(name_of(parameter)) + " of " + quoted(rules::name_of(fn)) + " is " +
                                  std::string(text_of(parameter)),
                              expr->op != Op::constant ? "not a constant"
                              : known                  ? "out of range"
                                                       : a_type(expr->type));
  help(problem, "it is used as " + quoted(usage_of(fn)));
  return std::nullopt;
}

bool same(const Expr& a, const Expr& b) {
  return a.op == b.op && a.type == b.type && a.value == b.value && a.step == b.step && a.field == b.field &&
         a.fn == b.fn && a.turn == b.turn && a.fields == b.fields && a.function == b.function && a.texts == b.texts &&
         a.table == b.table && a.zone == b.zone &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), same);
}

bool same(const Aggregate& a, const Aggregate& b) {
  return a.fn == b.fn && a.parameters == b.parameters &&
         std::equal(a.argument.begin(), a.argument.end(), b.argument.begin(), b.argument.end(),
                    [](const Expr& left, const Expr& right) { return same(left, right); });
}

/// Its place among the window's.
std::uint32_t placed(WindowPlan& window, Aggregate aggregate) {
  const auto found = std::find_if(window.aggregates.begin(), window.aggregates.end(),
                                  [&](const Aggregate& each) { return same(each, aggregate); });
  const auto place = static_cast<std::uint32_t>(found - window.aggregates.begin());
  if (found == window.aggregates.end()) window.aggregates.push_back(std::move(aggregate));
  return place;
}

/// Of all that the rule reads, of one type; empty: reported.
std::optional<std::vector<Expr>> argument_of_each(AggregateFn fn, const syntax::Expr& written, const Scope& scope) {
  const RulePlan& plan = scope.rule->plan;
  Scope inner{scope.draft, Place::event, scope.rule};
  inner.window = scope.window;
  inner.aggregate = fn;
  const std::vector<std::optional<Expr>> each = check_expr_of_each(written, inner, plan.inputs);
  const bool of_some = std::any_of(each.begin(), each.end(), [](const auto& expr) { return expr.has_value(); }) &&
                       std::any_of(each.begin(), each.end(), [](const auto& expr) { return !expr; });
  if (of_some && !scope.draft.diagnostics.empty() && scope.draft.diagnostics.back().code == "E0203")
    help(scope.draft.diagnostics.back(), "an aggregate reads what all types of the rule's `from` have");
  std::vector<Expr> argument;
  for (std::size_t i = 0; i < each.size(); ++i) {
    if (!each[i]) return std::nullopt;
    argument.push_back(*each[i]);
    const Type first = argument.front().type;
    if (first == each[i]->type) continue;
    Diagnostic& problem =
        error(scope.draft, "E0354", written.span,
              "an aggregate is over values of one type: of " + quoted(scope.draft.schema[plan.inputs.front()].name) +
                  " this is " + a_type(first) + ", of " + quoted(scope.draft.schema[plan.inputs[i]].name) + " " +
                  a_type(each[i]->type),
              "of different types");
    help(problem, "the fields must be of one type in all types that `from` names");
    return std::nullopt;
  }
  if (argument.empty()) return std::nullopt;
  return argument;
}

/// Of a joined row; empty: reported.
std::optional<std::vector<Expr>> argument_of_row(AggregateFn fn, const syntax::Expr& written, const Scope& scope) {
  Scope inner{scope.draft, Place::row, scope.rule};
  inner.window = scope.window;
  inner.aggregate = fn;
  std::optional<Expr> expr = check_expr(written, inner);
  if (!expr) return std::nullopt;
  return std::vector<Expr>{std::move(*expr)};
}

/// `count(b)`: rows that have an event of that side. Not empty, but without an expression: of all rows.
std::optional<std::vector<Expr>> count_of_side(const syntax::Expr& written, const Scope& scope) {
  const auto* name = std::get_if<syntax::Reference>(&written.node);
  if (!name) return std::nullopt;
  const std::optional<std::uint32_t> side = side_called(name->name.text, scope);
  if (!side) return std::nullopt;
  if (!scope.rule->plan.window->join) {
    const auto has_field = [&](events::TypeId type) { return scope.draft.schema[type].find(name->name.text) >= 0; };
    const std::vector<events::TypeId>& inputs = scope.rule->plan.inputs;
    if (std::any_of(inputs.begin(), inputs.end(), has_field)) return std::nullopt;
    return std::vector<Expr>{};
  }
  std::optional<Expr> read = read_of_side(*side, {"time", name->name.span}, true, scope);
  return read ? std::optional(std::vector<Expr>{std::move(*read)}) : std::nullopt;
}

std::optional<std::vector<Expr>> argument_of(AggregateFn fn, const syntax::Expr& written, const Scope& scope) {
  if (fn == AggregateFn::count)
    if (std::optional<std::vector<Expr>> side = count_of_side(written, scope)) return side;
  return scope.rule->plan.window->join ? argument_of_row(fn, written, scope) : argument_of_each(fn, written, scope);
}

/// It can be null though the window has rows whose values aren't.
bool may_fail(AggregateFn fn, const WindowPlan& window) {
  switch (fn) {
    case AggregateFn::min:
    case AggregateFn::max:
    case AggregateFn::first:
    case AggregateFn::last:
    case AggregateFn::distinct:
    case AggregateFn::approx_distinct:
    case AggregateFn::approx_top:
      return false;
    case AggregateFn::collect:
      return window.count == 0 || window.count > kMaxCollected;
    default:
      return true;
  }
}

bool is_nullable(const Aggregate& aggregate, const Scope& scope) {
  if (aggregate.fn == AggregateFn::count) return false;
  if (!scope.has_rows || may_fail(aggregate.fn, *scope.rule->plan.window)) return true;
  return std::any_of(aggregate.argument.begin(), aggregate.argument.end(),
                     [](const Expr& each) { return each.nullable; });
}

std::optional<Expr> refuse_count(AggregateFn fn, const syntax::Call& call, Span span, const Scope& scope) {
  const std::size_t takes = 1 + parameters_of(fn).size();
  const std::size_t given = call.args.size();
  Diagnostic& problem = error(scope.draft, "E0215", span,
                              quoted(rules::name_of(fn)) + " takes " + std::to_string(takes) +
                                  (takes == 1 ? " value" : " values") + ", not " + std::to_string(given),
                              given == 0 ? "nothing given" : "too " + std::string(given > takes ? "many" : "few"));
  help(problem, fn == AggregateFn::count ? "`count()` counts events, `count(x)` values that aren't null"
                                         : "it is used as " + quoted(usage_of(fn)));
  return std::nullopt;
}

std::string_view text_of(Span span, const Scope& scope) {
  return std::string_view(scope.draft.sources[span.file].text).substr(span.begin, span.end - span.begin);
}

/// `if celsius > 30 then 1 else 0`, where that is short.
std::string as_number(const syntax::Expr& condition, const Scope& scope) {
  const std::string_view written = text_of(condition.span, scope);
  const bool is_short = written.size() <= 60 && written.find('\n') == std::string_view::npos;
  return "if " + (is_short ? std::string(written) : std::string("…")) + " then 1 else 0";
}

std::nullopt_t refuse_type(AggregateFn fn, Type of, const syntax::Expr& argument, Span span, const Scope& scope) {
  const std::string name(rules::name_of(fn));
  Diagnostic& problem = error(scope.draft, "E0212", span, quoted(name) + " does not fit " + a_type(of), a_type(of));
  if (of == Type::boolean && (fn == AggregateFn::sum || fn == AggregateFn::avg)) {
    help(problem, "of a bool, what is true is counted so: `" + name + "(" + as_number(argument, scope) + ")`");
    return std::nullopt;
  }
  std::vector<std::string> types;
  for (const Type type :
       {Type::integer, Type::floating, Type::time, Type::duration, Type::severity, Type::boolean, Type::string})
    if (aggregate_type(fn, type)) types.emplace_back(events::name_of(type));
  if (types.size() < 7) help(problem, "it takes values of the types " + listed(types));
  return std::nullopt;
}

/// `percentile(99, x)`
bool refuse_order(AggregateFn fn, const syntax::Call& call, const Scope& scope) {
  if (parameters_of(fn).size() != 1 || call.args.size() != 2) return false;
  const auto is_literal = [](const syntax::Expr& arg) { return std::holds_alternative<syntax::Literal>(arg.node); };
  const syntax::Expr& first = call.args[0];
  const syntax::Expr& second = call.args[1];
  if (!is_literal(first) || is_literal(second) || !path_of(second)) return false;
  if (scope.draft.constants.contains(path_of(second)->first.text)) return false;
  Diagnostic& problem =
      error(scope.draft, "E0215", first.span, quoted(rules::name_of(fn)) + " takes the value first", "a constant");
  help(problem, "the other way round", Span{first.span.file, first.span.begin, second.span.end},
       std::string(text_of(second.span, scope)) + ", " + std::string(text_of(first.span, scope)));
  return true;
}

}  // namespace

std::string usage_of(AggregateFn fn) {
  std::string text = std::string(rules::name_of(fn)) + "(x";
  for (const Parameter parameter : parameters_of(fn)) {
    constexpr std::string_view kExamples[] = {"99", "0.2", "1", "10", "3.0", "1d"};
    text += ", " + std::string(kExamples[static_cast<std::size_t>(parameter)]);
  }
  return text + ")";
}

std::optional<Expr> check_window_aggregate(AggregateFn fn, const syntax::Call& call, Span span, const Scope& scope) {
  const std::vector<Parameter> parameters = parameters_of(fn);
  Aggregate aggregate;
  aggregate.fn = fn;
  if (fn != AggregateFn::count || !call.args.empty()) {
    if (call.args.size() != 1 + parameters.size()) return refuse_count(fn, call, span, scope);
    if (refuse_order(fn, call, scope)) return std::nullopt;
    std::optional<std::vector<Expr>> argument = argument_of(fn, call.args[0], scope);
    for (std::size_t i = 0; i < parameters.size(); ++i)
      if (std::optional<events::Value> value = check_parameter(fn, parameters[i], call.args[i + 1], scope))
        aggregate.parameters.push_back(std::move(*value));
    if (!argument || aggregate.parameters.size() != parameters.size()) return std::nullopt;
    aggregate.argument = std::move(*argument);
  }
  if (!aggregate.argument.empty()) {
    const Type of = aggregate.argument.front().type;
    const std::optional<Type> result = aggregate_type(fn, of);
    if (!result) return refuse_type(fn, of, call.args[0], span, scope);
    aggregate.type = *result;
  }
  Expr expr;
  expr.op = Op::window_value;
  expr.type = aggregate.type;
  expr.nullable = is_nullable(aggregate, scope);
  scope.window->aggregated = true;
  expr.field = placed(*scope.window->plan, std::move(aggregate));
  return expr;
}

}  // namespace tocsin::rules::checking
