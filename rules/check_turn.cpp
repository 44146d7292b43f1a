// One turn of a step, by its number: `r[0].x`, `r[-1].@time`.
#include "rules/check_expr.hpp"
#include "rules/reads.hpp"

namespace tocsin::rules::checking {

using events::Type;

namespace {

/// A constant int, near enough to either end.
std::optional<std::int64_t> check_number(const syntax::Expr& written, const Scope& scope) {
  const std::optional<Expr> expr = check_expr(written, scope);
  if (!expr) return std::nullopt;
  const auto* number = expr->op == Op::constant ? std::get_if<std::int64_t>(&expr->value) : nullptr;
  if (number && *number <= kMaxTurnRead && *number >= -kMaxTurnRead) return *number;
  Diagnostic& problem =
      number ? error(scope.draft, "E0229", written.span, "a turn further than is kept", "too far from both ends")
             : error(scope.draft, "E0229", written.span, "a turn is found by a constant int",
                     expr->type == Type::integer ? "not a constant" : a_type(expr->type));
  help(problem, number ? "turns up to 1000 from the first (0) or the last (-1) can be read"
                       : "`r[0].x` is of the first turn, `r[-1].x` of the last; `collect(r.x)[i]` finds any");
  return std::nullopt;
}

}  // namespace

std::optional<TurnPath> turn_path_of(const syntax::Expr& object, const syntax::Name& field, bool attribute) {
  if (const auto* index = std::get_if<syntax::Index>(&object.node)) {
    const auto* of = std::get_if<syntax::Reference>(&index->object->node);
    return of ? std::optional(TurnPath{of->name, index->index.get(), field, attribute}) : std::nullopt;
  }
  const auto* member = std::get_if<syntax::Member>(&object.node);
  if (!member || attribute) return std::nullopt;
  std::optional<TurnPath> path = turn_path_of(*member->object, member->field, false);
  if (!path) return path;
  path->rest.text += "." + field.text;
  path->rest.span.end = field.span.end;
  return path;
}

std::optional<Expr> check_turn(const TurnPath& path, Span span, const Scope& scope) {
  if (scope.place == Place::event) {
    error(scope.draft, "E0205", path.step.span, "no step can be read here", "only the event's own fields can");
    return std::nullopt;
  }
  const std::optional<std::int64_t> turn = check_number(*path.turn, scope);
  const std::optional<std::uint32_t> step = readable_step(path.step, scope);
  if (!step) return std::nullopt;
  std::optional<Expr> read = path.attribute ? find_step_attribute(*step, path.step, path.rest, scope)
                                            : find_step_field(*step, path.step, path.rest, scope);
  if (!read || !turn) return std::nullopt;
  read->op = Op::turn_field;
  read->turn = *turn;
  const auto turns = static_cast<std::uint32_t>(*turn < 0 ? -*turn : *turn + 1);
  read->nullable = read->nullable || !surely_has(*step, turns, scope);
  return folded(std::move(*read), span, scope);
}

void check_turns_kept(Draft& draft) {
  constexpr std::size_t kMaxKept = 30'000;
  for (const RuleDraft& rule : draft.rules)
    if (turns_kept(rule.plan) > kMaxKept)
      help(error(draft, "E0229", rule.written->name.span, "more turns than are kept", "read from the last one on"),
           "the rule's `r[-n].x` may ask for 30000 values together; `collect(r.x)[-n]` keeps them all as one");
}

}  // namespace tocsin::rules::checking
