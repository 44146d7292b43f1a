#include "engine/test_judge.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "events/assert.hpp"

namespace tocsin::engine {

namespace {

using events::AlertState;
using events::Message;
using rules::Expectation;
using What = Expectation::What;

/// `alert`, `event`, …: as in "expected no alert of `x`".
std::string_view noun_of(What what) {
  constexpr std::string_view kNouns[] = {"alert", "event", "action", "resolved alert", "update", "other output"};
  return kNouns[static_cast<std::size_t>(what)];
}

/// `alert x { field: value }`, as a test says it.
std::string text_of(const Expectation& expectation) {
  constexpr std::string_view kWords[] = {"alert", "emit", "action", "resolved", "updated", "nothing else"};
  std::string text = expectation.at ? "at " + events::format_duration(*expectation.at) + " " : "";
  text += fmt::format("{} {}", kWords[static_cast<std::size_t>(expectation.what)], expectation.name);
  std::string fields;
  for (const auto& [name, value] : expectation.fields)
    fields += fmt::format("{}{}: {}", fields.empty() ? " { " : ", ", name, events::to_text(value));
  return text + (fields.empty() ? "" : fields + " }");
}

/// Does the output have the kind and name that are asked for?
bool is_of(const Expectation& expectation, const Message& output, const rules::RuleSet& set) {
  const bool alert = output.kind == Message::Kind::alert && output.rule == expectation.name;
  switch (expectation.what) {
    case What::alert:
      return alert && (output.state == AlertState::once || output.state == AlertState::firing);
    case What::updated:
      return alert && output.state == AlertState::updated;
    case What::resolved:
      return alert && output.state == AlertState::resolved;
    case What::action:
      return output.kind == Message::Kind::action && output.action == expectation.name;
    case What::emit:
      return output.kind == Message::Kind::event && output.type == set.schema[set.schema.find(expectation.name)].wire;
    case What::nothing_else:
      break;
  }
  return false;
}

/// The output's own field or, where it has none of the name, the part of its key or what it tells beside; nothing: none
/// of them.
std::optional<events::Value> value_of(const Message& output, const std::string& name) {
  for (const auto* values : {&output.fields, &output.key})
    for (const events::NamedValue& given : *values)
      if (given.first == name) return given.second;
  if (name == "early") return static_cast<std::int64_t>(output.early);
  if (name == "revision") return static_cast<std::int64_t>(output.revision);
  if (name == "withdrawn") return output.withdrawn;
  if (output.kind == Message::Kind::event) return std::nullopt;
  if (name == "suppressed") return static_cast<std::int64_t>(output.suppressed);
  if (name == "repeat") return static_cast<std::int64_t>(output.repeat);
  if (output.kind == Message::Kind::alert && name == "severity") return output.severity;
  if (output.kind == Message::Kind::alert && name == "message") return output.text;
  return std::nullopt;
}

/// A window [s, e) is told one nanosecond before e, and expected at e; so is what other rules make of it.
bool is_at(events::Time expected, const Message& output) {
  return output.time == expected || output.time + events::Duration{1} == expected;
}

/// How the output differs from what is asked for: "expected last 3, got 2"; empty: it doesn't.
std::vector<std::string> differences(const Expectation& expectation, const Message& output, events::Time start) {
  std::vector<std::string> lines;
  if (expectation.at && !is_at(start + *expectation.at, output))
    lines.push_back(fmt::format("expected at {}, got at {}", events::format_duration(*expectation.at),
                                events::format_duration(output.time - start)));
  for (const auto& [name, value] : expectation.fields) {
    const std::optional<events::Value> given = value_of(output, name);
    if (given != value)
      lines.push_back(fmt::format("expected {} {}, got {}", name, events::to_text(value),
                                  given ? events::to_text(*given) : "no such field"));
  }
  return lines;
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

class Judge {
 public:
  Judge(const rules::RuleSet& set, const rules::TestPlan& test, const std::vector<Message>& outputs)
      : set_(set), test_(test), outputs_(outputs), expected_(outputs.size()) {}

  std::vector<TestFailure> run() {
    std::vector<const Expectation*> singles;
    std::vector<std::vector<std::size_t>> choices;
    const Expectation* nothing_else = nullptr;
    for (const Expectation& expectation : test_.expectations) {
      if (expectation.what == What::nothing_else) {
        nothing_else = &expectation;
      } else if (expectation.count) {
        count(expectation);
      } else {
        singles.push_back(&expectation);
        choices.push_back(fitting(expectation));
      }
    }
    const Assignment assignment(choices, outputs_.size());
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      if (assignment.taken(i)) expected_[i] = true;
    for (const std::size_t i : assignment.unmet()) missed(*singles[i], choices[i]);
    if (nothing_else != nullptr) rest(*nothing_else);
    std::stable_sort(failures_.begin(), failures_.end(),
                     [](const TestFailure& a, const TestFailure& b) { return a.span.begin < b.span.begin; });
    return std::move(failures_);
  }

 private:
  std::vector<std::size_t> fitting(const Expectation& expectation) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      if (is_of(expectation, outputs_[i], set_) && differences(expectation, outputs_[i], test_.start).empty())
        found.push_back(i);
    return found;
  }

  void count(const Expectation& expectation) {
    const std::vector<std::size_t> found = fitting(expectation);
    for (const std::size_t i : found) expected_[i] = true;
    if (found.size() == *expectation.count) return;
    TestFailure failure;
    failure.span = expectation.span;
    failure.message =
        *expectation.count == 0
            ? fmt::format("expected no {} of `{}`, got {}", noun_of(expectation.what), expectation.name, found.size())
            : fmt::format("expected {} {}, got {}", *expectation.count, text_of(expectation), found.size());
    for (const std::size_t i : found) failure.outputs.push_back(outputs_[i]);
    if (found.size() < *expectation.count) failure.missing = &expectation;
    failures_.push_back(std::move(failure));
  }

  /// With the output that comes closest, if one does: the fewest differences, best one that nothing else expects.
  void missed(const Expectation& expectation, const std::vector<std::size_t>& fits) {
    TestFailure failure;
    failure.span = expectation.span;
    failure.message = fmt::format("expected {}, got none{}", text_of(expectation), fits.empty() ? "" : " of its own");
    for (const std::size_t i : fits) failure.outputs.push_back(outputs_[i]);
    if (fits.empty()) {
      failure.missing = &expectation;
      near_miss(expectation, failure);
    }
    failures_.push_back(std::move(failure));
  }

  void near_miss(const Expectation& expectation, TestFailure& failure) {
    const Message* closest = nullptr;
    std::vector<std::string> least;
    for (const bool spare : {true, false}) {
      for (std::size_t i = 0; i < outputs_.size(); ++i) {
        if (!is_of(expectation, outputs_[i], set_) || expected_[i] == spare) continue;
        std::vector<std::string> lines = differences(expectation, outputs_[i], test_.start);
        if (closest != nullptr && lines.size() >= least.size()) continue;
        closest = &outputs_[i];
        least = std::move(lines);
      }
    }
    if (closest == nullptr) return;
    failure.outputs.push_back(*closest);
    for (std::string& line : least) failure.why.push_back(std::move(line));
  }

  void rest(const Expectation& expectation) {
    TestFailure failure;
    failure.span = expectation.span;
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      if (outputs_[i].rule == test_.rule && !expected_[i]) failure.outputs.push_back(outputs_[i]);
    if (failure.outputs.empty()) return;
    failure.message = fmt::format("expected nothing else of `{}`, got {} more", test_.rule, failure.outputs.size());
    failures_.push_back(std::move(failure));
  }

  const rules::RuleSet& set_;
  const rules::TestPlan& test_;
  const std::vector<Message>& outputs_;
  std::vector<bool> expected_;  ///< by output
  std::vector<TestFailure> failures_;
};

}  // namespace

std::vector<TestFailure> judge(const rules::RuleSet& set, const rules::TestPlan& test,
                               const std::vector<Message>& outputs) {
  return Judge(set, test, outputs).run();
}

}  // namespace tocsin::engine
