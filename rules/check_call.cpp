// Functions in expressions: those over a step's turns, and `time`.
#include <algorithm>
#include <array>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

constexpr std::array kAggregates = {AggregateFn::count, AggregateFn::sum,   AggregateFn::avg,  AggregateFn::min,
                                    AggregateFn::max,   AggregateFn::first, AggregateFn::last, AggregateFn::stddev};

/// Functions of the language that this version doesn't run.
// clang-format off
constexpr std::string_view kLaterFunctions[] = {
    "abs", "anomaly", "approx_distinct", "approx_percentile", "approx_top", "autocorrelation", "ceil", "cidr",
    "clamp", "collect", "contains", "date", "distance", "distinct", "ends_with", "ewma", "exp", "floor",
    "format", "has", "hash", "hour", "inside", "length", "ln", "log10", "lower", "mad", "mask", "median",
    "minute", "percentile", "pow", "redact", "replace", "round", "seasonal", "slope", "spike", "split", "sqrt",
    "starts_with", "substring", "trend", "trim", "upper", "variance", "weekday",
};
// clang-format on

std::optional<AggregateFn> aggregate_called(std::string_view name) {
  for (const AggregateFn fn : kAggregates)
    if (name_of(fn) == name) return fn;
  return std::nullopt;
}

bool is_ordered_type(Type type) {
  return type == Type::integer || type == Type::floating || type == Type::time || type == Type::duration;
}

/// The type of `fn` over values of `of`; empty where there is none.
std::optional<Type> aggregate_type(AggregateFn fn, Type of) {
  const bool number = of == Type::integer || of == Type::floating;
  switch (fn) {
    case AggregateFn::count:
      return Type::integer;
    case AggregateFn::sum:
      return number || of == Type::duration ? std::optional(of) : std::nullopt;
    case AggregateFn::avg:
      if (of == Type::duration) return of;
      return number ? std::optional(Type::floating) : std::nullopt;
    case AggregateFn::min:
    case AggregateFn::max:
      return is_ordered_type(of) ? std::optional(of) : std::nullopt;
    case AggregateFn::stddev:
      return number ? std::optional(Type::floating) : std::nullopt;
    case AggregateFn::first:
    case AggregateFn::last:
      return of;
  }
  return std::nullopt;
}

/// Sums and means can overflow; the others are null only where there is no value.
bool aggregate_nullable(AggregateFn fn, bool field_optional, bool empty) {
  if (fn == AggregateFn::count) return false;
  const bool computed = fn == AggregateFn::sum || fn == AggregateFn::avg || fn == AggregateFn::stddev;
  return computed || field_optional || empty;
}

std::optional<Expr> count_of_step(AggregateFn fn, const syntax::Reference& reference, const Scope& scope) {
  const std::optional<std::uint32_t> step = readable_step(reference.name, scope);
  if (!step) return std::nullopt;
  if (fn != AggregateFn::count) {
    const std::string name(name_of(fn));
    Diagnostic& problem = error(scope.draft, "E0215", reference.name.span, quoted(name) + " takes a field of a step",
                                "a step as a whole");
    std::string field = "field";
    if (const events::TypeId type = type_of_step(*step, scope); type != events::kNoType)
      for (const events::Field& each : scope.draft.schema[type].fields)
        if (field == "field" && aggregate_type(fn, each.type)) field = each.name;
    help(problem, "for example `" + name + "(" + reference.name.text + "." + field + ")`");
    return std::nullopt;
  }
  Expr expr;
  expr.op = Op::aggregate;
  expr.type = Type::integer;
  expr.step = *step;
  expr.field = kNoField;
  return expr;
}

std::optional<Expr> aggregate_of_field(AggregateFn fn, const syntax::Member& member, const syntax::Name& of, Span span,
                                       const Scope& scope) {
  const std::optional<std::uint32_t> step = readable_step(of, scope);
  if (!step) return std::nullopt;
  const events::TypeId type = type_of_step(*step, scope);
  const std::optional<std::uint32_t> field = find_field(scope.draft, type, member.field);
  if (!field) return std::nullopt;
  const events::Field& read = scope.draft.schema[type].fields[*field];
  const std::optional<Type> result = aggregate_type(fn, read.type);
  if (!result) {
    error(scope.draft, "E0212", span, quoted(name_of(fn)) + " does not fit " + a_type(read.type),
          quoted(of.text + "." + read.name) + " is " + a_type(read.type));
    return std::nullopt;
  }
  Expr expr;
  expr.op = Op::aggregate;
  expr.fn = fn;
  expr.type = *result;
  expr.nullable = aggregate_nullable(fn, read.optional, may_be_empty(*step, scope));
  expr.step = *step;
  expr.field = *field;
  return expr;
}

std::optional<Expr> check_aggregate(AggregateFn fn, const syntax::Call& call, Span span, const Scope& scope) {
  if (scope.place != Place::constant && call.args.size() == 1) {
    if (const auto* reference = std::get_if<syntax::Reference>(&call.args[0].node))
      if (step_called(reference->name.text, scope)) return count_of_step(fn, *reference, scope);
    if (const auto* member = std::get_if<syntax::Member>(&call.args[0].node))
      if (const auto* of = std::get_if<syntax::Reference>(&member->object->node))
        return aggregate_of_field(fn, *member, of->name, span, scope);
  }
  if (call.args.size() == 1 && std::holds_alternative<syntax::NotYet>(call.args[0].node)) return std::nullopt;
  if (scope.rule && scope.rule->partial) return std::nullopt;
  const std::string name(name_of(fn));
  Diagnostic& problem =
      error(scope.draft, "E0215", span,
            quoted(name) + " takes " + (fn == AggregateFn::count ? "a step, or a field of one" : "a field of a step"),
            call.args.empty() ? "nothing given" : "something else given");
  help(problem, fn == AggregateFn::count ? "for example `count(r)`, or `count(r.field)` for its values that aren't null"
                                         : "for example `" + name + "(r.field)`");
  return std::nullopt;
}

std::optional<Expr> check_time(const syntax::Call& call, Span span, const Scope& scope) {
  if (call.args.size() == 1) {
    if (const auto* literal = std::get_if<syntax::Literal>(&call.args[0].node)) {
      if (const auto* text = std::get_if<std::string>(&literal->value)) {
        if (const std::optional<events::Time> time = events::parse_rfc3339(*text)) return constant(*time);
        Diagnostic& problem =
            error(scope.draft, "E0216", call.args[0].span, quoted(*text) + " is no time", "not RFC 3339");
        help(problem, "times are written like `2024-01-01T00:00:00Z` or `2024-01-01T02:00:00.5+02:00`");
        return std::nullopt;
      }
    }
  }
  Diagnostic& problem = error(scope.draft, "E0215", span, "`time` takes a text in quotes", "something else given");
  help(problem, "for example `time(\"2024-01-01T00:00:00Z\")`");
  return std::nullopt;
}

}  // namespace

std::optional<Expr> check_call(const syntax::Call& written, Span span, const Scope& scope) {
  const std::string& name = written.function.text;
  if (const std::optional<AggregateFn> fn = aggregate_called(name)) {
    if (scope.place != Place::constant) return check_aggregate(*fn, written, span, scope);
    error(scope.draft, "E0502", span, "this is not a constant", "a test gives values");
    return std::nullopt;
  }
  if (name == "time") return check_time(written, span, scope);
  if (std::find(std::begin(kLaterFunctions), std::end(kLaterFunctions), name) != std::end(kLaterFunctions)) {
    error(scope.draft, "E0901", written.function.span, "the function " + quoted(name) + " can't be used yet",
          "not available in this version");
    return std::nullopt;
  }
  std::vector<std::string> names = {"time"};
  for (const AggregateFn fn : kAggregates) names.emplace_back(name_of(fn));
  std::string near = nearest(name, names);
  if (near.empty()) {
    names.assign(std::begin(kLaterFunctions), std::end(kLaterFunctions));
    near = nearest(name, names);
  }
  if (scope.draft.incomplete && near.empty()) return std::nullopt;
  Diagnostic& problem =
      error(scope.draft, "E0206", written.function.span, "no function is called " + quoted(name), "unknown function");
  did_you_mean(problem, written.function, names, "a function");
  return std::nullopt;
}

}  // namespace tocsin::rules::checking
