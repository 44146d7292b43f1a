// `in`, `between`, `like` and `matches`, each with or without a `not`.
//
// A null on either side is no member: the result is never null, and `not in` holds for null.
#include <algorithm>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

std::string_view name_of(syntax::Membership::Kind kind) {
  switch (kind) {
    case syntax::Membership::Kind::in_items:
    case syntax::Membership::Kind::in:
      return "in";
    case syntax::Membership::Kind::between:
      return "between";
    case syntax::Membership::Kind::like:
      return "like";
    case syntax::Membership::Kind::matches:
      break;
  }
  return "matches";
}

bool has_null(const syntax::Membership& written, const Scope& scope) {
  bool found = false;
  for (const syntax::Expr& arg : written.args) {
    if (!is_null_literal(arg)) continue;
    Diagnostic& problem =
        error(scope.draft, "E0214", arg.span, "a comparison with null is never true", "compared with `null`");
    help(problem, "write `x is null or x in […]`");
    found = true;
  }
  return found;
}

void refuse_pair(const syntax::Membership& written, const Expr& value, const syntax::Expr& other, const Expr& checked,
                 const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0212", other.span,
            quoted(name_of(written.kind)) + " does not fit " + std::string(events::name_of(value.type)) + " and " +
                std::string(events::name_of(checked.type)),
            "this is " + a_type(checked.type) + ", and left of it is " + a_type(value.type));
  help_types(problem, other, checked, value);
}

std::optional<Expr> in_items(const syntax::Membership& written, std::vector<Expr> all, Span span, const Scope& scope) {
  if (written.args.empty()) {
    error(scope.draft, "E0228", written.op_span, "nothing is in an empty list", "never true");
    return std::nullopt;
  }
  bool good = true;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (events::is_list(all[i].type)) fits(all[i], all[0].type);  // numbers compare exactly as they are
    if (comparable(all[0].type, all[i].type, false)) continue;
    refuse_pair(written, all[0], written.args[i - 1], all[i], scope);
    good = false;
  }
  if (!good) return std::nullopt;
  Expr expr;
  expr.op = Op::in;
  expr.args = std::move(all);
  return folded(std::move(expr), span, scope);
}

/// `x in y`: y says by its type what is meant.
std::optional<Expr> in_value(const syntax::Membership& written, std::vector<Expr> both, Span span, const Scope& scope) {
  const std::vector<Span> places = {written.operand->span, written.args[0].span};
  if (events::is_list(both[1].type)) {
    if (events::is_list(both[0].type)) fits(both[0], events::element_of(both[1].type));
    return call_of(Function::in_list, std::move(both), places, span, scope);
  }
  if (both[0].type == Type::string && both[1].type == Type::string)
    return call_of(Function::in_network, std::move(both), places, span, scope);
  Diagnostic& problem = error(scope.draft, "E0212", written.args[0].span,
                              "`in` asks for a list or a network, and this is " + a_type(both[1].type),
                              std::string(events::name_of(both[1].type)));
  help(problem, "for example `x in [1, 2, 3]`, or `ip in \"10.0.0.0/8\"`");
  return std::nullopt;
}

std::optional<Expr> between(const syntax::Membership& written, std::vector<Expr> all, Span span, const Scope& scope) {
  bool good = true;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (comparable(all[0].type, all[i].type, true)) continue;
    refuse_pair(written, all[0], written.args[i - 1], all[i], scope);
    good = false;
  }
  if (!good || !afford(all[0], span, scope)) return std::nullopt;
  Expr value = all[0];
  Expr expr;
  expr.op = Op::logical_and;
  expr.args.push_back(operation(Op::ge, Type::boolean, false, std::move(value), std::move(all[1])));
  expr.args.push_back(operation(Op::le, Type::boolean, false, std::move(all[0]), std::move(all[2])));
  for (Expr& each : expr.args) each = folded(std::move(each), span, scope);
  return folded(std::move(expr), span, scope);
}

std::optional<Expr> membership(const syntax::Membership& written, std::vector<Expr> all, Span span,
                               const Scope& scope) {
  switch (written.kind) {
    case syntax::Membership::Kind::in_items:
      return in_items(written, std::move(all), span, scope);
    case syntax::Membership::Kind::in:
      return in_value(written, std::move(all), span, scope);
    case syntax::Membership::Kind::between:
      return between(written, std::move(all), span, scope);
    default: {
      const bool like = written.kind == syntax::Membership::Kind::like;
      const std::vector<Span> places = {written.operand->span, written.args[0].span};
      return call_of(like ? Function::like : Function::matches, std::move(all), places, span, scope);
    }
  }
}

}  // namespace

std::optional<Expr> check_membership(const syntax::Membership& written, Span span, const Scope& scope) {
  const bool null = has_null(written, scope);
  std::vector<Expr> all;
  if (std::optional<Expr> operand = check_expr(*written.operand, scope)) all.push_back(std::move(*operand));
  for (const syntax::Expr& arg : written.args)
    if (!is_null_literal(arg))
      if (std::optional<Expr> expr = check_expr(arg, scope)) all.push_back(std::move(*expr));
  if (null || all.size() != written.args.size() + 1) return std::nullopt;
  std::optional<Expr> expr = membership(written, std::move(all), span, scope);
  if (!expr || !written.negated) return expr;
  return folded(unary(Op::logical_not, Type::boolean, false, std::move(*expr)), span, scope);
}

}  // namespace tocsin::rules::checking
