#include "engine/rule_tests.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/engine.hpp"
#include "engine/rule_trace.hpp"

namespace tocsin::engine {

namespace {

using events::Message;
using rules::Expectation;

struct VirtualClock final : Clock {
  explicit VirtualClock(events::Time start) : time(start) {}
  events::Time now() override { return time; }
  events::Duration monotonic() override { return {0}; }
  events::Time time;
};

struct Collected final : OutputSink {
  void take(const Message& message) override { messages.push_back(message); }
  std::vector<Message> messages;
};

/// Only late events come here: what is loaded is decoded before.
struct LateEvents final : events::DeadLetterSink {
  void take(const events::DeadLetter& letter) override {
    told.push_back(fmt::format("event {}: {}", letter.position.line, letter.detail));
  }
  std::vector<std::string> told;
};

/// Does `emitter` put out events that `reader` reads?
bool feeds(const rules::RulePlan& emitter, const rules::RulePlan& reader) {
  return std::any_of(emitter.outputs.begin(), emitter.outputs.end(), [&](const rules::OutputPlan& output) {
    events::TypeId type = events::kNoType;
    if (const auto* emit = std::get_if<rules::EmitPlan>(&output.node)) type = emit->type;
    if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node)) type = alert->event.type;
    return std::find(reader.inputs.begin(), reader.inputs.end(), type) != reader.inputs.end() ||
           std::find(reader.table_types.begin(), reader.table_types.end(), type) != reader.table_types.end();
  });
}

/// The tested rule and, again and again, the rules that put out what one of them reads.
rules::RuleSet only_needed(const rules::RuleSet& set, const std::string& rule) {
  std::set<std::string> needed{rule};
  for (bool grown = true; grown;) {
    grown = false;
    for (const rules::RulePlan& reader : set.rules) {
      if (!needed.contains(reader.name)) continue;
      for (const rules::RulePlan& emitter : set.rules)
        if (feeds(emitter, reader)) grown |= needed.insert(emitter.name).second;
    }
  }
  rules::RuleSet result;
  result.schema = set.schema;
  result.zone = set.zone;
  result.tables = set.tables;
  for (const rules::RulePlan& plan : set.rules) {
    if (!needed.contains(plan.name)) continue;
    rules::RulePlan& kept = result.rules.emplace_back(plan);
    kept.shadow = kept.disabled = false;
  }
  return result;
}

struct Run {
  std::vector<Message> outputs;
  std::vector<std::string> late;
  Stats stats;
};

void append(const TestArrival& event, std::size_t number, const events::Schema& schema, events::SymbolTable& symbols,
            events::Batch& batch) {
  if (event.type == events::kNoType) {
    batch.begin_row(event.type, event.time, {});
  } else {
    events::append_event(batch, schema, symbols, event.type, event.time, event.id, event.source, event.values);
    batch.origins.back().correlation_id = batch.arena.store(event.correlation_id);
    batch.origins.back().trace_parent = batch.arena.store(event.trace_parent);
  }
  batch.origins.back().position.line = number;
}

/// Pushes all events in batches: as long as each comes at its own time, one may have many.
Run run(const std::shared_ptr<const rules::RuleSet>& set, const rules::TestPlan& test, const TestEvents& events,
        Watch* watch) {
  constexpr std::uint32_t kBatch = 1024;
  VirtualClock clock(test.start);
  Collected outputs;
  LateEvents late;
  events::SymbolTable symbols;
  Engine engine(set, {.partitions = 1, .watch = watch}, symbols, outputs, late, clock);
  const InputId input = engine.add_input({.name = "test", .lateness = test.lateness});
  const std::vector<TestArrival>& arrivals = events.arrivals;
  for (std::size_t next = 0; next < arrivals.size();) {
    engine.advance_to(arrivals[next].arriving - test.lateness);
    auto loaded = engine.take_batch();
    do {
      append(arrivals[next], next + 1, engine.schema(), symbols, loaded->batch);
      ++next;
    } while (next < arrivals.size() && loaded->batch.size() < kBatch && arrivals[next].time == arrivals[next].arriving);
    engine.push(input, std::move(loaded));
  }
  engine.advance_to(events.end + events::Duration{1});
  return {std::move(outputs.messages), std::move(late.told), engine.stats()};
}

/// Rules that could have met the expectation.
std::vector<std::string> rules_behind(const rules::RuleSet& set, const Expectation& expectation) {
  std::vector<std::string> names;
  for (const rules::RulePlan& plan : set.rules) {
    const bool gives = std::any_of(plan.outputs.begin(), plan.outputs.end(), [&](const rules::OutputPlan& output) {
      if (const auto* emit = std::get_if<rules::EmitPlan>(&output.node))
        return expectation.what == Expectation::What::emit && emit->type == set.schema.find(expectation.name);
      if (const auto* action = std::get_if<rules::ActionPlan>(&output.node))
        return expectation.what == Expectation::What::action && action->name == expectation.name;
      return expectation.what != Expectation::What::emit && expectation.what != Expectation::What::action &&
             plan.name == expectation.name;
    });
    if (gives) names.push_back(plan.name);
  }
  return names;
}

const RuleStats& stats_of(const Stats& stats, const std::string& rule) {
  return *std::find_if(stats.rules.begin(), stats.rules.end(),
                       [&](const RuleStats& each) { return each.name == rule; });
}

/// Adds the reasons to failures, from a run that was watched.
void explain(const rules::RuleSet& set, const Run& watched, const RuleTrace& trace,
             std::vector<TestFailure>& failures) {
  constexpr std::size_t kExplained = 3;
  for (TestFailure& failure : failures) {
    if (failure.missing != nullptr) {
      const bool resolved = failure.missing->what == Expectation::What::resolved;
      for (const std::string& rule : rules_behind(set, *failure.missing)) {
        const RuleStats& stats = stats_of(watched.stats, rule);
        if (resolved && stats.firing > 0) {
          failure.why.push_back(fmt::format("alerts of `{}` that still fire at the end: {}", rule, stats.firing));
          continue;
        }
        for (std::string& line : trace.why_not(rule, stats)) failure.why.push_back(std::move(line));
      }
      if (!watched.late.empty())
        failure.why.push_back(
            fmt::format("{} too late, the first is {}",
                        watched.late.size() == 1 ? "an event came" : fmt::format("{} events came", watched.late.size()),
                        watched.late.front()));
      continue;
    }
    for (std::size_t i = 0; i < std::min(failure.outputs.size(), kExplained); ++i)
      for (std::string& line : trace.taken_by(failure.outputs[i].id)) failure.why.push_back(std::move(line));
  }
}

}  // namespace

TestReport run_test(const rules::RuleSet& set, const rules::TestPlan& test, const ReadFile& read) {
  const auto needed = std::make_shared<const rules::RuleSet>(only_needed(set, test.rule));
  TestEvents events = test_events(*needed, test, read);
  TestReport report;
  report.test = &test;
  for (BadLoad& bad : events.bad) report.failures.push_back({std::move(bad.message), {}, bad.span, {}, nullptr});
  const Run plain = run(needed, test, events, nullptr);
  std::vector<TestFailure> failures = judge(*needed, test, plain.outputs);
  if (!failures.empty()) {
    RuleTrace trace(test.start);
    const Run watched = run(needed, test, events, &trace);
    explain(*needed, watched, trace, failures);
  }
  std::move(failures.begin(), failures.end(), std::back_inserter(report.failures));
  for (const Message& message : plain.outputs)
    if (message.rule == test.rule) report.outputs.push_back(message);
  report.late = plain.late;
  return report;
}

}  // namespace tocsin::engine
