// Shrinking is greedy: of all single reductions the first that still differs is kept, until none is left.
#include "tests/property/check_case.hpp"

#include <algorithm>
#include <exception>

#include "tests/oracle/make.hpp"
#include "tests/oracle/pattern_text.hpp"
#include "tests/property/rule_text.hpp"

namespace tocsin::property {
namespace {

constexpr std::size_t kShrinkBudget = 200'000;

bool differs(const Case& test, events::SymbolTable& symbols, const Feeding& feeding) {
  const auto expected = oracle::matches(test.plan, test.stream, kShrinkBudget);
  return expected && run_engine(test, symbols, feeding) != Outcome{*expected, ""};
}

using Elements = std::vector<rules::Element>;

/// All sequences of elements of the pattern: its own, then those of its groups.
void sequences_of(Elements& elements, std::vector<Elements*>& found) {
  found.push_back(&elements);
  for (rules::Element& element : elements)
    if (auto* group = std::get_if<rules::Group>(&element.node)) sequences_of(group->elements, found);
}
std::vector<Elements*> sequences_of(rules::Pattern& pattern) {
  std::vector<Elements*> found;
  sequences_of(pattern.elements, found);
  return found;
}

std::vector<std::optional<rules::Expr>*> conditions_of(rules::Pattern& pattern) {
  std::vector<std::optional<rules::Expr>*> found;
  const auto add = [&](std::vector<rules::Single>& singles) {
    for (rules::Single& single : singles)
      if (single.condition) found.push_back(&single.condition);
  };
  for (rules::Step& step : pattern.steps) add(step.fits);
  for (Elements* elements : sequences_of(pattern))
    for (rules::Element& element : *elements)
      if (auto* absent = std::get_if<rules::Absent>(&element.node)) add(absent->fits);
  return found;
}

/// Whether `expr` reads step `step`; the numbers of steps behind it go down by one.
bool reads_or_renumber(rules::Expr& expr, std::uint32_t step) {
  const bool of_step = expr.op == rules::Op::step_field || expr.op == rules::Op::aggregate;
  if (of_step && expr.step == step) return true;
  if (of_step && expr.step > step) --expr.step;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [&](rules::Expr& arg) { return reads_or_renumber(arg, step); });
}

/// Groups of nothing go; what comes first in a sequence has no arrow; steps know whether a group loops around them.
void tidy(rules::Pattern& pattern, Elements& elements, bool looping) {
  for (rules::Element& element : elements) {
    if (const auto* take = std::get_if<rules::Take>(&element.node))
      pattern.steps[take->step].in_looping_group = looping;
    if (auto* group = std::get_if<rules::Group>(&element.node))
      tidy(pattern, group->elements, looping || !group->max || *group->max > 1);
  }
  std::erase_if(elements, [](const rules::Element& element) {
    const auto* group = std::get_if<rules::Group>(&element.node);
    return group && group->elements.empty();
  });
  if (!elements.empty()) elements.front().arrow.reset();
}

/// The case without a step; null where a condition reads it or the pattern would be none.
std::optional<Case> without_step(const Case& test, std::uint32_t step) {
  Case smaller = test;
  rules::Pattern& pattern = smaller.plan.pattern;
  pattern.steps.erase(pattern.steps.begin() + step);
  for (Elements* elements : sequences_of(pattern))
    std::erase_if(*elements, [&](const rules::Element& element) {
      const auto* take = std::get_if<rules::Take>(&element.node);
      return take && take->step == step;
    });
  for (Elements* elements : sequences_of(pattern))
    for (rules::Element& element : *elements)
      if (auto* take = std::get_if<rules::Take>(&element.node); take && take->step > step) --take->step;
  for (auto* condition : conditions_of(pattern))
    if (reads_or_renumber(**condition, step)) return std::nullopt;
  tidy(pattern, pattern.elements, false);
  if (is_refused(pattern)) return std::nullopt;
  return smaller;
}

void add_smaller_conditions(const Case& test, std::vector<Case>& out) {
  Case copy = test;
  const std::size_t conditions = conditions_of(copy.plan.pattern).size();
  for (std::size_t i = 0; i < conditions; ++i) {
    Case none = test;
    const rules::Expr condition = **conditions_of(none.plan.pattern)[i];
    *conditions_of(none.plan.pattern)[i] = std::nullopt;
    out.push_back(std::move(none));
    for (const rules::Expr& part : condition.args) {
      if (part.type != events::Type::boolean || part.op == rules::Op::constant) continue;
      Case smaller = test;
      *conditions_of(smaller.plan.pattern)[i] = part;
      out.push_back(std::move(smaller));
    }
  }
}

/// Element `i` of sequence `n` without its absence or nearness; a group as a single turn, or dissolved.
void add_smaller_elements(const Case& test, std::size_t n, std::size_t i, std::vector<Case>& out) {
  Case smaller = test;
  Elements& elements = *sequences_of(smaller.plan.pattern)[n];
  rules::Element& element = elements[i];
  const auto at = elements.begin() + static_cast<std::ptrdiff_t>(i);
  auto* group = std::get_if<rules::Group>(&element.node);
  if (std::holds_alternative<rules::Absent>(element.node)) {
    elements.erase(at);
  } else if (element.arrow == rules::Arrow::next) {
    element.arrow = rules::Arrow::followed_by;
  } else if (group != nullptr && (group->min != 1 || group->max != 1U)) {
    group->min = 1;
    group->max = 1;
  } else if (group != nullptr) {
    Elements inner = std::move(group->elements);
    inner.front().arrow = element.arrow;
    elements.insert(elements.erase(at), inner.begin(), inner.end());
  } else {
    return;
  }
  tidy(smaller.plan.pattern, smaller.plan.pattern.elements, false);
  if (!is_refused(smaller.plan.pattern)) out.push_back(std::move(smaller));
}

void add_smaller_patterns(const Case& test, std::vector<Case>& out) {
  if (test.plan.within) {
    out.push_back(test);
    out.back().plan.within.reset();
  }
  Case copy = test;
  const std::vector<Elements*> sequences = sequences_of(copy.plan.pattern);
  for (std::size_t n = 0; n < sequences.size(); ++n)
    for (std::size_t i = 0; i < sequences[n]->size(); ++i) add_smaller_elements(test, n, i, out);
  for (std::uint32_t i = 0; i < test.plan.pattern.steps.size(); ++i) {
    if (auto smaller = without_step(test, i)) out.push_back(std::move(*smaller));
    const rules::Step& step = test.plan.pattern.steps[i];
    if (step.min == 1 && step.max == 1U) continue;
    out.push_back(test);
    out.back().plan.pattern.steps[i].min = 1;
    out.back().plan.pattern.steps[i].max = 1;
  }
}

std::vector<Case> smaller_cases(const Case& test) {
  std::vector<Case> out;
  for (std::size_t i = 0; i < test.stream.size(); ++i) {
    out.push_back(test);
    out.back().stream.erase(out.back().stream.begin() + static_cast<std::ptrdiff_t>(i));
  }
  add_smaller_patterns(test, out);
  add_smaller_conditions(test, out);
  for (std::size_t i = 1; i < test.stream.size(); ++i) {
    const events::Duration gap = test.stream[i].time - test.stream[i - 1].time;
    if (gap.ns == 0) continue;
    out.push_back(test);
    for (std::size_t later = i; later < test.stream.size(); ++later)
      out.back().stream[later].time = out.back().stream[later].time - gap;
  }
  return out;
}

}  // namespace

Outcome run_engine(const Case& test, events::SymbolTable& symbols, const Feeding& feeding) {
  Outcome outcome;
  try {
    Engine engine(test.plan, test.schema, symbols);
    outcome.matches = engine.run(feed_of(test.schema, symbols, test.stream, feeding.cuts), feeding.between);
  } catch (const std::exception& error) {
    outcome.error = error.what();
  }
  return outcome;
}

Case shrink(Case test, events::SymbolTable& symbols, const Feeding& feeding) {
  for (bool found = true; found;) {
    found = false;
    for (Case& smaller : smaller_cases(test)) {
      if (!differs(smaller, symbols, feeding)) continue;
      test = std::move(smaller);
      found = true;
      break;
    }
  }
  return test;
}

std::string report(const Case& test, events::SymbolTable& symbols, const Feeding& feeding) {
  const auto expected = oracle::matches(test.plan, test.stream);
  const Outcome got = run_engine(test, symbols, feeding);
  std::string text = rule_text(test.plan, test.schema) + "\n" + stream_text(test.stream, test.schema);
  text += "batches begin at 0";
  for (const std::size_t cut : feeding.cuts) text += ", " + std::to_string(cut);
  if (feeding.between.advance) text += "; time told before each event";
  if (feeding.between.pass_over) text += "; events that can start nothing passed over";
  if (feeding.between.write_and_read) text += "; state written and read back after each event";
  return text + "\nexpected: " + matches_text(*expected) + "\ngot:      " + matches_text(got.matches) + got.error +
         "\n";
}

namespace {

/// What can be on a way through a sequence of elements.
struct Ways {
  bool nothing = true;         ///< no event is taken
  bool negates_first = false;  ///< a negation stands before the first event
  bool negates_last = false;   ///< … after the last
};

Ways ways_through(const rules::Pattern& pattern, const Elements& elements) {
  Ways ways;
  for (const rules::Element& element : elements) {
    Ways part;
    bool optional = true;
    if (std::holds_alternative<rules::Absent>(element.node)) {
      part.negates_first = part.negates_last = true;
    } else if (const auto* take = std::get_if<rules::Take>(&element.node)) {
      optional = pattern.steps[take->step].min == 0;
    } else {
      const auto& group = std::get<rules::Group>(element.node);
      part = ways_through(pattern, group.elements);
      optional = part.nothing || group.min == 0;
    }
    ways.negates_first = ways.negates_first || (ways.nothing && part.negates_first);
    ways.negates_last = (optional && ways.negates_last) || part.negates_last;
    ways.nothing = ways.nothing && optional;
  }
  return ways;
}

}  // namespace

bool is_refused(const rules::Pattern& pattern) {
  const Ways ways = ways_through(pattern, pattern.elements);
  return ways.nothing || ways.negates_first || ways.negates_last;
}

std::string matches_text(const std::vector<oracle::Match>& matches) {
  return matches.empty() ? "no match" : oracle::text_of(matches);
}

void complete_plan(rules::RulePlan& plan) {
  const auto add = [&](const std::vector<rules::Single>& singles) {
    for (const rules::Single& single : singles) plan.inputs.push_back(single.type);
  };
  for (const rules::Step& step : plan.pattern.steps) add(step.fits);
  for (Elements* elements : sequences_of(plan.pattern))
    for (const rules::Element& element : *elements)
      if (const auto* absent = std::get_if<rules::Absent>(&element.node)) add(absent->fits);
  std::sort(plan.inputs.begin(), plan.inputs.end());
  plan.inputs.erase(std::unique(plan.inputs.begin(), plan.inputs.end()), plan.inputs.end());
  rules::AlertPlan alert;
  alert.severity = oracle::make::constant(events::Severity::info);
  plan.outputs = {{std::move(alert)}};
}

}  // namespace tocsin::property
