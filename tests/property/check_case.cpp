// Shrinking is greedy: of all single reductions the first that still differs is kept, until none is left.
#include "tests/property/check_case.hpp"

#include <algorithm>
#include <exception>
#include <functional>
#include <set>

#include "tests/oracle/make.hpp"
#include "tests/property/edit_pattern.hpp"
#include "tests/property/rule_text.hpp"

namespace tocsin::property {
namespace {

constexpr std::size_t kShrinkBudget = 10'000;

bool differs(const Case& test, events::SymbolTable& symbols, const Feeding& feeding) {
  const auto expected = oracle::matches(test.plan, test.stream, kShrinkBudget, test.around);
  return expected && run_engine(test, symbols, feeding) != Outcome{*expected, ""};
}

/// Gathers the reductions of a case: each a copy that is changed, put in order, and kept if the language allows it.
class Smaller {
 public:
  explicit Smaller(const Case& test) : test_(test) {}

  /// `change` tells whether there is anything to change.
  void add(const std::function<bool(Case&)>& change) {
    Case smaller = test_;
    if (change(smaller)) cases.push_back(std::move(smaller));
  }
  void add_plan(const std::function<bool(rules::RulePlan&)>& change) {
    add([&](Case& test) { return change(test.plan) && tidy(test.plan, test.schema) && !is_refused(test.plan); });
  }
  template <typename T>
  void reset(T rules::RulePlan::*clause, const T& plain = {}) {
    add_plan([&](rules::RulePlan& plan) {
      if (plan.*clause == plain) return false;
      plan.*clause = plain;
      return true;
    });
  }
  /// `change` of element `i` of sequence `n`.
  void add_element(std::size_t n, std::size_t i, const std::function<bool(rules::Pattern&, Elements&)>& change) {
    add_plan([&](rules::RulePlan& plan) {
      Elements& elements = *sequences_of(plan.pattern)[n];
      return i < elements.size() && change(plan.pattern, elements);
    });
  }

  std::vector<Case> cases;

 private:
  const Case& test_;
};

void add_loops(Smaller& smaller, const std::function<rules::Loop*(rules::Pattern&)>& loop_of) {
  const auto add = [&](const std::function<bool(rules::Loop&)>& change) {
    smaller.add_plan([&](rules::RulePlan& plan) {
      rules::Loop* loop = loop_of(plan.pattern);
      return loop != nullptr && change(*loop);
    });
  };
  add([](rules::Loop& loop) {
    const bool plain = loop.min == 1 && loop.max == 1U;
    loop = {};
    return !plain;
  });
  add([](rules::Loop& loop) { return std::exchange(loop.greed, rules::Greed::greedy) != rules::Greed::greedy; });
  add([](rules::Loop& loop) {
    return std::exchange(loop.mode, rules::Arrow::followed_by) != rules::Arrow::followed_by;
  });
  add([](rules::Loop& loop) { return std::exchange(loop.gap, {}).has_value(); });
  add([](rules::Loop& loop) { return !std::exchange(loop.until, {}).empty(); });
  add([](rules::Loop& loop) { return loop.min > 1 && loop.min-- > 1; });
  add([](rules::Loop& loop) { return loop.max && *loop.max > std::max(1U, loop.min) && (*loop.max)-- > 1; });
}

/// One of the sides, or all but one.
void add_sides(Smaller& smaller, std::size_t n, std::size_t i, std::size_t side) {
  const auto change = [&](bool keep) {
    smaller.add_element(n, i, [&](rules::Pattern&, Elements& elements) {
      const auto apply = [&](auto& sides) {
        if (side >= sides.size()) return false;
        if (keep)
          sides = {sides[side]};
        else
          sides.erase(sides.begin() + static_cast<std::ptrdiff_t>(side));
        return true;
      };
      if (auto* choice = std::get_if<rules::Choice>(&elements[i].node)) return apply(choice->sides);
      if (auto* both = std::get_if<rules::Both>(&elements[i].node)) return apply(both->sides);
      if (auto* either = std::get_if<rules::Either>(&elements[i].node)) return apply(either->takes);
      return false;
    });
  };
  change(true);
  change(false);
}

void add_absence(Smaller& smaller, std::size_t n, std::size_t i) {
  const auto add = [&](const std::function<bool(rules::Absent&)>& change) {
    smaller.add_element(n, i, [&](rules::Pattern&, Elements& elements) {
      auto* absent = std::get_if<rules::Absent>(&elements[i].node);
      return absent != nullptr && change(*absent);
    });
  };
  add([](rules::Absent& absent) { return std::exchange(absent.every, {}).has_value(); });
  add([](rules::Absent& absent) {
    absent.every.reset();
    return std::exchange(absent.span, {}).has_value();
  });
  add([](rules::Absent& absent) {
    if (!absent.span || absent.span->op == rules::Op::constant) return false;
    absent.span = oracle::make::constant(events::kSecond);
    return true;
  });
  add([](rules::Absent& absent) {
    if (absent.fits.size() < 2) return false;
    absent.fits.pop_back();
    return true;
  });
}

void add_elements(Smaller& smaller, rules::Pattern& pattern) {
  const std::vector<Elements*> sequences = sequences_of(pattern);
  for (std::size_t n = 0; n < sequences.size(); ++n) {
    for (std::size_t i = 0; i < sequences[n]->size(); ++i) {
      smaller.add_element(n, i, [&](rules::Pattern&, Elements& elements) {
        elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
      });
      for (std::size_t side = 0; side < 3; ++side) add_sides(smaller, n, i, side);
      add_loops(smaller, [&](rules::Pattern& at) -> rules::Loop* {
        return std::get_if<rules::Group>(&(*sequences_of(at)[n])[i].node);
      });
      smaller.add_element(n, i, [&](rules::Pattern&, Elements& elements) {
        auto* group = std::get_if<rules::Group>(&elements[i].node);
        return group != nullptr && std::exchange(group->span, {}).has_value();
      });
      add_absence(smaller, n, i);
      smaller.add_element(
          n, i, [&](rules::Pattern&, Elements& elements) { return std::exchange(elements[i].bound, {}).has_value(); });
      smaller.add_element(n, i, [&](rules::Pattern&, Elements& elements) {
        if (!elements[i].arrow || elements[i].arrow == rules::Arrow::followed_by) return false;
        elements[i].arrow = rules::Arrow::followed_by;
        return true;
      });
    }
  }
  for (std::size_t step = 0; step < pattern.steps.size(); ++step) {
    add_loops(smaller, [&](rules::Pattern& at) -> rules::Loop* { return &at.steps[step]; });
    smaller.add_plan([&](rules::RulePlan& plan) {
      std::vector<rules::Single>& fits = plan.pattern.steps[step].fits;
      if (fits.size() < 2) return false;
      fits.pop_back();
      return true;
    });
  }
}

void add_conditions(Smaller& smaller, rules::Pattern& pattern) {
  const std::vector<rules::Single*> singles = singles_of(pattern);
  for (std::size_t i = 0; i < singles.size(); ++i) {
    if (!singles[i]->condition) continue;
    smaller.add_plan([&](rules::RulePlan& plan) {
      singles_of(plan.pattern)[i]->condition.reset();
      return true;
    });
    for (const rules::Expr& part : singles[i]->condition->args) {
      if (part.type != events::Type::boolean || part.op == rules::Op::constant) continue;
      smaller.add_plan([&](rules::RulePlan& plan) {
        singles_of(plan.pattern)[i]->condition = part;
        return true;
      });
    }
  }
}

void add_clauses(Smaller& smaller) {
  smaller.reset(&rules::RulePlan::within);
  smaller.reset(&rules::RulePlan::limit_runs, rules::kDefaultLimitRuns);
  smaller.reset(&rules::RulePlan::limit_matches);
  smaller.add_plan(
      [](rules::RulePlan& plan) { return std::exchange(plan.matching, {}).mode != rules::Matching::Mode::one; });
  smaller.add_plan([](rules::RulePlan& plan) {
    return std::exchange(plan.after, {}).policy != rules::AfterMatch::Policy::skip_past_last;
  });
  smaller.add_plan([](rules::RulePlan& plan) {
    return std::erase_if(plan.outputs, [](const rules::OutputPlan& output) { return output.timeout; }) > 0;
  });
}

void add_streams(Smaller& smaller, const Case& test) {
  for (std::size_t i = 0; i < test.stream.size(); ++i)
    smaller.add([&](Case& at) {
      at.stream.erase(at.stream.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    });
  smaller.add([](Case& at) { return std::exchange(at.around.until, {}).has_value(); });
  smaller.add([](Case& at) { return std::exchange(at.around.watching, {}).has_value(); });
}

void add_times(Smaller& smaller, const Case& test) {
  for (std::size_t i = 1; i < test.stream.size(); ++i) {
    const events::Duration gap = test.stream[i].time - test.stream[i - 1].time;
    if (gap.ns == 0) continue;
    smaller.add([&](Case& at) {
      for (std::size_t later = i; later < at.stream.size(); ++later)
        at.stream[later].time = at.stream[later].time - gap;
      return true;
    });
  }
}

std::vector<Case> smaller_cases(const Case& test) {
  Smaller smaller(test);
  Case copy = test;
  add_streams(smaller, test);
  add_clauses(smaller);
  add_elements(smaller, copy.plan.pattern);
  add_conditions(smaller, copy.plan.pattern);
  add_times(smaller, test);
  return std::move(smaller.cases);
}

/// Rule and stream as a file for `tocsin test`, and what lies around.
std::string case_text(const Case& test) {
  std::string text = rule_text(test.plan, test.schema) + test_text(test.plan, test.stream, test.schema);
  if (test.around.watching) text += "watching since " + events::format_duration({test.around.watching->ns}) + "\n";
  if (test.around.until) text += "time passes up to " + events::format_duration({test.around.until->ns}) + "\n";
  return text;
}

std::string events_text(const std::vector<std::size_t>& events) {
  std::string text;
  for (const std::size_t event : events) text += (text.empty() ? "" : ",") + std::to_string(event);
  return text.empty() ? "-" : text;
}

}  // namespace

Outcome run_engine(const Case& test, events::SymbolTable& symbols, const Feeding& feeding) {
  Outcome outcome;
  try {
    Engine engine(test.plan, test.schema, symbols);
    const Feed feed = feed_of(test.schema, symbols, test.stream, feeding.cuts);
    outcome.matches = engine.run(feed, feeding.between, test.around);
  } catch (const std::exception& error) {
    outcome.error = error.what();
  }
  return outcome;
}

Case shrink(Case test, events::SymbolTable& symbols, const Feeding& feeding) {
  std::set<std::string> tried;  // a reduction may give what was there before, where the check has its own idea of it
  for (bool found = true; found;) {
    found = false;
    for (Case& smaller : smaller_cases(test)) {
      if (!tried.insert(case_text(smaller)).second || !differs(smaller, symbols, feeding)) continue;
      test = std::move(smaller);
      found = true;
      break;
    }
  }
  return test;
}

std::string report(const Case& test, events::SymbolTable& symbols, const Feeding& feeding) {
  const auto expected = oracle::matches(test.plan, test.stream, oracle::kNoBudget, test.around);
  const Outcome got = run_engine(test, symbols, feeding);
  std::string text = case_text(test) + "batches begin at 0";
  for (const std::size_t cut : feeding.cuts) text += ", " + std::to_string(cut);
  if (feeding.between.advance) text += "; time told before each event";
  if (feeding.between.by_steps) text += "; time stops behind each deadline";
  if (feeding.between.pass_over) text += "; events that can do nothing passed over";
  if (feeding.between.write_and_read) text += "; state written and read back after each event";
  return text + "\nexpected: " + matches_text(*expected) + "\ngot:      " + matches_text(got.matches) + got.error +
         "\n";
}

std::string matches_text(const std::vector<oracle::Match>& matches) {
  if (matches.empty()) return "no match";
  std::string text;
  for (const oracle::Match& match : matches) {
    text += match.timeout ? "\n  timeout" : "\n  match";
    for (const auto& step : match.steps) text += (&step == match.steps.data() ? " " : "|") + events_text(step);
    text += " at " + events::format_duration({match.completion.ns});
    text += match.by_time ? " by time" : " by " + std::to_string(match.completing);
    if (match.repeat > 0) text += ", repeat " + std::to_string(match.repeat);
    if (std::all_of(match.steps.begin(), match.steps.end(), [](const auto& step) { return step.empty(); }))
      text += ", start " + std::to_string(match.start);
  }
  return text;
}

void complete_plan(rules::RulePlan& plan) {
  for (const rules::Single* single : singles_of(plan.pattern)) plan.inputs.push_back(single->type);
  std::sort(plan.inputs.begin(), plan.inputs.end());
  plan.inputs.erase(std::unique(plan.inputs.begin(), plan.inputs.end()), plan.inputs.end());
  const bool timeout = std::any_of(plan.outputs.begin(), plan.outputs.end(),
                                   [](const rules::OutputPlan& output) { return output.timeout; });
  rules::AlertPlan alert;
  alert.severity = oracle::make::constant(events::Severity::info);
  plan.outputs = {{alert}};
  if (timeout) plan.outputs.push_back({alert, std::nullopt, true});
}

}  // namespace tocsin::property
