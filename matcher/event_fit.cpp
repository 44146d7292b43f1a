#include "matcher/event_fit.hpp"

namespace tocsin::matcher {

using rules::Expr;

Expr conjunction(std::vector<Expr> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expr result;
  result.op = rules::Op::logical_and;
  result.args = std::move(parts);
  return result;
}

EventFit compile_fit(const rules::Single& single, Conditions& conditions, events::SymbolTable& symbols) {
  EventFit fit;
  fit.type = single.type;
  if (!single.condition) return fit;
  std::vector<Expr> alone;
  std::vector<Expr> rest;
  split_conjunction(*single.condition, reads_stream, alone, rest);
  if (!alone.empty()) fit.bit = conditions.add(single.type, conjunction(std::move(alone)), symbols);
  if (!rest.empty()) {
    RegisterFile registers(conditions.tables());
    fit.code = std::make_shared<const Code>(compile(conjunction(std::move(rest)), registers, symbols));
  }
  return fit;
}

bool fits(const EventFit& fit, const events::Batch& batch, events::Row event, const ConditionBits& bits,
          const StreamRows* tables, AsOf as_of, rules::Texts& texts, std::uint64_t& nulls) {
  const events::RowHead& head = batch.heads[event];
  if (head.type != fit.type || !bits.test(fit.bit, head.index)) return false;
  if (fit.code == nullptr) return true;
  Bindings bindings;
  bindings.table = &batch.tables[events::index_of(head.type)];
  bindings.index = head.index;
  bindings.tables = tables;
  bindings.as_of = as_of;
  bindings.texts = &texts;
  return rules::is_true(evaluate(*fit.code, bindings, nulls));
}

}  // namespace tocsin::matcher
