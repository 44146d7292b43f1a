// Names in expressions: fields of the candidate, parts of the key, fields of steps, and functions over a step's turns.
#include <algorithm>
#include <array>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

constexpr std::array kAggregates = {AggregateFn::count, AggregateFn::sum,   AggregateFn::avg,  AggregateFn::min,
                                    AggregateFn::max,   AggregateFn::first, AggregateFn::last, AggregateFn::stddev};

/// Functions of the language that this version doesn't run.
constexpr std::array<std::string_view, 48> kLaterFunctions = {"abs",
                                                              "anomaly",
                                                              "approx_distinct",
                                                              "approx_percentile",
                                                              "approx_top",
                                                              "autocorrelation",
                                                              "ceil",
                                                              "cidr",
                                                              "clamp",
                                                              "collect",
                                                              "contains",
                                                              "date",
                                                              "distance",
                                                              "distinct",
                                                              "ends_with",
                                                              "ewma",
                                                              "exp",
                                                              "floor",
                                                              "format",
                                                              "has",
                                                              "hash",
                                                              "hour",
                                                              "inside",
                                                              "length",
                                                              "ln",
                                                              "log10",
                                                              "lower",
                                                              "mad",
                                                              "mask",
                                                              "median",
                                                              "minute",
                                                              "percentile",
                                                              "pow",
                                                              "redact",
                                                              "replace",
                                                              "round",
                                                              "seasonal",
                                                              "slope",
                                                              "spike",
                                                              "split",
                                                              "sqrt",
                                                              "starts_with",
                                                              "substring",
                                                              "trend",
                                                              "trim",
                                                              "upper",
                                                              "variance",
                                                              "weekday"};

std::optional<AggregateFn> aggregate_called(std::string_view name) {
  for (const AggregateFn fn : kAggregates)
    if (name_of(fn) == name) return fn;
  return std::nullopt;
}

std::optional<std::uint32_t> step_called(std::string_view name, const Scope& scope) {
  if (!scope.rule) return std::nullopt;
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = 0; i < steps.size(); ++i)
    if (!steps[i].name.empty() && steps[i].name == name) return i;
  return std::nullopt;
}

const Step& step_of(std::uint32_t step, const Scope& scope) { return scope.rule->plan.pattern.steps[step]; }
events::TypeId type_of_step(std::uint32_t step, const Scope& scope) {
  return step_of(step, scope).fits.empty() ? events::kNoType : step_of(step, scope).fits.front().type;
}

void report_unknown_step(const syntax::Name& name, const Scope& scope) {
  std::vector<std::string> names;
  std::string of_type;
  for (const Step& step : scope.rule->plan.pattern.steps) {
    if (!step.name.empty()) names.push_back(step.name);
    if (!step.fits.empty() && step.fits.front().type != events::kNoType &&
        scope.draft.schema[step.fits.front().type].name == name.text)
      of_type = name.text;
  }
  if (scope.rule->partial && nearest(name.text, names).empty()) return;
  Diagnostic& problem =
      error(scope.draft, "E0205", name.span, "no step is called " + quoted(name.text), "unknown step");
  if (!of_type.empty())
    help(problem, "events are read through the name of a step: `match x: " + of_type + "`, then `x.field`");
  else if (scope.place == Place::condition && scope.candidate != events::kNoType &&
           scope.draft.schema[scope.candidate].find(name.text) >= 0)
    help(problem, quoted(name.text) + " is a field, and has no fields of its own");
  else if (!did_you_mean(problem, name, names, "a step") && !names.empty())
    help(problem, names.size() == 1 ? "the only step with a name is " + quoted(names[0])
                                    : "the steps with names are " + listed(names));
}

/// The step, if it stands early enough to be read here. `through_function`: also the turns of the step itself.
std::optional<std::uint32_t> readable_step(const syntax::Name& name, bool through_function, const Scope& scope) {
  const std::optional<std::uint32_t> step = step_called(name.text, scope);
  if (!step) {
    report_unknown_step(name, scope);
    return std::nullopt;
  }
  if (*step < scope.readable || (through_function && step == scope.own)) return step;
  if (step == scope.own) return step;
  Diagnostic& problem =
      error(scope.draft, "E0302", name.span, "step " + quoted(name.text) + " comes later", "not matched yet here");
  also(problem, scope.rule->step_places[*step], "declared here");
  help(problem, "a condition reads the steps before it; move the comparison to the later step");
  return std::nullopt;
}

void refuse_looped(const syntax::Member& member, Span span, const std::string& step, const Scope& scope) {
  const std::string read = step + "." + member.field.text;
  Diagnostic& problem = error(
      scope.draft, "E0304", span,
      "step " + quoted(step) + " may take several events; " + quoted(read) + " doesn't say which", "of which turn?");
  help(problem, "the last one's", span, "last(" + read + ")");
}

void refuse_own(const syntax::Member& member, Span span, const std::string& step, bool looped, const Scope& scope) {
  const std::string& field = member.field.text;
  Diagnostic& problem =
      error(scope.draft, "E0303", span, "step " + quoted(step) + " can't be read in its own condition",
            "the event is not taken yet");
  help(problem, "the event being judged is read without a step's name", span, field);
  if (looped) help(problem, "the turn before this one's", span, "last(" + step + "." + field + ")");
}

/// A single step that may be left out, or that isn't over, may have no event.
bool may_be_empty(std::uint32_t step, const Scope& scope) { return step_of(step, scope).min == 0 || step == scope.own; }

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
  const std::optional<std::uint32_t> step = readable_step(reference.name, true, scope);
  if (!step) return std::nullopt;
  if (fn != AggregateFn::count) {
    const std::string name(name_of(fn));
    Diagnostic& problem = error(scope.draft, "E0215", reference.name.span, quoted(name) + " takes a field of a step",
                                "a step as a whole");
    const events::TypeId type = type_of_step(*step, scope);
    const std::string field = type == events::kNoType || scope.draft.schema[type].fields.empty()
                                  ? "field"
                                  : scope.draft.schema[type].fields[0].name;
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
  const std::optional<std::uint32_t> step = readable_step(of, true, scope);
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

std::optional<Expr> bare_in_condition(const syntax::Name& name, const Scope& scope) {
  const events::TypeId type = scope.candidate;
  if (type == events::kNoType) return std::nullopt;
  if (scope.draft.schema[type].find(name.text) < 0 && step_called(name.text, scope)) {
    Diagnostic& problem =
        error(scope.draft, "E0204", name.span, quoted(name.text) + " is a step, not a value", "a step");
    help(problem, "read one of its fields: `" + name.text + ".field`, or `count(" + name.text + ")`");
    return std::nullopt;
  }
  const std::optional<std::uint32_t> field = find_field(scope.draft, type, name);
  if (!field) return std::nullopt;
  Expr expr;
  expr.op = Op::field;
  expr.field = *field;
  expr.type = scope.draft.schema[type].fields[*field].type;
  expr.nullable = scope.draft.schema[type].fields[*field].optional;
  return expr;
}

std::optional<Expr> bare_in_output(const syntax::Name& name, const Scope& scope) {
  const std::vector<KeyPart>& key = scope.rule->plan.key;
  for (std::uint32_t i = 0; i < key.size(); ++i) {
    if (key[i].name != name.text) continue;
    Expr expr;
    expr.op = Op::key_part;
    expr.field = i;
    expr.type = key[i].type;
    return expr;
  }
  if (scope.rule->partial) return std::nullopt;
  if (step_called(name.text, scope)) {
    Diagnostic& problem =
        error(scope.draft, "E0204", name.span, quoted(name.text) + " is a step, not a value", "a step");
    help(problem, "read one of its fields: `" + name.text + ".field`, or `count(" + name.text + ")`");
    return std::nullopt;
  }
  Diagnostic& problem = error(scope.draft, "E0401", name.span,
                              "an output can't tell whose " + quoted(name.text) + " this is", "of which event?");
  bool found = false;
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = 0; i < steps.size() && !found; ++i) {
    const events::TypeId type = type_of_step(i, scope);
    if (steps[i].name.empty() || type == events::kNoType || scope.draft.schema[type].find(name.text) < 0) continue;
    const std::string read = steps[i].name + "." + name.text;
    help(problem, "a field is read through its step", name.span, steps[i].looped() ? "last(" + read + ")" : read);
    found = true;
  }
  std::vector<std::string> parts;
  for (const KeyPart& part : key) parts.push_back(part.name);
  if (!found && !did_you_mean(problem, name, parts, "a part of the key"))
    help(problem, "write `step.field`; only parts of the key (`by`) stand alone");
  return std::nullopt;
}

}  // namespace

std::optional<Expr> check_reference(const syntax::Reference& written, const Scope& scope) {
  if (scope.place == Place::condition) return bare_in_condition(written.name, scope);
  if (scope.place == Place::output) return bare_in_output(written.name, scope);
  Diagnostic& problem =
      error(scope.draft, "E0502", written.name.span, quoted(written.name.text) + " is not a constant", "a name");
  help(problem, "a test gives values; text stands in quotes", written.name.span, "\"" + written.name.text + "\"");
  return std::nullopt;
}

std::optional<Expr> check_member(const syntax::Member& written, Span span, const Scope& scope) {
  if (scope.place == Place::constant) {
    error(scope.draft, "E0502", span, "this is not a constant", "a test gives values");
    return std::nullopt;
  }
  const auto* of = std::get_if<syntax::Reference>(&written.object->node);
  if (!of) {
    if (const std::optional<Expr> object = check_expr(*written.object, scope))
      error(scope.draft, "E0203", written.field.span,
            a_type(object->type) + " has no field " + quoted(written.field.text), "unknown field");
    return std::nullopt;
  }
  const std::optional<std::uint32_t> step = readable_step(of->name, false, scope);
  if (!step) return std::nullopt;
  const events::TypeId type = type_of_step(*step, scope);
  const std::optional<std::uint32_t> field = find_field(scope.draft, type, written.field);
  if (!field) return std::nullopt;
  if (step == scope.own) {
    refuse_own(written, span, of->name.text, step_of(*step, scope).looped(), scope);
    return std::nullopt;
  }
  if (step_of(*step, scope).looped()) {
    refuse_looped(written, span, of->name.text, scope);
    return std::nullopt;
  }
  const events::Field& read = scope.draft.schema[type].fields[*field];
  Expr expr;
  expr.op = Op::step_field;
  expr.step = *step;
  expr.field = *field;
  expr.type = read.type;
  expr.nullable = read.optional || may_be_empty(*step, scope);
  return expr;
}

std::optional<Expr> check_call(const syntax::Call& written, Span span, const Scope& scope) {
  const std::string& name = written.function.text;
  if (const std::optional<AggregateFn> fn = aggregate_called(name)) {
    if (scope.place != Place::constant) return check_aggregate(*fn, written, span, scope);
    error(scope.draft, "E0502", span, "this is not a constant", "a test gives values");
    return std::nullopt;
  }
  if (name == "time") return check_time(written, span, scope);
  if (std::find(kLaterFunctions.begin(), kLaterFunctions.end(), name) != kLaterFunctions.end()) {
    error(scope.draft, "E0901", written.function.span, "the function " + quoted(name) + " can't be used yet",
          "not available in this version");
    return std::nullopt;
  }
  std::vector<std::string> names = {"time"};
  for (const AggregateFn fn : kAggregates) names.emplace_back(name_of(fn));
  std::string near = nearest(name, names);
  if (near.empty()) {
    names.assign(kLaterFunctions.begin(), kLaterFunctions.end());
    near = nearest(name, names);
  }
  if (scope.draft.incomplete && near.empty()) return std::nullopt;
  Diagnostic& problem =
      error(scope.draft, "E0206", written.function.span, "no function is called " + quoted(name), "unknown function");
  did_you_mean(problem, written.function, names, "a function");
  return std::nullopt;
}

}  // namespace tocsin::rules::checking
