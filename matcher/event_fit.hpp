// A condition on one event that reads no run: what can be judged by column is a bit of the batch, what reads stream
// tables is code, run when the event's turn has come.
#pragma once

#include <memory>
#include <vector>

#include "matcher/code.hpp"
#include "matcher/conditions.hpp"

namespace tocsin::matcher {

struct EventFit {
  events::TypeId type = events::kNoType;
  ConditionId bit = kAlways;
  std::shared_ptr<const Code> code{};  ///< none: the bit says all
};

EventFit compile_fit(const rules::Single& single, Conditions& conditions, events::SymbolTable& symbols);

/// `event` is at `as_of`. `nulls` as of evaluate(), which forgets what `texts` holds.
bool fits(const EventFit& fit, const events::Batch& batch, events::Row event, const ConditionBits& bits,
          const StreamRows* tables, AsOf as_of, rules::Texts& texts, std::uint64_t& nulls);

/// Parts of `condition`, which are joined by `and`: those for which `apart` holds go to `rest`.
template <class Apart>
void split_conjunction(const rules::Expr& condition, const Apart& apart, std::vector<rules::Expr>& alone,
                       std::vector<rules::Expr>& rest) {
  if (condition.op == rules::Op::logical_and) {
    for (const rules::Expr& arg : condition.args) split_conjunction(arg, apart, alone, rest);
  } else {
    (apart(condition) ? rest : alone).push_back(condition);
  }
}
/// Joins parts, at least one, by `and`.
rules::Expr conjunction(std::vector<rules::Expr> parts);

}  // namespace tocsin::matcher
