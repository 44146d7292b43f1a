// A walk over all expressions of a plan, with the candidate's type where one stands in a condition.
#include "rules/reads.hpp"

namespace tocsin::rules {
namespace {

struct Reads {
  const RulePlan& plan;
  std::map<events::TypeId, std::set<std::uint32_t>> fields;

  void expr(const Expr& read, events::TypeId candidate) {
    if (read.op == Op::field) fields[candidate].insert(read.field);
    if (read.op == Op::step_field || (read.op == Op::aggregate && read.field != kNoField))
      for (const Single& single : plan.pattern.steps[read.step].fits) fields[single.type].insert(read.field);
    for (const Expr& arg : read.args) expr(arg, candidate);
  }
  void conditions(const std::vector<Single>& fits) {
    for (const Single& single : fits)
      if (single.condition) expr(*single.condition, single.type);
  }
  void operator()(const AlertPlan& alert) {
    for (const MessagePart& part : alert.message)
      if (const auto* read = std::get_if<Expr>(&part.node)) expr(*read, events::kNoType);
    for (const NamedExpr& field : alert.fields) expr(field.expr, events::kNoType);
  }
  void operator()(const EmitPlan& emit) {
    for (const Expr& read : emit.fields) expr(read, events::kNoType);
  }
};

}  // namespace

std::map<events::TypeId, std::set<std::uint32_t>> fields_read(const RulePlan& plan) {
  Reads reads{plan, {}};
  for (const KeyPart& part : plan.key)
    for (std::size_t i = 0; i < part.field.size(); ++i) reads.fields[plan.inputs[i]].insert(part.field[i]);
  for (const Step& step : plan.pattern.steps) reads.conditions(step.fits);
  for (const Element& element : plan.pattern.elements)
    if (const auto* absent = std::get_if<Absent>(&element.node)) reads.conditions(absent->fits);
  for (const OutputPlan& output : plan.outputs) std::visit(reads, output.node);
  return std::move(reads.fields);
}

}  // namespace tocsin::rules
