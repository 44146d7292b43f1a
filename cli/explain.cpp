// `tocsin explain`: what became of rules, stage by stage.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "matcher/matcher.hpp"

namespace tocsin::cli {

namespace {

int explain_tree(const rules::Sources& sources) {
  rules::Diagnostics diagnostics;
  for (rules::FileId file = 0; file < sources.size(); ++file) {
    const rules::syntax::Tree tree = rules::parse(sources, file, diagnostics);
    fmt::print("{}", rules::syntax::dump(tree, sources[file]));
  }
  return kOk;
}

}  // namespace

int explain(const ExplainOptions& options, bool color) {
  const auto loaded = load_rules({options.rules}, color);
  if (!loaded) return loaded.error();
  if (options.stage == "tree") return explain_tree(loaded->sources);
  const rules::RuleSet& set = loaded->set;
  bool found = false;
  events::SymbolTable symbols;
  for (const rules::RulePlan& plan : set.rules) {
    if (!options.rule.empty() && plan.name != options.rule) continue;
    found = true;
    if (options.stage == "plan") {
      fmt::print("{}", rules::dump(plan, set.schema));
      continue;
    }
    matcher::Conditions conditions;
    matcher::RegisterFile registers;
    const matcher::Program program = matcher::compile(plan, set.schema, conditions, registers, symbols);
    fmt::print("{}", options.format == "dot" ? matcher::dump_dot(program, plan, set.schema)
                                             : matcher::dump_text(program, plan, set.schema));
  }
  if (found || options.rule.empty()) return kOk;
  std::vector<std::string> names;
  for (const rules::RulePlan& plan : set.rules) names.push_back(plan.name);
  const std::string near = rules::nearest(options.rule, names);
  fmt::print(stderr, "error: no rule `{}` in `{}`{}\n", options.rule, options.rules,
             near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
  return kUsage;
}

}  // namespace tocsin::cli
