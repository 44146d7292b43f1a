// Which steps an expression may read from where it stands, and what they may lack there: events, or a single one.
//
// A name is that of a binding: of one step, or of steps on different sides of an `or`. What stands between the reader
// and each of them decides: order, sides, groups that may be left out or have several turns. What every side of an `or`
// takes is there behind it, whichever side was taken; that is told by the elements of the plan.
#include <algorithm>

#include "rules/check_expr.hpp"
#include "rules/elements.hpp"

namespace tocsin::rules::checking {
namespace {

/// How a step stands to the reader.
enum class Stands : std::uint8_t {
  own,         ///< it is the step being judged: its turns before
  before,      ///< on the reader's way
  later,       ///< not reached yet
  beside_or,   ///< on another side of an `or`: never taken on the reader's way
  beside_and,  ///< on another side of an `and`
};

/// The outermost side around the step that isn't the reader's, of what the reader stands in; empty: there is none.
std::optional<Split> beside(std::uint32_t step, const Scope& scope) {
  const RuleDraft& rule = *scope.rule;
  if (step >= rule.sides_around.size()) return std::nullopt;
  for (const SideDraft& side : rule.sides_around[step])
    for (const SideDraft& own : scope.sides)
      if (own.split == side.split && own.side != side.side) return rule.splits[side.split];
  return std::nullopt;
}

Stands stands(std::uint32_t step, const Scope& scope) {
  if (step == scope.own) return Stands::own;
  if (const std::optional<Split> split = beside(step, scope))
    return *split == Split::both ? Stands::beside_and : Stands::beside_or;
  return step < scope.readable ? Stands::before : Stands::later;
}

bool may_be_read(Stands how) { return how == Stands::own || how == Stands::before; }

/// Steps of the binding.
template <class Visit>
void each_step(std::uint32_t binding, const Scope& scope, Visit visit) {
  const std::vector<Step>& steps = scope.rule->plan.pattern.steps;
  for (std::uint32_t i = binding; i < steps.size(); ++i)
    if (steps[i].binding == binding) visit(i);
}

/// The steps of the binding whose events can be there.
std::vector<std::uint32_t> readable_steps(std::uint32_t binding, const Scope& scope) {
  std::vector<std::uint32_t> steps;
  each_step(binding, scope, [&](std::uint32_t step) {
    if (may_be_read(stands(step, scope))) steps.push_back(step);
  });
  return steps;
}

/// Whether a group around `step` that isn't around the reader is as `is` tells.
template <class Is>
bool other_group(std::uint32_t step, const Scope& scope, Is is) {
  const std::vector<std::uint32_t>& around = scope.rule->groups_around[step];
  return std::any_of(around.begin(), around.end(), [&](std::uint32_t group) {
    return is(scope.rule->groups[group]) &&
           std::find(scope.inside.begin(), scope.inside.end(), group) == scope.inside.end();
  });
}

bool in_shared_loop(std::uint32_t step, const Scope& scope) {
  const std::vector<std::uint32_t>& around = scope.rule->groups_around[step];
  return std::any_of(scope.inside.begin(), scope.inside.end(), [&](std::uint32_t group) {
    return scope.rule->groups[group].looped && std::find(around.begin(), around.end(), group) != around.end();
  });
}

/// What a way through elements surely does for a binding.
struct Surely {
  const Pattern& pattern;
  std::uint32_t binding;

  bool takes(const Take& take) const {
    const Step& step = pattern.steps[take.step];
    return step.binding == binding && step.min > 0;
  }
  bool takes(const std::vector<Element>& elements) const {
    return std::any_of(elements.begin(), elements.end(), [&](const Element& element) { return takes(element); });
  }
  bool takes(const Element& element) const {
    return std::visit(
        overloaded{
            [&](const Take& take) { return takes(take); },
            [](const Absent&) { return false; },
            [&](const Group& group) { return group.min > 0 && takes(group.elements); },
            [&](const Either& either) { return all(either.takes, [&](const Take& take) { return takes(take); }); },
            [&](const Choice& choice) { return all(choice.sides, [&](const auto& side) { return takes(side); }); },
            [&](const Both& both) {
              return std::any_of(both.sides.begin(), both.sides.end(), [&](const auto& side) { return takes(side); });
            },
        },
        element.node);
  }

  template <class List, class Is>
  static bool all(const List& list, Is is) {
    return !list.empty() && std::all_of(list.begin(), list.end(), is);
  }
};

bool contains(const std::vector<Element>& elements, std::uint32_t step) {
  bool found = false;
  each_element(elements, [&](const Element& element) {
    const std::vector<std::uint32_t> steps = own_steps(element);
    found = found || std::find(steps.begin(), steps.end(), step) != steps.end();
  });
  return found;
}

/// Of what has sides around the step, the `number`th from outside; null: it isn't there.
const Element* split_around(const std::vector<Element>& elements, std::uint32_t step, std::size_t number) {
  for (const Element& element : elements) {
    const bool splits = !std::holds_alternative<Group>(element.node);
    const std::vector<std::uint32_t> own = own_steps(element);
    if (splits && number == 0 && own.size() > 1 && std::find(own.begin(), own.end(), step) != own.end())
      return &element;
    for (const std::vector<Element>* side : inner(element)) {
      if (!contains(*side, step)) continue;
      if (splits && number == 0) return &element;
      return split_around(*side, step, splits ? number - 1 : number);
    }
  }
  return nullptr;
}

/// The step was taken when the reader is judged, or what stands beside it on other sides of an `or` gave the binding
/// too.
bool surely_taken(std::uint32_t step, const Scope& scope) {
  const RuleDraft& rule = *scope.rule;
  if (stands(step, scope) != Stands::before) return false;
  if (other_group(step, scope, [](const GroupDraft& group) { return group.optional; })) return false;
  const std::vector<std::uint32_t>& groups = rule.groups_around[step];
  if (scope.anywhere && std::find(groups.begin(), groups.end(), scope.inside.back()) != groups.end()) return false;
  const Surely surely{rule.plan.pattern, step_of(step, scope).binding};
  if (step < rule.sides_around.size()) {
    const std::vector<SideDraft>& sides = rule.sides_around[step];
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (rule.splits[sides[i].split] != Split::either) continue;
      if (std::find(scope.sides.begin(), scope.sides.end(), sides[i]) != scope.sides.end()) continue;
      const Element* split = split_around(rule.plan.pattern.elements, step, i);
      return split && surely.takes(*split);
    }
  }
  return step_of(step, scope).min > 0;
}

void refuse_later(const syntax::Name& name, std::uint32_t step, const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0302", name.span, "step " + quoted(name.text) + " comes later", "not matched yet here");
  also(problem, scope.rule->step_places[step], "declared here");
  help(problem, "a condition reads the steps before it; move the comparison to the later step");
}

void refuse_beside(const syntax::Name& name, std::uint32_t step, const Scope& scope) {
  Diagnostic& problem =
      error(scope.draft, "E0329", name.span, "step " + quoted(name.text) + " stands on another side of an `and`",
            "it may come before or after");
  also(problem, scope.rule->step_places[step], "declared here");
  help(problem,
       "the sides are matched each for itself: compare them in a step behind the `and`, or in an output's `if`");
}

}  // namespace

std::optional<std::uint32_t> readable_step(const syntax::Name& name, const Scope& scope, bool current) {
  const std::optional<std::uint32_t> binding = step_called(name.text, scope);
  if (!binding) {
    report_unknown_step(name, scope);
    return std::nullopt;
  }
  std::optional<std::uint32_t> later;
  std::optional<std::uint32_t> beside_and;
  bool in_loop = false;
  bool readable = false;
  each_step(*binding, scope, [&](std::uint32_t step) {
    const Stands how = stands(step, scope);
    readable = readable || may_be_read(how);
    if (how == Stands::later && !later) later = step;
    if (how == Stands::beside_and && !beside_and) beside_and = step;
    in_loop = in_loop || (how == Stands::beside_or && in_shared_loop(step, scope));
  });
  if (readable) return binding;
  if (later) {
    refuse_later(name, *later, scope);
    return std::nullopt;
  }
  if (beside_and) {
    refuse_beside(name, *beside_and, scope);
    return std::nullopt;
  }
  if (!in_loop || current) {
    Diagnostic& problem =
        warning(scope.draft, "W0203", name.span,
                "step " + quoted(name.text) + " is never there: it is another side of the `or`", "no event of it");
    also(problem, scope.rule->step_places[*binding], "declared here");
  }
  return binding;
}

bool is_own(std::uint32_t binding, const Scope& scope) {
  return scope.own && step_of(*scope.own, scope).binding == binding;
}

bool may_be_empty(std::uint32_t binding, const Scope& scope) {
  if (scope.timeout) return !always_begins_with(scope.rule->plan.pattern, binding);
  const std::vector<std::uint32_t> steps = readable_steps(binding, scope);
  return std::none_of(steps.begin(), steps.end(), [&](std::uint32_t step) { return surely_taken(step, scope); });
}

bool may_have_several(std::uint32_t binding, const Scope& scope) {
  const std::vector<std::uint32_t> steps = readable_steps(binding, scope);
  return std::any_of(steps.begin(), steps.end(), [&](std::uint32_t step) {
    return step_of(step, scope).looped() ||
           other_group(step, scope, [](const GroupDraft& group) { return group.looped; });
  });
}

bool surely_has(std::uint32_t binding, std::uint32_t turns, const Scope& scope) {
  if (may_be_empty(binding, scope)) return false;
  if (turns <= 1) return true;
  if (scope.timeout) return false;
  const std::vector<std::uint32_t> steps = readable_steps(binding, scope);
  return !steps.empty() &&
         std::all_of(steps.begin(), steps.end(), [&](std::uint32_t step) { return step_of(step, scope).min >= turns; });
}

bool may_exceed(std::uint32_t binding, std::uint32_t turns, const Scope& scope) {
  bool may = false;
  each_step(binding, scope, [&](std::uint32_t id) {
    const Step& step = step_of(id, scope);
    may = may || step.in_looping_group || !step.max || *step.max > turns;
  });
  return may;
}

}  // namespace tocsin::rules::checking
