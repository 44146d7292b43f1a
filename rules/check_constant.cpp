// `let`: constants are judged when they are first read, so that their order never matters.
//
// Whoever is met while it is being judged needs itself. `let zone` sets the time zone of all that has none of its own.
#include <algorithm>

#include "rules/check_reference.hpp"
#include "rules/check_table.hpp"

namespace tocsin::rules::checking {
namespace {

/// `before`: the diagnostics before it was judged; that a part of it is null is no further problem.
void refuse_null(Draft& draft, const ConstantDraft& constant, std::size_t before) {
  Diagnostics& all = draft.diagnostics;
  const auto is_null = [](const Diagnostic& each) { return each.code == "W0203"; };
  all.erase(std::remove_if(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(), is_null), all.end());
  Diagnostic& problem = error(draft, "E0502", constant.written->value.span,
                              quoted(constant.written->name.text) + " has no value", "always null");
  help(problem, "what has no result gives null: a division by zero, what doesn't fit its type");
}

void judge(Draft& draft, ConstantDraft& constant) {
  constant.judged = Judged::now;
  if (!constant.written->broken) {
    const syntax::Expr& written = constant.written->value;
    const std::size_t before = draft.diagnostics.size();
    std::optional<Expr> value = check_expr(written, Scope{draft});
    if (value && value->op == Op::constant)
      constant.value = std::move(value);
    else if (value)
      refuse_null(draft, constant, before);
  }
  constant.judged = Judged::done;
}

/// Its value, if it is of the type that is asked for; else reported.
const events::Value* value_of_type(Draft& draft, const syntax::Name& name, events::Type type, std::string_view what) {
  const Expr* value = find_constant(draft, name);
  if (!value || value->type == type) return value ? &value->value : nullptr;
  Diagnostic& problem =
      error(draft, "E0222", name.span,
            std::string(what) + " is asked for here, and " + quoted(name.text) + " is " + a_type(value->type),
            std::string(events::name_of(value->type)));
  also(problem, draft.constants.at(name.text).place, "declared here");
  if (type == events::Type::duration && value->type == events::Type::integer)
    help(problem, "a duration has a unit: `let " + name.text + " = " + events::to_text(value->value) + "s`");
  return nullptr;
}

void set_zone(Draft& draft) {
  const auto found = draft.constants.find("zone");
  if (found == draft.constants.end()) return;
  ConstantDraft& zone = found->second;
  zone.used = true;
  const Expr* value = value_of_constant(draft, zone, zone.written->name);
  if (!value) return;
  const Span place = zone.written->value.span;
  if (value->type != events::Type::string) {
    Diagnostic& problem =
        error(draft, "E0222", place, "`zone` is the name of a time zone, and this is " + a_type(value->type),
              std::string(events::name_of(value->type)));
    help(problem, "for example `let zone = \"Europe/Berlin\"`; a constant of another meaning needs another name");
    return;
  }
  Expr call;
  call.op = Op::call;
  call.function = Function::hour;
  call.type = events::Type::integer;
  call.args = {constant(events::Time{}), *value};
  if (const std::optional<BadConstant> bad = bad_constant(call)) {
    Diagnostic& problem = error(draft, "E0223", place, bad->message, "no time zone");
    help(problem, "zones are called as in the time zone database: `Europe/Berlin`, `America/New_York`, `UTC`");
    return;
  }
  draft.zone = std::get<std::string>(value->value);
}

}  // namespace

const Expr* value_of_constant(Draft& draft, ConstantDraft& constant, const syntax::Name& at) {
  constant.used = true;
  if (constant.judged == Judged::now) {
    Diagnostic& problem =
        error(draft, "E0221", at.span, "constant " + quoted(constant.written->name.text) + " needs itself", "a circle");
    also(problem, constant.place, "declared here");
    return nullptr;
  }
  if (constant.judged == Judged::no) judge(draft, constant);
  return constant.value ? &*constant.value : nullptr;
}

const Expr* find_constant(Draft& draft, const syntax::Name& name) {
  if (const auto found = draft.constants.find(name.text); found != draft.constants.end())
    return value_of_constant(draft, found->second, name);
  if (draft.incomplete && nearest(name.text, names_of(draft.constants)).empty()) return nullptr;
  Diagnostic& problem =
      error(draft, "E0224", name.span, "no constant is called " + quoted(name.text), "unknown constant");
  if (!did_you_mean(problem, name, names_of(draft.constants), "a constant"))
    help(problem, "constants are declared: `let " + name.text + " = …`");
  return nullptr;
}

std::optional<events::Duration> duration_of(Draft& draft, const syntax::DurationOf& written) {
  if (const auto* duration = std::get_if<events::Duration>(&written.node)) return *duration;
  const events::Value* value =
      value_of_type(draft, std::get<syntax::Name>(written.node), events::Type::duration, "a duration");
  return value ? std::optional(std::get<events::Duration>(*value)) : std::nullopt;
}

std::optional<std::uint64_t> count_of(Draft& draft, const syntax::CountOf& written) {
  if (const auto* count = std::get_if<std::uint64_t>(&written.node)) return *count;
  const auto& name = std::get<syntax::Name>(written.node);
  const events::Value* value = value_of_type(draft, name, events::Type::integer, "a count");
  if (!value) return std::nullopt;
  const std::int64_t count = std::get<std::int64_t>(*value);
  if (count >= 0) return static_cast<std::uint64_t>(count);
  also(error(draft, "E0222", name.span,
             "a count can't be negative, and " + quoted(name.text) + " is " + std::to_string(count), "negative"),
       draft.constants.at(name.text).place, "declared here");
  return std::nullopt;
}

void check_declarations(Draft& draft) {
  set_zone(draft);
  for (auto& [name, constant] : draft.constants)
    if (constant.judged == Judged::no) judge(draft, constant);
  for (auto& [name, function] : draft.functions)
    if (!waits_for_rules(draft, *function.written)) judge_function(draft, function, function.written->name);
}

void check_functions(Draft& draft) {
  for (auto& [name, function] : draft.functions) judge_function(draft, function, function.written->name);
}

void lint_declarations(Draft& draft) {
  if (draft.incomplete || has_errors(draft.diagnostics)) return;
  for (const auto& [name, constant] : draft.constants)
    if (!constant.used) warning(draft, "W0202", constant.place, "nothing reads constant " + quoted(name), "never used");
  for (const auto& [name, function] : draft.functions)
    if (!function.used) warning(draft, "W0202", function.place, "nothing calls function " + quoted(name), "never used");
}

}  // namespace tocsin::rules::checking
