#include "engine/rule_tests.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "engine/engine.hpp"

namespace tocsin::engine {

namespace {

using events::Message;
using rules::Expectation;

class VirtualClock final : public Clock {
 public:
  events::Time now() override { return rules::kTestStart; }
  events::Duration monotonic() override { return {0}; }
};

struct Collected final : OutputSink {
  void take(const Message& message) override { messages.push_back(message); }
  std::vector<Message> messages;
};

/// Events of a test stand in order, so none can be late.
struct NoDeadLetters final : events::DeadLetterSink {
  void take(const events::DeadLetter&) override {}
};

/// The tested rule and, again and again, the rules that emit what one of them reads.
rules::RuleSet only_needed(const rules::RuleSet& set, const std::string& rule) {
  std::set<std::string> needed{rule};
  for (bool grown = true; grown;) {
    grown = false;
    for (const rules::RulePlan& reader : set.rules) {
      if (!needed.contains(reader.name)) continue;
      for (const rules::RulePlan& emitter : set.rules) {
        const bool feeds =
            std::any_of(emitter.outputs.begin(), emitter.outputs.end(), [&](const rules::OutputPlan& output) {
              const auto* emit = std::get_if<rules::EmitPlan>(&output.node);
              return emit != nullptr &&
                     std::find(reader.inputs.begin(), reader.inputs.end(), emit->type) != reader.inputs.end();
            });
        if (feeds) grown |= needed.insert(emitter.name).second;
      }
    }
  }
  rules::RuleSet result;
  result.schema = set.schema;
  for (const rules::RulePlan& plan : set.rules)
    if (needed.contains(plan.name)) result.rules.push_back(plan);
  return result;
}

std::string what_of(const Expectation& expectation) {
  constexpr std::string_view kWhat[] = {"alert", "emit", "action", "resolved", "updated", "nothing else"};
  return fmt::format("{} {}", kWhat[static_cast<std::size_t>(expectation.what)], expectation.name);
}

/// The output's own field or, where it has none of the name, the part of its key.
bool has_field(const Message& output, const events::NamedValue& wanted) {
  for (const auto* values : {&output.fields, &output.key})
    for (const events::NamedValue& given : *values)
      if (given.first == wanted.first) return given == wanted;
  return false;
}

/// Does the output have the kind and name that are asked for?
bool is_of(const Expectation& expectation, const Message& output, const rules::RuleSet& set) {
  const bool alert = output.kind == Message::Kind::alert && output.rule == expectation.name;
  switch (expectation.what) {
    case Expectation::What::alert:
      return alert && output.state != events::AlertState::updated && output.state != events::AlertState::resolved;
    case Expectation::What::updated:
      return alert && output.state == events::AlertState::updated;
    case Expectation::What::resolved:
      return alert && output.state == events::AlertState::resolved;
    case Expectation::What::action:
      return output.kind == Message::Kind::action && output.action == expectation.name;
    case Expectation::What::emit:
      return output.kind == Message::Kind::event && output.type == set.schema[set.schema.find(expectation.name)].wire;
    case Expectation::What::nothing_else:
      break;
  }
  return false;
}

/// Does the output have the kind, name, time and fields that are asked for?
bool fits(const Expectation& expectation, const Message& output, const rules::RuleSet& set, events::Time start) {
  if (!is_of(expectation, output, set)) return false;
  if (expectation.at && output.time != start + *expectation.at) return false;
  return std::all_of(expectation.fields.begin(), expectation.fields.end(),
                     [&](const events::NamedValue& wanted) { return has_field(output, wanted); });
}

/// Gives each single expectation an output of its own where that is possible: augmenting paths (Kuhn, 1955).
class Assignment {
 public:
  Assignment(std::vector<std::vector<std::size_t>> choices, std::size_t outputs)
      : choices_(std::move(choices)), owner_(outputs) {
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      std::vector<bool> tried(outputs);
      if (!place(i, tried)) unmet_.push_back(i);
    }
  }
  const std::vector<std::size_t>& unmet() const { return unmet_; }
  bool taken(std::size_t output) const { return owner_[output].has_value(); }

 private:
  bool place(std::size_t expectation, std::vector<bool>& tried) {
    for (const std::size_t output : choices_[expectation]) {
      if (tried[output]) continue;
      tried[output] = true;
      if (!owner_[output] || place(*owner_[output], tried)) {
        owner_[output] = expectation;
        return true;
      }
    }
    return false;
  }

  std::vector<std::vector<std::size_t>> choices_;
  std::vector<std::optional<std::size_t>> owner_;
  std::vector<std::size_t> unmet_;
};

void judge(const rules::RuleSet& set, const rules::TestPlan& test, const std::vector<Message>& outputs,
           TestReport& report) {
  std::vector<bool> expected(outputs.size());
  std::vector<const Expectation*> singles;
  std::vector<std::vector<std::size_t>> choices;
  const Expectation* nothing_else = nullptr;
  for (const Expectation& expectation : test.expectations) {
    if (expectation.what == Expectation::What::nothing_else) {
      nothing_else = &expectation;
      continue;
    }
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (fits(expectation, outputs[i], set, test.start)) fitting.push_back(i);
    if (!expectation.count) {
      singles.push_back(&expectation);
      choices.push_back(std::move(fitting));
      continue;
    }
    for (const std::size_t i : fitting) expected[i] = true;
    if (fitting.size() == *expectation.count) continue;
    TestFailure failure;
    failure.span = expectation.span;
    failure.message =
        *expectation.count == 0
            ? fmt::format("expected no {} of `{}`, got {}",
                          expectation.what == Expectation::What::alert ? "alert" : "event", expectation.name,
                          fitting.size())
            : fmt::format("expected {} {}, got {}", *expectation.count, what_of(expectation), fitting.size());
    for (const std::size_t i : fitting) failure.outputs.push_back(outputs[i]);
    report.failures.push_back(std::move(failure));
  }
  const Assignment assignment(choices, outputs.size());
  for (const std::size_t i : assignment.unmet()) {
    const Expectation& expectation = *singles[i];
    TestFailure failure;
    failure.span = expectation.span;
    std::string fields;
    for (const auto& [name, value] : expectation.fields)
      fields += fmt::format("{}{}: {}", fields.empty() ? " { " : ", ", name, events::to_text(value));
    if (!fields.empty()) fields += " }";
    failure.message = fmt::format("expected {}{}{}, got none{}",
                                  expectation.at ? "at " + events::format_duration(*expectation.at) + " " : "",
                                  what_of(expectation), fields, choices[i].empty() ? "" : " of its own");
    for (const Message& output : outputs)
      if (is_of(expectation, output, set)) failure.outputs.push_back(output);
    report.failures.push_back(std::move(failure));
  }
  if (nothing_else == nullptr) return;
  TestFailure failure;
  failure.span = nothing_else->span;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].rule == test.rule && !expected[i] && !assignment.taken(i)) failure.outputs.push_back(outputs[i]);
  if (failure.outputs.empty()) return;
  failure.message = fmt::format("expected nothing else of `{}`, got {} more", test.rule, failure.outputs.size());
  report.failures.push_back(std::move(failure));
}

}  // namespace

TestReport run_test(const rules::RuleSet& set, const rules::TestPlan& test) {
  VirtualClock clock;
  Collected outputs;
  NoDeadLetters dead_letters;
  events::SymbolTable symbols;
  Engine engine(std::make_shared<const rules::RuleSet>(only_needed(set, test.rule)), {.partitions = 1}, symbols,
                outputs, dead_letters, clock);
  const InputId input = engine.add_input({.name = "test"});
  std::uint64_t number = 0;
  for (auto event = test.events.begin(); event != test.events.end();) {
    auto loaded = engine.take_batch();
    for (; event != test.events.end() && loaded->batch.size() < 1024; ++event)
      events::append_event(loaded->batch, engine.schema(), symbols, event->type, test.start + event->at,
                           fmt::format("event-{}", ++number), "/test", event->values);
    engine.push(input, std::move(loaded));
  }
  engine.advance_to(test.start + test.end + events::Duration{1});
  TestReport report;
  report.test = &test;
  judge(set, test, outputs.messages, report);
  for (const Message& message : outputs.messages)
    if (message.rule == test.rule) report.outputs.push_back(message);
  return report;
}

}  // namespace tocsin::engine
