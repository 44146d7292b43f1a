// A walk over all expressions of a plan, with the candidate's type where one stands in a condition.
#include "rules/reads.hpp"

namespace tocsin::rules {
namespace {

struct Reads {
  const RulePlan& plan;
  std::map<events::TypeId, std::set<std::uint32_t>> fields;
  std::vector<bool> steps;

  void step(const Expr& read) {
    const Step& of = plan.pattern.steps[read.step];
    for (std::size_t i = 0; i < of.types.size(); ++i)
      fields[of.types[i]].insert(read.fields.empty() ? read.field : read.fields[i]);
  }
  void expr(const Expr& read, events::TypeId candidate) {
    if (read.op == Op::field) fields[candidate].insert(read.field);
    if (read.op == Op::step_field || read.op == Op::aggregate) steps[read.step] = true;
    if (read.op == Op::step_field || (read.op == Op::aggregate && read.field != kNoField)) step(read);
    for (const Expr& arg : read.args) expr(arg, candidate);
  }
  void conditions(const std::vector<Single>& fits) {
    for (const Single& single : fits)
      if (single.condition) expr(*single.condition, single.type);
  }
  void absences(const std::vector<Element>& elements) {
    for (const Element& element : elements) {
      if (const auto* absent = std::get_if<Absent>(&element.node)) conditions(absent->fits);
      if (const auto* group = std::get_if<Group>(&element.node)) absences(group->elements);
    }
  }
  void key() {
    for (const KeyPart& part : plan.key) {
      for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        if (part.exprs.empty())
          fields[plan.inputs[i]].insert(part.field[i]);
        else
          expr(part.exprs[i], plan.inputs[i]);
      }
    }
  }
  void output(const Expr& read) { expr(read, events::kNoType); }
  void output(const std::vector<NamedExpr>& named) {
    for (const NamedExpr& field : named) output(field.expr);
  }
  void operator()(const AlertPlan& alert) {
    output(alert.severity);
    for (const MessagePart& part : alert.message)
      if (const auto* read = std::get_if<Expr>(&part.node)) output(*read);
    output(alert.fields);
    if (alert.resolve) conditions(alert.resolve->fits);
  }
  void operator()(const EmitPlan& emit) {
    for (const Expr& read : emit.fields) output(read);
  }
  void operator()(const ActionPlan& action) { output(action.fields); }
};

}  // namespace

static Reads reads_of(const RulePlan& plan) {
  Reads reads{plan, {}, std::vector<bool>(plan.pattern.steps.size())};
  reads.key();
  for (const Step& step : plan.pattern.steps) reads.conditions(step.fits);
  reads.absences(plan.pattern.elements);
  for (const OutputPlan& output : plan.outputs) {
    std::visit(reads, output.node);
    if (output.condition) reads.output(*output.condition);
  }
  if (plan.throttle)
    for (const Expr& each : plan.throttle->each) reads.output(each);
  return reads;
}

std::map<events::TypeId, std::set<std::uint32_t>> fields_read(const RulePlan& plan) {
  return std::move(reads_of(plan).fields);
}

std::vector<bool> steps_read(const RulePlan& plan) { return std::move(reads_of(plan).steps); }

}  // namespace tocsin::rules
