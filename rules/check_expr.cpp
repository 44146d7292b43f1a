// Expressions: operators and literals with their types. Names are in check_reference.cpp.
//
// Types go bottom up and nothing is converted silently, but for int constants where a float is asked for.
#include "rules/check_expr.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tocsin::rules::checking {

using events::Type;

bool is_null_literal(const syntax::Expr& written) {
  const auto* literal = std::get_if<syntax::Literal>(&written.node);
  return literal && events::is_null(literal->value);
}

Expr constant(events::Value value) {
  Expr expr;
  expr.type = events::type_of(value);
  expr.value = std::move(value);
  return expr;
}

namespace {

/// The same with floats for ints, in lists too; null where `type` isn't that.
events::Value widened(const events::Value& value, Type type) {
  if (events::type_of(value) == type) return value;
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return type == Type::floating ? events::Value(static_cast<double>(*number)) : events::Value();
  const auto* list = std::get_if<events::List>(&value);
  if (!list || !events::is_list(type)) return {};
  std::vector<events::Value> items;
  for (const events::Value& item : events::items_of(*list)) {
    items.push_back(widened(item, events::element_of(type)));
    if (events::is_null(items.back())) return {};
  }
  return events::make_list(events::element_of(type), items);
}

}  // namespace

bool fits(Expr& expr, Type type) {
  if (expr.type == type) return true;
  if (expr.op != Op::constant || events::is_null(expr.value)) return false;
  events::Value value = widened(expr.value, type);
  if (events::is_null(value)) return false;
  expr = constant(std::move(value));
  return true;
}

Expr operation(Op op, Type type, bool nullable, Expr left, Expr right) {
  Expr expr = unary(op, type, nullable, std::move(left));
  expr.args.push_back(std::move(right));
  return expr;
}

Expr unary(Op op, Type type, bool nullable, Expr operand) {
  Expr expr;
  expr.op = op;
  expr.type = type;
  expr.nullable = nullable;
  expr.args.push_back(std::move(operand));
  return expr;
}

Expr as_float(Expr expr) {
  if (fits(expr, Type::floating)) return expr;
  const bool nullable = expr.nullable;
  return operation(Op::mul, Type::floating, nullable, std::move(expr), constant(1.0));
}

Expr folded(Expr expr, Span span, const Scope& scope) {
  if (fold(expr)) {
    Diagnostic& problem = warning(scope.draft, "W0203", span, "this is always null", "always null");
    help(problem, "what has no result gives null: a division by zero, what doesn't fit its type");
  }
  return expr;
}

bool require_bool(const syntax::Expr& written, const Expr& expr, std::string_view who, const Scope& scope) {
  if (expr.type == Type::boolean) return true;
  error(scope.draft, "E0213", written.span, std::string(who) + " needs a bool, and this is " + a_type(expr.type),
        std::string(events::name_of(expr.type)));
  return false;
}

namespace {

/// Of one expression the grammar allows 1000 parts; constants and functions lead from one to the next.
constexpr std::size_t kMaxDepth = 1100;

/// Once: of a long chain each further part would be too deep too.
void refuse_depth(Span span, const Scope& scope) {
  const Diagnostics& all = scope.draft.diagnostics;
  if (std::any_of(all.begin(), all.end(), [](const Diagnostic& each) { return each.code == "E0110"; })) return;
  error(scope.draft, "E0110", span, "constants and functions that need each other too deeply",
        "more than can be followed");
}

Op op_of(syntax::BinaryOp op) {
  constexpr std::array kOps = {Op::add, Op::sub, Op::mul, Op::div, Op::rem,         Op::eq,         Op::ne,
                               Op::lt,  Op::le,  Op::gt,  Op::ge,  Op::logical_and, Op::logical_or, Op::coalesce};
  return kOps[static_cast<std::size_t>(op)];
}

bool is_number(Type type) { return type == Type::integer || type == Type::floating; }

std::optional<Expr> check_literal(const syntax::Literal& literal, Span span, const Scope& scope) {
  if (!events::is_null(literal.value)) return constant(literal.value);
  Diagnostic& problem = error(scope.draft, "E0217", span, "`null` can't stand here", "it has no type");
  help(problem, "write `x is null` to ask for it, and leave a field out to give none");
  return std::nullopt;
}

/// `== null` and `!= null` say nothing: a comparison with null is false.
bool refuse_null_comparison(const syntax::Binary& binary, Span span, const Scope& scope) {
  const bool right = is_null_literal(*binary.right);
  if (!right && !is_null_literal(*binary.left)) return false;
  const bool equality = binary.op == syntax::BinaryOp::eq || binary.op == syntax::BinaryOp::ne;
  Diagnostic& problem =
      error(scope.draft, "E0214", span, "a comparison with null is never true", "compared with `null`");
  const std::string test = binary.op == syntax::BinaryOp::ne ? "is not null" : "is null";
  if (right && equality)
    help(problem, "write " + quoted(test), Span{span.file, binary.op_span.begin, binary.right->span.end}, test);
  else
    help(problem, "write `x is null` or `x is not null`");
  check_expr(right ? *binary.left : *binary.right, scope);
  return true;
}

bool is_number_text(const std::string& text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool plain = text.find_first_not_of("0123456789.-") == std::string::npos;
  return problem == std::errc{} && end == text.data() + text.size() && plain && text.back() != '.';
}

bool is_severity(const std::string& text) {
  return std::find(events::kSeverityNames.begin(), events::kSeverityNames.end(), text) != events::kSeverityNames.end();
}

std::nullopt_t refuse_types(const syntax::Binary& binary, Span span, const Expr& left, const Expr& right,
                            const Scope& scope) {
  const std::string op = quoted(text_of(binary.op));
  const std::string types =
      std::string(events::name_of(left.type)) + " and " + std::string(events::name_of(right.type));
  Diagnostic& problem = error(
      scope.draft, "E0212", span, op + " does not fit " + types,
      "left: " + std::string(events::name_of(left.type)) + ", right: " + std::string(events::name_of(right.type)));
  help_types(problem, *binary.left, left, right);
  help_types(problem, *binary.right, right, left);
  const bool texts = left.type == Type::string && right.type == Type::string;
  const bool literal =
      std::holds_alternative<std::string>(left.value) || std::holds_alternative<std::string>(right.value);
  if ((texts || literal) && binary.op == syntax::BinaryOp::add && problem.helps.empty())
    help(problem, "texts are put together with `format(\"{a}{b}\")`");
  return std::nullopt;
}

std::optional<Expr> check_logical(const syntax::Binary& binary, Span span, Expr left, Expr right, const Scope& scope) {
  const std::string who = quoted(text_of(binary.op));
  const bool left_ok = require_bool(*binary.left, left, who, scope);
  if (!require_bool(*binary.right, right, who, scope) || !left_ok) return std::nullopt;
  const Op op = op_of(binary.op);
  Expr expr;
  if (left.op == op) {
    expr = std::move(left);
  } else {
    expr.op = op;
    expr.args.push_back(std::move(left));
  }
  if (right.op == op)
    for (Expr& each : right.args) expr.args.push_back(std::move(each));
  else
    expr.args.push_back(std::move(right));
  return folded(std::move(expr), span, scope);
}

std::optional<Expr> check_coalesce(const syntax::Binary& binary, Span span, Expr left, Expr right, const Scope& scope) {
  if (!unite(left, right)) return refuse_types(binary, span, left, right, scope);
  const Type type = left.type;
  const bool nullable = right.nullable && left.nullable;
  return folded(operation(Op::coalesce, type, nullable, std::move(left), std::move(right)), span, scope);
}

std::optional<Expr> check_binary(const syntax::Binary& binary, Span span, const Scope& scope) {
  const Op op = op_of(binary.op);
  const bool comparison = op >= Op::eq && op <= Op::ge;
  if (comparison && refuse_null_comparison(binary, span, scope)) return std::nullopt;
  std::optional<Expr> left = check_expr(*binary.left, scope);
  std::optional<Expr> right = check_expr(*binary.right, scope);
  if (!left || !right) return std::nullopt;
  if (op == Op::logical_and || op == Op::logical_or)
    return check_logical(binary, span, std::move(*left), std::move(*right), scope);
  if (op == Op::coalesce) return check_coalesce(binary, span, std::move(*left), std::move(*right), scope);
  if (comparison) {
    if (events::is_list(left->type) && !fits(*right, left->type)) fits(*left, right->type);
    if (!comparable(left->type, right->type, op != Op::eq && op != Op::ne))
      return refuse_types(binary, span, *left, *right, scope);
    return folded(operation(op, Type::boolean, false, std::move(*left), std::move(*right)), span, scope);
  }
  const std::optional<Type> type = arithmetic_type(op, left->type, right->type);
  if (!type) return refuse_types(binary, span, *left, *right, scope);
  if (op == Op::add && left->type == Type::duration && right->type == Type::time) std::swap(left, right);
  return folded(operation(op, *type, true, std::move(*left), std::move(*right)), span, scope);
}

std::optional<Expr> check_unary(const syntax::Unary& unary, Span span, const Scope& scope) {
  std::optional<Expr> operand = check_expr(*unary.operand, scope);
  if (!operand) return std::nullopt;
  Expr expr;
  if (unary.op == syntax::UnaryOp::logical_not) {
    if (!require_bool(*unary.operand, *operand, "`not`", scope)) return std::nullopt;
    expr.op = Op::logical_not;
  } else {
    if (!is_number(operand->type) && operand->type != Type::duration) {
      error(scope.draft, "E0212", span, "`-` does not fit " + a_type(operand->type),
            std::string(events::name_of(operand->type)));
      return std::nullopt;
    }
    expr.op = Op::negate;
    expr.type = operand->type;
    expr.nullable = operand->nullable || operand->type != Type::floating;
  }
  expr.args.push_back(std::move(*operand));
  return folded(std::move(expr), span, scope);
}

std::optional<Expr> check_is_null(const syntax::IsNull& written, Span span, const Scope& scope) {
  std::optional<Expr> operand = check_expr(*written.operand, scope);
  if (!operand) return std::nullopt;
  Expr expr;
  expr.op = written.negated ? Op::is_not_null : Op::is_null;
  expr.args.push_back(std::move(*operand));
  return folded(std::move(expr), span, scope);
}

std::optional<Expr> check_node(const syntax::Expr& written, const Scope& scope) {
  return std::visit(
      overloaded{
          [&](const syntax::Literal& node) { return check_literal(node, written.span, scope); },
          [&](const syntax::Reference& node) { return check_reference(node, scope); },
          [&](const syntax::Member& node) { return check_member(node, written.span, scope); },
          [&](const syntax::Call& node) { return check_call(node, written.span, scope); },
          [&](const syntax::Unary& node) { return check_unary(node, written.span, scope); },
          [&](const syntax::Binary& node) { return check_binary(node, written.span, scope); },
          [&](const syntax::IsNull& node) { return check_is_null(node, written.span, scope); },
          [&](const syntax::Membership& node) { return check_membership(node, written.span, scope); },
          [&](const syntax::Conditional& node) { return check_conditional(node, written.span, scope); },
          [&](const syntax::ListOf& node) { return check_list(node, written.span, scope); },
          [&](const syntax::Index& node) { return check_index(node, written.span, scope); },
          [&](const syntax::Attribute& node) { return check_attribute(node, written.span, scope); },
          [&](const syntax::Box<syntax::Format>& node) { return check_format(*node, written.span, scope); },
      },
      written.node);
}

}  // namespace

void help_types(Diagnostic& problem, const syntax::Expr& written, const Expr& side, const Expr& other) {
  const auto* text = std::get_if<std::string>(&side.value);
  if (side.op != Op::constant) return;
  if (text && is_number(other.type) && is_number_text(*text))
    help(problem, "a number stands without quotes", written.span, *text);
  else if (text && other.type == Type::time && events::parse_rfc3339(*text))
    help(problem, "a time is written `time(\"…\")`", written.span, "time(\"" + *text + "\")");
  else if (text && other.type == Type::duration && events::parse_duration(*text))
    help(problem, "a duration stands without quotes", written.span, *text);
  else if (text && other.type == Type::severity && is_severity(*text))
    help(problem, "a severity stands without quotes", written.span, *text);
  else if (is_number(side.type) && other.type == Type::duration)
    help(problem, "a duration has a unit: `ms`, `s`, `m`, `h` or `d`", written.span, events::to_text(side.value) + "s");
}

std::optional<Expr> check_expr(const syntax::Expr& written, const Scope& scope) {
  if (scope.draft.depth == kMaxDepth) {
    refuse_depth(written.span, scope);
    return std::nullopt;
  }
  ++scope.draft.depth;
  std::optional<Expr> expr = check_node(written, scope);
  --scope.draft.depth;
  return expr;
}

std::optional<Expr> check_field_value(const syntax::NamedExpr& written, const Scope& scope,
                                      std::optional<Type> expected) {
  const auto* list = std::get_if<syntax::ListOf>(&written.expr.node);
  if (list && list->items.empty() && expected && events::is_list(*expected))
    return constant(events::make_list(events::element_of(*expected), {}));
  Scope inner = scope;
  const auto* reference = std::get_if<syntax::Reference>(&written.expr.node);
  inner.shorthand = reference && reference->name.span.begin == written.name.span.begin;
  return check_expr(written.expr, inner);
}

std::optional<Expr> check_condition(const syntax::Expr& written, const Scope& scope) {
  std::optional<Expr> expr = check_expr(written, scope);
  if (expr && !require_bool(written, *expr, "a condition", scope)) return std::nullopt;
  return expr;
}

std::optional<Expr> check_span(const syntax::Expr& written, const Scope& scope) {
  std::optional<Expr> expr = check_expr(written, scope);
  if (!expr || expr->type == Type::duration) return expr;
  Diagnostic& problem = error(scope.draft, "E0319", written.span,
                              "an absence lasts for a duration, and this is " + a_type(expr->type), a_type(expr->type));
  if (is_number(expr->type)) help(problem, "a number of seconds is a duration as `… * 1s`");
  return std::nullopt;
}

/// What is wrong is reported once.
template <class Check>
static std::vector<std::optional<Expr>> check_each(const Scope& scope, const std::vector<events::TypeId>& types,
                                                   Check check) {
  std::vector<std::optional<Expr>> each;
  Diagnostics& all = scope.draft.diagnostics;
  const std::size_t before = all.size();
  Scope one = scope;
  one.alternatives = &types;
  for (const events::TypeId type : types) {
    const std::size_t first = all.size();
    one.candidate = type;
    each.push_back(check(one));
    const auto reported = [&](const Diagnostic& problem) {
      return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(before),
                         all.begin() + static_cast<std::ptrdiff_t>(first), [&](const Diagnostic& known) {
                           return known.code == problem.code && known.span.begin == problem.span.begin;
                         });
    };
    all.erase(std::remove_if(all.begin() + static_cast<std::ptrdiff_t>(first), all.end(), reported), all.end());
  }
  return each;
}

std::vector<std::optional<Expr>> check_condition_of_each(const syntax::Expr& written, const Scope& scope,
                                                         const std::vector<events::TypeId>& types) {
  return check_each(scope, types, [&](const Scope& one) { return check_condition(written, one); });
}

std::vector<std::optional<Expr>> check_expr_of_each(const syntax::Expr& written, const Scope& scope,
                                                    const std::vector<events::TypeId>& types) {
  return check_each(scope, types, [&](const Scope& one) { return check_expr(written, one); });
}

}  // namespace tocsin::rules::checking
