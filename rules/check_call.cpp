// Calls: functions of the language, of the rule set, and over a step's turns.
#include <algorithm>
#include <array>

#include "rules/check_expr.hpp"
#include "rules/check_window.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

constexpr auto kLastAggregate = AggregateFn::seasonal;

template <class Visit>
void each_aggregate(Visit visit) {
  for (auto i = std::size_t{0}; i <= static_cast<std::size_t>(kLastAggregate); ++i) visit(static_cast<AggregateFn>(i));
}

/// Those that are also of a step's turns.
bool is_of_steps(AggregateFn fn) { return fn <= AggregateFn::collect; }

std::optional<AggregateFn> aggregate_called(std::string_view name) {
  std::optional<AggregateFn> found;
  each_aggregate([&](AggregateFn fn) {
    if (name_of(fn) == name) found = fn;
  });
  return found;
}

/// What an author calls it.
std::string_view written_name(Function function) {
  return function == Function::in_network || function == Function::in_list ? "in" : name_of(function);
}

/// A time is written as a text that is always the same.
std::optional<Expr> check_time(const syntax::Call& call, Span span, const Scope& scope) {
  if (call.args.size() == 1) {
    const std::optional<Expr> arg = check_expr(call.args[0], scope);
    if (!arg) return std::nullopt;
    if (const auto* text = std::get_if<std::string>(&arg->value)) {
      if (const std::optional<events::Time> time = events::parse_rfc3339(*text)) return constant(*time);
      Diagnostic& problem =
          error(scope.draft, "E0216", call.args[0].span, quoted(*text) + " is no time", "not RFC 3339");
      help(problem, "times are written like `2024-01-01T00:00:00Z` or `2024-01-01T02:00:00.5+02:00`");
      return std::nullopt;
    }
  }
  Diagnostic& problem = error(scope.draft, "E0215", span, "`time` takes a text in quotes", "something else given");
  help(problem, "for example `time(\"2024-01-01T00:00:00Z\")`");
  return std::nullopt;
}

/// `has(x)` is `x is not null`.
std::optional<Expr> check_has(const syntax::Call& call, Span span, const Scope& scope) {
  if (call.args.size() != 1) {
    Diagnostic& problem = error(scope.draft, "E0215", span, "`has` takes one value", "something else given");
    help(problem, "for example `has(t.level)`, which is `t.level is not null`");
    return std::nullopt;
  }
  std::optional<Expr> value = check_expr(call.args[0], scope);
  if (!value) return std::nullopt;
  return folded(unary(Op::is_not_null, Type::boolean, false, std::move(*value)), span, scope);
}

std::optional<Expr> check_function(Function function, const syntax::Call& call, Span span, const Scope& scope) {
  std::vector<Expr> args;
  std::vector<Span> places;
  for (const syntax::Expr& written : call.args) {
    if (std::optional<Expr> arg = check_expr(written, scope)) args.push_back(std::move(*arg));
    places.push_back(written.span);
  }
  if (args.size() != call.args.size()) return std::nullopt;
  return call_of(function, std::move(args), places, span, scope);
}

/// What such functions are called elsewhere, in small letters.
std::string_view function_meant(std::string_view name) {
  constexpr std::array<std::array<std::string_view, 2>, 31> kElsewhere = {{
      {"mean", "avg"},
      {"average", "avg"},
      {"std", "stddev"},
      {"stdev", "stddev"},
      {"stddev_pop", "stddev"},
      {"sd", "stddev"},
      {"var", "variance"},
      {"var_pop", "variance"},
      {"total", "sum"},
      {"minimum", "min"},
      {"maximum", "max"},
      {"first_value", "first"},
      {"earliest", "first"},
      {"last_value", "last"},
      {"latest", "last"},
      {"nunique", "distinct"},
      {"uniq", "distinct"},
      {"unique", "distinct"},
      {"count_distinct", "distinct"},
      {"approx_count_distinct", "approx_distinct"},
      {"hll", "approx_distinct"},
      {"quantile", "percentile"},
      {"percentile_cont", "percentile"},
      {"approx_quantile", "approx_percentile"},
      {"array_agg", "collect"},
      {"collect_list", "collect"},
      {"string_agg", "collect"},
      {"top", "approx_top"},
      {"topk", "approx_top"},
      {"ema", "ewma"},
      {"len", "length"},
  }};
  for (const auto& [theirs, ours] : kElsewhere)
    if (theirs == name) return ours;
  return {};
}

/// `p99`: the number; empty: something else.
std::string percentage_of(std::string_view name) {
  if (name.size() < 2 || name.size() > 3 || name[0] != 'p') return {};
  const std::string_view digits = name.substr(1);
  const bool number = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number ? std::string(digits) : std::string();
}

/// What could have been meant by a function that isn't there.
void help_function(Diagnostic& problem, const syntax::Name& name, const std::vector<std::string>& names,
                   const Scope& scope) {
  const std::string small = lowered(name.text);
  if (const auto table = scope.draft.tables.find(name.text); table != scope.draft.tables.end())
    help(problem, quoted(name.text) + " is a table; a row is looked up in brackets: `" + name.text + "[key].field`");
  else if (name.text == "now")
    help(problem, "rules know no clock: the time of the event being judged is `@time`, of a step's `a.@time`");
  else if (small == "rate")
    help(problem, "a rate is a count over the window's length: `count() / 60` of `window tumbling 1m`, each second");
  else if (const std::string percentage = percentage_of(small); !percentage.empty())
    help(problem, "it is written `percentile(x, " + percentage + ")`");
  else if (const std::string_view meant = function_meant(small); !meant.empty())
    help(problem, "it is called so here", name.span, std::string(meant));
  else
    did_you_mean(problem, name, names, "a function");
}

/// In a window only aggregates read fields, and this may be meant as one.
void check_arguments_of_unknown(const syntax::Call& written, const Scope& scope) {
  Diagnostics& all = scope.draft.diagnostics;
  const std::size_t before = all.size();
  for (const syntax::Expr& arg : written.args) check_expr(arg, scope);
  if (scope.place != Place::window) return;
  const auto reads_field = [](const Diagnostic& each) { return each.code == "E0401" || each.code == "E0350"; };
  all.erase(std::remove_if(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(), reads_field), all.end());
}

std::optional<Expr> refuse_unknown(const syntax::Call& written, const Scope& scope) {
  const std::string& name = written.function.text;
  std::vector<std::string> names = names_of_functions();
  for (const auto& [own, function] : scope.draft.functions) names.push_back(own);
  const std::string near = nearest(name, names);
  if (!aggregate_called(near) &&
      !aggregate_called(function_meant(lowered(name))))  // which take what stands nowhere else
    check_arguments_of_unknown(written, scope);
  if (scope.draft.incomplete && near.empty()) return std::nullopt;
  Diagnostic& problem =
      error(scope.draft, "E0206", written.function.span, "no function is called " + quoted(name), "unknown function");
  help_function(problem, written.function, names, scope);
  return std::nullopt;
}

std::optional<Expr> refuse_nested(AggregateFn fn, Span span, const Scope& scope) {
  Diagnostic& problem = error(scope.draft, "E0349", span,
                              quoted(name_of(fn)) + " stands in the argument of " + quoted(name_of(*scope.aggregate)),
                              "an aggregate in an aggregate");
  help(problem, "let one rule `emit` the inner one, and another read that");
  return std::nullopt;
}

/// In a pattern rule.
std::optional<Expr> refuse_of_windows(AggregateFn fn, const syntax::Call& call, const Scope& scope) {
  Diagnostic& problem = error(scope.draft, "E0348", call.function.span, quoted(name_of(fn)) + " is only of windows",
                              "not of the events of a step");
  help(problem,
       "over a step's events there are `count sum avg min max first last stddev distinct collect`; a rule with `from` "
       "and `window` has all");
  return std::nullopt;
}

/// In a window rule, where a single event or pair is judged.
std::optional<Expr> refuse_outside(AggregateFn fn, Span span, const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0355", span, quoted(name_of(fn)) + " is of a window, and this is judged of each event",
            "no window here");
  help(problem, "aggregates stand in `when` and in outputs");
  return std::nullopt;
}

std::optional<Expr> check_aggregate_here(AggregateFn fn, const syntax::Call& written, Span span, const Scope& scope) {
  if (scope.aggregate) return refuse_nested(fn, span, scope);
  if (scope.place == Place::window) return check_window_aggregate(fn, written, span, scope);
  const bool of_pattern = scope.place == Place::condition || scope.place == Place::span || scope.place == Place::output;
  if (of_pattern && !is_of_steps(fn)) return refuse_of_windows(fn, written, scope);
  if (of_pattern) return check_aggregate(fn, written, span, scope);
  if (scope.rule && kind_of(*scope.rule) == RuleKind::window) return refuse_outside(fn, span, scope);
  if (scope.place == Place::function) {
    Diagnostic& problem = error(scope.draft, "E0220", span, "a function knows no steps", "over a step's events");
    help(problem, "give it the value as an argument");
  } else if (scope.place == Place::event) {
    error(scope.draft, "E0205", span, "no step can be read here", "only the event's own fields can");
  } else {
    error(scope.draft, "E0502", span, "this is not a constant", "only values and constants stand here");
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> names_of_functions() {
  std::vector<std::string> names = function_names();
  names.insert(names.end(), {"time", "has", "format"});
  each_aggregate([&](AggregateFn fn) { names.emplace_back(name_of(fn)); });
  return names;
}

std::string types_of(const std::vector<Expr>& args) {
  std::string text;
  for (std::size_t i = 0; i < args.size(); ++i)
    text += (i == 0 ? "" : i + 1 == args.size() ? " and " : ", ") + std::string(events::name_of(args[i].type));
  return text;
}

std::optional<Expr> call_of(Function function, std::vector<Expr> args, const std::vector<Span>& places, Span span,
                            const Scope& scope) {
  std::vector<Type> types;
  for (const Expr& arg : args) types.push_back(arg.type);
  const Signature signature = signature_of(function, types);
  if (!signature.result) {
    const std::string name = quoted(written_name(function));
    const std::string given = types_of(args);
    Diagnostic& problem =
        error(scope.draft, "E0215", span, args.empty() ? name + " takes something" : name + " does not take " + given,
              args.empty() ? "nothing given" : given + " given");
    help(problem, "it is used as " + quoted(signature.usage));
    return std::nullopt;
  }
  Expr call;
  call.op = Op::call;
  call.function = function;
  call.type = *signature.result;
  const bool null = std::any_of(args.begin(), args.end(), [](const Expr& arg) { return arg.nullable; });
  call.nullable = !is_operator(function) && (signature.partial || null);
  const bool calendar = function >= Function::hour && function <= Function::date;
  if (calendar && args.size() == 1) call.zone = scope.draft.zone;
  call.args = std::move(args);
  if (const std::optional<BadConstant> bad = bad_constant(call)) {
    error(scope.draft, "E0223", bad->arg < places.size() ? places[bad->arg] : span, bad->message, "can't be used");
    return std::nullopt;
  }
  return folded(std::move(call), span, scope);
}

std::optional<Expr> check_call(const syntax::Call& written, Span span, const Scope& scope) {
  const std::string& name = written.function.text;
  if (const std::optional<AggregateFn> fn = aggregate_called(name))
    return check_aggregate_here(*fn, written, span, scope);
  if (name == "time") return check_time(written, span, scope);
  if (name == "has") return check_has(written, span, scope);
  if (const std::optional<Function> function = function_called(name))
    return check_function(*function, written, span, scope);
  if (const auto own = scope.draft.functions.find(name); own != scope.draft.functions.end())
    return check_function_call(own->second, written, span, scope);
  if (name == "format") {
    Diagnostic& problem =
        error(scope.draft, "E0215", span, "`format` takes one text in quotes", "something else given");
    help(problem, "for example `format(\"{t.celsius:.1f} °C\")`");
    return std::nullopt;
  }
  return refuse_unknown(written, scope);
}

}  // namespace tocsin::rules::checking
