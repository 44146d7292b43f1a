#include "rules/elements.hpp"

#include <algorithm>

#include "rules/overloaded.hpp"

namespace tocsin::rules {

namespace {

template <class Sequence, class Node>
std::vector<Sequence*> inner_of(Node& node) {
  std::vector<Sequence*> found;
  const auto sides = [&](auto& split) {
    for (auto& side : split.sides) found.push_back(&side);
  };
  std::visit(overloaded{
                 [](auto&) {},
                 [&](std::conditional_t<std::is_const_v<Node>, const Group, Group>& group) {
                   found.push_back(&group.elements);
                 },
                 [&](std::conditional_t<std::is_const_v<Node>, const Choice, Choice>& choice) { sides(choice); },
                 [&](std::conditional_t<std::is_const_v<Node>, const Both, Both>& both) { sides(both); },
             },
             node);
  return found;
}

bool all_begin_with(const Pattern& pattern, const std::vector<Element>& elements, std::uint32_t step);

bool begins_with(const Pattern& pattern, const Element& element, std::uint32_t step) {
  const std::vector<std::uint32_t> takes = own_steps(element);
  const auto is_of_step = [&](std::uint32_t take) { return pattern.steps[take].binding == step; };
  if (!takes.empty()) return std::all_of(takes.begin(), takes.end(), is_of_step);
  const auto sequences = inner(element);
  return std::all_of(sequences.begin(), sequences.end(),
                     [&](const auto* sequence) { return all_begin_with(pattern, *sequence, step); });
}

/// Whatever of it takes the first event, it is for the step.
bool all_begin_with(const Pattern& pattern, const std::vector<Element>& elements, std::uint32_t step) {
  for (const Element& element : elements) {
    if (!may_take(element)) continue;
    if (!begins_with(pattern, element, step)) return false;
    if (!may_take_nothing(pattern, element)) return true;
  }
  return true;
}

bool waits(const Pattern& pattern, const std::vector<Element>& elements);

/// With its first event taken, it may still need another.
bool waits(const Pattern& pattern, const Element& element) {
  const auto side_waits = [&](const std::vector<Element>& side) { return waits(pattern, side); };
  return std::visit(
      overloaded{
          [&](const Take& take) { return pattern.steps[take.step].min > 1; },
          [](const Absent&) { return false; },
          [&](const Group& group) { return group.min > 1 || waits(pattern, group.elements); },
          [](const Either&) { return false; },
          [&](const Choice& choice) { return std::any_of(choice.sides.begin(), choice.sides.end(), side_waits); },
          [&](const Both& both) {
            const auto needed =
                std::count_if(both.sides.begin(), both.sides.end(),
                              [&](const std::vector<Element>& side) { return !may_take_nothing(pattern, side); });
            return needed > 1 ||
                   (needed == 1 && std::count_if(both.sides.begin(), both.sides.end(),
                                                 [](const auto& side) { return may_take(side); }) > 1) ||
                   std::any_of(both.sides.begin(), both.sides.end(), side_waits);
          },
      },
      element.node);
}

bool waits(const Pattern& pattern, const std::vector<Element>& elements) {
  for (auto element = elements.begin(); element != elements.end(); ++element) {
    if (!may_take(*element)) continue;
    if (waits(pattern, *element)) return true;
    if (std::any_of(element + 1, elements.end(),
                    [&](const Element& behind) { return !may_take_nothing(pattern, behind); }))
      return true;
    if (!may_take_nothing(pattern, *element)) return false;
  }
  return false;
}

/// Never more than one event.
bool takes_one(const Pattern& pattern, const Element& element) {
  const std::vector<std::uint32_t> takes = own_steps(element);
  const auto* group = std::get_if<Group>(&element.node);
  if (group && group->loops()) return false;
  if (std::any_of(takes.begin(), takes.end(), [&](std::uint32_t take) { return pattern.steps[take].loops(); }))
    return false;
  const auto sequences = inner(element);
  const auto one = [&](const std::vector<Element>* sequence) {
    return std::count_if(sequence->begin(), sequence->end(), [](const Element& each) { return may_take(each); }) <= 1 &&
           std::all_of(sequence->begin(), sequence->end(),
                       [&](const Element& each) { return takes_one(pattern, each); });
  };
  if (std::holds_alternative<Both>(element.node) &&
      std::count_if(sequences.begin(), sequences.end(), [](const auto* side) { return may_take(*side); }) > 1)
    return false;
  return std::all_of(sequences.begin(), sequences.end(), one);
}

}  // namespace

std::vector<const std::vector<Element>*> inner(const Element& element) {
  return inner_of<const std::vector<Element>>(element.node);
}
std::vector<std::vector<Element>*> inner(Element& element) { return inner_of<std::vector<Element>>(element.node); }

std::vector<std::uint32_t> own_steps(const Element& element) {
  std::vector<std::uint32_t> steps;
  if (const auto* take = std::get_if<Take>(&element.node)) steps.push_back(take->step);
  if (const auto* either = std::get_if<Either>(&element.node))
    for (const Take& take : either->takes) steps.push_back(take.step);
  return steps;
}

bool may_take_nothing(const Pattern& pattern, const Element& element) {
  const auto empty = [&](const std::vector<Element>& side) { return may_take_nothing(pattern, side); };
  return std::visit(
      overloaded{
          [&](const Take& take) { return pattern.steps[take.step].min == 0; },
          [](const Absent&) { return true; },
          [&](const Group& group) { return group.min == 0 || empty(group.elements); },
          [](const Either&) { return false; },
          [&](const Choice& choice) { return std::any_of(choice.sides.begin(), choice.sides.end(), empty); },
          [&](const Both& both) { return std::all_of(both.sides.begin(), both.sides.end(), empty); },
      },
      element.node);
}

bool may_take_nothing(const Pattern& pattern, const std::vector<Element>& elements) {
  return std::all_of(elements.begin(), elements.end(),
                     [&](const Element& element) { return may_take_nothing(pattern, element); });
}

bool may_take(const Element& element) {
  const auto sequences = inner(element);
  return !own_steps(element).empty() ||
         std::any_of(sequences.begin(), sequences.end(), [](const auto* sequence) { return may_take(*sequence); });
}

bool may_take(const std::vector<Element>& elements) {
  return std::any_of(elements.begin(), elements.end(), [](const Element& element) { return may_take(element); });
}

bool always_begins_with(const Pattern& pattern, std::uint32_t step) {
  return all_begin_with(pattern, pattern.elements, step);
}

bool has_one_event(const Pattern& pattern, std::uint32_t step) {
  return std::none_of(pattern.steps.begin(), pattern.steps.end(), [&](const Step& each) {
    return each.binding == step && (each.loops() || each.in_looping_group);
  });
}

bool waits_behind_first(const Pattern& pattern) { return waits(pattern, pattern.elements); }

bool takes_one_event(const Pattern& pattern) {
  return std::count_if(pattern.elements.begin(), pattern.elements.end(),
                       [](const Element& element) { return may_take(element); }) <= 1 &&
         std::all_of(pattern.elements.begin(), pattern.elements.end(),
                     [&](const Element& element) { return takes_one(pattern, element); });
}

}  // namespace tocsin::rules
