// `tocsin generate`: rules → events that make each of them fire, and near misses right after, as lines of CloudEvents.
#include "engine/generate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/stop_signal.hpp"
#include "cli/talk.hpp"
#include "rules/diagnostic.hpp"
#include "transports/uri.hpp"

namespace tocsin::cli {

namespace {

/// The first of `names` that no rule has, as an error; empty: all are there.
std::string unknown_rule(const std::vector<std::string>& names, const rules::RuleSet& set) {
  std::vector<std::string> known;
  for (const rules::RulePlan& rule : set.rules) known.push_back(rule.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = rules::nearest(name, known);
    return fmt::format("there is no rule `{}`{}", name, near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
  }
  return {};
}

std::string table_of(const std::vector<engine::GeneratedRule>& rules) {
  std::size_t width = 4;
  for (const engine::GeneratedRule& rule : rules) width = std::max(width, rule.rule.size());
  std::string out = fmt::format("{:<{}}  {:>5}  {:>11}\n", "rule", width, "fires", "near misses");
  for (const engine::GeneratedRule& rule : rules) {
    out += fmt::format("{:<{}}  {:>5}  {:>11}", rule.rule, width, rule.fires, rule.near_misses);
    if (rule.fires == 0) out += fmt::format("  {}{}", rule.runs ? "no events found: " : "", rule.why);
    out += '\n';
  }
  return out;
}

}  // namespace

int generate(const GenerateOptions& options, bool color) {
  ignore_broken_pipes();
  const auto loaded = load_rules(options.rules, color);
  if (!loaded) return loaded.error();
  if (const std::string unknown = unknown_rule(options.names, loaded->set); !unknown.empty())
    return say("error: {}\n", unknown), kUsage;
  transports::Sockets sockets;
  const StopSignal stop(sockets);
  auto sink = transports::open_sink(options.out, sockets);
  if (!sink) return say("error: {}\n", sink.error()), kInputOutput;
  engine::GenerateOptions how;
  how.seed = options.seed;
  how.rules = options.names;
  how.near = options.near;
  const engine::Generated generated = engine::generate(loaded->set, how);
  try {
    for (const engine::Scenario& scenario : generated.scenarios)
      for (const engine::GeneratedEvent& event : scenario.events)
        (*sink)->write(engine::text_of({event}, loaded->set.schema));
    (*sink)->flush();
    (*sink)->close();
  } catch (const transports::TransportError& error) {
    say("error: {}\n", error.what());
    return kInputOutput;
  }
  say("{}", table_of(generated.rules));
  const bool all = std::all_of(generated.rules.begin(), generated.rules.end(),
                               [](const engine::GeneratedRule& rule) { return rule.fires > 0 || !rule.runs; });
  return all ? kOk : kFindings;
}

}  // namespace tocsin::cli
