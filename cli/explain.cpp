// `tocsin explain`: what became of rules, stage by stage, and what the code of a diagnostic means.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/code_page.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/talk.hpp"
#include "matcher/matcher.hpp"
#include "matcher/picture.hpp"

namespace tocsin::cli {

namespace {

/// All declarations, or those of one rule and of its tests.
void explain_tree(const rules::Sources& sources, const std::string& rule) {
  rules::Diagnostics diagnostics;
  for (rules::FileId file = 0; file < sources.size(); ++file) {
    rules::syntax::Tree tree = rules::parse(sources, file, diagnostics);
    std::erase_if(tree.declarations, [&](const rules::syntax::Declaration& declaration) {
      if (rule.empty()) return false;
      if (const auto* found = std::get_if<rules::syntax::Rule>(&declaration.node)) return found->name.text != rule;
      if (const auto* test = std::get_if<rules::syntax::Test>(&declaration.node)) return test->rule.text != rule;
      return true;
    });
    put("{}", rules::syntax::dump(tree, sources[file]));
  }
}

int no_such_rule(const ExplainOptions& options, const rules::RuleSet& set) {
  std::vector<std::string> names;
  for (const rules::RulePlan& plan : set.rules) names.push_back(plan.name);
  const std::string near = rules::nearest(options.rule, names);
  say("error: no rule `{}` in `{}`{}\n", options.rule, options.rules,
      near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
  return kUsage;
}

/// Codes that differ from `code` by one or two signs, else those of the same hundred.
std::vector<std::string> near_codes(std::string_view code) {
  std::vector<std::string> near;
  std::vector<std::string> all;
  for (const CodePage& page : all_code_pages()) {
    all.emplace_back(page.code);
    if (page.code.substr(1, 2) == code.substr(1, 2)) near.emplace_back(page.code);
  }
  const std::string nearest = rules::nearest(code, all);
  if (near.empty() && !nearest.empty()) near.push_back(nearest);
  return near;
}

/// A letter and some digits: a code, or meant as one.
bool is_meant_as_code(std::string_view word) {
  return word.size() >= 2 && word.size() <= 6 && std::string_view("EeWw").find(word[0]) != std::string_view::npos &&
         word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

int explain_code(std::string code) {
  std::transform(code.begin(), code.end(), code.begin(), [](char c) { return c == 'e' ? 'E' : c == 'w' ? 'W' : c; });
  if (const auto page = find_code_page(code)) {
    constexpr std::size_t kColumns = 100;
    put("{}", lay_out(*page, kColumns));
    return kOk;
  }
  const std::vector<std::string> near = near_codes(code);
  say("error: there is no diagnostic `{}`{}\n", code,
      near.empty() ? "" : fmt::format("; near it are {}", fmt::join(near, ", ")));
  return kUsage;
}

}  // namespace

int explain(const ExplainOptions& options, bool color) {
  if (is_meant_as_code(options.rules) && !std::filesystem::exists(options.rules)) return explain_code(options.rules);
  const auto loaded = load_rules({options.rules}, color);
  if (!loaded) return loaded.error();
  const rules::RuleSet& set = loaded->set;
  const auto is_asked_for = [&](const rules::RulePlan& plan) {
    return options.rule.empty() || plan.name == options.rule;
  };
  if (!options.rule.empty() && std::none_of(set.rules.begin(), set.rules.end(), is_asked_for))
    return no_such_rule(options, set);
  if (options.stage == "tree") return explain_tree(loaded->sources, options.rule), kOk;
  events::SymbolTable symbols;
  for (const rules::RulePlan& plan : set.rules) {
    if (!is_asked_for(plan)) continue;
    if (options.stage == "plan") {
      put("{}", rules::dump(plan, set.schema));
      continue;
    }
    if (plan.window) {
      say("note: rule `{}` gathers windows and has no automaton: `--stage plan` tells what it does\n", plan.name);
      continue;
    }
    matcher::Conditions conditions;
    matcher::RegisterFile registers;
    const matcher::Program program = matcher::compile(plan, set.schema, conditions, registers, symbols);
    const auto dump = options.format == "dot"       ? matcher::dump_dot
                      : options.format == "mermaid" ? matcher::dump_mermaid
                                                    : matcher::dump_text;
    put("{}", dump(program, plan, set.schema));
  }
  return kOk;
}

}  // namespace tocsin::cli
