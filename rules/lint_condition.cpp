// Conditions that are always or never true: constants, and comparisons of one value that exclude each other.
#include <algorithm>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

/// What the comparisons of one value with constants leave of it.
struct Range {
  const Expr* of = nullptr;
  const events::Value* low = nullptr;
  const events::Value* high = nullptr;
  bool low_open = false;
  bool high_open = false;

  void above(const events::Value& value, bool open) {
    const std::partial_ordering order = low ? compare(value, *low) : std::partial_ordering::greater;
    if (order > 0 || (order == 0 && open)) {
      low = &value;
      low_open = open;
    }
  }
  void below(const events::Value& value, bool open) {
    const std::partial_ordering order = high ? compare(value, *high) : std::partial_ordering::less;
    if (order < 0 || (order == 0 && open)) {
      high = &value;
      high_open = open;
    }
  }
  bool holds(const events::Value& value) const {
    const std::partial_ordering from = low ? compare(value, *low) : std::partial_ordering::greater;
    const std::partial_ordering to = high ? compare(value, *high) : std::partial_ordering::less;
    return (from > 0 || (from == 0 && !low_open)) && (to < 0 || (to == 0 && !high_open));
  }
  bool empty() const {
    if (!low || !high) return false;
    const std::partial_ordering order = compare(*low, *high);
    return order > 0 || (order == 0 && (low_open || high_open));
  }
};

bool same_value(const Expr& a, const Expr& b) {
  return a.op == b.op && a.field == b.field && a.fields == b.fields && a.step == b.step && a.fn == b.fn &&
         a.turn == b.turn;
}

bool is_plain(const Expr& expr) {
  return expr.op == Op::field || expr.op == Op::step_field || expr.op == Op::turn_field || expr.op == Op::aggregate ||
         expr.op == Op::key_part || (expr.op >= Op::window_value && expr.op <= Op::window_grain);
}

void narrow(Range& range, Op op, const events::Value& value) {
  if (op == Op::eq || op == Op::gt || op == Op::ge) range.above(value, op == Op::gt);
  if (op == Op::eq || op == Op::lt || op == Op::le) range.below(value, op == Op::lt);
}

Op mirrored(Op op) {
  switch (op) {
    case Op::lt:
      return Op::gt;
    case Op::le:
      return Op::ge;
    case Op::gt:
      return Op::lt;
    case Op::ge:
      return Op::le;
    default:
      return op;
  }
}

/// `x > 5 and x in [1, 2]`
bool lists_nothing_of(const std::vector<Range>& ranges, const Expr& part) {
  if (part.op != Op::in || !is_plain(part.args[0])) return false;
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return same_value(*range.of, part.args[0]) &&
           std::none_of(part.args.begin() + 1, part.args.end(),
                        [&](const Expr& item) { return item.op != Op::constant || range.holds(item.value); });
  });
}

/// `on and not on`.
bool denied_elsewhere(const Expr& part, const std::vector<Expr>& parts) {
  return is_plain(part) && std::any_of(parts.begin(), parts.end(), [&](const Expr& other) {
           return other.op == Op::logical_not && is_plain(other.args[0]) && same_value(part, other.args[0]);
         });
}

}  // namespace

bool contradicts_itself(const Expr& condition) {
  if (condition.op != Op::logical_and) return false;
  std::vector<Range> ranges;
  for (const Expr& part : condition.args) {
    if (denied_elsewhere(part, condition.args)) return true;
    if (part.op < Op::eq || part.op > Op::ge) continue;
    const bool swapped = part.args[0].op == Op::constant;
    const Expr& value = part.args[swapped ? 1 : 0];
    const Expr& bound = part.args[swapped ? 0 : 1];
    if (!is_plain(value) || bound.op != Op::constant) continue;
    auto range =
        std::find_if(ranges.begin(), ranges.end(), [&](const Range& each) { return same_value(*each.of, value); });
    if (range == ranges.end()) range = ranges.insert(ranges.end(), Range{&value});
    narrow(*range, swapped ? mirrored(part.op) : part.op, bound.value);
    if (range->empty()) return true;
  }
  return std::any_of(condition.args.begin(), condition.args.end(),
                     [&](const Expr& part) { return lists_nothing_of(ranges, part); });
}

bool exclude_each_other(const std::optional<Expr>& one, const std::optional<Expr>& other) {
  if (!one || !other) return false;
  Expr both;
  both.op = Op::logical_and;
  for (const Expr* each : {&*one, &*other}) {
    if (each->op == Op::logical_and)
      both.args.insert(both.args.end(), each->args.begin(), each->args.end());
    else
      both.args.push_back(*each);
  }
  return contradicts_itself(both);
}

void lint_condition(Draft& draft, const Expr& condition, Span span) {
  if (condition.op == Op::constant) {
    const bool holds = std::get<bool>(condition.value);
    warning(draft, "W0302", span, holds ? "this condition always holds" : "this condition never holds",
            holds ? "always true" : "always false");
  } else if (contradicts_itself(condition)) {
    warning(draft, "W0302", span, "this condition never holds", "its comparisons exclude each other");
  }
}

}  // namespace tocsin::rules::checking
