// Functions over a step's turns: `count(r)`, `max(r.celsius)`, `last(r.@time)`.
#include <array>

#include "rules/check_aggregate.hpp"
#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

/// `min` and `max` are of these; strings are ordered too, but by their bytes, which nobody means by the least.
bool is_ordered_type(Type type) {
  return type == Type::integer || type == Type::floating || type == Type::time || type == Type::duration ||
         type == Type::severity;
}

}  // namespace

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
    case AggregateFn::distinct:
      return Type::integer;
    case AggregateFn::collect:
    case AggregateFn::approx_top:
      return events::list_depth(of) < events::kMaxListDepth ? std::optional(events::list_of(of)) : std::nullopt;
    case AggregateFn::approx_distinct:
      return Type::integer;
    case AggregateFn::median:
    case AggregateFn::percentile:
    case AggregateFn::approx_percentile:
      if (of == Type::duration) return of;
      return number ? std::optional(Type::floating) : std::nullopt;
    case AggregateFn::variance:
    case AggregateFn::slope:
    case AggregateFn::ewma:
    case AggregateFn::zscore:
    case AggregateFn::mad:
    case AggregateFn::autocorrelation:
      return number ? std::optional(Type::floating) : std::nullopt;
    case AggregateFn::anomaly:
    case AggregateFn::spike:
    case AggregateFn::seasonal:
      return number ? std::optional(Type::boolean) : std::nullopt;
    case AggregateFn::trend:
      return number ? std::optional(Type::string) : std::nullopt;
  }
  return std::nullopt;
}

namespace {

/// Sums and means can overflow, lists grow too long; the others are null only where there is no value.
bool aggregate_nullable(AggregateFn fn, bool field_optional, std::uint32_t step, const Scope& scope) {
  if (fn == AggregateFn::count) return false;
  if (fn == AggregateFn::collect) return may_exceed(step, kMaxCollected, scope);
  const bool empty = may_be_empty(step, scope);
  if (fn == AggregateFn::distinct) return empty;
  const bool computed = fn == AggregateFn::sum || fn == AggregateFn::avg || fn == AggregateFn::stddev;
  return computed || field_optional || empty;
}

void refuse_whole_step(AggregateFn fn, const syntax::Name& name, std::uint32_t step, const Scope& scope) {
  const std::string function(name_of(fn));
  Diagnostic& problem =
      error(scope.draft, "E0215", name.span, quoted(function) + " takes a field of a step", "a step as a whole");
  std::string field = "field";
  const std::vector<events::TypeId> types = types_of_step(step, scope);
  if (!types.empty() && types.front() != events::kNoType)
    for (const events::Field& each : scope.draft.schema[types.front()].fields)
      if (field == "field" && aggregate_type(fn, each.type)) field = each.name;
  help(problem, "for example `" + function + "(" + name.text + "." + field + ")`");
}

std::optional<Expr> of_step(AggregateFn fn, const syntax::Name& name, const Scope& scope) {
  const std::optional<std::uint32_t> step = readable_step(name, scope);
  if (!step) return std::nullopt;
  if (fn != AggregateFn::count) {
    refuse_whole_step(fn, name, *step, scope);
    return std::nullopt;
  }
  Expr expr;
  expr.op = Op::aggregate;
  expr.type = Type::integer;
  expr.step = *step;
  expr.field = kNoField;
  return expr;
}

/// Turns the read of a field into one of all turns.
std::optional<Expr> of_field(AggregateFn fn, std::optional<Expr> read, const std::string& shown, Span span,
                             const Scope& scope) {
  if (!read) return std::nullopt;
  const std::optional<Type> result = aggregate_type(fn, read->type);
  if (!result) {
    error(scope.draft, "E0212", span, quoted(name_of(fn)) + " does not fit " + a_type(read->type),
          quoted(shown) + " is " + a_type(read->type));
    return std::nullopt;
  }
  read->op = Op::aggregate;
  read->fn = fn;
  read->type = *result;
  read->nullable = aggregate_nullable(fn, read->nullable, read->step, scope);
  return read;
}

void refuse_argument(AggregateFn fn, const syntax::Call& call, Span span, const Scope& scope) {
  const std::string name(name_of(fn));
  Diagnostic& problem =
      error(scope.draft, "E0215", span,
            quoted(name) + " takes " + (fn == AggregateFn::count ? "a step, or a field of one" : "a field of a step"),
            call.args.empty() ? "nothing given" : "something else given");
  help(problem, fn == AggregateFn::count ? "for example `count(r)`, or `count(r.field)` for its values that aren't null"
                                         : "for example `" + name + "(r.field)`");
}

}  // namespace

std::optional<Expr> check_aggregate(AggregateFn fn, const syntax::Call& call, Span span, const Scope& scope) {
  if (call.args.size() == 1) {
    const syntax::Expr& arg = call.args[0];
    if (const std::optional<Path> path = path_of(arg)) {
      if (!path->rest.text.empty()) {
        const std::optional<std::uint32_t> step = readable_step(path->first, scope);
        if (!step) return std::nullopt;
        return of_field(fn, find_step_field(*step, path->first, path->rest, scope),
                        path->first.text + "." + path->rest.text, span, scope);
      }
      if (step_called(path->first.text, scope)) return of_step(fn, path->first, scope);
    }
    if (const std::optional<Path> path = attribute_path_of(arg)) {
      const std::optional<std::uint32_t> step = readable_step(path->first, scope);
      if (!step) return std::nullopt;
      return of_field(fn, find_step_attribute(*step, path->first, path->rest, scope),
                      path->first.text + ".@" + path->rest.text, span, scope);
    }
  }
  if (!scope.rule->partial) refuse_argument(fn, call, span, scope);
  return std::nullopt;
}

}  // namespace tocsin::rules::checking
