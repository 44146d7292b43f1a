// `if c then a else b`, lists, `x[i]`, and texts with values in them.
#include <algorithm>

#include "rules/check_table.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

/// `type` with floats for ints, however deep in lists.
Type with_floats(Type type) {
  if (events::is_list(type)) return events::list_of(with_floats(events::element_of(type)));
  return type == Type::integer ? Type::floating : type;
}

/// Ints as floats where `type` has floats. Tells whether `item` is of `type` then.
bool widen(Expr& item, Type type) {
  if (fits(item, type)) return true;
  if (item.type == Type::integer && type == Type::floating) {
    item = as_float(std::move(item));
    return true;
  }
  if (item.op != Op::list || !events::is_list(type)) return false;
  for (Expr& each : item.args)
    if (!widen(each, events::element_of(type))) return false;
  item.type = type;
  return true;
}

/// Gives all items one type: that of the first, or with floats for ints.
bool agree(std::vector<Expr>& items) {
  const Type first = items.front().type;
  const bool same = std::all_of(items.begin(), items.end(), [&](const Expr& item) { return item.type == first; });
  if (same) return true;
  const Type type = with_floats(first);
  return std::all_of(items.begin(), items.end(), [&](Expr& item) { return widen(item, type); });
}

/// One item of each type.
std::vector<Expr> kinds_of(const std::vector<Expr>& items) {
  std::vector<Expr> kinds;
  for (const Expr& item : items)
    if (std::none_of(kinds.begin(), kinds.end(), [&](const Expr& each) { return each.type == item.type; }))
      kinds.push_back(item);
  return kinds;
}

/// A step's field as it was written; all else stands as `x`.
std::string shown(const syntax::Expr& expr) {
  const std::optional<Path> path = path_of(expr);
  return path && !path->rest.text.empty() ? path->first.text + "." + path->rest.text : "x";
}

/// Tells whether a value of this type can be written so.
bool judge_format(const syntax::MessagePart& part, const Expr& expr, const Scope& scope) {
  const std::string problem = bad_format(expr.type, part.format);
  if (problem.empty()) return true;
  Diagnostic& reported = error(scope.draft, "E0403", part.span, problem, "the value is " + a_type(expr.type));
  if (expr.type == Type::integer && bad_format(Type::floating, part.format).empty())
    help(reported, "`x * 1.0` makes a float of an int: `{" + shown(std::get<syntax::Expr>(part.node)) +
                       " * 1.0:" + part.format + "}`");
  return false;
}

}  // namespace

bool unite(Expr& left, Expr& right) { return widen(right, left.type) || widen(left, right.type); }

std::optional<Expr> check_conditional(const syntax::Conditional& written, Span span, const Scope& scope) {
  std::optional<Expr> condition = check_condition(*written.condition, scope);
  std::optional<Expr> yes = check_expr(*written.yes, scope);
  std::optional<Expr> no = check_expr(*written.no, scope);
  if (!condition || !yes || !no) return std::nullopt;
  if (!unite(*yes, *no)) {
    Diagnostic& problem =
        error(scope.draft, "E0212", span, "`if` gives " + a_type(yes->type) + " or " + a_type(no->type), "two types");
    also(problem, written.yes->span, a_type(yes->type));
    also(problem, written.no->span, a_type(no->type));
    return std::nullopt;
  }
  if (condition->op == Op::constant) return std::get<bool>(condition->value) ? std::move(yes) : std::move(no);
  Expr expr;
  expr.op = Op::conditional;
  expr.type = yes->type;
  expr.nullable = yes->nullable || no->nullable;
  for (std::optional<Expr>* each : {&condition, &yes, &no}) expr.args.push_back(std::move(**each));
  return expr;
}

std::optional<Expr> check_list(const syntax::ListOf& written, Span span, const Scope& scope) {
  std::vector<Expr> items;
  for (const syntax::Expr& item : written.items)
    if (std::optional<Expr> expr = check_expr(item, scope)) items.push_back(std::move(*expr));
  if (items.size() != written.items.size()) return std::nullopt;
  if (items.empty()) {
    Diagnostic& problem = error(scope.draft, "E0228", span, "an empty list of no known type", "of what?");
    help(problem, "`[]` stands where the type of a field says what of");
    return std::nullopt;
  }
  const std::string types = types_of(kinds_of(items));
  if (!agree(items)) {
    error(scope.draft, "E0212", span, "the items of a list are of one type, and these are " + types, types);
    return std::nullopt;
  }
  if (events::list_depth(items.front().type) >= events::kMaxListDepth) {
    error(scope.draft, "E0209", span, "lists stand in lists no deeper than " + std::to_string(events::kMaxListDepth),
          "nested too deeply");
    return std::nullopt;
  }
  Expr expr;
  expr.op = Op::list;
  expr.type = events::list_of(items.front().type);
  for (const Expr& item : items) expr.nullable = expr.nullable || item.nullable;
  expr.args = std::move(items);
  return folded(std::move(expr), span, scope);
}

std::optional<Expr> check_index(const syntax::Index& written, Span span, const Scope& scope) {
  const auto* of = std::get_if<syntax::Reference>(&written.object->node);
  const bool field =
      of && scope.candidate != events::kNoType && scope.draft.schema[scope.candidate].find(of->name.text) >= 0;
  if (of && !field && step_called(of->name.text, scope)) {
    Diagnostic& problem =
        error(scope.draft, "E0204", span, "one event of step " + quoted(of->name.text) + " is no value", "an event");
    help(problem, "read one of its fields: " + quoted(of->name.text + "[0].field"));
    return std::nullopt;
  }
  if (TableDraft* table = of ? table_meant(of->name, scope) : nullptr) {
    refuse_row(written, of->name, span, *table, scope);
    return std::nullopt;
  }
  if (of && refuse_unknown_table(of->name, !written.more.empty(), scope)) {
    check_expr(*written.index, scope);
    for (const syntax::Expr& each : written.more) check_expr(each, scope);
    return std::nullopt;
  }
  std::optional<Expr> list = check_expr(*written.object, scope);
  std::optional<Expr> index = check_expr(*written.index, scope);
  if (!list || !index) return std::nullopt;
  if (!events::is_list(list->type)) {
    Diagnostic& problem = error(scope.draft, "E0212", span, "only lists have items, and this is " + a_type(list->type),
                                std::string(events::name_of(list->type)));
    if (list->type == Type::string) help(problem, "a part of a text: `substring(text, from, count)`");
    return std::nullopt;
  }
  if (!written.more.empty()) {
    error(scope.draft, "E0212", written.more.front().span, "an item of a list is found by one int", "a second one");
    return std::nullopt;
  }
  if (index->type != Type::integer) {
    error(scope.draft, "E0212", written.index->span, "an item is found by an int, and this is " + a_type(index->type),
          std::string(events::name_of(index->type)));
    return std::nullopt;
  }
  const Type type = events::element_of(list->type);
  return folded(operation(Op::index, type, true, std::move(*list), std::move(*index)), span, scope);
}

std::vector<MessagePart> check_message(const syntax::Message& written, const Scope& scope) {
  std::vector<MessagePart> parts;
  for (const syntax::MessagePart& part : written.parts) {
    if (const auto* text = std::get_if<std::string>(&part.node)) {
      parts.push_back({*text, {}});
    } else if (std::optional<Expr> expr = check_expr(std::get<syntax::Expr>(part.node), scope)) {
      if (judge_format(part, *expr, scope)) parts.push_back({std::move(*expr), part.format});
    }
  }
  return parts;
}

std::optional<Expr> check_format(const syntax::Format& written, Span span, const Scope& scope) {
  std::vector<MessagePart> parts = check_message(written.message, scope);
  if (parts.size() != written.message.parts.size()) return std::nullopt;
  Expr expr;
  expr.op = Op::format;
  expr.type = Type::string;
  expr.texts.emplace_back();
  for (MessagePart& part : parts) {
    if (const auto* text = std::get_if<std::string>(&part.node)) {
      expr.texts.back() += *text;
      continue;
    }
    expr.args.push_back(std::move(std::get<Expr>(part.node)));
    if (expr.args.back().type == Type::time) expr.zone = scope.draft.zone;
    expr.texts.push_back(std::move(part.format));
    expr.texts.emplace_back();
  }
  if (expr.args.empty()) return constant(expr.texts.front());
  return folded(std::move(expr), span, scope);
}

}  // namespace tocsin::rules::checking
