// The class follows from the program: what a run remembers, and whether an older start makes a younger one superfluous.
#include "cli/rule_class.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/load_rules.hpp"
#include "cli/rule_runs.hpp"
#include "matcher/matcher.hpp"
#include "rules/elements.hpp"
#include "rules/endless.hpp"

namespace tocsin::cli {

namespace {

std::string memory_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"B", "KB", "MB", "GB"};
  std::size_t unit = 0;
  for (; unit + 1 < kUnits.size() && bytes % 1024 == 0; ++unit) bytes /= 1024;
  return fmt::format("{}{}", bytes, kUnits[unit]);
}

bool is_one_event(const rules::RulePlan& plan) {
  const rules::Pattern& pattern = plan.pattern;
  return pattern.elements.size() == 1 && !rules::own_steps(pattern.elements[0]).empty() &&
         rules::takes_one_event(pattern) && !plan.limit_matches;
}

/// Every way of a start is a run of its own.
bool keeps_all_ways(const rules::RulePlan& plan) {
  return plan.matching.mode != rules::Matching::Mode::one && plan.after.policy == rules::AfterMatch::Policy::keep;
}

/// How far runs go that no number of places bounds.
std::string limits(const rules::RulePlan& plan) {
  if (plan.limit_memory) return memory_text(*plan.limit_memory);
  if (plan.within) return events::format_duration(*plan.within);
  return rules::may_wait_without_end(plan) ? "none" : "its arrows and spans";
}

/// What it keeps in words, and the bound of it in numbers.
void tell(RuleClass& each, const rules::RulePlan& plan, const matcher::Program& program) {
  const std::string key = plan.key.empty() ? "" : " a key";
  const std::string starts = counted(plan.limit_runs, "start") + key;
  const std::string span = plan.within ? " within " + events::format_duration(*plan.within) : "";
  if (is_one_event(plan)) {
    each.cost = "stateless";
    each.keeps = "nothing";
    each.bound = "0 runs";
  } else if (program.looks_back || keeps_all_ways(plan)) {
    each.cost = program.looks_back ? "looking back" : "all ways";
    each.keeps = fmt::format("runs of at most {}{}", starts, span);
    if (plan.limit_memory) each.keeps += " in " + memory_text(*plan.limit_memory);
    each.bound = limits(plan);
  } else {
    each.cost = "bounded";
    const std::uint64_t runs = runs_of_a_start(program, plan);
    each.keeps = "at most " + counted(runs, "run");
    each.bound = counted(program.one_start_a_state ? runs : times(runs, plan.limit_runs), "run");
    if (const std::optional<events::Duration> apart = told_apart_for(program)) {
      const std::string of = *apart == matcher::kForever ? "" : " of " + events::format_duration(*apart);
      each.keeps += " for each event" + of + (program.one_start_a_state ? "" : ",");
      each.bound += " an event" + of;
    }
    each.keeps += program.one_start_a_state ? key : fmt::format(" for each of {}{}", starts, span);
  }
}

using Row = std::array<std::string, 6>;

Row row_of(const RuleClass& each) {
  const auto list = [](const std::vector<std::string>& names) {
    return names.empty() ? std::string("-") : fmt::format("{}", fmt::join(names, ", "));
  };
  return {each.rule, each.cost, list(each.inputs), list(each.key), each.keeps, each.bound};
}

}  // namespace

std::vector<RuleClass> classify(const rules::RuleSet& set) {
  std::vector<RuleClass> classes;
  events::SymbolTable symbols;
  for (const rules::RulePlan& plan : set.rules) {
    RuleClass& each = classes.emplace_back();
    each.rule = plan.name;
    if (plan.window) {
      tell_window(each, plan);
    } else {
      matcher::Conditions conditions;
      matcher::RegisterFile registers;
      tell(each, plan, matcher::compile(plan, set.schema, conditions, registers, symbols));
    }
    if (plan.disabled) each.cost = "disabled";
    each.layer = plan.layer;
    for (const events::TypeId type : plan.inputs) each.inputs.push_back(set.schema[type].name);
    for (const rules::KeyPart& part : plan.key) each.key.push_back(part.name);
  }
  return classes;
}

std::string rule_table(const std::vector<RuleClass>& classes) {
  if (classes.empty()) return {};
  std::vector<Row> rows{{"rule", "class", "reads", "key", "keeps", "bound"}};
  for (const RuleClass& each : classes) rows.push_back(row_of(each));
  std::array<std::size_t, 6> widths{};
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
