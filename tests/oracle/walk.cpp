// The walk, element by element.
#include "tests/oracle/walk.hpp"

#include <algorithm>

namespace tocsin::oracle {
namespace {

using rules::Absent;
using rules::Arrow;
using rules::Element;
using rules::Group;
using rules::Pattern;

bool can_be_empty(const Pattern& pattern, const std::vector<Element>& elements) {
  return std::all_of(elements.begin(), elements.end(), [&](const Element& element) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) return pattern.steps[take->step].min == 0;
    if (const auto* group = std::get_if<Group>(&element.node))
      return group->min == 0 || can_be_empty(pattern, group->elements);
    return true;
  });
}

const Element& element_at(const Frame& frame) { return (*frame.elements)[frame.index]; }

/// A group's arrow belongs to its first element, in its first turn; in later turns the loop's mode stands there.
std::optional<Arrow> arrow_at(const Place& place) {
  for (std::size_t depth = place.size(); depth-- > 0;) {
    if (place[depth].index > 0) return element_at(place[depth]).arrow;
    if (depth > 0 && place[depth - 1].turns > 0) return Arrow::followed_by;
  }
  return std::nullopt;
}

struct Walk {
  const Pattern& pattern;
  std::size_t takes;
  std::vector<Next> found{};

  /// At the element of the innermost frame, none of whose turns are taken yet.
  void enter(Place place, std::vector<Guard> guards) {
    if (place.back().index == place.back().elements->size()) return at_end(std::move(place), std::move(guards));
    const Element& element = element_at(place.back());
    if (const auto* absent = std::get_if<Absent>(&element.node)) {
      guards.push_back({absent, arrow_at(place), place});
      return pass(std::move(place), std::move(guards));
    }
    if (const auto* take = std::get_if<rules::Take>(&element.node)) {
      found.push_back({place, take->step, arrow_at(place), guards});
      if (pattern.steps[take->step].min == 0) pass(std::move(place), std::move(guards));
      return;
    }
    const Group& group = std::get<Group>(element.node);
    turn(place, group, guards);
    if (group.min == 0 || can_be_empty(pattern, group.elements)) pass(std::move(place), std::move(guards));
  }

  void pass(Place place, std::vector<Guard> guards) {
    ++place.back().index;
    place.back().turns = 0;
    enter(std::move(place), std::move(guards));
  }

  void turn(Place place, const Group& group, std::vector<Guard> guards) {
    place.push_back({&group.elements, 0, 0, takes});
    enter(std::move(place), std::move(guards));
  }

  void at_end(Place place, std::vector<Guard> guards) {
    if (place.size() == 1) {
      found.push_back({{}, 0, std::nullopt, std::move(guards)});
      return;
    }
    if (takes == place.back().turn_begin) return;  // a turn that took nothing is no turn
    place.pop_back();
    const Group& group = std::get<Group>(element_at(place.back()).node);
    const std::size_t turns = ++place.back().turns;
    if (!group.max || turns < *group.max) turn(place, group, guards);
    if (turns >= group.min || can_be_empty(pattern, group.elements)) pass(std::move(place), std::move(guards));
  }
};

bool contains(const std::vector<Element>& elements, std::uint32_t step) {
  return std::any_of(elements.begin(), elements.end(), [&](const Element& element) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) return take->step == step;
    const auto* group = std::get_if<Group>(&element.node);
    return group != nullptr && contains(group->elements, step);
  });
}

}  // namespace

std::vector<Next> beginnings(const Pattern& pattern) {
  Walk walk{pattern, 0};
  walk.enter({{&pattern.elements, 0, 0, 0}}, {});
  return std::move(walk.found);
}

std::vector<Next> followers(const Pattern& pattern, Place place, std::size_t takes) {
  Walk walk{pattern, takes};
  const std::uint32_t step = std::get<rules::Take>(element_at(place.back()).node).step;
  const std::size_t turns = ++place.back().turns;
  const rules::Step& taken = pattern.steps[step];
  if (!taken.max || turns < *taken.max) walk.found.push_back({place, step, Arrow::followed_by, {}});
  if (turns >= taken.min) walk.pass(std::move(place), {});
  return std::move(walk.found);
}

std::vector<std::size_t> read_from(const Pattern& pattern, const Place& place) {
  std::vector<std::size_t> from(pattern.steps.size());
  for (const Frame& frame : place)
    for (std::uint32_t step = 0; step < from.size(); ++step)
      if (contains(*frame.elements, step)) from[step] = frame.turn_begin;
  return from;
}

}  // namespace tocsin::oracle
