// A walk over all expressions of a plan, with the candidate's type where one stands in a condition.
#include "rules/reads.hpp"

#include <algorithm>
#include <tuple>

#include "rules/elements.hpp"

namespace tocsin::rules {
namespace {

struct Reads {
  const RulePlan& plan;
  std::map<events::TypeId, std::set<std::uint32_t>> fields;
  std::vector<bool> steps;
  std::set<events::TypeId> tables{};  ///< types of stream tables
  std::map<std::string, LookedUp> all_tables{};
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::vector<std::uint32_t>>, std::int64_t> turns{};

  void step(const Expr& read) {
    const std::vector<events::TypeId> types =
        plan.window ? types_of(plan.window->sides[read.step]) : plan.pattern.steps[read.step].types;
    for (std::size_t i = 0; i < types.size(); ++i)
      fields[types[i]].insert(read.fields.empty() ? read.field : read.fields[i]);
  }
  void expr(const Expr& read, events::TypeId candidate) {
    if (read.op == Op::field) fields[candidate].insert(read.field);
    if (read.op == Op::lookup) {
      LookedUp& table = all_tables[read.table->name];
      table.table = read.table;
      table.fields.insert(read.field);
    }
    if (read.op == Op::lookup && read.table->type != events::kNoType) {
      tables.insert(read.table->type);
      fields[read.table->type].insert(read.field);
      fields[read.table->type].insert(read.table->key.begin(), read.table->key.end());
    }
    const bool of_event = read.op == Op::step_field || read.op == Op::turn_field;
    if (!plan.window && (of_event || read.op == Op::aggregate)) steps[read.step] = true;
    if (of_event || (read.op == Op::aggregate && read.field != kNoField)) step(read);
    if (read.op == Op::turn_field && read.turn < 0) {
      std::int64_t& kept = turns[{read.step, read.field, read.fields}];
      kept = std::max(kept, -read.turn);
    }
    for (const Expr& arg : read.args) expr(arg, candidate);
  }
  void conditions(const std::vector<Single>& fits) {
    for (const Single& single : fits)
      if (single.condition) expr(*single.condition, single.type);
  }
  void element(const Element& element) {
    if (const auto* group = std::get_if<Group>(&element.node)) conditions(group->until);
    const auto* absent = std::get_if<Absent>(&element.node);
    if (!absent) return;
    conditions(absent->fits);
    if (absent->span) expr(*absent->span, events::kNoType);
  }
  void pattern() {
    for (const Step& step : plan.pattern.steps) {
      conditions(step.fits);
      conditions(step.until);
    }
    each_element(plan.pattern.elements, [this](const Element& each) { element(each); });
  }
  void window(const WindowPlan& window) {
    for (const Side& side : window.sides) conditions(side.fits);
    if (window.join && window.join->on) output(*window.join->on);
    for (const Aggregate& aggregate : window.aggregates)
      for (std::size_t i = 0; i < aggregate.argument.size(); ++i)
        expr(aggregate.argument[i], window.join ? events::kNoType : plan.inputs[i]);
    if (window.when) output(*window.when);
  }
  /// A step that shares its binding is read with it.
  void after_match() {
    const auto policy = plan.after.policy;
    const bool skips_to = policy == AfterMatch::Policy::skip_to_first || policy == AfterMatch::Policy::skip_to_last;
    if (skips_to && plan.after.step < steps.size()) steps[plan.after.step] = true;
    for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = steps[i] || steps[plan.pattern.steps[i].binding];
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
  void output(const std::vector<NamedExpr>& fields_given) {
    for (const NamedExpr& field : fields_given) output(field.expr);
  }
  void operator()(const AlertPlan& alert) {
    output(alert.severity);
    for (const MessagePart& part : alert.message)
      if (const auto* read = std::get_if<Expr>(&part.node)) output(*read);
    output(alert.fields);
    if (alert.resolve) conditions(alert.resolve->fits);
    if (alert.dedup) output(*alert.dedup);
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
  reads.pattern();
  if (plan.window) reads.window(*plan.window);
  for (const OutputPlan& output : plan.outputs) {
    std::visit(reads, output.node);
    if (output.condition) reads.output(*output.condition);
  }
  if (plan.throttle)
    for (const Expr& each : plan.throttle->each) reads.output(each);
  reads.after_match();
  return reads;
}

std::vector<events::TypeId> types_of(const Side& side) {
  std::vector<events::TypeId> types;
  for (const Single& fit : side.fits) types.push_back(fit.type);
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

std::map<events::TypeId, std::set<std::uint32_t>> fields_read(const RulePlan& plan) {
  return std::move(reads_of(plan).fields);
}

std::vector<events::TypeId> tables_read(const RulePlan& plan) {
  const std::set<events::TypeId> tables = reads_of(plan).tables;
  return {tables.begin(), tables.end()};
}

std::vector<std::string> tables_named(const RulePlan& plan) {
  std::vector<std::string> names;
  for (const auto& [name, table] : reads_of(plan).all_tables) names.push_back(name);
  return names;
}

std::map<std::string, LookedUp> looked_up(const RulePlan& plan) { return std::move(reads_of(plan).all_tables); }

std::size_t turns_kept(const RulePlan& plan) {
  std::size_t all = 0;
  for (const auto& [field, turns] : reads_of(plan).turns) all += static_cast<std::size_t>(turns);
  return all;
}

std::vector<bool> steps_read(const RulePlan& plan) { return std::move(reads_of(plan).steps); }

}  // namespace tocsin::rules
