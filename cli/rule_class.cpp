// The class follows from the program: what a run remembers, and whether an older start makes a younger one superfluous.
#include "cli/rule_class.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/load_rules.hpp"
#include "matcher/matcher.hpp"

namespace tocsin::cli {

namespace {

bool is_one_event(const rules::Pattern& pattern) {
  return pattern.elements.size() == 1 && std::holds_alternative<rules::Take>(pattern.elements[0].node) &&
         pattern.steps.size() == 1 && pattern.steps[0].min == 1 && !pattern.steps[0].looped();
}

std::string keeps(const rules::RulePlan& plan, const matcher::Program& program) {
  const std::string key = plan.key.empty() ? "" : " a key";
  if (is_one_event(plan.pattern)) return "nothing";
  const std::string starts = counted(plan.limit_runs, "start") + key;
  if (program.looks_back) return fmt::format("runs of at most {}", starts);
  const std::string runs = counted(program.states.size(), "run");
  if (program.one_start_a_state) return fmt::format("at most {}{}", runs, key);
  const std::string span = plan.within ? " within " + events::format_duration(*plan.within) : "";
  return fmt::format("at most {} for each of {}{}", runs, starts, span);
}

using Row = std::array<std::string, 5>;

Row row_of(const RuleClass& each) {
  const auto list = [](const std::vector<std::string>& names) {
    return names.empty() ? std::string("-") : fmt::format("{}", fmt::join(names, ", "));
  };
  return {each.rule, each.cost, list(each.inputs), list(each.key), each.keeps};
}

}  // namespace

std::vector<RuleClass> classify(const rules::RuleSet& set) {
  std::vector<RuleClass> classes;
  events::SymbolTable symbols;
  for (const rules::RulePlan& plan : set.rules) {
    matcher::Conditions conditions;
    matcher::RegisterFile registers;
    const matcher::Program program = matcher::compile(plan, set.schema, conditions, registers, symbols);
    RuleClass& each = classes.emplace_back();
    each.rule = plan.name;
    each.cost = plan.disabled                ? "disabled"
                : is_one_event(plan.pattern) ? "stateless"
                : program.looks_back         ? "looking back"
                                             : "bounded";
    each.keeps = keeps(plan, program);
    each.layer = plan.layer;
    for (const events::TypeId type : plan.inputs) each.inputs.push_back(set.schema[type].name);
    for (const rules::KeyPart& part : plan.key) each.key.push_back(part.name);
  }
  return classes;
}

std::string rule_table(const std::vector<RuleClass>& classes) {
  if (classes.empty()) return {};
  std::vector<Row> rows{{"rule", "class", "reads", "key", "keeps"}};
  for (const RuleClass& each : classes) rows.push_back(row_of(each));
  std::array<std::size_t, 5> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) text += fmt::format("{:<{}}  ", row[i], widths[i]);
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace tocsin::cli
