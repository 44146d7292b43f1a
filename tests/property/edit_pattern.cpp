// Walks by one function, inner_of(); what a way through a pattern can do tells what is refused.
#include "tests/property/edit_pattern.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace tocsin::property {
namespace {

using rules::Arrow;
using rules::Element;
using rules::Expr;
using rules::Op;
using rules::Pattern;
using rules::Single;
using rules::Step;

constexpr std::uint32_t kGone = 0xffff'ffff;

bool is_once(const rules::Loop& loop) { return loop.min == 1 && loop.max == 1U; }

/// The element's takes: of `or` of single events several.
std::vector<rules::Take*> takes_of(Element& element) {
  std::vector<rules::Take*> found;
  if (auto* take = std::get_if<rules::Take>(&element.node)) found.push_back(take);
  if (auto* either = std::get_if<rules::Either>(&element.node))
    for (rules::Take& take : either->takes) found.push_back(&take);
  return found;
}

bool has_take(const Element& element) {
  const std::vector<const Elements*> inner = inner_of(element);
  if (inner.empty()) return !std::holds_alternative<rules::Absent>(element.node);
  return std::any_of(inner.begin(), inner.end(),
                     [](const Elements* side) { return std::any_of(side->begin(), side->end(), has_take); });
}

/// Sides without elements go; what then is no loop, `or` or `and` is put in its place as it is.
void dissolve(const Pattern& pattern, Elements& elements) {
  for (Element& element : elements)
    for (Elements* inner : inner_of(element)) dissolve(pattern, *inner);
  for (std::size_t i = 0; i < elements.size();) {
    const auto at = elements.begin() + static_cast<std::ptrdiff_t>(i);
    std::optional<Elements> instead;
    const auto of_sides = [&](std::vector<Elements>& sides) {
      std::erase_if(sides, [](const Elements& side) { return side.empty(); });
      if (sides.size() < 2) instead = sides.empty() ? Elements{} : std::move(sides.front());
    };
    if (auto* group = std::get_if<rules::Group>(&at->node)) {
      const bool mere = is_once(*group) && !group->span;
      const bool takes = std::any_of(group->elements.begin(), group->elements.end(), has_take);
      if (mere || !takes) instead = std::move(group->elements);
      if (!instead && can_be_empty(pattern, group->elements)) group->min = 0;
    }
    if (auto* choice = std::get_if<rules::Choice>(&at->node)) of_sides(choice->sides);
    if (auto* both = std::get_if<rules::Both>(&at->node)) of_sides(both->sides);
    if (!instead) {
      ++i;
      continue;
    }
    if (!instead->empty()) {
      instead->front().arrow = at->arrow;
      instead->front().bound = at->bound;
    }
    const std::size_t added = instead->size();
    elements.insert(elements.erase(at), instead->begin(), instead->end());
    i += added;
  }
  for (Element& element : elements) {
    auto* either = std::get_if<rules::Either>(&element.node);
    if (either != nullptr && either->takes.size() == 1) element.node = either->takes.front();
  }
  if (!elements.empty()) {
    elements.front().arrow.reset();
    elements.front().bound.reset();
  }
}

/// Steps in the order of the elements, numbered anew; `number` tells old ones their new number.
struct Numbering {
  const Pattern& before;
  std::vector<std::uint32_t> number;
  std::vector<Step> steps{};
  std::vector<std::uint32_t> old_binding{};

  void walk(Elements& elements, bool looping) {
    for (Element& element : elements) {
      for (rules::Take* take : takes_of(element)) {
        Step step = before.steps[take->step];
        number[take->step] = static_cast<std::uint32_t>(steps.size());
        old_binding.push_back(step.binding);
        step.in_looping_group = looping;
        take->step = number[take->step];
        steps.push_back(std::move(step));
      }
      const auto* group = std::get_if<rules::Group>(&element.node);
      for (Elements* inner : inner_of(element)) walk(*inner, looping || (group != nullptr && group->loops()));
    }
  }
};

void bind(Numbering& numbered) {
  std::vector<Step>& steps = numbered.steps;
  for (std::uint32_t i = 0; i < steps.size(); ++i) {
    const auto& old = numbered.old_binding;
    steps[i].binding = static_cast<std::uint32_t>(std::find(old.begin(), old.end(), old[i]) - old.begin());
    steps[i].types.clear();
  }
  for (const Step& step : steps) {
    Step& binding = steps[step.binding];
    binding.in_looping_group = binding.in_looping_group || step.in_looping_group;
  }
  for (Step& step : steps) {
    step.in_looping_group = steps[step.binding].in_looping_group;
    for (Step* of : {&step, &steps[step.binding]})
      for (const Single& single : step.fits) of->types.push_back(single.type);
  }
  for (Step& step : steps) {
    std::sort(step.types.begin(), step.types.end());
    step.types.erase(std::unique(step.types.begin(), step.types.end()), step.types.end());
  }
}

bool reads_step(const Expr& expr) {
  return expr.op == Op::step_field || expr.op == Op::aggregate || expr.op == Op::turn_field;
}

/// False when the expression reads a step that is gone.
bool renumber(Expr& expr, const Numbering& numbered, const events::Schema& schema) {
  if (reads_step(expr)) {
    const Step& old = numbered.before.steps[expr.step];
    std::uint32_t binding = kGone;
    for (std::uint32_t i = 0; i < numbered.steps.size() && binding == kGone; ++i)
      if (numbered.old_binding[i] == old.binding) binding = i;
    if (binding == kGone) return false;
    expr.step = binding;
    if (expr.field != rules::kNoField) {
      const std::string name = schema[old.types.front()].fields[expr.fields.empty() ? expr.field : expr.fields[0]].name;
      std::vector<std::uint32_t> places;
      for (const events::TypeId type : numbered.steps[binding].types)
        for (std::uint32_t i = 0; i < schema[type].fields.size(); ++i)
          if (schema[type].fields[i].name == name) places.push_back(i);
      expr.field = places.front();
      expr.fields = places.size() > 1 ? places : std::vector<std::uint32_t>{};
    }
  }
  bool good = true;
  for (Expr& arg : expr.args) good = renumber(arg, numbered, schema) && good;
  return good;
}

/// What can be on a way through a sequence of elements.
struct Ways {
  bool nothing = true;              ///< no event is taken
  bool leading = false;             ///< `not` without `for` before the first event
  bool alone = false;               ///< `not` before the first event of all, with no step behind it on its side
  bool absence = false;             ///< any `not` before the first event
  bool closing = false;             ///< `-> not` without `for` behind the last
  std::set<std::uint32_t> first{};  ///< bindings that the first event is of
};

Ways ways_through(const Pattern& pattern, const Elements& elements);

Ways ways_through(const Pattern& pattern, const Element& element) {
  Ways ways;
  if (const auto* absent = std::get_if<rules::Absent>(&element.node)) {
    ways.absence = true;
    ways.leading = !absent->span;
    ways.closing = !absent->span && element.arrow != Arrow::next;
    return ways;
  }
  if (const auto* take = std::get_if<rules::Take>(&element.node)) {
    ways.nothing = pattern.steps[take->step].min == 0;
    ways.first = {pattern.steps[take->step].binding};
    return ways;
  }
  if (const auto* either = std::get_if<rules::Either>(&element.node)) {
    ways.nothing = false;
    for (const rules::Take& take : either->takes) ways.first.insert(pattern.steps[take.step].binding);
    return ways;
  }
  const bool all = std::holds_alternative<rules::Both>(element.node);
  ways.nothing = all;
  for (const Elements* inner : inner_of(element)) {
    const Ways side = ways_through(pattern, *inner);
    ways.nothing = all ? ways.nothing && side.nothing : ways.nothing || side.nothing;
    ways.absence = ways.absence || side.absence;
    ways.leading = ways.leading || side.leading;
    ways.alone = ways.alone || side.alone;
    ways.closing = ways.closing || side.closing;
    ways.first.insert(side.first.begin(), side.first.end());
  }
  if (const auto* group = std::get_if<rules::Group>(&element.node)) ways.nothing = ways.nothing || group->min == 0;
  return ways;
}

Ways ways_through(const Pattern& pattern, const Elements& elements) {
  Ways ways;
  for (const Element& element : elements) {
    const Ways part = ways_through(pattern, element);
    if (ways.nothing) {
      const Elements behind(elements.begin() + (&element - elements.data()) + 1, elements.end());
      const bool is_absent = std::holds_alternative<rules::Absent>(element.node);
      ways.alone = ways.alone || part.alone || (is_absent && can_be_empty(pattern, behind));
      ways.absence = ways.absence || part.absence;
      ways.leading = ways.leading || part.leading;
      ways.first.insert(part.first.begin(), part.first.end());
    }
    ways.closing = (part.nothing && ways.closing) || part.closing;
    ways.nothing = ways.nothing && part.nothing;
  }
  return ways;
}

/// The absences that stand first in the element, of sides too.
std::vector<const rules::Absent*> head_absences(const Element& element) {
  if (const auto* absent = std::get_if<rules::Absent>(&element.node)) return {absent};
  std::vector<const rules::Absent*> found;
  for (const Elements* inner : inner_of(element)) {
    const std::vector<const rules::Absent*> more = head_absences(inner->front());
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

/// Written down it would be read as something else: an `or` of patterns that is one of single events only, or that has
/// such a one for a side.
bool is_other_or(const Pattern& pattern, const Element& element) {
  const auto* choice = std::get_if<rules::Choice>(&element.node);
  if (choice == nullptr) return false;
  const auto step_of = [&](const Elements& side) {
    const auto* take = side.size() == 1 ? std::get_if<rules::Take>(&side.front().node) : nullptr;
    return take != nullptr && is_once(pattern.steps[take->step]) ? &pattern.steps[take->step] : nullptr;
  };
  return std::all_of(choice->sides.begin(), choice->sides.end(), step_of) ||
         std::any_of(choice->sides.begin(), choice->sides.end(), [&](const Elements& side) {
           const Step* step = step_of(side);
           return step != nullptr && step->fits.size() > 1;
         });
}

bool is_badly_joined(const Pattern& pattern, const Elements& elements, bool top) {
  return std::any_of(elements.begin(), elements.end(), [&](const Element& element) {
    if (is_other_or(pattern, element)) return true;
    const auto* group = std::get_if<rules::Group>(&element.node);
    const bool loops = group != nullptr && group->loops();
    for (const rules::Absent* head : head_absences(element)) {
      if (element.arrow == Arrow::any || element.bound) return true;
      if (loops && (group->mode == Arrow::any || group->gap)) return true;
      if (head->span && (element.arrow == Arrow::next || (loops && group->mode == Arrow::next))) return true;
    }
    const auto* absent = std::get_if<rules::Absent>(&element.node);
    if (absent != nullptr && absent->every && !(top && absent->span && &element == &elements.back())) return true;
    const std::vector<const Elements*> inner = inner_of(element);
    return std::any_of(inner.begin(), inner.end(),
                       [&](const Elements* side) { return is_badly_joined(pattern, *side, false); });
  });
}

/// A skip target that is always the match's own start.
bool is_start(const rules::RulePlan& plan, const Ways& ways) {
  using Policy = rules::AfterMatch::Policy;
  if (plan.after.policy != Policy::skip_to_first && plan.after.policy != Policy::skip_to_last) return false;
  if (ways.first != std::set<std::uint32_t>{plan.after.step}) return false;
  if (plan.after.policy == Policy::skip_to_first) return true;
  return std::all_of(plan.pattern.steps.begin(), plan.pattern.steps.end(), [&](const Step& step) {
    return step.binding != plan.after.step || (!step.looped() && !step.in_looping_group);
  });
}

}  // namespace

std::vector<Elements*> inner_of(Element& element) {
  std::vector<Elements*> found;
  if (auto* group = std::get_if<rules::Group>(&element.node)) found.push_back(&group->elements);
  if (auto* choice = std::get_if<rules::Choice>(&element.node))
    for (Elements& side : choice->sides) found.push_back(&side);
  if (auto* both = std::get_if<rules::Both>(&element.node))
    for (Elements& side : both->sides) found.push_back(&side);
  return found;
}
std::vector<const Elements*> inner_of(const Element& element) {
  const std::vector<Elements*> found = inner_of(const_cast<Element&>(element));
  return {found.begin(), found.end()};
}

std::vector<Elements*> sequences_of(Pattern& pattern) {
  std::vector<Elements*> found{&pattern.elements};
  for (std::size_t i = 0; i < found.size(); ++i)
    for (Element& element : *found[i])
      for (Elements* inner : inner_of(element)) found.push_back(inner);
  return found;
}

std::vector<Single*> singles_of(Pattern& pattern) {
  std::vector<Single*> found;
  const auto add = [&](std::vector<Single>& singles) {
    for (Single& single : singles) found.push_back(&single);
  };
  for (Step& step : pattern.steps) {
    add(step.fits);
    add(step.until);
  }
  for (Elements* elements : sequences_of(pattern)) {
    for (Element& element : *elements) {
      if (auto* absent = std::get_if<rules::Absent>(&element.node)) add(absent->fits);
      if (auto* group = std::get_if<rules::Group>(&element.node)) add(group->until);
    }
  }
  return found;
}

std::vector<Expr*> spans_of(Pattern& pattern) {
  std::vector<Expr*> found;
  for (Elements* elements : sequences_of(pattern)) {
    for (Element& element : *elements) {
      auto* absent = std::get_if<rules::Absent>(&element.node);
      if (absent != nullptr && absent->span) found.push_back(&*absent->span);
    }
  }
  return found;
}

bool can_be_empty(const Pattern& pattern, const Elements& elements) {
  const auto empty = [&](const Elements* side) { return can_be_empty(pattern, *side); };
  return std::all_of(elements.begin(), elements.end(), [&](const Element& element) {
    const std::vector<const Elements*> inner = inner_of(element);
    if (const auto* take = std::get_if<rules::Take>(&element.node)) return pattern.steps[take->step].min == 0;
    if (const auto* group = std::get_if<rules::Group>(&element.node)) return group->min == 0 || empty(inner[0]);
    if (std::holds_alternative<rules::Choice>(element.node)) return std::any_of(inner.begin(), inner.end(), empty);
    if (std::holds_alternative<rules::Both>(element.node)) return std::all_of(inner.begin(), inner.end(), empty);
    return std::holds_alternative<rules::Absent>(element.node);
  });
}

void flatten(Elements& elements) {
  for (Element& element : elements) {
    for (Elements* inner : inner_of(element)) flatten(*inner);
    if (auto* choice = std::get_if<rules::Choice>(&element.node)) {
      std::vector<Elements> sides;
      for (Elements& side : choice->sides) {
        auto* inner = side.size() == 1 ? std::get_if<rules::Choice>(&side.front().node) : nullptr;
        auto* either = side.size() == 1 ? std::get_if<rules::Either>(&side.front().node) : nullptr;
        if (inner != nullptr)
          sides.insert(sides.end(), inner->sides.begin(), inner->sides.end());
        else if (either != nullptr)
          for (const rules::Take& take : either->takes) sides.push_back({{{}, {}, take}});
        else
          sides.push_back(std::move(side));
      }
      choice->sides = std::move(sides);
    }
    if (auto* both = std::get_if<rules::Both>(&element.node)) {
      std::vector<Elements> sides;
      for (Elements& side : both->sides) {
        auto* inner = side.size() == 1 ? std::get_if<rules::Both>(&side.front().node) : nullptr;
        if (inner != nullptr)
          sides.insert(sides.end(), inner->sides.begin(), inner->sides.end());
        else
          sides.push_back(std::move(side));
      }
      both->sides = std::move(sides);
    }
  }
}

std::vector<events::TypeId> types_taken(const Pattern& pattern, const Elements& elements) {
  std::vector<events::TypeId> types;
  const auto add = [&](const rules::Take& take) {
    for (const Single& single : pattern.steps[take.step].fits) types.push_back(single.type);
  };
  for (const Element& element : elements) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) add(*take);
    if (const auto* either = std::get_if<rules::Either>(&element.node))
      for (const rules::Take& take : either->takes) add(take);
    for (const Elements* inner : inner_of(element)) {
      const std::vector<events::TypeId> more = types_taken(pattern, *inner);
      types.insert(types.end(), more.begin(), more.end());
    }
  }
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

bool tidy(rules::RulePlan& plan, const events::Schema& schema) {
  const Pattern before = plan.pattern;
  dissolve(plan.pattern, plan.pattern.elements);
  flatten(plan.pattern.elements);
  Numbering numbered{before, std::vector<std::uint32_t>(before.steps.size(), kGone)};
  numbered.walk(plan.pattern.elements, false);
  if (numbered.steps.empty()) return false;
  bind(numbered);
  plan.pattern.steps = numbered.steps;
  for (Single* single : singles_of(plan.pattern))
    if (single->condition && !renumber(*single->condition, numbered, schema)) return false;
  for (Expr* span : spans_of(plan.pattern))
    if (!renumber(*span, numbered, schema)) return false;
  using Policy = rules::AfterMatch::Policy;
  if (plan.after.policy == Policy::skip_to_first || plan.after.policy == Policy::skip_to_last) {
    const auto at = std::find(numbered.old_binding.begin(), numbered.old_binding.end(), plan.after.step);
    if (at == numbered.old_binding.end()) return false;
    plan.after.step = static_cast<std::uint32_t>(at - numbered.old_binding.begin());
  }
  return true;
}

bool may_begin_with_absence(const Pattern& pattern) { return ways_through(pattern, pattern.elements).absence; }

bool is_refused(const rules::RulePlan& plan) {
  const Ways ways = ways_through(plan.pattern, plan.pattern.elements);
  return ways.nothing || ways.leading || ways.alone || (ways.closing && !plan.within) ||
         is_badly_joined(plan.pattern, plan.pattern.elements, true) || is_start(plan, ways);
}

}  // namespace tocsin::property
