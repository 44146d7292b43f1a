#include "rules/lint_covers.hpp"

namespace tocsin::rules::checking {
namespace {

std::vector<Expr> parts_of(const Expr& condition) {
  return condition.op == Op::logical_and ? condition.args : std::vector<Expr>{condition};
}

/// The comparison that fails where `op` holds, of values that are there.
std::optional<Op> opposite(Op op) {
  switch (op) {
    case Op::lt:
      return Op::ge;
    case Op::le:
      return Op::gt;
    case Op::gt:
      return Op::le;
    case Op::ge:
      return Op::lt;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool Covers::follows(const Expr& part, const Expr& from) const {
  const std::vector<Expr> given = parts_of(from);
  const std::string wanted = text(part);
  if (std::any_of(given.begin(), given.end(), [&](const Expr& each) { return text(each) == wanted; })) return true;
  const std::optional<Op> opposed = opposite(part.op);
  if (!opposed) return false;
  Expr both;
  both.op = Op::logical_and;
  both.args = given;
  both.args.push_back(part);
  both.args.back().op = *opposed;
  return contradicts_itself(both) && !contradicts_itself(from);
}

bool Covers::operator()(const Single& earlier, const Single& later) const {
  if (earlier.type != later.type) return false;
  if (!earlier.condition) return true;
  if (!later.condition) return false;
  const std::vector<Expr> parts = parts_of(*earlier.condition);
  return std::all_of(parts.begin(), parts.end(), [&](const Expr& part) { return follows(part, *later.condition); });
}

bool Covers::operator()(const std::vector<Single>& earlier, const std::vector<Single>& later) const {
  return std::all_of(later.begin(), later.end(), [&](const Single& single) {
    return std::any_of(earlier.begin(), earlier.end(), [&](const Single& other) { return (*this)(other, single); });
  });
}

}  // namespace tocsin::rules::checking
